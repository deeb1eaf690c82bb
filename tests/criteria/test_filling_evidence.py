"""Evidence: taken after a look at its content, shown as pictures, delivered to whom it concerns."""

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import FileResponse, HttpResponse
from django.test import Client
from PIL import Image

from core import previews
from criteria import assessing
from criteria.models import Assessment, Evidence
from criteria.workflow import ASSESSMENT
from tests import criteria_factories as make
from tests.criteria_factories import Campaigning

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
ClientOf = Callable[[Any], Client]


@pytest.fixture(autouse=True)
def _own_media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def picture(name: str = "Ảnh hội nghị.png", colour: str = "white") -> SimpleUploadedFile:
    """A real picture."""
    content = io.BytesIO()
    Image.new("RGB", (80, 110), colour).save(content, "PNG")
    return SimpleUploadedFile(name, content.getvalue())


def url_of(assessment: Assessment, setting: Campaigning) -> str:
    """Where the files of the first criterion are sent to."""
    return f"/assessments/{assessment.pk}/criteria/{setting.criteria[0].pk}/evidence/"


def attach(
    client: Client, assessment: Assessment, setting: Campaigning, *files: SimpleUploadedFile
) -> HttpResponse:
    """Send files for the first criterion as the page does."""
    return client.post(url_of(assessment, setting), {"file": [*files]}, headers=HTMX)


def names(assessment: Assessment) -> list[str]:
    """What is attached now."""
    pieces = assessment.evidence.filter(removed_at=None).order_by("pk")
    return [piece.file.name for piece in pieces]


def body(response: HttpResponse) -> bytes:
    """What a streamed answer delivers."""
    assert isinstance(response, FileResponse)
    return b"".join(response.streaming_content)  # type: ignore[arg-type]


def statuses(client: Client, addresses: list[str]) -> list[int]:
    """What asking for each address gives."""
    found = []
    for address in addresses:
        response = client.get(address)
        if response.streaming:
            body(response)  # a stream that is not read to its end stays open
        found.append(response.status_code)
    return found


def test_files_are_attached_and_listed(setting: Campaigning, client_of: ClientOf) -> None:
    assessment = make.begun(setting)
    client = client_of(setting.land.xa)
    response = attach(client, assessment, setting, picture(), picture("b.png", "red"))
    text = response.content.decode()
    assert response.status_code == 200
    assert names(assessment) == ["Ảnh hội nghị.png", "b.png"]
    assert ("Ảnh hội nghị.png" in text, "SHA-256" in text) == (True, True)


def test_the_list_asks_again_until_the_pictures_are_made(
    setting: Campaigning, client_of: ClientOf
) -> None:
    assessment = make.begun(setting)
    client = client_of(setting.land.xa)
    waiting = attach(client, assessment, setting, picture()).content.decode()
    assert f'hx-get="{url_of(assessment, setting)}" hx-trigger="every 3s"' in waiting
    piece = Evidence.objects.get()
    previews.make(piece.file_id)
    ready = client.get(url_of(assessment, setting), headers=HTMX).content.decode()
    assert "hx-trigger" not in ready
    address = f"/assessments/{assessment.pk}/evidence/{piece.pk}/pages/1/"
    assert re.findall(r'<img src="([^"]+)"', ready) == [address]
    shown = client.get(address)
    assert (shown.status_code, shown["Content-Type"]) == (200, "image/webp")
    assert body(shown)[:4] == b"RIFF"
    assert client.get(address.replace("pages/1", "pages/2")).status_code == 404


def test_every_drawn_page_of_a_long_file_is_a_click_away(
    setting: Campaigning, client_of: ClientOf
) -> None:
    assessment = make.begun(setting)
    pages = [Image.new("RGB", (80, 110), "white") for _page in range(5)]
    content = io.BytesIO()
    pages[0].save(content, "PDF", save_all=True, append_images=pages[1:])
    client = client_of(setting.land.xa)
    attach(client, assessment, setting, SimpleUploadedFile("dài.pdf", content.getvalue()))
    piece = Evidence.objects.get()
    previews.make(piece.file_id)
    text = client.get(url_of(assessment, setting)).content.decode()
    here = f"/assessments/{assessment.pk}/evidence/{piece.pk}/pages/"
    assert re.findall(r'<img src="([^"]+)"', text) == [f"{here}{n}/" for n in (1, 2, 3)]
    assert re.findall(r'<a href="([^"]+)">\d</a>', text) == [f"{here}{n}/" for n in (4, 5)]


def test_a_file_without_a_preview_says_so(setting: Campaigning, client_of: ClientOf) -> None:
    assessment = make.begun(setting)
    client = client_of(setting.land.xa)
    attach(client, assessment, setting, picture())
    piece = Evidence.objects.select_related("file").get()
    previews.give_up(piece.file_id)
    text = client.get(url_of(assessment, setting)).content.decode()
    piece.file.refresh_from_db()
    assert str(piece.file.get_preview_display()) in text
    assert "hx-trigger" not in text


def test_the_original_comes_as_attachment_only(setting: Campaigning, client_of: ClientOf) -> None:
    assessment = make.begun(setting)
    client = client_of(setting.land.xa)
    attach(client, assessment, setting, picture())
    response = client.get(f"/assessments/{assessment.pk}/evidence/{Evidence.objects.get().pk}/")
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert body(response) == picture().read()


def test_a_file_answers_a_mark_for_correction(setting: Campaigning, client_of: ClientOf) -> None:
    land, first = setting.land, setting.criteria[0]
    assessment = make.received(setting)
    assessing.judge(
        assessment.pk, first.pk, land.tinh, verdict="to_correct", reason="Thiếu danh sách"
    )
    ASSESSMENT.perform("return", assessment.pk, land.tinh, reason="Bổ sung")
    text = attach(client_of(land.xa), assessment, setting, picture()).content.decode()
    assert re.findall(r'id="([\w-]+)" hx-swap-oob', text) == [
        f"outcome-{first.pk}",
        f"verdict-{first.pk}",
        "result",
    ]
    assert "Đã sửa sau khi được yêu cầu:" in text


@pytest.mark.parametrize(
    ("name", "content"),
    [("bao-cao.pdf", b"MZ\x90 not a pdf"), ("a.exe", b"MZ"), ("rong.png", b"")],
)
def test_a_file_that_lies_is_refused_and_the_others_are_kept(
    setting: Campaigning, client_of: ClientOf, name: str, content: bytes
) -> None:
    assessment = make.begun(setting)
    client = client_of(setting.land.xa)
    response = attach(client, assessment, setting, SimpleUploadedFile(name, content), picture())
    assert response.status_code == 422
    assert 'role="alert"' in response.content.decode()
    assert names(assessment) == ["Ảnh hội nghị.png"]


def test_the_same_file_is_attached_once(setting: Campaigning, client_of: ClientOf) -> None:
    assessment = make.begun(setting)
    client = client_of(setting.land.xa)
    attach(client, assessment, setting, picture())
    again = attach(client, assessment, setting, picture("tên khác.png"))
    assert again.status_code == 422
    assert "đã được đính kèm" in again.content.decode()
    assert names(assessment) == ["Ảnh hội nghị.png"]


def test_no_file_and_a_text_in_its_place(setting: Campaigning, client_of: ClientOf) -> None:
    assessment = make.begun(setting)
    client = client_of(setting.land.xa)
    for data in ({}, {"file": "no file"}):
        response = client.post(url_of(assessment, setting), data, headers=HTMX)
        assert response.status_code == 422
        assert "Hãy chọn tệp trước." in response.content.decode()


def test_a_file_taken_off_is_no_longer_delivered(setting: Campaigning, client_of: ClientOf) -> None:
    assessment = make.begun(setting)
    client = client_of(setting.land.xa)
    attach(client, assessment, setting, picture())
    piece = Evidence.objects.get()
    address = f"/assessments/{assessment.pk}/evidence/{piece.pk}/"
    response = client.post(f"{address}remove/", headers=HTMX)
    assert (response.status_code, names(assessment)) == (200, [])
    assert client.get(address).status_code == 404
    assert client.post(f"{address}remove/", headers=HTMX).status_code == 404
    piece.refresh_from_db()
    assert piece.removed_by == setting.land.xa
    assert Path(piece.file.file.path).exists()


@pytest.mark.parametrize(
    ("person", "drafted", "sent"),
    [
        ("xa", 200, 200),
        ("lanhdaoxa", 200, 200),
        ("tinh", 403, 200),
        ("xem", 403, 200),
        ("xa2", 404, 404),
        ("far_tinh", 404, 404),
        ("stranger", 403, 403),
        ("expired_deputy", 403, 403),
    ],
)
def test_who_gets_originals_and_pictures(
    setting: Campaigning, client_of: ClientOf, person: str, drafted: int, sent: int
) -> None:
    assessment = make.answered(setting)
    attach(client_of(setting.land.xa), assessment, setting, picture())
    piece = Evidence.objects.get()
    previews.make(piece.file_id)
    address = f"/assessments/{assessment.pk}/evidence/{piece.pk}/"
    addresses = [address, f"{address}pages/1/", url_of(assessment, setting)]
    client = client_of(getattr(setting.land, person))
    assert statuses(client, addresses) == [drafted] * 3
    ASSESSMENT.perform("send", assessment.pk, setting.land.xa)
    assert statuses(client, addresses) == [sent] * 3


def test_a_piece_is_found_under_its_own_assessment_only(
    setting: Campaigning, client_of: ClientOf
) -> None:
    mine, theirs = make.begun(setting), make.begun(setting, setting.land.xa2)
    attach(client_of(setting.land.xa2), theirs, setting, picture("bí mật.png"))
    piece = Evidence.objects.get()
    client = client_of(setting.land.xa)
    assert client.get(f"/assessments/{mine.pk}/evidence/{piece.pk}/").status_code == 404
    assert client.get(f"/assessments/{theirs.pk}/evidence/{piece.pk}/").status_code == 404
    removal = client.post(f"/assessments/{mine.pk}/evidence/{piece.pk}/remove/")
    assert removal.status_code == 404
    assert names(theirs) == ["bí mật.png"]


@pytest.mark.parametrize(
    ("person", "status"),
    [("lanhdaoxa", 403), ("xa2", 404), ("tinh", 403), ("xem", 403), ("stranger", 403)],
)
def test_nobody_else_attaches_or_takes_off(
    setting: Campaigning, client_of: ClientOf, person: str, status: int
) -> None:
    assessment = make.begun(setting)
    attach(client_of(setting.land.xa), assessment, setting, picture())
    client = client_of(getattr(setting.land, person))
    assert attach(client, assessment, setting, picture("b.png", "red")).status_code == status
    address = f"/assessments/{assessment.pk}/evidence/{Evidence.objects.get().pk}/remove/"
    assert client.post(address).status_code == status
    assert names(assessment) == ["Ảnh hội nghị.png"]


def test_what_has_been_sent_takes_no_files(setting: Campaigning, client_of: ClientOf) -> None:
    assessment = make.sent(setting)
    response = attach(client_of(setting.land.xa), assessment, setting, picture())
    assert (response.status_code, names(assessment)) == (403, [])


def test_the_page_hears_of_files_that_others_attached(
    setting: Campaigning, client_of: ClientOf
) -> None:
    assessment = make.begun(setting)
    client = client_of(setting.land.xa)
    page = client.get(f"/assessments/{assessment.pk}/").content.decode()
    ask = re.search(r'id="others-values" hx-get="([^"]+)"', page)
    assert ask
    attach(client_of(setting.land.xa), assessment, setting, picture())
    text = client.get(ask[1].replace("&amp;", "&")).content.decode()
    assert re.findall(r'id="(evidence-\d+)" hx-swap-oob', text) == [
        f"evidence-{setting.criteria[0].pk}"
    ]
    assert "Ảnh hội nghị.png" in text


def test_without_scripts_files_are_sent_by_a_button(
    setting: Campaigning, client_of: ClientOf
) -> None:
    assessment = make.begun(setting)
    client = client_of(setting.land.xa)
    back = f"/assessments/{assessment.pk}/#criterion-{setting.criteria[0].pk}"
    sent = client.post(url_of(assessment, setting), {"file": [picture()]})
    assert (sent.status_code, sent["Location"]) == (302, back)
    refused = client.post(url_of(assessment, setting), {"file": [picture()]}, follow=True)
    assert "đã được đính kèm" in refused.content.decode()
    piece = Evidence.objects.get()
    removed = client.post(f"/assessments/{assessment.pk}/evidence/{piece.pk}/remove/")
    assert (removed.status_code, removed["Location"]) == (302, back)
