"""The page of the search, which stands in the head of every page."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy, ngettext

from core import veiled
from core.access import requires, signed_in
from core.forms.fields import LineField, WordsField
from core.paging import Pages
from core.workflow import Refused
from reports import searching
from units import finding, personal, queries
from units.forms.units import OpeningForm

RESULTS_A_PAGE = 50
WORDS_LENGTH = 100


class WordsForm(forms.Form):
    """What is searched for."""

    words = LineField(required=False, max_length=WORDS_LENGTH)


class LookupForm(forms.Form):
    """A whole identity number, and why it is asked for."""

    number = forms.CharField(
        label=gettext_lazy("Identity number"),
        max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Enter the whole identity number.")},
    )
    reason = WordsField(
        label=gettext_lazy("Reason"),
        rows=2,
        max_length=personal.REASON_LENGTH,
        error_messages={"required": gettext_lazy("Say why: this step needs a reason.")},
    )


def address(words: str) -> str:
    """Where the results of `words` stand; what they are cannot be read from it."""
    return veiled.address(reverse("search"), words)


@signed_in("GET", "POST")
def search(request: HttpRequest) -> HttpResponseBase:
    """What was found, by kind; POST takes what was typed and leads to its results."""
    if request.method == "POST":
        form = WordsForm(request.POST)
        return HttpResponseRedirect(address(form.cleaned_data["words"] if form.is_valid() else ""))
    return _page(request, veiled.unveil(request.GET.get(veiled.NAME, "")))


def _page(
    request: HttpRequest,
    words: str,
    lookup: LookupForm | None = None,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    user: Any = request.user
    enough = searching.is_enough(words)
    context: dict[str, Any] = {
        "words": words,
        "enough": enough,
        "fewest": searching.FEWEST_LETTERS,
        "most": queries.MOST_RANKED,
        "lookup": (lookup or LookupForm()) if user.has_perm(finding.LOOKUP) else None,
        **dict.fromkeys(("groups", "page", "all_url", "closed", "asked", "person")),
        "opening": OpeningForm(),
        **more,
    }
    if enough:
        context |= _all_of_one(request, words) or {"groups": searching.found(user, words)}
        if user.has_perm("personal.read"):
            context["closed"] = finding.homes_closed(user).count()
    return render(request, "reports/search.html", context, status=status)


def _all_of_one(request: HttpRequest, words: str) -> dict[str, Any]:
    """Everything of the kind that the address asks for; empty where it asks for all kinds."""
    code = request.GET.get("in")
    if not code:
        return {}
    kind = searching.kind_of(request.user, code)
    if kind is None:
        raise Http404
    rows = kind.rows(request.user, words)[: queries.MOST_RANKED + 1]
    page = Pages(rows, RESULTS_A_PAGE).get_page(request.GET.get("page"))
    hits = list(kind.hits(list(page)))
    return {"groups": [searching.Group(kind, hits, False)], "page": page, "all_url": address(words)}


@requires("personal.read", methods=("POST",))
def open_names(request: HttpRequest) -> HttpResponseBase:
    """Open the names of all own hamlets and offices for an hour, to search in them."""
    words = veiled.unveil(request.GET.get(veiled.NAME, ""))
    form = OpeningForm(request.POST)
    if form.is_valid():
        try:
            opened = finding.open_all(request.user, form.cleaned_data["reason"])
        except Refused as refused:
            form.add_error("reason", str(refused))
        else:
            said = ngettext(
                "Names of %(number)d place opened.", "Names of %(number)d places opened.", opened
            )
            messages.success(request, said % {"number": opened})
            return HttpResponseRedirect(address(words))
    return _page(request, words, opening=form, status=422)


@requires(finding.LOOKUP, methods=("POST",))
def lookup(request: HttpRequest) -> HttpResponseBase:
    """Where in the province the person of an identity number is kept."""
    form = LookupForm(request.POST)
    if form.is_valid():
        try:
            found = finding.lookup(
                request.user, form.cleaned_data["number"], form.cleaned_data["reason"]
            )
        except ValueError as error:
            form.add_error("number", str(error))
        except Refused as refused:
            form.add_error("reason", str(refused))
        else:
            return _page(request, "", status=201, asked=True, person=found)
    return _page(request, "", form, status=422)
