"""Who is told what of nominations: kinds of notices, and their readers."""

from collections.abc import Collection, Iterable
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from awards.models import Nomination
from core import notices, periods
from core.notices import NoticeKind, Telling
from core.workflow import Transition
from units import readers

WAITS = "nomination.put_forward"
KINDS = (
    NoticeKind(
        WAITS,
        _("A nomination of the own unit waits to be appraised"),
        _("The nomination of %(unit)s for %(form)s waits to be appraised by a second person."),
        _("The nomination of %(unit)s for %(form)s was taken back; it is not to be appraised."),
        many=_("%(number)d nominations for %(form)s wait to be appraised by a second person."),
        many_correction=_("%(number)d nominations for %(form)s were taken back."),
        shared=("form",),
    ),
    NoticeKind(
        "nomination.returned",
        _("A nomination of your unit was returned"),
        _("The nomination of %(unit)s for %(form)s was returned for completion."),
        _("Returning the nomination of %(unit)s for %(form)s was undone."),
        many=_("%(number)d nominations for %(form)s were returned for completion."),
        many_correction=_("Returning %(number)d nominations for %(form)s was undone."),
        shared=("form",),
        urgent=True,
    ),
    NoticeKind(
        "nomination.dropped",
        _("A nomination of your unit is not considered"),
        _("The nomination of %(unit)s for %(form)s is not considered."),
        _("The nomination of %(unit)s for %(form)s is considered again."),
        many=_("%(number)d nominations for %(form)s are not considered."),
        many_correction=_("%(number)d nominations for %(form)s are considered again."),
        shared=("form",),
        urgent=True,
    ),
    NoticeKind(
        "nomination.due",
        _("A deadline for nominations of your unit is near"),
        _(
            "%(unit)s has %(number)s nominations for %(round)s that are not sent; they may be sent "
            "until %(day)s."
        ),
        urgent=True,
    ),
    NoticeKind(
        "nomination.withdrawn",
        _("A unit has withdrawn a nomination"),
        _("The nomination of %(unit)s for %(form)s was withdrawn."),
        many=_("%(number)d nominations for %(form)s were withdrawn."),
        shared=("form",),
    ),
)


def of_nomination(nomination: Nomination, arrow: Transition, user: Any) -> None:
    """Tell what a step of a nomination means for others; inside the act of the step.

    Nobody is told of what they did themselves.
    """
    waits = f"nomination:{nomination.pk}"
    returned = f"{waits}:{nomination.returned_version}"
    for code in arrow.takes_back:
        notices.take_back(code, waits, returned)
    for code in arrow.settles:
        notices.settle(code, waits, returned)
    if arrow.tells:
        shown = {"form": nomination.form.code, "state": nomination.state}
        notices.tell(
            arrow.tells,
            [pk for pk in _readers(nomination, arrow.tells) if pk != user.pk],
            subject=waits if arrow.tells == WAITS else returned,
            url=reverse("nominations:detail", args=[nomination.pk]),
            list_url=f"{reverse('nominations:index')}?{urlencode(shown)}",
            form=nomination.form.name,
            unit=nomination.subject_name,
        )


def of_dropped(nominations: Collection[Nomination], user: Any) -> None:
    """Tell the proposing units of many that are not considered, inside the act (three queries).

    They come with what names their subjects, and with their form.
    """
    people = readers.people_at_each(
        {one.proposer_id for one in nominations}, "nomination.enter", periods.today()
    )
    notices.tell_each(
        "nomination.dropped",
        [
            Telling(
                people[one.proposer_id] - {user.pk},
                f"nomination:{one.pk}:{one.returned_version}",
                reverse("nominations:detail", args=[one.pk]),
                {"form": one.form.name, "unit": one.subject_name},
            )
            for one in nominations
        ],
    )


def _readers(nomination: Nomination, code: str) -> Iterable[int]:
    if code in ("nomination.withdrawn", WAITS):
        if nomination.office_id is None:
            return ()
        return readers.people_at(nomination.office_id, "nomination.appraise", periods.today())
    return readers.people_at(nomination.proposer_id, "nomination.enter", periods.today())
