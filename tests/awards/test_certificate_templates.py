"""How certificates look: any sheet of any size, each field within its box however long its words,
the picture of what is in the form, and at each field what is refused."""

import io
import random
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pdfplumber
import pytest
from django.urls import reverse
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import expect

from awards.certificates import drawing, layout, making, templates
from awards.certificates.drawing import Sheet, sheets_pdf
from awards.certificates.fitting import NoRoom
from awards.certificates.layout import FIELDS, LONGEST_SIDE, SHORTEST_SIDE
from awards.forms.certificates import TemplateForm
from awards.models import Certificate, CertificateTemplate, Decision
from core import jobs
from core.models import JobItem
from core.workflow import Refused
from tests.awards import deciding as make
from tests.awards.deciding import Deciding
from tests.awards.test_certificates import sheet
from tests.browser import OFFICE, TELEPHONE, PageAs, assert_accessible
from tests.core.papers import mm
from tests.factories import signed_in

SIDES = [(297, 210), (210, 297), (420, 297), (297, 420), (360, 270), (100, 100), (600, 600)]
SYLLABLES = ("Nguyễn", "Trường", "Huỳnh", "Phường", "Khương", "Nghiêng", "Ủy", "Ấp", "Ý", "Hiệp")


def words(letters: int, seed: int) -> str:
    """Syllables of so many letters at most, like no two others."""
    chosen, said = random.Random(seed), ""
    while len(said) < letters:
        said += f"{chosen.choice(SYLLABLES)} "
    return said[:letters].strip() or "Ý"


def long_sheet(letters: dict[str, int], seed: int) -> Sheet:
    """A sheet whose fields say so many letters."""
    said: dict[str, Any] = {
        name: words(count, seed + place) for place, (name, count) in enumerate(letters.items())
    }
    return replace(sheet(), **said)


# As long as the forms of decisions, units and people let them be.
LONGEST = {"issuer": 300, "title": 300, "name": 300, "address": 410, "achievement": 500,
           "signer": 150, "dated": 120}  # fmt: skip


# A letter with its place in mm: left, top, right, bottom.
Letter = tuple[str, float, float, float, float]


def letters_of(content: bytes) -> list[list[Letter]]:
    """The letters of each page."""
    with pdfplumber.open(io.BytesIO(content)) as document:
        return [
            [
                (one["text"], mm(one["x0"]), mm(one["top"]), mm(one["x1"]), mm(one["bottom"]))
                for one in page.chars
                if one["text"].strip()
            ]
            for page in document.pages
        ]


def within(letters: list[Letter], box: layout.Box) -> str:
    """The letters that lie within a box; the metrics of a line's last letter leave kerning out."""
    return "".join(
        letter
        for letter, left, top, right, bottom in letters
        if box.x - 0.8 <= left
        and right <= box.x + box.width + 0.8
        and box.y - 0.8 <= top
        and bottom <= box.y + box.height + 0.8
    )


def held(letters: list[Letter], one: Sheet, template: CertificateTemplate | None) -> None:
    """Each field of a page stands whole within its box."""
    for name, box in layout.printed_boxes(template).items():
        if name == "code":
            continue
        said = "".join("".join(one.said[name]).split())
        assert (said.upper() if box.capitals else said) in within(letters, box), name


@pytest.mark.parametrize(("width", "height"), SIDES)
def test_sheets_have_the_sides_that_were_chosen(width: int, height: int) -> None:
    template = CertificateTemplate(width=width, height=height)
    content = sheets_pdf([sheet(), sheet()], template)
    with pdfplumber.open(io.BytesIO(content)) as document:
        sides = [(round(mm(page.width)), round(mm(page.height))) for page in document.pages]
    assert sides == [(width, height)] * 2
    held(letters_of(content)[1], sheet(), template)


@given(st.integers(SHORTEST_SIDE, LONGEST_SIDE), st.integers(SHORTEST_SIDE, LONGEST_SIDE))
def test_fields_lie_on_every_sheet_by_default(width: int, height: int) -> None:
    for box in layout.laid_out(width, height).values():
        assert box.x >= 0
        assert box.y >= 0
        assert box.x + box.width <= width
        assert box.y + box.height <= height


def overlap(one: layout.Box, other: layout.Box) -> bool:
    across = one.x < other.x + other.width and other.x < one.x + one.width
    return across and one.y < other.y + other.height and other.y < one.y + one.height


@pytest.mark.parametrize(("width", "height"), SIDES)
def test_no_field_lies_over_another_by_default(width: int, height: int) -> None:
    found = list(layout.laid_out(width, height).items())
    pairs = [
        (name, other)
        for place, (name, box) in enumerate(found)
        for other, its in found[place + 1 :]
        if overlap(replace(box, height=box.height - 0.1), its)
    ]
    assert pairs == []


@pytest.mark.parametrize(("width", "height"), SIDES[:5])
def test_words_of_any_length_stand_whole_within_their_fields(width: int, height: int) -> None:
    template = CertificateTemplate(width=width, height=height)
    chosen = random.Random(width * height)
    sheets = [long_sheet(LONGEST, 0)] + [
        long_sheet({name: chosen.randint(1, most) for name, most in LONGEST.items()}, seed)
        for seed in range(1, 13)
    ]
    printed = letters_of(sheets_pdf(sheets, template))
    for letters, one in zip(printed, sheets, strict=True):
        held(letters, one, template)


def test_a_word_longer_than_its_line_is_torn_within_the_field() -> None:
    one = replace(sheet(), name="W" * 120)
    held(letters_of(sheets_pdf([one], None))[0], one, None)


def test_what_has_no_room_is_refused_in_words() -> None:
    template = CertificateTemplate(layout={"name": {"width": 20, "height": 4}})
    with translation.override("vi"), pytest.raises(NoRoom) as refused:
        sheets_pdf([long_sheet(LONGEST, 0)], template)
    assert refused.value.name == "name"
    assert str(refused.value).startswith("Trường “tên đối tượng được khen” quá nhỏ: không đủ chỗ")


def test_on_blanks_of_another_size_all_is_shifted_and_the_frame_stays_away() -> None:
    plain = CertificateTemplate(width=420, height=297)
    moved = CertificateTemplate(width=420, height=297, on_blanks=True, shift_x=-3, shift_y=4)
    before, after = (letters_of(sheets_pdf([sheet()], one))[0] for one in (plain, moved))
    kept = [one for one in before if one[2] > layout.boxes(plain)["name"].y - 1]
    assert [one[0] for one in after] == [one[0] for one in kept]
    for old, new in zip(kept, after, strict=True):
        assert (new[1] - old[1], new[2] - old[2]) == pytest.approx((-3, 4), abs=0.1)
    with pdfplumber.open(io.BytesIO(sheets_pdf([sheet()], moved))) as document:
        assert document.pages[0].rects == []


def lines_drawn(*, outlined: bool) -> int:
    content = sheets_pdf([sheet()], None, outlined=outlined)
    with pdfplumber.open(io.BytesIO(content)) as document:
        return len(document.pages[0].edges)


def test_the_test_page_draws_the_box_of_each_field() -> None:
    assert lines_drawn(outlined=True) >= lines_drawn(outlined=False) + len(FIELDS)


# The form


def typed(**changes: str) -> dict[str, str]:
    with translation.override("vi"):
        return {**TemplateForm(None, sheet()).typed(), **changes}


def refused(**changes: str) -> dict[str, list[str]]:
    with translation.override("vi"):
        return dict(TemplateForm(None, sheet(), typed(**changes)).errors)


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"name-x": "100"}, "name-width", "Kết thúc ở 337 mm, trong khi tờ giấy chỉ có 297 mm."),
        (
            {"signer-y": "205,5"},
            "signer-height",
            "Kết thúc ở 213,5 mm, trong khi tờ giấy chỉ có 210 mm.",
        ),
        ({"paper": ""}, "paper_width", "Ghi số mm của khổ giấy này."),
        (
            {"paper_width": "300"},
            "paper_width",
            "Để trống, hoặc chọn “khổ khác”.",
        ),
        (
            {"on_blanks": "on", "shift_x": "-31"},
            "shift_x",
            "Dịch chuyển như vậy thì trường “tên đối tượng được khen” ra ngoài tờ giấy.",
        ),
        (
            {"on_blanks": "on", "shift_y": "30"},
            "shift_y",
            "Dịch chuyển như vậy thì trường “họ tên người ký” ra ngoài tờ giấy.",
        ),
        (
            {"name-width": "5", "name-height": "3"},
            "name-height",
            "Trường “tên đối tượng được khen” quá nhỏ: không đủ chỗ cho “Trần Văn Kín”, kể cả với",
        ),
    ],
)
def test_what_leaves_the_sheet_is_told_at_its_field(
    changes: dict[str, str], field: str, sentence: str
) -> None:
    found = refused(**changes)
    assert found.pop(field)[0].startswith(sentence)
    assert set(found) <= {"paper_height"}


@pytest.mark.parametrize("side", ["99", "601", "-1", "abc"])
def test_a_sheet_that_no_printer_takes_is_refused(side: str) -> None:
    assert set(refused(paper="", paper_width=side, paper_height="200")) == {"paper_width"}


def test_a_form_as_it_stands_says_the_template_that_it_shows() -> None:
    kept = {"name": {"y": 90.5}, "code": {"width": 30.0}}
    for sides in SIDES[:5]:
        template = CertificateTemplate(
            width=sides[0], height=sides[1], layout=kept, on_blanks=True, shift_x=1, shift_y=-2
        )
        with translation.override("vi"):
            form = TemplateForm(None, sheet(), TemplateForm(template, sheet()).typed())
            assert form.is_valid(), form.errors
        said = form.said()
        assert ((said["width"], said["height"]), said["layout"]) == (sides, kept)
        assert (said["on_blanks"], said["shift_x"], said["shift_y"]) == (True, 1, -2)


def test_laid_out_anew_fields_fill_the_chosen_sheet() -> None:
    with translation.override("vi"):
        form = TemplateForm(None, sheet(), typed(paper="420x297", on_blanks="on", shift_y="2"))
        assert not form.errors
        anew = form.laid_out()
        assert anew is not None
        said = TemplateForm(None, sheet(), anew.typed())
        assert said.is_valid(), said.errors
    assert said.said() == {
        "width": 420, "height": 297, "layout": {}, "on_blanks": True, "shift_x": 0, "shift_y": 2,
    }  # fmt: skip


# The pages

database = pytest.mark.django_db


def page(there: Deciding, decision: Decision, name: str, data: dict[str, str]) -> tuple[int, str]:
    answer = signed_in(there.vanthu).get(reverse(f"decisions:{name}", args=[decision.pk]), data)
    return answer.status_code, answer.content.decode(errors="replace")


@database
def test_the_preview_is_of_the_form_and_tells_at_each_field_what_is_refused() -> None:
    there = make.deciding()
    decision = make.published(there, make.appraised(there))
    data = typed(**{"paper": "420x297", "name-y": "99,5"})
    status, said = page(there, decision, "preview", data)
    picture = urlsplit(said.partition('src="')[2].partition('"')[0].replace("&amp;", "&"))
    assert (status, picture.path) == (200, reverse("decisions:picture", args=[decision.pk]))
    assert {name: value for name, (value,) in parse_qs(picture.query).items()} == data
    assert page(there, decision, "picture", data)[0] == 200
    wrong = {**data, "name-width": "400"}
    status, said = page(there, decision, "preview", wrong)
    assert (status, "<img" in said) == (200, False)
    (told,) = [part for part in said.split("<div class=") if 'id="error-name-width"' in part]
    assert "Kết thúc ở 430 mm, trong khi tờ giấy chỉ có 420 mm." in told
    assert page(there, decision, "picture", wrong)[0] == 404
    assert CertificateTemplate.objects.count() == 0


@database
def test_what_is_kept_is_made_on_its_sheet() -> None:
    there = make.deciding()
    decision = make.published(there, make.appraised(there))
    url = reverse("decisions:template", args=[decision.pk])
    client = signed_in(there.vanthu)
    anew = client.post(url, {**typed(paper="210x297"), "lay_out": "1"})
    assert (anew.status_code, CertificateTemplate.objects.count()) == (200, 0)
    assert client.post(url, anew.context["form"].typed()).status_code == 302
    jobs.run(making.order(there.vanthu, decision).pk)
    with Certificate.objects.get().sheaf.file.file.open("rb") as file:
        (found,) = pdfplumber.open(io.BytesIO(file.read())).pages
    assert (round(mm(found.width)), round(mm(found.height))) == (210, 297)


@database
def test_a_name_without_room_is_told_and_nothing_is_made() -> None:
    there = make.deciding()
    decision = make.published(there, make.appraised(there))
    small = {"name": {"width": 5, "height": 3}}
    templates.save(there.vanthu, decision, {"layout": small})
    job = making.order(there.vanthu, decision)
    jobs.run(job.pk)
    item = JobItem.objects.get(job=job)
    assert (item.state, Certificate.objects.count()) == ("refused", 0)
    assert "Ấp Giồng Lớn" in item.message
    with pytest.raises(Refused):
        sheets_pdf([making.sample(decision)], making.template_of(decision))
    client = signed_in(there.vanthu)
    url = reverse("decisions:test_page", args=[decision.pk])
    assert client.get(url).status_code == 302
    assert client.get(reverse("decisions:template", args=[decision.pk])).status_code == 200


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("size", [OFFICE, TELEPHONE], ids=["office", "telephone"])
def test_the_picture_follows_what_is_typed(page_as: PageAs, size: tuple[int, int]) -> None:
    there = make.deciding()
    decision = make.published(there, make.appraised(there))
    registrar = page_as(there.vanthu, size)
    registrar.goto(f"/decisions/{decision.pk}/template/")
    assert_accessible(registrar)
    width = registrar.get_by_label("tên đối tượng được khen, chiều rộng mm")
    width.fill("290")
    width.blur()
    expect(registrar.get_by_text("Kết thúc ở 320 mm")).to_be_visible()
    expect(registrar.get_by_text("Chưa vẽ được")).to_be_visible()
    assert_accessible(registrar)
    width.fill("200")
    width.blur()
    expect(registrar.get_by_text("Kết thúc ở 320 mm")).to_have_count(0)
    shown = registrar.locator("#certificate-picture img[src*='name-width=200']")
    expect(shown).to_have_js_property("complete", value=True)
    registrar.get_by_label("Khổ giấy").select_option("420x297")
    registrar.get_by_role("button", name="Xếp lại các trường theo khổ giấy này").click()
    expect(width).to_have_value("335,2")
    registrar.get_by_role("button", name="Lưu", exact=True).click()
    expect(registrar.get_by_text("Đã lưu. Hãy in thử một tờ")).to_be_visible()
    kept = CertificateTemplate.objects.get()
    assert ((kept.width, kept.height), kept.layout) == ((420, 297), {})
    assert drawing.sheets_pdf([making.sample(decision)], kept)
