"""Correcting an issued decision by a document of its issuer (đính chính).

What was frozen stays as it was signed. Who is called otherwise from now on gets another
certificate, and the old one is shown as replaced.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from awards.certificates import making
from awards.deciding import drafting, papers, permissions, telling, workflow
from awards.models import (
    NAME_LENGTH,
    STANDING_AWARDS,
    Award,
    CorrectedLine,
    Correction,
    Decision,
    DecisionState,
)
from core import files, journal, periods
from core.happened import refuse_unless_past
from core.workflow import Outdated, Refused, Verdict

STATES = (DecisionState.ISSUED, DecisionState.PUBLISHED)


@dataclass(frozen=True)
class Document:
    """The document that corrects, as it says of itself.

    Attributes:
        says: what it puts right, in words.
    """

    number: str
    dated: periods.Day
    issuer_name: str
    says: str


def may_correct(user: Any, decision: Decision) -> Verdict:
    """Whether `user` enters corrections of the decision now: the registrar of its issuer; of a
    result from above the office that entered it."""
    if decision.issuer_id is None:
        allowed, why_not = permissions.may_prepare(user, decision)
    else:
        allowed = permissions.registering_grant(user, decision) is not None
        why_not = "" if allowed else _("Only the registrar of the issuer does this.")
    if allowed and decision.state not in STATES:
        return False, _("Only an issued decision that stands is corrected.")
    return allowed, why_not


def correct(
    user: Any, pk: int, document: Document, names: Mapping[int, str], upload: Any, *, seen: str
) -> Correction:
    """Enter a correction, with what follows: names, certificates, notices.

    Args:
        names: by the key of a line what its subject is called from now on; a line that is called
            so already is left as it is.
        upload: the document as a file.
        seen: the `fingerprint` of the decision that the person had before them.

    Raises:
        Outdated: the decision is no longer what the person saw.
        Refused: not by this person or now, a day that cannot be, a name that is empty or too
            long, too many lines at once, or the document was entered before.
        core.files.FileRefused: the file is not taken.
    """
    try:
        with transaction.atomic():
            decision = drafting.locked(pk)
            allowed, why_not = may_correct(user, decision)
            if not allowed:
                raise Refused(why_not)
            if seen != workflow.fingerprint(decision):
                raise Outdated(_("Somebody changed this meanwhile: look at it as it stands now."))
            _can_be(decision, document)
            lines = _changed(decision, names)
            grant = workflow.acting_grant(user, decision, "correct")
            with journal.act("decision.correct", actor=user, reason=document.says, behalf=grant):
                correction = Correction.objects.create(
                    decision=decision,
                    file=files.store(upload, user),
                    entered_by=user,
                    **vars(document),
                )
                _call_otherwise(correction, lines, names)
                making.make_anew(decision, lines, user)
                decision.version += 1
                decision.save(update_fields=["version"])
                workflow.record(decision, "correct", decision.state, user, document.says)
                telling.of_correction(decision, lines, user)
    except IntegrityError as error:
        if "decision_corrected_once" not in str(error):
            raise
        raise Refused(_("This document was entered before."), field="number") from error
    return correction


def _can_be(decision: Decision, document: Document) -> None:
    assert decision.dated is not None  # noqa: S101 -- an issued decision has its day
    refuse_unless_past(document.dated, "dated", since=decision.dated)


def _changed(decision: Decision, names: Mapping[int, str]) -> list[Award]:
    """The lines that stand and are called otherwise from now on, as papers need them."""
    found = [
        one
        for one in papers.lines_of(decision)
        if names.get(one.pk, one.called) != one.called and one.state in STANDING_AWARDS
    ]
    if len(found) > making.A_SHEAF:
        sentence = _("At most %(most)d names at once: enter the rest by a second document.")
        raise Refused(sentence % {"most": making.A_SHEAF})
    if not all(names[one.pk] for one in found):
        sentence = _("Nobody stays without a name: leave those as they are that are not corrected.")
        raise Refused(sentence)
    if any(len(names[one.pk]) > NAME_LENGTH for one in found):
        sentence = _("A name has at most %(most)d characters; papers never cut one.")
        raise Refused(sentence % {"most": NAME_LENGTH})
    return found


def _call_otherwise(correction: Correction, lines: list[Award], names: Mapping[int, str]) -> None:
    rows = [
        CorrectedLine(correction=correction, award=one, before=one.called, name=names[one.pk])
        for one in lines
    ]
    CorrectedLine.objects.bulk_create(rows)
    for one in lines:
        one.corrected = names[one.pk]
    Award.objects.bulk_update(lines, ["corrected"])
