"""Writing the plan files into the database: what they said before is not written again.

All of a load is one act of the journal: it is done wholly or not at all, and deletes nothing. A row
is written when its file says something new of it, so that loading again does not undo what was
edited in the portal. Of a published criteria set only the end can change: all else is a new
version.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from awards.models import LoadedRecord
from awards.plan_files import (
    AskedBy,
    BodyRecord,
    CriteriaSetRecord,
    CriterionRecord,
    DocumentRecord,
    PlanFile,
    Record,
    TitleRecord,
    UnitRef,
)
from awards.plan_yaml import PlanFilesRefused
from campaign.models import (
    Campaign,
    Citation,
    Document,
    Passage,
    Phase,
    Round,
    Source,
    Target,
)
from core import journal, periods
from criteria import rules
from criteria.models import (
    AwardForm,
    CriteriaSet,
    Criterion,
    CriterionRegister,
    Route,
    RouteStep,
    Title,
)
from units.models import FigureKind, Measure, Placement, Unit

_Row = TypeVar("_Row", bound=models.Model)
Values = Mapping[str, Any]


@dataclass
class Loaded:
    """What a load did: rows created and changed by table, and how many were left alone."""

    created: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    unchanged: int = 0

    @property
    def written(self) -> int:
        """Rows created or changed."""
        return self.created.total() + self.changed.total()


def load(plans: PlanFile) -> Loaded:
    """Bring the database to what the plan files say, in one act.

    Raises:
        PlanFilesRefused: a unit is not there, a published set would change, or two published sets
            would be at the same distance from a unit; nothing is loaded then.
    """
    with journal.act("load_plans"):
        return _Loader(plans).run()


class _Loader:
    """One load: the records, the rows already written by their codes, and the tally."""

    def __init__(self, plans: PlanFile) -> None:
        self.plans = plans
        self.loaded = Loaded()
        self.places: dict[tuple[Any, ...], Placement] = {}
        self.sources: dict[str, Source] = {}
        self.documents: dict[str, Document] = {}
        self.campaigns: dict[str, Campaign] = {}
        self.titles: dict[str, Title] = {}
        self._said_before = {
            (said.table, said.row_id): said.digest for said in LoadedRecord.objects.all()
        }
        self._said_now: list[LoadedRecord] = []
        self._rows: dict[type[models.Model], dict[tuple[Any, ...], Any]] = {}

    def run(self) -> Loaded:
        """Write everything, in the order in which records rest on each other."""
        self._find_units()
        self._put_bodies()
        self._put_sources()
        self._put_documents()
        self._put_citations()
        self._put_passages()
        self._put_campaign()
        self._put_titles()
        for order, record in enumerate(self.plans.criteria_sets):
            self._put_set(order, record)
        self._refuse_competing_sets()
        self._put_targets()
        self._put_award_forms()
        self._put_routes()
        self._put_figure_kinds()
        self._put_register_links()
        self._remember()
        return self.loaded

    # Units -------------------------------------------------------------------------------------

    def _find_units(self) -> None:
        """Find every unit that a record names by its official code."""
        faults = []
        for ref in self._references():
            place = Placement.objects.filter(
                kind=ref.kind, code=ref.code, period__contains=ref.on
            ).first()
            if place is None:
                faults.append(ref.fault(f"there is no {ref}: load the units first"))
            else:
                self.places[ref.key] = place
        if faults:
            raise PlanFilesRefused(faults)

    def _references(self) -> Iterator[UnitRef]:
        plans = self.plans
        for record in (*plans.bodies, *plans.documents, *plans.criteria_sets, *plans.routes):
            for name in ("located_in", "territory", "owner"):
                ref = getattr(record, name, None)
                if ref is not None and ref.body is None:
                    yield ref

    def _put_bodies(self) -> None:
        """The bodies that only a plan knows: each lives as long as the place where it is."""
        for record in self.plans.bodies:
            around = self.places[record.located_in.key]
            place = Placement.objects.filter(
                kind=record.kind, name=record.name, located_in_id=around.unit_id
            ).first()
            if place is None:
                place = self._found(record, around)
            else:
                self.loaded.unchanged += 1
            self.places["", "", None, record.code] = place

    def _found(self, record: BodyRecord, around: Placement) -> Placement:
        unit = Unit.objects.create(kind=record.kind)
        return self._create(
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

    def _unit(self, ref: UnitRef | None) -> int | None:
        return None if ref is None else self.places[ref.key].unit_id

    # Documents ---------------------------------------------------------------------------------

    def _put_sources(self) -> None:
        for record in self.plans.sources:
            self.sources[record.code] = self._put(
                Source,
                record,
                {"code": record.code},
                {
                    "title": record.title,
                    "publisher": record.publisher,
                    "author": record.author,
                    "published_on": record.published_on,
                    "url": record.url,
                    "confidence": record.confidence.value,
                    "file_name": record.file,
                    "sha256": record.sha256,
                    "ends": record.ends,
                    "foreign_parts": self._foreign_parts(record.code),
                },
            )

    def _foreign_parts(self, source: str) -> str:
        """Which lines of a source are not the document's, one part a line: `39–145: …`."""
        return "\n".join(
            f"{_lines(exclusion.lines)}: {exclusion.reason}"
            for exclusion in self.plans.exclusions
            if exclusion.source == source and exclusion.foreign and exclusion.lines
        )

    def _put_documents(self) -> None:
        for order, record in enumerate(self.plans.documents):
            document = self._put(
                Document,
                record,
                {"code": record.code},
                {
                    "kind": record.kind.value,
                    "number": record.number,
                    "title": record.title,
                    "issuer": record.issuer,
                    "signer": record.signer,
                    "signer_position": record.signer_position,
                    "issued_on": record.issued_on,
                    "issued_text": record.issued_text,
                    "unknown": dict(record.unknown),
                    "territory_id": self._unit(record.territory),
                    "territory_name": record.territory_name,
                    "period_text": record.period_text,
                    "is_campaign_plan": record.is_campaign_plan,
                    "note": record.note,
                    "order": order,
                },
            )
            self.documents[record.code] = document
            self._put_document_sources(document, record)

    def _put_document_sources(self, document: Document, record: DocumentRecord) -> None:
        codes = {record.source, *(mention.source for mention in record.mentions)}
        wanted = {self.sources[code].pk for code in codes}
        if set(document.sources.values_list("pk", flat=True)) != wanted:
            document.sources.set(wanted)

    def _put_citations(self) -> None:
        for record in self.plans.documents:
            for order, citation in enumerate(record.cites):
                self._put(
                    Citation,
                    citation,
                    {
                        "document_id": self.documents[record.code].pk,
                        "cited_id": self.documents[citation.cited].pk,
                        "as_written": citation.quote,
                    },
                    {
                        "relation": citation.relation,
                        "normalised": citation.normalised,
                        "source_id": self.sources[citation.source].pk,
                        "order": order,
                    },
                )

    def _put_passages(self) -> None:
        for order, record in enumerate(self.plans.passages):
            self._put(
                Passage,
                record,
                {"document_id": self.documents[record.document].pk, "code": record.code},
                {
                    "source_id": self.sources[record.source].pk,
                    "section": record.section.value,
                    "article": record.article,
                    "number": record.number,
                    "quote": record.quote,
                    "is_heading": record.is_heading,
                    "order": order,
                },
            )

    # Campaign ----------------------------------------------------------------------------------

    def _put_campaign(self) -> None:
        for record in self.plans.campaigns:
            self.campaigns[record.code] = self._put(
                Campaign,
                record,
                {"code": record.code},
                {
                    "name": record.name,
                    "from_year": record.years.first,
                    "to_year": record.years.last,
                    "document_id": self.documents[record.document].pk,
                },
            )
        for order, phase in enumerate(self.plans.phases):
            self._put(
                Phase,
                phase,
                {"document_id": self.documents[phase.document].pk, "code": phase.code},
                {
                    "campaign_id": self.campaigns[phase.campaign].pk if phase.campaign else None,
                    "name": phase.name,
                    "from_year": phase.years.first,
                    "to_year": phase.years.last,
                    "review": phase.review.value,
                    "source_id": self.sources[phase.source].pk,
                    "quote": phase.quote,
                    "order": order,
                },
            )
        for round_ in self.plans.rounds:
            self._put(
                Round,
                round_,
                {"code": round_.code},
                {
                    "campaign_id": self.campaigns[round_.campaign].pk,
                    "name": round_.name,
                    "assessed_year": round_.assessed_year,
                    "figures_day": round_.figures_day,
                    "figures_basis": round_.figures_basis,
                },
            )

    # Titles and criteria -----------------------------------------------------------------------

    def _put_titles(self) -> None:
        for order, record in enumerate(self.plans.titles):
            self.titles[record.code] = self._put(
                Title,
                record,
                {"code": record.code},
                {
                    "name": record.name,
                    "tier": record.tier,
                    "subject_kinds": [kind.value for kind in record.subject_kinds],
                    "grades": list(record.grades),
                    "valid_months": record.valid_months,
                    "recognised_by": _authority_now(record),
                    "recognised_by_note": "\n".join(
                        [*(authority.note for authority in record.authorities), record.note]
                    ).strip(),
                    "document_id": self.documents[record.document].pk if record.document else None,
                    "source_id": self.sources[record.source].pk,
                    "quote": record.quote,
                    "order": order,
                    **_unregistered(record),
                },
            )

    def _put_set(self, order: int, record: CriteriaSetRecord) -> None:
        """Publish a set, or see that the published one is the same."""
        key = {"code": record.code, "version": record.version}
        values = self._set_values(record)
        criteria = [self._criterion_values(i, c) for i, c in enumerate(record.criteria, start=1)]
        there = self._there(CriteriaSet, key)
        if there is None:
            self._publish(record, {**key, **values, "order": order}, criteria)
        elif difference := _difference(there, values, criteria):
            raise PlanFilesRefused(
                [
                    record.fault(
                        f"{record.code} version {record.version} is published and cannot be"
                        f" changed ({difference}): give the new wording a new version"
                    )
                ]
            )
        elif there.period != values["period"]:
            self._change(there, {"period": values["period"]})
        else:
            self.loaded.unchanged += 1 + len(criteria)

    def _publish(self, record: Record, values: Values, criteria: list[dict[str, Any]]) -> None:
        criteria_set = self._create(CriteriaSet, record, values)
        for criterion in criteria:
            self._create(Criterion, record, {"criteria_set_id": criteria_set.pk, **criterion})
        _link_parents(criteria_set)
        criteria_set.published_at = timezone.now()
        criteria_set.save(update_fields=["published_at"])

    def _set_values(self, record: CriteriaSetRecord) -> dict[str, Any]:
        return {
            "name": record.name,
            "purpose": record.purpose,
            "title_id": self.titles[record.title].pk if record.title else None,
            "grade": record.grade or "",
            "subject_kinds": [kind.value for kind in record.subject_kinds],
            "subject_text": record.subject_text,
            "owner_id": self._unit(record.owner),
            "owner_name": record.owner_name,
            "period": periods.between(record.period.first, record.period.last),
            "document_id": self.documents[record.document].pk,
            "source_id": self.sources[record.source].pk,
            "article": record.article,
            "intro_quote": record.quote,
            "rule": rules.dump(rules.parse_set(record.rule)),
            "note": record.note,
            "in_force_basis": record.in_force_basis,
        }

    def _criterion_values(self, order: int, record: CriterionRecord) -> dict[str, Any]:
        return {
            "code": record.code,
            "order": order,
            "group": record.group,
            "wording": record.text,
            "quote": record.quote,
            "source_id": self.sources[record.source].pk,
            "confidence": self.sources[record.source].confidence,
            "article": record.article,
            "evidence_hint": record.evidence_hint,
            "rule": None if record.rule is None else rules.dump(rules.parse(record.rule)),
            "status": record.status,
            "note": record.note,
        }

    def _refuse_competing_sets(self) -> None:
        """The files agree with each other; they must also with what the portal has published."""
        faults = []
        for record in self.plans.criteria_sets:
            mine = CriteriaSet.objects.get(code=record.code, version=record.version)
            same = {
                name: getattr(mine, name) for name in ("purpose", "title_id", "grade", "owner_id")
            }
            others = CriteriaSet.objects.published().filter(
                subject_kinds__overlap=mine.subject_kinds, period__overlap=mine.period, **same
            )
            if other := others.exclude(pk=mine.pk).first():
                faults.append(
                    record.fault(
                        f"its period overlaps that of {other.code} version {other.version}, which"
                        " is published for the same kind of unit, owner and purpose"
                    )
                )
        if faults:
            raise PlanFilesRefused(faults)

    # Targets, forms, routes --------------------------------------------------------------------

    def _put_targets(self) -> None:
        for order, record in enumerate(self.plans.targets):
            self._put(
                Target,
                record,
                {"document_id": self.documents[record.document].pk, "code": record.code},
                {
                    "source_id": self.sources[record.source].pk,
                    "year": record.year,
                    "share": record.share,
                    "counted": record.counted,
                    "among": record.among,
                    "title_code": record.title or "",
                    "article": record.article,
                    "quote": record.quote,
                    "order": order,
                },
            )

    def _put_award_forms(self) -> None:
        for order, record in enumerate(self.plans.award_forms):
            self._put(
                AwardForm,
                record,
                {"code": record.code},
                {
                    "name": record.name,
                    "occasion": record.occasion,
                    "decided_by": record.decided_by,
                    "subject_kinds": [kind.value for kind in record.subject_kinds],
                    "subject_text": record.subject_text,
                    "document_id": self.documents[record.document].pk,
                    "source_id": self.sources[record.source].pk,
                    "article": record.article,
                    "quote": record.quote,
                    "order": order,
                },
            )

    def _put_routes(self) -> None:
        for record in self.plans.routes:
            route = self._put(
                Route,
                record,
                {"code": record.code},
                {
                    "matter": record.matter.value,
                    "subject_kinds": [kind.value for kind in record.subject_kinds],
                    "title_id": self.titles[record.title].pk if record.title else None,
                    "form_code": record.form or "",
                    "territory_id": self._unit(record.territory),
                    "period": periods.between(record.period.first, record.period.last),
                    "document_id": self.documents[record.document].pk,
                    "source_id": self.sources[record.source].pk,
                    "quote": record.quote,
                    "basis": record.basis,
                },
            )
            for order, step in enumerate(record.steps, start=1):
                self._put(
                    RouteStep,
                    step,
                    {"route_id": route.pk, "order": order},
                    {
                        "act": step.act.value,
                        "body": step.who,
                        "above": step.above.value if step.above else "",
                        "managing": step.managing,
                    },
                )

    # Rows --------------------------------------------------------------------------------------

    def _put_figure_kinds(self) -> None:
        for order, record in enumerate(self.plans.figure_kinds):
            self._put(
                FigureKind,
                record,
                {"code": record.code},
                {
                    "name": record.name,
                    "unit_name": record.counted_in,
                    "measure": Measure.COUNT if record.counted_in else Measure.FACT,
                    "asked_of": [kind.value for kind in record.asked_of],
                    "title_code": record.title or "",
                    "asked_by": "\n".join(dict.fromkeys(map(self._asked_by, record.asked_by))),
                    "order": order,
                },
            )

    def _put_register_links(self) -> None:
        """Of each version of the set: an older one goes on to speak of its register."""
        for record in self.plans.register_links:
            found = Criterion.objects.filter(
                criteria_set__code=record.criteria_set, code=record.criterion
            )
            for criterion in found:
                self._put(
                    CriterionRegister,
                    record,
                    {"criterion_id": criterion.pk},
                    {"register": record.register_name, "words": record.words},
                )

    def _asked_by(self, asked: AskedBy) -> str:
        """What asks for a figure, as people read it."""
        if asked.document:
            document = self.documents[asked.document]
            target = next(
                one
                for one in self.plans.targets
                if (one.document, one.code) == (asked.document, asked.target)
            )
            return f"{document.number}, {target.article}: {target.counted}"
        if asked.title:
            return f"Tỷ lệ đạt danh hiệu {self.titles[asked.title]}"
        return next(one.name for one in self.plans.criteria_sets if one.code == asked.criteria_set)

    def _put(self, model: type[_Row], record: Record, key: Values, values: Values) -> _Row:
        """The row with that key, created or brought to what the file says; left alone when the
        file says of it what it said at the last load."""
        row = self._there(model, key)
        if row is None:
            row = self._create(model, record, {**key, **values})
        elif self._said_before.get((model._meta.db_table, row.pk)) == _digest(values):
            self.loaded.unchanged += 1
            return row
        else:
            self._change(row, values)
        self._said_now.append(
            LoadedRecord(table=model._meta.db_table, row_id=row.pk, digest=_digest(values))
        )
        return row

    def _there(self, model: type[_Row], key: Values) -> _Row | None:
        """The row with that key, of all rows of the table read at once."""
        if model not in self._rows:
            self._rows[model] = {
                tuple(getattr(row, name) for name in key): row
                for row in model._default_manager.all()
            }
        return self._rows[model].get(tuple(key.values()))

    def _create(self, model: type[_Row], record: Record, values: Values) -> _Row:
        row = model(**values)
        try:
            row.clean_fields(exclude=_not_checked(model))
        except ValidationError as error:
            raise PlanFilesRefused(
                [
                    record.fault(f"{name}: {' '.join(what)}")
                    for name, what in error.message_dict.items()
                ]
            ) from error
        row.save(force_insert=True)
        self.loaded.created[model._meta.label_lower] += 1
        return row

    def _change(self, row: models.Model, values: Values) -> None:
        """Save the values that differ, if any."""
        changes = {name: value for name, value in values.items() if getattr(row, name) != value}
        for name, value in changes.items():
            setattr(row, name, value)
        if changes:
            row.save(update_fields=list(changes))
            self.loaded.changed[row._meta.label_lower] += 1
        else:
            self.loaded.unchanged += 1

    def _remember(self) -> None:
        """Keep what the files said, for the next load."""
        LoadedRecord.objects.bulk_create(
            self._said_now,
            update_conflicts=True,
            unique_fields=["table", "row_id"],
            update_fields=["digest"],
        )


def _digest(values: Values) -> str:
    """The digest of what a file says of a row, whatever the row has become since."""
    text = json.dumps(values, default=str, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _lines(lines: tuple[int, int]) -> str:
    first, last = lines
    return str(first) if first == last else f"{first}–{last}"


def _authority_now(record: TitleRecord) -> str:
    """Who recognises the title without an end in sight; empty is chưa cấu hình."""
    return next(
        (a.authority for a in record.authorities if a.period.last is None and a.authority), ""
    )


def _unregistered(record: TitleRecord) -> Values:
    """What follows for who did not register, where a source says so; else the portal's default."""
    said = record.unregistered
    return {"unregistered": said.follows.value, "unregistered_basis": said.basis} if said else {}


def _link_parents(criteria_set: CriteriaSet) -> None:
    """A criterion that combines others is their parent."""
    rows = {row.code: row for row in criteria_set.criteria.all()}
    for row in rows.values():
        for code in rules.children_of(rules.parse(row.rule) if row.rule else None):
            rows[code].parent = row
            rows[code].save(update_fields=["parent"])


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


def _not_checked(model: type[models.Model]) -> set[str]:
    """Fields whose check would ask the database, or that may be empty objects."""
    return {
        f.name
        for f in model._meta.concrete_fields
        if f.is_relation or isinstance(f, models.JSONField) or f.has_default() or f.has_db_default()
    }
