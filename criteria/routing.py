"""Who receives a self-assessment: a Route record, never derived from a parent."""

from campaign.queries import path_ids
from core import periods
from criteria.models import RouteMatter, RouteStep
from units.models import Unit


def receiving_step(kind: str, path: str, day: periods.Day) -> RouteStep | None:
    """The step by which the self-assessments of units of `kind` at `path` are received on `day`.

    The route of the nearest territory counts; None is *not configured*.
    """
    above = path_ids(path)
    steps = RouteStep.objects.filter(
        act=RouteStep.Act.RECEIVE,
        unit__isnull=False,
        route__matter=RouteMatter.ASSESSMENT,
        route__subject_kinds__contains=[kind],
        route__period__contains=day,
        route__territory__in=above,
    ).select_related("unit", "route")
    return max(steps, key=lambda step: above.index(step.route.territory_id or 0), default=None)


def receiver_of(kind: str, path: str, day: periods.Day) -> Unit | None:
    """The body that receives, as `receiving_step`."""
    step = receiving_step(kind, path, day)
    return step.unit if step else None
