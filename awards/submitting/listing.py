"""The list of submissions, what a unit can begin one from, and what a person has to do."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)

from awards.consulting.permissions import ANSWERING
from awards.models import (
    BEING_PREPARED,
    Consultation,
    ConsultationState,
    Nomination,
    NominationEvent,
    NominationState,
    Submission,
    SubmissionLine,
    SubmissionQuerySet,
    SubmissionState,
)
from awards.nominating.routes import Ways
from awards.submitting import clock
from awards.submitting.entering import FROM_BELOW_READY, OWN_READY
from campaign.models import Phase, Round
from campaign.queries import Occasion
from core import periods
from criteria.models import AwardForm
from units import scope
from units.models import Placement

S = SubmissionState
# In the order of work.
STATE_ORDER = (S.RETURNED.value, S.SENT.value, S.SIGNED.value, S.DRAFT.value, S.RECEIVED.value)
_BY_STATE = Case(
    *(When(state=state, then=Value(place)) for place, state in enumerate(STATE_ORDER)),
    output_field=IntegerField(),
)
SORTS: dict[str, Any] = {
    "sender": F("placement__name"),
    "form": F("form__name"),
    "number": F("carries"),
    "state": _BY_STATE,
    "sent": F("sent_at"),
}


def preparing_units(user: Any) -> dict[int, scope.Grant]:
    """The units whose submissions `user` prepares, each with the appointment."""
    grants = scope.of(user).grants
    return {one.unit_id: one for one in grants if "submission.prepare" in one.role.everything}


def rows(user: Any, *, words: str = "", form: str = "", occasion: str = "") -> SubmissionQuerySet:
    """The submissions in the scope of `user`, with what may be shown of each.

    Each has `is_read`, whether `user` may read it (until the sending it is its unit's own),
    `carries`, how many nominations it carries (None in a draft of others), `receiver_name`, and
    what `waiting` says.

    Args:
        words: part of the sender's name, with or without accents.
        form: code of a form of commendation.
        occasion: `occasion_code` of a round or phase.
    """
    found = Submission.objects.visible_to(user)
    if words:
        folded = Func(Value(words), function="core_fold")
        found = found.filter(placement__name_key__contains=folded)
    if form:
        found = found.filter(form__code=form)
    if occasion:
        kind, _dash, key = occasion.partition("-")
        found = found.filter(**{kind: int(key)})
    own = {grant.unit_id for grant in scope.of(user).grants}
    is_read = Q(sent_at__isnull=False) | Q(sender__in=own)
    offices = Placement.objects.on(periods.today()).filter(unit=OuterRef("receiver"))
    return found.annotate(
        is_read=Case(When(is_read, then=True), default=False),
        carries=Case(When(is_read, then=_counted(SubmissionLine.objects.all(), "submission"))),
        **waiting(),
        receiver_name=Subquery(offices.values("name")[:1]),
    )


def waiting() -> dict[str, Any]:
    """What of a submission waits for somebody: `open_lines`, how many nominations that it brought
    are at the receiving office; `returned_at`, when the last of those was returned that a unit has
    to complete, None where there is none; `returned_to`, the names of those units."""
    returned = NominationEvent.objects.filter(
        nomination__submission=OuterRef("pk"),
        nomination__state=NominationState.RETURNED,
        transition="return",
    )
    proposers = Nomination.objects.filter(
        submission=OuterRef(OuterRef("pk")), state=NominationState.RETURNED
    ).values("proposer")
    completing = Placement.objects.on(periods.today()).filter(unit__in=proposers)
    return {
        "open_lines": _counted(Nomination.objects.filter(state__in=clock.RUNNING), "submission"),
        "returned_at": Subquery(returned.order_by("-pk").values("at")[:1]),
        "returned_to": ArraySubquery(completing.values_list("name", flat=True).order_by("name")),
    }


def _counted(found: Any, field: str) -> Any:
    """How many of `found` name the row."""
    of_row = found.filter(**{field: OuterRef("pk")}).order_by().values(field)
    return Func(
        Subquery(of_row.annotate(number=Count("pk")).values("number")),
        Value(0),
        function="COALESCE",
        output_field=IntegerField(),
    )


def late(found: SubmissionQuerySet) -> SubmissionQuerySet:
    """Those with which the receiving office is late."""
    overdue = Nomination.objects.filter(clock.late_nominations(periods.today()))
    return found.filter(Exists(overdue.filter(submission=OuterRef("pk"))))


def ordered(found: SubmissionQuerySet, sort: str) -> SubmissionQuerySet:
    """The rows by a column, `-` before its name turns the order round; else in order of work."""
    key = SORTS.get(sort.removeprefix("-"))
    listed = found.select_related("placement", "receiver", "form", "round", "phase")
    if key is None:
        return listed.order_by(_BY_STATE.asc(), "-pk")
    by = key.desc(nulls_last=True) if sort.startswith("-") else key.asc(nulls_last=True)
    return listed.order_by(by, "-pk")


def counts(found: SubmissionQuerySet) -> dict[str, int]:
    """How many rows stand in each state, in the order of work (one query)."""
    counted = dict(found.order_by().values_list("state").annotate(Count("pk")))
    return {state: counted[state] for state in STATE_ORDER if state in counted}


def forms(user: Any) -> list[tuple[str, str]]:
    """Code and name of the forms for which submissions in the scope of `user` ask (one query)."""
    asked = Submission.objects.visible_to(user).values("form")
    return list(AwardForm.objects.filter(pk__in=asked).values_list("code", "name"))


def occasions(user: Any) -> list[tuple[str, str]]:
    """Rounds and phases of these submissions, as an address names them and by name (two
    queries)."""
    visible = Submission.objects.visible_to(user)
    found: list[Occasion] = [
        *Round.objects.filter(pk__in=visible.values("round")),
        *Phase.objects.filter(pk__in=visible.values("phase")),
    ]
    return [(occasion_code(one), one.name) for one in found]


def occasion_code(occasion: Occasion) -> str:
    """A round or phase as an address names it."""
    return f"{'round' if isinstance(occasion, Round) else 'phase'}-{occasion.pk}"


def occasion_of(code: str) -> Occasion | None:
    """The round or phase that an address names; None for anything else."""
    kind, _dash, key = code.partition("-")
    model: Any = {"round": Round, "phase": Phase}.get(kind)
    if model is None or not (key.isascii() and key.isdecimal() and len(key) < 19):
        return None
    found: Occasion | None = model.objects.filter(pk=int(key)).first()
    return found


@dataclass(frozen=True)
class Offer:
    """What a unit can put on one new submission now.

    Attributes:
        own: how many of its own nominations are written; `below`: how many from below are ready.
    """

    unit_id: int
    unit_name: str
    form: AwardForm
    occasion: Occasion
    own: int
    below: int

    @property
    def code(self) -> str:
        """The occasion as an address names it."""
        return occasion_code(self.occasion)


def offers(user: Any) -> list[Offer]:
    """What the units of `user` can begin submissions from, by form and occasion (four queries)."""
    grants = preparing_units(user)
    if not grants:
        return []
    own = Q(proposer__in=grants, state__in=OWN_READY)
    below = Q(office__in=grants, state__in=FROM_BELOW_READY)
    lying = SubmissionLine.objects.filter(
        nomination=OuterRef("pk"),
        submission__sender__in=grants,
        submission__state__in=BEING_PREPARED,
    )
    found = list(
        Nomination.objects.filter(own | below)
        .exclude(Exists(lying))
        .select_related("form", "round", "phase", "unit")
    )
    ways = Ways([one.path for one in found], periods.today()) if found else None
    counted: dict[tuple[int, AwardForm, Occasion], list[int]] = {}
    for one in found:
        from_below = one.state in FROM_BELOW_READY
        sender = one.office_id if from_below else one.proposer_id
        assert ways is not None and sender is not None  # noqa: S101, PT018 -- read above
        if not ways.of(one.path, one.unit.kind, one.form).decided_at(sender):
            counted.setdefault((sender, one.form, one.occasion), [0, 0])[from_below] += 1
    return [
        Offer(unit, grants[unit].unit_name, form, occasion, *numbers)
        for (unit, form, occasion), numbers in counted.items()
    ]


@dataclass(frozen=True)
class Due:
    """What a person has to do about submissions; each as a list, the oldest first.

    Attributes:
        to_complete: returned to the own unit.
        to_sign, to_send, to_receive: what waits for the person's own act.
        to_answer: what the own unit is asked, what is due first.
        late: how many the person's office has had for longer than it may.
    """

    to_complete: Sequence[Submission] = ()
    to_sign: Sequence[Submission] = ()
    to_send: Sequence[Submission] = ()
    to_receive: Sequence[Submission] = ()
    to_answer: Sequence[Consultation] = ()
    late: int = 0

    @property
    def anything(self) -> bool:
        """Whether there is anything to do."""
        own = (self.to_complete, self.to_sign, self.to_send)
        return any((*own, self.to_receive, self.to_answer, self.late))


def due(user: Any) -> Due:
    """What `user` has to do about submissions today (at most five queries)."""
    held = scope.of(user)
    prepares, signs = set(preparing_units(user)), held.units_with("submission.sign")
    receives, answers = held.units_with("nomination.appraise"), held.units_with(ANSWERING)
    if not prepares | signs | receives | answers:
        return Due()
    waiting = Q(sender__in=prepares | signs, state__in=(S.DRAFT, S.SIGNED, S.RETURNED)) | Q(
        receiver__in=receives, state=S.SENT
    )
    found = (
        Submission.objects.visible_to(user)
        .filter(waiting)
        .annotate(carries=_counted(SubmissionLine.objects.all(), "submission"))
    )
    found = found.select_related("placement", "form", "round", "phase").order_by("pk")
    listed = list(found[:MOST])
    is_late = 0
    if receives:
        overdue = Nomination.objects.visible_to(user).filter(office__in=receives)
        is_late = overdue.filter(clock.late_nominations(periods.today())).count()
    return Due(
        [one for one in listed if one.state == S.RETURNED and one.sender_id in prepares],
        [
            one
            for one in listed
            if one.state in (S.DRAFT, S.RETURNED)
            and one.sender_id in signs
            and user.pk not in one.taken_part
        ],
        [one for one in listed if one.state == S.SIGNED and one.sender_id in prepares],
        [one for one in listed if one.state == S.SENT and one.receiver_id in receives],
        _asked(user, answers),
        is_late,
    )


def _asked(user: Any, units: Collection[int]) -> list[Consultation]:
    """The questions to these units that wait for an answer, what is due first."""
    if not units:
        return []
    found = Consultation.objects.visible_to(user).filter(
        asked_unit__in=units, state=ConsultationState.ASKED
    )
    return list(found.select_related("placement").order_by("due_on", "pk")[:MOST])


MOST = 50  # of what waits stands on the first page; the list shows all of it
