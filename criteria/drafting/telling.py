"""Who is told what of drafts of criteria sets, and of self-assessments that are carried over."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core import notices, periods
from core.notices import NoticeKind
from core.workflow import Transition
from criteria import permissions, telling
from criteria.drafting import permissions as keeping
from criteria.models import Assessment, CarryOver, SetDraft
from units import readers

CARRIED = "assessment.carried"
KINDS = (
    NoticeKind(
        "set_draft.proposed",
        _("A version of criteria waits for a second person"),
        _("%(person)s has put forward version %(version)s of “%(set)s”: read and publish it."),
        _("Version %(version)s of “%(set)s”, put forward by %(person)s, was taken back."),
    ),
    NoticeKind(
        "set_draft.returned",
        _("A version of criteria that you drafted was returned"),
        _("%(person)s has returned version %(version)s of “%(set)s” to be changed."),
    ),
    NoticeKind(
        "set_draft.published",
        _("A version of criteria that you drafted was published"),
        _("%(person)s has published version %(version)s of “%(set)s”."),
    ),
    NoticeKind(
        CARRIED,
        _("Your self-assessment goes on under a later version of its criteria"),
        _("The self-assessment of %(unit)s, %(round)s, goes on under version %(version)s."),
        _("The self-assessment of %(unit)s, %(round)s, is back under its earlier version."),
        many=_("%(number)d self-assessments go on under a later version of their criteria: "
               "%(round)s."),
        many_correction=_("%(number)d self-assessments are back under their earlier version: "
                          "%(round)s."),
        shared=("round",),
        urgent=True,
    ),
)  # fmt: skip


def of_draft(draft: SetDraft, arrow: Transition, user: Any) -> None:
    """Tell what a step of a draft means for others; inside the act of the step."""
    subject = f"set_draft:{draft.pk}"
    for code in arrow.takes_back:
        notices.take_back(code, subject)
    for code in arrow.settles:
        notices.settle(code, subject)
    if arrow.tells:
        notices.tell(
            arrow.tells,
            _readers(draft, arrow.tells) - {user.pk},
            subject=subject,
            url=reverse("criteria:draft", args=[draft.pk]),
            person=str(user),
            set=draft.criteria_set.name,
            version=str(draft.criteria_set.version),
        )


def _readers(draft: SetDraft, code: str) -> set[int]:
    """Of what is put forward who can publish it; of what became of it who had a part in it."""
    if code == "set_draft.proposed":
        return keeping.publishers(draft)
    return set(draft.taken_part)


def carried(assessment: Assessment, carrying: CarryOver) -> None:
    """Tell the unit that its self-assessment goes on under another version; inside the act."""
    unit_id = assessment.placement.unit_id
    acting = readers.acting_for_unit(unit_id, permissions.OWN, periods.today())
    notices.tell(
        CARRIED,
        acting.nearest,
        subject=_subject(carrying),
        url=reverse("assessments:detail", args=[assessment.pk]),
        version=str(carrying.target_set.version),
        **telling.words_of(assessment.subject_name, assessment.round),
    )


def carried_back(carrying: CarryOver) -> None:
    """What was told of it no longer holds; inside the act."""
    notices.take_back(CARRIED, _subject(carrying))


def _subject(carrying: CarryOver) -> str:
    return f"carry_over:{carrying.pk}"
