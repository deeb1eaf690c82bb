"""Pages of no app: whether the portal lives, and what it says when something is wrong."""

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from core.access import public


@public("GET")
def healthz(request: HttpRequest) -> JsonResponse:
    """For the process manager or proxy: the process answers and reaches the database.

    Raises:
        django.db.OperationalError: the database cannot be reached; the answer is a 500.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page of a request that cannot be understood (400)."""
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page of something that this person may not do (403), with the reason."""
    return render(request, "403.html", {"reason": str(exception)}, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page of what is not there, or lies outside the person's scope (404)."""
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """The page of a fault of ours (500): it asks neither the database nor the session."""
    return HttpResponse(render_to_string("500.html"), status=500)
