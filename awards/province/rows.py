"""The rows of the invented province, commune by commune: gathered in memory, written by COPY."""

import itertools
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from awards.demo_villages import OF_A_HUNDRED_HOUSEHOLDS, PAPER
from awards.province import shares
from awards.province.homes import Hamlet
from awards.province.people import SINCE, Person, of_hamlet
from awards.province.stage import Commune, Stage, Year
from core import copying
from criteria.models import (
    Answer,
    Assessment,
    Recognition,
    RecognitionState,
    Registration,
    RegistrationList,
    RegistrationState,
)
from units import personal
from units.models import MEMBER_KINDS, Figure, Member, PersonalRecord, Placement, Unit, UnitKind

# The tables that grow large: while they are written they have no indexes.
LARGE = (Unit, Member, PersonalRecord, Registration, Recognition, Assessment, Answer)
TITLE_OF = {
    UnitKind.HOUSEHOLD: shares.FAMILY,
    UnitKind.CITIZEN: shares.CITIZEN,
    UnitKind.CLAN: shares.CLAN,
}
# How far the newest round is, hamlet by hamlet; earlier ones are done.
NEWEST_LISTS = (*[RegistrationState.APPROVED] * 7, *[RegistrationState.WAITING] * 2,
                RegistrationState.DRAFT)  # fmt: skip
NEWEST_TITLES = (*[RecognitionState.CONFIRMED] * 4, RecognitionState.DECLARED)


class Kept(NamedTuple):
    """A person with the key of the unit."""

    key: int
    person: Person


@dataclass(frozen=True)
class Village:
    """A hamlet with everybody in it."""

    hamlet: Hamlet
    members: dict[UnitKind, list[Kept]]


class Writer:
    """Gathers rows of all tables of members, lists, titles and figures."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.units = copying.Copy(Unit, "id", "kind", "is_demo")
        self.members = copying.Copy(
            Member,
            *("unit", "kind", "home", "number", "label", "people", "household"),
            *("sheet_group", "period"),
        )
        self.records = copying.Copy(
            PersonalRecord, "unit", "name", "birth_year", "identity_digest", "identity_tail"
        )
        self.lists = copying.Copy(
            RegistrationList,
            *("id", "round", "unit", "placement", "path", "kind", "title", "listed", "state"),
            *("receiver", "begun_by", "sent_by", "sent_at", "sent_version"),
            *("checked_by", "checked_at", "taken_part"),
        )
        self.lines = copying.Copy(Registration, "list", "unit", "entered_by")
        self.titles = copying.Copy(
            Recognition,
            *("unit", "placement", "path", "title", "grade", "assessed_year", "decision_number"),
            *("decided_on", "decided_by", "period", "state", "declared_by", "checked_by"),
            *("checked_at", "checked_office", "taken_part"),
        )
        self.figures = copying.Copy(Figure, "unit", "kind", "value", "day", "paper", "stated_by")
        self._identity = 0

    def flush(self) -> None:
        """Write what was gathered (inside an act)."""
        tables = (self.units, self.members, self.records, self.lists)
        for table in (*tables, self.lines, self.titles, self.figures):
            table.flush()

    def people(self, dice: random.Random, hamlet: Hamlet) -> Village:
        """Everybody of a hamlet."""
        found: dict[UnitKind, list[Kept]] = {}
        for persons in of_hamlet(dice, hamlet.households):
            keys = copying.reserve(Unit, len(persons))
            kept = [Kept(key, one) for key, one in zip(keys, persons, strict=True)]
            for key, one in kept:
                self._member(hamlet, key, one, found.get(UnitKind.HOUSEHOLD, ()))
            if kept:
                found[kept[0].person.kind] = kept
        return Village(hamlet, found)

    def _member(self, hamlet: Hamlet, key: int, one: Person, households: Sequence[Kept]) -> None:
        household = households[one.household - 1].key if one.household else None
        is_clan = one.kind == UnitKind.CLAN
        self.units.add(key, one.kind.value, True)
        self.members.add(
            *(key, one.kind.value, hamlet.unit_id, one.number, one.name if is_clan else ""),
            *(one.people, household, one.group, SINCE),
        )
        if one.kind == UnitKind.CITIZEN:
            number = self._next_identity()
            said = (personal.digest(number), number[-personal.TAIL :])
            self.records.add(key, one.name, one.birth_year, *said)
        elif not is_clan:
            self.records.add(key, one.name, None, None, "")

    def _next_identity(self) -> str:
        """Twelve digits that no office ever gave, as no province has the code 000; other ones than
        those of the demonstration, which end in none of these."""
        self._identity += 1
        return f"0000{self._identity * 7_654_321 % 10**8:08d}"

    def registers(self, village: Village) -> None:
        """What the hamlet and everybody in it register for, year by year."""
        hamlet = village.hamlet
        kinds = (UnitKind.HAMLET, *MEMBER_KINDS)
        keys = iter(copying.reserve(RegistrationList, len(kinds) * len(self.stage.years)))
        for position, year in enumerate(self.stage.years):
            for kind in kinds:
                who = [
                    kept.key
                    for kept in village.members.get(kind, ())
                    if kept.person.years.registers[position]
                ] or ([hamlet.unit_id] if kind == UnitKind.HAMLET else [])
                if who:
                    self._list(next(keys), hamlet, year, kind, who)

    def _list(
        self, key: int, hamlet: Hamlet, year: Year, kind: UnitKind, who: Sequence[int]
    ) -> None:
        place, leader = hamlet.at(year), hamlet.commune.leader
        state = RegistrationState.APPROVED
        if year.is_newest:
            state = NEWEST_LISTS[hamlet.number % len(NEWEST_LISTS)]
        sent = state != RegistrationState.DRAFT
        checked = state == RegistrationState.APPROVED
        title = TITLE_OF.get(kind, shares.HAMLET)
        self.lists.add(
            *(key, year.round.pk, hamlet.unit_id, place.pk, place.path, kind.value),
            *(self.stage.titles[title].pk, len(who), state.value),
            *(hamlet.above(year) if sent else None, hamlet.head),
            *((hamlet.head, year.sent, 1) if sent else (None, None, 0)),
            *((leader, year.checked) if checked else (None, None)),
            [hamlet.head],
        )
        self.lines.extend((key, one, hamlet.head) for one in who)

    def holds(self, village: Village) -> None:
        """The titles of a hamlet and of everybody in it, by a decision a year."""
        for kind, members in village.members.items():
            for kept in members:
                years = [
                    year
                    for year, held in zip(self.stage.years, kept.person.years.holds, strict=True)
                    if held
                ]
                self._titles(village.hamlet, kept.key, TITLE_OF[kind], years)
        if village.hamlet.number % 10 < 7:
            self._titles(village.hamlet, village.hamlet.unit_id, shares.HAMLET, self.stage.years)

    def _titles(self, hamlet: Hamlet, key: int, title: str, years: Sequence[Year]) -> None:
        """One title, year by year: each until the next one."""
        commune = hamlet.commune
        for year, period in _one_after_another(years):
            place, state = hamlet.at(year), RecognitionState.CONFIRMED
            if year.is_newest:
                state = NEWEST_TITLES[hamlet.number % len(NEWEST_TITLES)]
            checked = state == RecognitionState.CONFIRMED
            self.titles.add(
                *(key, place.pk, place.path, self.stage.titles[title].pk, ""),
                *(year.round.assessed_year, f"{100 + hamlet.number % 40}/QĐ-UBND", year.decided),
                *("Chủ tịch Ủy ban nhân dân cấp xã (minh họa)", period, state.value),
                commune.clerk,
                *(
                    (commune.leader, year.decided, hamlet.above(year))
                    if checked
                    else (None, None, None)
                ),
                [commune.clerk],
            )

    def own_titles(self, commune: Commune, organisations: Sequence[Placement]) -> None:
        """Those of the commune, by the province, and of its organisations, by the commune."""
        title, officer = self.stage.titles[shares.COMMUNE], self.stage.officer.pk
        place, year = commune.place, self.stage.years[-2]
        first = year.decided
        until = first.replace(year=first.year + 3)
        standing = Recognition.objects.filter(unit=place.unit_id, title=title).exists()
        if not standing and int(place.code) % 3:
            self.titles.add(
                *(place.unit_id, place.pk, place.path, title.pk, "1", year.round.assessed_year),
                *(f"{place.code}/QĐ-SGDĐT", first, "Giám đốc Sở Giáo dục và Đào tạo (minh họa)"),
                *(f"[{first},{until})", RecognitionState.CONFIRMED.value, commune.clerk, officer),
                *(first, self.stage.office.unit_id, [commune.clerk]),
            )
        for one in organisations[: 1 + int(place.code) % len(organisations)]:
            for held, period in _one_after_another(self.stage.years[1:]):
                self.titles.add(
                    *(one.unit_id, one.pk, one.path, self.stage.titles[shares.ORGANISATION].pk),
                    *("", held.round.assessed_year, "88/QĐ-UBND", held.decided),
                    *("Chủ tịch Ủy ban nhân dân cấp xã (minh họa)", period),
                    *(RecognitionState.CONFIRMED.value, commune.clerk, commune.leader),
                    *(held.decided, place.unit_id, [commune.clerk]),
                )

    def states(
        self, commune: Commune, hamlets: Sequence[Hamlet], organisations: Sequence[Placement]
    ) -> None:
        """The figures of hamlets, of the commune in whose borders they were, and of
        organisations."""
        for year in self.stage.years:
            sums: dict[int, int] = {}
            for hamlet in hamlets:
                self._numbers(hamlet.unit_id, hamlet.head, hamlet.households, year)
                above = hamlet.above(year)
                sums[above] = sums.get(above, 0) + hamlet.households
            for above, households in sums.items():
                self._numbers(above, commune.clerk, households, year)
            self._figure(commune.place.unit_id, "thon", len(hamlets), year, commune.clerk)
            for number, one in enumerate(organisations, start=int(commune.place.code)):
                members = 10 + (number * 7 + year.round.assessed_year) % 90
                self._figure(one.unit_id, "thanh-vien", members, year, commune.clerk)

    def _numbers(self, unit: int, by: int, households: int, year: Year) -> None:
        for code, share in OF_A_HUNDRED_HOUSEHOLDS.items():
            self._figure(unit, code, households * share // 100, year, by)

    def _figure(self, unit: int, code: str, value: int, year: Year, by: int) -> None:
        self.figures.add(unit, self.stage.figures[code].pk, value, year.figures_day, PAPER, by)


def _one_after_another(years: Sequence[Year]) -> Iterator[tuple[Year, str]]:
    """Each year with the period from its decision to the next one's."""
    for year, until in itertools.zip_longest(years, [year.decided for year in years[1:]]):
        yield year, f"[{year.decided},{until or ''})"
