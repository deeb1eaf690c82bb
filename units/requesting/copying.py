"""The paper of all that the portal holds of a person, for who asked to see it.

It is made after the identity was checked, by another person than who entered or accepted the
request; each making is an act in the journal, and stands among the exports of the list. The paper
is kept nowhere: it would be one more thing that holds the person.
"""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import journal
from core.documents.paper import Paper
from core.models import keep_step
from core.workflow import Refused, Verdict
from units import erasing, queries, scope
from units.models import PersonalExport, PersonalRequest, Placement, RequestKind, RequestState
from units.requesting import papers, permissions

COPY = "copy"


def is_made(request: PersonalRequest) -> bool:
    """Whether the paper was made (one query)."""
    return request.events.filter(transition=COPY).exists()


def may_make(user: Any, request: PersonalRequest) -> Verdict:
    """Whether `user` makes the paper of what is held of a person."""
    if request.kind != RequestKind.ACCESS or request.state != RequestState.RECEIVED:
        return False, _("Only of who asked to see their data, once the request was accepted.")
    return permissions.may_fulfil(user, request)


def make(user: Any, pk: int) -> Paper:
    """The paper; that it was made stands in the journal, the register and the list's history.

    Raises:
        Refused: not by this person, or not now.
        PersonalRequest.DoesNotExist: there is no such request.
    """
    with transaction.atomic():
        locked = PersonalRequest.objects.select_for_update(of=("self",))
        request = locked.select_related("placement", "unit").get(pk=pk)
        allowed, why_not = may_make(user, request)
        if not allowed:
            raise Refused(why_not)
        right = permissions.acting_grant(user, request, "carry_out")
        reason = f"Yêu cầu số {request.pk}: xem dữ liệu"
        with journal.act("personal.copy", actor=user, reason=reason, behalf=right):
            PersonalExport.objects.create(
                user=user,
                place_id=request.placement.unit_id,
                kind=request.unit.kind,
                rows=1,
                reason=reason,
            )
            keep_step(request, COPY, request.state, user, right)
        return papers.copy_of(request, _office(right, request), erasing.person_of(request.unit_id))


def _office(right: scope.Grant | None, request: PersonalRequest) -> Placement:
    """Who answers: the unit in whose right the paper is made."""
    found = queries.placement_of(right.unit_id, request.received_on) if right else None
    return found or request.placement
