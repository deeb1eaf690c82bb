"""Who receives what: a Route record, never derived from a parent.

A step of a route names one office, or says which office it is of each subject: the unit of a kind
in which the subject lies, or the body that manages it (decisions 14 and 26).
"""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from campaign.queries import path_ids
from core import periods
from criteria.models import AwardForm, RouteMatter, RouteStep, Title
from units.models import MEMBER_KINDS, Placement


@dataclass(frozen=True)
class Receiver:
    """The office that receives, under its name of today."""

    unit_id: int
    kind: str
    name: str


@dataclass(frozen=True)
class Stage:
    """One step of a route for one subject.

    Attributes:
        body: which body it is, as the route words it.
        office: the unit of the portal; None where the body is known in words alone, or is not there
            on the day.
    """

    act: RouteStep.Act
    body: str
    office: Receiver | None


class Receivers:
    """Who receives what units at `paths` send on `day`, however often it is asked: one query, and
    one more where a step says of each subject which unit it is.

    A household, clan or citizen stands at the path of its home.
    """

    def __init__(self, matter: RouteMatter, paths: Collection[str], day: periods.Day) -> None:
        self._above = {key for path in paths for key in path_ids(path)}
        self._matter, self._day = matter, day
        self._steps = list(_steps(matter, self._above, day))

    def of(self, path: str, kind: str, subject: Title | AwardForm | None = None) -> Receiver | None:
        """Who receives from units of `kind` at `path`; None is *not configured*.

        The route of the nearest territory counts; at one distance the one that names the title or
        form before the one for all. Nobody receives their own: where a route names the unit that
        sends, the next one counts.

        Args:
            subject: for what they register; None asks for the routes for all.
        """
        above = path_ids(path)
        for step in self._fitting(above, kind, subject):
            if step.act != RouteStep.Act.RECEIVE or not _names_office(step):
                continue
            found = self._receiver(step, above)
            if found is None or found.unit_id != self._sender(kind, above):
                return found
        return None

    def stages(
        self, path: str, kind: str, subject: Title | AwardForm | None = None
    ) -> tuple[Stage, ...]:
        """All steps, in order, of the route that counts for a subject of `kind` at `path`; empty is
        *not configured*."""
        above = path_ids(path)
        fitting = self._fitting(above, kind, subject)
        return tuple(
            Stage(RouteStep.Act(step.act), step.body, self._receiver(step, above))
            for step in fitting
            if step.route_id == fitting[0].route_id
        )

    def _fitting(
        self, above: list[int], kind: str, subject: Title | AwardForm | None
    ) -> list[RouteStep]:
        """The steps that hold for a subject, those of the nearest route first, each in order."""
        territories = {None, *above}
        fitting = [
            step
            for step in self._steps
            if step.route.territory_id in territories and _fits(step, kind, subject)
        ]
        return sorted(fitting, key=lambda one: _nearness(one, above), reverse=True)

    def _sender(self, kind: str, above: list[int]) -> int | None:
        """The unit that sends, among those of its path; None for a household, clan or citizen that
        assesses itself: its home may receive that."""
        if self._matter == RouteMatter.ASSESSMENT and kind in MEMBER_KINDS:
            return None
        return above[-1]

    def _receiver(self, step: Any, above: list[int]) -> Receiver | None:
        if step.unit_id:
            return (
                Receiver(step.unit_id, step.unit_kind, step.unit_name) if step.unit_name else None
            )
        body = self._body(step, above)
        return Receiver(body.unit_id, body.kind, body.name) if body else None

    def _body(self, step: RouteStep, above: list[int]) -> Placement | None:
        if step.managing:
            subject = self._states.get(above[-1])
            return self._states.get(subject.managed_by_id or 0) if subject else None
        chain = (self._states[key] for key in above if key in self._states)
        return next((one for one in chain if one.kind == step.above), None)

    @cached_property
    def _states(self) -> dict[int, Placement]:
        """The units above, and what manages them, as they are on the day."""
        there = Placement.objects.on(self._day)
        managers = there.filter(unit__in=self._above).values("managed_by")
        found = there.filter(Q(unit__in=self._above) | Q(unit__in=managers))
        return {one.unit_id: one for one in found}


def receiver_of(kind: str, path: str, day: periods.Day) -> Receiver | None:
    """Who receives the self-assessment of a unit of `kind` at `path`; None is *not configured*."""
    return Receivers(RouteMatter.ASSESSMENT, [path], day).of(path, kind)


def received(places: Collection[Placement], day: periods.Day) -> set[int]:
    """Keys of the units whose self-assessments an office is configured to receive."""
    receivers = Receivers(RouteMatter.ASSESSMENT, [place.path for place in places], day)
    return {place.unit_id for place in places if receivers.of(place.path, place.kind)}


def _steps(matter: RouteMatter, above: Collection[int], day: periods.Day) -> QuerySet[RouteStep]:
    """The steps of routes that hold anywhere above; `unit_name` is that of the office on the day,
    None where it is not there."""
    offices = Placement.objects.on(day).filter(unit=OuterRef("unit"))
    return (
        RouteStep.objects.filter(
            Q(route__territory=None) | Q(route__territory__in=above),
            route__matter=matter,
            route__period__contains=day,
        )
        .select_related("route")
        .annotate(unit_kind=F("unit__kind"), unit_name=Subquery(offices.values("name")[:1]))
    )


def _names_office(step: RouteStep) -> bool:
    """Whether it says which unit it is; one whose body is known in words alone sends nothing."""
    return bool(step.unit_id or step.above or step.managing)


def _nearness(step: RouteStep, above: list[int]) -> tuple[int, bool]:
    route = step.route
    distance = above.index(route.territory_id) if route.territory_id else -1
    return distance, bool(route.title_id or route.form_code)


def _fits(step: RouteStep, kind: str, subject: Title | AwardForm | None) -> bool:
    route = step.route
    if kind not in route.subject_kinds:
        return False
    if isinstance(subject, Title):
        return route.title_id in (None, subject.pk) and not route.form_code
    return route.title_id is None and route.form_code in ("", subject.code if subject else "")
