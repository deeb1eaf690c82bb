"""What anybody learns of a certificate by its serial: only what stands on the paper."""

import unicodedata
from dataclasses import dataclass

from django.utils import timezone

from awards import young
from awards.certificates.making import grouped
from awards.models import PUBLIC_STATES, AwardState, Certificate
from core import periods
from units import names
from units.models import PersonalRecord, UnitKind


@dataclass(frozen=True)
class Checked:
    """A certificate as the page of its check shows it.

    Attributes:
        state: "valid", "replaced" or "revoked".
        name: as it may be shown; initials of who is not known to be 16.
        since: the day from which it is replaced or revoked.
    """

    state: str
    name: str
    form: str
    reference: str
    dated: periods.Day
    issuer: str
    entry: str
    since: periods.Day | None


def find(serial: str) -> Certificate | None:
    """The certificate of a serial, however its letters were typed and grouped (one query)."""
    typed = grouped("".join(filter(str.isalnum, serial.upper())))
    return (
        Certificate.objects.select_related(
            "award__decision__form",
            "award__decision__given",
            "award__nomination__unit__personal",
        )
        .filter(serial=typed, award__decision__state__in=PUBLIC_STATES)
        .first()
    )


def checked(found: Certificate) -> Checked:
    """What the page says of it."""
    award, decision = found.award, found.award.decision
    assert decision.dated is not None  # noqa: S101 -- a published decision has its day
    state, at = "valid", None
    if award.state == AwardState.REVOKED:
        state, at = "revoked", award.revoked_at
    elif found.replaced_at:
        state, at = "replaced", found.replaced_at
    return Checked(
        state=state,
        name=young.initials(found.name) if _may_be_child(found) else found.name,
        form=decision.award_form.name,
        reference=decision.reference,
        dated=decision.dated,
        issuer=decision.issuer_name,
        entry=f"{found.entry:02d}/{found.year}",
        since=timezone.localdate(at) if at else None,
    )


def matches(found: Certificate, typed: str) -> bool:
    """Whether a typed name is that of the certificate, capitals and places of tones aside."""
    written = names.key(unicodedata.normalize("NFC", found.name))
    return bool(typed.strip()) and names.key(unicodedata.normalize("NFC", typed)) == written


def _may_be_child(found: Certificate) -> bool:
    """Whether it is of a person who is not known to be 16 today, by the year of birth."""
    unit = found.award.nomination.unit
    if unit.kind != UnitKind.CITIZEN:
        return False
    try:
        year = unit.personal.birth_year
    except PersonalRecord.DoesNotExist:
        return True
    return not young.is_grown(year)
