"""Who is told what of lists for recognition: kinds of notices, and their readers."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core import notices, periods
from core.notices import NoticeKind
from core.workflow import Transition
from criteria.models import BatchState, RecognitionBatch
from units import readers

KINDS = (
    NoticeKind(
        "batch.to_appraise",
        _("A list for recognition is to be appraised"),
        _("%(unit)s has sent a list for recognition: %(title)s, %(round)s."),
        _("%(unit)s has taken back its list for recognition: %(title)s, %(round)s."),
        many=_("%(number)d lists for recognition were sent, %(round)s."),
        many_correction=_("%(number)d lists for recognition were taken back, %(round)s."),
        shared=("round",),
    ),
    NoticeKind(
        "batch.to_sign",
        _("A list for recognition is to be signed"),
        _("The list of %(unit)s for %(title)s, %(round)s, waits for your signature."),
        _("The list of %(unit)s for %(title)s, %(round)s, no longer waits for your signature."),
        many=_("%(number)d lists for recognition wait for your signature, %(round)s."),
        many_correction=_(
            "%(number)d lists for recognition no longer wait for your signature, %(round)s."
        ),
        shared=("round",),
    ),
    NoticeKind(
        "batch.returned",
        _("Your list for recognition was returned"),
        _("The list of %(unit)s for %(title)s, %(round)s, was returned to be listed anew."),
        many=_("%(number)d lists for recognition were returned, %(round)s."),
        shared=("round",),
        urgent=True,
    ),
    NoticeKind(
        "batch.signed",
        _("A recognition is to be numbered and issued"),
        _("The list of %(unit)s for %(title)s, %(round)s, is signed and waits for its number."),
        _("The signature under the list of %(unit)s for %(title)s, %(round)s, was taken back."),
        many=_("%(number)d signed lists for recognition wait for their numbers, %(round)s."),
        many_correction=_(
            "The signatures under %(number)d lists for recognition were taken back, %(round)s."
        ),
        shared=("round",),
    ),
    NoticeKind(
        "batch.issued",
        _("A recognition that you listed was issued"),
        _("The list of %(unit)s for %(title)s, %(round)s, was issued."),
        _("Issuing the list of %(unit)s for %(title)s, %(round)s, was undone."),
        many=_("%(number)d lists for recognition were issued, %(round)s."),
        many_correction=_("Issuing %(number)d lists for recognition, %(round)s, was undone."),
        shared=("round",),
    ),
    NoticeKind(
        "batch.revoked",
        _("A recognition that you listed was revoked"),
        _("The recognition of %(unit)s for %(title)s, %(round)s, was revoked."),
        _("Revoking the recognition of %(unit)s for %(title)s, %(round)s, was undone."),
        many=_("%(number)d recognitions were revoked, %(round)s."),
        many_correction=_("Revoking %(number)d recognitions, %(round)s, was undone."),
        shared=("round",),
        urgent=True,
    ),
)
_STATES: dict[str, str] = {
    "batch.to_appraise": BatchState.CHECKING,
    "batch.to_sign": BatchState.SUBMITTED,
    "batch.returned": BatchState.DRAFT,
    "batch.signed": BatchState.SIGNED,
    "batch.issued": BatchState.ISSUED,
    "batch.revoked": BatchState.REVOKED,
}


def of_batch(batch: RecognitionBatch, arrow: Transition, user: Any) -> None:
    """Tell what a step of a list means for others; inside the act of the step.

    Nobody is told of what they did themselves.
    """
    subject = f"batch:{batch.pk}"
    for code in arrow.takes_back:
        notices.take_back(code, subject)
    for code in arrow.settles:
        notices.settle(code, subject)
    if arrow.tells:
        shown = {"round": batch.round.code, "state": _STATES[arrow.tells]}
        notices.tell(
            arrow.tells,
            [pk for pk in _readers(batch, arrow.tells) if pk != user.pk],
            subject=subject,
            url=reverse("recognitions:batch", args=[batch.pk]),
            list_url=f"{reverse('recognitions:batches')}?{urlencode(shown)}",
            unit=batch.placement.name,
            title=str(batch.title),
            round=str(batch.round),
        )


def _readers(batch: RecognitionBatch, code: str) -> Iterable[int]:
    today = periods.today()
    match code:
        case "batch.to_appraise":
            return readers.people_at(batch.appraiser_id, "batch.appraise", today)
        case "batch.to_sign":
            return readers.people_at(batch.decider_id, "batch.sign", today)
        case "batch.signed":
            return readers.people_at(batch.decider_id, "batch.register", today)
    return {batch.begun_by_id, batch.sent_by_id or batch.begun_by_id}
