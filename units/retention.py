"""How long personal data are kept: terms that an administrator enters with their source, and the
nightly removal of what has run out.

No source that is at hand gives a term for any kind: until one is entered it is *not configured*,
and nothing is removed.
"""

import datetime
from dataclasses import replace
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from core import journal, periods
from core.workflow import Refused
from units import erasing, scope
from units.models import (
    OPEN_REQUESTS,
    KeptData,
    Member,
    PersonalRecord,
    PersonalRequest,
    RetentionRule,
)
from units.requesting import workflow

MANAGE = "retention.manage"


def rule_on(kind: str, day: periods.Day) -> RetentionRule | None:
    """The term that is in force for a kind of data on a day; None is *not configured*."""
    return RetentionRule.objects.filter(kind=kind, period__contains=day).first()


def enter(user: Any, kind: str, months: int, first_day: periods.Day, basis: str) -> RetentionRule:
    """Enter a term from a day on; one that is in force until then ends the day before.

    Raises:
        Refused: a later one is entered already.
    """
    right = next(scope.of(user).grants_giving(MANAGE), None)
    rules = RetentionRule.objects.filter(kind=kind)
    if rules.filter(period__startswith__gte=first_day).exists():
        raise Refused(_("A term from that day or a later one is entered already."))
    try:
        with transaction.atomic(), journal.act("retention.enter", actor=user, behalf=right):
            for former in rules.filter(period__contains=first_day):
                before = first_day - periods.ONE_DAY
                former.period = periods.between(periods.first_day(former.period), before)
                former.save()
            return RetentionRule.objects.create(
                kind=kind,
                months=months,
                period=periods.between(first_day, None),
                basis=basis,
                entered_by=user,
            )
    except IntegrityError as at_once:
        raise Refused(_("Somebody entered another term meanwhile.")) from at_once


def remove_expired() -> int:
    """Remove what has run out today; each person and request by itself, in the journal by its rule.

    Returns:
        How many were removed. What still is on its way, such as a nomination, stays until it ends.
    """
    today = periods.today()
    return sum(
        _remove(rule, today) for rule in RetentionRule.objects.filter(period__contains=today)
    )


def _remove(rule: RetentionRule, today: periods.Day) -> int:
    limit = periods.months_before(today, rule.months)
    reason = f"{rule.basis} ({rule.months} tháng)"
    if rule.kind == KeptData.REQUESTS:
        return sum(_clear(pk, reason) for pk in _answered_before(limit))
    return sum(_erase(unit_id, reason) for unit_id in _gone_before(limit))


def _gone_before(limit: periods.Day) -> "QuerySet[PersonalRecord, int]":
    """Keys of people who were in no list on or after a day, and of whom a name is kept."""
    states = Member.objects.filter(unit=OuterRef("unit"))
    # A period without end has none; its upper bound is not part of it.
    still = states.filter(Q(period__endswith=None) | Q(period__endswith__gt=limit))
    gone = PersonalRecord.objects.filter(~Exists(still), Exists(states), erased_on=None)
    return gone.order_by("pk").values_list("unit", flat=True)


def _erase(unit_id: int, reason: str) -> bool:
    with transaction.atomic():
        person = erasing.person_of(unit_id)
        if erasing.blocks(person):
            return False
        # Of two rows of one person each runs out by itself.
        alone = replace(person, units=frozenset({unit_id}))
        with journal.act("retention.erase", reason=reason):
            erasing.erase(alone, None)
    return True


def _answered_before(limit: periods.Day) -> "QuerySet[PersonalRequest, int]":
    moment = timezone.make_aware(datetime.datetime.combine(limit, datetime.time()))
    found = PersonalRequest.objects.exclude(state__in=OPEN_REQUESTS)
    found = found.filter(cleared_on=None, ended_at__lt=moment)
    return found.order_by("pk").values_list("pk", flat=True)


def _clear(pk: int, reason: str) -> bool:
    with journal.act("retention.clear", reason=reason):
        request = PersonalRequest.objects.select_for_update().get(pk=pk)
        workflow.clear(request)
        request.save()
    return True
