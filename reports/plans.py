"""The plans and the documents around them: what each says, word for word, and where it says so."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Model, OuterRef, Prefetch, Q
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import JSONObject
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from campaign.models import Citation, Document, Passage, Phase, Source, Target
from core import periods
from core.access import signed_in
from core.numbers import format_vi_number
from criteria.models import (
    AwardForm,
    CriteriaSet,
    Criterion,
    Route,
    RouteMatter,
    RouteStep,
    Title,
)
from criteria.views.sources import record_url
from reports import source_texts

# What a plan of the campaign has: the order of the model plan, and what is missed where a source
# leaves it out.
_PARTS = (
    Passage.Section.PURPOSE,
    Passage.Section.REQUIREMENT,
    Passage.Section.CONTENT,
    Passage.Section.CRITERIA,
    Passage.Section.AWARD,
    Passage.Section.SOLUTION,
    Passage.Section.PROGRESS,
    Passage.Section.ORGANISATION,
)
_CONTENTS = range(1, 7)  # the six contents of the campaign
_UNKNOWN_FIELDS = ("number", "issued_on", "issuer", "signer")


# The list


@dataclass(frozen=True)
class Row:
    """One document with what it carries out."""

    document: Document
    carries_out: list[Citation]


@signed_in()
def index(request: HttpRequest) -> HttpResponse:
    """All documents: the plans of the campaign first, then those they cite."""
    cited = Citation.objects.select_related("cited").filter(relation=Citation.Relation.IMPLEMENTS)
    documents = Document.objects.filter(owner=None).prefetch_related(
        Prefetch("citations", queryset=cited)
    )
    rows = [Row(document, list(document.citations.all())) for document in documents]
    context = {
        "plans": [row for row in rows if row.document.is_campaign_plan],
        "others": [row for row in rows if not row.document.is_campaign_plan],
    }
    return render(request, "reports/plans.html", context)


# One document


@dataclass(frozen=True)
class Quoted:
    """Words of a document in their place, with the source one click away.

    `section` is the part that begins here, empty within a part.
    """

    passage: Passage
    section: str
    url: str


@dataclass(frozen=True)
class SetRow:
    """A criteria set of the document, as its plan lists it."""

    criteria_set: CriteriaSet
    known: int
    unknown: int
    url: str


@dataclass(frozen=True)
class Whole:
    """A document from its first to its last words; its sets stand where they stand in it."""

    before: list[Quoted]
    sets: list[SetRow]
    after: list[Quoted]

    @property
    def is_known(self) -> bool:
        """Whether any of its words are."""
        return bool(self.before or self.after or self.sets)


@signed_in()
def detail(request: HttpRequest, code: str) -> HttpResponse:
    """One document whole: what is known of it, its text, and the records made from it."""
    # What a unit entered is read where it was launched, or answered with.
    document = _with_records().filter(code=code, owner=None).first()
    if document is None:
        raise Http404
    sets = list(_sets_of(document))
    passages = list(document.passages.select_related("source"))
    citations = list(
        Citation.objects.filter(Q(document=document) | Q(cited=document), document__owner=None)
        .select_related("document", "cited", "source")
        .order_by("document__order", "order")
    )
    own_citations = [one for one in citations if one.document_id == document.pk]
    targets = list(_with_urls("target", document.target_rows))
    context = {
        "document": document,
        "facts": _facts(document),
        "cites": [
            (one, record_url(one.source.code, "citation", one.pk))
            for one in own_citations
            if one.source
        ],
        "cited_by": _documents(one.document for one in citations if one.cited_id == document.pk),
        "whole": _whole(passages, sets),
        "missing": _missing(document, passages, sets),
        "ends": _ends(document),
        "phases": list(_with_urls("phase", document.phase_rows)),
        "targets": [_target(row) for row in targets],
        "forms": list(_with_urls("form", document.form_rows)),
        "titles": _titles(document, sets, targets),
        "routes": _routes(document),
    }
    return render(request, "reports/plan.html", context)


def _with_records() -> Any:
    """Documents with their small records, read in one query: no plan has many of them."""
    phases = Phase.objects.filter(document=OuterRef("pk")).order_by("order")
    targets = Target.objects.filter(document=OuterRef("pk")).order_by("order")
    forms = AwardForm.objects.filter(document=OuterRef("pk")).order_by("order")
    sources = Source.objects.filter(documents=OuterRef("pk")).order_by("code")
    return Document.objects.annotate(
        phase_rows=_rows(phases, "name", "from_year", "to_year", "review", "quote"),
        target_rows=_rows(
            targets, "year", "share", "counted", "among", "title_code", "article", "quote"
        ),
        form_rows=_rows(
            forms, "name", "occasion", "decided_by", "subject_text", "article", "quote"
        ),
        source_rows=ArraySubquery(
            sources.values(
                row=JSONObject(
                    code="code",
                    title="title",
                    publisher="publisher",
                    confidence="confidence",
                    file_name="file_name",
                    ends="ends",
                )
            )
        ),
    )


def _rows(queryset: Any, *names: str) -> ArraySubquery:
    fields = {name: name for name in names}
    return ArraySubquery(queryset.values(row=JSONObject(pk="pk", source="source__code", **fields)))


def _with_urls(kind: str, rows: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    for row in rows:
        yield {**row, "url": record_url(row["source"], kind, row["pk"])}


def _sets_of(document: Document) -> Any:
    """The document's sets in their order, each with its counts and the titles its rules ask for."""
    unknown = Q(criteria__status=Criterion.Status.NO_SOURCE)
    title = KeyTextTransform("title", "criteria__rule")
    return (
        document.criteria_sets.published()
        .select_related("source", "title")
        .annotate(
            criteria_count=Count("criteria"),
            unknown=Count("criteria", filter=unknown),
            asked_titles=ArrayAgg(title, filter=Q(criteria__rule__has_key="title"), default=[]),
        )
        .order_by("order", "code", "-version")
    )


def _facts(document: Document) -> list[tuple[str, str, str]]:
    """Term, value, and where the value is not known, why."""
    issued = f"{document.issued_on:%d/%m/%Y}" if document.issued_on else ""
    signer = ", ".join(filter(None, (document.signer, document.signer_position)))
    values = {
        "number": document.number,
        "issued_on": issued,
        "issuer": document.issuer,
        "signer": signer,
    }
    labels = {
        "number": _("Number and symbol"),
        "issued_on": _("Issued on"),
        "issuer": _("Issuer"),
        "signer": _("Signer"),
    }
    return [
        (labels[name], values[name], document.unknown.get(name, "")) for name in _UNKNOWN_FIELDS
    ]


def _documents(found: Iterable[Document]) -> list[Document]:
    return list({document.pk: document for document in found}.values())


def _whole(passages: list[Passage], sets: list[CriteriaSet]) -> Whole:
    """The text in its order; the sets stand behind the passage that announces the criteria."""
    announcing = [
        place
        for place, passage in enumerate(passages, start=1)
        if passage.section == Passage.Section.CRITERIA
    ]
    cut = announcing[-1] if announcing else len(passages)
    quoted, section = [], ""
    for passage in passages:
        begins = passage.section != section
        section = passage.section
        url = record_url(passage.source.code, "passage", passage.pk)
        quoted.append(Quoted(passage, str(passage.get_section_display()) if begins else "", url))
    rows = [
        SetRow(
            one,
            one.criteria_count - one.unknown,  # type: ignore[attr-defined]
            one.unknown,  # type: ignore[attr-defined]
            record_url(one.source.code, "set", one.pk),
        )
        for one in sets
    ]
    return Whole(quoted[:cut], rows, quoted[cut:])


def _missing(document: Document, passages: list[Passage], sets: list[CriteriaSet]) -> list[str]:
    """Which parts of a plan of the campaign its source does not give."""
    if not document.is_campaign_plan:
        return []
    there = {passage.section for passage in passages}
    if sets:
        there.add(Passage.Section.CRITERIA)
    missing = [str(part.label) for part in _PARTS if part not in there]
    contents = {
        int(number)
        for passage in passages
        if passage.section == Passage.Section.CONTENT
        for number in re.findall(r"\d+", passage.number)
    }
    left_out = [str(number) for number in _CONTENTS if contents and number not in contents]
    if left_out:
        missing.append(_("contents %(numbers)s of the six") % {"numbers": ", ".join(left_out)})
    if any(one.unknown for one in sets):  # type: ignore[attr-defined]
        missing.append(_("the criteria that are marked so"))
    return missing


def _ends(document: Document) -> list[Mapping[str, Any]]:
    """The sources with a text, each with where it ends."""
    rows: list[Mapping[str, Any]] = document.source_rows  # type: ignore[attr-defined]
    return [row for row in rows if row["file_name"] and row["ends"]]


def _target(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "share": format_vi_number(Decimal(str(row["share"])))}


def _titles(
    document: Document, sets: list[CriteriaSet], targets: list[dict[str, Any]]
) -> list[tuple[Title, str]]:
    """The titles that the document defines, or that its criteria and targets ask for.

    Each with the address of its words where the document's own source says them; else empty.
    """
    own_sources = {row["code"] for row in document.source_rows}  # type: ignore[attr-defined]
    codes = {row["title_code"] for row in targets}
    for one in sets:
        codes.update(one.asked_titles)  # type: ignore[attr-defined]
    found = Title.objects.filter(Q(document=document) | Q(code__in=codes - {""}))
    return [
        (
            title,
            record_url(title.source.code, "title", title.pk)
            if title.quote and title.source.code in own_sources
            else "",
        )
        for title in found.select_related("source", "document")
    ]


@dataclass(frozen=True)
class RouteRow:
    """A route with its steps in order."""

    route: Route
    matter: str
    steps: list[RouteStep]
    url: str
    first: periods.Day | None
    last: periods.Day | None


def _routes(document: Document) -> list[RouteRow]:
    """The routes that the document gives (one query)."""
    steps: dict[int, list[RouteStep]] = {}
    for step in (
        RouteStep.objects.filter(route__document=document)
        .select_related("route__source", "route__title")
        .order_by("route__code", "order")
    ):
        steps.setdefault(step.route_id, []).append(step)
    return [
        RouteRow(
            (route := found[0].route),
            str(RouteMatter(route.matter).label),
            found,
            record_url(route.source.code, "route", route.pk) if route.source else "",
            periods.first_day(route.period),
            periods.last_day(route.period),
        )
        for found in steps.values()
    ]


# A source


@dataclass(frozen=True)
class _Recorded:
    """Where the words of a kind of record stand: its model, the field, what comes before them.

    Of what may be a draft nobody reads the words here before they are published.
    """

    model: type[Model]
    field: str = "quote"
    after: str = ""
    published: str = ""


_RECORDS: dict[str, _Recorded] = {
    "criterion": _Recorded(
        Criterion, after="criteria_set__intro_quote", published="criteria_set__published_at"
    ),
    "passage": _Recorded(Passage),
    "set": _Recorded(CriteriaSet, field="intro_quote", published="published_at"),
    "title": _Recorded(Title),
    "target": _Recorded(Target),
    "phase": _Recorded(Phase),
    "form": _Recorded(AwardForm),
    "route": _Recorded(Route),
    "citation": _Recorded(Citation, field="as_written"),
}
_LONGEST_QUOTE = 5000


@signed_in()
def source(request: HttpRequest, code: str) -> HttpResponse:
    """A source: its text as it is kept, opened at the asked words; else the page it was read on."""
    found = Source.objects.filter(code=code).prefetch_related("documents").first()
    if found is None:
        raise Http404
    text = source_texts.read(found)
    quote, after = _asked(request, found)
    marked = source_texts.find(text.text, quote, after) if text and quote else None
    context = {
        "source": found,
        "documents": list(found.documents.all()),
        "text": text,
        "quote": quote,
        "found": marked is not None,
        "blocks": source_texts.blocks(found, text.text, marked) if text else [],
    }
    return render(request, "reports/plan_source.html", context)


def _asked(request: HttpRequest, found: Source) -> tuple[str, str]:
    """The words that the address asks for, and words that stand before them; both may be empty.

    A record is named by its key (`?criterion=12`), else the words themselves (`?quote=…`). What is
    not a record of this source asks for nothing.
    """
    for kind, recorded in _RECORDS.items():
        key = request.GET.get(kind, "")
        if not re.fullmatch(r"[0-9]{1,18}", key):
            continue
        names = [recorded.field, *([recorded.after] if recorded.after else [])]
        rows = recorded.model._default_manager.filter(pk=int(key), source=found)
        if recorded.published:
            rows = rows.exclude(**{recorded.published: None})
        row = rows.values_list(*names).first()
        if row:
            return row[0], (row[1] if recorded.after else "")
    return request.GET.get("quote", "")[:_LONGEST_QUOTE], ""
