"""Which office a nomination goes to next, and who decides: steps of a route, never a parent."""

from collections.abc import Collection
from dataclasses import dataclass

from core import periods
from criteria.models import AwardForm, RouteMatter, RouteStep
from criteria.routing import Receiver, Receivers, Stage


@dataclass(frozen=True)
class Way:
    """The whole route of one subject for one form; no stage is *not configured*."""

    stages: tuple[Stage, ...]

    @property
    def is_configured(self) -> bool:
        """Whether any route says who receives and who decides."""
        return bool(self.stages)

    def after(self, office_id: int) -> Receiver | None:
        """Who receives it from the office `office_id`; None where nobody in the portal does.

        The office itself may stand in the route: then the next one after it; else the first.
        Nobody receives their own.
        """
        offices = [
            stage.office
            for stage in self.stages
            if stage.act in (RouteStep.Act.APPRAISE, RouteStep.Act.RECEIVE) and stage.office
        ]
        keys = [office.unit_id for office in offices]
        if office_id in keys:
            offices = offices[keys.index(office_id) + 1 :]
        return next((one for one in offices if one.unit_id != office_id), None)

    @property
    def deciding(self) -> Stage | None:
        """Who decides; its office is None where that is an authority outside the portal."""
        return next((one for one in self.stages if one.act == RouteStep.Act.DECIDE), None)

    def decided_at(self, office_id: int) -> bool:
        """Whether the leader of this very office decides."""
        stage = self.deciding
        return stage is not None and stage.office is not None and stage.office.unit_id == office_id


class Ways:
    """The routes of many subjects on a day, in two queries."""

    def __init__(self, paths: Collection[str], day: periods.Day) -> None:
        self._receivers = Receivers(RouteMatter.AWARD, paths, day)

    def of(self, path: str, kind: str, form: AwardForm) -> Way:
        """The way of a subject of `kind` at `path` for a form."""
        return Way(self._receivers.stages(path, kind, form))
