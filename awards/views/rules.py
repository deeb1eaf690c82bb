"""The rules of commendation, of territories and of the country: read by those they bind, entered,
ended."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
)
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from awards.forms.rules import FORMS, EndingForm
from awards.models import (
    BaseSalary,
    BonusRate,
    ConsultationRule,
    DirectDecision,
    Quota,
    Restriction,
    Term,
)
from awards.ruling import entering
from core import files, periods
from core.access import require, requires
from core.models import StoredFile
from core.numbers import format_vi_number
from core.workflow import Refused
from units.models import MEMBER_KINDS, Placement

MOST = 200  # of a kind on the page, those in force first
_TITLES = {
    "terms": lambda: _("Terms of offices"),
    "quotas": lambda: _("Quotas"),
    "consultations": lambda: _("Required consultations"),
    "restrictions": lambda: _("Restrictions"),
    "salaries": lambda: _("Base salary"),
    "bonuses": lambda: _("Bonuses"),
    "direct": lambda: _("Decisions without a vote of the Council"),
}
_NEW = {
    "terms": lambda: _("Enter a term"),
    "quotas": lambda: _("Enter a quota"),
    "consultations": lambda: _("Enter a required consultation"),
    "restrictions": lambda: _("Enter a restriction"),
    "salaries": lambda: _("Enter a base salary"),
    "bonuses": lambda: _("Enter a bonus"),
    "direct": lambda: _("Enter who decides without a vote"),
}
# What it means where there is none.
_WITHOUT = {
    "terms": lambda: _("No office is late, because none has a term."),
    "quotas": lambda: _("The pre-check only says that no number is configured."),
    "consultations": lambda: _("Nobody has to be asked before a nomination goes on."),
    "restrictions": lambda: _("The pre-check still asks for the signed statement of the unit."),
    "salaries": lambda: _("Decisions name no bonus: the portal invents no figure."),
    "bonuses": lambda: _("Decisions name no bonus: the portal invents no figure."),
    "direct": lambda: _("Every decision needs a passed vote of the Council."),
}


@dataclass(frozen=True)
class Row:
    """A rule as the page shows it; `in_force` on the day of today."""

    rule: Any
    about: str
    says: str
    basis: str
    first: periods.Day | None
    last: periods.Day | None
    in_force: bool
    may_end: bool
    file: StoredFile | None


@dataclass(frozen=True)
class Section:
    """The rules of one kind.

    Attributes:
        entered_by: why the person does not enter them, which says who does; empty where they do.
        without: what it means where there is none.
    """

    kind: str
    title: str
    new: str
    entered_by: str
    without: str
    rows: list[Row]


@requires("nomination.view")
def index(request: HttpRequest) -> HttpResponse:
    """The rules that bind the person's units, and those of their territory."""
    found = {kind: list(_newest(model, request.user)) for kind, model in entering.MODELS.items()}
    units = {one.unit_id for one in found["restrictions"]}
    units |= {one.proposer_id for one in found["quotas"]}
    places = Placement.objects.on(periods.today()).filter(unit__in=units)
    names = dict(places.values_list("unit_id", "name")) if units else {}
    sections = [
        Section(
            kind,
            _TITLES[kind](),
            _NEW[kind](),
            entering.may_enter(request.user, kind)[1],
            _WITHOUT[kind](),
            [_row(request.user, one, names) for one in rules],
        )
        for kind, rules in found.items()
    ]
    return render(request, "awards/rules.html", {"sections": sections})


_JOINED: dict[Any, list[str]] = {
    Restriction: ["unit", "file"],
    Quota: ["form", "round", "phase"],
    BaseSalary: [],
}


def _newest(model: Any, user: Any) -> Any:
    joined = _JOINED.get(model, ["form"])
    found = model.objects.visible_to(user).select_related(*joined, "entered_by")
    return found.order_by("-entered_at", "-pk")[:MOST]


def _row(user: Any, rule: Any, names: dict[int, str]) -> Row:
    first, last = periods.first_day(rule.period), periods.last_day(rule.period)
    today = periods.today()
    in_force = (not first or first <= today) and (not last or today <= last)
    over = last is not None and last < today
    about, says = _words(rule, names)
    return Row(
        rule,
        about,
        says,
        rule.document if isinstance(rule, Restriction) else rule.basis,
        first,
        last,
        in_force,
        not over and entering.may_end(user, rule)[0],
        rule.file if isinstance(rule, Restriction) else None,
    )


def _words(rule: Any, names: dict[int, str]) -> tuple[str, str]:
    """Whom or what a rule is about, and what it says."""
    if isinstance(rule, Term):
        words = {"office": rule.get_office_kind_display(), "days": rule.working_days}
        return rule.form.name, _("%(office)s: %(days)d working days") % words
    if isinstance(rule, Quota):
        number = _("at most %(number)d") % {"number": rule.number}
        group = rule.get_group_display() if rule.group else _("for all")
        occasion = rule.round or rule.phase
        about = f"{names.get(rule.proposer_id, '–')} – {rule.form.name}, {occasion}"
        return about, f"{number} ({group})"
    if isinstance(rule, ConsultationRule):
        words = {
            "kind": rule.get_kind_display(),
            "body": rule.asked_body,
            "office": rule.get_office_kind_display(),
        }
        return rule.form.name, _("%(kind)s: %(body)s, asked by: %(office)s") % words
    if isinstance(rule, Restriction):
        member = rule.unit.kind in MEMBER_KINDS
        about = rule.unit.get_kind_display() if member else names.get(rule.unit_id, "–")
        return str(about), str(rule.get_ground_display())
    return _national(rule)


def _national(rule: BaseSalary | BonusRate | DirectDecision) -> tuple[str, str]:
    """The same of a rule of the country."""
    if isinstance(rule, BaseSalary):
        amount = format_vi_number(rule.amount)
        return str(_("Base salary")), _("%(amount)s đồng a month") % {"amount": amount}
    if isinstance(rule, BonusRate):
        return rule.form.name, _factors(rule)
    office = rule.get_issuer_kind_display()
    return rule.form.name, _("%(office)s decides without a vote") % {"office": office}


def _factors(rule: BonusRate) -> str:
    """What goes with a form, in words."""
    numbers = {
        name: format_vi_number(getattr(rule, name).normalize())
        for name in ("individual", "household", "collective")
    }
    said = _(
        "%(individual)s base salaries; of a household %(household)s times, of a collective "
        "%(collective)s times as much"
    )
    if not rule.rounded_up_to:
        return said % numbers
    rounded = _("rounded up to full %(amount)s đồng") % {
        "amount": format_vi_number(rule.rounded_up_to)
    }
    return f"{said % numbers}; {rounded}"


@requires("nomination.view")
def file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The document of a restriction, for who sees the restriction."""
    found = Restriction.objects.visible_to(request.user).select_related("file").filter(pk=pk)
    restriction = found.first()
    if restriction is None or restriction.file is None:
        raise Http404
    return files.attachment(restriction.file)


@requires(*entering.CAPABILITIES, methods=("GET", "POST"))
def new(request: HttpRequest, kind: str) -> HttpResponse:
    """Enter a rule for the own territory, or for the country."""
    if kind not in FORMS:
        raise Http404
    require(entering.may_enter(request.user, kind))
    grant = entering.managing_grant(request.user, kind)
    assert grant is not None  # noqa: S101 -- who may enter has one
    posted = request.method == "POST"
    form = FORMS[kind](request.POST if posted else None, grant, request.FILES if posted else None)
    if posted and form.is_valid():
        upload = form.cleaned_data.get("file")
        try:
            entering.enter(request.user, grant, kind, form.said(), upload)
        except files.FileRefused as refused:
            form.add_error("file", refused)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Entered. It is never rewritten: end it to replace it."))
            return HttpResponseRedirect(reverse("submissions:rules"))
    context = {"form": form, "title": _NEW[kind](), "ending": None}
    status = 422 if form.errors else 200
    return render(request, "awards/rule_form.html", context, status=status)


@requires(*entering.CAPABILITIES, methods=("GET", "POST"))
def end(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """End a rule, or let it end earlier."""
    model = entering.MODELS.get(kind)
    rule = model.objects.visible_to(request.user).filter(pk=pk).first() if model else None
    if rule is None:
        raise Http404
    require(entering.may_end(request.user, rule))
    form = EndingForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            entering.end(request.user, rule, form.cleaned_data["last"], form.cleaned_data["reason"])
        except Refused as refused:
            form.add_error(refused.field or None, str(refused))
        else:
            messages.success(request, _("Ended."))
            return HttpResponseRedirect(reverse("submissions:rules"))
    context = {"form": form, "title": _("End a rule"), "ending": str(rule)}
    status = 422 if form.errors else 200
    return render(request, "awards/rule_form.html", context, status=status)
