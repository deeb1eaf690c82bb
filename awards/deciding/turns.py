"""Whose turn it is with a decision."""

import datetime
from collections.abc import Iterable
from itertools import takewhile

from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from awards.models import Decision, DecisionEvent, DecisionState
from awards.submitting.clock import Turn
from core.presentation import HistoryLine

S = DecisionState

_TASKS = {
    S.DRAFT: gettext_lazy("writes it and hands it over"),
    S.CHECKING: gettext_lazy("checks the form"),
    S.SUBMITTED: gettext_lazy("signs"),
    S.SIGNED: gettext_lazy("gives number and day"),
    S.NUMBERED: gettext_lazy("attaches the signed paper and issues"),
    S.ISSUED: gettext_lazy("publishes"),
}


def since() -> Subquery:
    """For a query of decisions: when each came into its present state; none as it was begun."""
    events = DecisionEvent.objects.filter(decision=OuterRef("pk"), target=OuterRef("state"))
    return Subquery(events.order_by("-pk").values("at")[:1])


def came(decision: Decision, history: Iterable[HistoryLine]) -> datetime.datetime | None:
    """When a decision came into its present state, by its history, the latest line first."""
    here = list(takewhile(lambda line: line.state == decision.state, history))
    return here[-1].at if here else None


def turn_of(decision: Decision, moment: datetime.datetime | None) -> Turn | None:
    """Who takes the next step, and since when it is theirs; None where no step is to be taken.

    Args:
        decision: with `signer` and `begun_by`.
        moment: when it came into its state; as it was begun where there is none.
    """
    task = _TASKS.get(S(decision.state))
    if task is None:
        return None
    day = timezone.localdate(moment or decision.begun_at)
    return Turn(_who(decision), str(task), day)


def _who(decision: Decision) -> str:
    """The people by their names, the registrar by the work: whoever has it that day does it."""
    if decision.state == S.DRAFT:
        return str(decision.begun_by)
    if decision.state == S.SUBMITTED and decision.signer:
        return str(decision.signer)
    return _("Registrar of the issuer")
