"""Who is told of requests about personal data; no notice names the person."""

import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core import calendar, notices, periods
from core.models import Notice
from core.notices import NoticeKind
from core.workflow import Transition
from units import readers
from units.models import OPEN_REQUESTS, PersonalRequest
from units.requesting import terms
from units.requesting.permissions import FULFIL, REQUESTS

DUE, ACCEPTED = "request.due", "request.accepted"
KINDS = (
    NoticeKind(
        ACCEPTED,
        _("A request about personal data waits to be carried out"),
        _("A request for %(what)s, %(place)s, was accepted and waits for a second person."),
        many=_("%(number)d requests about personal data wait for a second person."),
        urgent=True,
    ),
    NoticeKind(
        DUE,
        _("The term of a request about personal data comes near"),
        _("A request for %(what)s, %(place)s, is to be dealt with until %(day)s."),
        many=_("%(number)d requests about personal data are to be dealt with soon."),
        urgent=True,
    ),
)


def _subject(request: PersonalRequest) -> str:
    return f"request:{request.pk}"


def of_step(request: PersonalRequest, arrow: Transition, user: Any) -> None:
    """Tell what a step of a request means for others; inside the act of the step."""
    for code in arrow.settles:
        notices.settle(code, _subject(request))
    if arrow.tells:
        acting = readers.acting_for_unit(request.placement.unit_id, (FULFIL,), periods.today())
        people = (acting.own | acting.managing) - {user.pk, *request.taken_part}
        _tell(arrow.tells, request, people)


def _tell(code: str, request: PersonalRequest, people: frozenset[int], **words: str) -> None:
    notices.tell(
        code,
        people,
        subject=_subject(request),
        url=reverse("requests:detail", args=[request.pk]),
        list_url=reverse("requests:index"),
        what=request.get_kind_display(),
        place=request.placement.name,
        **words,
    )


def tell_due() -> int:
    """Tell who answers of open requests whose term comes within the days of the settings.

    Returns:
        How many requests were told of now; nobody is told twice of one term.
    """
    days, last = (
        calendar.load(),
        periods.today() + datetime.timedelta(days=settings.DEADLINE_NOTICE_DAYS),
    )
    found = PersonalRequest.objects.filter(state__in=OPEN_REQUESTS).select_related("placement")
    return sum(_tell_due(one, days, last) for one in found.order_by("pk"))


def _tell_due(request: PersonalRequest, days: calendar.Calendar, last: periods.Day) -> bool:
    term = terms.due(request, days)
    if term is None or term.day > last:
        return False
    day = f"{term.day:%d/%m/%Y}"
    told = Notice.objects.filter(kind=DUE, subject=_subject(request), params__day=day)
    acting = readers.acting_for_unit(request.placement.unit_id, (REQUESTS, FULFIL), periods.today())
    if told.exists():
        return False
    with transaction.atomic():
        _tell(DUE, request, acting.own | acting.managing, day=day)
    return True
