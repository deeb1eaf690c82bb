"""Judging the plan files together: references, sources, quotes, coverage, competing sets.

Every check is a small generator of faults over all records; `read_plans` runs them all, so that one
attempt names everything that is wrong. Nothing here touches the database.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from awards.plans import texts as source_texts
from awards.plans.files import PlanFile, read_files
from awards.plans.records.base import Quoting, Record
from awards.plans.records.campaign import PhaseRecord, TargetRecord
from awards.plans.records.commendation import AwardFormRecord
from awards.plans.records.documents import (
    CitationRecord,
    DocumentRecord,
    ExclusionRecord,
    SourceRecord,
)
from awards.plans.texts import Span
from awards.plans.yaml_files import PlanFilesRefused
from core.data_files import Fault
from criteria import rules

#: The data files of the project, and the source texts that they are held to.
PLANS = Path(__file__).resolve().parents[2] / "campaign" / "data" / "plans"
SOURCES = PLANS.parent / "sources"

# Their words are part of a sentence that a passage or a criterion owns: never of excluded text.
_INSIDE_OWNED_TEXT = (TargetRecord, PhaseRecord, AwardFormRecord, CitationRecord)

# The `title` of these is words; of all others it is the code of a title that units can hold.
_HAS_WORDS_AS_TITLE = (SourceRecord, DocumentRecord)


@dataclass(frozen=True, slots=True)
class Owned:
    """A piece of a source text and the record (or exclusion) to which it belongs."""

    owner: str
    record: Record
    span: Span


def read_plans(directory: Path = PLANS, sources: Path = SOURCES) -> PlanFile:
    """Read all plan files and hold them to each other and to the source texts.

    Args:
        directory: where the `*.yaml` files are.
        sources: where the files are that the source records name.

    Raises:
        PlanFilesRefused: with file, line and reason for every fault found.
    """
    plans = read_files(directory)
    faults = list(_faults_of_codes(plans))
    texts: dict[str, str] = {}
    faults += _read_texts(plans, sources, texts)
    for check in (
        _faults_of_references,
        _faults_of_figures,
        _faults_of_register_links,
        _faults_of_titles_in_rules,
        _faults_of_competing_sets,
    ):
        faults += check(plans)
    faults += _faults_of_citations(plans)
    faults += _faults_of_quotes(plans, texts)
    if not faults:  # a quote that is not found would be reported again as a sentence left out
        faults += _faults_of_places(plans, texts)
        faults += _faults_of_coverage(plans, texts)
    if faults:
        raise PlanFilesRefused(faults)
    return plans


# Codes and references ---------------------------------------------------------------------------


def _faults_of_codes(plans: PlanFile) -> Iterator[Fault]:
    """A code names one record of its list; passages, phases and targets, one of their document."""
    keys: list[tuple[str, Iterable[Record], Callable[..., object]]] = [
        ("source", plans.sources, lambda r: r.code),
        ("document", plans.documents, lambda r: r.code),
        ("body", plans.bodies, lambda r: r.code),
        ("campaign", plans.campaigns, lambda r: r.code),
        ("round", plans.rounds, lambda r: r.code),
        ("title", plans.titles, lambda r: r.code),
        ("award form", plans.award_forms, lambda r: r.code),
        ("route", plans.routes, lambda r: r.code),
        ("kind of figure", plans.figure_kinds, lambda r: r.code),
        ("passage", plans.passages, lambda r: f"{r.document}/{r.code}"),
        ("phase", plans.phases, lambda r: f"{r.document}/{r.code}"),
        ("target", plans.targets, lambda r: f"{r.document}/{r.code}"),
        ("criteria set", plans.criteria_sets, lambda r: f"{r.code} version {r.version}"),
    ]
    for what, records, key in keys:
        times = Counter(key(record) for record in records)
        for record in records:
            if times[key(record)] > 1:
                yield record.fault(f"{what} {key(record)} is given twice")


def _faults_of_references(plans: PlanFile) -> Iterator[Fault]:
    """Whatever a record names by its code is there."""
    known = {
        "document": {record.code for record in plans.documents},
        "cited": {record.code for record in plans.documents},
        "campaign": {record.code for record in plans.campaigns},
        "title": {record.code for record in plans.titles},
        "form": {record.code for record in plans.award_forms},
        "source": {record.code for record in plans.sources},
        "body": {record.code for record in plans.bodies},
    }
    for record in _everything(plans):
        for field, codes in known.items():
            code = getattr(record, field, None)
            if field == "title" and isinstance(record, _HAS_WORDS_AS_TITLE):
                continue
            if isinstance(code, str) and code not in codes:
                yield record.fault(f"{field}: there is no {code}")


def _everything(record: Record) -> Iterator[Record]:
    """A record and all records inside it, at any depth."""
    yield record
    for name in type(record).model_fields:
        value = getattr(record, name, None)
        for child in value if isinstance(value, tuple) else (value,):
            if isinstance(child, Record):
                yield from _everything(child)


def _faults_of_figures(plans: PlanFile) -> Iterator[Fault]:
    """What asks for a figure is there, and each figure or fact that a rule reads is collected."""
    targets = {(record.document, record.code) for record in plans.targets}
    sets = {record.code for record in plans.criteria_sets}
    parts = set()
    for kind in plans.figure_kinds:
        for asked in kind.asked_by:
            part = asked.document, asked.target, asked.part
            if asked.part and part in parts:
                yield asked.fault(f"part: another figure is {asked.part} of this target, too")
            parts.add(part)
            if asked.target and (asked.document, asked.target) not in targets:
                yield asked.fault(f"there is no target {asked.document}/{asked.target}")
            if asked.criteria_set and asked.criteria_set not in sets:
                yield asked.fault(f"there is no criteria set {asked.criteria_set}")
    kinds = {kind.code for kind in plans.figure_kinds}
    for criteria_set in plans.criteria_sets:
        relaxed = getattr(rules.parse_set(criteria_set.rule), "relaxed", None)
        if relaxed and relaxed.fact not in kinds:
            yield criteria_set.fault(f"rule: no figure is collected for the fact {relaxed.fact}")
        for criterion in criteria_set.criteria:
            indicator = getattr(criterion.spec.rule, "denominator_indicator", None)
            if indicator and indicator not in kinds:
                yield criterion.fault(f"rule: there is no kind of figure {indicator}")


def _faults_of_register_links(plans: PlanFile) -> Iterator[Fault]:
    """Each names a criterion, once, and words that stand in it."""
    criteria = {(s.code, c.code): c for s in plans.criteria_sets for c in s.criteria}
    named = set()
    for link in plans.register_links:
        key = (link.criteria_set, link.criterion)
        if key not in criteria:
            yield link.fault(f"there is no criterion {link.criteria_set}/{link.criterion}")
        elif link.words not in " ".join((criteria[key].quote or criteria[key].wording).split()):
            yield link.fault(f"“{link.words}” does not stand in the criterion")
        elif key in named:
            yield link.fault(f"{link.criteria_set}/{link.criterion} is named twice")
        named.add(key)


def _faults_of_titles_in_rules(plans: PlanFile) -> Iterator[Fault]:
    """A rule asks for titles, and grades of them, that exist."""
    titles = {title.code: title for title in plans.titles}
    for criteria_set in plans.criteria_sets:
        title = titles.get(criteria_set.title or "")
        if title and criteria_set.grade and criteria_set.grade not in title.grades:
            yield criteria_set.fault(f"{title.code} has no grade {criteria_set.grade}")
        for criterion in criteria_set.criteria:
            rule = criterion.spec.rule
            if not isinstance(rule, rules.HoldsTitleRule | rules.ShareHoldingTitleRule):
                continue
            if rule.title not in titles:
                yield criterion.fault(f"rule: there is no title {rule.title}")
            elif rule.grade and str(rule.grade) not in titles[rule.title].grades:
                yield criterion.fault(f"rule: {rule.title} has no grade {rule.grade}")


def _faults_of_competing_sets(plans: PlanFile) -> Iterator[Fault]:
    """For a unit, a day and a purpose there is one nearest set, never two (DESIGN §5)."""
    for first, second in combinations(plans.criteria_sets, 2):
        if first.competes_with(second):
            yield second.fault(
                f"its period overlaps that of {first.code} version {first.version},"
                " which is for the same kind of unit, owner and purpose"
            )


def _faults_of_citations(plans: PlanFile) -> Iterator[Fault]:
    """A normalised citation carries the number that the cited document is recorded with."""
    numbers = {document.code: document.number for document in plans.documents}
    for document in plans.documents:
        for citation in document.cites:
            if numbers.get(citation.cited, "") not in citation.normalised:
                yield citation.fault(
                    f"the normalised citation lacks the number {numbers[citation.cited]}"
                )


# Source texts -----------------------------------------------------------------------------------


def _read_texts(plans: PlanFile, directory: Path, texts: dict[str, str]) -> Iterator[Fault]:
    """Fill `texts` with the text of each source that has a file, if it is the file recorded."""
    for source in plans.sources:
        if not source.file:
            continue
        path = directory / source.file
        if not path.is_file():
            yield source.fault(f"its text {source.file} is missing")
        elif hashlib.sha256(content := path.read_bytes()).hexdigest() != source.sha256:
            yield source.fault(f"{source.file} is not the text with the recorded SHA-256")
        else:
            texts[source.code] = content.decode("utf-8")


def place_of(record: Quoting, text: str) -> Span:
    """Where the words of a record stand in the text of its source.

    Raises:
        ValueError: nowhere, in several places none of which is named by `line`, or not on it.
    """
    places = source_texts.locate(text, record.quote)
    lines = [source_texts.line_of(text, place.start) for place in places]
    if not places:
        raise ValueError(f"the source does not say: {record.quote[:80]!r}")
    if record.line is None:
        if len(places) > 1:
            raise ValueError(f"the source says it {len(places)} times: name the line, of {lines}")
        return places[0]
    if lines.count(record.line) != 1:
        raise ValueError(f"the source says it on lines {lines}, not once on {record.line}")
    return places[lines.index(record.line)]


def _faults_of_quotes(plans: PlanFile, texts: dict[str, str]) -> Iterator[Fault]:
    """Each quote is a substring of its source; a source without text has none."""
    for record in plans.quoting():
        try:
            if record.source in texts:
                _span_of(record, texts[record.source])
            elif record.quote:
                yield record.fault(f"no text of source {record.source} is kept: nothing to quote")
        except ValueError as error:
            yield record.fault(f"quote: {error}")


def _span_of(record: Quoting, text: str) -> Span | None:
    """The part of the text that a record speaks of; None where it quotes nothing."""
    if isinstance(record, ExclusionRecord) and record.lines is not None:
        return source_texts.lines_span(text, *record.lines)
    return place_of(record, text) if record.quote else None


def owned(plans: PlanFile, texts: dict[str, str]) -> dict[str, list[Owned]]:
    """Which part of which source belongs to which record: {source code: pieces of its text}.

    Passages, the opening words of criteria sets, criteria and exclusions own text; all else only
    points into it. So does a criterion whose sentence stands `inside` another record.
    """
    pieces: dict[str, list[Owned]] = defaultdict(list)
    for owner, record in _owners(plans):
        if record.source in texts and (span := _span_of(record, texts[record.source])):
            pieces[record.source].append(Owned(owner, record, span))
    return pieces


def _owners(plans: PlanFile) -> Iterator[tuple[str, Quoting]]:
    """The records that own what they quote, each with the name that `inside` knows it by."""
    for passage in plans.passages:
        yield f"{passage.document}/{passage.code}", passage
    for criteria_set in plans.criteria_sets:
        if not criteria_set.inside:
            yield criteria_set.code, criteria_set
        for criterion in criteria_set.criteria:
            if not criterion.inside:
                yield f"{criteria_set.code}/{criterion.code}", criterion
    for number, exclusion in enumerate(plans.exclusions):
        yield f"exclusion {number}", exclusion


def _faults_of_places(plans: PlanFile, texts: dict[str, str]) -> Iterator[Fault]:
    """What only points into the text points where it says, and never at excluded text."""
    pieces = owned(plans, texts)
    for record in plans.quoting():
        if not record.quote or record.source not in texts:
            continue
        inside = getattr(record, "inside", None)
        if inside or isinstance(record, _INSIDE_OWNED_TEXT):
            span = place_of(record, texts[record.source])
            holders = [
                piece.owner
                for piece in pieces[record.source]
                if piece.span.contains(span) and not isinstance(piece.record, ExclusionRecord)
            ]
            if inside and inside not in holders:
                yield record.fault(f"inside: the quote does not stand in {inside}")
            elif not holders:
                yield record.fault("quote: it stands in no passage and no criterion")


def _faults_of_coverage(plans: PlanFile, texts: dict[str, str]) -> Iterator[Fault]:
    """Each sentence of each source belongs to exactly one record, or is excluded with a reason."""
    pieces = owned(plans, texts)
    for source in plans.sources:
        if source.code not in texts:
            continue
        text = texts[source.code]
        spans = [(piece.owner, piece.span) for piece in pieces[source.code]]
        for gap in source_texts.gaps(text, spans):
            line = source_texts.line_of(text, gap.sentence.start)
            owners = " and ".join(gap.owners) or "no record"
            yield source.fault(
                f"line {line} belongs to {owners}, not whole to one: {gap.sentence.of(text)[:80]!r}"
            )
