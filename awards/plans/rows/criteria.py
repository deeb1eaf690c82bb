"""The rows of titles and of sets of criteria: a set is published by being loaded."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Max
from django.utils import timezone

from awards.plans.records.base import Record
from awards.plans.records.criteria import CriteriaSetRecord, CriterionRecord, TitleRecord
from awards.plans.rows.load import Load, Values
from awards.plans.yaml_files import PlanFilesRefused
from core import periods
from criteria import rules
from criteria.applicability import competitors
from criteria.models import CriteriaSet, Criterion, CriterionRegister, DraftState, SetDraft, Title


def put_titles(load: Load) -> None:
    """The titles that units can hold."""
    for order, record in enumerate(load.plans.titles):
        load.titles[record.code] = load.put(
            Title,
            record,
            {"code": record.code},
            {
                "name": record.name,
                "tier": record.tier,
                "subject_kinds": [kind.value for kind in record.subject_kinds],
                "grades": list(record.grades),
                "valid_months": record.valid_months,
                "waiting_months": record.waiting_months,
                "terms_since": record.terms_since,
                "terms_basis": record.terms_basis,
                "recognised_by": _authority_now(record),
                "recognised_by_note": "\n".join(
                    [*(authority.note for authority in record.authorities), record.note]
                ).strip(),
                "document_id": load.documents[record.document].pk if record.document else None,
                "source_id": load.sources[record.source].pk,
                "quote": record.quote,
                "order": order,
                **_unregistered(record),
            },
        )


def _authority_now(record: TitleRecord) -> str:
    """Who recognises the title without an end in sight; empty is chưa cấu hình."""
    return next(
        (a.authority for a in record.authorities if a.period.last is None and a.authority), ""
    )


def _unregistered(record: TitleRecord) -> Values:
    """What follows for who did not register, where a source says so; else the portal's default."""
    said = record.unregistered
    return {"unregistered": said.follows.value, "unregistered_basis": said.basis} if said else {}


def put_sets(load: Load) -> None:
    """Publish the sets, or see that the published ones are the same."""
    for record in load.plans.criteria_sets:
        make_way(record.code, record.version)
    for order, record in enumerate(load.plans.criteria_sets):
        _put_set(load, order, record)


def _put_set(load: Load, order: int, record: CriteriaSetRecord) -> None:
    """Publish a set, or see that the published one is the same."""
    key = {"code": record.code, "version": record.version}
    values = _set_values(load, record)
    criteria = [_criterion_values(load, i, c) for i, c in enumerate(record.criteria, start=1)]
    there = load.there(CriteriaSet, key)
    if there is None:
        _publish(load, record, {**key, **values, "order": order}, criteria)
    elif difference := _difference(there, values, criteria):
        raise PlanFilesRefused(
            [
                record.fault(
                    f"{record.code} version {record.version} is published and cannot be"
                    f" changed ({difference}): give the new wording a new version"
                )
            ]
        )
    elif there.period != values["period"] and not _succeeded_here(there):
        load.change(there, {"period": values["period"]})
    else:
        load.loaded.unchanged += 1 + len(criteria)


def make_way(code: str, version: int) -> None:
    """A draft of the portal that took the number of a version of the files gets the next one."""
    drafts = SetDraft.objects.unpublished().select_related("criteria_set")
    draft = drafts.filter(code=code, criteria_set__version=version).first()
    if draft:
        numbers = CriteriaSet.objects.filter(code=code).aggregate(highest=Max("version"))
        draft.criteria_set.version = numbers["highest"] + 1
        draft.criteria_set.save(update_fields=["version"])


def _succeeded_here(there: CriteriaSet) -> bool:
    """Whether a later version was published in the portal, and has ended this one (decision 60)."""
    return SetDraft.objects.filter(
        code=there.code, criteria_set__version__gt=there.version, state=DraftState.PUBLISHED
    ).exists()


def _publish(load: Load, record: Record, values: Values, criteria: list[dict[str, Any]]) -> None:
    criteria_set = load.create(CriteriaSet, record, values)
    for criterion in criteria:
        load.create(Criterion, record, {"criteria_set_id": criteria_set.pk, **criterion})
    _link_parents(criteria_set)
    criteria_set.published_at = timezone.now()
    criteria_set.save(update_fields=["published_at"])


def _link_parents(criteria_set: CriteriaSet) -> None:
    """A criterion that combines others is their parent."""
    rows = {row.code: row for row in criteria_set.criteria.all()}
    for row in rows.values():
        for code in rules.children_of(rules.parse(row.rule) if row.rule else None):
            rows[code].parent = row
            rows[code].save(update_fields=["parent"])


def _set_values(load: Load, record: CriteriaSetRecord) -> dict[str, Any]:
    return {
        "name": record.name,
        "purpose": record.purpose,
        "title_id": load.titles[record.title].pk if record.title else None,
        "grade": record.grade or "",
        "subject_kinds": [kind.value for kind in record.subject_kinds],
        "subject_text": record.subject_text,
        "managers": [kind.value for kind in record.managers],
        "owner_id": load.unit(record.owner),
        "owner_name": record.owner_name,
        "period": periods.between(record.period.first, record.period.last),
        "document_id": load.documents[record.document].pk,
        "source_id": load.sources[record.source].pk,
        "article": record.article,
        "intro_quote": record.quote,
        "rule": rules.dump(rules.parse_set(record.rule)),
        "note": record.note,
        "in_force_basis": record.in_force_basis,
        "derives_from_id": _base_of(record),
    }


def _base_of(record: CriteriaSetRecord) -> int | None:
    """The key of the published set from which one derives; it stands before that in the files."""
    wanted = record.derives_from
    if wanted is None:
        return None
    found = CriteriaSet.objects.published().filter(code=wanted.code, version=wanted.version).first()
    if found is None:
        fault = record.fault(f"derives_from: there is no {wanted.code} version {wanted.version}")
        raise PlanFilesRefused([fault])
    return found.pk


def _criterion_values(load: Load, order: int, record: CriterionRecord) -> dict[str, Any]:
    return {
        "code": record.code,
        "order": order,
        "group": record.group,
        "wording": record.text,
        "quote": record.quote,
        "source_id": load.sources[record.source].pk,
        "confidence": load.sources[record.source].confidence,
        "article": record.article,
        "evidence_hint": record.evidence_hint,
        "rule": None if record.rule is None else rules.dump(rules.parse(record.rule)),
        "status": record.status,
        "note": record.note,
    }


def _difference(there: CriteriaSet, values: Values, criteria: Iterable[Values]) -> str:
    """What a published set would have to change beside its end, as names of fields; else empty."""
    changed = [
        name for name, value in values.items() if name != "period" and getattr(there, name) != value
    ]
    if there.period.lower != values["period"].lower:
        changed.append("beginning of the period")
    if [_frozen(row) for row in there.criteria.all()] != list(criteria):
        changed.append("criteria")
    return ", ".join(changed)


def _frozen(row: Criterion) -> dict[str, Any]:
    """A published criterion as the files would write it."""
    names = (
        "code", "order", "group", "wording", "quote", "source_id", "confidence", "article",
        "evidence_hint", "rule", "status", "note",
    )  # fmt: skip
    return {name: getattr(row, name) for name in names}


def refuse_competing_sets(load: Load) -> None:
    """The files agree with each other; they must also with what the portal has published."""
    faults = []
    for record in load.plans.criteria_sets:
        mine = CriteriaSet.objects.get(code=record.code, version=record.version)
        if other := competitors(mine).first():
            faults.append(
                record.fault(
                    f"its period overlaps that of {other.code} version {other.version}, which"
                    " is published for the same kind of unit, owner and purpose"
                )
            )
    if faults:
        raise PlanFilesRefused(faults)


def put_register_links(load: Load) -> None:
    """Of each version that the files gave: an older one goes on to speak of its register.

    What was drafted in the portal has its own.
    """
    for record in load.plans.register_links:
        found = Criterion.objects.filter(
            criteria_set__code=record.criteria_set,
            criteria_set__draft=None,
            code=record.criterion,
        )
        for criterion in found:
            load.put(
                CriterionRegister,
                record,
                {"criterion_id": criterion.pk},
                {"register": record.register_name, "words": record.words},
            )
