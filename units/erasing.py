"""Taking a person out of the portal: their name, year of birth and identity number, wherever they
stand.

Each app declares, when it starts, what it holds of people. What an issued paper says stays: the law
keeps decisions on commendation; the page of the request names them beforehand. A title, a
recognition or a commendation keeps its subject, which is called `ERASED` from then on.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from core import periods, redacting
from core.importing import erasing as imports
from units import personal
from units.models import (
    ERASED,
    WITHHELD,
    Member,
    PersonalLookup,
    PersonalRecord,
    PersonalRequest,
    RequestEvent,
    Unit,
    UnitKind,
    WithheldRecord,
)


@dataclass(frozen=True)
class Person:
    """Who is taken out.

    Attributes:
        units: keys of what they are in the lists: the citizen, the head of the household.
        name: as it stands there, or stood.
        digest: of the identity number; empty where none is kept.
    """

    units: frozenset[int]
    name: str
    digest: str = ""

    def without(self, text: str) -> str:
        """`text` with the name taken out, in whatever letters and Unicode form it was written, and
        the identity number, which is known again by its digest."""
        composed = unicodedata.normalize("NFC", text)
        if self.digest:
            composed = personal.NUMBER_INSIDE.sub(self._without_number, composed)
        if not self.name or self.name == ERASED:
            return composed
        words = map(re.escape, unicodedata.normalize("NFC", self.name).split())
        name = r"\s+".join(words)
        return re.sub(rf"(?<!\w){name}(?!\w)", ERASED, composed, flags=re.IGNORECASE)

    def _without_number(self, found: re.Match[str]) -> str:
        number = re.sub(r"\D", "", found[0])
        return ERASED if personal.digest(number) == self.digest else found[0]

    def stands_in(self, text: str) -> bool:
        """Whether the name or the identity number stands in `text`."""
        return self.without(text) != unicodedata.normalize("NFC", text)


@dataclass(frozen=True)
class Kept:
    """Something that keeps the name, by law or for now: what it is, its page, why."""

    title: str
    url: str
    why: str


@dataclass(frozen=True)
class Told:
    """A table of what the portal holds of a person, for the paper that they are given; Vietnamese
    in every language of the portal.

    Attributes:
        heading: what it is about.
        columns: their headings.
        rows: each with as many texts.
    """

    heading: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def _none(person: Person) -> Iterable[Kept]:
    return ()


@dataclass(frozen=True)
class Holder:
    """What an app holds of people.

    Attributes:
        erase: takes a person out of it, inside the act.
        tell: all of it, for the person to see.
        rows: those that are about the person, with their histories, of which words are taken out
            that nobody may change otherwise (core.redacting).
        kept: what stays with the name, for the law says so.
        blocks: what has to end before, such as a draft decision that names them.
    """

    erase: Callable[[Person], None]
    tell: Callable[[Person], Iterable[Told]]
    rows: Callable[[Person], Iterable[QuerySet[Any]]]
    kept: Callable[[Person], Iterable[Kept]] = _none
    blocks: Callable[[Person], Iterable[Kept]] = _none


_holders: list[Holder] = []


def declare(*holders: Holder) -> None:
    """Make holders known; an app calls it once, when it starts."""
    _holders.extend(one for one in holders if one not in _holders)


def person_of(unit_id: int) -> Person:
    """The person of a household or citizen (three queries).

    A citizen and the head of their household who bear one name are one person.

    Raises:
        PersonalRecord.DoesNotExist: nothing is kept of them.
    """
    record = PersonalRecord.objects.select_related("unit").get(unit=unit_id)
    withheld = WithheldRecord.objects.filter(unit=unit_id)
    name = next(iter(withheld.values_list("name", flat=True)), record.name)
    if record.unit.kind == UnitKind.CITIZEN:
        states = Member.objects.filter(unit=unit_id).exclude(household=None)
        others = Unit.objects.filter(pk__in=states.values("household"))
    else:
        states = Member.objects.filter(household=unit_id)
        others = Unit.objects.filter(pk__in=states.values("unit"))
    named = Q(personal__name=name) | Q(withheld__name=name)
    same = others.filter(named, personal__erased_on=None)
    found = dict(same.values_list("pk", "personal__identity_digest"))
    found[unit_id] = record.identity_digest
    digest = next(filter(None, found.values()), "")
    return Person(frozenset(found), name, digest)


def others(person: Person, unit_id: int) -> list[Member]:
    """What else than `unit_id` the person is in the lists: the last state of each."""
    states = Member.objects.filter(unit__in=person.units - {unit_id})
    return list(states.order_by("unit", "-period").distinct("unit"))


def kept(person: Person) -> list[Kept]:
    """What will keep the name, for the law says so."""
    return [one for holder in _holders for one in holder.kept(person)]


def told(person: Person) -> list[Told]:
    """All that the apps hold of a person."""
    return [one for holder in _holders for one in holder.tell(person)]


def blocks(person: Person) -> list[Kept]:
    """What has to end before the name can be taken out."""
    return [one for holder in _holders for one in holder.blocks(person)]


def erase(person: Person, user: Any) -> None:
    """Take a person out, inside the act of the caller and its transaction.

    Imports go first: a worker locks its import before the lists.
    """
    forget_imports(person, user)
    lock(person)
    # Before rows go: nobody finds their entries by them afterwards.
    written = redacting.transactions_of(_rows(person))
    for holder in _holders:
        holder.erase(person)
    PersonalRecord.objects.filter(unit__in=person.units).update(
        name=ERASED,
        birth_year=None,
        identity_digest=None,
        identity_tail="",
        erased_on=periods.today(),
    )
    WithheldRecord.objects.filter(unit__in=person.units).delete()
    _redact(person, written)


def _rows(person: Person) -> Iterator[QuerySet[Any]]:
    """All rows that are about a person."""
    for model in (PersonalRecord, WithheldRecord, Member, PersonalRequest):
        yield model.objects.filter(unit__in=person.units)
    yield RequestEvent.objects.filter(request__unit__in=person.units)
    yield PersonalLookup.objects.filter(found__in=person.units)
    for holder in _holders:
        yield from holder.rows(person)


def _redact(person: Person, transactions: set[int]) -> None:
    """Take the words out of histories, and out of the journal of some transactions and of this."""

    def scrub(value: Any) -> Any:
        return _scrubbed(value, person)

    for rows in _rows(person):
        if hasattr(rows.model, "redactable"):
            redacting.redact_rows(rows, scrub)
    redacting.redact_journal(transactions | {redacting.current_transaction()}, scrub)


def forget_imports(person: Person, user: Any) -> None:
    """Take a person out of files and staged rows, so that no import writes the name back."""
    for unit_id in sorted(person.units):
        imports.erase(unit_id, [person.name], actor=user)


def lock(person: Person) -> None:
    """Lock what the person is in the lists until the transaction ends."""
    list(Unit.objects.select_for_update().filter(pk__in=person.units).order_by("pk"))


def scrub(rows: QuerySet[Any], fields: Collection[str], person: Person) -> None:
    """Take the name out of texts.

    Args:
        fields: of text, or of JSON whose texts are searched at any depth.
    """
    for row in rows:
        changed = {}
        for name in fields:
            value = getattr(row, name)
            scrubbed = _scrubbed(value, person)
            if scrubbed != value:
                changed[name] = scrubbed
        if changed:
            type(row)._default_manager.filter(pk=row.pk).update(**changed)


def _scrubbed(value: Any, person: Person) -> Any:
    if isinstance(value, str):
        return person.without(value) if person.stands_in(value) else value
    if isinstance(value, dict):
        return {key: _scrubbed(one, person) for key, one in value.items()}
    if isinstance(value, list):
        return [_scrubbed(one, person) for one in value]
    return value


def correct(person: Person, name: str, birth_year: int | None) -> None:
    """Write another name, and another year of birth where one is given, inside the act of the
    caller; everywhere that the person stands in the lists. Drafts are drawn from there."""
    lock(person)
    citizens = Q(unit__kind=UnitKind.CITIZEN)
    used = PersonalRecord.objects.filter(unit__in=person.units, erased_on=None)
    used = used.exclude(name=WITHHELD)
    records: tuple[QuerySet[Any], ...] = (
        used,
        WithheldRecord.objects.filter(unit__in=person.units),
    )
    for rows in records:
        if name:
            rows.update(name=name)
        if birth_year:
            rows.filter(citizens).update(birth_year=birth_year)
