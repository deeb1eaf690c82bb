"""The list of decisions, and what waits for a person."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from awards.deciding import drafting, turns
from awards.models import (
    STANDING_AWARDS,
    Award,
    AwardState,
    Decision,
    DecisionState,
    Nomination,
)
from units import scope

S = DecisionState


def lines_in_scope(user: Any, decision: Decision) -> list[Award]:
    """The lines of a published decision that concern the scope of `user`, with their subjects (a
    fixed number of queries)."""
    subjects = Prefetch("nomination", Nomination.objects.with_subject())
    mine = decision.awards.visible_to(user).prefetch_related(subjects)
    return list(mine.exclude(state=AwardState.RELEASED).order_by("order"))


def rows(user: Any, *, words: str = "", year: int | None = None) -> "QuerySet[Decision]":
    """The decisions that `user` may see, each with `commended`, how many it commends,
    and `since`, when it came into its state.

    Args:
        words: part of the form's name or of the symbol.
    """
    found = Decision.objects.visible_to(user)
    if words:
        found = found.filter(
            Q(form__name__icontains=words)
            | Q(given__name__icontains=words)
            | Q(symbol__icontains=words)
            | Q(issuer_name__icontains=words)
        )
    if year:
        found = found.filter(year=year)
    return (
        found.select_related("form", "given", "round", "phase", "signer", "begun_by")
        .annotate(commended=_commended(), since=turns.since())
        .order_by("-pk")
    )


def _commended() -> Coalesce:
    """How many lines of a decision stand; looked up for the rows of a page, as a join would have
    to group all of what a row shows."""
    standing = Award.objects.filter(decision=OuterRef("pk"), state__in=STANDING_AWARDS)
    by_decision = standing.order_by().values("decision").annotate(number=Count("pk"))
    return Coalesce(Subquery(by_decision.values("number")), 0)


def counts(found: "QuerySet[Decision]") -> dict[str, int]:
    """How many of them stand in each state (one query)."""
    counted = dict(found.order_by().values_list("state").annotate(number=Count("pk")))
    return {state: counted.get(state, 0) for state in S.values if counted.get(state)}


@dataclass(frozen=True)
class Due:
    """What of decisions waits for a person.

    Attributes:
        steps: decisions at a step that is theirs.
        ready: groups of nominations on which their office can decide now.
    """

    steps: tuple[Decision, ...]
    ready: tuple[drafting.Ready, ...]


def due(user: Any) -> Due:
    """What waits for `user`: to draft, to check, to sign, to number, to issue and publish."""
    by_capability: dict[str, list[int]] = {}
    for grant in scope.of(user).grants:
        for capability in ("decision.prepare", "decision.register"):
            if capability in grant.role.everything:
                by_capability.setdefault(capability, []).append(grant.unit_id)
    mine = (
        Q(office__in=by_capability.get("decision.prepare", ()), state=S.DRAFT)
        | Q(signer=user, state=S.SUBMITTED)
        | Q(
            issuer__in=by_capability.get("decision.register", ()),
            state__in=(S.CHECKING, S.SIGNED, S.NUMBERED, S.ISSUED),
        )
    )
    steps = Decision.objects.visible_to(user).filter(mine).select_related("form", "given")
    prepares = bool(by_capability.get("decision.prepare"))
    return Due(tuple(steps), tuple(drafting.ready(user)) if prepares else ())
