"""What follows for others when somebody comes to hold a title, or holds it no more.

Shares of the places above count it. The open self-assessments of the hamlet and the commune are
judged again in the same act, so that their lists say the same at once; those of the places above,
and of the many in a list, by a job, each in its own transaction: six communes that recognise at
once must not wait for one row of their province. Whoever opens a page meanwhile sees it judged as
of now.
"""

from collections.abc import Collection, Iterable
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from campaign.queries import path_ids
from core import journal
from criteria import assessing
from criteria.models import Assessment, AssessmentState, RecognitionBatch, Title
from units.models import UnitKind

# Judged in the act itself: nobody but the people of one commune changes what they count.
AT_ONCE = (UnitKind.HAMLET, UnitKind.COMMUNE)


def of_title(title: Title, paths: Iterable[str]) -> None:
    """Judge again what counts holders of `title` at `paths`, or order that; inside the act."""
    units = {key for path in paths for key in path_ids(path)}
    counting = _open().filter(unit__in=units, criteria_set__criteria__rule__contains=_share(title))
    near = counting.filter(unit__kind__in=AT_ONCE)
    for key in sorted(set(near.order_by().values_list("pk", flat=True))):
        _judge(key)
    _order(counting.exclude(unit__kind__in=AT_ONCE))


def of_batch(batch: RecognitionBatch) -> None:
    """Order that what leans on the title of those in a list is judged again; inside the act."""
    of_title(batch.title, [batch.path])
    own = _open().filter(
        unit__in=batch.lines.filter(passed=True).values("unit"),
        criteria_set__criteria__rule__contains={
            "kind": "holds_title",
            "title": batch.title.code,
        },
    )
    _order(own)
    if batch.of_members:
        homes = batch.lines.exclude(placement=batch.placement_id).values("placement__unit")
        _order(
            _open().filter(
                unit__in=homes, criteria_set__criteria__rule__contains=_share(batch.title)
            )
        )


def _share(title: Title) -> dict[str, Any]:
    return {"kind": "share_holding_title", "title": title.code}


def _open() -> "QuerySet[Assessment]":
    return Assessment.objects.exclude(state=AssessmentState.CONFIRMED)


def _order(found: "QuerySet[Assessment]") -> None:
    from criteria import tasks  # which calls this module

    keys = sorted(set(found.order_by().values_list("pk", flat=True)))
    if keys:
        tasks.judge_again.defer(assessments=keys)


def judge_again(keys: Collection[int]) -> None:
    """Judge self-assessments by what stands now; each by itself, and safe to run again. What was
    confirmed meanwhile stays."""
    for key in keys:
        with transaction.atomic(), journal.act("assessment.refresh"):
            _judge(key)


def _judge(key: int) -> None:
    locked = _open().select_for_update(of=("self",)).filter(pk=key)
    found = locked.select_related("round", "criteria_set__document", "placement").first()
    if found:
        assessing.refresh(found)
