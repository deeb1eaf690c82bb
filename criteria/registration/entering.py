"""Entering who registers: a list of members, a number, or both; row by row.

Whatever changes a list locks its row first, so that what is counted in it stays what stands there.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaign.models import Round
from core import journal, periods
from core.workflow import Outdated, Refused
from criteria.models import Registration, RegistrationList, RegistrationState, Title
from criteria.registration import permissions
from criteria.registration.offers import Offer
from units import entries, members, withholding
from units.entries import Row
from units.members import MemberEntry
from units.models import Member

LARGEST = 10_000_000


def begin(user: Any, round_: Round, offer: Offer) -> RegistrationList:
    """Begin a list, or give the one that is there. A unit that registers itself is its only line.

    Raises Refused: not by this person, or no office is configured to receive it.
    """
    place = offer.place
    grant = permissions.entering_grant(user, place)
    if grant is None:
        raise Refused(_("You do not enter registrations for this unit."))
    if offer.receiver is None:
        raise Refused(_("No office is configured to receive this registration (not configured)."))
    key = _key(round_, offer)
    with transaction.atomic():
        entries.lock(place.unit_id)
        there = RegistrationList.objects.filter(**key).first()
        if there:
            return there
        with journal.act("registration.begin", actor=user, behalf=grant):
            begun = RegistrationList.objects.create(
                **key,
                placement=place,
                path=place.path,
                begun_by=user,
                taken_part=[user.pk],
                listed=int(offer.is_own),
            )
            if offer.is_own:
                Registration.objects.create(list=begun, unit_id=place.unit_id, entered_by=user)
    return begun


def _key(round_: Round, offer: Offer) -> dict[str, Any]:
    title = offer.subject if isinstance(offer.subject, Title) else None
    form = None if title else offer.subject
    return {
        "round": round_,
        "unit_id": offer.place.unit_id,
        "kind": offer.kind,
        "title": title,
        "form": form,
    }


def locked(pk: int) -> RegistrationList:
    """The list, locked until the transaction ends. Raises RegistrationList.DoesNotExist."""
    found: RegistrationList = (
        RegistrationList.objects.select_for_update(of=("self",))
        .select_related("placement", "title", "form", "round")
        .get(pk=pk)
    )
    return found


def _open(pk: int, user: Any) -> RegistrationList:
    found = locked(pk)
    allowed, why_not = permissions.may_enter(user, found)
    if not allowed:
        raise Refused(why_not)
    return found


def _open_to_members(pk: int, user: Any) -> RegistrationList:
    found = _open(pk, user)
    if found.is_own:
        raise Refused(_("The unit registers itself: there is nobody to choose."))
    return found


def register(user: Any, pk: int, unit_ids: Collection[int], *, registered: bool) -> int:
    """Put members into the list, or take them out; who stands as asked already is left alone.

    Returns:
        How many were put in or taken out.

    Raises:
        Refused: not by this person or not now; a member belongs elsewhere, or is registered there.
        RegistrationList.DoesNotExist: there is no such list.
    """
    with transaction.atomic():
        found = _open_to_members(pk, user)
        there = found.lines.filter(unit__in=unit_ids)
        if not registered:
            changed = list(there.values_list("unit", flat=True))
        else:
            changed = sorted(set(unit_ids) - set(there.values_list("unit", flat=True)))
            _check_members(found, changed)
        if changed:
            with _changing(found, user, "registration.enter" if registered else "registration.out"):
                _write_lines(found, user, changed, registered=registered)
    return len(changed)


def _write_lines(
    found: RegistrationList, user: Any, unit_ids: Collection[int], *, registered: bool
) -> None:
    if registered:
        Registration.objects.bulk_create(
            Registration(list=found, unit_id=unit_id, entered_by=user) for unit_id in unit_ids
        )
        found.listed += len(unit_ids)
    else:
        found.lines.filter(unit__in=unit_ids).delete()
        found.listed -= len(unit_ids)


def _check_members(found: RegistrationList, unit_ids: Collection[int]) -> None:
    """Refuse who does not belong to the unit today, or is registered for the same elsewhere."""
    here = Member.objects.on(periods.today()).at(found.unit_id, found.kind)
    if here.filter(unit__in=unit_ids).count() != len(unit_ids):
        raise Refused(_("Only those who belong to the unit today register here."))
    withholding.refuse_use(unit_ids)
    elsewhere = (
        Registration.objects.filter(
            unit__in=unit_ids,
            list__round=found.round_id,
            list__title=found.title_id,
            list__form=found.form_id,
        )
        .exclude(list__state=RegistrationState.WITHDRAWN)
        .count()
    )
    if elsewhere:
        sentence = ngettext(
            "%(number)d of them is registered for the same in another list of this round.",
            "%(number)d of them are registered for the same in other lists of this round.",
            elsewhere,
        )
        raise Refused(sentence % {"number": elsewhere})


def unbegin(user: Any, pk: int) -> None:
    """Take away a list that was begun and says nothing of members, as if it had never been; one
    that says something, or was ever sent, stays.

    Raises:
        Refused: not by this person or not now.
        RegistrationList.DoesNotExist: there is no such list.
    """
    with transaction.atomic():
        found = _open(pk, user)
        of_members = not found.is_own and found.lines.exists()
        if of_members or found.declared is not None or found.events.exists():
            return
        grant = permissions.entering_grant(user, found.placement)
        with journal.act("registration.unbegin", actor=user, behalf=grant):
            found.lines.all().delete()
            found.delete()


def enter_member(user: Any, pk: int, row: Row, entry: MemberEntry, reason: str) -> Member:
    """Enter a new member of the unit, and register it; a row that is sent again enters it once.

    Args:
        reason: why the names were opened; it stands beside each change in the journal.

    Raises:
        EntryError: the row cannot be, with a sentence per field.
        Conflict: the row has been entered, with something else.
        Refused: not by this person or not now.
        RegistrationList.DoesNotExist: there is no such list.
    """
    with transaction.atomic():
        found = _open_to_members(pk, user)
        member = members.save_row(user, found.placement, found.kind, row, entry, 0, reason)
        if not found.lines.filter(unit=member.unit_id).exists():
            with _changing(found, user, "registration.enter"):
                _write_lines(found, user, [member.unit_id], registered=True)
    return member


def declare(user: Any, pk: int, number: int | None, *, seen: int | None) -> RegistrationList:
    """State how many register, where no list is kept or beside it; None takes the number away.

    Args:
        seen: the number that the person had before them.

    Raises:
        Outdated: it is another number by now.
        Refused: not by this person or not now, or the number cannot be.
    """
    if number is not None and not 0 <= number <= LARGEST:
        raise Refused(_("This value is not possible here."))
    with transaction.atomic():
        found = _open_to_members(pk, user)
        if number == found.declared:
            return found
        if seen != found.declared:
            raise Outdated(_("Somebody changed this meanwhile: look at it as it stands now."))
        with _changing(found, user, "registration.declare"):
            found.declared = number
    return found


@contextmanager
def _changing(found: RegistrationList, user: Any, act: str) -> Iterator[None]:
    """An act that changes what a locked list says: who took part, one version more, saved."""
    grant = permissions.entering_grant(user, found.placement)
    with journal.act(act, actor=user, behalf=grant):
        yield
        found.note_part(user)
        found.version += 1
        found.save()
