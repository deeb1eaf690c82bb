"""The rows of documents: their sources, citations and passages."""

from awards.plans.records.documents import DocumentRecord
from awards.plans.rows.load import Load
from campaign.models import Citation, Document, Passage, Source


def put_sources(load: Load) -> None:
    """The texts through which documents are known."""
    for record in load.plans.sources:
        load.sources[record.code] = load.put(
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
                "foreign_parts": _foreign_parts(load, record.code),
            },
        )


def _foreign_parts(load: Load, source: str) -> str:
    """Which lines of a source are not the document's, one part a line: `39–145: …`."""
    return "\n".join(
        f"{_lines(exclusion.lines)}: {exclusion.reason}"
        for exclusion in load.plans.exclusions
        if exclusion.source == source and exclusion.foreign and exclusion.lines
    )


def _lines(lines: tuple[int, int]) -> str:
    first, last = lines
    return str(first) if first == last else f"{first}–{last}"


def put_documents(load: Load) -> None:
    """The documents, each with the sources that speak of it."""
    for order, record in enumerate(load.plans.documents):
        document = load.put(
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
                "territory_id": load.unit(record.territory),
                "territory_name": record.territory_name,
                "period_text": record.period_text,
                "is_campaign_plan": record.is_campaign_plan,
                "note": record.note,
                "order": order,
            },
        )
        load.documents[record.code] = document
        _put_document_sources(load, document, record)


def _put_document_sources(load: Load, document: Document, record: DocumentRecord) -> None:
    codes = {record.source, *(mention.source for mention in record.mentions)}
    wanted = {load.sources[code].pk for code in codes}
    if set(document.sources.values_list("pk", flat=True)) != wanted:
        document.sources.set(wanted)


def put_citations(load: Load) -> None:
    """Which document names which."""
    for record in load.plans.documents:
        for order, citation in enumerate(record.cites):
            load.put(
                Citation,
                citation,
                {
                    "document_id": load.documents[record.code].pk,
                    "cited_id": load.documents[citation.cited].pk,
                    "as_written": citation.quote,
                },
                {
                    "relation": citation.relation,
                    "normalised": citation.normalised,
                    "source_id": load.sources[citation.source].pk,
                    "order": order,
                },
            )


def put_passages(load: Load) -> None:
    """The text of the documents, part by part."""
    for order, record in enumerate(load.plans.passages):
        load.put(
            Passage,
            record,
            {"document_id": load.documents[record.document].pk, "code": record.code},
            {
                "source_id": load.sources[record.source].pk,
                "section": record.section.value,
                "article": record.article,
                "number": record.number,
                "quote": record.quote,
                "is_heading": record.is_heading,
                "order": order,
            },
        )
