"""The workflow of decisions, as a table; what each step does to the nominations they decide on.

draft → form being checked → submitted for signature → signed → numbered → issued → published
→ revoked; a draft may be dropped, and everything before the number be sent back.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import demonstration
from awards.deciding import drafting, papers, permissions, telling
from awards.deciding.bonus import Bonuses
from awards.models import (
    STANDING_AWARDS,
    Authority,
    Award,
    AwardState,
    Decision,
    DecisionEvent,
    DecisionState,
    Nomination,
    NominationEvent,
    NominationState,
    Restriction,
)
from awards.nominating.routes import Ways
from core import journal, periods
from core.workflow import Outdated, Refused, Transition, Verdict, Workflow
from units import roles
from units.models import Appointment, UnitKind
from units.scope import Grant

S = DecisionState
BY_OFFICE = frozenset({"hand_over", "take_back", "drop"})
BY_SIGNER = frozenset({"sign", "unsign", "revoke", "reinstate"})
COLLECTIVES = frozenset({UnitKind.MASS_ORGANISATION})


def frozen_text(decision: Decision) -> str:
    """What the draft says now, as it is or would be frozen."""
    paper = papers.decision_paper(decision, papers.lines_of(decision))
    return papers.text_of(paper)


# Conditions: what the rules ask before a step, with the sentence that says what is missing.


def _carries_somebody(decision: Decision) -> Verdict:
    if decision.lines():
        return True, ""
    return False, _("It commends nobody: begin another with those who are ready.")


def _may_be_decided(decision: Decision) -> Verdict:
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


def _nobody_restricted(decision: Decision) -> Verdict:
    """Nghị định 152/2025/NĐ-CP, Điều 4."""
    units = {one.nomination.unit_id: one.order for one in decision.lines()}
    found = Restriction.objects.in_force(periods.today()).filter(unit__in=units).first()
    if found is None:
        return True, ""
    return False, _(
        "Line %(order)d may not be commended now: %(restriction)s "
        "(Nghị định 152/2025/NĐ-CP, Điều 4)."
    ) % {"order": units[found.unit_id], "restriction": found}


def _is_worded(decision: Decision) -> Verdict:
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


def _authority_fits(decision: Decision) -> Verdict:
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


def _stands_as_frozen(decision: Decision) -> Verdict:
    if papers.digest_of(frozen_text(decision)) == decision.digest:
        return True, ""
    return False, _(
        "What it says is no longer what was frozen (a name was changed meanwhile): return it."
    )


def _has_number(decision: Decision) -> Verdict:
    if decision.number and decision.dated:
        return True, ""
    return False, _("Give number and day.")


def _has_signed_paper(decision: Decision) -> Verdict:
    if decision.signed_file_id is None:
        return False, _("Attach the signed paper first.")
    if decision.missing and decision.difference_by_id is None:
        return False, _("The signed paper lacks text of the draft: confirm why, or attach another.")
    return True, ""


def _bonus_is_of(decision: Decision, day: periods.Day) -> None:
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


def _is_free_again(decision: Decision) -> Verdict:
    """Whether nobody has proposed or decided anew on what the revocation had ended."""
    if decision.issuer_id is None and _entered_anew(decision):
        return False, _("This result from above was entered anew meanwhile.")
    return _are_free(_ended_with(decision), published=decision.published_at is not None)


def _entered_anew(decision: Decision) -> bool:
    same = Decision.objects.filter(
        issuer=None,
        issuer_name=decision.issuer_name,
        symbol=decision.symbol,
        year=decision.year,
        number=decision.number,
        office=decision.office_id,
    )
    return same.exclude(state=S.REVOKED).exists()


def _are_free(lines: Sequence[Award], *, published: bool) -> Verdict:
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


# What each step sets.


def _nothing(decision: Decision, user: Any, reason: str) -> None:
    decision.state_reason = reason


def _hand_over(decision: Decision, user: Any, reason: str) -> None:
    """Names, bonus and text are from now on what they are today."""
    decision.note_part(user)
    lines = decision.lines()
    names = drafting.names_of([one.nomination for one in lines])
    bonuses = Bonuses(decision.form, periods.today())
    for award in lines:
        bonus = bonuses.of(award.nomination.unit.kind)
        award.name = names[award.nomination_id][:200]
        award.bonus = bonus.amount
        award.bonus_basis, award.bonus_source = bonus.basis, bonus.source
        award.save()
    decision.text = frozen_text(decision)
    decision.digest = papers.digest_of(decision.text)
    decision.state_reason = ""


def _thaw(decision: Decision, user: Any, reason: str) -> None:
    decision.text = decision.digest = ""
    decision.checked_by = None
    decision.state_reason = reason
    decision.awards.update(name="", bonus=None, bonus_basis="")


def _drop(decision: Decision, user: Any, reason: str) -> None:
    decision.state_reason = reason
    decision.awards.update(state=AwardState.RELEASED)


def _submit(decision: Decision, user: Any, reason: str) -> None:
    decision.checked_by = user


def _sign(decision: Decision, user: Any, reason: str) -> None:
    decision.signed_at = timezone.now()
    decision.appointment = appointment_of_signer(decision, periods.today())


def _unsign(decision: Decision, user: Any, reason: str) -> None:
    decision.signed_at = decision.appointment = decision.signed_file = None
    decision.missing, decision.difference_by, decision.difference_reason = [], None, ""
    decision.state_reason = reason


def _unnumber(decision: Decision, user: Any, reason: str) -> None:
    decision.number = decision.dated = decision.year = None
    decision.state_reason = reason


def _issue(decision: Decision, user: Any, reason: str) -> None:
    decision.issued_at = timezone.now()


def _publish(decision: Decision, user: Any, reason: str) -> None:
    decision.published_at = timezone.now()
    grant = acting_grant(user, decision, "publish")
    carry(decision, user, grant, decision.lines(), "decide", "")
    decision.awards.filter(state=AwardState.LISTED).update(state=AwardState.GRANTED)


def _revoke(decision: Decision, user: Any, reason: str) -> None:
    now = timezone.now()
    decision.revoked_at, decision.state_reason = now, reason
    standing = [one for one in decision.lines() if one.state == AwardState.GRANTED]
    grant = acting_grant(user, decision, "revoke")
    carry(decision, user, grant, standing, "revoke", reason)
    decision.awards.exclude(state=AwardState.REVOKED).update(
        state=AwardState.REVOKED,
        revoked_at=now,
        state_reason=reason,
        revoking_document=decision.revoking_document,
    )


def _reinstate(decision: Decision, user: Any, reason: str) -> None:
    """What the revocation ended stands again; lines that were revoked before it stay revoked."""
    ended = _ended_with(decision)
    if decision.published_at:
        carry(decision, user, acting_grant(user, decision, "reinstate"), ended, "reinstate", reason)
    decision.awards.filter(pk__in=[one.pk for one in ended]).update(
        state=AwardState.GRANTED if decision.published_at else AwardState.LISTED,
        revoked_at=None,
        state_reason="",
        revoking_document="",
    )
    decision.revoked_at, decision.revoking_document = None, ""
    decision.state_reason = reason


def _ended_with(decision: Decision) -> list[Award]:
    """The lines that ended when the whole decision was revoked."""
    return [one for one in decision.lines() if one.revoked_at == decision.revoked_at]


CARRIED = {
    "decide": NominationState.DECIDED,
    "revoke": NominationState.REVOKED,
    "reinstate": NominationState.DECIDED,
}


def carry(
    decision: Decision,
    user: Any,
    grant: Grant | None,
    lines: Sequence[Award],
    step: str,
    reason: str,
) -> None:
    """Bring the nominations of these lines where a step of their decision (`CARRIED`) leads."""
    target = CARRIED[step]
    events = []
    for line in lines:
        nomination = line.nomination
        events.append(
            NominationEvent(
                nomination=nomination,
                transition=step,
                source=nomination.state,
                target=target,
                user=user,
                unit_name=grant.unit_name if grant else "",
                reason=reason or decision.reference,
            )
        )
        nomination.state, nomination.state_reason = target, reason
        nomination.save(update_fields=["state", "state_reason"])
    NominationEvent.objects.bulk_create(events)


def acting_grant(user: Any, decision: Decision, step: str) -> Grant | None:
    """The appointment in whose right `user` takes a step with this decision."""
    if step in BY_OFFICE or decision.issuer_id is None:
        return permissions.preparing_grant(user, decision)
    if step in BY_SIGNER:
        return permissions.signing_grant(user, decision)
    registering = permissions.registering_grant(user, decision)
    return registering or permissions.signing_grant(user, decision)


def _record(decision: Decision, arrow: Transition, source: str, user: Any, reason: str) -> None:
    record(decision, arrow.name, source, user, reason)
    telling.of_decision(decision, arrow, user)


def record(decision: Decision, step: str, source: str, user: Any, reason: str) -> None:
    """Keep a step that was taken."""
    grant = acting_grant(user, decision, step)
    DecisionEvent.objects.create(
        decision=decision,
        transition=step,
        source=source,
        target=decision.state,
        user=user,
        unit_name=grant.unit_name if grant else "",
        reason=reason,
    )


def tell_published(decision: Decision, user: Any) -> None:
    """Tell who proposed them of a result from above; inside the act."""
    telling.of_decision(decision, DECISION["publish"], user)


def fingerprint(decision: Decision) -> str:
    """What a page shows of a decision, in a word: what it says, its state."""
    return f"{decision.version}-{decision.state}-{decision.number or 0}"


_LAWFUL = (_carries_somebody, _may_be_decided, _nobody_restricted)

DECISION = Workflow(
    name="decision",
    model=Decision,
    fingerprint=fingerprint,
    record=_record,
    transitions=(
        Transition(
            name="hand_over",
            label=gettext_lazy("Hand over to have the form checked"),
            sources=frozenset({S.DRAFT}),
            target=S.CHECKING,
            may=permissions.may_prepare,
            conditions=(*_LAWFUL, _is_worded, _authority_fits),
            apply=_hand_over,
            inverse="take_back",
            told=gettext_lazy("Its text, names and bonus are frozen; the registrar checks it."),
            tells="decision.to_check",
            settles=("decision.returned",),
        ),
        Transition(
            name="take_back",
            label=gettext_lazy("Take back"),
            sources=frozenset({S.CHECKING}),
            target=S.DRAFT,
            may=permissions.may_prepare,
            apply=_thaw,
            inverse="hand_over",
            told=gettext_lazy("The decision can be changed again."),
            takes_back=("decision.to_check",),
        ),
        Transition(
            name="submit",
            label=gettext_lazy("The form is right: submit for signature"),
            sources=frozenset({S.CHECKING}),
            target=S.SUBMITTED,
            may=permissions.may_register,
            conditions=(_stands_as_frozen,),
            apply=_submit,
            told=gettext_lazy("Who signs finds it in their work."),
            tells="decision.to_sign",
            settles=("decision.to_check",),
        ),
        Transition(
            name="return",
            label=gettext_lazy("Return to be drafted anew"),
            sources=frozenset({S.CHECKING, S.SUBMITTED}),
            target=S.DRAFT,
            may=permissions.may_return,
            apply=_thaw,
            reason_required=True,
            told=gettext_lazy("The office that drafts it reads why; it is checked again after."),
            tells="decision.returned",
            takes_back=("decision.to_sign",),
            settles=("decision.to_check",),
        ),
        Transition(
            name="drop",
            label=gettext_lazy("Drop the draft"),
            sources=frozenset({S.DRAFT}),
            target=S.DROPPED,
            may=permissions.may_prepare,
            apply=_drop,
            reason_required=True,
            told=gettext_lazy("Its nominations can be decided on by another decision."),
            settles=("decision.returned",),
        ),
        Transition(
            name="sign",
            label=gettext_lazy("Sign"),
            sources=frozenset({S.SUBMITTED}),
            target=S.SIGNED,
            may=permissions.may_sign,
            conditions=(*_LAWFUL, _authority_fits, _stands_as_frozen),
            apply=_sign,
            inverse="unsign",
            told=gettext_lazy("The registrar numbers and issues it; until then it can be undone."),
            tells="decision.signed",
            settles=("decision.to_sign",),
        ),
        Transition(
            name="unsign",
            label=gettext_lazy("Take the signature back"),
            sources=frozenset({S.SIGNED}),
            target=S.SUBMITTED,
            may=permissions.may_sign,
            apply=_unsign,
            reason_required=True,
            inverse="sign",
            told=gettext_lazy("It waits for the signature again, or is returned to the draft."),
            takes_back=("decision.signed",),
        ),
        Transition(
            name="number",
            label=gettext_lazy("Give number and day"),
            sources=frozenset({S.SIGNED}),
            target=S.NUMBERED,
            may=permissions.may_register,
            conditions=(_has_number, _authority_fits),
            apply=_nothing,
            inverse="unnumber",
            told=gettext_lazy("The number stands in the register of the issuer."),
        ),
        Transition(
            name="unnumber",
            label=gettext_lazy("Take the number back"),
            sources=frozenset({S.NUMBERED}),
            target=S.SIGNED,
            may=permissions.may_register,
            apply=_unnumber,
            reason_required=True,
            inverse="number",
            told=gettext_lazy("The number is free again."),
        ),
        Transition(
            name="issue",
            label=gettext_lazy("Issue"),
            sources=frozenset({S.NUMBERED}),
            target=S.ISSUED,
            may=permissions.may_register,
            conditions=(_has_signed_paper, _stands_as_frozen),
            apply=_issue,
            told=gettext_lazy("From now on it can only be revoked. Nobody is told yet."),
            settles=("decision.signed",),
        ),
        Transition(
            name="publish",
            label=gettext_lazy("Publish"),
            sources=frozenset({S.ISSUED}),
            target=S.PUBLISHED,
            may=permissions.may_register,
            apply=_publish,
            told=gettext_lazy("Who proposed them is told; papers can be checked by anybody."),
            tells="decision.published",
        ),
        Transition(
            name="revoke",
            label=gettext_lazy("Revoke the decision"),
            sources=frozenset({S.ISSUED, S.PUBLISHED}),
            target=S.REVOKED,
            may=permissions.may_revoke,
            apply=_revoke,
            reason_required=True,
            told=gettext_lazy(
                "All its commendations and certificates end; who proposed them is told."
            ),
            inverse="reinstate",
            tells="decision.revoked",
        ),
        Transition(
            name="reinstate",
            label=gettext_lazy("Undo the revocation"),
            sources=frozenset({S.REVOKED}),
            target=lambda decision: S.PUBLISHED if decision.published_at else S.ISSUED,
            may=permissions.may_revoke,
            conditions=(_is_free_again,),
            apply=_reinstate,
            reason_required=True,
            inverse="revoke",
            told=gettext_lazy(
                "Its commendations and certificates stand again; lines that were revoked before "
                "stay revoked."
            ),
            takes_back=("decision.revoked",),
        ),
    ),
)


def perform(name: str, pk: int, user: Any, *, reason: str = "", seen: str | None = None) -> Any:
    """Carry a decision over the step `name`, with everything that it decides on locked.

    Raises Refused, Outdated, Decision.DoesNotExist.
    """
    with _unless_taken():
        decision = _lock(pk)
        grant = acting_grant(user, decision, name)
        return DECISION.perform(name, pk, user, reason=reason, behalf=grant, seen=seen)


def _lock(pk: int) -> Decision:
    decision = drafting.locked(pk)
    nominations = Nomination.objects.filter(awards__decision=pk)
    list(nominations.select_for_update(of=("self",)).order_by("pk"))
    return decision


def _prepared(
    name: str,
    pk: int,
    user: Any,
    reason: str,
    seen: str | None,
    prepare: Callable[[Decision], None],
) -> Any:
    """Take a step that asks for more than a reason: `prepare` sets it first, under the lock."""
    with transaction.atomic():
        decision = _lock(pk)
        if seen is not None and seen != fingerprint(decision):
            raise Outdated(_("Somebody changed this meanwhile: look at it as it stands now."))
        allowed, why_not = DECISION[name].may(user, decision)
        if not allowed or decision.state not in DECISION[name].sources:
            raise Refused(why_not or DECISION.allowed(DECISION[name], decision, user)[1])
        grant = acting_grant(user, decision, name)
        with journal.act(f"decision.{name}", actor=user, reason=reason, behalf=grant):
            prepare(decision)
            decision.save()
        return DECISION.perform(name, pk, user, reason=reason, behalf=grant)


def give_number(
    user: Any, pk: int, number: int, dated: periods.Day, *, seen: str | None = None
) -> Decision:
    """Give a signed decision its number and day; of two that take one number one is refused.

    Raises:
        Outdated: the decision is no longer what the person saw.
        Refused: the number is taken, the day cannot be, or not by this person or now.
    """

    def prepare(decision: Decision) -> None:
        signed = decision.signed_at
        if dated > periods.today() or (signed and dated < timezone.localdate(signed)):
            raise Refused(_("The day lies between the signature and today."), field="dated")
        _bonus_is_of(decision, dated)
        decision.number, decision.dated, decision.year = number, dated, dated.year

    try:
        found: Decision = _prepared("number", pk, user, "", seen, prepare)
    except IntegrityError as error:
        if "decision_number_once_a_year" not in str(error):
            raise
        raise Refused(
            _("Number %(number)d is taken by another decision of this year.") % {"number": number},
            field="number",
        ) from error
    return found


def revoke(user: Any, pk: int, document: str, reason: str, *, seen: str | None = None) -> Decision:
    """Revoke an issued decision by a document, with everything that it gave.

    Raises Refused, Outdated.
    """
    document = document.strip()
    if not document:
        raise Refused(_("Name the document that revokes it."), field="document")

    def prepare(decision: Decision) -> None:
        decision.revoking_document = document

    found: Decision = _prepared("revoke", pk, user, reason, seen, prepare)
    return found


def revoke_line(user: Any, award_pk: int, document: str, reason: str) -> Award:
    """Revoke one commendation of a published decision by a document; the others stand.

    Raises Refused, Award.DoesNotExist.
    """
    document, reason = document.strip(), reason.strip()
    if not document or not reason:
        raise Refused(_("Name the document that revokes it, and say why."))
    with transaction.atomic():
        decision = _lock(Award.objects.values_list("decision", flat=True).get(pk=award_pk))
        award = decision.awards.select_related("nomination", "decision__form").get(pk=award_pk)
        allowed, why_not = permissions.may_revoke(user, decision)
        if allowed and (decision.state != S.PUBLISHED or award.state != AwardState.GRANTED):
            allowed, why_not = False, _("Only a published commendation that stands is revoked.")
        if not allowed:
            raise Refused(why_not)
        grant = acting_grant(user, decision, "revoke")
        with journal.act("decision.revoke_line", actor=user, reason=reason, behalf=grant):
            award.state, award.revoked_at = AwardState.REVOKED, timezone.now()
            award.state_reason, award.revoking_document = reason, document
            award.save()
            carry(decision, user, grant, [award], "revoke", reason)
            record(decision, "revoke_line", decision.state, user, reason)
            telling.of_revoked_line(award, user)
    return award


def reinstate_line(user: Any, award_pk: int, reason: str) -> Award:
    """Undo the revocation of one commendation: it stands again, with its certificate.

    Raises Refused: not by this person or now, without a reason, or its subject was proposed anew;
    Award.DoesNotExist.
    """
    reason = reason.strip()
    if not reason:
        raise Refused(_("Say why: this step needs a reason."))
    with _unless_taken():
        decision = _lock(Award.objects.values_list("decision", flat=True).get(pk=award_pk))
        award = next(one for one in decision.lines() if one.pk == award_pk)
        allowed, why_not = permissions.may_revoke(user, decision)
        if allowed and (decision.state != S.PUBLISHED or award.state != AwardState.REVOKED):
            allowed, why_not = False, _("Only a revoked line of a published decision is taken up.")
        if allowed:
            allowed, why_not = _are_free([award], published=True)
        if not allowed:
            raise Refused(why_not)
        grant = acting_grant(user, decision, "reinstate")
        with journal.act("decision.reinstate_line", actor=user, reason=reason, behalf=grant):
            award.state, award.revoked_at = AwardState.GRANTED, None
            award.state_reason = award.revoking_document = ""
            award.save()
            carry(decision, user, grant, [award], "reinstate", reason)
            record(decision, "reinstate_line", decision.state, user, reason)
            telling.of_reinstated_line(award)
    return award


@contextmanager
def _unless_taken() -> Iterator[None]:
    """One transaction; who proposed or decided anew in the same moment has won. Raises Refused."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if not any(name in str(error) for name in ("nomination_once", "award_once", "above_once")):
            raise
        raise Refused(_("Somebody has proposed or decided on the same anew just now.")) from error


def paper_of(decision: Decision) -> Any:
    """The paper of a decision as it stands now (core.documents.paper.Paper)."""
    return papers.decision_paper(
        decision,
        papers.lines_of(decision),
        is_demo=demonstration.is_loaded(),
    )
