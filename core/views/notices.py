"""A person's own notices: the list, reading them, and what they want to be told."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from core import notices
from core.access import signed_in
from core.models import NoticePreference
from core.notices import NoticeKind

ROWS_A_PAGE = 50


@signed_in("GET")
def index(request: HttpRequest) -> HttpResponse:
    """What the person was told, the newest first; all of it, or what is not read."""
    found = notices.lines(notices.of(request.user))
    unread_only = request.GET.get("unread") == "1"
    if unread_only:
        found = found.filter(unread__gt=0)
    page = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "lines": notices.Line.of(page.object_list),
        "unread_only": unread_only,
        "by_mail": _by_mail(request),
    }
    return render(request, "notices/index.html", context)


def _by_mail(request: HttpRequest) -> str:
    """Whether mails reach the person, in words."""
    if not settings.MAIL_CONFIGURED:
        return _("Notices stand here only: no mail server is configured for this portal.")
    address = str(getattr(request.user, "email", ""))
    if not address:
        return _("Notices stand here only: your account has no mail address.")
    return _("What you have not read by %(hour)02d:00 also goes to %(address)s, once a day.") % {
        "hour": settings.MAIL_DIGEST_HOUR,
        "address": address,
    }


@signed_in("POST")
def follow(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark a line of notices as read and go where it leads."""
    return HttpResponseRedirect(_read(request, pk).url)


@signed_in("POST")
def read_one(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark a line of notices as read."""
    _read(request, pk)
    return HttpResponseRedirect(reverse("notices:index"))


def _read(request: HttpRequest, pk: int) -> notices.Line:
    line = notices.read(request.user, pk)
    if line is None:
        raise Http404
    return line


@signed_in("POST")
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark all of the person's notices as read."""
    notices.read(request.user)
    messages.success(request, _("All notices are marked as read."))
    return HttpResponseRedirect(reverse("notices:index"))


@dataclass(frozen=True)
class Choice:
    """A kind with what the person has chosen; `ways` are all that can be, with their words."""

    kind: NoticeKind
    way: str
    ways: tuple[tuple[str, Any], ...]


@signed_in("GET", "POST")
def preferences(request: HttpRequest) -> HttpResponse:
    """Which kinds the person is told, and whether by mail too."""
    ways = (("", _("here and by mail")), *NoticePreference.Way.choices)
    if request.method == "POST":
        known = {way for way, _label in ways}
        chosen = {code: request.POST.get(code, "") for code in notices.KINDS}
        notices.prefer(request.user, {c: way for c, way in chosen.items() if way in known})
        messages.success(request, _("Your choice is saved."))
        return HttpResponseRedirect(reverse("notices:preferences"))
    kept = notices.ways_of(request.user)
    context = {
        "choices": [Choice(kind, kept.get(kind.code, ""), ways) for kind in notices.KINDS.values()],
        "by_mail": _by_mail(request),
    }
    return render(request, "notices/preferences.html", context)
