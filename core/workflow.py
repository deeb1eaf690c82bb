"""Transitions as data, and the one function that carries them out.

A workflow is a table of `Transition`s. Screens, bulk jobs, tests and documentation read the same
table; `perform` is the only code that changes a state.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db import models, transaction
from django.utils.translation import gettext as _

from core import journal

Subject = TypeVar("Subject", bound=models.Model)
#: A predicate's answer: whether, and if not, why not.
Verdict = tuple[bool, str]
YES: Verdict = (True, "")

REASON_LENGTH = 2000  # characters: a page of text; what is longer belongs into a document

GONE = "gone"  # target of a step after which nothing of the subject stays but the journal


class Refused(Exception):
    """Something that may not be done now; the message is for the person who asked.

    Attributes:
        field: name of what was entered and cannot be, where it is one thing; else empty.
    """

    def __init__(self, message: str = "", *, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class Outdated(Refused):
    """What the person had before them is no longer what stands there."""


def still_there(row: Subject | None) -> Subject:
    """A row that is to be taken off, where nobody has done so meanwhile. Raises Refused."""
    if row is None:
        raise Refused(_("It was taken off before: the list stands as it is now."))
    return row


@dataclass(frozen=True)
class Transition:
    """One arrow of a workflow.

    Attributes:
        name: code, also the act in the journal (`<workflow>.<name>`).
        label: what the button says.
        sources: states from which it leads.
        target: state to which it leads, or a function of the subject that names it; `GONE` takes
            the subject away, with what `apply` takes away before it.
        may: who may, as `(user, subject) -> (allowed, reason)`.
        conditions: what the law or the rules ask, as `(subject) -> (met, reason)`.
        apply: sets the subject's dates and actors, as `(subject, user, reason) -> None`.
        reason_required: whether the person must say why.
        inverse: name of the transition that takes it back, if any.
        told: who sees it next, and what taking it back does to that.
        tells: kind of notice (core.notices) that others get; empty tells nobody.
        takes_back: kinds of notice that no longer hold once it is taken.
        settles: kinds of notice that ask for nothing any more once it is taken.
    """

    name: str
    label: Any
    sources: frozenset[str]
    target: str | Callable[[Any], str]
    may: Callable[[Any, Any], Verdict]
    apply: Callable[[Any, Any, str], None]
    conditions: tuple[Callable[[Any], Verdict], ...] = field(default=())
    reason_required: bool = False
    inverse: str = ""
    told: Any = ""
    tells: str = ""
    takes_back: tuple[str, ...] = ()
    settles: tuple[str, ...] = ()

    def kept_reason(self, reason: str) -> str:
        """The reason as it is kept.

        Raises:
            Refused: the step needs one, and there is none.
        """
        reason = reason.strip()
        if self.reason_required and not reason:
            raise Refused(_("Say why: this step needs a reason."))
        return reason


def _leads_back(step: Transition, inverse: Transition) -> bool:
    """Whether `inverse` leaves from where `step` leads, and leads to where that came from.

    Where a target depends on the subject, the tests of that workflow hold it.
    """
    leaves = callable(step.target) or step.target in inverse.sources
    returns = callable(inverse.target) or inverse.target in step.sources
    return leaves and returns


@dataclass(frozen=True)
class Workflow:
    """A named table of transitions over the `state` field of one model.

    Attributes:
        fingerprint: what a page shows of a subject, in a word: another one when any of it changed.
        record: keeps a step that was taken, as `(subject, arrow, source, user, reason) -> None`.
    """

    name: str
    model: type[models.Model]
    transitions: tuple[Transition, ...]
    fingerprint: Callable[[Any], str]
    record: Callable[[Any, Transition, str, Any, str], None]

    def __post_init__(self) -> None:
        """Hold that each step leads back by the one it names as its inverse.

        Raises:
            ValueError: it does not.
        """
        for step in self.transitions:
            if step.inverse and not _leads_back(step, self[step.inverse]):
                raise ValueError(f"{self.name}.{step.name} is not undone by {step.inverse}")

    def __getitem__(self, name: str) -> Transition:
        for transition_ in self.transitions:
            if transition_.name == name:
                return transition_
        raise KeyError(name)

    def allowed(self, transition_: Transition, subject: Any, user: Any) -> Verdict:
        """Whether `user` may now carry `subject` over this arrow, and if not, why not."""
        if subject.state not in transition_.sources:
            return False, _("This step does not follow from the present state: %(state)s.") % {
                "state": subject.get_state_display()
            }
        allowed, reason = transition_.may(user, subject)
        if not allowed:
            return False, reason
        for condition in transition_.conditions:
            met, reason = condition(subject)
            if not met:
                return False, reason
        return YES

    def choices(self, subject: Any, user: Any) -> Iterable[tuple[Transition, bool, str]]:
        """The arrows that leave the subject's state, each with whether and why not."""
        for transition_ in self.transitions:
            if subject.state in transition_.sources:
                yield transition_, *self.allowed(transition_, subject, user)

    def perform(
        self,
        name: str,
        pk: int,
        user: Any,
        *,
        reason: str = "",
        behalf: Any = None,
        seen: str | None = None,
        fingerprint: Callable[[Any], str] | None = None,
    ) -> Any:
        """Carry the subject `pk` over the arrow `name`, in one transaction.

        Locks the row, checks the state again under the lock, asks who may and what the rules say,
        whether it still is what the person saw, saves, and records the event; of a subject that is
        gone the journal alone tells.

        Args:
            seen: the `fingerprint` of what the person had before them; None where a program acts
                on what it reads itself.
            fingerprint: how `seen` was taken, where not by the workflow's own fingerprint.

        Raises:
            Outdated: the subject is no longer what the person saw.
            Refused: with the sentence for the person.
            Model.DoesNotExist: there is no such subject.
        """
        arrow = self[name]
        reason = arrow.kept_reason(reason)
        with transaction.atomic():
            subject: Any = self.model._default_manager.select_for_update(of=("self",)).get(pk=pk)
            allowed, why_not = self.allowed(arrow, subject, user)
            if not allowed:
                raise Refused(why_not)
            if seen is not None and seen != (fingerprint or self.fingerprint)(subject):
                raise Outdated(_("Somebody changed this meanwhile: look at it as it stands now."))
            source = subject.state
            target = arrow.target(subject) if callable(arrow.target) else arrow.target
            with journal.act(f"{self.name}.{name}", actor=user, reason=reason, behalf=behalf):
                arrow.apply(subject, user, reason)
                if target == GONE:
                    subject.delete()
                else:
                    subject.state = target
                    subject.save()
                    self.record(subject, arrow, source, user, reason)
        return subject
