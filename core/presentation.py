"""What views hand to the components of the pages (core/templatetags/components.py)."""

import datetime
from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass
from typing import Any

# How a state looks: its tone (a colour, which never stands alone) and its icon. A state that is
# not named here is neutral.
LOOKS: dict[str, tuple[str, str]] = {
    "draft": ("neutral", "pencil"),
    "sent": ("info", "send"),
    "received": ("info", "inbox"),
    "returned": ("warning", "return"),
    "confirmed": ("success", "check"),
    "closed": ("neutral", "lock"),
    "ended": ("neutral", "lock"),
    "declared": ("info", "pencil"),
    "valid": ("success", "check"),
    "revoked": ("danger", "cross"),
    "withdrawn": ("neutral", "return"),
    "rejected": ("danger", "cross"),
    "late": ("danger", "clock"),
    "running": ("info", "clock"),
    "done": ("success", "check"),
    "refused": ("warning", "return"),
    "failed": ("danger", "cross"),
    "cancelled": ("neutral", "cross"),
    "met": ("success", "check"),
    "not_met": ("danger", "cross"),
    "unanswered": ("neutral", "circle"),
    "no_data": ("warning", "question"),
    "inconclusive": ("warning", "question"),
    "to_judge": ("info", "clock"),
    "no_source": ("warning", "question"),
    "not_configured": ("warning", "question"),
    "accepted": ("success", "check"),
    "approved": ("success", "check"),
    "changed": ("info", "pencil"),
    "open": ("info", "send"),
    "waiting": ("warning", "clock"),
    "supported": ("success", "check"),
    "planned": ("success", "document"),
    "asked": ("info", "send"),
    "answered": ("success", "check"),
    "entered": ("info", "pencil"),
    "remedied": ("success", "check"),
    "to_correct": ("warning", "return"),
    "replaced": ("neutral", "return"),
    "granted": ("success", "award"),
    "listed": ("neutral", "pencil"),
    "published": ("success", "flag"),
    "issued": ("info", "document"),
    "numbered": ("info", "book"),
    "signed": ("info", "pencil"),
    "submitted": ("warning", "clock"),
    "checking": ("info", "search"),
    "invited": ("info", "send"),
    "released": ("neutral", "return"),
    "appraised": ("success", "check"),
    "council": ("info", "people"),
    "passed": ("success", "check"),
    "decided": ("success", "award"),
    "dropped": ("neutral", "cross"),
    "proposed": ("info", "send"),
    "carried_out": ("success", "check"),
    "undone": ("neutral", "return"),
    "faulty": ("danger", "stop"),
    "checked": ("info", "search"),
    "ordered": ("warning", "clock"),
    "written": ("success", "check"),
    "undoing": ("warning", "clock"),
    "wrong": ("danger", "stop"),
    "new": ("success", "plus"),
    "same": ("neutral", "check"),
    "missing": ("warning", "question"),
}
UNKNOWN_LOOK = ("neutral", "circle")


@dataclass(frozen=True)
class Finding:
    """One sentence of a pre-check.

    Attributes:
        text: what is wrong or worth a look, and what to do.
        blocks: whether it blocks the step (red) or only deserves a look (yellow).
        article: the article, criterion or plan behind it.
        url: where it can be mended, or where the article can be read.
    """

    text: str
    blocks: bool
    article: str = ""
    url: str = ""


@dataclass(frozen=True)
class HistoryLine:
    """One line of a history: what happened, when, by whom and why.

    Attributes:
        at: the moment.
        label: what happened, in words.
        actor: who did it, with the role if it matters.
        reason: why, in the person's own words.
        state: the state that it led to, which decides the icon.
        changes: what changed, as (name, before, after).
        undone: whether a later act took it back, so that its reason holds no more.
    """

    at: datetime.datetime
    label: str
    actor: str = ""
    reason: str = ""
    state: str = ""
    changes: tuple[tuple[str, str, str], ...] = ()
    undone: bool = False


@dataclass(frozen=True)
class Thumbnail:
    """The picture of one page of a file.

    Attributes:
        url: address of the picture.
        number: the page, from 1.
        width, height: its size in pixels.
    """

    url: str
    number: int
    width: int
    height: int


@dataclass(frozen=True)
class OthersValue:
    """A newer value of one autosaved answer, by somebody else.

    Attributes:
        key: the answer's key, as in the id `answer-<key>` of its form.
        version: the version of the newer value.
        values: name of each field of the form, and its newer value as the form would send it
            (a list where a field may be sent several times, such as check boxes).
        shown: the same for people: label and text.
        by: who saved it.
        at: when.
    """

    key: str
    version: int
    values: dict[str, Any]
    shown: tuple[tuple[str, str], ...] = ()
    by: str = ""
    at: datetime.datetime | None = None

    @property
    def fields(self) -> list[tuple[str, str]]:
        """Every name with one value; a name comes as often as it has values."""
        return [
            (name, str(one))
            for name, value in self.values.items()
            for one in (value if isinstance(value, list) else [value])
        ]


@dataclass(frozen=True)
class SaveState:
    """What the line below an autosaved answer says.

    Attributes:
        key: the answer's key.
        version: the version that the page now stands on; 0 where nothing was saved yet.
        at: when it was saved last.
        by: who saved it, where it was somebody else.
        errors: why it was not saved; empty where it was.
        invalid: names of the fields that the errors are about.
        mine: what was to be saved, for people: label and text; needed beside `theirs` only.
        theirs: the newer value of somebody else, which this saving would have overwritten.
    """

    key: str
    version: int
    at: datetime.datetime | None = None
    by: str = ""
    errors: tuple[str, ...] = ()
    invalid: tuple[str, ...] = ()
    mine: tuple[tuple[str, str], ...] = ()
    theirs: OthersValue | None = None

    @property
    def state(self) -> str:
        """One of conflict, invalid, saved, new."""
        if self.theirs:
            return "conflict"
        if self.errors:
            return "invalid"
        return "saved" if self.at else "new"


def history_of(
    events: Iterable[Any],
    label_of: Callable[[str], str],
    begun: HistoryLine | None,
    undone: Container[int] = (),
) -> list[HistoryLine]:
    """The steps of a subject, the latest first, and its beginning.

    Args:
        events: rows of a `StepEvent` with their `user`, the latest first.
        label_of: what the history calls a step.
        begun: None where nothing is kept of who began it.
        undone: keys of the events that later ones took back.
    """
    steps = [
        HistoryLine(
            at=event.at,
            label=label_of(event.transition),
            actor=" – ".join(filter(None, (str(event.user), event.unit_name))),
            reason=event.reason,
            state=event.target,
            undone=event.pk in undone,
        )
        for event in events
    ]
    return [*steps, begun] if begun else steps
