"""The steps of a workflow on a page: as buttons, and taken by a person.

A page shows `step_of` each arrow of `Workflow.choices`; the view that takes one asks `take`, and
shows the page again `with_refusal`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from core.forms.fields import ReasonForm
from core.workflow import Outdated, Refused, Transition, Verdict

#: How a button looks: style and picture.
Look = tuple[str, str]

# By the name of the step.
_LOOKS: dict[str, Look] = {
    "send": ("primary", "send"),
    "receive": ("primary", "inbox"),
    "confirm": ("primary", "check"),
    "approve": ("primary", "check"),
    "discard": ("danger", "cross"),
    "reject": ("danger", "cross"),
    "revoke": ("danger", "cross"),
    "withdraw": ("danger", "return"),
}
_BACK: Look = ("secondary", "return")  # what takes something back, or sends it back


@dataclass(frozen=True)
class Step:
    """A step as templates/components/step.html shows it.

    Attributes:
        url: where it is posted to; it carries what the page showed.
        why_not: why this person may not take it now.
        explain: what follows from it.
        name: of the arrow that it takes; empty for what is no arrow.
        error: why it was not taken a moment ago; `text` is the reason that was typed.
    """

    label: Any
    url: str
    allowed: bool
    why_not: str
    explain: Any = ""
    style: str = "secondary"
    picture: str = ""
    ask_reason: bool = False
    name: str = ""
    error: str = ""
    text: str = ""


def step_of(
    route: str,
    pk: int,
    arrow: Transition,
    verdict: Verdict,
    *,
    seen: str,
    query: str = "",
    looks: Mapping[str, Look] | None = None,
) -> Step:
    """A step of the subject `pk`, with whether it may be taken now, and if not, why not.

    Args:
        route: name of the address that takes it, by the subject's key and the arrow's name.
        seen: fingerprint of what the page shows.
        query: what the addresses of the page carry along.
        looks: buttons of this workflow that look otherwise than usual, by the arrow's name.
    """
    carried = "&".join(filter(None, (query, urlencode({"seen": seen}))))
    return Step(
        arrow.label,
        f"{reverse(route, args=[pk, arrow.name])}?{carried}",
        *verdict,
        arrow.told,
        *{**_LOOKS, **(looks or {})}.get(arrow.name, _BACK),
        arrow.reason_required,
        arrow.name,
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


def take(request: HttpRequest, name: str, perform: Callable[[str, str], str]) -> Refusal | None:
    """Take the step `name` with the reason that was sent, and tell the person what came of it.

    Args:
        perform: takes the step, given the reason and what the person saw; gives the sentence to
            say, or raises Refused.

    Returns:
        None for a step that was taken; else what the page has to say when it is shown again.
    """
    form = ReasonForm(request.POST)
    typed = form.typed_reason
    if form.reason_error:
        return Refusal(name, form.reason_error, typed)
    try:
        said = perform(form.cleaned_data["reason"], request.GET.get("seen", ""))
    except Refused as refused:
        return Refusal(name, str(refused), typed, isinstance(refused, Outdated), 409)
    messages.success(request, said)
    return None


def reason_of(request: HttpRequest) -> str:
    """The reason that was sent; it may be empty. Raises Refused: it is too long, or has a
    character that cannot be kept."""
    form = ReasonForm(request.POST)
    if form.reason_error:
        raise Refused(form.reason_error)
    return str(form.cleaned_data["reason"])


def say_refused(request: HttpRequest, refused: Refused) -> None:
    """Say at the top of the next page why something was not done, and give back the reason that
    was typed for it."""
    _say_at_the_top(request, str(refused), ReasonForm(request.POST).typed_reason)


def _say_at_the_top(request: HttpRequest, why_not: str, typed: str) -> None:
    messages.error(request, why_not)
    if typed:
        messages.info(request, _("You had written: “%(reason)s”") % {"reason": typed})


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
        _say_at_the_top(request, refusal.sentence, refusal.typed)
        return steps
    return [
        replace(step, error=refusal.sentence, text=refusal.typed)
        if step.name == refusal.name
        else step
        for step in steps
    ]
