"""Who keeps the rules of a criteria set: drafts its next version, and publishes another's.

The administrators of the territory for which it holds: of the country for the country's sets, of a
province for its own. Of a province that a reform has ended, those of what it went over into.
"""

from typing import Any

from django.utils.translation import gettext as _

from core import periods
from core.workflow import YES, Verdict
from criteria.models import CriteriaSet, DraftState, SetDraft
from criteria.models.drafts import EDIT
from units import readers, scope
from units.models import Placement, Succession, UnitKind

_MOST_REFORMS = 20  # one after the other; more than any unit has seen


def territory_of(criteria_set: CriteriaSet) -> Placement | None:
    """Where the owner of a set lies today, or what it went over into; None: nowhere known.

    The country for a set that no unit owns.
    """
    today = Placement.objects.on(periods.today())
    if criteria_set.owner_id is None:
        return today.filter(kind=UnitKind.COUNTRY).first()
    owner = criteria_set.owner_id
    for _step in range(_MOST_REFORMS):
        if place := today.filter(unit=owner).first():
            return place
        after = Succession.objects.filter(predecessor=owner, is_default=True)
        following = after.values_list("successor", flat=True).first()
        if following is None:
            return None
        owner = following
    return None


def editing_grant(user: Any, path: str) -> scope.Grant | None:
    """The appointment in whose right `user` keeps the rules of a territory (no query)."""
    return scope.of(user).grant_for(EDIT, unit_id=0, path=path)


def may_begin(user: Any, criteria_set: CriteriaSet) -> Verdict:
    """Whether `user` may draft the next version of a published set."""
    if not scope.of(user).has(EDIT):
        return False, _("Administrators of its territory draft new versions of a criteria set.")
    place = territory_of(criteria_set)
    if place and editing_grant(user, place.path):
        return YES
    return False, _("Administrators of its territory draft new versions of a criteria set.")


def may_keep(user: Any, draft: SetDraft) -> Verdict:
    """Whether `user` may put a draft forward, take it back and discard it."""
    if editing_grant(user, draft.path):
        return YES
    return False, _("Administrators of its territory draft new versions of a criteria set.")


def may_change(user: Any, draft: SetDraft) -> Verdict:
    """Whether `user` may change what a draft says."""
    if draft.state == DraftState.PUBLISHED:
        return False, _("It is published, and cannot be changed any more: draft the next version.")
    if draft.state != DraftState.DRAFT:
        return False, _("It is put forward: take it back to change it.")
    return may_keep(user, draft)


def publishers(draft: SetDraft) -> set[int]:
    """Keys of those who keep the rules and had no part in the draft (two queries)."""
    keepers = readers.people_upwards(draft.path, EDIT, periods.today())
    return set(keepers) - set(draft.taken_part)


def may_decide(user: Any, draft: SetDraft) -> Verdict:
    """Whether `user` may publish what others drafted, or return it."""
    allowed, why_not = may_keep(user, draft)
    if allowed and draft.took_part(user):
        return False, _("Nobody publishes what they drafted themselves: a second person does.")
    return allowed, why_not
