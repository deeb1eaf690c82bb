"""The workflow of requests about personal data, as a table.

entered → accepted → carried out by a second person, or refused with the answer; withdrawn.
"""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import periods
from core.models import keep_step
from core.workflow import YES, Refused, Transition, Verdict, Workflow
from units import erasing, withholding
from units.models import OPEN_REQUESTS, PersonalRequest, RequestKind, RequestState
from units.requesting import copying, permissions, telling

S = RequestState
CLEARED: dict[str, Any] = {
    **dict.fromkeys(("representative", "contact", "identity_check", "asks", "new_name"), ""),
    "new_birth_year": None,
}


def fingerprint(request: PersonalRequest) -> str:
    """What a page shows of a request, in a word."""
    return f"{request.state} {request.accepted_at}"


def _nothing_on_its_way(request: PersonalRequest) -> Verdict:
    """What still names the person in a paper that is being made has to end first."""
    if request.kind not in (RequestKind.ERASURE, RequestKind.RESTRICTION):
        return YES
    found = erasing.blocks(erasing.person_of(request.unit_id))
    if not found:
        return YES
    said = {"title": found[0].title, "why": found[0].why}
    return False, _("%(title)s: %(why)s") % said


def _copy_was_made(request: PersonalRequest) -> Verdict:
    """Who asked for sight of their data has to be given the paper."""
    if request.kind != RequestKind.ACCESS or copying.is_made(request):
        return YES
    return False, _("Make the paper first: carrying it out says that it was handed over.")


def _accept(request: PersonalRequest, user: Any, reason: str) -> None:
    request.note_part(user)
    request.accepted_at = timezone.now()


def _refuse(request: PersonalRequest, user: Any, reason: str) -> None:
    _without_name(request, reason)
    _end(request, reason)


def _reconsider(request: PersonalRequest, user: Any, reason: str) -> None:
    _without_name(request, reason)
    others = PersonalRequest.objects.filter(unit=request.unit_id, kind=request.kind)
    if others.filter(state__in=OPEN_REQUESTS).exists():
        raise Refused(_("A request of this kind is open already for this person."))
    request.accepted_at = request.accepted_at or timezone.now()
    request.ended_at, request.state_reason = None, ""


def _withdraw(request: PersonalRequest, user: Any, reason: str) -> None:
    _without_name(request, reason)
    _end(request, reason)


def _carry_out(request: PersonalRequest, user: Any, reason: str) -> None:
    person = erasing.person_of(request.unit_id)
    match request.kind:
        case RequestKind.CORRECTION:
            erasing.correct(person, request.new_name, request.new_birth_year)
        case RequestKind.RESTRICTION:
            withholding.withhold(person, user)
        case RequestKind.LIFTING:
            withholding.lift(person)
        case RequestKind.ERASURE:
            erasing.erase(person, user)
            _clear_others(request, person)
            clear(request)
    _end(request, "")


def _clear_others(request: PersonalRequest, person: erasing.Person) -> None:
    """What earlier requests of the person say goes too; one that is open is answered by this."""
    others = PersonalRequest.objects.filter(unit__in=person.units).exclude(pk=request.pk)
    others.filter(state__in=OPEN_REQUESTS).update(
        state=S.WITHDRAWN,
        ended_at=timezone.now(),
        state_reason=_("The data was taken out on request."),
    )
    others.update(**CLEARED, cleared_on=periods.today())
    erasing.scrub(others, ("state_reason",), person)


def clear(request: PersonalRequest) -> None:
    """Take out, unsaved, what a request says of people."""
    for name, value in CLEARED.items():
        setattr(request, name, value)
    request.cleared_on = periods.today()


def _end(request: PersonalRequest, answer: str) -> None:
    request.ended_at, request.state_reason = timezone.now(), answer


def _without_name(request: PersonalRequest, reason: str) -> None:
    """Raises Refused for a reason with the person's name: it could not be taken out of the journal
    again."""
    if erasing.person_of(request.unit_id).stands_in(reason):
        raise Refused(_("Leave the name out: a reason stays in the journal for good."))


def _record(
    request: PersonalRequest, arrow: Transition, source: str, user: Any, reason: str
) -> None:
    grant = permissions.acting_grant(user, request, arrow.name)
    keep_step(request, arrow.name, source, user, grant, reason)
    telling.of_step(request, arrow, user)


REQUEST = Workflow(
    name="request",
    model=PersonalRequest,
    fingerprint=fingerprint,
    record=_record,
    transitions=(
        Transition(
            name="accept",
            label=gettext_lazy("Accept"),
            sources=frozenset({S.ENTERED}),
            target=S.RECEIVED,
            may=permissions.may_answer,
            apply=_accept,
            tells=telling.ACCEPTED,
            settles=(telling.DUE,),
            told=gettext_lazy("The person is told that the request is dealt with, and until when."),
        ),
        Transition(
            name="carry_out",
            label=gettext_lazy("Carry out"),
            sources=frozenset({S.RECEIVED}),
            target=S.CARRIED_OUT,
            may=permissions.may_fulfil,
            conditions=(_nothing_on_its_way, _copy_was_made),
            apply=_carry_out,
            settles=(telling.DUE, telling.ACCEPTED),
            told=gettext_lazy(
                "What is corrected stands in every list at once. What is not to be used is shown "
                "nowhere from now on. What is erased cannot be brought back."
            ),
        ),
        Transition(
            name="refuse",
            label=gettext_lazy("Refuse"),
            sources=frozenset(OPEN_REQUESTS),
            target=S.REFUSED,
            may=permissions.may_answer,
            apply=_refuse,
            reason_required=True,
            inverse="reconsider",
            settles=(telling.DUE, telling.ACCEPTED),
            told=gettext_lazy("The reason is the answer; name the law that it rests on."),
        ),
        Transition(
            name="reconsider",
            label=gettext_lazy("Consider it again"),
            sources=frozenset({S.REFUSED}),
            target=S.RECEIVED,
            may=permissions.may_answer,
            apply=_reconsider,
            reason_required=True,
            told=gettext_lazy("It is open again; the term counts from the day it was received."),
        ),
        Transition(
            name="withdraw",
            label=gettext_lazy("Withdrawn by the person"),
            sources=frozenset(OPEN_REQUESTS),
            target=S.WITHDRAWN,
            may=permissions.may_answer,
            apply=_withdraw,
            reason_required=True,
            settles=(telling.DUE, telling.ACCEPTED),
            told=gettext_lazy("Nothing is changed."),
        ),
    ),
)
