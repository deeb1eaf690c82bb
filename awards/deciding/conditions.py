"""What the law and the rules ask before a step of a decision, with the sentence that says what is
missing."""

from collections.abc import Sequence
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from awards.deciding import choosing, drafting, papers
from awards.deciding.bonus import Bonuses
from awards.models import (
    STANDING_AWARDS,
    Authority,
    Award,
    Decision,
    DecisionState,
    DirectDecision,
    Nomination,
    Restriction,
)
from awards.nominating.checking import ONE_ACHIEVEMENT
from core import periods
from core.workflow import YES, Refused, Verdict
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
        return YES
    return False, _("It commends nobody: begin another with those who are ready.")


def may_be_decided(decision: Decision) -> Verdict:
    """Whether the issuer decides on every line, after a vote or by the authority to do without."""
    ways, around = choosing.ways_of(decision), _around(decision)
    for one in decision.lines():
        nomination = one.nomination
        way = ways.of(nomination.path, nomination.unit.kind, decision.form)
        stage = way.deciding
        office = stage.office if stage else None
        if office is None or office.unit_id != decision.issuer_id:
            sentence = _("Line %(order)d: by the routes of today another body decides on it.")
            return False, sentence % {"order": one.order}
        may = drafting.is_decided_on(nomination, without_vote=around[one.pk].without_vote)
        if nomination.office_id != decision.office_id or not may:
            sentence = _(
                "Line %(order)d: it has neither passed the Council, nor does a rule let the "
                "issuer decide without a vote (not configured; an administrator of the country "
                "enters it under Rules of commendation)."
            )
            return False, sentence % {"order": one.order}
    return YES


def nobody_restricted(decision: Decision) -> Verdict:
    """Nghị định 152/2025/NĐ-CP, Điều 4."""
    around = _around(decision)
    units = {
        one.nomination.unit_id: one.order for one in decision.lines() if around[one.pk].restricted
    }
    found = Restriction.objects.in_force(periods.today()).filter(unit__in=units).first()
    if found is None:
        return YES
    return False, _(
        "Line %(order)d may not be commended now: %(restriction)s "
        "(Nghị định 152/2025/NĐ-CP, Điều 4)."
    ) % {"order": units[found.unit_id], "restriction": found}


def names_the_form(decision: Decision) -> Verdict:
    """Whether it says which form is given, where the one that was proposed leaves that open."""
    given = decision.given
    if given is None or given.is_open:
        return False, _(
            "Choose the form that is given: “%(form)s” names none, and a decision gives one."
        ) % {"form": decision.form.name}
    if decision.form.is_open and given not in choosing.offered(decision):
        sentence = _("By the routes of today the issuer does not give everybody here “%(form)s”.")
        return False, sentence % {"form": given.name}
    return YES


def nobody_has_it(decision: Decision) -> Verdict:
    """Whether no other decision gives the same form to somebody on it, for an overlapping period
    (Luật Thi đua, khen thưởng 06/2022/QH15, Điều 5)."""
    around = _around(decision)
    taken = next((one for one in decision.lines() if around[one.pk].given_elsewhere), None)
    if taken is None:
        return YES
    return False, _(
        "Line %(order)d: another decision gives its subject the same form for an overlapping "
        "period (%(basis)s)."
    ) % {"order": taken.order, "basis": ONE_ACHIEVEMENT}


def _given_elsewhere(decision: Decision, nomination: str = "") -> QuerySet[Award]:
    """The lines of other decisions, handed over at least, that give its form to the subject of the
    outer row for an overlapping period.

    Args:
        nomination: how the outer row reaches its nomination.
    """
    given = given_to_same(decision.given_id, nomination)
    return given.exclude(decision=decision.pk)


def given_to_same(form_id: int | None, nomination: str = "") -> QuerySet[Award]:
    """The lines of decisions, handed over at least, that give a form to the subject of the outer
    row for an overlapping period.

    Args:
        nomination: how the outer row reaches its nomination.
    """
    given = Award.objects.filter(state__in=STANDING_AWARDS, decision__given=form_id)
    return given.exclude(decision__state=DecisionState.DRAFT).filter(
        nomination__unit=OuterRef(f"{nomination}unit"),
        nomination__period__overlap=OuterRef(f"{nomination}period"),
    )


class _Around(NamedTuple):
    """What there is around a line: a rule that lets its issuer decide without a vote, a
    restriction, the same form given by another decision."""

    without_vote: bool
    restricted: bool
    given_elsewhere: bool


def _around(decision: Decision) -> dict[int, _Around]:
    """What is around each line today, by its key; read once for the object, because several steps
    ask (one query)."""
    if "_around" not in decision.__dict__:
        today = periods.today()
        # Of what is given: where that is not chosen yet, of what was proposed.
        rules = DirectDecision.objects.in_force(today).filter(
            form=Coalesce(OuterRef("decision__given"), OuterRef("nomination__form")),
            issuer_kind=OuterRef("decision__placement__kind"),
        )
        restrictions = Restriction.objects.in_force(today).filter(unit=OuterRef("nomination__unit"))
        found = decision.awards.order_by().values_list(
            "pk",
            Exists(rules),
            Exists(restrictions),
            Exists(_given_elsewhere(decision, "nomination__")),
        )
        decision.__dict__["_around"] = {pk: _Around(*rest) for pk, *rest in found}
    known: dict[int, _Around] = decision.__dict__["_around"]
    return known


def is_worded(decision: Decision) -> Verdict:
    """Whether everything is said that stands on the paper."""
    if decision.signer_id and decision.position and decision.symbol and decision.basis.strip():
        return YES
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
        return YES
    return False, _(
        "What it says is no longer what was frozen (a name was changed meanwhile): return it."
    )


def has_number(decision: Decision) -> Verdict:
    """Whether it has number and day."""
    if decision.number and decision.dated:
        return YES
    return False, _("Give number and day.")


def has_signed_paper(decision: Decision) -> Verdict:
    """Whether the signed paper is there, and holds the text or was confirmed."""
    if decision.signed_file_id is None:
        return False, _("Attach the signed paper first.")
    if decision.missing and decision.difference_by_id is None:
        return False, _("The signed paper lacks text of the draft: confirm why, or attach another.")
    return YES


def bonus_is_of(decision: Decision, day: periods.Day) -> None:
    """Hold the frozen bonus to the rules of the day that the decision gets. Raises Refused."""
    bonuses = Bonuses(decision.award_form, day)
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
        lines: of one decision.
        published: their nominations were decided on; else they went on when the decision ended.
    """
    if not lines:
        return YES
    keys = [one.nomination_id for one in lines]
    found = Nomination.objects.filter(pk__in=keys)
    if published:
        same = {"unit": OuterRef("unit"), "form": OuterRef("form")}
        anew = Nomination.objects.standing().filter(**same, period__overlap=OuterRef("period"))
        again = Exists(anew.exclude(pk=OuterRef("pk")))
        taken = found.filter(again | Exists(_given_elsewhere(lines[0].decision)))
        sentence = _(
            "Line %(order)d: its subject was proposed anew for this form, or given it, meanwhile."
        )
    else:
        other = Award.objects.filter(nomination=OuterRef("pk"), state__in=STANDING_AWARDS)
        waits = Q(state__in=drafting.ABOUT_TO_BE_DECIDED)
        given = Exists(_given_elsewhere(lines[0].decision))
        taken = found.filter(Exists(other) | ~waits | given)
        sentence = _(
            "Line %(order)d: its nomination has gone on without this decision, or another one "
            "gives its subject the same form."
        )
    gone = set(taken.values_list("pk", flat=True))
    first = next((one for one in lines if one.nomination_id in gone), None)
    return YES if first is None else (False, sentence % {"order": first.order})


def ended_with(decision: Decision) -> list[Award]:
    """The lines that ended when the whole decision was revoked."""
    return [one for one in decision.lines() if one.revoked_at == decision.revoked_at]
