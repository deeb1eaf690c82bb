"""The two promises of DESIGN §5: each quote is in its source, each sentence is in one record.

They are proved here from the files and texts alone, by other means than the checks of the loader.
"""

import hashlib
import re
from pathlib import Path

import pytest
from django.conf import settings

from awards.plans.checks import PLANS, SOURCES, owned, read_plans
from awards.plans.files import PlanFile
from awards.plans.records.documents import ExclusionRecord
from awards.plans.texts import Span, sentences

TEXTS = {path.name[:3]: path.read_text("utf-8") for path in sorted(SOURCES.glob("*.txt"))}
DIGESTS = {
    "000": "504638d0954df4be8ddead7f10970da3174fa9fb72b2285ef95ef87bfd279718",
    "001": "0d0efc58725935d3f9c1e85f5c6827a37b2340ee29acfb2b88debdccbbd515f7",
    "002": "8def489d37716e8b7bd99f79a69b3f07ba39dbff2c3c83db51d722f6b5fd2296",
    "003": "0077e37fda9cf16b6caa082b67cf7e6a2e2910fc2d49395de1d5d8317af4ecf9",
    "004": "1d8e14b33f0eb02cda382bae03fadf5985cfcbd7ca147a5471fe134d82e1e88e",
}


@pytest.fixture(scope="module")
def plans() -> PlanFile:
    return read_plans()


def squeezed(text: str) -> str:
    return " ".join(text.split())


def test_files_of_the_project_are_the_ones_read() -> None:
    assert Path(settings.BASE_DIR, "campaign", "data", "plans") == PLANS


def test_source_texts_are_the_ones_that_were_taken_over() -> None:
    digests = {
        path.name[:3]: hashlib.sha256(path.read_bytes()).hexdigest() for path in SOURCES.iterdir()
    }
    assert digests == DIGESTS


def test_each_quote_is_a_substring_of_its_source(plans: PlanFile) -> None:
    quoting = [record for record in plans.quoting() if record.quote]
    strangers = [
        f"{record._file}:{record._line}"
        for record in quoting
        if squeezed(record.quote) not in squeezed(TEXTS[record.source])
    ]
    assert strangers == []
    assert {record.source for record in quoting} == set(TEXTS)


def test_each_sentence_of_each_source_belongs_to_exactly_one_record(plans: PlanFile) -> None:
    pieces = owned(plans, TEXTS)
    for source, text in TEXTS.items():
        for sentence in sentences(text):
            owners = {piece.owner for piece in pieces[source] if piece.span.meets(sentence)}
            assert len(owners) == 1, (source, sentence.of(text), owners)


@pytest.mark.parametrize("source", sorted(TEXTS))
def test_each_character_of_a_source_is_owned_or_excluded_once(plans: PlanFile, source: str) -> None:
    text = TEXTS[source]
    times = [0] * len(text)
    for piece in owned(plans, TEXTS)[source]:
        for offset in range(piece.span.start, piece.span.end):
            times[offset] += 1
    once = "".join(char for char, count in zip(text, times, strict=True) if count == 1)
    assert re.sub(r"\s", "", once) == re.sub(r"\s", "", text)


def test_only_what_is_not_the_documents_own_is_excluded(plans: PlanFile) -> None:
    assert {
        (exclusion.source, exclusion.lines)
        for exclusion in plans.exclusions
    } == {
        ("000", (1, 1)), ("000", (35, 35)), ("000", (37, 37)),
        ("002", (1, 1)), ("002", (3, 3)), ("002", (5, 5)), ("002", (7, 7)),
        ("002", (11, 12)), ("002", (28, 32)),
        ("003", (1, 1)), ("003", (3, 3)), ("003", (5, 5)), ("003", (13, 14)),
        ("003", (36, 37)), ("003", (39, 145)),
        ("004", (1, 1)), ("004", (3, 3)), ("004", (5, 11)), ("004", (83, 83)),
    }  # fmt: skip
    assert all(exclusion.foreign and exclusion.reason for exclusion in plans.exclusions)


def test_other_news_behind_the_article_is_no_record(plans: PlanFile) -> None:
    text = TEXTS["003"]
    other_news = Span(text.index("Tin khác"), len(text))
    owners = [piece for piece in owned(plans, TEXTS)["003"] if piece.span.meets(other_news)]
    assert [type(piece.record) for piece in owners] == [ExclusionRecord]


def test_each_percentage_of_binh_duong_is_one_target(plans: PlanFile) -> None:
    said = re.findall(r"(\d+)%", TEXTS["004"])
    quoted = [share for target in plans.targets for share in re.findall(r"(\d+)%", target.quote)]
    assert len(said) == 15
    assert sorted(quoted) == sorted(said)
    assert all(f"{target.share}%" in target.quote for target in plans.targets)


def test_each_number_of_a_document_that_a_text_cites_is_recorded(plans: PlanFile) -> None:
    number = re.compile(r"\b\d+[-/][A-ZĐ]{2}(?:[-/][A-ZĐ]\w+)")
    said = {found for text in TEXTS.values() for found in number.findall(text)}
    # Another dispatch stands in the other news of 003, and one symbol is written wrongly in 004.
    said -= {"205/CĐ-TTg", "49/KL-TW"}
    assert said <= {document.number for document in plans.documents}
    assert len(said) == 13


def test_facts_of_a_document_stand_in_the_words_it_is_known_by(plans: PlanFile) -> None:
    for document in plans.documents:
        words = squeezed(" ".join(mention.quote for mention in document.mentions))
        if document.source in TEXTS:
            assert document.number in words, document.code
            assert document.signer in words, document.code
            assert document.mentions, document.code
