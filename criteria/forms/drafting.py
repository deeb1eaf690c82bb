"""The forms of a draft: of the set as a whole, of a criterion, and one for each kind of rule."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaign.models import Confidence, Document, Source
from core import periods
from core.forms.fields import LineField, WordsField, day_field
from core.numbers import format_vi_number, parse_vi_number
from criteria import rules
from criteria.models import CriteriaSet, Criterion, SetDraft, Title
from units.models import FigureKind, UnitKind

NO_RULE = "none"
MOST_BANDS, SPARE_BANDS = 12, 3
_DECIMALS = 4  # as criteria.rules.Quantity
_LARGEST = Decimal(10) ** 11

KINDS: tuple[tuple[str, Any], ...] = (
    ("attested", gettext_lazy("yes or no, with evidence")),
    ("number", gettext_lazy("a number")),
    ("share", gettext_lazy("a share in percent")),
    ("holds_title", gettext_lazy("the unit holds a title")),
    ("share_holding_title", gettext_lazy("share of those that hold a title")),
    ("score", gettext_lazy("points")),
    ("all_of", gettext_lazy("all of some criteria")),
    ("at_least", gettext_lazy("at least so many of some criteria")),
    (NO_RULE, gettext_lazy("no source gives the rule")),
)


@dataclass(frozen=True)
class Lists:
    """What fields of choice offer: titles, kinds of figure, and the other criteria of the set."""

    titles: tuple[tuple[str, str], ...]
    figures: tuple[tuple[str, str], ...]
    criteria: tuple[tuple[str, str], ...]


def lists_for(draft: SetDraft, but: str = "") -> Lists:
    """The lists for the rules of a draft (three queries).

    Args:
        but: code of the criterion whose rule it is, which does not combine itself.
    """
    criteria = draft.criteria_set.criteria.exclude(code=but).order_by("order")
    return Lists(
        tuple((title.code, str(title)) for title in Title.objects.all()),
        tuple((kind.code, kind.name) for kind in FigureKind.objects.all()),
        tuple((one.code, f"{one.code}. {one.wording[:90]}") for one in criteria),
    )


class QuantityField(forms.Field):
    """A number of zero or more as offices write it, 1.234,5, with at most four decimals."""

    def __init__(self, **options: Any) -> None:
        attrs = {"inputmode": "decimal", "autocomplete": "off", "size": 12, "maxlength": 40}
        super().__init__(widget=forms.TextInput(attrs=attrs), **options)

    def to_python(self, value: Any) -> Any:
        """The number; None where nothing is written."""
        text = str(value or "").strip()
        if not text:
            return None
        try:
            number = parse_vi_number(text)
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error
        if not 0 <= number < _LARGEST or number != round(number, _DECIMALS):
            raise forms.ValidationError(_("Write zero or more, with at most four decimals."))
        return number

    def prepare_value(self, value: Any) -> Any:
        """A number as it is typed."""
        return format_vi_number(value) if isinstance(value, Decimal) else value


def _offer(form: forms.Form, name: str, choices: Iterable[tuple[str, Any]]) -> None:
    """Give a field of choice what it offers."""
    field: Any = form.fields[name]
    field.choices = list(choices)


def _choice(label: Any, choices: Iterable[tuple[str, Any]] = (), **options: Any) -> Any:
    return forms.ChoiceField(label=label, choices=list(choices), **options)


def _several(label: Any, **options: Any) -> Any:
    return forms.MultipleChoiceField(label=label, widget=forms.CheckboxSelectMultiple, **options)


def _count(label: Any, **options: Any) -> Any:
    return forms.IntegerField(label=label, min_value=1, max_value=999, **options)


# The rule of a criterion


class RuleForm(forms.Form):
    """The parameters of one kind of rule; `said` gives the record that they make."""

    kind = NO_RULE
    prefix = "rule"
    bands: "forms.BaseFormSet[Any] | None" = None

    def __init__(
        self, lists: Lists, rule: rules.Rule | None = None, data: Mapping[str, Any] | None = None
    ) -> None:
        """Args: rule: what stands there, where it is of this kind."""
        super().__init__(data, initial=self.initial_of(rule) if rule else {})
        for name, offered in (
            ("title", lists.titles),
            ("denominator_indicator", lists.figures),
        ):
            if name in self.fields:
                _offer(self, name, [("", "—"), *offered])
        if isinstance(self.fields.get("of"), forms.MultipleChoiceField):
            _offer(self, "of", lists.criteria)

    def initial_of(self, rule: Any) -> dict[str, Any]:
        """A rule of this kind as the form shows it."""
        return {name: getattr(rule, name) for name in self.base_fields if hasattr(rule, name)}

    def record(self) -> dict[str, Any]:
        """The JSON object that the form says, not checked yet."""
        said = {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}
        return {"kind": self.kind, **said}

    def is_sound(self) -> bool:
        """Whether everything typed makes a rule; what does not is said where it was typed."""
        if not self.is_valid():
            return False
        try:
            self.rule = rules.parse(self.record())
        except rules.RuleRefused as refused:
            for error in refused.errors:
                self.show(error)
            return False
        return True

    @property
    def has_errors(self) -> bool:
        """Whether anything typed cannot be, in a step of a scale too."""
        return bool(self.errors) or (self.bands is not None and any(self.bands.errors))

    def show(self, error: rules.RuleError) -> None:
        """Say at its field what is wrong."""
        self.add_error(error.field if error.field in self.fields else None, error.sentence)

    def said(self) -> dict[str, Any] | None:
        """The record as it is kept, once it is sound."""
        return rules.dump(self.rule)


class NoRuleForm(RuleForm):
    """Nothing is asked: nobody knows what."""

    def is_sound(self) -> bool:
        """Nothing can be wrong."""
        return self.is_valid()

    def said(self) -> None:
        """No rule."""
        return


class AttestedForm(RuleForm):
    """Yes, partly or no."""

    kind = "attested"
    partly_is_enough = forms.BooleanField(label=gettext_lazy("“Partly” is enough"), required=False)


class BandForm(forms.Form):
    """One step of a scale."""

    min = QuantityField(label=gettext_lazy("From the value"), required=False)
    label = LineField(label=gettext_lazy("Name of the step"), max_length=300, required=False)
    points = QuantityField(label=gettext_lazy("Points"), required=False)
    level = _count(gettext_lazy("Level"), required=False)
    not_met = forms.BooleanField(label=gettext_lazy("not met"), required=False)

    def clean(self) -> dict[str, Any]:
        """A step in which anything is written says from where it reaches, and what it is called."""
        cleaned = super().clean() or {}
        if any(value not in (None, "", False) for value in cleaned.values()):
            if "min" in cleaned and cleaned["min"] is None:
                self.add_error("min", _("Enter a number."))
            if "label" in cleaned and not cleaned["label"]:
                self.add_error("label", _("Give the step a name."))
        return cleaned

    @property
    def is_used(self) -> bool:
        """Whether anything is written in it."""
        return any(value not in (None, "", False) for value in self.cleaned_data.values())

    def record(self) -> dict[str, Any]:
        """The step as a rule has it."""
        said = dict(self.cleaned_data)
        said["met"] = not said.pop("not_met")
        return {name: value for name, value in said.items() if value is not None}


_Bands = forms.formset_factory(
    BandForm, extra=SPARE_BANDS, max_num=MOST_BANDS, absolute_max=MOST_BANDS
)
_MEASURES = (
    ("at_least", gettext_lazy("at least")),
    ("at_most", gettext_lazy("at most")),
    ("bands", gettext_lazy("by the steps below")),
)


class GradedForm(RuleForm):
    """A rule that holds a figure against a threshold or a scale."""

    measure = _choice(gettext_lazy("Met when it is"), _MEASURES)
    limit = QuantityField(
        label=gettext_lazy("Threshold"),
        required=False,
        help_text=gettext_lazy("As in 1.234,5. Empty where steps are named."),
    )

    def __init__(
        self, lists: Lists, rule: rules.Rule | None = None, data: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(lists, rule, data)
        bands = rule.bands or () if isinstance(rule, rules.Graded) else ()
        shown = [{**band.model_dump(), "not_met": not band.met} for band in bands]
        self.bands = _Bands(data, initial=shown, prefix="band")

    def initial_of(self, rule: Any) -> dict[str, Any]:
        """With its one measure."""
        measure = next(name for name, _label in _MEASURES if getattr(rule, name) is not None)
        limit = None if measure == "bands" else getattr(rule, measure)
        return {**super().initial_of(rule), "measure": measure, "limit": limit}

    def clean(self) -> dict[str, Any]:
        """Of threshold and steps one is given: the one that was chosen."""
        cleaned = super().clean() or {}
        by_steps = cleaned.get("measure") == "bands"
        if by_steps and cleaned.get("limit") is not None:
            self.add_error("limit", _("Steps are chosen: leave the threshold empty."))
        if not by_steps and "limit" in cleaned and cleaned["limit"] is None:
            self.add_error("limit", _("Enter a number."))
        if not by_steps and self._used():
            self.add_error("measure", _("A threshold is chosen: leave the steps empty."))
        numerator, denominator = cleaned.get("numerator"), cleaned.get("denominator")
        if numerator and denominator and numerator.casefold() == denominator.casefold():
            self.add_error("denominator", _("A share is not counted among itself."))
        return cleaned

    def is_sound(self) -> bool:
        """The steps are read as well, so that everything wrong is said at once."""
        assert self.bands is not None  # noqa: S101 -- made with the form
        readable = self.bands.is_valid()
        return self.is_valid() and readable and super().is_sound()

    def _used(self) -> list[Any]:
        """The steps in which something is written, where all can be read."""
        read = self.bands if self.bands is not None and self.bands.is_valid() else ()
        return [form for form in read if form.is_used]

    def record(self) -> dict[str, Any]:
        """With the measure under its own name."""
        said = super().record()
        measure, limit = said.pop("measure"), said.pop("limit", None)
        if measure != "bands":
            return {**said, measure: limit}
        return {**said, "bands": [form.record() for form in self._used()]}

    def show(self, error: rules.RuleError) -> None:
        """What is wrong with a step stands at the step."""
        name, _dot, place = error.field.partition(".")
        if name == "bands" and place:
            self._used()[int(place)].add_error("min", error.sentence)
        super().show(error)


class NumberForm(GradedForm):
    """A number with its unit."""

    kind = "number"
    unit = LineField(label=gettext_lazy("Counted in"), max_length=300)
    whole = forms.BooleanField(label=gettext_lazy("Whole numbers only"), required=False)
    field_order = ("unit", "whole", "measure", "limit")


class ShareForm(GradedForm):
    """A quotient in percent."""

    kind = "share"
    numerator = LineField(label=gettext_lazy("Numerator: what is counted"), max_length=300)
    denominator = LineField(label=gettext_lazy("Among what"), max_length=300)
    denominator_indicator = _choice(
        gettext_lazy("Stated figure that it is counted among"),
        required=False,
        help_text=gettext_lazy("Empty: the unit enters it with its answer."),
    )
    field_order = ("numerator", "denominator", "denominator_indicator", "measure", "limit")


class HoldsTitleForm(RuleForm):
    """A title that is held."""

    kind = "holds_title"
    title = _choice(gettext_lazy("Title"))
    grade = _count(gettext_lazy("Grade, at least"), required=False)
    on = _choice(
        gettext_lazy("Held"),
        (
            ("figures_day", gettext_lazy("on the day the figures are true of")),
            ("decision_day", gettext_lazy("on the day of the decision")),
        ),
    )
    of = _choice(
        gettext_lazy("By"),
        (("unit", gettext_lazy("the unit itself")), ("member", gettext_lazy("one of its members"))),
    )


class ShareHoldingTitleForm(GradedForm):
    """How many percent hold a title."""

    kind = "share_holding_title"
    title = _choice(gettext_lazy("Title"))
    grade = _count(gettext_lazy("Grade, at least"), required=False)
    unit_kind = _choice(gettext_lazy("Counted are"), UnitKind.choices)
    denominator_indicator = _choice(gettext_lazy("Stated figure that it is counted among"))
    field_order = ("title", "grade", "unit_kind", "denominator_indicator", "measure", "limit")


class ScoreForm(RuleForm):
    """Points."""

    kind = "score"
    max = QuantityField(label=gettext_lazy("Most points"))
    step = QuantityField(label=gettext_lazy("In steps of"), initial=Decimal(1))
    floor = QuantityField(label=gettext_lazy("Met from (points)"), initial=Decimal(0))

    def clean(self) -> dict[str, Any]:
        """Neither the most nor a step is nothing."""
        cleaned = super().clean() or {}
        for name in ("max", "step"):
            if cleaned.get(name) == 0:
                self.add_error(name, _("Write a number above 0."))
        return cleaned


class AllOfForm(RuleForm):
    """All of some criteria."""

    kind = "all_of"
    of = _several(gettext_lazy("Which criteria"))


class AtLeastForm(RuleForm):
    """So many of some criteria."""

    kind = "at_least"
    n = _count(gettext_lazy("At least how many"))
    of = _several(gettext_lazy("Which criteria"))


RULE_FORMS: dict[str, type[RuleForm]] = {
    form.kind: form
    for form in (
        AttestedForm, NumberForm, ShareForm, HoldsTitleForm, ShareHoldingTitleForm, ScoreForm,
        AllOfForm, AtLeastForm, NoRuleForm,
    )
}  # fmt: skip


# The words of a criterion, and of the set


class SeenForm(forms.Form):
    """Carries which version of the draft the person has before them."""

    seen = forms.IntegerField(min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput)


def _sources() -> Sequence[tuple[str, str]]:
    return [("", "—"), *Source.objects.order_by("title").values_list("code", "title")]


class CriterionForm(SeenForm):
    """What a criterion says beside its rule."""

    code = LineField(
        label=gettext_lazy("Code"),
        max_length=20,
        validators=[
            RegexValidator(
                r"^[A-Za-z0-9][A-Za-z0-9._-]*$",
                gettext_lazy("Letters without accents, digits, dot, hyphen: as in 2.1."),
            )
        ],
    )
    group = LineField(label=gettext_lazy("Group"), max_length=300, required=False)
    wording = WordsField(label=gettext_lazy("Wording"))
    quote = WordsField(
        label=gettext_lazy("Quoted text"),
        required=False,
        help_text=gettext_lazy("The sentence of the document, word for word."),
    )
    source = _choice(gettext_lazy("Source"))
    article = LineField(label=gettext_lazy("Place in the document"), max_length=60, required=False)
    evidence_hint = WordsField(label=gettext_lazy("Evidence it asks for"), rows=2, required=False)
    unsourced = forms.BooleanField(
        label=gettext_lazy("No source gives it yet"),
        required=False,
        help_text=gettext_lazy("It may ask something, but nothing is concluded from it."),
    )
    note = WordsField(label=gettext_lazy("Note"), rows=2, required=False)
    field_order = (
        "code", "group", "wording", "quote", "source", "article", "unsourced", "evidence_hint",
        "note",
    )  # fmt: skip

    def __init__(
        self,
        draft: SetDraft,
        criterion: Criterion | None,
        data: Mapping[str, Any] | None = None,
        *,
        asks: bool = True,
    ) -> None:
        """Args: asks: whether a rule is entered with it."""
        own = criterion or Criterion(source=draft.criteria_set.source)
        initial = {name: getattr(own, name) for name in self.base_fields if hasattr(own, name)}
        initial |= {
            "seen": draft.version,
            "source": own.source.code,
            "unsourced": own.status == Criterion.Status.NO_SOURCE,
        }
        super().__init__(data, initial=initial)
        _offer(self, "source", _sources())
        self.asks = asks

    def clean(self) -> dict[str, Any]:
        """What has a source shows its words and its rule."""
        cleaned = super().clean() or {}
        if cleaned.get("unsourced") or not cleaned.get("source"):
            return cleaned
        self.source = Source.objects.get(code=cleaned["source"])
        if not self.asks:
            self.add_error(
                "unsourced", _("Without a rule it has no source yet: say so, or choose its rule.")
            )
        if self.source.confidence == Confidence.STATED and not cleaned.get("quote"):
            self.add_error("quote", _("Quote the sentence of the source that says this."))
        return cleaned

    def said(self) -> dict[str, Any]:
        """The fields of the row, but for its rule."""
        cleaned = {name: self.cleaned_data[name] for name in self.fields}
        unsourced = cleaned.pop("unsourced")
        source = Source.objects.get(code=cleaned.pop("source"))
        del cleaned["seen"]
        status = Criterion.Status.NO_SOURCE if unsourced else Criterion.Status.KNOWN
        return {**cleaned, "source": source, "confidence": source.confidence, "status": status}


_SET_KINDS = (
    ("all_of", gettext_lazy("all criteria are met")),
    ("at_least", gettext_lazy("at least so many criteria are met")),
    ("score_total", gettext_lazy("the total of points is reached")),
)


class SetForm(SeenForm):
    """What a set says as a whole, and when it is met."""

    name = LineField(label=gettext_lazy("Name"), max_length=300)
    first = day_field(gettext_lazy("In force from"))
    last = day_field(gettext_lazy("Until and with"), required=False)
    document = _choice(gettext_lazy("Document"))
    source = _choice(gettext_lazy("Source"))
    article = LineField(label=gettext_lazy("Place in the document"), max_length=60, required=False)
    intro_quote = WordsField(label=gettext_lazy("Opening words"), rows=2, required=False)
    in_force_basis = WordsField(
        label=gettext_lazy("Who decided that it is in force"), rows=2, required=False
    )
    derives_from = _choice(
        gettext_lazy("Derives from"),
        required=False,
        help_text=gettext_lazy("The set of which this one is a variant; what differs is shown."),
    )
    note = WordsField(label=gettext_lazy("Note"), rows=2, required=False)
    kind = _choice(gettext_lazy("It is met when"), _SET_KINDS)
    of = _several(
        gettext_lazy("Which criteria"),
        required=False,
        help_text=gettext_lazy("Nothing ticked: all that no other criterion combines."),
    )
    n = _count(gettext_lazy("At least how many"), required=False)
    total = QuantityField(label=gettext_lazy("Total of points"), required=False)
    relaxed_fact = _choice(gettext_lazy("A lower total where"), required=False)
    relaxed_total = QuantityField(label=gettext_lazy("The lower total"), required=False)

    OF_THE_RULE = ("kind", "of", "n", "total", "relaxed_fact", "relaxed_total")
    _TAKES: Mapping[str, tuple[str, ...]] = {
        "all_of": ("of",),
        "at_least": ("of", "n"),
        "score_total": ("total", "relaxed_fact", "relaxed_total"),
    }

    def __init__(self, draft: SetDraft, data: Mapping[str, Any] | None = None) -> None:
        one = draft.criteria_set
        lists = lists_for(draft)
        super().__init__(data, initial={**_initial_of(one), "seen": draft.version})
        # What a unit entered for a launch is read there, and by fewer people.
        documents = [(each.code, str(each)) for each in Document.objects.filter(owner=None)]
        for name, choices in (
            ("document", documents),
            ("source", _sources()),
            ("of", lists.criteria),
            ("relaxed_fact", [("", "—"), *lists.figures]),
            ("derives_from", [("", "—"), *_sets(one)]),
        ):
            _offer(self, name, choices)

    def clean(self) -> dict[str, Any]:
        """The period is one, and what was entered of the rule is what its kind asks."""
        cleaned = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and last < first:
            self.add_error("last", _("The period ends before it begins."))
        if self.errors:
            return cleaned
        self._check_kind(cleaned)
        if not self.errors:
            self._read_rule(cleaned)
        return cleaned

    @property
    def of_rule(self) -> list[forms.BoundField]:
        """The fields of the rule of the whole set."""
        return [self[name] for name in self.OF_THE_RULE]

    @property
    def of_words(self) -> list[forms.BoundField]:
        """All others that are seen."""
        return [field for field in self.visible_fields() if field.name not in self.OF_THE_RULE]

    def _check_kind(self, cleaned: Mapping[str, Any]) -> None:
        """What the kind needs is there, and nothing else."""
        kind = cleaned["kind"]
        for name in self.OF_THE_RULE[1:]:
            given = cleaned[name] not in (None, "", [])
            if given and name not in self._TAKES[kind]:
                self.add_error(name, _("This does not belong to the way in which it is met."))
            elif not given and (kind, name) in (("at_least", "n"), ("score_total", "total")):
                self.add_error(name, _("Enter a number."))
        if bool(cleaned["relaxed_fact"]) != (cleaned["relaxed_total"] is not None):
            self.add_error("relaxed_total", _("A lower total and where it holds go together."))

    def _read_rule(self, cleaned: Mapping[str, Any]) -> None:
        try:
            self.rule = rules.parse_set(self._record(cleaned))
        except rules.RuleRefused as refused:
            for error in refused.errors:
                self.add_error(error.field if error.field in self.fields else None, error.sentence)

    def _record(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        kind = cleaned["kind"]
        if kind != "score_total":
            said = {"of": cleaned["of"], "n": cleaned["n"]}
            return {"kind": kind, **{k: v for k, v in said.items() if k in self._TAKES[kind] and v}}
        said = {"kind": kind, "total": cleaned["total"]}
        fact, lower = cleaned["relaxed_fact"], cleaned["relaxed_total"]
        if fact or lower is not None:
            said["relaxed"] = {"fact": fact, "total": lower}
        return said

    def said(self) -> dict[str, Any]:
        """The fields of the row."""
        cleaned = self.cleaned_data
        names = ("name", "article", "intro_quote", "in_force_basis", "note")
        return {
            **{name: cleaned[name] for name in names},
            "period": periods.between(cleaned["first"], cleaned["last"]),
            "document": Document.objects.get(code=cleaned["document"]),
            "source": Source.objects.get(code=cleaned["source"]),
            "rule": rules.dump(self.rule),
            "derives_from_id": int(cleaned["derives_from"]) if cleaned["derives_from"] else None,
        }


def _sets(but: CriteriaSet) -> list[tuple[str, str]]:
    """The published sets that are no versions of this one, by name."""
    found = CriteriaSet.objects.published().exclude(code=but.code).order_by("name", "-version")
    return [
        (str(pk), _("%(name)s, version %(version)d") % {"name": name, "version": version})
        for pk, name, version in found.values_list("pk", "name", "version")
    ]


def _initial_of(one: CriteriaSet) -> dict[str, Any]:
    """A set as its form shows it."""
    rule = rules.parse_set(one.rule)
    names = ("name", "article", "intro_quote", "in_force_basis", "note")
    shown: dict[str, Any] = {name: getattr(one, name) for name in names}
    shown |= {
        "first": periods.first_day(one.period),
        "last": periods.last_day(one.period),
        "document": one.document.code,
        "source": one.source.code,
        "derives_from": one.derives_from_id or "",
        "kind": rule.kind,
        "of": rules.children_of(rule),
    }
    if isinstance(rule, rules.AtLeastRule):
        shown["n"] = rule.n
    if isinstance(rule, rules.ScoreTotalRule):
        shown["total"] = rule.total
        if rule.relaxed:
            shown["relaxed_fact"], shown["relaxed_total"] = rule.relaxed.fact, rule.relaxed.total
    return shown


class SourceForm(forms.Form):
    """A text that says what no source gave: where anybody can read it."""

    title = LineField(label=gettext_lazy("Name of the text"), max_length=500)
    publisher = LineField(label=gettext_lazy("Published by"), max_length=200, required=False)
    published_on = day_field(gettext_lazy("Published on"), required=False)
    url = forms.URLField(
        label=gettext_lazy("Address where it can be read"), max_length=500, assume_scheme="https"
    )
    confidence = _choice(gettext_lazy("How well it is known"), Confidence.choices)
