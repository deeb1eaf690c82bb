"""What the steps of self-assessments and of recognitions have in common: the reason they take."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from core.workflow import Refused
from criteria.forms.reason import ReasonForm


def take(request: HttpRequest, perform: Callable[[str], object], said: Callable[[], str]) -> None:
    """Take a step with the reason that was sent, and tell the person what came of it.

    Args:
        perform: takes the step, given the reason; raises Refused.
        said: the sentence after a step that was taken.

    What was typed is given back with the sentence that refuses it.
    """
    form = ReasonForm(request.POST)
    sentence = form.reason_error
    if not sentence:
        try:
            perform(form.cleaned_data["reason"])
        except Refused as refused:
            sentence = str(refused)
    if not sentence:
        messages.success(request, said())
        return
    messages.error(request, sentence)
    typed = form.typed_reason.replace("\0", "").strip()
    if typed:
        messages.info(request, _("You had written: “%(reason)s”") % {"reason": typed})
