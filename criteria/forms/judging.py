"""The form of a verdict on one criterion."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.utils.translation import gettext as _

from core.forms.fields import ReasonForm
from criteria import answer_texts, rules
from criteria.answers import AnswerError, dump_answer, parse_typed_answer
from criteria.forms.answering import Entry, entry_of, value_field
from criteria.models import Answer, AnswerVerdict

SEEN_LENGTH = 60


class JudgeForm(ReasonForm):
    """A verdict with its reason, and the value that stands where it is `changed`.

    After `is_valid`, `value` is the verified value as `criteria.assessing.judge` takes it.
    """

    verdict = forms.ChoiceField(choices=AnswerVerdict.choices, required=False)
    seen = forms.CharField(max_length=SEEN_LENGTH, required=False)

    def __init__(
        self,
        key: int,
        rule: rules.Rule | None,
        answer: Answer | None = None,
        data: Mapping[str, Any] | None = None,
    ) -> None:
        """Args: key: the criterion's key; answer: its claim, from which a change begins."""
        self.rule = rule
        self.value: dict[str, Any] = {}
        claimed = answer_texts.typed(rule, answer.value if answer else {})
        super().__init__(data, auto_id=f"judge-{key}-%s", initial=claimed, label_suffix="")
        self.value_names = tuple(answer_texts.labels(rule))
        for name, label in answer_texts.verified_labels(rule).items():
            self.fields[name] = value_field(rule, name, label)

    def entries(self) -> list[tuple[Entry, str]]:
        """The fields of the value as the page draws them, each with what is wrong with it."""
        return [
            (entry_of(self, self.rule, name), " ".join(map(str, self.errors.get(name, ()))))
            for name in self.value_names
        ]

    @property
    def chosen(self) -> str:
        """The verdict that was sent, where it came back with an error."""
        sent = str(self.data.get("verdict", ""))
        return sent if sent in AnswerVerdict.values else ""

    @property
    def other_errors(self) -> list[str]:
        """What is wrong beside the fields that people fill in."""
        hidden = ("verdict", "seen", NON_FIELD_ERRORS)
        return [str(error) for name in hidden for error in self.errors.get(name, ())]

    def clean(self) -> dict[str, Any]:
        """A reason where one is needed; the verified value, possible under the rule."""
        cleaned = super().clean() or {}
        verdict = cleaned.get("verdict")
        needs_reason = verdict in (AnswerVerdict.CHANGED, AnswerVerdict.TO_CORRECT)
        if needs_reason and not cleaned.get("reason") and "reason" not in self.errors:
            self.add_error("reason", _("Say why: this step needs a reason."))
        if verdict == AnswerVerdict.CHANGED:
            self._read_value(cleaned)
        return cleaned

    def _read_value(self, cleaned: Mapping[str, Any]) -> None:
        texts = {name: cleaned[name] for name in self.value_names if name in cleaned}
        if self.rule is None or not self.value_names:
            self.add_error(None, _("This criterion has no value that could be changed."))
            return
        try:
            self.value = dump_answer(parse_typed_answer(self.rule, texts))
        except AnswerError as error:
            for name, sentence in error.errors.items():
                self.add_error(name if name in self.fields else None, sentence)
