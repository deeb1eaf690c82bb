"""Making the certificates of a decision: a job whose items are sheaves of some fifty sheets.

Each sheaf is made and written in one transaction: a worker that is killed has made it whole or not
at all, and no certificate is made twice, since a line has one that stands at most.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.db.models import Exists, Max, OuterRef
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import demonstration
from awards.certificates.drawing import Sheet, sheets_pdf
from awards.deciding import drafting, papers, permissions
from awards.models import (
    Award,
    AwardQuerySet,
    AwardState,
    Certificate,
    CertificateTemplate,
    Decision,
    DecisionState,
    Sheaf,
)
from awards.wording import giving
from core import files, jobs, journal
from core.documents.paper import date_words
from core.jobs import JobKind, Target
from core.models import Job, JobItem
from core.workflow import YES, Refused, Verdict
from units import entries
from units.letterheads import DEMONSTRATION, locality

CODE = "certificates.make"
A_SHEAF = 50  # sheets: what WeasyPrint lays out within some 50 MB
# Without letters and digits that look alike; 12 of them are 59 bits, which nobody tries out.
LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
SERIAL_LENGTH, SERIAL_GROUP = 12, 4


def serial() -> str:
    """A new serial, “ABCD-EFGH-JKMN”, that nobody can guess from another one."""
    return grouped("".join(secrets.choice(LETTERS) for _place in range(SERIAL_LENGTH)))


def grouped(letters: str) -> str:
    """Letters of a serial as they stand on paper, in groups of four."""
    starts = range(0, len(letters), SERIAL_GROUP)
    return "-".join(letters[start : start + SERIAL_GROUP] for start in starts)


def may_make(user: Any, decision: Decision) -> Verdict:
    """Whether `user` makes certificates of a decision: the registrar, once it is published; a
    higher authority makes its own."""
    if decision.issuer_id is None:
        return False, _("The authority that decided makes the certificates of its own forms.")
    if permissions.registering_grant(user, decision) is None:
        return False, _("Only the registrar of the issuer does this.")
    if decision.state != DecisionState.PUBLISHED:
        return False, _("Certificates are made of a published decision.")
    return YES


def may_open(user: Any, decision: Decision) -> Verdict:
    """Whether `user` opens the sheaves that were made: the registrar, also once it is revoked."""
    if permissions.registering_grant(user, decision):
        return YES
    return False, _("Only the registrar of the issuer does this.")


@dataclass(frozen=True)
class Standing:
    """How the certificates of a decision stand, for its page.

    Attributes:
        made: how many stand; `missing` is how many lines have none.
        sheaves: the files, each with how many sheets it has.
    """

    allowed: bool
    why_not: str
    made: int
    missing: int
    sheaves: tuple[Sheaf, ...]


def standing(user: Any, decision: Decision) -> Standing | None:
    """How the certificates of a decision stand; None where it is not the person's work."""
    if permissions.registering_grant(user, decision) is None:
        return None
    allowed, why_not = may_make(user, decision)
    made = Certificate.objects.filter(award__decision=decision, replaced_at=None).count()
    sheaves = tuple(decision.sheaves.select_related("file")) if made else ()
    missing = _lacking(decision).count() if allowed else 0
    return Standing(allowed, why_not, made, missing, sheaves)


def _lacking(decision: Decision) -> AwardQuerySet:
    """The lines that are granted and have no certificate that stands."""
    there = Certificate.objects.filter(award=OuterRef("pk"), replaced_at=None)
    return decision.awards.filter(~Exists(there), state=AwardState.GRANTED)


def order(user: Any, decision: Decision) -> Job:
    """Order the certificates of all lines that have none.

    Raises Refused: not by this person or now, or none lacks one.
    """
    allowed, why_not = may_make(user, decision)
    if not allowed:
        raise Refused(why_not)
    places = list(_lacking(decision).order_by("order").values_list("order", flat=True))
    groups = [places[start : start + A_SHEAF] for start in range(0, len(places), A_SHEAF)]
    with transaction.atomic():
        return jobs.order(CODE, [_target(decision, group) for group in groups], user)


def _target(decision: Decision, places: Sequence[int]) -> Target:
    first, last = places[0], places[-1]
    label = _("%(number)s, lines %(first)d – %(last)d") % {
        "number": decision.reference,
        "first": first,
        "last": last,
    }
    url = reverse("decisions:detail", args=[decision.pk])
    return Target(f"{decision.pk}:{first}-{last}", label, url)


def perform(job: Job, item: JobItem) -> str:
    """Make one sheaf; lines that have their certificate already are left out."""
    decision_id, _colon, places = item.key.partition(":")
    first, _dash, last = places.partition("-")
    decision = drafting.locked(int(decision_id))
    allowed, why_not = may_make(job.started_by, decision)
    if not allowed:
        raise Refused(why_not)
    lacking = _lacking(decision).filter(order__range=(int(first), int(last)))
    keys = set(lacking.values_list("pk", flat=True))
    lines = [one for one in papers.lines_of(decision) if one.pk in keys]
    if not lines:
        raise Refused(_("These lines have their certificates already."))
    grant = permissions.registering_grant(job.started_by, decision)
    with journal.act(CODE, actor=job.started_by, behalf=grant):
        sheaf = _make(decision, lines, job.started_by)
    return _("%(number)d sheets") % {"number": sheaf.certificates.count()}


def replace(user: Any, decision: Decision, award_pk: int, reason: str) -> Certificate:
    """Make a certificate anew that was lost or damaged; the old one is replaced from now on.

    Args:
        award_pk: key of a line of the decision.

    Raises Refused: not by this person or now, without a reason, or there is none that stands.
    """
    reason = reason.strip()
    if not reason:
        raise Refused(_("Say why: this step needs a reason."))
    with transaction.atomic():
        decision = drafting.locked(decision.pk)
        allowed, why_not = may_make(user, decision)
        if not allowed:
            raise Refused(why_not)
        lines = [
            one
            for one in papers.lines_of(decision)
            if one.pk == award_pk and one.state == AwardState.GRANTED
        ]
        grant = permissions.registering_grant(user, decision)
        with journal.act("certificates.replace", actor=user, reason=reason, behalf=grant):
            sheaf = make_anew(decision, lines, user)
            if sheaf is None:
                raise Refused(_("There is no certificate that stands."))
    found: Certificate = sheaf.certificates.get()
    return found


def make_anew(decision: Decision, lines: Sequence[Award], user: Any) -> Sheaf | None:
    """Make those certificates of some lines anew that stand, as the lines are called now; inside an
    act. None where none stands.

    Args:
        lines: at most `A_SHEAF`, as `papers.lines_of` gives them.
    """
    found = Certificate.objects.filter(award__in=lines, replaced_at=None)
    standing = {one.award_id: one for one in found}
    if not standing:
        return None
    for one in standing.values():
        one.replaced_at = timezone.now()
    Certificate.objects.bulk_update(standing.values(), ["replaced_at"])
    again = [one for one in lines if one.pk in standing]
    return _make(decision, again, user, replaces=standing)


def _make(
    decision: Decision,
    lines: Sequence[Award],
    user: Any,
    *,
    replaces: Mapping[int, Certificate] = MappingProxyType({}),
) -> Sheaf:
    """The certificates of some lines, as rows and as one file; inside an act.

    Args:
        replaces: those whose place they take, by the key of the line.
    """
    assert decision.issuer_id is not None  # noqa: S101 -- nobody makes those of others
    assert decision.year is not None  # noqa: S101 -- a published decision has its day
    entries.lock(decision.issuer_id)  # the numbers of the book run on
    held = Certificate.objects.filter(issuer=decision.issuer_id, year=decision.year)
    last = held.aggregate(last=Max("entry"))["last"] or 0
    certificates = [
        Certificate(
            award=line,
            issuer_id=decision.issuer_id,
            year=decision.year,
            entry=last + place,
            serial=serial(),
            name=line.called,
            replaces=replaces.get(line.pk),
        )
        for place, line in enumerate(lines, start=1)
    ]
    sheets = [
        sheet_of(decision, line, one.entry, one.serial)
        for line, one in zip(lines, certificates, strict=True)
    ]
    content = sheets_pdf(sheets, template_of(decision), watermark=_watermark())
    name = f"giay-khen-{decision.pk}-{last + 1}-{last + len(lines)}.pdf"
    stored = files.store(SimpleUploadedFile(name, content), user)
    sheaf = Sheaf.objects.create(decision=decision, file=stored, made_by=user)
    for one in certificates:
        one.sheaf = sheaf
    Certificate.objects.bulk_create(certificates)
    return sheaf


def template_of(decision: Decision) -> CertificateTemplate | None:
    """How the issuer has its certificates for this form; None is the layout by default."""
    return CertificateTemplate.objects.filter(
        issuer=decision.issuer_id, form=decision.given_id
    ).first()


def _watermark() -> str:
    return DEMONSTRATION if demonstration.is_loaded() else ""


def sheet_of(decision: Decision, line: Award, entry: int, number: str) -> Sheet:
    """What the certificate of a line says; papers are Vietnamese."""
    place = decision.placement
    assert place is not None and decision.dated is not None  # noqa: S101, PT018 -- published
    signing = decision.signing
    with translation.override("vi"):
        return Sheet(
            issuer=decision.issuer_name,
            given="Tặng" if giving(decision.award_form.name).startswith("tặng") else "",
            title=_title(decision.award_form.name),
            name=line.called,
            address=line.address,  # type: ignore[attr-defined]
            achievement=f"{decision.achievement[:1].upper()}{decision.achievement[1:]}",
            dated=f"{locality(place.name)}, {date_words(decision.dated)}",
            authority=signing.lines,
            signer=signing.name,
            decision=f"Quyết định số {decision.reference} {date_words(decision.dated)}",
            entry=f"Số vào sổ khen thưởng: {entry:02d}/{decision.year}",
            serial=number,
            url=f"{settings.PORTAL_URL}{reverse('verify:certificate', args=[number])}",
        )


def _title(form: str) -> str:
    """The kind of certificate, by the first words of the form's name."""
    kinds = ("Giấy khen", "Bằng khen", "Giấy chứng nhận")
    return next((one for one in kinds if form.startswith(one)), form)


def sample(decision: Decision) -> Sheet:
    """A sheet to try the template with: invented where the decision has nothing yet."""
    lines = papers.lines_of(decision)
    line = max(lines, key=lambda one: len(one.called))
    return sheet_of(decision, line, 1, "XXXX-XXXX-XXXX")


JOBS = (JobKind(CODE, gettext_lazy("Make the certificates of a decision"), perform),)
