"""The catalogue of criteria sets."""

from django.http import HttpRequest, HttpResponse

from core.access import signed_in


@signed_in()
def index(request: HttpRequest) -> HttpResponse:
    """Not written yet."""
    return HttpResponse()


@signed_in()
def detail(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """Not written yet."""
    return HttpResponse()
