"""Who receives what: a Route record, never derived from a parent."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from campaign.queries import path_ids
from core import periods
from criteria.models import AwardForm, RouteMatter, RouteStep, Title
from units.models import Placement, Unit


def receiving_step(kind: str, path: str, day: periods.Day) -> RouteStep | None:
    """The step by which the self-assessments of units of `kind` at `path` are received on `day`.

    The route of the nearest territory counts; None is *not configured*.
    """
    above = path_ids(path)
    steps = _assessment_steps([kind], day).filter(route__territory__in=above)
    steps = steps.select_related("unit", "route")
    return max(steps, key=lambda step: above.index(step.route.territory_id or 0), default=None)


def received(places: Collection[Placement], day: periods.Day) -> set[int]:
    """Keys of the units whose self-assessments an office is configured to receive (one query)."""
    steps = _assessment_steps({place.kind for place in places}, day)
    routes = list(steps.values_list("route__subject_kinds", "route__territory"))
    return {
        place.unit_id
        for place in places
        if any(place.kind in kinds and at in path_ids(place.path) for kinds, at in routes)
    }


def _assessment_steps(kinds: Collection[str], day: periods.Day) -> "QuerySet[RouteStep]":
    return RouteStep.objects.filter(
        act=RouteStep.Act.RECEIVE,
        unit__isnull=False,
        route__matter=RouteMatter.ASSESSMENT,
        route__subject_kinds__overlap=list(kinds),
        route__period__contains=day,
    )


def receiver_of(kind: str, path: str, day: periods.Day) -> Unit | None:
    """The body that receives, as `receiving_step`."""
    step = receiving_step(kind, path, day)
    return step.unit if step else None


# Registrations


@dataclass(frozen=True)
class Receiver:
    """The office that receives, and by which step of which route."""

    place: Placement
    step: RouteStep

    @property
    def unit_id(self) -> int:
        """Key of the office."""
        return self.place.unit_id

    @property
    def name(self) -> str:
        """The name of the office today."""
        return self.place.name


class Receivers:
    """Who receives the registrations of the unit at `path` on `day`, whatever it registers for.

    Two queries, however often it is asked.
    """

    def __init__(self, path: str, day: periods.Day) -> None:
        self._above = path_ids(path)
        self._steps = _registration_steps(self._above, day)
        bodies = {step.unit_id for step in self._steps if step.unit_id}
        states = Placement.objects.on(day).filter(unit__in={*bodies, *self._above})
        self._bodies = {one.unit_id: one for one in states} if self._steps else {}

    def of(self, kind: str, subject: Title | AwardForm) -> Receiver | None:
        """Who receives what units of `kind` register for; None is *not configured*.

        The route of the nearest territory counts; at one distance the one that names the title or
        form before the one for all.
        """
        fitting = [step for step in self._steps if _fits(step, kind, subject)]
        step = max(fitting, key=self._nearness, default=None)
        return self._receiver(step) if step else None

    def _nearness(self, step: RouteStep) -> tuple[int, bool]:
        route = step.route
        territory = route.territory_id
        distance = self._above.index(territory) if territory else -1
        return distance, bool(route.title_id or route.form_code)

    def _receiver(self, step: RouteStep) -> Receiver | None:
        if step.unit_id:
            body = self._bodies.get(step.unit_id)
        else:
            chain = [self._bodies[key] for key in self._above if key in self._bodies]
            body = next((one for one in chain if one.kind == step.above), None)
        return Receiver(body, step) if body else None


def _registration_steps(above: Sequence[int], day: periods.Day) -> list[RouteStep]:
    steps = RouteStep.objects.filter(
        act=RouteStep.Act.RECEIVE,
        route__matter=RouteMatter.REGISTRATION,
        route__period__contains=day,
    ).select_related("route")
    territories = {None, *above}
    return [
        step
        for step in steps
        if step.route.territory_id in territories and (step.unit_id or step.above)
    ]


def _fits(step: RouteStep, kind: str, subject: Title | AwardForm) -> bool:
    route = step.route
    if kind not in route.subject_kinds:
        return False
    if isinstance(subject, Title):
        return route.title_id in (None, subject.pk) and not route.form_code
    return route.title_id is None and route.form_code in ("", subject.code)
