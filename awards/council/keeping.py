"""Keeping a Council: its name, who sits on it, and the rules by which it votes."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from awards.council import permissions
from awards.models import Council, CouncilSeat, VotingRule
from campaign.models import Source
from core import journal, periods
from core.workflow import Refused
from criteria.models import AwardForm
from units import entries, roles, scope
from units.models import Appointment, Placement


def without_council(user: Any) -> list[tuple[scope.Grant, Placement]]:
    """The units whose Council `user` may enter, each with the appointment that gives it: their
    office and the body that manages it, as far as they have none yet (three queries an office)."""
    today = Placement.objects.on(periods.today())
    found = []
    for grant in scope.of(user).grants:
        if "meeting.keep" in grant.role.everything:
            own = today.get(unit=grant.unit_id)
            keys = [key for key in (own.unit_id, own.managed_by_id) if key]
            taken = Council.objects.filter(unit__in=keys).values("unit")
            places = today.filter(unit__in=keys).exclude(unit__in=taken)
            found += [(grant, place) for place in places.order_by("path")]
    return found


def found(user: Any, grant: scope.Grant, place: Placement, name: str) -> Council:
    """Enter the Council of a unit. Raises Refused: it has one already."""
    with transaction.atomic(), journal.act("council.found", actor=user, behalf=grant):
        entries.lock(place.unit_id)  # of two who enter it at once the second finds it
        if Council.objects.filter(unit=place.unit_id).exists():
            raise Refused(_("This unit has a Council already."))
        return Council.objects.create(
            unit_id=place.unit_id,
            office_id=grant.unit_id,
            path=place.path,
            name=name,
            entered_by=user,
            is_demo=bool(user.is_demo),
        )


@contextmanager
def keeping(user: Any, council_pk: int, act: str) -> Iterator[Council]:
    """The Council, locked, for one change by one of its secretaries. Raises Refused."""
    with transaction.atomic():
        council = Council.objects.select_for_update(of=("self",)).get(pk=council_pk)
        allowed, why_not = permissions.may_keep(user, council)
        if not allowed:
            raise Refused(why_not)
        with journal.act(act, actor=user, behalf=permissions.keeping_grant(user, council)):
            yield council


@dataclass(frozen=True)
class SeatWords:
    """A seat as the decision on the Council says.

    Attributes:
        person: the full name; of a member with an account that account's, where it is empty.
        user: the member's account; None for one who does not use the portal.
    """

    person: str
    position: str
    post: str
    decision: str
    first: periods.Day
    last: periods.Day | None = None
    user: User | None = None
    unit_id: int | None = None


def seat(user: Any, council_pk: int, said: SeatWords) -> CouncilSeat:
    """Enter who sits on a Council.

    Raises Refused: nobody is named, the person or another chair sits there in these days, or it
    ends before it begins.
    """
    name = said.person or (str(said.user) if said.user else "")
    if not name:
        raise Refused(_("Choose an account, or write the full name."), field="person")
    if said.last and said.last < said.first:
        raise Refused(_("The period ends before it begins."), field="last")
    period = periods.between(said.first, said.last)
    with keeping(user, council_pk, "council.seat") as council:
        there = council.seats.filter(period__overlap=period)
        if said.user and there.filter(user=said.user).exists():
            raise Refused(_("This person sits on the Council in these days."), field="user")
        if said.position == CouncilSeat.Position.CHAIR:
            chair = there.filter(position=said.position).first()
            if chair:
                sentence = _("%(name)s chairs the Council in these days: end that seat first.")
                raise Refused(sentence % {"name": chair.person}, field="position")
        return CouncilSeat.objects.create(
            council=council,
            user=said.user,
            person=name,
            position=said.position,
            post=said.post,
            unit_id=said.unit_id,
            period=period,
            decision=said.decision,
            entered_by=user,
        )


def end_seat(user: Any, council_pk: int, seat_pk: int, last: periods.Day) -> CouncilSeat:
    """Say until which day somebody sits on the Council.

    Raises Refused: that is before the seat began, or no earlier than it ends;
    CouncilSeat.DoesNotExist.
    """
    with keeping(user, council_pk, "council.seat_ended") as council:
        found = council.seats.get(pk=seat_pk)
        found.period = _ended(found.period, last)
        found.save()
    return found


def _ended(period: periods.Period, last: periods.Day) -> periods.Period:
    """A period that ends earlier. Raises Refused: it would not."""
    first, present = periods.first_day(period), periods.last_day(period)
    if first and last < first:
        raise Refused(_("The period ends before it begins."))
    if present and last >= present:
        raise Refused(_("That is no earlier than the end that is entered already."))
    return periods.between(first, last)


def people_for(council: Council) -> list[User]:
    """The accounts that may have a seat: those who vote at the standing office today."""
    held = Appointment.objects.on(periods.today()).filter(
        unit=council.office_id, role__in=roles.with_capability("meeting.vote")
    )
    return list(
        User.objects.filter(pk__in=held.values("user"), is_active=True).order_by("full_name", "pk")
    )


@dataclass(frozen=True)
class RuleWords:
    """A voting rule as its basis says; shares are parts of a whole, `(2, 3)`."""

    form: AwardForm | None
    share: tuple[int, int]
    is_exceeded: bool
    base: str
    quorum: tuple[int, int]
    ballot: str
    first: periods.Day
    last: periods.Day | None
    basis: str
    source: Source | None = None


def rule(user: Any, council_pk: int, said: RuleWords) -> VotingRule:
    """Enter a rule of the Council's own.

    Raises Refused: one for the same form is in force in these days, or it ends before it begins.
    """
    if said.last and said.last < said.first:
        raise Refused(_("The period ends before it begins."), field="last")
    period = periods.between(said.first, said.last)
    with keeping(user, council_pk, "council.rule") as council:
        same = VotingRule.objects.filter(
            unit=council.unit_id, form=said.form, period__overlap=period
        )
        if same.exists():
            sentence = _("A rule for this form is in force in these days: end that one first.")
            raise Refused(sentence, field="first")
        return VotingRule.objects.create(
            form=said.form,
            unit_id=council.unit_id,
            share_parts=said.share[0],
            share_of=said.share[1],
            is_exceeded=said.is_exceeded,
            base=said.base,
            quorum_parts=said.quorum[0],
            quorum_of=said.quorum[1],
            ballot=said.ballot,
            period=period,
            basis=said.basis,
            source=said.source,
            entered_by=user,
        )


def end_rule(user: Any, council_pk: int, rule_pk: int, last: periods.Day) -> VotingRule:
    """Say until which day a rule of the Council's own is in force.

    Raises Refused: that is before it began, no earlier than it ends, or before a count that was
    closed by it; VotingRule.DoesNotExist.
    """
    with keeping(user, council_pk, "council.rule_ended") as council:
        found = VotingRule.objects.select_for_update().get(pk=rule_pk, unit=council.unit_id)
        ended = _ended(found.period, last)
        used = [case.meeting.day for case in found.cases.select_related("meeting")]
        if used and last < max(used):
            sentence = _("Counts were closed by this rule on %(day)s.")
            raise Refused(sentence % {"day": f"{max(used):%d/%m/%Y}"})
        found.period = ended
        found.save()
    return found


def rules_of(council: Council) -> list[VotingRule]:
    """The rules that concern the Council, its own first, the newest first (one query)."""
    found = VotingRule.objects.filter(Q(unit=council.unit_id) | Q(unit=None))
    return list(found.select_related("form", "source").order_by("unit", "-period", "-pk"))
