"""Results from above: what an authority outside the portal decided on what was forwarded to it."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists
from django.utils import timezone
from django.utils.translation import gettext as _

from awards.deciding import choosing, drafting, workflow
from awards.deciding.conditions import given_to_same
from awards.deciding.drafting import Ready
from awards.models import (
    Award,
    AwardState,
    Decision,
    DecisionState,
    Nomination,
)
from awards.nominating.checking import ONE_ACHIEVEMENT
from awards.nominating.routes import Ways
from awards.nominating.telling import of_dropped
from campaign.queries import occasion_key
from core import files, journal, periods
from core.happened import refuse_unless_past
from core.workflow import Refused
from criteria.models import AwardForm
from units import scope
from units.scope import Grant


@dataclass(frozen=True)
class Result:
    """A decision from above, as its paper says.

    Attributes:
        given_id: key of the form that it gives, where what was proposed leaves that open.
    """

    issuer_name: str
    number: int
    symbol: str
    dated: periods.Day
    given_id: int | None = None


def offered(chosen: Ready) -> dict[AwardForm, set[int]] | None:
    """The forms of which a result gives one, each with the keys of the nominations to which it may
    be given; None where what was proposed says which."""
    if not chosen.form.is_open:
        return None
    ways = Ways([one.path for one in chosen.nominations], periods.today())
    return choosing.recipients(None, chosen.nominations, ways)


def enter(
    user: Any,
    chosen: Ready,
    result: Result,
    granted: Collection[int],
    refused: Collection[int],
    upload: Any,
) -> Decision:
    """Enter a result: who of those forwarded was commended, and who was not; others stay open.

    Args:
        granted: keys of nominations that the decision commends.
        refused: keys of nominations that were not commended.

    Raises:
        Refused: an office of the portal decides; nobody is commended; the form is not one for
            somebody whom it commends, or was given them for an overlapping period; the decision was
            entered before; or somebody has taken one of them meanwhile.
        core.files.FileRefused: the file is not taken.
    """
    if chosen.issuer is not None:
        raise Refused(_("An office of the portal decides on these: draft its decision."))
    if not granted:
        raise Refused(_("Choose whom the decision commends."))
    refuse_unless_past(result.dated, "dated")
    result = replace(result, given_id=_given(chosen, result, granted).pk)
    grant = scope.of(user).grant_at(chosen.office_id, "decision.prepare")
    try:
        with transaction.atomic(), journal.act("decision.above", actor=user, behalf=grant):
            rows = drafting.lock_free({*granted, *refused}, chosen)
            _refuse_given_before(result, granted)
            decision = Decision.objects.create(
                form=chosen.form,
                **occasion_key(chosen.occasion),
                office_id=chosen.office_id,
                state=DecisionState.PUBLISHED,
                published_at=timezone.now(),
                issued_at=timezone.now(),
                signed_file=files.store(upload, user),
                year=result.dated.year,
                begun_by=user,
                taken_part=[user.pk],
                **vars(result),
            )
            _settle(decision, user, grant, rows, {*granted})
            workflow.record(decision, "above", DecisionState.DRAFT, user, "")
            workflow.tell_published(decision, user)
    except IntegrityError as error:
        if "decision_from_above_once" not in str(error):
            raise
        raise Refused(_("This decision was entered before."), field="number") from error
    return decision


def _given(chosen: Ready, result: Result, granted: Collection[int]) -> AwardForm:
    """The form that is given. Raises Refused: it is not one for all whom the result commends."""
    to_give = offered(chosen)
    if to_give is None:
        return chosen.form
    form = next((one for one in to_give if one.pk == result.given_id), None)
    if form is None:
        raise Refused(_("Choose the form that was given."), field="given")
    others = [
        one.subject_name
        for one in chosen.nominations
        if one.pk in granted and one.pk not in to_give[form]
    ]
    if others:
        raise Refused(
            _("By the routes of today “%(form)s” is not given from above to: %(names)s.")
            % {"form": form.name, "names": ", ".join(others)},
            field="given",
        )
    return form


def _refuse_given_before(result: Result, granted: Collection[int]) -> None:
    """Raises Refused: another decision gives the form to somebody here for an overlapping period
    (Luật Thi đua, khen thưởng 06/2022/QH15, Điều 5)."""
    given = given_to_same(result.given_id)
    found = Nomination.objects.filter(pk__in=granted).filter(Exists(given))
    taken = drafting.names_of(found.with_subject())
    if taken:
        raise Refused(
            _(
                "Another decision gives the same form for an overlapping period (%(basis)s) to: "
                "%(names)s."
            )
            % {"basis": ONE_ACHIEVEMENT, "names": ", ".join(taken.values())}
        )


def _settle(
    decision: Decision,
    user: Any,
    grant: Grant | None,
    rows: list[Nomination],
    granted: set[int],
) -> None:
    """Close what was forwarded: a line for each who is commended, an end for the others."""
    commended = [one for one in rows if one.pk in granted]
    names = drafting.names_of(
        Nomination.objects.with_subject().filter(pk__in=[one.pk for one in commended])
    )
    lines = [
        Award(
            decision=decision,
            nomination=one,
            order=place,
            name=names[one.pk],
            state=AwardState.GRANTED,
        )
        for place, one in enumerate(commended, start=1)
    ]
    Award.objects.bulk_create(lines)
    workflow.carry(decision, user, grant, commended, "decide", "")
    reason = _("Not commended by decision %(number)s of %(issuer)s.") % {
        "number": decision.reference,
        "issuer": decision.issuer_name,
    }
    others = [one for one in rows if one.pk not in granted]
    workflow.carry(decision, user, grant, others, "drop", reason)
    named = Nomination.objects.with_subject().select_related("form")
    of_dropped(list(named.filter(pk__in=[one.pk for one in others])), user)
