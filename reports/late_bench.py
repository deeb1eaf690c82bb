"""Measuring what follows a reform that is recorded late, on a merger that is taken back whole."""

import datetime
from collections.abc import Iterator

from django.db import transaction
from django.urls import reverse
from django.utils.http import urlencode

from accounts.models import User
from core import periods
from reports.bench import Line, Page, client_for, measure_page
from units.models import Placement, Reform, UnitKind
from units.reforming import entering, late
from units.reforming.entering import Header, Wanted
from units.reforming.workflow import REFORM

SINCE = datetime.timedelta(days=60)  # the reform is recorded so late


def measure_late_acts(account: str, confirming: str) -> Iterator[Line]:
    """The pages of what was dated between, as of any page: how many of each kind, and the list of
    the kind of which there are most.

    Two communes of the territory of `account` are merged for it, and `confirming` confirms; nothing
    of it remains.

    Raises:
        LookupError: there are no two communes.
    """
    with transaction.atomic():
        reform = _merged(User.objects.get(username=account), User.objects.get(username=confirming))
        client, page = client_for(account), reverse("reforms:late", args=[reform.pk])
        counts = sorted(late.counts(reform), key=lambda one: -one.total)
        acts = sum(one.total for one in counts)
        yield measure_page(Page(account, f"acts dated between ({acts})", page), client)
        for most in counts[:1]:
            listed = f"{page}?{urlencode({'kind': most.kind.code})}"
            yield measure_page(Page(account, f"of one kind ({most.total})", listed), client)
        transaction.set_rollback(True)


def _merged(proposing: User, confirming: User) -> Reform:
    communes = Placement.objects.on(periods.today()).filter(kind=UnitKind.COMMUNE)
    here = communes.with_capability(proposing, "units.propose_reform").order_by("code")[:2]
    if len(here) < 2:
        raise LookupError("the demonstration is not loaded: manage.py demo")
    header = Header("Đo thời gian: nhập hai xã", "Đo thời gian", periods.today() - SINCE)
    reform = entering.begin(proposing, header)
    entering.merge(proposing, reform.pk, list(here), None, Wanted("Xã Đo Thời Gian", "Xã"))
    REFORM.perform("propose", reform.pk, proposing)
    found: Reform = REFORM.perform("confirm", reform.pk, confirming)
    return found
