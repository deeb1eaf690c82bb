"""What the demonstration's administrators drafted and published goes with it: rules of real
territories that nobody real has made (decision 29)."""

from typing import Any

import pgtrigger
from django.contrib.postgres.fields.ranges import DateRangeField
from django.db.models import Q, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from accounts.models import User
from core.models import JournalEntry
from core.workflow import Refused
from criteria.drafting import writing
from criteria.models import Assessment, CarryOver, CriteriaSet, DraftState, SetDraft, SetTrial

_FREEZE = ("criteria.CriteriaSet:freeze_published", "criteria.Criterion:freeze_published")


def _drafts(people: QuerySet[User]) -> QuerySet[SetDraft]:
    keys = list(people.values_list("pk", flat=True))
    return SetDraft.objects.filter(taken_part__overlap=keys)


def refuse_real_work(people: QuerySet[User], assessments: QuerySet[Assessment]) -> None:
    """Raises Refused where somebody else has worked on their drafts or by what they published."""
    keys = set(people.values_list("pk", flat=True))
    drafts = _drafts(people)
    if any(set(draft.taken_part) - keys for draft in drafts) or (
        drafts.exclude(decided_by=None).exclude(decided_by__in=keys).exists()
    ):
        raise Refused("people outside the demonstration have worked on its drafts of criteria")
    sets = drafts.values("criteria_set")
    judged = Assessment.objects.filter(criteria_set__in=sets).exclude(pk__in=assessments)
    later = SetDraft.objects.filter(base__in=sets).exclude(pk__in=drafts)
    if judged.exists() or later.exists():
        raise Refused("people outside the demonstration work by criteria that it published")


def remove(people: QuerySet[User]) -> None:
    """Take their versions out, the newest first; each before it goes on as long as it did."""
    CarryOver.objects.filter(carried_by__in=people).delete()
    SetTrial.objects.filter(ordered_by__in=people).delete()
    with pgtrigger.ignore(*_FREEZE):
        for draft in _drafts(people).select_related("criteria_set").order_by("-pk"):
            if draft.state == DraftState.PUBLISHED:
                _give_back_end(draft)
            criteria_set, sources = draft.criteria_set, writing.sources_of(draft)
            draft.delete()
            criteria_set.criteria.update(parent=None)
            criteria_set.delete()
            sources.delete()


def _give_back_end(draft: SetDraft) -> None:
    """The version before is in force as long as it was before this one was published."""
    ended: Any = JournalEntry.objects.filter(
        Q(act="set_draft.publish") & Q(subject="criteria_criteriaset") & Q(op="update"),
        row_id=draft.base_id,
        before__has_key="period",
    )
    before = ended.annotate(
        period=Cast(KeyTextTransform("period", "before"), DateRangeField())
    ).order_by("-pk")
    if found := before.first():
        CriteriaSet.objects.filter(pk=draft.base_id).update(period=found.period)
