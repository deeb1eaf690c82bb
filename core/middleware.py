"""Requests that only ask may not write, and pages of signed-in people are not kept."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, cast

from django.db import connection, transaction
from django.http import (
    FileResponse,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    StreamingHttpResponse,
)

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


class Middleware:
    """What every middleware here begins with: it hands the request on, and the answer back."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)


class ReadOnlyRequests(Middleware):
    """Run the view of a safe request, and its template, in a READ ONLY transaction of PostgreSQL.

    What may still be written during a GET stands in other middleware, outside this transaction:
    the session (SessionMiddleware; accounts.middleware.SessionTimes ends it and notes its use), how
    often an address tried what is open to anyone (TriesCounted there), and nothing else. An answer
    that is made while it is sent is made in a transaction of its own; files on the disk need none.
    """

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponseBase],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        if request.method not in SAFE_METHODS:
            return None
        with _reading():
            response = view(request, *args, **kwargs)
            if hasattr(response, "render"):
                response = response.render()
        if isinstance(response, StreamingHttpResponse) and not isinstance(response, FileResponse):
            parts = cast(Iterable[bytes], response.streaming_content)
            response.streaming_content = _streamed(parts)
        return response


class PrivatePages(Middleware):
    """What a signed-in person saw is not shown again by the browser's Back after signing out."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-store"
        return response


@contextmanager
def _reading() -> Iterator[None]:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
        yield


def _streamed(parts: Iterable[bytes]) -> Iterator[bytes]:
    with _reading():
        yield from parts
