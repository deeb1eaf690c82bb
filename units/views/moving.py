"""The move of a household, a clan or a citizen to another home, and every home it had."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from core import periods
from core.access import require, requires
from core.forms.fields import ReasonForm
from core.workflow import Refused
from units import moving, permissions, queries
from units.entries import EntryError
from units.forms.moving import MoveForm
from units.models import Member, Placement
from units.views.access import key_of, unit_on
from units.views.keeping import kinds_at


@requires("members.edit", methods=("GET", "POST"))
def page(request: HttpRequest, pk: int, kind: str, unit_id: int) -> HttpResponse:
    """Where a member of a home was and is; POST moves it, or takes the last move back (`undo`)."""
    home = unit_on(request, key_of(pk), periods.today(), "members.view")
    require(permissions.may_keep_members(request.user, home))
    states = Member.objects.visible_to(request.user).at(home.unit_id, kind)
    state = states.filter(unit=key_of(unit_id)).order_by("-period").first()
    if state is None or kind not in kinds_at(home.kind):
        raise Http404
    if request.method == "POST" and "undo" in request.POST:
        return _take_back(request, home, state)
    homes = moving.homes_for(request.user, home, kind)
    form = MoveForm(kind, homes, request.POST if request.method == "POST" else None)
    if form.is_valid():
        to = form.move()
        try:
            moving.move(request.user, home, unit_id, to, form.cleaned_data["reason"])
        except EntryError as error:
            for name, sentence in error.errors.items():
                form.add_error(name, sentence)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Moved to %(home)s.") % {"home": to.home.name})
            return redirect("units:members_move", to.home.unit_id, kind, unit_id)
    return _page(request, home, state, form)


def _page(request: HttpRequest, home: Placement, state: Member, form: MoveForm) -> HttpResponse:
    stays = moving.stays(state.unit_id)
    is_here = stays[0].home_id == home.unit_id and periods.today() in stays[0].period
    context = {
        "home": home,
        "chain": queries.chains([home], periods.today())[home.pk],
        "kind": state.get_kind_display(),
        "state": state,
        "stays": stays,
        "is_here": is_here,
        "form": form,
        "companions": moving.companions(state).count() if is_here else 0,
    }
    return render(request, "units/member_move.html", context, status=422 if form.errors else 200)


def _take_back(request: HttpRequest, home: Placement, state: Member) -> HttpResponse:
    """The last move undone, with its reason; back at the home from before."""
    form = ReasonForm(request.POST)
    sentence = form.reason_error
    if not form.typed_reason:
        sentence = _("Say why: this step needs a reason.")
    if sentence:
        messages.error(request, sentence)
        return redirect(request.path)
    try:
        before = moving.take_back(request.user, home, state.unit_id, form.cleaned_data["reason"])
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(request.path)
    messages.success(request, _("The move is taken back."))
    return redirect("units:members_move", before.home_id, state.kind, state.unit_id)
