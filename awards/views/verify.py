"""The page by which anybody checks a certificate; it needs no account."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import throttle
from awards.certificates import verifying
from awards.models import NAME_LENGTH
from core.access import public

WHAT = "certificates"
SERIAL_LENGTH = 40  # of what is typed: more than any serial has


@public("GET")
def index(request: HttpRequest) -> HttpResponse:
    """Where who cannot scan the code types the serial that stands below it."""
    typed = "".join(request.GET.get("serial", "").replace("\0", "").split())[:SERIAL_LENGTH]
    if typed and "/" not in typed:
        return HttpResponseRedirect(reverse("verify:certificate", args=[typed]))
    return _answer(request, {"asks": True}, 200)


@public("GET", "POST")
def certificate(request: HttpRequest, serial: str) -> HttpResponse:
    """Valid, replaced or revoked, with what stands on the paper; by POST, whether a name matches.

    Whoever tries serials, or names, has to wait after some of them.
    """
    if throttle.is_exceeded(WHAT, request):
        return _answer(request, {"waits": True}, 429)
    found = verifying.find(serial)
    if found is None:
        throttle.note(WHAT, request)
        return _answer(request, {"serial": serial[:SERIAL_LENGTH]}, 404)
    context = {"checked": verifying.checked(found), "serial": found.serial}
    if request.method == "POST":
        throttle.note(WHAT, request)
        typed = request.POST.get("name", "").replace("\0", "")[:NAME_LENGTH]
        same = verifying.matches(found, typed)
        context |= {"typed": typed, "said": _("It matches.") if same else _("It does not match.")}
        context["same"] = same
    return _answer(request, context, 200)


def _answer(request: HttpRequest, context: dict[str, object], status: int) -> HttpResponse:
    """A page that no search engine and no cache keeps."""
    empty = {
        "asks": False,
        "waits": False,
        "checked": None,
        "serial": "",
        "typed": "",
        "said": "",
        "same": False,
    }
    response = render(request, "awards/verify.html", {**empty, **context}, status=status)
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Cache-Control"] = "no-store"
    return response
