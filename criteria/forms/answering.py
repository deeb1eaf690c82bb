"""The form of one criterion, made from its rule record."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from core.forms.fields import WordsField
from core.numbers import format_vi_number
from criteria import answer_texts, rules
from criteria.answers import AnswerError, dump_answer, is_number, parse_typed_answer
from criteria.models import Answer

NOTE_LENGTH = 5000
MAX_VERSION = 2**31 - 1
SHORT_SCALE = 21  # up to so many steps a score is chosen, beyond them typed


@dataclass(frozen=True, slots=True)
class Entry:
    """One field as the page draws it, `kind` by kind: radio, select, number, line, text.

    Plain values and a template of ours: a form of many criteria drawn field by field by crispy
    takes five times as long, and is looked at all day.
    """

    name: str
    id: str
    label: str
    kind: str
    value: str
    choices: tuple[tuple[str, str], ...]
    hint: str
    max_length: int | None
    invalid: bool


class AnswerForm(forms.Form):
    """What a unit enters for one criterion: the fields of its rule's kind, and an explanation.

    It reads what people type and keeps it as it was typed where that cannot be. After `is_valid`,
    `value` is the answer's JSON object as `criteria.assessing.save_answer` takes it.
    """

    note = WordsField(label=answer_texts.NOTE_LABEL, required=False, rows=2, max_length=NOTE_LENGTH)
    version = forms.IntegerField(min_value=0, max_value=MAX_VERSION, widget=forms.HiddenInput)

    def __init__(
        self,
        key: str,
        rule: rules.Rule | None,
        answer: Answer | None = None,
        data: Mapping[str, Any] | None = None,
    ) -> None:
        """Args: key: the answer's key on the page; the ids of the fields begin with it."""
        self.rule = rule
        self.value: dict[str, Any] = {}
        super().__init__(
            data, auto_id=f"answer-{key}-%s", initial=initial(rule, answer), label_suffix=""
        )
        for name, label in answer_texts.labels(rule).items():
            self.fields[name] = value_field(rule, name, label)
        self.order_fields([*self.value_names, "note", "version"])

    @property
    def value_names(self) -> tuple[str, ...]:
        """The fields of the answer itself."""
        return tuple(answer_texts.labels(self.rule))

    def entries(self) -> list[Entry]:
        """The fields as the page draws them; the version stands in the line of what was saved."""
        asked = (name for name in self.value_names if name not in answer_texts.stated(self.rule))
        return [entry_of(self, self.rule, name) for name in (*asked, "note")]

    def clean(self) -> dict[str, Any]:
        """Read the answer whole; what is impossible under the rule stands at its field."""
        cleaned = super().clean() or {}
        texts = {name: cleaned[name] for name in self.value_names if name in cleaned}
        if self.rule is None or isinstance(self.rule, rules.AllOfRule | rules.AtLeastRule):
            return cleaned
        try:
            self.value = dump_answer(parse_typed_answer(self.rule, texts))
        except AnswerError as error:
            for name, sentence in error.errors.items():
                self.add_error(name if name in self.fields else None, sentence)
        return cleaned

    def mine(self) -> tuple[tuple[str, str], ...]:
        """What was to be saved, for people: label and text of each field."""
        shown = answer_texts.shown(self.rule, self.value)
        return (*shown, (str(answer_texts.NOTE_LABEL), self.cleaned_data["note"]))


def entry_of(form: forms.Form, rule: rules.Rule | None, name: str) -> Entry:
    """A field of a form on an answer, as the page draws it."""
    bound = form[name]
    field = bound.field
    choices: Any = field.choices if isinstance(field, forms.ChoiceField) else ()
    return Entry(
        name=name,
        id=bound.auto_id,
        label=str(field.label),
        kind=_kind(rule, name, field),
        value=str(bound.value() or ""),
        choices=tuple((str(value), str(label)) for value, label in choices),
        hint=str(field.help_text),
        max_length=getattr(field, "max_length", None),
        invalid=name in form.errors,
    )


def _kind(rule: rules.Rule | None, name: str, field: forms.Field) -> str:
    if isinstance(field.widget, forms.RadioSelect):
        return "radio"
    if isinstance(field, forms.ChoiceField):
        return "select"
    if name == "note":
        return "text"
    return "number" if rule is not None and is_number(rule, name) else "line"


def initial(rule: rules.Rule | None, answer: Answer | None) -> dict[str, str]:
    """An answer as its form sends it, the explanation included."""
    value = answer.value if answer else {}
    return {**answer_texts.typed(rule, value), "note": answer.note if answer else ""}


def value_field(rule: rules.Rule | None, name: str, label: str) -> forms.Field:
    """The field of one part of an answer. Raises TypeError where the rule asks for no such part."""
    match rule:
        case rules.AttestedRule():
            return forms.ChoiceField(
                label=label,
                choices=list(answer_texts.CHOICES.items()),
                widget=forms.RadioSelect,
                required=False,
            )
        case rules.ScoreRule() if rule.max / rule.step < SHORT_SCALE:
            return forms.ChoiceField(label=label, choices=_scale(rule), required=False)
        case rules.ScoreRule():
            return _number_field(label, _scale_hint(rule))
        case rules.ShareHoldingTitleRule() if name == "decision":
            return forms.CharField(label=label, required=False, max_length=300)
        case _ if rule is not None and is_number(rule, name):
            return _number_field(label)
        case _:
            raise TypeError(f"no field {name} for {rule}")


def _number_field(label: str, hint: str = "") -> forms.CharField:
    """Numbers are typed as text: the Vietnamese comma is not what browsers' number fields take."""
    attrs = {"inputmode": "decimal", "autocomplete": "off", "size": 12}
    widget = forms.TextInput(attrs=attrs)
    return forms.CharField(
        label=label, required=False, max_length=40, widget=widget, help_text=hint
    )


def _scale(rule: rules.ScoreRule) -> list[tuple[str, str]]:
    steps = int(rule.max / rule.step)
    points = [format_vi_number(Decimal(step) * rule.step) for step in range(steps + 1)]
    return [("", "–"), *((point, point) for point in points)]


def _scale_hint(rule: rules.ScoreRule) -> str:
    return _("From 0 to %(max)s, in steps of %(step)s.") % {
        "max": format_vi_number(rule.max),
        "step": format_vi_number(rule.step),
    }
