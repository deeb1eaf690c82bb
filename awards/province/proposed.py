"""Households of the invented province that are proposed for a letter of commendation, and those
whose commune has decided on it."""

import datetime
import hashlib
import itertools
from collections.abc import Sequence

from awards.demo_proposing import ACHIEVEMENTS, SUMMARY
from awards.models import (
    Award,
    AwardState,
    Decision,
    DecisionState,
    Nomination,
    NominationState,
    Submission,
    SubmissionLine,
    SubmissionState,
)
from awards.province import shares
from awards.province.rows import Kept, Village
from awards.province.stage import Commune, Stage
from core import periods
from units.models import UnitKind

# How far the nominations of the first hamlets of a commune are.
STATES = (
    NominationState.DECIDED,
    NominationState.DECIDED,
    NominationState.DECIDED,
    NominationState.APPRAISED,
    NominationState.RECEIVED,
    NominationState.SENT,
)
APPRAISED = (NominationState.DECIDED, NominationState.APPRAISED)


def propose(stage: Stage, commune: Commune, villages: Sequence[Village]) -> None:
    """Let the first hamlets of a commune propose, and the commune decide (inside an act; the
    households must be written)."""
    decided: list[tuple[Nomination, str]] = []
    for village, state in zip(villages, STATES, strict=False):
        chosen = _chosen(village)
        submission = _submission(stage, village, state)
        made = Nomination.objects.bulk_create(
            _nomination(stage, village, one, state, submission) for one in chosen
        )
        SubmissionLine.objects.bulk_create(
            SubmissionLine(
                submission=submission,
                nomination=one,
                order=order,
                prior_state=NominationState.DRAFT,
            )
            for order, one in enumerate(made, start=1)
        )
        if state == NominationState.DECIDED:
            called = (f"Hộ gia đình {one.person.name}" for one in chosen)
            decided += zip(made, called, strict=True)
    if decided:
        _decide(stage, commune, decided)


def _chosen(village: Village) -> list[Kept]:
    """Households that have held the title in all years."""
    households = village.members[UnitKind.HOUSEHOLD]
    steady = (kept for kept in households if all(kept.person.years.holds))
    return list(itertools.islice(steady, shares.NOMINATED_IN_A_HAMLET))


def _submission(stage: Stage, village: Village, state: NominationState) -> Submission:
    hamlet = village.hamlet
    received = state != NominationState.SENT
    return Submission.objects.create(
        form=stage.letter,
        phase=stage.phase,
        sender_id=hamlet.unit_id,
        placement=hamlet.now,
        path=hamlet.now.path,
        state=SubmissionState.RECEIVED if received else SubmissionState.SENT,
        receiver_id=hamlet.commune.place.unit_id,
        begun_by_id=hamlet.head,
        sent_by_id=hamlet.head,
        sent_at=_at(stage.years[-1].sent),
        received_by_id=hamlet.commune.clerk if received else None,
        received_on=stage.years[-1].checked if received else None,
        taken_part=[hamlet.head],
    )


def _nomination(
    stage: Stage, village: Village, one: Kept, state: NominationState, submission: Submission
) -> Nomination:
    hamlet, year = village.hamlet, stage.years[-1]
    appraised = state in APPRAISED
    phase = stage.phase
    first, last = datetime.date(phase.from_year, 1, 1), datetime.date(phase.to_year, 12, 31)
    return Nomination(
        form=stage.letter,
        phase=phase,
        unit_id=one.key,
        placement=hamlet.now,
        path=hamlet.now.path,
        proposer_id=hamlet.unit_id,
        period=periods.between(first, last),
        summary=SUMMARY,
        achievements=ACHIEVEMENTS,
        state=state,
        office_id=hamlet.commune.place.unit_id,
        submission=submission,
        unrestricted_by_id=hamlet.head,
        unrestricted_at=_at(year.sent),
        begun_by_id=hamlet.head,
        taken_part=[hamlet.head],
        sent_at=_at(year.sent),
        appraised_by_id=hamlet.commune.clerk if appraised else None,
        appraised_at=_at(year.checked) if appraised else None,
    )


def _decide(stage: Stage, commune: Commune, decided: Sequence[tuple[Nomination, str]]) -> None:
    year, place = stage.years[-1], commune.place
    text = f"Dữ liệu minh họa: khen thưởng {len(decided)} hộ gia đình của {place.name}."
    decision = Decision.objects.create(
        form=stage.letter,
        given=stage.letter,
        phase=stage.phase,
        issuer_id=place.unit_id,
        issuer_name=f"Chủ tịch Ủy ban nhân dân {place.name}",
        placement=place,
        office_id=place.unit_id,
        symbol="QĐ-UBND",
        number=1000,
        dated=year.decided,
        year=year.decided.year,
        position="Chủ tịch",
        text=text,
        digest=hashlib.sha256(text.encode()).hexdigest(),
        state=DecisionState.PUBLISHED,
        begun_by_id=commune.clerk,
        checked_by_id=commune.clerk,
        signer_id=commune.leader,
        appointment_id=commune.held,
        signed_at=_at(year.decided),
        issued_at=_at(year.decided),
        published_at=_at(year.decided),
        signed_file=stage.scan,
        taken_part=[commune.clerk],
    )
    Award.objects.bulk_create(
        Award(decision=decision, nomination=one, order=order, name=name, state=AwardState.GRANTED)
        for order, (one, name) in enumerate(decided, start=1)
    )


def _at(day: periods.Day) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(2), tzinfo=datetime.UTC)
