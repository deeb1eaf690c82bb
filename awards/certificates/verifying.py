"""What anybody learns of a certificate by its serial: only what stands on the paper."""

import unicodedata
from dataclasses import dataclass

from django.utils import timezone

from awards import young
from awards.certificates.making import grouped
from awards.deciding.drafting import NAMED_KINDS
from awards.models import PUBLIC_STATES, AwardState, Certificate
from core import periods
from units import names
from units.models import PersonalRecord, UnitKind

# What stands before the name of who is commended, the longer words first.
BEFORE_NAMES: dict[str, tuple[tuple[str, ...], ...]] = {
    UnitKind.HOUSEHOLD: (("hộ", "gia", "đình"), ("gia", "đình"), ("hộ",)),
    UnitKind.CLAN: (("dòng", "họ"), ("họ",)),
    UnitKind.CITIZEN: (("công", "dân"),),
}
HONORIFICS = (("ông", "(bà)"), ("ông", "bà"), ("ông/bà",), ("ông",), ("bà",))


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
    """Whether a typed name is that of the certificate: capitals, spaces, the way of composing
    accents, places of tones, and what stands before the name aside."""
    kind = found.award.nomination.unit.kind
    written = _bare(found.name, kind)
    return bool(written) and _bare(typed, kind) == written


def _bare(name: str, kind: str) -> str:
    """A name as it is compared, without what papers put before it and people leave out.

    An honorific is one only in small letters before a capital: Ông is a family name, too.
    """
    words = unicodedata.normalize("NFC", name).split()
    for before in BEFORE_NAMES.get(kind, ()):
        if names.key(" ".join(words[: len(before)])) == names.key(" ".join(before)):
            words = words[len(before) :]
            break
    for before in HONORIFICS if kind in NAMED_KINDS else ():
        rest = words[len(before) :]
        if tuple(words[: len(before)]) == before and rest and rest[0][0].isupper():
            words = rest
            break
    return names.key(" ".join(words))


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
