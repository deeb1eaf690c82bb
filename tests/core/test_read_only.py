"""A request that only asks cannot write, whatever its view, template or stream tries."""

import pytest
from django.db import connection, transaction
from django.db.utils import InternalError
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.template import engines
from django.template.response import TemplateResponse
from django.test import Client
from django.urls import path

from campaign.models import Source
from core import journal
from core.access import public
from core.models import JournalEntry

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]
REFUSED = "read-only transaction"


def write() -> Source:
    with journal.act("test.write"):
        return Source.objects.create(code=f"n{Source.objects.count()}", title="t")


@public("GET", "POST", "OPTIONS")
def writes(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(write()))


@public("GET", "POST")
def reads(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"{Source.objects.count()} {_is_read_only()}")


@public("GET")
def fails(request: HttpRequest) -> HttpResponse:
    raise PermissionError("not here")


@public("GET")
def locks(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(list(Source.objects.select_for_update())))


@public("GET")
def tries_to_unlock(request: HttpRequest) -> HttpResponse:
    Source.objects.count()
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION READ WRITE")
    return HttpResponse(str(write()))


@public("GET")
def writes_in_the_template(request: HttpRequest) -> HttpResponse:
    template = engines["django"].from_string("{{ write }}")
    return TemplateResponse(request, template, {"write": write})


@public("GET")
def writes_in_the_stream(request: HttpRequest) -> HttpResponse:
    return StreamingHttpResponse(str(write()) for _ in range(2))


@public("GET")
def reads_in_the_stream(request: HttpRequest) -> HttpResponse:
    titles = Source.objects.order_by("pk").values_list("code", flat=True)
    return StreamingHttpResponse(titles.iterator(chunk_size=1))


@public("GET")
def sends_a_file(request: HttpRequest) -> HttpResponse:
    import io

    return FileResponse(io.BytesIO(b"content"), filename="a.txt")


@public("GET")
def remembers(request: HttpRequest) -> HttpResponse:
    request.session["seen"] = request.session.get("seen", 0) + 1
    return HttpResponse(str(request.session["seen"]))


urlpatterns = [
    path("writes/", writes),
    path("reads/", reads),
    path("fails/", fails),
    path("locks/", locks),
    path("tries-to-unlock/", tries_to_unlock),
    path("writes-in-the-template/", writes_in_the_template),
    path("writes-in-the-stream/", writes_in_the_stream),
    path("reads-in-the-stream/", reads_in_the_stream),
    path("sends-a-file/", sends_a_file),
    path("remembers/", remembers),
]


def _is_read_only() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW transaction_read_only")
        return cursor.fetchone()[0]


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_view_that_writes_in_a_request_that_asks_is_refused(client, method):
    with pytest.raises(InternalError, match=REFUSED):
        getattr(client, method)("/writes/")

    assert (Source.objects.count(), JournalEntry.objects.count()) == (0, 0)


@pytest.mark.parametrize("address", ["/writes-in-the-template/", "/tries-to-unlock/", "/locks/"])
def test_no_way_round(client, address):
    with pytest.raises(InternalError):
        client.get(address)

    assert Source.objects.count() == 0


def test_stream_that_writes_is_refused(client):
    response = client.get("/writes-in-the-stream/")

    with pytest.raises(InternalError, match=REFUSED):
        response.getvalue()

    assert Source.objects.count() == 0


def test_stream_reads_from_cursors(client):
    codes = [write().code for _ in range(3)]

    assert client.get("/reads-in-the-stream/").getvalue() == "".join(codes).encode()


def test_file_keeps_its_headers_and_is_closed(client):
    response = client.get("/sends-a-file/")

    assert response["Content-Length"] == "7"
    assert response.getvalue() == b"content"


def test_post_writes(client):
    assert client.post("/writes/").status_code == 200
    assert Source.objects.count() == 1


def test_post_that_only_reads_is_free_to(client):
    assert client.post("/reads/").content == b"0 off"


def test_reading_leaves_the_connection_able_to_write(client):
    assert client.get("/reads/").content == b"0 on"
    assert _is_read_only() == "off"
    write()
    assert client.get("/reads/").content == b"1 on"


def test_view_that_fails_leaves_the_connection_able_to_write(client):
    with pytest.raises(PermissionError):
        client.get("/fails/")

    write()
    assert Source.objects.count() == 1


def test_session_is_written_outside(client: Client):
    assert [client.get("/remembers/").content for _ in range(2)] == [b"1", b"2"]


@pytest.mark.django_db(transaction=True)
def test_read_only_on_a_connection_of_its_own(client):
    assert client.get("/reads/").content == b"0 on"
    with pytest.raises(InternalError, match=REFUSED):
        client.get("/writes/")
    assert not connection.in_atomic_block

    with transaction.atomic():
        write()
    assert Source.objects.count() == 1
