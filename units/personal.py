"""Personal data: how an identity number is kept, and who opened the names of a place, and why."""

import datetime
import hashlib
import hmac
import re
from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.db.models import Exists, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from core import journal
from core.workflow import Refused
from units import permissions
from units.models import PersonalExport, PersonalReading, PersonalRecord, Placement

OPEN_FOR = datetime.timedelta(hours=1)
TAIL = 4
REASON_LENGTH = 500
_IDENTITY = re.compile(r"\d{12}|\d{9}")  # căn cước, chứng minh nhân dân
NUMBER_INSIDE = re.compile(r"(?<!\d)(?:\d[\s.]?){8}(?:(?:\d[\s.]?){3})?\d(?!\d)")


def identity_number(text: str) -> str:
    """The digits of an identity number as typed. Raises ValueError with a translated sentence."""
    digits = re.sub(r"[\s.]", "", text)
    if not _IDENTITY.fullmatch(digits):
        raise ValueError(_("An identity number has 12 digits (formerly 9)."))
    return digits


def digest(number: str) -> str:
    """What is stored of an identity number: the same for the same number, under the secret.

    The secret stands outside the database, so that whoever has only the database cannot try out
    all numbers.
    """
    key = settings.PERSONAL_DATA_KEY.encode()
    return hmac.new(key, number.encode(), hashlib.sha256).hexdigest()


def masked(tail: str) -> str:
    """An identity number as it is shown."""
    return f"•••• {tail}" if tail else ""


def said(reason: str) -> str:
    """The reason as it is kept.

    Raises Refused where there is none, or where it holds an identity number: it could not be taken
    out of the journal again.
    """
    reason = reason.strip()
    if not reason:
        raise Refused(_("Say why: this step needs a reason."))
    if NUMBER_INSIDE.search(reason):
        raise Refused(_("Leave the identity number out: a reason stays in the journal for good."))
    return reason


def open_names(user: Any, home: Placement, reason: str) -> PersonalReading:
    """Open the names of a hamlet or office to `user` for an hour.

    Raises Refused: not for this person, or without a reason.
    """
    allowed, why_not = permissions.may_read_names(user, home)
    if not allowed:
        raise Refused(why_not)
    reason = said(reason)
    right = permissions.grant_over(user, "personal.read", home)
    with journal.act("personal.read", actor=user, reason=reason, behalf=right):
        return PersonalReading.objects.create(user=user, home_id=home.unit_id, reason=reason)


def export_names(
    user: Any, place: Placement, homes: Collection[Placement], kind: str, rows: int, reason: str
) -> PersonalExport:
    """Record that `user` takes a list with names out of the portal.

    Args:
        place: whose list it is, such as a commune's.
        homes: the hamlets or offices whose members it names.
        rows: how many it names.

    Raises Refused: not for this person, or without a reason.
    """
    for home in homes:
        allowed, why_not = permissions.may_export_names(user, home)
        if not allowed:
            raise Refused(why_not)
    reason = said(reason)
    right = permissions.grant_over(user, "personal.export", next(iter(homes), place))
    with journal.act("personal.export", actor=user, reason=reason, behalf=right):
        return PersonalExport.objects.create(
            user=user, place_id=place.unit_id, kind=kind, rows=rows, reason=reason
        )


def open_reading(user: Any, home_id: int) -> PersonalReading | None:
    """The reading that lets `user` see the names of a place now, if there is one (one query)."""
    return readings_open(user, home_id).order_by("-opened_at").first()


def open_record(user: Any, unit_id: int, home_id: int) -> PersonalRecord | None:
    """The personal record of a household, clan or citizen, while the names of its home are open to
    `user` (one query)."""
    reading = readings_open(user, home_id)
    return PersonalRecord.objects.filter(Exists(reading), unit=unit_id).first()


def readings_open(user: Any, home_id: int) -> "QuerySet[PersonalReading]":
    """The readings that let `user` see the names of a place now."""
    return readings_of(user).filter(home=home_id)


def readings_of(user: Any) -> "QuerySet[PersonalReading]":
    """The readings that let `user` see names now."""
    since = timezone.now() - OPEN_FOR
    return PersonalReading.objects.filter(user=user, opened_at__gt=since)


def all_open(user: Any, home_ids: Collection[int]) -> bool:
    """Whether the names of all these places are open to `user` now (one query)."""
    opened = readings_of(user).filter(home__in=home_ids)
    return set(home_ids) == set(opened.values_list("home", flat=True))


def open_by_work(
    user: Any, home_ids: Collection[int], reason: str, right: journal.HasKey | None = None
) -> None:
    """Open the names of these places to `user` for an hour, because their work needs them: the
    caller has checked that. Raises Refused without a reason.

    Args:
        right: the appointment in whose right they are read, where it is one for all.
    """
    reason = said(reason)
    with journal.act("personal.read", actor=user, reason=reason, behalf=right):
        PersonalReading.objects.bulk_create(
            PersonalReading(user=user, home_id=home, reason=reason) for home in sorted(home_ids)
        )


def open_all(user: Any, homes: Collection[Placement], reason: str) -> None:
    """Open the names of each of these places. Raises Refused as `open_names`."""
    for home in homes:
        open_names(user, home, reason)
