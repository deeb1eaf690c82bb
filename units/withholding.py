"""Keeping somebody's data without using them, on request, until that is lifted.

What is withheld is moved where nothing reads it (`WithheldRecord`); the row of the list keeps its
number and is called `WITHHELD`. So every list, export, paper, search and count goes on as it is,
and none shows the name (decision 55).
"""

from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext as _

from core import periods
from core.workflow import Refused
from units import erasing
from units.erasing import Person
from units.models import WITHHELD, PersonalRecord, WithheldRecord

_FIELDS = ("name", "birth_year", "identity_tail")


def is_withheld(unit_id: int) -> bool:
    """Whether the data of a household's head or a citizen are kept without being used."""
    return WithheldRecord.objects.filter(unit=unit_id).exists()


def refuse_use(units: Collection[int]) -> None:
    """Raises Refused where the data of one of these units are not to be used."""
    if WithheldRecord.objects.filter(unit__in=units).exists():
        raise Refused(_("One of them asked that their data are not used: leave that one out."))


def withhold(person: Person, user: Any) -> None:
    """Put the data of a person away, inside the act of the caller and its transaction."""
    erasing.forget_imports(person, user)
    erasing.lock(person)
    used = PersonalRecord.objects.filter(unit__in=person.units, erased_on=None)
    used = used.exclude(name=WITHHELD)
    WithheldRecord.objects.bulk_create(
        WithheldRecord(
            unit_id=one.unit_id,
            since=periods.today(),
            **{name: getattr(one, name) for name in _FIELDS},
        )
        for one in used
    )
    used.update(name=WITHHELD, birth_year=None, identity_tail="")


def lift(person: Person) -> None:
    """Put the data of a person back where they are used, inside the act of the caller."""
    erasing.lock(person)
    withheld = WithheldRecord.objects.filter(unit__in=person.units)
    for one in withheld:
        kept = {name: getattr(one, name) for name in _FIELDS}
        PersonalRecord.objects.filter(unit=one.unit_id).update(**kept)
    withheld.delete()
