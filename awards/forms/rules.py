"""The forms of the rules of commendation, and of ending one."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from awards.models import ConsultationKind, Nomination, Restriction, SubjectGroup
from awards.ruling import entering
from awards.submitting.listing import occasion_of
from campaign.models import Phase, Round
from core import calendar, files, periods
from core.forms.fields import LineField, WordsField, day_field
from criteria.models import AwardForm
from units.models import Placement, UnitKind
from units.scope import Grant

OFFICE_KINDS = [
    (kind.value, kind.label)
    for kind in (
        UnitKind.COMMUNE,
        UnitKind.AGENCY,
        UnitKind.DEPARTMENT,
        UnitKind.PROVINCE,
        UnitKind.MASS_ORGANISATION,
        UnitKind.SCHOOL,
        UnitKind.ENTERPRISE,
        UnitKind.HAMLET,
    )
]
PROPOSERS = (
    UnitKind.COMMUNE,
    UnitKind.AGENCY,
    UnitKind.MASS_ORGANISATION,
    UnitKind.SCHOOL,
    UnitKind.ENTERPRISE,
)
MOST_UNITS = 1000  # in one field of choice
LARGEST_QUOTA = 100_000
LARGEST_AMOUNT = 1_000_000_000  # đồng
FOR_ALL = ("", _("all"))


def units_in(grant: Grant, kinds: Sequence[str] = PROPOSERS) -> list[tuple[str, str]]:
    """The units of a territory as choices, by name (one query)."""
    found = Placement.objects.on(periods.today()).filter(
        path__startswith=grant.path, kind__in=kinds
    )
    rows = found.order_by("name", "pk").values_list("unit_id", "name")[:MOST_UNITS]
    return [(str(key), name) for key, name in rows]


class RuleForm(forms.Form):
    """What every rule says: from when until when, and by which text."""

    first = day_field(_("In force from"))
    last = day_field(_("Until and with"), required=False)
    basis = LineField(
        label=_("By which text"),
        max_length=300,
        help_text=_("Kind, number, day and issuer of the document, and its article."),
    )

    def __init__(self, data: Any, grant: Grant, uploads: Any = None) -> None:
        super().__init__(data, uploads)
        self.grant = grant
        self.fill()

    def fill(self) -> None:
        """Fill the fields of choice."""

    def choose(self, name: str, choices: Sequence[tuple[str, Any]]) -> None:
        """Give a field its choices."""
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 -- declared as one
        field.choices = [("", "—"), *choices]

    def clean(self) -> dict[str, Any]:
        """The period is none that ends before it begins."""
        cleaned: dict[str, Any] = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and last < first:
            self.add_error("last", _("The period ends before it begins."))
        return cleaned

    def said(self) -> dict[str, Any]:
        """The fields of the row."""
        cleaned = self.cleaned_data
        return {
            "period": periods.between(cleaned["first"], cleaned["last"]),
            "basis": cleaned["basis"],
        }


def _choice(label: Any, *, required: bool = True) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=required)


class _OfForm(RuleForm):
    form = _choice(_("Form of commendation"))

    def fill(self) -> None:
        """All forms that documents name."""
        self.choose("form", list(AwardForm.objects.values_list("code", "name")))

    def said(self) -> dict[str, Any]:
        """The form, too."""
        code = self.cleaned_data["form"]
        return {**super().said(), "form": AwardForm.objects.get(code=code)}


class TermForm(_OfForm):
    """How many working days an office has."""

    office_kind = forms.ChoiceField(label=_("Kind of office"), choices=OFFICE_KINDS)
    working_days = forms.IntegerField(
        label=_("Working days"), min_value=1, max_value=calendar.LONGEST
    )
    field_order = ("form", "office_kind", "working_days", "first", "last", "basis")

    def said(self) -> dict[str, Any]:
        """Office and days, too."""
        cleaned = self.cleaned_data
        return {
            **super().said(),
            **entering.of_territory(self.grant),
            "office_kind": cleaned["office_kind"],
            "working_days": cleaned["working_days"],
        }


class QuotaForm(_OfForm):
    """How many a unit may propose."""

    occasion = _choice(_("Round or phase"))
    proposer = _choice(_("Proposing unit"))
    group = forms.ChoiceField(
        label=_("For"), required=False, choices=[FOR_ALL, *SubjectGroup.choices]
    )
    number = forms.IntegerField(label=_("At most"), min_value=0, max_value=LARGEST_QUOTA)
    field_order = ("form", "occasion", "proposer", "group", "number", "first", "last", "basis")

    def fill(self) -> None:
        """Rounds and phases, and the units that may propose, too."""
        super().fill()
        rounds = [(f"round-{pk}", name) for pk, name in Round.objects.values_list("pk", "name")]
        phases = [(f"phase-{pk}", name) for pk, name in Phase.objects.values_list("pk", "name")]
        self.choose("occasion", [*rounds, *phases])
        self.choose("proposer", units_in(self.grant))

    def said(self) -> dict[str, Any]:
        """Proposer, occasion and number, too."""
        cleaned = self.cleaned_data
        place = Placement.objects.on(periods.today()).get(unit=cleaned["proposer"])
        occasion = occasion_of(cleaned["occasion"])
        assert occasion is not None  # noqa: S101 -- one of the choices
        return {
            **super().said(),
            **entering.of_proposer(place, occasion),
            "group": cleaned["group"],
            "number": cleaned["number"],
        }


class ConsultationRuleForm(_OfForm):
    """Which consultation a form requires."""

    kind = forms.ChoiceField(label=_("Kind"), choices=ConsultationKind)
    office_kind = forms.ChoiceField(label=_("Asked by the kind of office"), choices=OFFICE_KINDS)
    asked_body = LineField(label=_("Who is asked"), max_length=300)
    group = forms.ChoiceField(
        label=_("For"), required=False, choices=[FOR_ALL, *SubjectGroup.choices]
    )
    field_order = (
        "form", "kind", "office_kind", "asked_body", "group", "first", "last", "basis",
    )  # fmt: skip

    def said(self) -> dict[str, Any]:
        """Who asks whom, too."""
        cleaned = self.cleaned_data
        names = ("kind", "office_kind", "asked_body", "group")
        return {
            **super().said(),
            **entering.of_territory(self.grant),
            **{name: cleaned[name] for name in names},
        }


class RestrictionForm(RuleForm):
    """Why a subject may not be proposed now."""

    unit = _choice(_("Subject"))
    ground = forms.ChoiceField(label=_("Ground"), choices=Restriction.Ground)
    file = forms.FileField(
        label=_("The document"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ",".join(files.KINDS)}),
        help_text=_("Read by who appraises nominations of the subject and by who proposes it."),
    )
    field_order = ("unit", "ground", "first", "last", "basis", "file")

    def fill(self) -> None:
        """The units of the territory, and who is proposed there."""
        proposed = (
            Nomination.objects.standing()
            .filter(Q(path__startswith=self.grant.path))
            .with_subject()
            .select_related("placement", "unit")
        )
        known = dict(units_in(self.grant))
        known |= {str(one.unit_id): one.subject_name for one in proposed[:MOST_UNITS]}
        self.choose("unit", sorted(known.items(), key=lambda one: one[1]))

    def said(self) -> dict[str, Any]:
        """Whom it concerns; the text is its document."""
        cleaned, said = self.cleaned_data, super().said()
        unit = int(cleaned["unit"])
        place = Placement.objects.on(periods.today()).filter(unit=unit).first()
        path = place.path if place else Nomination.objects.filter(unit=unit).latest("pk").path
        document = said.pop("basis")
        return {
            **said, "unit_id": unit, "path": path, "ground": cleaned["ground"], "document": document
        }  # fmt: skip


class SalaryForm(RuleForm):
    """The base salary."""

    amount = forms.IntegerField(
        label=_("Base salary, đồng a month"),
        min_value=1,
        max_value=LARGEST_AMOUNT,
        localize=True,
        help_text=_("For example 2.530.000."),
    )
    field_order = ("amount", "first", "last", "basis")

    def said(self) -> dict[str, Any]:
        """The amount, too."""
        return {**super().said(), "amount": self.cleaned_data["amount"]}


def _factor(label: Any, largest: int, help_text: Any = "") -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        min_value=Decimal("0.01"),
        max_value=largest,
        decimal_places=2,
        localize=True,
        help_text=help_text,
    )


class BonusForm(_OfForm):
    """How many base salaries go with a form."""

    individual = _factor(_("Base salaries for an individual"), 999, _("For example 0,3."))
    household = _factor(_("Times as much for a household"), 99, _("For example 1,5."))
    collective = _factor(_("Times as much for a collective"), 99, _("For example 2."))
    rounded_up_to = forms.IntegerField(
        label=_("Rounded up to full, đồng"),
        required=False,
        min_value=1,
        max_value=LARGEST_AMOUNT,
        localize=True,
        help_text=_("Only where the text says so; empty: the product as it is."),
    )
    field_order = (
        "form", "individual", "household", "collective", "rounded_up_to", "first", "last", "basis",
    )  # fmt: skip

    def said(self) -> dict[str, Any]:
        """The factors, too."""
        names = ("individual", "household", "collective", "rounded_up_to")
        return {**super().said(), **{name: self.cleaned_data[name] for name in names}}


class DirectForm(_OfForm):
    """Who decides on a form without a vote."""

    issuer_kind = forms.ChoiceField(label=_("Kind of office that decides"), choices=OFFICE_KINDS)
    field_order = ("form", "issuer_kind", "first", "last", "basis")

    def said(self) -> dict[str, Any]:
        """The kind of issuer, too."""
        return {**super().said(), "issuer_kind": self.cleaned_data["issuer_kind"]}


FORMS: dict[str, type[RuleForm]] = {
    "terms": TermForm,
    "quotas": QuotaForm,
    "consultations": ConsultationRuleForm,
    "restrictions": RestrictionForm,
    "salaries": SalaryForm,
    "bonuses": BonusForm,
    "direct": DirectForm,
}


class EndingForm(forms.Form):
    """The last day of a rule, and why it ends."""

    last = day_field(_("Last day"))
    reason = WordsField(label=_("Reason"))
