"""Who has a stake in which case, as far as the portal knows it by itself.

Nobody votes on their own: neither on the unit that they come from nor on what they took part in
proposing. The unit whose Council it is, and for its proposals the standing office, are no stake:
else no Council could vote on what its own office proposes.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from awards.models import Council, CouncilSeat, Nomination, Recusal
from core import periods
from units import roles
from units.models import Appointment

Ground = Recusal.Ground


def found(
    council: Council,
    seats: Sequence[CouncilSeat],
    nominations: Iterable[Nomination],
    day: periods.Day,
) -> dict[tuple[int, int], Ground]:
    """The stakes of members in nominations, by keys of nomination and seat (one query)."""
    units = units_of(seats, day)
    return {
        (nomination.pk, seat.pk): ground
        for nomination in nominations
        for seat in seats
        if (ground := _stake(council, nomination, seat, units[seat.pk]))
    }


def units_of(seats: Sequence[CouncilSeat], day: periods.Day) -> dict[int, set[int]]:
    """The units from which members come: the one that the roster names, and those of their
    appointments on `day` but to the Council itself (one query)."""
    of_council = roles.with_capability("meeting.vote") | roles.with_capability("meeting.keep")
    users = {seat.user_id for seat in seats if seat.user_id}
    held: defaultdict[int, set[int]] = defaultdict(set)
    for user_id, unit_id in (
        Appointment.objects.on(day)
        .filter(user__in=users)
        .exclude(role__in=of_council)
        .values_list("user_id", "unit_id")
    ):
        held[user_id].add(unit_id)
    return {
        seat.pk: {seat.unit_id} - {None} | held.get(seat.user_id or 0, set())  # type: ignore[misc]
        for seat in seats
    }


def _stake(
    council: Council, nomination: Nomination, seat: CouncilSeat, units: set[int]
) -> Ground | None:
    if seat.user_id and seat.user_id in nomination.taken_part:
        return Ground.TAKEN_PART
    from_subject = nomination.unit_id in units - {council.unit_id}
    from_proposer = nomination.proposer_id in units - {council.unit_id, council.office_id}
    # A household or citizen is of the home where it stands.
    at_home = nomination.placement.unit_id in units - {council.unit_id, council.office_id}
    return Ground.OWN_UNIT if from_subject or from_proposer or at_home else None
