"""Who is locked out after wrong passwords, until when, and the way back (django-axes keeps it)."""

import datetime
from typing import Any

from axes.models import AccessAttempt
from axes.utils import reset
from django.conf import settings
from django.db.models import Max, QuerySet, Sum
from django.utils import timezone

from accounts.models import User

COOL_OFF = datetime.timedelta(hours=settings.AXES_COOLOFF_TIME)


def until(user: User) -> datetime.datetime | None:
    """Until when signing in with the name of `user` is locked from some address; None: it is not.

    Whoever guesses from elsewhere locks out that address, never the person at their own desk.
    """
    latest: datetime.datetime | None = (
        AccessAttempt.objects.filter(
            username=user.username, attempt_time__gt=timezone.now() - COOL_OFF
        )
        .values("ip_address")
        .annotate(failures=Sum("failures_since_start"), latest=Max("attempt_time"))
        .filter(failures__gte=settings.AXES_FAILURE_LIMIT)
        .order_by("-latest")
        .values_list("latest", flat=True)
        .first()
    )
    return latest + COOL_OFF if latest else None


def locked_names() -> QuerySet[Any, Any]:
    """The user names that are locked now from some address, as `until` has it (a subquery)."""
    return (
        AccessAttempt.objects.filter(attempt_time__gt=timezone.now() - COOL_OFF)
        .values("username", "ip_address")
        .annotate(failures=Sum("failures_since_start"))
        .filter(failures__gte=settings.AXES_FAILURE_LIMIT)
        .values("username")
    )


def lift(user: User) -> None:
    """Let `user` try again at once; inside an act."""
    reset(username=user.username)
    user.unlocked_at = timezone.now()
    user.save(update_fields=["unlocked_at"])
