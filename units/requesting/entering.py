"""Entering a request of a person about what is kept of them."""

from dataclasses import asdict, dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core import journal, periods
from core.models import keep_step
from core.workflow import Refused
from units import permissions as of_units
from units import withholding
from units.models import (
    AskedBy,
    Member,
    PersonalRecord,
    PersonalRequest,
    Placement,
    RequestKind,
    RequestState,
)
from units.requesting import permissions


@dataclass(frozen=True)
class Asked:
    """What a request says; its fields as `PersonalRequest` has them."""

    kind: str
    asked_by: str
    identity_check: str
    received_on: periods.Day
    representative: str = ""
    contact: str = ""
    asks: str = ""
    new_name: str = ""
    new_birth_year: int | None = None


def numbered(home: Placement, kind: str, number: int) -> int | None:
    """Key of who has a number in the list of a home; None where nobody has."""
    found = Member.objects.at(home.unit_id, kind).filter(number=number).order_by("-period")
    return found.values_list("unit", flat=True).first()


def enter(user: Any, home: Placement, unit_id: int, asked: Asked) -> PersonalRequest:
    """Enter what was asked about a household's head or a citizen of `home`.

    Raises:
        Refused: not by this person, it says too little, one is open already, or nothing is kept;
            with the field, where it is one.
        Member.DoesNotExist: there is no such person at this home.
    """
    allowed, why_not = permissions.may_enter(user, home)
    if not allowed:
        raise Refused(why_not)
    member = Member.objects.filter(home=home.unit_id, unit=unit_id).latest("period")
    if not PersonalRecord.objects.filter(unit=unit_id, erased_on=None).exists():
        raise Refused(_("Nothing is kept of this person any more."))
    _check(asked)
    _check_use(asked.kind, unit_id)
    right = of_units.grant_over(user, permissions.REQUESTS, home)
    try:
        with transaction.atomic(), journal.act("request.enter", actor=user, behalf=right):
            request = PersonalRequest(
                **asdict(asked),
                unit_id=member.unit_id,
                placement=home,
                path=home.path,
                entered_by=user,
            )
            request.note_part(user)
            request.save()
            keep_step(request, "enter", RequestState.ENTERED, user, right)
    except IntegrityError as twice:
        raise Refused(_("A request of this kind is open already for this person.")) from twice
    return request


def _check_use(kind: str, unit_id: int) -> None:
    """Raises Refused for a restriction of what is not used anyway, or its lifting of what is."""
    if kind == RequestKind.RESTRICTION and withholding.is_withheld(unit_id):
        raise Refused(_("These data are not used already."), field="kind")
    if kind == RequestKind.LIFTING and not withholding.is_withheld(unit_id):
        raise Refused(_("These data are in use: there is nothing to lift."), field="kind")


def _check(asked: Asked) -> None:
    """Raises Refused, with the field, for what is missing or cannot be."""
    if asked.received_on > periods.today():
        raise Refused(_("This day has not come yet."), field="received_on")
    if asked.asked_by == AskedBy.REPRESENTATIVE and not asked.representative:
        sentence = _("Name the representative and the paper that says so.")
        raise Refused(sentence, field="representative")
    if asked.kind == RequestKind.CORRECTION and not (asked.new_name or asked.new_birth_year):
        raise Refused(_("Write what is correct: the name or the year of birth."), field="new_name")
