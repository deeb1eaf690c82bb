"""Launching a document, answering it, reminding: the acts.

Whatever writes locks in one order: the launching unit, the launch, the units that received it.
"""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from campaign import permissions, telling
from campaign.models import (
    Citation,
    Document,
    Launch,
    LaunchAnswer,
    LaunchState,
    Recipient,
    RecipientState,
)
from campaign.workflow import ANSWER, LAUNCH, answering_step
from core import journal, periods
from core.models import StoredFile
from core.workflow import Outdated, Refused
from units.models import Placement, Unit
from units.queries import BY_KIND
from units.scope import Grant

# What may be unknown of a document; each is then *chưa rõ*, and said so.
UNKNOWABLE = ("number", "issued_on", "issuer", "signer")
UNKNOWN_TO_UNIT = "Đơn vị nhập chưa rõ"


@dataclass(frozen=True)
class Paper:
    """What a unit enters of a document; what is not known of it is empty and said in `unknown`."""

    kind: str
    title: str
    number: str = ""
    issuer: str = ""
    signer: str = ""
    issued_on: periods.Day | None = None
    file: StoredFile | None = None
    unknown: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Plan:
    """A launch as somebody is about to make it.

    Attributes:
        grant: the appointment in whose right; its path is the territory.
        document: one that is known, or a paper to be entered.
        kinds: kinds of the units that are to receive it.
        direct: only those that lie in the territory, or are managed by it, with nothing between.
    """

    grant: Grant
    document: Document | Paper
    kinds: tuple[str, ...]
    direct: bool
    due_on: periods.Day
    message: str = ""


# Who receives


def candidates(grant: Grant) -> Any:
    """The units below the territory of an appointment today, itself and its office left out."""
    territory = int(grant.path.strip("/").split("/")[-1])
    return (
        Placement.objects.on(periods.today())
        .under(grant.path)
        .exclude(unit__in={territory, grant.unit_id})
    )


def recipients(
    grant: Grant, kinds: Iterable[str], *, direct: bool, document: Document | None
) -> list[Placement]:
    """The units that a launch would reach, by kind and name.

    Left out are those to which the unit has launched the document before and not withdrawn it.
    """
    territory = int(grant.path.strip("/").split("/")[-1])
    found = candidates(grant).filter(kind__in=list(kinds))
    if direct:
        found = found.filter(Q(located_in=territory, managed_by=None) | Q(managed_by=territory))
    if document is not None:
        have_it = Recipient.objects.filter(
            launch__unit=grant.unit_id, launch__document=document, launch__state=LaunchState.OPEN
        )
        found = found.exclude(unit__in=have_it.values("unit"))
    return list(found.order_by(BY_KIND, "name", "pk"))


def digest(places: Iterable[Placement]) -> str:
    """The units that a preview showed, in a few characters."""
    keys = ",".join(str(place.unit_id) for place in places)
    return hashlib.sha256(keys.encode()).hexdigest()[:20]


# Launching


def launch(user: Any, plan: Plan, *, seen: str, day: periods.Day | None = None) -> Launch:
    """Launch a document to the units below.

    Args:
        seen: the `digest` of the units that the person saw before.
        day: on which it is launched; today where none is given.

    Raises:
        PermissionDenied: `user` may not launch for this unit.
        Refused: nobody would receive it, the day has passed, or the document is another unit's.
        Outdated: other units would receive it than were seen.
    """
    grant = plan.grant
    if grant not in permissions.launching_grants(user):
        raise PermissionDenied(_("You do not launch for this unit."))
    day = day or periods.today()
    if plan.due_on < day:
        raise Refused(_("The day until which it is to be answered has passed."))
    known = plan.document if isinstance(plan.document, Document) else None
    if known is not None and known.owner_id not in (None, grant.unit_id):
        raise Refused(_("This document was entered by another unit."))
    with transaction.atomic():
        Unit.objects.select_for_update(no_key=True).get(pk=grant.unit_id)
        places = recipients(grant, plan.kinds, direct=plan.direct, document=known)
        if not places:
            raise Refused(_("No unit would receive it that has not received it already."))
        if digest(places) != seen:
            raise Outdated(_("Other units would receive it now than were shown: look once more."))
        with journal.act("launch.make", actor=user, behalf=grant):
            made = _write(user, plan, known, day)
            received = Recipient.objects.bulk_create(
                Recipient(launch=made, unit_id=place.unit_id, placement=place, path=place.path)
                for place in places
            )
            telling.of_launch(made, received)
    return made


def _write(user: Any, plan: Plan, known: Document | None, day: periods.Day) -> Launch:
    placement = Placement.objects.on(periods.today()).get(unit=plan.grant.unit_id)
    return Launch.objects.create(
        document=known or enter(user, plan.grant.unit_id, plan.document),  # type: ignore[arg-type]
        unit_id=plan.grant.unit_id,
        placement=placement,
        path=plan.grant.path,
        kinds=sorted(plan.kinds),
        launched_on=day,
        due_on=plan.due_on,
        message=plan.message,
        launched_by=user,
    )


def enter(user: Any, unit_id: int, paper: Paper, implements: Document | None = None) -> Document:
    """Enter a document of a unit (inside an act).

    Args:
        implements: the document that it carries out.
    """
    document = Document.objects.create(
        code=f"van-ban-{secrets.token_hex(8)}",
        kind=paper.kind,
        number=paper.number,
        title=paper.title,
        issuer=paper.issuer,
        signer=paper.signer,
        issued_on=paper.issued_on,
        unknown=dict.fromkeys(sorted(paper.unknown), UNKNOWN_TO_UNIT),
        owner_id=unit_id,
        entered_by=user,
        file=paper.file,
    )
    if implements is not None:
        Citation.objects.create(
            document=document,
            cited=implements,
            relation=Citation.Relation.IMPLEMENTS,
            normalised=str(implements)[:500],
        )
    return document


def withdraw(pk: int, user: Any, *, reason: str, seen: str) -> Launch:
    """Withdraw a launch, with the reason that the units will read.

    Raises:
        Refused: with the sentence for the person.
    """
    made = Launch.objects.get(pk=pk)
    grant = permissions.managing_grant(user, made)
    withdrawn: Launch = LAUNCH.perform("withdraw", pk, user, reason=reason, behalf=grant, seen=seen)
    return withdrawn


# Answering


@dataclass(frozen=True)
class Answer:
    """What a unit answers: its own plan (`paper`), else a sentence; each with its day."""

    answered_on: periods.Day
    sentence: str = ""
    paper: Paper | None = None


def answer(pk: int, user: Any, said: Answer, *, reason: str = "", seen: str) -> Recipient:
    """Answer a launch for the unit of the recipient `pk`, or replace its answer.

    Args:
        reason: why the answer is replaced after the day; else it is not asked for.
        seen: the fingerprint (`campaign.workflow.ANSWER`) of what the person had before them.

    Raises:
        Refused: with the sentence for the person.
    """
    with transaction.atomic():
        launch_id = Recipient.objects.values_list("launch", flat=True).get(pk=pk)
        made = Launch.objects.select_for_update(no_key=True).get(pk=launch_id)
        recipient = Recipient.objects.select_for_update(of=("self",)).get(pk=pk)
        recipient.launch = made
        allowed, why_not = permissions.may_answer(user, recipient)
        if not allowed:
            raise Refused(why_not)
        grant = permissions.answering_grant(user, recipient)
        with journal.act("launch_answer.enter", actor=user, reason=reason, behalf=grant):
            paper = said.paper
            LaunchAnswer.objects.create(
                recipient=recipient,
                sentence="" if paper else said.sentence,
                document=enter(user, recipient.unit_id, paper, made.document) if paper else None,
                answered_on=said.answered_on,
                reason=reason,
                user=user,
            )
        step = answering_step(recipient)
        answered: Recipient = ANSWER.perform(step, pk, user, reason=reason, behalf=grant, seen=seen)
    return answered


# Reminding


def remindable(made: Launch) -> QuerySet[Recipient]:
    """The units that have not answered and were not reminded today."""
    waiting = Recipient.objects.filter(launch=made, state=RecipientState.WAITING)
    return telling.not_reminded_today(waiting)


def remind(pk: int, user: Any) -> int:
    """Remind the units that have not answered, each at most once a day.

    Returns:
        How many were reminded: those of which somebody reads it.

    Raises:
        Refused: `user` may not, the launch is withdrawn, or nobody is left to remind.
    """
    with transaction.atomic():
        made = Launch.objects.select_for_update(no_key=True).get(pk=pk)
        allowed, why_not = permissions.may_manage(user, made)
        if not allowed:
            raise Refused(why_not)
        waiting = list(remindable(made))
        if not waiting:
            raise Refused(_("Everybody has answered, or was reminded today already."))
        grant = permissions.managing_grant(user, made)
        with journal.act("launch.remind", actor=user, behalf=grant):
            reminded = telling.of_reminder(made, waiting, user)
        if not reminded:
            raise Refused(_("Nobody can be told: the units have no person who reads reminders."))
    return reminded
