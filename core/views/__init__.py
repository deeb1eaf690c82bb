"""Pages of no app: whether the portal lives, and what it says when something is wrong."""

from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static

from core.access import public
from core.htmx import is_htmx, sign_in_again


@public("GET")
def healthz(request: HttpRequest) -> JsonResponse:
    """For the process manager or proxy: the process answers and reaches the database.

    Raises:
        django.db.OperationalError: the database cannot be reached; the answer is a 500.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})


@public("GET")
def favicon(request: HttpRequest) -> HttpResponseRedirect:
    """The product's mark, for pages that do not name it: the administration, pictures, papers."""
    return HttpResponseRedirect(static("img/mark.svg"))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page of a request that cannot be understood (400)."""
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page of something that this person may not do (403), with the reason."""
    return render(request, "403.html", {"reason": str(exception)}, status=403)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page of a form whose CSRF token is not right (403).

    htmx is sent to sign in: whoever still is signed in comes back at once, with a new token.
    """
    if is_htmx(request):
        return sign_in_again(request)
    return render(request, "403_csrf.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page of what is not there, or lies outside the person's scope (404)."""
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """The page of a fault of ours (500): it asks neither the database nor the session."""
    return HttpResponse(render_to_string("500.html"), status=500)
