"""The criteria: every published set, and one of them with each criterion and its source."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import localize
from django.utils.translation import ngettext

from core import periods
from core.access import signed_in
from core.numbers import format_vi_number
from criteria import evaluation, rule_texts, rules
from criteria.applicability import Applicable, applicable_sets, why_none
from criteria.drafting.carrying import open_ones
from criteria.drafting.comparing import compare_sets
from criteria.drafting.permissions import may_begin
from criteria.forms.catalogue import CatalogueForm
from criteria.models import CriteriaSet, Criterion, SetDraft, Title
from criteria.models.drafts import EDIT
from criteria.views.sources import criterion_url, own_quote, record_url
from units import scope
from units.models import Placement, UnitKind


def kinds() -> dict[str, str]:
    """The names of all kinds of unit."""
    return {kind.value: str(kind.label) for kind in UnitKind}


def kind_names(kinds: Iterable[str], names: Mapping[str, str]) -> str:
    """The kinds of unit in words, in their usual order.

    Args:
        names: of all kinds, as `kinds` gives them.
    """
    wanted = set(kinds)
    return ", ".join(name for kind, name in names.items() if kind in wanted)


@dataclass(frozen=True)
class Row:
    """One set of the catalogue."""

    criteria_set: CriteriaSet
    kinds: str
    known: int
    unknown: int
    in_force: bool

    @property
    def known_words(self) -> str:
        """How many criteria have their source."""
        words = ngettext("%(known)s criterion", "%(known)s criteria", self.known)
        return words % {"known": localize(self.known)}

    @property
    def unknown_words(self) -> str:
        """How many have none."""
        words = ngettext("%(unknown)s without source", "%(unknown)s without source", self.unknown)
        return words % {"unknown": localize(self.unknown)}


@dataclass(frozen=True)
class Group:
    """The sets of one document for one purpose."""

    purpose: str
    heading: str
    document_code: str
    owner: str
    rows: list[Row]


@dataclass(frozen=True)
class Own:
    """A unit of the person's own, and the set that applies to it today."""

    placement: Placement
    found: Applicable

    @property
    def why_none(self) -> str:
        """Why none applies, where one is near; empty where there is none for this kind of unit."""
        return why_none(self.found)


@signed_in()
def index(request: HttpRequest) -> HttpResponse:
    """Every published set, by purpose and document; first which applies to one's own units."""
    sets = list(
        CriteriaSet.objects.published()
        .select_related("document", "title")
        .annotate(
            criteria_count=Count("criteria"),
            unknown=Count("criteria", filter=Q(criteria__status=Criterion.Status.NO_SOURCE)),
        )
        .order_by("purpose", "document__order", "order", "code", "-version")
    )
    form = CatalogueForm(request.GET, sets)
    shown = [one for one in sets if form.matches(one)]
    context = {
        "form": form,
        "groups": _groups(shown),
        "total": len(sets),
        "shown": len(shown),
        "own": _own(request.user),
        "drafts": _drafts(request.user),
    }
    return render(request, "criteria/catalogue.html", context)


def _drafts(user: Any) -> list[SetDraft]:
    """The versions that are drafted and not in force yet, for who keeps them (one query)."""
    if not scope.of(user).has(EDIT):
        return []
    found = SetDraft.objects.visible_to(user).unpublished()
    return list(found.select_related("criteria_set", "proposed_by").order_by("path", "code"))


def _groups(sets: list[CriteriaSet]) -> list[Group]:
    today, names = periods.today(), kinds()
    return [
        Group(
            purpose=purpose,
            heading=str(members[0].document),
            document_code=members[0].document.code,
            owner=", ".join(dict.fromkeys(one.owner_name for one in members if one.owner_name)),
            rows=[_row(one, today, names) for one in members],
        )
        for (purpose, _document), found in groupby(
            sets, key=lambda one: (one.purpose, one.document_id)
        )
        if (members := list(found))
    ]


def _row(one: CriteriaSet, today: periods.Day, names: Mapping[str, str]) -> Row:
    count: int = one.criteria_count  # type: ignore[attr-defined]
    unknown: int = one.unknown  # type: ignore[attr-defined]
    words = kind_names(one.subject_kinds, names)
    return Row(one, words, count - unknown, unknown, today in one.period)


def _own(user: Any) -> list[Own]:
    """The person's own units of today, each with the set of the campaign that applies to it."""
    today = periods.today()
    keys = {grant.unit_id for grant in scope.of(user).grants}
    placements = list(Placement.objects.on(today).filter(unit__in=keys).order_by("name", "pk"))
    if not placements:
        return []
    found = applicable_sets(placements, today)
    return [Own(placement, found[placement.unit_id]) for placement in placements]


def _other_versions() -> QuerySet[CriteriaSet, int]:
    """The versions of a set beside the one that is shown."""
    others = CriteriaSet.objects.published().filter(code=OuterRef("code")).order_by("version")
    return others.exclude(version=OuterRef("version")).values_list("version", flat=True)


def _name_of(unit: str) -> Subquery:
    """The latest name of the unit in a field: owners that a reform has ended keep theirs."""
    states = Placement.objects.filter(unit=OuterRef(unit)).order_by("-period")
    return Subquery(states.values("name")[:1])


@dataclass(frozen=True)
class Entry:
    """One criterion as its page reads it aloud."""

    criterion: Criterion
    rule: list[str]
    points: str
    quote: str  # empty where the wording is that sentence itself
    source_url: str
    part_of: str


@dataclass(frozen=True)
class Chapter:
    """The criteria of one group, in order."""

    name: str
    entries: list[Entry]


@signed_in()
def detail(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """One set: its rule in words, and every criterion with its sentence and source."""
    criteria_set = (
        CriteriaSet.objects.published()
        .select_related("document", "title", "source", "derives_from")
        .annotate(territory=_name_of("owner"), other_versions=ArraySubquery(_other_versions()))
        .filter(code=code, version=version)
        .first()
    )
    if criteria_set is None:
        raise Http404
    form = evaluation.form_of(criteria_set)
    first, last = periods.first_day(criteria_set.period), periods.last_day(criteria_set.period)
    context = {
        "set": criteria_set,
        "kinds": kind_names(criteria_set.subject_kinds, kinds()),
        "first": first,
        "last": last,
        "in_force": periods.today() in criteria_set.period,
        "today": periods.today(),
        "rule": rule_texts.describe_set(form.rule, form.specs),
        "chapters": chapters_of(form),
        "count": len(form.criteria),
        "unknown": sum(1 for spec in form.specs if not spec.sourced),
        "intro_url": record_url(criteria_set.source.code, "set", criteria_set.pk),
        "own": [own for own in _own(request.user) if own.found.criteria_set == criteria_set],
        **_drafting(request.user, criteria_set),
    }
    return render(request, "criteria/catalogue_set.html", context)


@signed_in()
def beside(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """A set beside the one that it derives from: what was added, changed and left out."""
    found = CriteriaSet.objects.published().select_related(
        "document", "source", "derives_from__document", "derives_from__source"
    )
    one = found.filter(code=code, version=version).exclude(derives_from=None).first()
    if one is None or one.derives_from is None:
        raise Http404
    titles = {title.code: str(title) for title in Title.objects.all()}
    context = {
        "set": one,
        "base": one.derives_from,
        "comparison": compare_sets(one.derives_from, one, titles),
    }
    return render(request, "criteria/beside.html", context)


def _drafting(user: Any, criteria_set: CriteriaSet) -> dict[str, Any]:
    """The draft of its next version, or whether the person may begin one."""
    if not scope.of(user).has(EDIT):
        return {"draft": None, "drafts": False, "left_behind": 0}
    same_code = SetDraft.objects.visible_to(user).unpublished().filter(code=criteria_set.code)
    draft = same_code.first()
    newest = all(version < criteria_set.version for version in criteria_set.other_versions)  # type: ignore[attr-defined]
    keeps = newest and may_begin(user, criteria_set)[0]
    left_behind = open_ones(user, criteria_set).count() if keeps and criteria_set.version > 1 else 0
    return {"draft": draft, "drafts": keeps and draft is None, "left_behind": left_behind}


def chapters_of(form: evaluation.Form) -> list[Chapter]:
    """The criteria of a set as its page reads them aloud, group by group (one query)."""
    titles = {title.code: str(title) for title in Title.objects.all()}
    combined = {child: spec.code for spec in form.specs for child in rules.children_of(spec.rule)}
    entries = [
        _entry(criterion, spec, titles, combined.get(spec.code, ""))
        for criterion, spec in zip(form.criteria, form.specs, strict=True)
    ]
    return [
        Chapter(name, list(found))
        for name, found in groupby(entries, key=lambda entry: entry.criterion.group)
    ]


def _entry(
    criterion: Criterion, spec: rules.CriterionSpec, titles: dict[str, str], part_of: str
) -> Entry:
    points = rules.max_points(spec.rule)
    return Entry(
        criterion=criterion,
        rule=rule_texts.describe(spec.rule, titles, kinds()),
        points="" if points is None else format_vi_number(points),
        quote=own_quote(criterion),
        source_url=criterion_url(criterion),
        part_of=part_of,
    )
