"""The steps of self-assessments and of recognitions: as buttons, and taken by a person."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from core.forms.fields import ReasonForm
from core.workflow import Outdated, Refused, Transition, Verdict

# How the button of each step looks: style and picture.
_LOOKS = {
    "send": ("primary", "send"),
    "receive": ("primary", "inbox"),
    "confirm": ("primary", "check"),
    "reject": ("danger", "cross"),
    "revoke": ("danger", "cross"),
}
_BACK = ("secondary", "return")  # what takes something back, or sends it back


@dataclass(frozen=True)
class Step:
    """A step of a workflow as templates/criteria/step.html shows it.

    Attributes:
        url: where it is posted to; it carries what the page showed.
        why_not: why this person may not take it now.
        explain: what follows from it.
        warning: what deserves a look before it is taken.
        error: why it was not taken a moment ago; `text` is the reason that was typed.
    """

    name: str
    label: Any
    url: str
    allowed: bool
    why_not: str
    explain: Any
    style: str
    picture: str
    ask_reason: bool
    warning: str = ""
    error: str = ""
    text: str = ""


def step_of(
    route: str, pk: int, arrow: Transition, verdict: Verdict, *, seen: str, query: str = ""
) -> Step:
    """A step of the subject `pk`, with whether it may be taken now, and if not, why not.

    Args:
        route: name of the address that takes it.
        seen: fingerprint of what the page shows.
        query: what the addresses of the page carry along.
    """
    carried = "&".join(filter(None, (query, urlencode({"seen": seen}))))
    return Step(
        arrow.name,
        arrow.label,
        f"{reverse(route, args=[pk, arrow.name])}?{carried}",
        *verdict,
        arrow.told,
        *_LOOKS.get(arrow.name, _BACK),
        arrow.reason_required,
    )


@dataclass(frozen=True)
class Refusal:
    """A step that was not taken: why, and the reason that was typed for it.

    Attributes:
        outdated: whether something else stood there than the person saw.
        status: of the answer.
    """

    name: str
    sentence: str
    typed: str
    outdated: bool = False
    status: int = 422


def take(
    request: HttpRequest, name: str, perform: Callable[[str, str], object], said: str
) -> Refusal | None:
    """Take the step `name` with the reason that was sent, and tell the person what came of it.

    Args:
        perform: takes the step, given the reason and what the person saw; raises Refused.
        said: the sentence after a step that was taken.

    Returns:
        None for a step that was taken; else what the page has to say when it is shown again.
    """
    form = ReasonForm(request.POST)
    typed = form.typed_reason
    if form.reason_error:
        return Refusal(name, form.reason_error, typed)
    try:
        perform(form.cleaned_data["reason"], request.GET.get("seen", ""))
    except Refused as refused:
        return Refusal(name, str(refused), typed, isinstance(refused, Outdated), 409)
    messages.success(request, said)
    return None


def with_refusal(
    request: HttpRequest, steps: Iterable[Step], refusal: Refusal | None
) -> list[Step]:
    """The steps of a page that is shown again: the one that was refused stands open and says why.

    Where it is not offered any more the page says so at its top.
    """
    steps = list(steps)
    if refusal is None:
        return steps
    if not any(step.name == refusal.name and step.allowed for step in steps):
        messages.error(request, refusal.sentence)
        if refusal.typed:
            sentence = _("You had written: “%(reason)s”") % {"reason": refusal.typed}
            messages.info(request, sentence)
        return steps
    return [
        replace(step, error=refusal.sentence, text=refusal.typed)
        if step.name == refusal.name
        else step
        for step in steps
    ]
