"""What is typed into the filter of a list of people, on its way into the list's address."""

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import Resolver404, resolve

from core import veiled
from core.access import signed_in
from core.forms.filters import VEILED

_OWN = ("csrfmiddlewaretoken", "to", "page", VEILED, veiled.NAME)


@signed_in("POST")
def lead(request: HttpRequest) -> HttpResponseRedirect:
    """Lead back to a list, with the filters in its address and the words unreadable in it.

    Raises BadRequest where `to` is no page of the portal.
    """
    to = request.POST.get("to", "")
    try:
        resolve(to)
    except Resolver404:
        raise BadRequest("no page of the portal") from None
    asked = request.POST.copy()
    words = asked.get(VEILED, "").strip()
    for name in _OWN:
        asked.pop(name, None)
    others = {name: str(said) for name, said in asked.items() if said}
    return HttpResponseRedirect(veiled.address(to, words, **others))
