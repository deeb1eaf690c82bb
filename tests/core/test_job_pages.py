"""The pages of a person's own jobs."""

import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from django.db import transaction
from django.test import Client
from django.utils.html import strip_tags

from accounts.models import User
from core import jobs
from core.jobs import JobKind, Target
from core.models import Job, JobItem
from core.workflow import Refused
from tests import factories
from tests.guards.pages import Shown, faults

ClientOf = Callable[[User], Client]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    def note(job: Job, item: JobItem) -> str:
        if item.key == "k1":
            raise Refused("Chưa đủ minh chứng.")
        return ""

    monkeypatch.setattr(jobs, "KINDS", {})
    jobs.declare(
        JobKind("test.note", "Ghi", note, "test.forget"), JobKind("test.forget", "Bỏ", note)
    )


def ordered(person: User, rows: int = 3) -> Job:
    with transaction.atomic():
        targets = [Target(f"k{n}", f"Xã {n}", "/units/") for n in range(rows)]
        return jobs.order("test.note", targets, person)


def text(response: Any) -> str:
    return " ".join(strip_tags(response.content.decode()).split())


def test_progress_is_shown_while_it_is_done_and_the_page_loads_anew_after(
    client_of: ClientOf,
) -> None:
    person = factories.user()
    job = ordered(person)
    client = client_of(person)
    page = client.get(f"/jobs/{job.pk}/")
    assert f'hx-get="/jobs/{job.pk}/progress/"' in page.content.decode()
    part = client.get(f"/jobs/{job.pk}/progress/")
    assert ("0/3" in text(part), part.headers.get("HX-Refresh")) == (True, None)
    jobs.run(job.pk)
    part = client.get(f"/jobs/{job.pk}/progress/")
    assert ("3/3" in text(part), part.headers.get("HX-Refresh")) == (True, "true")
    page = client.get(f"/jobs/{job.pk}/")
    assert "hx-get" not in page.content.decode()
    assert "Xã 1 từ chối Chưa đủ minh chứng." in text(page)
    only = client.get(f"/jobs/{job.pk}/", {"state": "refused"})
    assert ("Xã 1" in text(only), "Xã 2" in text(only)) == (True, False)


def test_the_outcome_is_exported(client_of: ClientOf) -> None:
    person = factories.user()
    job = ordered(person)
    jobs.run(job.pk)
    answer = client_of(person).get(f"/jobs/{job.pk}/export/")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]
    rows = [[cell.value for cell in row[:3]] for row in sheet.iter_rows(min_row=2)]
    assert [[name, message or ""] for name, _state, message in rows] == [
        ["Xã 0", ""],
        ["Xã 1", "Chưa đủ minh chứng."],
        ["Xã 2", ""],
    ]


def test_a_job_is_seen_and_touched_by_who_started_it_alone(client_of: ClientOf) -> None:
    job = ordered(factories.user())
    other = client_of(factories.user())
    for path in ("", "progress/", "export/"):
        assert other.get(f"/jobs/{job.pk}/{path}").status_code == 404
    for path in ("cancel/", "undo/"):
        assert other.post(f"/jobs/{job.pk}/{path}", {"reason": "x"}).status_code == 404
    assert f"/jobs/{job.pk}/" not in other.get("/jobs/").content.decode()
    job.refresh_from_db()
    assert job.state == Job.State.WAITING


def test_cancel_and_undo_by_their_buttons(client_of: ClientOf) -> None:
    person = factories.user()
    client = client_of(person)
    job = ordered(person)
    client.post(f"/jobs/{job.pk}/cancel/")
    job.refresh_from_db()
    assert job.state == Job.State.CANCELLED
    other = ordered(person)
    jobs.run(other.pk)
    answer = client.post(f"/jobs/{other.pk}/undo/", {"reason": "Ghi nhầm"})
    inverse = Job.objects.get(undoes=other)
    assert answer["Location"] == f"/jobs/{inverse.pk}/"
    assert [item.key for item in inverse.items.all()] == ["k0", "k2"]


def test_nothing_of_a_reason_is_cut_off(client_of: ClientOf) -> None:
    """One that cannot be kept is refused with its length, and given back whole."""
    person = factories.user()
    job = ordered(person)
    jobs.run(job.pk)
    client, long = client_of(person), "Đ" * 2001
    page = client.post(f"/jobs/{job.pk}/undo/", {"reason": long}, follow=True)
    assert [str(one) for one in page.context["messages"]] == [
        "Nội dung dài 2001 ký tự, chỉ nhận tối đa 2000 ký tự. Rút ngắn lại.",
        f"Nội dung ông/bà đã viết: “{long}”",
    ]
    assert list(Job.objects.all()) == [job]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_pages_ask_the_same_number_of_questions_for_any_number_of_rows(
    rows: int, client_of: ClientOf, django_assert_num_queries: Any
) -> None:
    person = factories.user()
    for _number in range(rows):
        job = ordered(person, rows)
    client = client_of(person)
    for path, number in (("/jobs/", 8), (f"/jobs/{job.pk}/", 10)):
        with django_assert_num_queries(number):
            page = client.get(path)
        assert faults(Shown(page, page.content.decode()), part=False) == []
