"""What the registers of the campaign hold for the criteria that speak of them."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count

from campaign.models import EntryState, Register
from campaign.registering import held
from criteria.models import Assessment, Criterion

_CONFIRMED = (EntryState.CONFIRMED, EntryState.REMEDIED)


@dataclass(frozen=True)
class Held:
    """What a register holds of the unit in the assessed year.

    Attributes:
        register: which.
        entries: how many entries stand in it, refused ones left out.
        confirmed: how many of these somebody has confirmed.
    """

    register: Register
    entries: int
    confirmed: int


def held_for(assessment: Assessment, criteria: Iterable[Criterion]) -> dict[int, Held]:
    """What the registers hold of the assessed unit, by the key of the criterion that speaks of it.

    One query, none where no criterion does.

    Args:
        criteria: of `criteria.evaluation.form_of`, with their registers.
    """
    links = {
        criterion.pk: Register(criterion.register_link.register)
        for criterion in criteria
        if hasattr(criterion, "register_link")
    }
    if not links:
        return {}
    entries: Counter[str] = Counter()
    confirmed: Counter[str] = Counter()
    year = assessment.round.assessed_year
    counted = held(assessment.unit_id, year).order_by().values_list("register", "state")
    for register, state, number in counted.annotate(Count("pk")):
        entries[register] += number
        confirmed[register] += number * (state in _CONFIRMED)
    return {key: Held(one, entries[one], confirmed[one]) for key, one in links.items()}
