"""Drafts of criteria sets for tests: who keeps the rules, and changing what they say."""

import datetime
from typing import Any

from accounts.models import User
from core import periods
from criteria.drafting import writing
from criteria.drafting.workflow import SET_DRAFT
from criteria.models import CriteriaSet, Criterion, SetDraft
from tests import factories

TODAY = periods.today()
LATER = TODAY + datetime.timedelta(days=10)


def administrator(name: str, place: Any) -> User:
    """Somebody who keeps the rules of a territory."""
    person = factories.user(name)
    factories.appoint(person, "administrator", place)
    return person


def now(draft: SetDraft) -> SetDraft:
    """The draft as it stands."""
    return SetDraft.objects.get(pk=draft.pk)


def changed(draft: SetDraft, person: User, day: datetime.date = LATER) -> SetDraft:
    """In force from a day, under another name."""
    last = periods.last_day(draft.criteria_set.period)
    values = {"name": "Tên mới", "period": periods.between(day, last)}
    writing.change_set(person, draft.pk, values, now(draft).version)
    return now(draft)


def put(draft: SetDraft, person: User, code: str, **values: Any) -> Criterion:
    """Change a criterion, or add it where the set has none of this code."""
    row = draft.criteria_set.criteria.filter(code=code).first()
    like = row or draft.criteria_set.criteria.first()
    assert like is not None
    names = ("wording", "quote", "source", "confidence", "status", "rule")
    whole = {"code": code, **{name: getattr(like, name) for name in names}, **values}
    return writing.put_criterion(
        person, draft.pk, row.pk if row else None, whole, now(draft).version
    )


def published(
    draft: SetDraft, first: User, second: User, day: datetime.date = LATER
) -> CriteriaSet:
    """The version, drafted by one and published by another."""
    changed(draft, first, day)
    SET_DRAFT.perform("propose", draft.pk, first)
    SET_DRAFT.perform("publish", draft.pk, second)
    return CriteriaSet.objects.get(pk=draft.criteria_set_id)
