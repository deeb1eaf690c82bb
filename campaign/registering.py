"""The registers: entering, correcting, evidence, checking; and which rows a list shows."""

import uuid
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.db.models import Case, Count, F, Func, IntegerField, Q, QuerySet, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _

from campaign import permissions
from campaign.models import EntryState, Register, RegisterEntry, RegisterFile
from campaign.workflow import ENTRY, entry_fingerprint
from core import files, journal, periods
from core.workflow import Outdated, Refused
from units import scope
from units.models import Placement


@dataclass(frozen=True)
class Words:
    """What an entry says; `amount` and `measure` of contributions, `due_on` of inspections."""

    kind: str
    subject: str
    scope_text: str
    words: str
    period: periods.Period
    amount: Decimal | None = None
    measure: str = ""
    due_on: periods.Day | None = None


def enter(
    user: Any, register: str, place: Placement, said: Words, key: uuid.UUID | None = None
) -> RegisterEntry:
    """Enter into a register about the unit of `place`.

    Args:
        key: of the form; one that was sent twice gives the entry that it made.

    Raises:
        PermissionDenied: `user` does not enter for this unit.
        Refused: the form was sent before with other words.
    """
    grant = permissions.entering_grant(user, register, unit_id=place.unit_id, path=place.path)
    if grant is None:
        raise PermissionDenied(_("You do not enter into this register for this unit."))
    entry = RegisterEntry(
        register=register,
        unit_id=place.unit_id,
        placement=place,
        path=place.path,
        office_id=grant.unit_id,
        office_name=grant.unit_name,
        entry_key=key,
        entered_by=user,
        taken_part=[user.pk],
    )
    _write(entry, said)
    try:
        with transaction.atomic(), journal.act("register.enter", actor=user, behalf=grant):
            entry.save()
    except IntegrityError:
        before = RegisterEntry.objects.filter(entry_key=key).exclude(entry_key=None).first()
        if before is None:
            raise
        return _same(before, entry)
    return entry


def _same(before: RegisterEntry, entry: RegisterEntry) -> RegisterEntry:
    """What a form entered when it was sent before. Raises Refused where it says something else."""
    if any(getattr(before, name) != getattr(entry, name) for name in _SAID):
        raise Refused(_("This form has been entered already: correct the entry on its page."))
    return before


_SAID = (
    "entered_by_id",
    "unit_id",
    "kind",
    "subject",
    "scope_text",
    "words",
    "period",
    "amount",
    "measure",
    "due_on",
)


def correct(pk: int, user: Any, said: Words, *, seen: str) -> RegisterEntry:
    """Correct an entry that nobody has checked yet.

    Args:
        seen: the fingerprint of what the person had before them.

    Raises:
        Refused: with the sentence for the person.
    """
    with transaction.atomic():
        entry = _open(pk, user)
        if entry_fingerprint(entry) != seen:
            raise Outdated(_("Somebody changed this meanwhile: look at it as it stands now."))
        _write(entry, said)
        entry.entered_by, entry.entered_at = user, timezone.now()
        with journal.act("register.correct", actor=user, behalf=_behalf(user, entry)):
            entry.save()
    return entry


def add_file(pk: int, user: Any, upload: "UploadedFile[Any]") -> RegisterFile:
    """Attach a file to an entry that nobody has checked yet.

    Raises:
        Refused: with the sentence for the person.
        FileRefused: the file is not one that is taken.
    """
    with transaction.atomic():
        entry = _open(pk, user)
        with journal.act("register.add_file", actor=user, behalf=_behalf(user, entry)):
            attached = RegisterFile.objects.create(entry=entry, file=files.store(upload, user))
            entry.save(update_fields=["taken_part"])
    return attached


def remove_file(pk: int, file_pk: int, user: Any) -> None:
    """Remove a file from an entry that nobody has checked yet; the history keeps it.

    Raises:
        Refused: with the sentence for the person.
        RegisterFile.DoesNotExist: the entry has no such file.
    """
    with transaction.atomic():
        entry = _open(pk, user)
        attached = entry.files.get(pk=file_pk, removed_at=None)
        attached.removed_by, attached.removed_at = user, timezone.now()
        with journal.act("register.remove_file", actor=user, behalf=_behalf(user, entry)):
            attached.save()
            entry.save(update_fields=["taken_part"])


def _open(pk: int, user: Any) -> RegisterEntry:
    """The entry, locked, with `user` among those who took part. Raises Refused."""
    entry = RegisterEntry.objects.select_for_update(of=("self",)).get(pk=pk)
    allowed, why_not = permissions.may_correct(user, entry)
    if not allowed:
        raise Refused(why_not)
    entry.note_part(user)
    return entry


def _write(entry: RegisterEntry, said: Words) -> None:
    entry.kind = said.kind
    entry.subject = said.subject
    entry.scope_text = said.scope_text
    entry.words = said.words
    entry.period = said.period
    entry.amount, entry.measure = said.amount, said.measure
    entry.due_on = said.due_on


def _behalf(user: Any, entry: RegisterEntry) -> Any:
    return permissions.entering_grant(user, entry.register, unit_id=entry.unit_id, path=entry.path)


def step(name: str, pk: int, user: Any, *, seen: str, reason: str = "") -> RegisterEntry:
    """Carry an entry over an arrow of its workflow.

    Args:
        seen: the fingerprint of what the person had before them.

    Raises:
        Refused: with the sentence for the person.
    """
    entry = RegisterEntry.objects.get(pk=pk)
    grant = permissions.confirming_grant(user, entry)
    stepped: RegisterEntry = ENTRY.perform(name, pk, user, reason=reason, behalf=grant, seen=seen)
    return stepped


# The lists

_BY_STATE = Case(
    *(When(state=state, then=Value(place)) for place, state in enumerate(EntryState)),
    output_field=IntegerField(),
)
SORTS: dict[str, Any] = {
    "name": F("placement__name"),
    "subject": F("subject"),
    "from": Func(F("period"), function="lower"),
    "amount": F("amount"),
    "due": F("due_on"),
    "state": _BY_STATE,
}


def rows(
    user: Any, register: str, *, words: str = "", year: int | None = None
) -> QuerySet[RegisterEntry]:
    """The entries of a register in the scope of `user`.

    Args:
        words: part of the unit's name or of the subject, with or without accents.
        year: only what has a day in this year.
    """
    found = RegisterEntry.objects.visible_to(user).filter(register=register)
    if words:
        folded = Func(Value(words), function="core_fold")
        found = found.alias(subject_key=Func(F("subject"), function="core_fold")).filter(
            Q(placement__name_key__contains=folded) | Q(subject_key__contains=folded)
        )
    return found.filter(period__overlap=year_of(year)) if year else found


def year_of(year: int) -> periods.Period:
    """All days of a year."""
    return periods.between(periods.Day(year, 1, 1), periods.Day(year, 12, 31))


def ordered(found: QuerySet[RegisterEntry], sort: str) -> QuerySet[RegisterEntry]:
    """The rows by a column, `-` before its name turns the order round; else what waits first."""
    key = SORTS.get(sort.removeprefix("-"))
    shown = found.select_related("placement")
    if key is None:
        return shown.order_by(_BY_STATE.asc(), "-pk")
    by = key.desc(nulls_last=True) if sort.startswith("-") else key.asc(nulls_last=True)
    return shown.order_by(by, "-pk")


def counts(found: QuerySet[RegisterEntry]) -> dict[str, int]:
    """How many entries stand in each state, in the order of work (one query)."""
    counted = dict(found.order_by().values_list("state").annotate(Count("pk")))
    return {state: counted[state] for state in EntryState if state in counted}


def to_check(user: Any) -> dict[str, int]:
    """How many entries of each register wait for `user` to confirm them (one query)."""
    mine = scope.NOTHING
    for register in Register:
        mine |= permissions.waiting_for(user, register)
    waiting = RegisterEntry.objects.filter(mine, state=EntryState.ENTERED)
    waiting = waiting.exclude(taken_part__contains=[user.pk])
    return dict(waiting.order_by().values_list("register").annotate(Count("pk")))


def held(unit_id: int, year: int) -> QuerySet[RegisterEntry]:
    """What the registers hold of a unit for a year, refused entries left out."""
    standing = RegisterEntry.objects.standing()
    return standing.filter(unit=unit_id, period__overlap=year_of(year)).order_by("register", "pk")
