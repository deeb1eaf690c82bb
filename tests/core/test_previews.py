"""Previews: drawn by a real worker, from real files, and never a danger to it."""

import asyncio
import base64
import io
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from PIL import Image
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from core import drawing, files, journal, previews, tasks
from core.models import JournalEntry, StoredFile
from tests import factories
from tests.core import originals

pytestmark = pytest.mark.django_db(transaction=True)
READY, FAILED = StoredFile.Preview.READY, StoredFile.Preview.FAILED


@pytest.fixture(autouse=True)
def _own_media(tmp_path, settings):
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture(autouse=True)
def _no_connection_outlives_a_job(monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 0)


@pytest.fixture(autouse=True)
def _no_jobs_of_other_tests(transactional_db):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")


def store(content: bytes, name: str) -> StoredFile:
    person = factories.user()
    with journal.act("test"):
        return files.store(SimpleUploadedFile(name, content), person)


def work() -> None:
    """Let a real worker do all jobs that wait."""
    in_a_thread(_work)


def in_a_thread(act: Callable[[], None]) -> None:
    """Run what needs an event loop of its own: tests in a browser leave one running in this."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(act).result()


def _work() -> None:
    with app.replace_connector(app.connector.get_worker_connector()) as worker:
        worker.run_worker(
            queues=["previews"], wait=False, install_signal_handlers=False, listen_notify=False
        )


def outcomes() -> list[str]:
    """How the jobs of drawing ended."""
    jobs = ProcrastinateJob.objects.filter(task_name="core.make_previews")
    return list(jobs.values_list("status", flat=True))


def drawn(content: bytes, name: str) -> tuple[StoredFile, list[Image.Image]]:
    """The file and the pictures that the worker made of it."""
    stored = store(content, name)
    work()
    stored.refresh_from_db()
    pictures = [Image.open(page.image.path) for page in stored.pages.all()]
    for picture, page in zip(pictures, stored.pages.all(), strict=True):
        picture.load()
        assert (picture.format, picture.size) == ("WEBP", (page.width, page.height))
    return stored, pictures


def ink(picture: Image.Image) -> bool:
    """Whether anything is drawn on the white page."""
    return picture.convert("L").getextrema()[0] < 100


@pytest.mark.parametrize("ending", originals.one_of_each())
def test_each_kind_is_drawn(ending):
    stored, pictures = drawn(originals.one_of_each()[ending], f"a.{ending}")

    assert (stored.preview, stored.page_count, len(pictures)) == (READY, 1, 1)
    assert ink(pictures[0])
    assert outcomes() == ["succeeded"]


def test_first_pages_of_a_long_pdf_are_drawn_and_all_are_counted():
    stored, pictures = drawn(originals.pdf(pages=23), "a.pdf")

    assert (stored.page_count, len(pictures)) == (23, 20)
    assert [page.number for page in stored.pages.all()] == list(range(1, 21))
    assert {picture.width for picture in pictures} == {1000}


def test_long_strip_is_drawn_within_bounds():
    _stored, [picture] = drawn(originals.image("PNG", (200, 30_000)), "a.png")

    assert picture.size == (20, 3000)


def test_small_picture_is_not_blown_up_and_lost_edges_become_white():
    buffer = io.BytesIO()
    Image.new("RGBA", (60, 40), (0, 0, 0, 0)).save(buffer, "PNG")

    _stored, [picture] = drawn(buffer.getvalue(), "a.png")

    assert picture.size == (60, 40)
    assert picture.getpixel((5, 5)) == (255, 255, 255)


def test_photo_stands_upright_and_tells_no_place():
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by the camera
    exif[0x010E] = "Nhà bà Nguyễn Thị Hoa"
    content = originals.image("JPEG", (300, 200), exif=exif)

    _stored, [picture] = drawn(content, "a.jpg")

    assert picture.size == (200, 300)
    assert dict(picture.getexif()) == {}


def test_long_document_is_cut_and_says_so(tmp_path):
    rows = "<w:tr><w:tc><w:p><w:r><w:t>ô</w:t></w:r></w:p></w:tc></w:tr>" * 201
    long_table = originals.document(f"<w:tbl>{rows}</w:tbl>" + "<w:p/>" * 3)

    assert body_of("_draw_docx", originals.docx("Điều lệ"), tmp_path) == "<p>Điều lệ</p>"
    many = body_of("_draw_docx", originals.docx(*["Điều lệ"] * 501), tmp_path)
    assert many == "<p>Điều lệ</p>" * 500 + '<p class="cut">goes on</p>'
    table = body_of("_draw_docx", long_table, tmp_path)
    assert (table.count("<tr>"), table[-26:]) == (200, '<p class="cut">goes on</p>')


def test_pictures_of_a_document_are_drawn_small_and_broken_ones_left_out(tmp_path):
    large = originals.docx_with_picture(originals.image("PNG", (3000, 300)))
    broken = originals.docx_with_picture(b"\x89PNG broken")

    html = body_of("_draw_docx", large, tmp_path)
    embedded = re.fullmatch(r'<p>x<img src="data:image/jpeg;base64,([^"]+)"></p>', html)
    assert embedded
    with Image.open(io.BytesIO(base64.b64decode(embedded[1]))) as picture:
        assert picture.size == (1000, 100)
    assert body_of("_draw_docx", broken, tmp_path) == "<p>x<img></p>"


def body_of(drawer: str, content: bytes, folder: Path) -> str:
    """The HTML from which a drawer would draw."""
    path = folder / "original"
    path.write_bytes(content)
    order = drawing.Order("", str(path), "", cut="goes on", sheet_cut="%(rows)s × %(columns)s")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(drawing, "_draw_html", lambda body, orientation, order: body)
        return getattr(drawing, drawer)(order)


def test_document_may_not_open_files_or_addresses(tmp_path):
    secret = tmp_path / "secret.png"
    secret.write_bytes(originals.image("PNG", (900, 900), "black"))
    html = f'<p>Nội dung</p><img src="file://{secret}"><img src="http://127.0.0.1:9/x.png">'
    folder = tmp_path / "out"
    folder.mkdir()
    order = drawing.Order("", "", str(folder), cut="", sheet_cut="")

    assert drawing._cleaned(html) == "<p>Nội dung</p><img><img>"
    drawing._draw_html(html, "portrait", order)

    with Image.open(folder / "1.webp") as picture:
        assert picture.convert("L").histogram()[0] < 500


def test_scripts_of_a_document_are_dropped():
    html = '<p onclick="x()">a<script>alert(1)</script><a href="javascript:x">b</a></p>'

    assert drawing._cleaned(html) == "<p>ab</p>"


def test_large_sheet_is_cut_and_says_so(tmp_path):
    rows = [[number] * 20 for number in range(70)]

    body = body_of("_draw_xlsx", originals.xlsx(rows, sheets=7), tmp_path)

    assert body.count("<tr>") == 5 * 60
    assert body.count("<td>") == 5 * 60 * 15
    assert body.count("70 × 20") == 5
    assert body.endswith('<p class="cut">goes on</p>')


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (12.0, "12"),
        (1.5, "1,5"),
        (True, "☑"),
        ("", ""),
        ("<b>", "<b>"),
        ("x" * 301, "x" * 300 + "…"),
    ],
)
def test_cells_are_shown_as_people_here_write(value, shown):
    assert drawing._shown(value) == shown


# What goes wrong


def test_original_that_cannot_be_drawn_has_no_preview_and_stops_nothing():
    bad = store(originals.xlsx([["x"]]), "a.xlsx")
    good = store(originals.pdf(), "b.pdf")
    Path(bad.file.path).write_bytes(b"rotten on the disk")

    work()

    bad.refresh_from_db()
    good.refresh_from_db()
    assert (bad.preview, bad.page_count, bad.pages.count()) == (FAILED, None, 0)
    assert (good.preview, good.pages.count()) == (READY, 1)
    assert outcomes() == ["succeeded", "succeeded"]


def test_drawing_that_takes_too_long_is_ended(monkeypatch):
    monkeypatch.setattr(previews, "SECONDS", 0.01)
    stored, pictures = drawn(originals.pdf(), "a.pdf")

    assert (stored.preview, pictures) == (FAILED, [])


def test_failure_of_the_machine_is_tried_again_and_given_up_at_last(monkeypatch):
    def full(name, chunks):
        raise OSError("disk full")

    stored = store(originals.pdf(), "a.pdf")
    monkeypatch.setattr(files, "keep", full)
    states = []
    for _attempt in range(tasks.PREVIEW_RETRIES + 1):
        work()
        stored.refresh_from_db()
        states.append((*outcomes(), stored.preview))
        _let_time_pass()

    again = ("todo", StoredFile.Preview.WAITING)
    assert states == [again] * tasks.PREVIEW_RETRIES + [("failed", FAILED)]


def _let_time_pass() -> None:
    """Bring forward what waits for its next try."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET scheduled_at = now() WHERE status = 'todo'")


def test_preview_made_again_changes_nothing():
    stored, _pictures = drawn(originals.pdf(pages=2), "a.pdf")
    pages, entries = list(stored.pages.values()), JournalEntry.objects.count()

    previews.make(stored.pk)

    assert list(stored.pages.values()) == pages
    assert JournalEntry.objects.count() == entries


def test_job_of_an_upload_that_was_rolled_back_never_was():
    person = factories.user()
    with journal.act("test"):
        files.store(SimpleUploadedFile("a.pdf", originals.pdf()), person)
        transaction.set_rollback(True)

    assert outcomes() == []


def test_drawing_process_gets_no_secret(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://secret")
    seen = {}

    def catch(*args, **kwargs):
        seen.update(kwargs["env"])
        raise previews.subprocess.TimeoutExpired("x", 1)

    stored = store(originals.pdf(), "a.pdf")
    monkeypatch.setattr(previews.subprocess, "run", catch)
    previews.make(stored.pk)

    assert sorted(set(seen) - {"TMPDIR"}) == ["HOME", "LANG", "PATH"]


def test_job_of_a_worker_that_was_killed_is_taken_up_again():
    stored = store(originals.pdf(), "a.pdf")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing', attempts = 1")

    in_a_thread(lambda: asyncio.run(_retry_stalled()))
    work()

    stored.refresh_from_db()
    assert stored.preview == READY


async def _retry_stalled() -> None:
    with app.replace_connector(app.connector.get_worker_connector()):
        async with app.open_async():
            await tasks.retry_stalled_jobs(timestamp=0)
