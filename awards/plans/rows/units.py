"""The units that records name, and the bodies that only a plan knows."""

from collections.abc import Iterator

from awards.plans.records.base import UnitRef
from awards.plans.records.documents import BodyRecord
from awards.plans.rows.load import Load
from awards.plans.yaml_files import PlanFilesRefused
from units.models import Placement, Unit


def find_units(load: Load) -> None:
    """Find every unit that a record names by its official code."""
    faults = []
    for ref in _references(load):
        place = Placement.objects.filter(
            kind=ref.kind, code=ref.code, period__contains=ref.on
        ).first()
        if place is None:
            faults.append(ref.fault(f"there is no {ref}: load the units first"))
        else:
            load.places[ref.key] = place
    if faults:
        raise PlanFilesRefused(faults)


def _references(load: Load) -> Iterator[UnitRef]:
    plans = load.plans
    for record in (*plans.bodies, *plans.documents, *plans.criteria_sets, *plans.routes):
        for name in ("located_in", "territory", "owner"):
            ref = getattr(record, name, None)
            if ref is not None and ref.body is None:
                yield ref


def put_bodies(load: Load) -> None:
    """The bodies that only a plan knows: each lives as long as the place where it is."""
    for record in load.plans.bodies:
        around = load.places[record.located_in.key]
        place = Placement.objects.filter(
            kind=record.kind, name=record.name, located_in_id=around.unit_id
        ).first()
        if place is None:
            place = _found(load, record, around)
        else:
            load.loaded.unchanged += 1
        load.places["", "", None, record.code] = place


def _found(load: Load, record: BodyRecord, around: Placement) -> Placement:
    unit = Unit.objects.create(kind=record.kind)
    return load.create(
        Placement,
        record,
        {
            "unit_id": unit.pk,
            "kind": record.kind.value,
            "name": record.name,
            "located_in_id": around.unit_id,
            "managed_by_id": around.unit_id,
            "path": f"{around.path}{unit.pk}/",
            "period": around.period,
            "provenance": record.source,
        },
    )
