"""The history of a self-assessment: its steps, and what changed from one sending to the next."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.presentation import HistoryLine
from criteria import answer_texts
from criteria.evaluation import Form
from criteria.models import AnswerVerdict, Assessment, AssessmentEvent, AssessmentState
from criteria.rules import AttestedRule, Rule

Snapshot = Mapping[str, Mapping[str, Any]]

_DONE = {
    "send": gettext_lazy("Sent"),
    "take_back": gettext_lazy("Taken back"),
    "receive": gettext_lazy("Received"),
    "unreceive": gettext_lazy("Receiving undone"),
    "return": gettext_lazy("Returned for completion"),
    "unreturn": gettext_lazy("Returning undone"),
    "confirm": gettext_lazy("Result confirmed"),
    "unconfirm": gettext_lazy("Confirming undone"),
    "carry_over": gettext_lazy("Carried over to a later version of its criteria"),
    "carry_back": gettext_lazy("Put back under the earlier version of its criteria"),
}
# After these another version of the set asks; what stood before is not read by its rules.
_OTHER_VERSION = ("carry_over", "carry_back")


@dataclass(frozen=True)
class Change:
    """One field that differs: which criterion, which field, and both texts.

    `label` is empty where the texts say themselves what they are.
    """

    code: str
    label: str
    before: str
    after: str


def events_of(assessment: Assessment) -> list[AssessmentEvent]:
    """The steps of an assessment, the first first (one query; none while nothing can have happened
    to it: never sent, and under a first version, to which nothing is carried over)."""
    if assessment.submission == 0 and assessment.criteria_set.version == 1:
        return []
    return list(assessment.events.select_related("user"))


def last_return(events: Iterable[AssessmentEvent]) -> AssessmentEvent | None:
    """The return that the unit works on."""
    standing = _standing_returns(events)
    return standing[-1] if standing else None


def standing_returns(assessment: Assessment) -> list[AssessmentEvent]:
    """The returns of an assessment that were not undone, the first first (one query)."""
    steps = assessment.events.filter(transition__in=("return", "unreturn"))
    return _standing_returns(steps.select_related("user"))


def _standing_returns(events: Iterable[AssessmentEvent]) -> list[AssessmentEvent]:
    """Undoing takes the last one away."""
    standing: list[AssessmentEvent] = []
    for event in events:
        if event.transition == "return":
            standing.append(event)
        elif event.transition == "unreturn" and standing:
            standing.pop()
    return standing


def lines(
    assessment: Assessment, form: Form, events: Sequence[AssessmentEvent]
) -> list[HistoryLine]:
    """Everything that happened to an assessment, the latest first.

    Each sending after the first says field by field what differs from the one before; each return
    and confirmation which criteria were marked or changed, and why.
    """
    told = [
        HistoryLine(
            at=assessment.begun_at,
            label=_("Begun"),
            actor=str(assessment.begun_by),
            state=AssessmentState.DRAFT,
        )
    ]
    last_sent: Snapshot | None = None
    own = len(events) - len(_under_this_version(events))
    for number, event in enumerate(events):
        told.append(_line(event, form if number >= own else None, last_sent))
        if event.transition == "send" or (last_sent and event.transition in _OTHER_VERSION):
            last_sent = event.snapshot
    return told[::-1]


def _under_this_version(events: Sequence[AssessmentEvent]) -> Sequence[AssessmentEvent]:
    """What happened since another version of the set was put in the place of the one before."""
    changes = [number for number, one in enumerate(events) if one.transition in _OTHER_VERSION]
    return events[changes[-1] :] if changes else events


def _line(event: AssessmentEvent, form: Form | None, last_sent: Snapshot | None) -> HistoryLine:
    """Args: form: by which its values are read; None where it was not yet the one that asks."""
    found: Iterable[Change] = ()
    if form and event.transition == "send" and last_sent is not None:
        found = differences(form, last_sent, event.snapshot)
    elif form and event.transition in ("return", "confirm"):
        found = verified_values(form, event.snapshot)
    actor = " – ".join(filter(None, (str(event.user), event.unit_name)))
    return HistoryLine(
        at=event.at,
        label=_label(event),
        actor=actor,
        reason="\n".join(filter(None, (event.reason, *_marks(event)))),
        state=event.target,
        changes=tuple(_named(change) for change in found),
    )


def _named(change: Change) -> tuple[str, str, str]:
    name = ". ".join(filter(None, (change.code, change.label)))
    return name, change.before or "–", change.after or "–"


def _label(event: AssessmentEvent) -> str:
    done = str(_DONE[event.transition])
    if event.transition == "send" and event.submission > 1:
        return _("%(done)s, time %(number)d") % {"done": done, "number": event.submission}
    return done


def _marks(event: AssessmentEvent) -> Iterator[str]:
    """The criteria that a return marks for correction, each with its reason; then those whose
    verified value outlives it."""
    if event.transition != "return":
        return
    for code, standing in event.snapshot.items():
        if standing.get("verdict") == AnswerVerdict.TO_CORRECT:
            yield _("Criterion %(code)s to be corrected: %(reason)s") % {
                "code": code,
                "reason": standing["reason"],
            }
    changed = [
        code
        for code, standing in event.snapshot.items()
        if standing.get("verdict") == AnswerVerdict.CHANGED
    ]
    if changed:
        yield _(
            "The verified value of criterion %(codes)s stays in force after the return, until the "
            "unit changes its answer or evidence there."
        ) % {"codes": ", ".join(changed)}


def differences(form: Form, before: Snapshot, after: Snapshot) -> list[Change]:
    """What the unit changed between two sendings, field by field, in the order of the form."""
    return [
        Change(spec.code, label, old, new)
        for spec in form.specs
        for (label, old), (_same, new) in zip(
            _fields(spec.rule, before.get(spec.code, {})),
            _fields(spec.rule, after.get(spec.code, {})),
            strict=True,
        )
        if old != new
    ]


def _fields(rule: Rule | None, standing: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [
        *answer_texts.shown(rule, standing.get("value", {})),
        (str(answer_texts.NOTE_LABEL), standing.get("note", "")),
        (_("Evidence"), ", ".join(standing.get("evidence", ()))),
    ]


def verified_values(form: Form, snapshot: Snapshot) -> list[Change]:
    """Where the reviewer put another value in the place of the claimed one: both, and why."""
    found = []
    for spec in form.specs:
        standing = snapshot.get(spec.code, {})
        if standing.get("verdict") != AnswerVerdict.CHANGED:
            continue
        claimed = answer_texts.shown(spec.rule, standing["value"])
        verified = answer_texts.shown(spec.rule, standing["verified_value"])
        chosen = isinstance(spec.rule, AttestedRule)  # its label only says that it is claimed
        found += [
            Change(
                spec.code,
                "" if chosen else label,
                _("claimed: %(value)s") % {"value": old or "–"},
                _("verified: %(value)s (%(reason)s)")
                % {"value": new or "–", "reason": standing["reason"]},
            )
            for (label, old), (_same, new) in zip(claimed, verified, strict=True)
            if old != new
        ]
    return found


@dataclass(frozen=True)
class Revised:
    """What became of one criterion between the sending that was returned and the present one."""

    asked: str  # why it was marked for correction; empty where it was not
    changes: tuple[Change, ...]


def revised(form: Form, events: Sequence[AssessmentEvent]) -> dict[str, Revised]:
    """What a reviewer has to look at again, by criterion code; empty before a second sending.

    Compared with what was returned; where the unit took it back itself, with its sending before;
    where it was carried over to another version since, with what it held then.
    """
    again = sum(event.transition == "send" for event in events) > 1
    events = _under_this_version(events)
    sendings = [event for event in events if event.transition == "send"]
    earlier = [one for one in events if one.transition in ("send", *_OTHER_VERSION)][:-1]
    before = last_return(events) or (earlier[-1] if earlier and again else None)
    if before is None or not sendings or sendings[-1].pk < before.pk:
        return {}
    found: dict[str, list[Change]] = {}
    for change in differences(form, before.snapshot, sendings[-1].snapshot):
        found.setdefault(change.code, []).append(change)
    asked = {
        code: str(standing["reason"])
        for code, standing in before.snapshot.items()
        if standing.get("verdict") == AnswerVerdict.TO_CORRECT
    }
    return {
        code: Revised(asked.get(code, ""), tuple(found.get(code, ())))
        for code in asked.keys() | found.keys()
    }
