"""A country of two hundred thousand households, put in by COPY and known to the planner, and what a
statement reads there. Nothing of the planner is set otherwise than in production."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection

from core import copying, journal
from criteria.models import (
    Assessment,
    Recognition,
    Registration,
    RegistrationList,
    Title,
)
from tests import criteria_factories, factories
from units.models import Member, PersonalRecord, Placement, Unit, UnitKind

COMMUNES, HAMLETS, HOUSEHOLDS = 40, 12, 210  # in each of two provinces, each commune, each hamlet
LARGE = (Unit, Member, PersonalRecord, Registration, Recognition, Assessment)
BIG = {model._meta.db_table for model in LARGE}


@dataclass(frozen=True)
class Country:
    """The small country of other tests, in the middle of many more units.

    Attributes:
        commune, hamlet: of the first province, with as many members as the others.
        household: the key of a household of the hamlet.
    """

    setting: criteria_factories.Campaigning
    commune: Placement
    hamlet: Placement
    household: int


def fill() -> Country:
    """Make the country, as the owner of the tables."""
    setting = criteria_factories.campaigning()
    land = setting.land
    title = _family_title(setting)
    with journal.act("test"):
        hamlets = [
            hamlet
            for province in (land.province, land.other_province)
            for commune in _below(province, UnitKind.COMMUNE, COMMUNES)
            for hamlet in _below(commune, UnitKind.HAMLET, HAMLETS)
        ]
        with copying.relieved(LARGE):
            for hamlet in hamlets:
                _fill(setting, title, hamlet)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    hamlet = hamlets[COMMUNES * HAMLETS // 2]
    commune = Placement.objects.get(unit=hamlet.located_in_id)
    return Country(setting, commune, hamlet, Member.objects.filter(home=hamlet.unit_id)[7].unit_id)


def _family_title(setting: criteria_factories.Campaigning) -> Title:
    with journal.act("test"):
        return Title.objects.create(
            code="gia-dinh-hoc-tap",
            name="Gia đình học tập",
            subject_kinds=[UnitKind.HOUSEHOLD],
            source=setting.source,
        )


def _below(place: Placement, kind: UnitKind, number: int) -> list[Placement]:
    keys = copying.reserve(Unit, number)
    units = copying.Copy(Unit, "id", "kind")
    units.extend((key, kind.value) for key in keys)
    units.flush()
    return Placement.objects.bulk_create(
        Placement(
            unit_id=key,
            kind=kind,
            name=f"{'Xã' if kind == UnitKind.COMMUNE else 'Ấp'} Số {key}",
            located_in_id=place.unit_id,
            managed_by_id=place.unit_id,
            path=f"{place.path}{key}/",
            period=factories.ALWAYS,
        )
        for key in keys
    )


def _fill(setting: criteria_factories.Campaigning, title: Title, hamlet: Placement) -> None:
    """The clan of a hamlet and its households: registered, holding the title, in one of ten
    hamlets assessed."""
    person, year = setting.land.xa.pk, setting.round.assessed_year
    keys = copying.reserve(Unit, HOUSEHOLDS)
    units = copying.Copy(Unit, "id", "kind")
    units.extend((key, "household") for key in keys)
    members = copying.Copy(Member, "unit", "kind", "home", "number", "period")
    members.extend(
        (key, "household", hamlet.unit_id, number, "[2024-01-01,)")
        for number, key in enumerate(keys, start=1)
    )
    (clan,) = copying.reserve(Unit, 1)
    units.add(clan, "clan")
    clans = copying.Copy(Member, "unit", "kind", "home", "number", "label", "period")
    clans.add(clan, "clan", hamlet.unit_id, 1, f"Họ Lâm {clan}", "[2024-01-01,)")
    people = copying.Copy(PersonalRecord, "unit", "name", "identity_digest")
    people.extend((key, f"Nguyễn Văn {key}", f"{key:064x}") for key in keys)
    lists = copying.Copy(
        RegistrationList,
        *("id", "round", "unit", "placement", "path", "kind", "title", "listed", "begun_by"),
        *("state", "receiver", "sent_by", "sent_at", "sent_version", "checked_by", "checked_at"),
    )
    (list_key,) = copying.reserve(RegistrationList, 1)
    lists.add(
        *(list_key, setting.round.pk, hamlet.unit_id, hamlet.pk, hamlet.path, "household"),
        *(title.pk, len(keys), person),
        *("approved", hamlet.located_in_id, person, "2026-03-10", 1),
        *(setting.land.lanhdaoxa.pk, "2026-03-25"),
    )
    lines = copying.Copy(Registration, "list", "unit", "entered_by")
    lines.extend((list_key, key, person) for key in keys)
    titles = copying.Copy(
        Recognition,
        *("unit", "placement", "path", "title", "assessed_year", "decision_number"),
        *("decided_on", "decided_by", "period", "state", "declared_by"),
    )
    titles.extend(
        (
            *(key, hamlet.pk, hamlet.path, title.pk, year, "27/QĐ-UBND"),
            *(f"{year}-01-20", "Chủ tịch", f"[{year}-01-20,)", "declared", person),
        )
        for key in keys
    )
    assessments = copying.Copy(
        Assessment, "round", "criteria_set", "unit", "placement", "path", "begun_by"
    )
    if hamlet.pk % 10 == 0:
        assessments.extend(
            (
                *(setting.round.pk, setting.criteria_set.pk, key, hamlet.pk, hamlet.path),
                person,
            )
            for key in keys
        )
    for table in (units, members, clans, people, lists, lines, titles, assessments):
        table.flush()


@dataclass(frozen=True)
class Reading:
    """How one statement reads a table: the kind of scan, and how many rows it looks at."""

    table: str
    scan: str
    rows: int


def readings(sql: str) -> list[Reading]:
    """What a statement reads when it runs."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}")
        plan: Any = cursor.fetchone()[0]
    found = json.loads(plan) if isinstance(plan, str) else plan
    return list(_readings(found[0]["Plan"]))


def _readings(node: dict[str, Any]) -> Iterator[Reading]:
    if "Relation Name" in node:
        removed = ("Rows Removed by Filter", "Rows Removed by Index Recheck")
        each = node["Actual Rows"] + sum(node.get(name, 0) for name in removed)
        yield Reading(node["Relation Name"], node["Node Type"], each * node["Actual Loops"])
    for child in node.get("Plans", []):
        yield from _readings(child)
