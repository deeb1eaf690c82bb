"""Every paper that the portal makes, whatever it is: measured where a person takes it.

The papers are found among the routes, each of which stands in the table of visits: a new paper is
measured here as soon as it can be taken.
"""

from io import BytesIO

import pytest
from django.http.response import HttpResponseBase
from pypdf import PdfReader

from core.documents.paper import COUNTRY, MOTTO
from tests.core.papers import FACES, POINTS_PER_MM, TALL, faces, mm, overflows, pages, words
from tests.guards.table import Visit, visits
from tests.guards.test_every_page import FILES, readers
from tests.guards.test_matrix import Visitors, visitors  # noqa: F401
from tests.guards.visits import send

pytestmark = pytest.mark.django_db

# What somebody brought in, as it was brought in.
UPLOADED = {
    "assessments:evidence",
    "decisions:correction_file",
    "decisions:signed",
    "meetings:evidence",
    "meetings:scan",
    "nominations:evidence",
    "recognitions:scan",
    "reforms:file",
    "registers:file",
    "submissions:consultation_file",
    "submissions:file",
    "submissions:rule_file",
}
TAKEN = [
    visit
    for visit in visits()
    if visit.method == "GET" and visit.name in FILES - UPLOADED and "200" in visit.expected.values()
]
# Of sides and margins of their own: measured in tests/awards/test_certificate_templates.py.
CERTIFICATES = {"decisions:test_page", "decisions:sheaf"}


def content_of(response: HttpResponseBase) -> bytes:
    streamed = response.getvalue() if response.streaming else response.content
    return bytes(streamed)


@pytest.mark.parametrize("visit", TAKEN, ids=str)
def test_a_paper_keeps_to_the_decree(visit: Visit, visitors: Visitors) -> None:  # noqa: F811
    response = send(visitors.client(readers(visit)[0]), visitors.world, visit)
    content = content_of(response)
    if response["Content-Type"] != "application/pdf":
        return  # a sheet or a picture
    reader = PdfReader(BytesIO(content))
    assert faces(reader) <= FACES
    assert reader.root_object["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in reader.root_object
    assert reader.root_object["/Lang"] == "vi"
    if visit.name not in CERTIFICATES:
        measured(content)


def measured(content: bytes) -> None:
    """Holds the papers of a file, one or many, to Nghị định 30/2020/NĐ-CP, Phụ lục I."""
    printed = pages(content)
    head = {one["text"].strip(): one for one in words(printed[0])}
    assert [round(head[said]["size"], 1) for said in (COUNTRY, MOTTO)] == [13, 14]
    assert head[COUNTRY]["x0"] > printed[0].width / 2 - 15 * POINTS_PER_MM
    number = 0
    for page in printed:
        begins = COUNTRY in {one["text"].strip() for one in words(page)}
        number = 1 if begins else number + 1
        assert (round(mm(page.width)), round(mm(page.height))) in (TALL, TALL[::-1])
        assert not list(overflows(page))
        above = words(page.crop((0, 0, page.width, 20 * POINTS_PER_MM)))
        assert [one["text"] for one in above] == ([str(number)] if number > 1 else [])
        for one in above:
            middle = (30 + mm(page.width) - 16) / 2
            assert mm(one["x0"] + one["x1"]) / 2 == pytest.approx(middle, abs=0.5)
            assert round(one["size"], 1) == 13


def test_only_what_is_brought_in_is_left_out() -> None:
    assert UPLOADED | CERTIFICATES <= FILES
