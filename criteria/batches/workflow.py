"""The workflow of lists for recognition, as a table.

listed (with the meeting of a hamlet) → being appraised → submitted for signature → signed →
numbered → issued → revoked; each step with its inverse, and everything before the signature can be
sent back.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core import journal, periods
from core.happened import refuse_unless_past
from core.models import keep_step
from core.workflow import YES, Outdated, Refused, Transition, Verdict, Workflow
from criteria import following, terms
from criteria.batches import entering, issuing, offers, permissions, telling
from criteria.models import (
    Assessment,
    AssessmentState,
    BatchState,
    RecognitionBatch,
    RecognitionState,
    RouteMatter,
)
from criteria.models.numbers import TAKEN_ONCE
from criteria.routing import Receivers, Stage
from units.letterheads import GOVERNED, authority
from units.models import Appointment
from units.scope import Grant

S = BatchState
BY_PLACE = frozenset({"send", "take_back", "drop"})
BY_APPRAISER = frozenset({"submit", "unsubmit"})
BY_SIGNER = frozenset({"sign", "unsign", "revoke", "reinstate", "revoke_part"})


def stages_of(batch: RecognitionBatch) -> tuple[Stage | None, Stage | None]:
    """Who would appraise and decide today; None is *not configured*. Read once for the object."""
    if not hasattr(batch, "would_go"):
        receivers = Receivers(RouteMatter.RECOGNITION, [batch.path], periods.today())
        batch.would_go = offers.stages(  # type: ignore[attr-defined]
            receivers, batch.path, batch.kind, batch.title
        )
    found: tuple[Stage | None, Stage | None] = batch.would_go  # type: ignore[attr-defined]
    return found


# Conditions


def _offices_configured(batch: RecognitionBatch) -> Verdict:
    if all(stage is not None and stage.office is not None for stage in stages_of(batch)):
        return YES
    return False, _("No office is configured to appraise or decide this (not configured).")


def _somebody_passes(batch: RecognitionBatch) -> Verdict:
    if batch.reaching():
        return YES
    return False, _("Nobody in the list reaches the title: tick who does.")


def _meeting_is_told(batch: RecognitionBatch) -> Verdict:
    if not batch.of_members or (batch.met_on and batch.chaired_by and batch.present):
        return YES
    return False, _("Say when the meeting was held, who chaired it and how many were present.")


def _has_number(batch: RecognitionBatch) -> Verdict:
    if batch.number:
        return YES
    return False, _("Give a number and the day.")


def _nobody_in_the_way(batch: RecognitionBatch) -> Verdict:
    day = batch.dated or periods.today()
    number = issuing.in_the_way(batch, day)
    if not number:
        return YES
    sentence = ngettext(
        "%(number)d of them holds the title already by a decision of this day or a later one.",
        "%(number)d of them hold the title already by decisions of this day or later ones.",
        number,
    )
    return False, sentence % {"number": number}


def _nobody_waits(batch: RecognitionBatch) -> Verdict:
    """A higher grade is asked for only some time after a lower one."""
    reaching = batch.lines.filter(passed=True).values("unit")
    waiting = entering.held_back(batch).filter(unit__in=reaching)
    number = waiting.values("unit").distinct().count()
    if not number:
        return YES
    sentence = ngettext(
        "%(number)d of them holds a lower grade by a decision that is too young. %(rule)s",
        "%(number)d of them hold a lower grade by decisions that are too young. %(rule)s",
        number,
    )
    rule = terms.words_of_waiting(batch.title, batch.grade)
    return False, sentence % {"number": number, "rule": rule}


def _nothing_built_on(batch: RecognitionBatch) -> Verdict:
    replaced = Q(closed_by__isnull=False)
    changed = batch.recognitions.filter(~Q(state=RecognitionState.CONFIRMED) | replaced)
    state = changed.order_by("pk").values_list("state", flat=True).first()
    if state == RecognitionState.CONFIRMED:
        return False, _("Some of them have been recognised again since.")
    if state:
        return False, _("Some of it has been revoked: undo that first.")
    return _no_result_since(batch, batch.issued_at)


def _no_result_since(batch: RecognitionBatch, at: datetime | None) -> Verdict:
    asked = {"kind": "holds_title", "title": batch.title.code}
    built = Assessment.objects.filter(
        unit__in=batch.lines.filter(passed=True).values("unit"),
        state=AssessmentState.CONFIRMED,
        confirmed_at__gt=at,
        criteria_set__criteria__rule__contains=asked,
    )
    if built.exists():
        return False, _("Self-assessments were confirmed since that lean on it: undo those first.")
    return YES


def _no_result_since_revoking(batch: RecognitionBatch) -> Verdict:
    return _no_result_since(batch, batch.revoked_at)


def _still_free(batch: RecognitionBatch) -> Verdict:
    if issuing.held_again(batch, issuing.ended_with(batch)):
        return False, _("Some of them have been recognised again since.")
    return YES


def _is_revoked_by(batch: RecognitionBatch) -> Verdict:
    if batch.revoking_document:
        return YES
    return False, _("Name the document that revokes it.")


# What each step sets


def _nothing(batch: RecognitionBatch, user: Any, reason: str) -> None:
    batch.state_reason = reason


def _send(batch: RecognitionBatch, user: Any, reason: str) -> None:
    batch.note_part(user)
    batch.sent_by, batch.sent_at = user, timezone.now()
    batch.state_reason = ""
    appraiser, decider = stages_of(batch)
    if appraiser is None or appraiser.office is None or decider is None or decider.office is None:
        raise AssertionError("a condition of the step asks for both offices")
    batch.appraiser_id, batch.appraiser_name = appraiser.office.unit_id, appraiser.body
    batch.decider_id = decider.office.unit_id
    batch.decider_name = authority(decider.office.name, decider.office.kind, decider.body)
    batch.symbol = "QĐ-UBND" if decider.office.kind in GOVERNED else "QĐ"


def _submit(batch: RecognitionBatch, user: Any, reason: str) -> None:
    batch.appraised_by, batch.appraised_at = user, timezone.now()
    batch.opinion, batch.state_reason = reason, ""


def _back(batch: RecognitionBatch, user: Any, reason: str) -> None:
    batch.appraised_by = batch.appraised_at = None
    batch.opinion, batch.state_reason = "", reason


def _sign(batch: RecognitionBatch, user: Any, reason: str) -> None:
    grant = permissions.signing_grant(user, batch)
    batch.signed_by, batch.signed_at = user, timezone.now()
    batch.appointment = Appointment.objects.get(pk=grant.pk) if grant else None
    batch.state_reason = ""


def _unsign(batch: RecognitionBatch, user: Any, reason: str) -> None:
    batch.signed_by = batch.signed_at = batch.appointment = None
    batch.state_reason = reason


def _unnumber(batch: RecognitionBatch, user: Any, reason: str) -> None:
    batch.number = batch.dated = batch.year = batch.held_until = None
    batch.state_reason = reason


def _issue(batch: RecognitionBatch, user: Any, reason: str) -> None:
    batch.issued_at = timezone.now()
    issuing.recognise(batch)


def _unissue(batch: RecognitionBatch, user: Any, reason: str) -> None:
    issuing.take_back(batch)
    batch.issued_at, batch.state_reason = None, reason


def _revoke(batch: RecognitionBatch, user: Any, reason: str) -> None:
    batch.revoked_at, batch.state_reason = timezone.now(), reason
    issuing.revoke(batch, user, reason, batch.revoked_at)


def _reinstate(batch: RecognitionBatch, user: Any, reason: str) -> None:
    """What the revocation ended stands again; what was revoked before it stays revoked."""
    issuing.reinstate(batch, user, reason, issuing.ended_with(batch))
    batch.revoked_at, batch.revoking_document = None, ""
    batch.state_reason = reason


def acting_grant(user: Any, batch: RecognitionBatch, step: str) -> Grant | None:
    """The appointment in whose right `user` takes a step with this list."""
    if step in BY_PLACE:
        return permissions.entering_grant(user, batch.placement)
    if step in BY_APPRAISER or (step == "return" and batch.appraised_by_id is None):
        return permissions.appraising_grant(user, batch)
    if step in BY_SIGNER or step == "return":
        return permissions.signing_grant(user, batch)
    return permissions.registering_grant(user, batch)


FOLLOWED = frozenset({"issue", "unissue", "revoke", "reinstate"})


def _record(
    batch: RecognitionBatch, arrow: Transition, source: str, user: Any, reason: str
) -> None:
    record(batch, arrow.name, source, user, reason)
    if arrow.name in FOLLOWED:
        following.of_batch(batch)
    telling.of_batch(batch, arrow, user)


def record(batch: RecognitionBatch, step: str, source: str, user: Any, reason: str) -> None:
    """Keep a step that was taken."""
    grant = acting_grant(user, batch, step)
    keep_step(batch, step, source, user, grant, reason, passed=batch.reaching())


def fingerprint(batch: RecognitionBatch) -> str:
    """What a page shows of a list, in a word: what it says, its state, its number."""
    return f"{batch.version}-{batch.state}-{batch.number or 0}"


BATCH = Workflow(
    name="batch",
    model=RecognitionBatch,
    fingerprint=fingerprint,
    record=_record,
    transitions=(
        Transition(
            name="send",
            label=gettext_lazy("Send to be appraised"),
            sources=frozenset({S.DRAFT}),
            target=S.CHECKING,
            may=permissions.may_list,
            conditions=(_offices_configured, _somebody_passes, _meeting_is_told, _nobody_waits),
            apply=_send,
            inverse="take_back",
            told=gettext_lazy("The office that appraises finds it in its work."),
            tells="batch.to_appraise",
            settles=("batch.returned",),
        ),
        Transition(
            name="take_back",
            label=gettext_lazy("Take back"),
            sources=frozenset({S.CHECKING}),
            target=S.DRAFT,
            may=permissions.may_list,
            apply=_back,
            inverse="send",
            told=gettext_lazy("The list can be changed again."),
            takes_back=("batch.to_appraise",),
        ),
        Transition(
            name="drop",
            label=gettext_lazy("Drop the list"),
            sources=frozenset({S.DRAFT}),
            target=S.DROPPED,
            may=permissions.may_list,
            apply=_nothing,
            reason_required=True,
            told=gettext_lazy("Those in it can be listed anew; the list stays to be read."),
            settles=("batch.returned",),
        ),
        Transition(
            name="submit",
            label=gettext_lazy("Appraised: submit for signature"),
            sources=frozenset({S.CHECKING}),
            target=S.SUBMITTED,
            may=permissions.may_appraise,
            apply=_submit,
            inverse="unsubmit",
            told=gettext_lazy("The submission goes to who signs."),
            tells="batch.to_sign",
            settles=("batch.to_appraise",),
        ),
        Transition(
            name="unsubmit",
            label=gettext_lazy("Take the submission back"),
            sources=frozenset({S.SUBMITTED}),
            target=S.CHECKING,
            may=permissions.may_appraise,
            apply=_back,
            inverse="submit",
            told=gettext_lazy("It is appraised again."),
            takes_back=("batch.to_sign",),
        ),
        Transition(
            name="return",
            label=gettext_lazy("Return to be listed anew"),
            sources=frozenset({S.CHECKING, S.SUBMITTED}),
            target=S.DRAFT,
            may=permissions.may_return,
            apply=_back,
            reason_required=True,
            told=gettext_lazy("Who listed reads why, and can send it again."),
            tells="batch.returned",
            takes_back=("batch.to_sign",),
            settles=("batch.to_appraise",),
        ),
        Transition(
            name="sign",
            label=gettext_lazy("Sign"),
            sources=frozenset({S.SUBMITTED}),
            target=S.SIGNED,
            may=permissions.may_sign,
            conditions=(_somebody_passes,),
            apply=_sign,
            inverse="unsign",
            told=gettext_lazy("The registrar numbers and issues it; until then it can be undone."),
            tells="batch.signed",
            settles=("batch.to_sign",),
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
            told=gettext_lazy("It waits for the signature again, or is returned."),
            takes_back=("batch.signed",),
        ),
        Transition(
            name="number",
            label=gettext_lazy("Give number and day"),
            sources=frozenset({S.SIGNED}),
            target=S.NUMBERED,
            may=permissions.may_register,
            conditions=(_has_number,),
            apply=_nothing,
            inverse="unnumber",
            told=gettext_lazy("The number stands in the register of who decides."),
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
            conditions=(_nobody_in_the_way, _nobody_waits),
            apply=_issue,
            inverse="unissue",
            told=gettext_lazy(
                "Everybody who reaches the title holds it from the day of the decision on; what "
                "they held until then ends the day before."
            ),
            tells="batch.issued",
            settles=("batch.signed",),
        ),
        Transition(
            name="unissue",
            label=gettext_lazy("Undo issuing"),
            sources=frozenset({S.ISSUED}),
            target=S.NUMBERED,
            may=permissions.may_register,
            conditions=(_nothing_built_on,),
            apply=_unissue,
            reason_required=True,
            inverse="issue",
            told=gettext_lazy("As if it had not been issued; what ended for it runs on."),
            takes_back=("batch.issued",),
        ),
        Transition(
            name="revoke",
            label=gettext_lazy("Revoke the decision"),
            sources=frozenset({S.ISSUED}),
            target=S.REVOKED,
            may=permissions.may_sign,
            conditions=(_is_revoked_by,),
            apply=_revoke,
            reason_required=True,
            inverse="reinstate",
            told=gettext_lazy("Nobody in it holds the title from today on; what was stays."),
            tells="batch.revoked",
        ),
        Transition(
            name="reinstate",
            label=gettext_lazy("Undo the revocation"),
            sources=frozenset({S.REVOKED}),
            target=S.ISSUED,
            may=permissions.may_sign,
            conditions=(_still_free, _no_result_since_revoking),
            apply=_reinstate,
            reason_required=True,
            inverse="revoke",
            told=gettext_lazy("It counts again; who was revoked before stays revoked."),
            takes_back=("batch.revoked",),
        ),
    ),
)


def perform(
    name: str, pk: int, user: Any, *, reason: str = "", seen: str | None = None
) -> RecognitionBatch:
    """Carry a list over the step `name`.

    Raises Refused, Outdated, RecognitionBatch.DoesNotExist.
    """
    with transaction.atomic():
        batch = entering.locked(pk)
        if name == "issue":  # who stands in the way is asked while nobody can come to
            issuing.lock(batch)
        grant = acting_grant(user, batch, name)
        found: RecognitionBatch = BATCH.perform(
            name, pk, user, reason=reason, behalf=grant, seen=seen
        )
    return found


def _prepared(
    name: str,
    pk: int,
    user: Any,
    reason: str,
    seen: str | None,
    prepare: Callable[[RecognitionBatch], None],
) -> RecognitionBatch:
    """Take a step that asks for more than a reason: `prepare` sets it first, under the lock."""
    with transaction.atomic():
        batch = entering.locked(pk)
        if seen is not None and seen != fingerprint(batch):
            raise Outdated(_("Somebody changed this meanwhile: look at it as it stands now."))
        if batch.state not in BATCH[name].sources:
            raise Refused(BATCH.allowed(BATCH[name], batch, user)[1])
        allowed, why_not = BATCH[name].may(user, batch)
        if not allowed:
            raise Refused(why_not)
        prepare(batch)
        grant = acting_grant(user, batch, name)
        with journal.act(f"batch.{name}", actor=user, reason=reason, behalf=grant):
            batch.save()
        return perform(name, pk, user, reason=reason)


def number(
    pk: int,
    user: Any,
    number: int,
    dated: periods.Day,
    held_until: periods.Day | None,
    seen: str | None = None,
) -> RecognitionBatch:
    """Give number and day to a signed list; from that day on the titles are held.

    Args:
        held_until: the last day; None is until they are replaced.

    Raises:
        Outdated: it is not what was `seen`.
        Refused: the number is taken, the days cannot be, or not by this person or now.
    """

    def prepare(batch: RecognitionBatch) -> None:
        signed = batch.signed_at and timezone.localdate(batch.signed_at)
        refuse_unless_past(dated, "dated", since=signed)
        if held_until and held_until < dated:
            raise Refused(_("It ends before it begins."), field="held_until")
        if too_long := terms.too_long(batch.title, dated, dated, held_until):
            raise Refused(too_long, field="held_until")
        batch.number, batch.dated, batch.year = number, dated, dated.year
        batch.held_until = held_until

    try:
        return _prepared("number", pk, user, "", seen, prepare)
    except IntegrityError as error:
        if TAKEN_ONCE not in str(error):
            raise
        raise Refused(
            _("Number %(number)d is taken by another decision of this year.") % {"number": number},
            field="number",
        ) from error


def revoke(
    pk: int, user: Any, document: str, reason: str, seen: str | None = None
) -> RecognitionBatch:
    """Revoke an issued list as a whole, by a document. Raises Refused, Outdated."""

    def prepare(batch: RecognitionBatch) -> None:
        batch.revoking_document = document.strip()

    return _prepared("revoke", pk, user, reason, seen, prepare)


def revoke_part(
    pk: int, user: Any, units: list[int], document: str, reason: str, seen: str | None = None
) -> int:
    """Revoke some recognitions of an issued list, by a document.

    Returns:
        How many were revoked.

    Raises:
        Outdated: it is not what was `seen`.
        Refused: not by this person or now, nobody was chosen, or without document or reason.
    """
    document, reason = document.strip(), reason.strip()
    if not document:
        raise Refused(_("Name the document that revokes it."), field="document")
    if not reason:
        raise Refused(_("Say why: this step needs a reason."), field="reason")
    with transaction.atomic():
        batch = entering.locked(pk)
        _refuse_part(batch, user, seen)
        grant = permissions.signing_grant(user, batch)
        said = f"{document}: {reason}"
        with journal.act("batch.revoke_part", actor=user, reason=said, behalf=grant):
            revoked = issuing.revoke(batch, user, said, timezone.now(), units)
            if not revoked:
                raise Refused(_("Choose whose title is revoked."))
            batch.version += 1
            batch.save(update_fields=["version"])
            record(batch, "revoke_part", batch.state, user, said)
            following.of_batch(batch)
    return revoked


def reinstate_part(
    pk: int, user: Any, units: list[int], reason: str, seen: str | None = None
) -> int:
    """Undo the revocation of some of an issued list.

    Returns:
        How many count again.

    Raises:
        As `revoke_part`; Refused where one of them holds the title by a later decision.
    """
    reason = reason.strip()
    if not reason:
        raise Refused(_("Say why: this step needs a reason."), field="reason")
    with transaction.atomic():
        batch = entering.locked(pk)
        _refuse_part(batch, user, seen)
        grant = permissions.signing_grant(user, batch)
        with journal.act("batch.reinstate_part", actor=user, reason=reason, behalf=grant):
            issuing.lock(batch)
            if issuing.held_again(batch, units):
                raise Refused(_("Some of them have been recognised again since."))
            changed = issuing.reinstate(batch, user, reason, units)
            if not changed:
                raise Refused(_("Choose whose title counts again."))
            batch.version += 1
            batch.save(update_fields=["version"])
            record(batch, "reinstate_part", batch.state, user, reason)
            following.of_batch(batch)
    return changed


def _refuse_part(batch: RecognitionBatch, user: Any, seen: str | None) -> None:
    if seen is not None and seen != fingerprint(batch):
        raise Outdated(_("Somebody changed this meanwhile: look at it as it stands now."))
    if batch.state != S.ISSUED:
        raise Refused(_("Only what is issued is revoked."))
    allowed, why_not = permissions.may_sign(user, batch)
    if not allowed:
        raise Refused(why_not)
