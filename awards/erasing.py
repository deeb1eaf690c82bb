"""What nominations, decisions and consultations hold of a person: to be shown, or taken out.

A decision that was issued, its certificates and the dossier on which it was made stay as they are:
records of the office. Whatever is still on its way has to end before; a draft that goes back to its
office lets go of the names by itself.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from awards.models import (
    ISSUED_STATES,
    Award,
    Consultation,
    Nomination,
    NominationEvent,
    NominationEvidence,
    NominationState,
    SubmissionLine,
)
from core import files
from core.models import StoredFile
from units.erasing import Holder, Kept, Person, Told, scrub

N = NominationState
_TEXTS = ("summary", "general", "achievements", "appraisal", "state_reason")
# On paper that is signed, or was: with everything on which it rests.
_ON_PAPER = (N.DECIDED, N.REVOKED)


def _of(person: Person) -> QuerySet[Nomination]:
    return Nomination.objects.filter(unit__in=person.units)


def _issued(person: Person) -> QuerySet[Award]:
    return Award.objects.filter(
        nomination__unit__in=person.units, decision__state__in=ISSUED_STATES
    ).select_related("decision__form", "decision__given")


def _erase(person: Person) -> None:
    mine = _of(person).exclude(state__in=_ON_PAPER)
    scrub(mine, _TEXTS, person)
    scrub(SubmissionLine.objects.filter(nomination__in=mine), ("prior_appraisal",), person)
    asked = Consultation.objects.filter(lines__nomination__in=mine).distinct()
    scrub(asked, ("question", "answer_words", "state_reason"), person)
    evidence = NominationEvidence.objects.filter(nomination__in=mine).select_related("file")
    brought = {one.file for one in evidence}
    evidence.delete()
    for file in brought:
        if not NominationEvidence.objects.filter(file=file).exists():
            files.destroy(file)


def _kept(person: Person) -> Iterable[Kept]:
    why = _("Issued and signed: it stays as it is, with its certificates and its dossier.")
    for one in _issued(person).order_by("pk"):
        title = _("%(form)s by the decision %(reference)s") % {
            "form": one.decision.award_form.name,
            "reference": one.decision.reference,
        }
        yield Kept(title, reverse("decisions:detail", args=[one.decision_id]), why)


def _blocks(person: Person) -> Iterable[Kept]:
    ended = Q(state__in=(*_ON_PAPER, N.FAILED, N.WITHDRAWN, N.DROPPED))
    on_way = _of(person).exclude(ended).select_related("form")
    why = _("On its way: withdraw the nomination first.")
    for one in on_way.order_by("pk"):
        yield Kept(one.form.name, reverse("nominations:detail", args=[one.pk]), why)


def _tell(person: Person) -> Iterable[Told]:
    mine = _of(person).select_related("form", "round", "phase").order_by("pk")
    yield Told(
        "Đề nghị khen thưởng",
        ("Hình thức", "Trạng thái", "Đã ghi"),
        tuple(
            (
                f"{one.form.name}, {one.occasion}",
                one.get_state_display(),
                "\n".join(filter(None, (getattr(one, name) for name in _TEXTS))),
            )
            for one in mine
        ),
    )
    evidence = NominationEvidence.objects.filter(nomination__unit__in=person.units)
    yield Told(
        "Tệp kèm theo đề nghị",
        ("Tệp", "Ngày nộp"),
        tuple(
            (one.file.name, f"{timezone.localtime(one.file.uploaded_at):%d/%m/%Y}")
            for one in evidence.select_related("file").order_by("pk")
        ),
    )
    yield Told(
        "Quyết định khen thưởng",
        ("Hình thức", "Quyết định", "Tên ghi trên quyết định"),
        tuple(
            (
                one.decision.award_form.name,
                f"{one.decision.reference}"
                + (f", {one.decision.dated:%d/%m/%Y}" if one.decision.dated else ""),
                one.called,
            )
            for one in _issued(person).order_by("pk")
        ),
    )


def _rows(person: Person) -> Iterable[QuerySet[Any]]:
    mine = _of(person).exclude(state__in=_ON_PAPER)
    evidence = NominationEvidence.objects.filter(nomination__in=mine)
    yield mine
    yield NominationEvent.objects.filter(nomination__in=mine)
    yield SubmissionLine.objects.filter(nomination__in=mine)
    yield evidence
    yield StoredFile.objects.filter(pk__in=evidence.values("file"))


HOLDER = Holder(_erase, _tell, _rows, _kept, _blocks)
