"""Asking a body or the public about nominations, and recording what it answered."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from awards import young
from awards.consulting import permissions, telling
from awards.consulting.workflow import CONSULTATION
from awards.models import (
    Consultation,
    ConsultationKind,
    ConsultationLine,
    ConsultationState,
    Nomination,
    NominationQuerySet,
)
from awards.nominating import checking
from core import files, journal, periods
from core.happened import refuse_unless_past
from core.workflow import Refused
from units.models import MEMBER_KINDS, PersonalRecord, Placement, UnitKind


@dataclass(frozen=True)
class Question:
    """What is asked, of whom, until when; as the model has it."""

    kind: str
    asked_body: str
    asked_unit_id: int | None
    asked_on: periods.Day
    due_on: periods.Day
    question: str = ""
    names_basis: str = ""


def ask(user: Any, question: Question, nominations: Collection[int]) -> Consultation:
    """Ask about nominations that are with a unit of `user`.

    Only what everybody is asked may begin on a day to come: that is when its page opens.

    Raises Refused: none of them is, they are with different units, or a body was asked on a day
    that is to come.
    """
    if question.kind != ConsultationKind.PUBLIC:
        refuse_unless_past(question.asked_on, "asked_on")
    with transaction.atomic():
        found = list(
            permissions.askable(user).filter(pk__in=nominations).select_for_update(of=("self",))
        )
        if not found:
            raise Refused(_("Choose nominations that are with your unit."))
        askers = {checking.holder_of(one) for one in found}
        if len(askers) > 1:
            raise Refused(_("These are with different units: ask about them apart."))
        asker = next(iter(askers))
        assert asker is not None  # noqa: S101 -- a constraint of the table
        place = Placement.objects.on(periods.today()).get(unit=asker)
        grant = permissions.asking_grant(user, asker)
        with journal.act("consultation.ask", actor=user, behalf=grant):
            asked = Consultation.objects.create(
                **vars(question), asker_id=asker, placement=place, path=place.path, asked_by=user
            )
            ConsultationLine.objects.bulk_create(
                ConsultationLine(consultation=asked, nomination=one)
                for one in sorted(found, key=lambda one: (one.path, one.pk))
            )
            telling.asked(asked, user)
    return asked


@dataclass(frozen=True)
class Said:
    """What was answered, on which day."""

    answer: str
    answer_words: str
    answered_on: periods.Day


def answer(
    user: Any, pk: int, said: Said, upload: "UploadedFile[Any] | None", *, seen: str | None
) -> Consultation:
    """Record an answer, with its document where there is one.

    Raises Refused, Outdated, core.files.FileRefused, Consultation.DoesNotExist.
    """
    with transaction.atomic():
        found = Consultation.objects.select_for_update(of=("self",)).get(pk=pk)
        allowed, why_not = CONSULTATION.allowed(CONSULTATION["answer"], found, user)
        if not allowed:
            raise Refused(why_not)
        refuse_unless_past(said.answered_on, "answered_on", since=found.asked_on)
        grant = permissions.acting_grant(user, found)
        with journal.act("consultation.say", actor=user, behalf=grant):
            for name, value in vars(said).items():
                setattr(found, name, value)
            found.file = files.store(upload, user) if upload else None
            found.save()
        answered: Consultation = CONSULTATION.perform("answer", pk, user, behalf=grant, seen=seen)
    return answered


# What everybody may read


def public_page(token: str, day: periods.Day) -> Consultation | None:
    """The consultation of the public with this token, on its days; None on others."""
    return (
        Consultation.objects.filter(
            token=token, kind=ConsultationKind.PUBLIC, asked_on__lte=day, due_on__gte=day
        )
        .exclude(state=ConsultationState.WITHDRAWN)
        .select_related("placement")
        .first()
    )


@dataclass(frozen=True)
class PublicLine:
    """What everybody may read of a nomination: name, unit, form, summary."""

    name: str
    unit: str
    form: str
    summary: str


def nominations(consultation: Consultation) -> NominationQuerySet:
    """The nominations about which is asked, with what names their subjects (one query)."""
    rows = Nomination.objects.with_subject().filter(consulted__consultation=consultation)
    return rows.select_related("form", "placement", "unit").order_by("consulted__pk")


def public_lines(consultation: Consultation) -> list[PublicLine]:
    """The nominations as the public reads them (two queries).

    Units are named. Households, clans and citizens are named where the office has decided to
    publish their names, else by their number at home; who is, or may be, younger than
    16 by initials.
    """
    rows = list(nominations(consultation))
    people: dict[int, PersonalRecord] = {}
    if consultation.names_basis:
        members = [one.unit_id for one in rows if one.unit.kind in MEMBER_KINDS]
        people = {one.unit_id: one for one in PersonalRecord.objects.filter(unit__in=members)}
    return [
        PublicLine(
            _public_name(one, people.get(one.unit_id)),
            one.placement.name if one.unit.kind in MEMBER_KINDS else "",
            one.form.name,
            one.summary,
        )
        for one in rows
    ]


def _public_name(one: Nomination, person: PersonalRecord | None) -> str:
    """The name of a subject, of a person where `person` may be named; the head of a household whose
    age is not known is no child."""
    if person is None:
        return one.subject_name
    is_asked = person.birth_year is not None or one.unit.kind == UnitKind.CITIZEN
    if is_asked and not young.is_grown(person.birth_year):
        return young.initials(person.name)
    return person.name
