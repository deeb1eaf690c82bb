"""The line of who signs (Nghị định 30/2020/NĐ-CP, Phụ lục I, mục II.7): two lines in papers, one
with a comma in running text."""

from io import BytesIO

import pypdf
import pytest

from accounts.models import User
from awards.deciding import papers
from awards.models import Decision
from core.documents.render import render_pdf
from tests.awards import samples

WAYS = [
    ("", "", "Chủ tịch", ("CHỦ TỊCH",), "Chủ tịch"),
    (
        "KT.",
        "Chủ tịch",
        "Phó Chủ tịch",
        ("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"),
        "KT. Chủ tịch, Phó Chủ tịch",
    ),
    ("Q.", "", "Chủ tịch", ("Q. CHỦ TỊCH",), "Q. Chủ tịch"),
    (
        "TM.",
        "Ủy ban nhân dân",
        "Chủ tịch",
        ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"),
        "TM. Ủy ban nhân dân, Chủ tịch",
    ),
    (
        "TL.",
        "Chủ tịch",
        "Chánh Văn phòng",
        ("TL. CHỦ TỊCH", "CHÁNH VĂN PHÒNG"),
        "TL. Chủ tịch, Chánh Văn phòng",
    ),
    (
        "TUQ.",
        "Giám đốc",
        "Trưởng phòng Tổ chức",
        ("TUQ. GIÁM ĐỐC", "TRƯỞNG PHÒNG TỔ CHỨC"),
        "TUQ. Giám đốc, Trưởng phòng Tổ chức",
    ),
    ("KT.", "", "Phó Chủ tịch", ("KT. …", "PHÓ CHỦ TỊCH"), "KT. …, Phó Chủ tịch"),
]


@pytest.mark.parametrize(("authority", "of", "position", "lines", "words"), WAYS)
def test_who_signs_in_lines_and_in_words(
    authority: str, of: str, position: str, lines: tuple[str, ...], words: str
) -> None:
    signing = Decision(
        authority=authority,
        authority_of=of,
        position=position,
        signer=User(full_name="Thạch Quốc Nam"),
    ).signing
    assert (signing.lines, signing.words, signing.name) == (lines, words, "Thạch Quốc Nam")


def test_in_the_paper_each_stands_on_a_line_of_its_own() -> None:
    reader = pypdf.PdfReader(BytesIO(render_pdf(samples.decision(1, long=False))))
    lines = [line.strip() for page in reader.pages for line in page.extract_text().split("\n")]
    place = lines.index("KT. CHỦ TỊCH")
    assert lines[place : place + 2] == ["KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"]
    assert papers.text_of(samples.decision(1, long=False)).count("KT. CHỦ TỊCH\nPHÓ CHỦ TỊCH") == 1
