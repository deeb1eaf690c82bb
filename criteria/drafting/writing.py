"""Writing a draft: begun as a copy of the published version, changed criterion by criterion."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from campaign.models import Source
from core import journal, periods
from core.workflow import Outdated, Refused
from criteria import rules
from criteria.drafting import permissions
from criteria.models import CriteriaSet, Criterion, CriterionRegister, SetDraft

_COPIED_OF_SET = (
    "code", "name", "purpose", "title_id", "grade", "subject_kinds", "subject_text", "managers",
    "owner_id", "owner_name", "document_id", "source_id", "article", "intro_quote", "rule",
    "note", "in_force_basis", "derives_from_id", "order",
)  # fmt: skip
_COPIED_OF_CRITERION = (
    "code", "order", "group", "wording", "quote", "source_id", "confidence", "article",
    "evidence_hint", "rule", "status", "note",
)  # fmt: skip


def begin(user: Any, criteria_set: CriteriaSet) -> SetDraft:
    """Draft the next version of a published set, word for word as it stands; only from which day
    it is in force nobody has said yet.

    Raises:
        Refused: not this person's to keep, or a draft of it is there already.
    """
    allowed, why_not = permissions.may_begin(user, criteria_set)
    place = permissions.territory_of(criteria_set)
    if not allowed or place is None:
        raise Refused(why_not)
    grant = permissions.editing_grant(user, place.path)
    try:
        with transaction.atomic(), journal.act("set_draft.begin", actor=user, behalf=grant):
            copy = _copy(criteria_set)
            return SetDraft.objects.create(
                criteria_set=copy,
                base=criteria_set,
                code=copy.code,
                path=place.path,
                taken_part=[user.pk],
            )
    except IntegrityError as error:
        if not {"set_draft_once_a_code", "criteria_set_version_once"} & set(str(error).split('"')):
            raise
        raise Refused(_("A new version of this set is being drafted already.")) from error


def _copy(criteria_set: CriteriaSet) -> CriteriaSet:
    """The rows of a set as its next version, unpublished."""
    same_code = CriteriaSet.objects.filter(code=criteria_set.code)
    highest: int = same_code.aggregate(highest=Max("version"))["highest"]
    copy = CriteriaSet.objects.create(
        version=highest + 1,
        period=periods.between(None, periods.last_day(criteria_set.period)),
        **{name: getattr(criteria_set, name) for name in _COPIED_OF_SET},
    )
    links = []
    for criterion in criteria_set.criteria.select_related("register_link").order_by("order"):
        values = {name: getattr(criterion, name) for name in _COPIED_OF_CRITERION}
        made = Criterion.objects.create(criteria_set=copy, **values)
        if link := getattr(criterion, "register_link", None):
            links.append(
                CriterionRegister(criterion=made, register=link.register, words=link.words)
            )
    CriterionRegister.objects.bulk_create(links)
    _arrange(copy)
    return copy


@contextmanager
def _changing(user: Any, pk: int, act: str, seen: int | None = None) -> Iterator[SetDraft]:
    """A draft under its lock, to be changed in one act; its version goes up with it.

    Raises:
        Outdated: its version is not the one that was `seen`.
        Refused: it cannot be changed now, or not by this person.
    """
    with transaction.atomic():
        draft = SetDraft.objects.select_for_update(of=("self",)).get(pk=pk)
        allowed, why_not = permissions.may_change(user, draft)
        if not allowed:
            raise Refused(why_not)
        if seen is not None and seen != draft.version:
            raise Outdated(_("Somebody changed this meanwhile: look at it as it stands now."))
        grant = permissions.editing_grant(user, draft.path)
        with journal.act(f"set_draft.{act}", actor=user, behalf=grant):
            yield draft
            draft.note_part(user)
            draft.version += 1
            draft.save(update_fields=["version", "taken_part"])


def change_set(user: Any, pk: int, values: Mapping[str, Any], seen: int) -> None:
    """Change what a draft says of the whole set.

    Args:
        values: fields of the row by name.
        seen: the draft's version that the person had before them.

    Raises:
        Refused: as `_changing`.
    """
    with _changing(user, pk, "set", seen) as draft:
        CriteriaSet.objects.filter(pk=draft.criteria_set_id).update(**values)


def put_criterion(
    user: Any, pk: int, criterion_id: int | None, values: Mapping[str, Any], seen: int
) -> Criterion:
    """Change a criterion of a draft, or add one at its end where `criterion_id` is None.

    A new code is carried into the rules that combine it.

    Raises:
        Refused: as `_changing`; its `field` is `code` where another criterion has that.
        Criterion.DoesNotExist: it is none of this draft.
    """
    with _changing(user, pk, "criterion", seen) as draft:
        criteria = Criterion.objects.filter(criteria_set=draft.criteria_set_id)
        if criteria.filter(code=values["code"]).exclude(pk=criterion_id or 0).exists():
            raise Refused(_("Another criterion of the set has this code."), field="code")
        if criterion_id is None:
            row = Criterion(criteria_set_id=draft.criteria_set_id, order=len(criteria) + 1)
        else:
            row = criteria.get(pk=criterion_id)
        before = row.code
        for name, value in values.items():
            setattr(row, name, value)
        row.save()
        if before and before != row.code:
            _rename(draft.criteria_set, before, row.code)
        _forget_lost_words(row)
        _arrange(draft.criteria_set)
    return row


def _rename(criteria_set: CriteriaSet, before: str, after: str) -> None:
    """What combines a criterion goes on to do so under its new code."""
    rows: list[CriteriaSet | Criterion] = [criteria_set, *criteria_set.criteria.all()]
    for row in rows:
        rule = row.rule
        if rule and before in rule.get("of", ()):
            row.rule = {**rule, "of": [after if code == before else code for code in rule["of"]]}
            row.save(update_fields=["rule"])


def _forget_lost_words(criterion: Criterion) -> None:
    """The words by which a criterion speaks of a register stand in it, or it speaks of none."""
    said = " ".join((criterion.quote or criterion.wording).split())
    for link in CriterionRegister.objects.filter(criterion=criterion):
        if link.words not in said:
            link.delete()


def move(user: Any, pk: int, criterion_id: int, upwards: bool) -> None:
    """Let a criterion change places with the one before or after it; the first and the last stay.

    Raises:
        Refused: as `_changing`.
        Criterion.DoesNotExist: it is none of this draft.
    """
    with _changing(user, pk, "move") as draft:
        keys = list(draft.criteria_set.criteria.order_by("order").values_list("pk", flat=True))
        if criterion_id not in keys:
            raise Criterion.DoesNotExist
        here = keys.index(criterion_id)
        there = max(0, here - 1) if upwards else min(len(keys) - 1, here + 1)
        keys[here], keys[there] = keys[there], keys[here]
        for order, key in enumerate(keys, 1):
            Criterion.objects.filter(pk=key).exclude(order=order).update(order=order)


def remove(user: Any, pk: int, criterion_id: int) -> None:
    """Take a criterion out of a draft; what combines it is told by the checks, not changed.

    Raises:
        Refused: as `_changing`.
        Criterion.DoesNotExist: it is none of this draft.
    """
    with _changing(user, pk, "remove") as draft:
        row = draft.criteria_set.criteria.get(pk=criterion_id)
        draft.criteria_set.criteria.filter(parent=row).update(parent=None)
        row.delete()
        _arrange(draft.criteria_set)


def _arrange(criteria_set: CriteriaSet) -> None:
    """Number the criteria of a set from 1, and hang each under the one that combines it."""
    rows = list(Criterion.objects.filter(criteria_set=criteria_set).order_by("order", "pk"))
    by_code = {row.code: row for row in rows}
    parents = {
        by_code[child].pk: row
        for row in rows
        if row.rule
        for child in rules.children_of(rules.parse(row.rule))
        if child in by_code
    }
    for order, row in enumerate(rows, 1):
        parent = parents.get(row.pk)
        if (row.order, row.parent_id) != (order, parent.pk if parent else None):
            row.order, row.parent = order, parent
            row.save(update_fields=["order", "parent"])


def replace(
    user: Any,
    pk: int,
    of_set: Mapping[str, Any],
    criteria: Sequence[Mapping[str, Any]],
    seen: int,
) -> None:
    """Let a draft say what a file says, whole; criteria of the same code stay the same rows.

    Args:
        of_set: fields of the set's row by name.
        criteria: fields of each criterion's row by name, in order.
        seen: the draft's version that the person had before them.

    Raises:
        Refused: as `_changing`.
    """
    with _changing(user, pk, "import", seen) as draft:
        CriteriaSet.objects.filter(pk=draft.criteria_set_id).update(**of_set)
        rows = {row.code: row for row in draft.criteria_set.criteria.all()}
        gone = rows.keys() - {values["code"] for values in criteria}
        Criterion.objects.filter(parent__in=[rows[code].pk for code in gone]).update(parent=None)
        Criterion.objects.filter(pk__in=[rows[code].pk for code in gone]).delete()
        for order, values in enumerate(criteria, 1):
            row = rows.get(values["code"]) or Criterion(criteria_set_id=draft.criteria_set_id)
            for name, value in {**values, "order": order, "parent": None}.items():
                setattr(row, name, value)
            row.save()
            _forget_lost_words(row)
        _arrange(draft.criteria_set)


def add_source(user: Any, pk: int, values: Mapping[str, Any]) -> Source:
    """Enter a text as a source that criteria of a draft can name.

    Args:
        values: fields of the row by name, but for its code.

    Raises:
        Refused: as `_changing`.
    """
    with _changing(user, pk, "source") as draft:
        # The version counts the changes of this draft: no other source was entered at this one.
        return Source.objects.create(code=f"{_source_code(draft)}{draft.version}", **values)


def _source_code(draft: SetDraft) -> str:
    """How the codes of sources begin that were entered with a draft."""
    return f"soan-thao-{draft.pk}-"


def sources_of(draft: SetDraft) -> QuerySet[Source]:
    """The sources that were entered with a draft, found also when it is gone."""
    return Source.objects.filter(code__startswith=_source_code(draft))


def publish(draft: SetDraft) -> None:
    """Put a draft in force from its first day: the version before ends on the day before.

    Called within the act that publishes it, after the checks: they refuse a version that begins on
    that day or later.
    """
    mine = draft.criteria_set
    versions = CriteriaSet.objects.published().filter(code=mine.code)
    for before in versions.filter(period__overlap=mine.period):
        before.period = periods.between(
            periods.first_day(before.period), mine.period.lower - periods.ONE_DAY
        )
        before.save(update_fields=["period"])
    mine.published_at = timezone.now()
    mine.save(update_fields=["published_at"])


def discard(draft: SetDraft) -> None:
    """Take a draft away with all its rows; within the act that discards it."""
    draft.criteria_set.delete()
