"""Carrying a reform out, in a fixed number of statements however much lies under its units.

States that run into the day end on its eve and go on in new ones; states that begin later already
(of a reform that is recorded late) are written anew where they lie. Each row that is opened, closed
or changed leaves a `ReformTrace`, by which `units.reforming.undoing` gives it back.
"""

import json
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import F, Max, Q
from django.utils.translation import gettext as _

from core import periods
from core.workflow import Refused
from units import entries
from units.models import Member, Placement, Reform, ReformLine, ReformTrace, Succession, Unit
from units.reforming import statements
from units.reforming.plan import Plan, named, read


def lock(plan: Plan) -> None:
    """Let others wait who change the units of a reform, or one that lies below them (until the
    transaction ends; two queries)."""
    below = Q(pk__in=())
    for path in plan.leaving():
        below |= Q(path__startswith=path)
    lasting = Placement.objects.filter(below, period__overlap=periods.between(plan.day, None))
    entries.lock(*named(plan.lines), *lasting.values_list("unit", flat=True))


def carry_out(reform: Reform) -> None:
    """Let the tree be what a checked reform makes of it, from its day on (inside an act).

    Raises:
        Refused: the states of its units cannot be brought into this order.
    """
    try:
        with transaction.atomic():
            _carry_out(read(reform))
    except IntegrityError as error:
        raise Refused(
            _("A unit would have two states, or two units one code, on the same day.")
        ) from error


def _carry_out(plan: Plan) -> None:
    _found_units(plan)
    said = _said(plan)
    homes = _homes(plan)
    with connection.cursor() as cursor:
        for statement in statements.STATES:
            cursor.execute(statement, said)
        if homes:
            said |= {"homes": json.dumps(homes), "only": None}
            for statement in statements.MEMBERS:
                cursor.execute(statement, said)
    _open_founded(plan)
    _keep_successions(plan)
    step_versions(plan)


def basis(reform: Reform) -> str:
    """By what a state began or ended: the resolution."""
    return (reform.citation or reform.name)[:300]


def _said(plan: Plan) -> dict[str, Any]:
    """The parameters of the statements."""
    changed: list[dict[str, Any]] = [{"unit": unit_id, "ends": True} for unit_id in plan.ending]
    changed += [
        {
            "unit": after.unit_id,
            "ends": False,
            "name": after.name,
            "type_name": after.type_name,
            "code": after.code,
            "located_in": plan.resolved(after.located_in),
            "managed_by": plan.resolved(after.managed_by),
        }
        for _before, after in plan.changed()
    ]
    return {
        "reform": plan.reform.pk,
        "day": plan.day,
        "basis": basis(plan.reform),
        "changed": json.dumps(changed),
        "roots": json.dumps([{"old": old, "new": new} for old, new in plan.roots()]),
        "whole": json.dumps(
            [{"before": unit_id, "after": line.unit_id} for unit_id, line in plan.whole.items()]
        ),
    }


def _found_units(plan: Plan) -> None:
    """Give the units that are founded their keys."""
    lines = [line for line in plan.lines if line.founds]
    for line, unit in zip(
        lines, Unit.objects.bulk_create(Unit(kind=line.kind) for line in lines), strict=True
    ):
        line.unit = unit
    ReformLine.objects.bulk_update(lines, ["unit"])
    ReformTrace.objects.bulk_create(
        ReformTrace(reform=plan.reform, table=ReformTrace.Table.UNIT, row_id=line.unit_id, after={})
        for line in lines
        if line.unit_id is not None
    )


def _open_founded(plan: Plan) -> None:
    """Open the states of the units that are founded, where everything lies by now."""
    states = Placement.objects.bulk_create(
        Placement(
            unit_id=after.unit_id,
            kind=after.kind,
            name=after.name,
            type_name=after.type_name,
            code=after.code,
            located_in_id=plan.resolved(after.located_in),
            managed_by_id=plan.resolved(after.managed_by),
            path=plan.path_of(after.unit_id),
            period=periods.between(plan.day, None),
            basis=basis(plan.reform),
        )
        for after in plan.founded()
        if after.unit_id is not None
    )
    with connection.cursor() as cursor:
        said: dict[str, Any] = {"reform": plan.reform.pk, "keys": [one.pk for one in states]}
        cursor.execute(statements.TRACE_OPENED, said)


def _homes(plan: Plan) -> list[dict[str, Any]]:
    """Where the members of each home that goes over whole are from then on, and what is added to
    their numbers: those of the first home keep theirs, where the list is empty (one query)."""
    lines = {line.pk: line for line in plan.whole.values()}
    before = [*plan.whole, *(line.unit_id for line in lines.values())]
    last = {
        (home, kind): number
        for home, kind, number in Member.objects.filter(home__in=before)
        .order_by()
        .values_list("home", "kind")
        .annotate(Max("number"))
    }
    found = []
    for home, line in plan.whole.items():
        for kind in sorted({kind for one, kind in last if one == home}):
            added = last.get((line.unit_id or 0, kind), 0)
            found.append({"home": home, "kind": kind, "after": line.unit_id, "added": added})
            last[line.unit_id or 0, kind] = added + last[home, kind]
    return found


def _keep_successions(plan: Plan) -> None:
    Succession.objects.bulk_create(
        Succession(
            reform=plan.reform,
            predecessor_id=part.unit_id,
            successor_id=line.unit_id,
            extent=part.extent,
            is_default=part.is_default,
        )
        for line, part in plan.parts
        if line.unit_id is not None
    )


def step_versions(plan: Plan) -> None:
    """Count a saving of each unit that a reform names, so that no open grid writes over it."""
    Unit.objects.filter(pk__in=set(named(plan.lines))).update(version=F("version") + 1)
