"""Titles that run out: which ones, and telling the units responsible ahead.

How long before its end a title is announced stands in no text: an office that runs the portal says
it (`TITLE_NOTICE_DAYS`); until then nobody is told of themselves, and the list shows what runs out
to who asks for it.
"""

import datetime
from urllib.parse import urlencode

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core import notices, periods
from core.models import Notice
from core.notices import NoticeKind
from criteria.models import Recognition, RecognitionQuerySet, Title
from units import readers
from units.models import MEMBER_KINDS, Placement, UnitKind

ANNOUNCED = "announced"
KIND = NoticeKind(
    "recognition.running_out",
    _("A title runs out soon"),
    _("%(title)s of %(unit)s is held until %(day)s."),
    many=_("%(number)d titles run out soon."),
)
# Whoever enters its decisions, and whoever lists who is recognised.
RESPONSIBLE = ("recognition.declare", "batch.enter")


def notice_days() -> int | None:
    """How many days before its end a title is announced; None is *not configured*."""
    days: int | None = settings.TITLE_NOTICE_DAYS
    return days


def announced_until(today: periods.Day) -> periods.Day | None:
    """The last day of titles that are announced by now; None is *not configured*."""
    days = notice_days()
    return None if days is None else today + datetime.timedelta(days=days)


def ending(
    found: RecognitionQuerySet, today: periods.Day, last: periods.Day
) -> RecognitionQuerySet:
    """Of some recognitions those that are held today and end by `last`, with none that counts after
    them."""
    ends = F("period__endswith")
    after = Recognition.objects.standing().filter(
        unit=OuterRef("unit"), title=OuterRef("title"), period__startswith__gte=OuterRef("ends")
    )
    soon = found.standing().annotate(ends=ends)
    soon = soon.filter(ends__gt=today, ends__lte=last + periods.ONE_DAY)
    return soon.filter(~Exists(after))


def list_url(ends: str = ANNOUNCED) -> str:
    """The list of what ends within one of its terms."""
    return f"{reverse('recognitions:index')}?{urlencode({'ends': ends})}"


def tell() -> int:
    """Tell the people of each unit, or of the home of its members, what runs out within the days of
    the settings.

    Returns:
        How often a unit was told now; it is told once of one title, kind and day.
    """
    today = periods.today()
    last = announced_until(today)
    if last is None:
        return 0
    found = ending(Recognition.objects.all(), today, last).order_by()
    fields = ("placement__unit", "unit__kind", "title", "ends")
    rows = list(found.values_list(*fields).annotate(Count("pk")))
    places = {
        one.unit_id: one
        for one in Placement.objects.on(today).filter(unit__in={row[0] for row in rows})
    }
    acting = readers.acting_for(places.values(), RESPONSIBLE, today)
    titles = Title.objects.in_bulk({row[2] for row in rows})
    return sum(
        _tell(places[node], kind, titles[title], ends - periods.ONE_DAY, number, acting[node])
        for node, kind, title, ends, number in rows
        if node in places
    )


def _tell(
    place: Placement,
    kind: str,
    title: Title,
    day: periods.Day,
    number: int,
    acting: readers.Acting,
) -> bool:
    subject = f"running-out:{place.unit_id}:{kind}:{title.pk}:{day.isoformat()}"
    if not acting.nearest or Notice.objects.filter(kind=KIND.code, subject=subject).exists():
        return False
    # What members hold is named by their kind and number: "Ấp Giồng Lớn (hộ gia đình: 35)".
    label = UnitKind(kind).label
    name = f"{place.name} ({label}: {number})" if kind in MEMBER_KINDS else place.name
    with transaction.atomic():
        notices.tell(
            KIND.code,
            acting.nearest,
            subject=subject,
            url=list_url(),
            list_url=list_url(),
            unit=name,
            title=str(title),
            day=f"{day:%d/%m/%Y}",
        )
    return True
