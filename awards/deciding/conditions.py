"""What the law and the rules ask before a step of a decision, with the sentence that says what is
missing."""

from collections.abc import Sequence

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from awards.deciding import drafting, papers
from awards.deciding.bonus import Bonuses
from awards.models import (
    STANDING_AWARDS,
    Authority,
    Award,
    Decision,
    DecisionState,
    Nomination,
    Restriction,
)
from awards.nominating.routes import Ways
from core import periods
from core.workflow import Refused, Verdict
from units import roles
from units.models import Appointment, UnitKind

COLLECTIVES = frozenset({UnitKind.MASS_ORGANISATION})


def frozen_text(decision: Decision) -> str:
    """What the draft says now, as it is or would be frozen."""
    paper = papers.decision_paper(decision, papers.lines_of(decision))
    return papers.text_of(paper)


def carries_somebody(decision: Decision) -> Verdict:
    """Whether it commends anybody."""
    if decision.lines():
        return True, ""
    return False, _("It commends nobody: begin another with those who are ready.")


def may_be_decided(decision: Decision) -> Verdict:
    """Whether the issuer decides on every line, after a vote or by the authority to do without."""
    lines = decision.lines()
    today = periods.today()
    ways = Ways([one.nomination.path for one in lines], today)
    direct = drafting.Direct(today)
    for one in lines:
        nomination = one.nomination
        way = ways.of(nomination.path, nomination.unit.kind, decision.form)
        stage = way.deciding
        office = stage.office if stage else None
        if office is None or office.unit_id != decision.issuer_id:
            sentence = _("Line %(order)d: by the routes of today another body decides on it.")
            return False, sentence % {"order": one.order}
        if nomination.office_id != decision.office_id or not direct.may(nomination, office.kind):
            sentence = _(
                "Line %(order)d: it has neither passed the Council, nor does a rule let the "
                "issuer decide without a vote (not configured; an administrator of the country "
                "enters it under Rules of commendation)."
            )
            return False, sentence % {"order": one.order}
    return True, ""


def nobody_restricted(decision: Decision) -> Verdict:
    """Nghị định 152/2025/NĐ-CP, Điều 4."""
    units = {one.nomination.unit_id: one.order for one in decision.lines()}
    found = Restriction.objects.in_force(periods.today()).filter(unit__in=units).first()
    if found is None:
        return True, ""
    return False, _(
        "Line %(order)d may not be commended now: %(restriction)s "
        "(Nghị định 152/2025/NĐ-CP, Điều 4)."
    ) % {"order": units[found.unit_id], "restriction": found}


def is_worded(decision: Decision) -> Verdict:
    """Whether everything is said that stands on the paper."""
    if decision.signer_id and decision.position and decision.symbol and decision.basis.strip():
        return True, ""
    return False, _("Symbol, legal bases, who signs and in which position are still missing.")


def signing_on(decision: Decision, day: periods.Day) -> list[Appointment]:
    """The appointments of a day by which people sign for the issuer, by name; read once for the
    object and day."""
    known: dict[periods.Day, list[Appointment]] = decision.__dict__.setdefault("_signing", {})
    if day not in known:
        held = Appointment.objects.on(day).filter(
            unit=decision.issuer_id,
            role__in=roles.with_capability("decision.sign"),
            user__is_active=True,
        )
        known[day] = list(held.select_related("user").order_by("user__full_name", "pk"))
    return known[day]


def appointment_of_signer(decision: Decision, day: periods.Day) -> Appointment | None:
    """The appointment of a day by which the person whom the draft names signs for the issuer."""
    held = signing_on(decision, day)
    return next((one for one in held if one.user_id == decision.signer_id), None)


def authority_fits(decision: Decision) -> Verdict:
    """Whether the authority to sign fits the appointment of its day, or of today."""
    return _fits_on(decision, decision.dated or periods.today())


def _fits_on(decision: Decision, day: periods.Day) -> Verdict:
    """Whether the authority to sign fits the appointment of the day (Nghị định 30/2020/NĐ-CP,
    Phụ lục I, mục II.7)."""
    held = appointment_of_signer(decision, day)
    if held is None:
        return False, _("Who is to sign has no appointment to sign for the issuer on %(day)s.") % {
            "day": f"{day:%d/%m/%Y}"
        }
    wrong = next((why for is_wrong, why in _slips(decision, held) if is_wrong), "")
    return not wrong, wrong


def _slips(decision: Decision, held: Appointment) -> list[tuple[bool, str]]:
    """What can be wrong with an authority to sign, each with the sentence that says so."""
    stands_in, authority = held.deputising_for_id is not None, decision.authority
    deputy = stands_in or decision.position.lower().startswith("phó")
    place = decision.placement
    collective = place is not None and place.kind in COLLECTIVES
    return [
        (
            authority == Authority.COLLECTIVE and not collective,
            _("TM. is for decisions of a collective body; here the head decides."),
        ),
        (
            authority == Authority.OWN and deputy,
            _("A deputy signs by KT., TL. or TUQ. of the head."),
        ),
        (
            authority == Authority.FOR_HEAD and not deputy,
            _("KT. is for a deputy: the position begins with “Phó”."),
        ),
        (
            authority in (Authority.BY_ORDER, Authority.DELEGATED) and not stands_in,
            _("TL. and TUQ. are for who is appointed to stand in for the head."),
        ),
        (
            authority not in (Authority.OWN, Authority.ACTING) and not decision.authority_of,
            _("Say in whose place it is signed, for example “Chủ tịch”."),
        ),
    ]


def stands_as_frozen(decision: Decision) -> Verdict:
    """Whether it still says what was frozen."""
    if papers.digest_of(frozen_text(decision)) == decision.digest:
        return True, ""
    return False, _(
        "What it says is no longer what was frozen (a name was changed meanwhile): return it."
    )


def has_number(decision: Decision) -> Verdict:
    """Whether it has number and day."""
    if decision.number and decision.dated:
        return True, ""
    return False, _("Give number and day.")


def has_signed_paper(decision: Decision) -> Verdict:
    """Whether the signed paper is there, and holds the text or was confirmed."""
    if decision.signed_file_id is None:
        return False, _("Attach the signed paper first.")
    if decision.missing and decision.difference_by_id is None:
        return False, _("The signed paper lacks text of the draft: confirm why, or attach another.")
    return True, ""


def bonus_is_of(decision: Decision, day: periods.Day) -> None:
    """Hold the frozen bonus to the rules of the day that the decision gets. Raises Refused."""
    bonuses = Bonuses(decision.form, day)
    for one in decision.lines():
        if one.bonus is not None and one.bonus != bonuses.of(one.nomination.unit.kind).amount:
            sentence = _(
                "Line %(order)d: by the rules of %(day)s its bonus is another one. Have the "
                "signature taken back and the draft handed over anew."
            )
            words = {"order": one.order, "day": f"{day:%d/%m/%Y}"}
            raise Refused(sentence % words, field="dated")


def is_free_again(decision: Decision) -> Verdict:
    """Whether nobody has proposed or decided anew on what the revocation had ended."""
    if decision.issuer_id is None and _entered_anew(decision):
        return False, _("This result from above was entered anew meanwhile.")
    return are_free(ended_with(decision), published=decision.published_at is not None)


def _entered_anew(decision: Decision) -> bool:
    same = Decision.objects.filter(
        issuer=None,
        issuer_name=decision.issuer_name,
        symbol=decision.symbol,
        year=decision.year,
        number=decision.number,
        office=decision.office_id,
    )
    return same.exclude(state=DecisionState.REVOKED).exists()


def are_free(lines: Sequence[Award], *, published: bool) -> Verdict:
    """Whether these lines can stand again (one query).

    Args:
        published: their nominations were decided on; else they went on when the decision ended.
    """
    keys = [one.nomination_id for one in lines]
    found = Nomination.objects.filter(pk__in=keys)
    if published:
        same = {"unit": OuterRef("unit"), "form": OuterRef("form")}
        anew = Nomination.objects.standing().filter(**same, period__overlap=OuterRef("period"))
        taken = found.filter(Exists(anew.exclude(pk=OuterRef("pk"))))
        sentence = _("Line %(order)d: its subject was proposed anew for this form meanwhile.")
    else:
        other = Award.objects.filter(nomination=OuterRef("pk"), state__in=STANDING_AWARDS)
        waits = Q(state__in=drafting.ABOUT_TO_BE_DECIDED)
        taken = found.filter(Exists(other) | ~waits)
        sentence = _("Line %(order)d: its nomination has gone on without this decision.")
    gone = set(taken.values_list("pk", flat=True))
    first = next((one for one in lines if one.nomination_id in gone), None)
    return (True, "") if first is None else (False, sentence % {"order": first.order})


def ended_with(decision: Decision) -> list[Award]:
    """The lines that ended when the whole decision was revoked."""
    return [one for one in decision.lines() if one.revoked_at == decision.revoked_at]
