"""Records of documents: the sources through which they are known, citations, passages."""

import datetime
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from awards.plans.records.base import Code, LineNumber, Mention, Quoting, Record, Text, UnitRef
from campaign.models import Confidence, DocumentKind, Passage
from units.models import UnitKind


class SourceRecord(Record):
    """The text through which a document is known.

    A source with a `file` is held to its digest, and its records to its words. One without is a
    public page of which no text was kept: its records give a wording, and cannot quote.
    """

    code: Code
    confidence: Confidence
    title: Text
    publisher: str = ""
    author: str = ""
    published_on: datetime.date | None = None
    url: str = ""
    file: str = ""
    sha256: Annotated[str, StringConstraints(pattern=r"^([0-9a-f]{64})?$")] = ""
    ends: str = ""

    @model_validator(mode="after")
    def _text_has_digest(self) -> Self:
        has_text = self.confidence == Confidence.STATED
        if bool(self.file) != has_text or bool(self.sha256) != has_text:
            raise ValueError("a source is stated and has file and sha256, or has none of them")
        return self


class CitationRecord(Quoting):
    """A document names another: as its text writes it (`quote`), and in the normalised form."""

    cited: Code
    quote: Text
    normalised: Text
    relation: Literal["implements", "mentions"]


class DocumentRecord(Record):
    """A document with number, day, issuer and signer; what is unknown says why (`unknown`)."""

    code: Code
    kind: DocumentKind
    source: Text
    title: Text
    number: str = ""
    issued_on: datetime.date | None = None
    issued_text: str = ""
    issuer: str = ""
    signer: str = ""
    signer_position: str = ""
    unknown: dict[Literal["number", "issued_on", "issuer", "signer"], Text] = {}
    territory: UnitRef | None = None
    territory_name: str = ""
    period_text: str = ""
    is_campaign_plan: bool = False
    mentions: tuple[Mention, ...] = ()
    cites: tuple[CitationRecord, ...] = ()
    note: str = ""

    @model_validator(mode="after")
    def _says_why_unknown(self) -> Self:
        for field in ("number", "issued_on", "issuer", "signer"):
            known = bool(getattr(self, field))
            if known and field in self.unknown:
                raise ValueError(f"{field} is given and unknown at once")
            if not known and field not in self.unknown:
                raise ValueError(f"{field} is neither given nor said to be unknown, and why")
        return self


class BodyRecord(Record):
    """A body that a plan speaks of and the official list of units does not have."""

    code: Code
    kind: UnitKind
    name: Text
    located_in: UnitRef
    source: Text
    mentions: tuple[Mention, ...] = Field(min_length=1)


class PassageRecord(Quoting):
    """A part of a document's text, in the order of the text."""

    code: Code
    document: Code
    section: Passage.Section
    article: str = Field(default="", max_length=60)
    number: str = Field(default="", max_length=20)
    quote: Text
    is_heading: bool = False


class ExclusionRecord(Quoting):
    """Text of a source that belongs to no record, by quote or by whole lines, and why.

    `foreign` says that it is not the document's own: a newspaper's headline, a site's navigation.
    """

    reason: Text
    foreign: bool
    lines: tuple[LineNumber, LineNumber] | None = None

    @model_validator(mode="after")
    def _names_text_once(self) -> Self:
        if bool(self.quote) == (self.lines is not None):
            raise ValueError("an exclusion names a quote or lines, one of them")
        return self
