"""One decision: its draft, its steps, its number, its signed paper, its revocation."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    QueryDict,
)
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from awards.certificates import making
from awards.deciding import (
    choosing,
    conditions,
    correcting,
    drafting,
    listing,
    permissions,
    revoking,
    workflow,
)
from awards.deciding.workflow import DECISION, fingerprint
from awards.forms.decisions import (
    DraftForm,
    NumberForm,
    ReinstatingForm,
    RevokingForm,
    SignedPaperForm,
    initial_of,
)
from awards.models import (
    ISSUED_STATES,
    STANDING_AWARDS,
    Award,
    Correction,
    Decision,
    DecisionEvent,
    DecisionState,
)
from core import files, periods
from core.access import require, requires
from core.documents.docx import render_docx
from core.documents.render import render_pdf
from core.presentation import HistoryLine, history_of
from core.views.files import paper as pdf_file
from core.views.files import text_document
from core.views.steps import (
    Refusal,
    Step,
    reason_of,
    say_refused,
    step_of,
    take,
    with_refusal,
)
from core.views.ticked import keys
from core.workflow import Refused

# By forms of their own, because they ask for more than a reason.
MISSING_AT_ONCE = 10  # lines of the draft that a signed paper lacks; the others unfold
WITH_FORM = frozenset({"number", "revoke"})
WORKS = ("decision.prepare", "decision.register", "decision.sign")
_SAID = {
    "hand_over": lambda: _("Handed over. The registrar checks its form."),
    "take_back": lambda: _("Taken back. It can be changed and handed over again."),
    "submit": lambda: _("Submitted for signature."),
    "return": lambda: _("Returned. The office that drafts it reads why."),
    "drop": lambda: _("Dropped. Its nominations can be decided on by another decision."),
    "sign": lambda: _("Signed. The registrar numbers it."),
    "unsign": lambda: _("The signature is taken back."),
    "unnumber": lambda: _("The number is free again."),
    "issue": lambda: _("Issued. Publish it when those concerned may know."),
    "publish": lambda: _("Published. Who proposed them is told."),
    "reinstate": lambda: _("The revocation is undone: what it ended stands again."),
}
_OTHER_EVENTS = {
    "revoke_line": lambda: _("One commendation revoked"),
    "reinstate_line": lambda: _("Revocation of one commendation undone"),
    "correct": lambda: _("Corrected by a document"),
    "above": lambda: _("Result from above entered"),
}
_LOOKS = {
    "hand_over": ("primary", "send"),
    "submit": ("primary", "send"),
    "sign": ("primary", "pencil"),
    "issue": ("primary", "check"),
    "publish": ("primary", "flag"),
    "drop": ("danger", "cross"),
}


def visible(request: HttpRequest, pk: int) -> Decision:
    """The decision with what its pages show of it. Raises Http404 outside the scope."""
    found = (
        Decision.objects.visible_to(request.user)
        .select_related(
            "form",
            "given",
            "round",
            "phase",
            "placement",
            "signer",
            "begun_by",
            "signed_file",
        )
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise Http404
    return found


@dataclass(frozen=True)
class Typed:
    """Forms that came back, by what they are for."""

    draft: DraftForm | None = None
    number: NumberForm | None = None
    signed: SignedPaperForm | None = None
    revoking: RevokingForm | None = None


@requires("decision.view")
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What it says, whom it commends, how it stands, and what can be done with it now."""
    return _page(request, visible(request, pk))


def _page(
    request: HttpRequest,
    found: Decision,
    refusal: Refusal | None = None,
    typed: Typed | None = None,
    status: int = 200,
) -> HttpResponse:
    user, typed = request.user, typed or Typed()
    works = permissions.sees_paper(user, found)[0]
    may_change = permissions.may_change(user, found)[0]
    lines = _lines(request, found, works=works)
    context: dict[str, Any] = {
        "found": found,
        "missing": found.missing[:MISSING_AT_ONCE],
        "missing_more": found.missing[MISSING_AT_ONCE:],
        "works": works,
        "is_issued": found.state in ISSUED_STATES,
        "lines": lines,
        "total": _total(lines),
        "bonus_sources": sorted({one.bonus_source for one in lines} - {""}) if works else [],
        "is_reckoned": all(one.bonus is not None for one in lines),
        "may_change": may_change,
        "draft": typed.draft or _draft_form(found) if may_change else None,
        "number": typed.number or _number_form(user, found),
        "signed": typed.signed or _signed_form(user, found),
        "revoking": typed.revoking or _revoking_form(user, found),
        "reinstates": _reinstates(user, found),
        "corrections": _corrections(found),
        "corrects": correcting.may_correct(user, found)[0],
        "seen": fingerprint(found),
        "steps": with_refusal(request, _steps(user, found), refusal) if works else [],
        "history": _history(found) if works else [],
        "certificates": making.standing(user, found),
    }
    status = refusal.status if refusal else status
    return render(request, "awards/decision.html", context, status=status)


def _total(lines: list[Award]) -> int | None:
    """What goes with the lines that stand, in đồng; None where that of one is not configured."""
    bonuses = [one.bonus for one in lines if one.state in STANDING_AWARDS]
    known = [one for one in bonuses if one is not None]
    return sum(known) if len(known) == len(bonuses) else None


def _lines(request: HttpRequest, found: Decision, *, works: bool) -> list[Award]:
    """Its lines: all of them for who works on it, of others those in their scope, people by
    their number."""
    if not works:
        return listing.lines_in_scope(request.user, found)
    rows = found.lines()
    unnamed = [one.nomination for one in rows if not one.name]
    names = drafting.names_of(unnamed) if unnamed else {}
    for one in rows:
        one.name = one.name or names[one.nomination_id]
    return rows


def _steps(user: Any, found: Decision) -> list[Step]:
    """The steps that follow, for those whose work they are; those with forms stand elsewhere."""
    seen = fingerprint(found)
    return [
        step_of("decisions:step", found.pk, arrow, (allowed, why), seen=seen, looks=_LOOKS)
        for arrow, allowed, why in DECISION.choices(found, user)
        if arrow.name not in WITH_FORM and workflow.acting_grant(user, found, arrow.name)
    ]


def _signers(found: Decision) -> list[User]:
    """Who may sign for the issuer today."""
    held = conditions.signing_on(found, periods.today())
    return list({one.user_id: one.user for one in held}.values())


def _draft_form(found: Decision, posted: QueryDict | None = None) -> DraftForm:
    to_give = choosing.offered(found) if found.form.is_open else None
    initial = initial_of(found, fingerprint(found))
    return DraftForm(_signers(found), to_give, posted, initial=initial)


def _number_form(user: Any, found: Decision) -> NumberForm | None:
    if found.state != DecisionState.SIGNED or not permissions.may_register(user, found)[0]:
        return None
    return NumberForm(initial={"dated": periods.today()})


def _signed_form(user: Any, found: Decision) -> SignedPaperForm | None:
    if found.state not in drafting.WITH_PAPER or not permissions.may_register(user, found)[0]:
        return None
    return SignedPaperForm()


def _revoking_form(user: Any, found: Decision) -> RevokingForm | None:
    open_states = (DecisionState.ISSUED, DecisionState.PUBLISHED)
    if found.state not in open_states or not permissions.may_revoke(user, found)[0]:
        return None
    return RevokingForm()


def _reinstates(user: Any, found: Decision) -> bool:
    """Whether the person undoes the revocation of single lines."""
    return found.state == DecisionState.PUBLISHED and permissions.may_revoke(user, found)[0]


def _corrections(found: Decision) -> list[Correction]:
    """The documents that corrected it, each with its lines."""
    if found.state not in (*correcting.STATES, DecisionState.REVOKED):
        return []
    return list(found.corrections.select_related("file").prefetch_related("lines"))


def _label_of(name: str) -> str:
    """What the history calls a step: as its button does, where it has one."""
    other = _OTHER_EVENTS.get(name)
    return str(other()) if other else str(DECISION[name].label)


def _history(found: Decision) -> list[HistoryLine]:
    """Its steps, the latest first, and who began it."""
    begun = HistoryLine(found.begun_at, _("Begun"), str(found.begun_by), state="draft")
    events = list(found.events.select_related("user").order_by("-pk"))
    for event in events:
        if event.transition == "revoke_line":
            event.target = "revoked"  # what became of the line: the decision stands
    return history_of(events, _label_of, begun, _undone(found, events))


def _undone(found: Decision, events: list[DecisionEvent]) -> set[int]:
    """The revocations that do not hold any more. One that holds was recorded at the moment since
    which the decision, or one of its lines, is revoked."""
    acts = [one for one in events if one.transition in ("revoke", "revoke_line")]
    revoked = (found.revoked_at, *(one.revoked_at for one in found.lines()))
    since = {moment for moment in revoked if moment} if acts else set()
    hold = {min(acts, key=lambda act: abs(act.at - moment)).pk for moment in since}
    return {act.pk for act in acts} - hold


# Steps


def _to(pk: int) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("decisions:detail", args=[pk]))


@requires(*WORKS, methods=("POST",))
def step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Carry a decision over one arrow of its workflow."""
    found = visible(request, pk)
    if name not in _SAID:
        raise Http404
    require(DECISION[name].may(request.user, found))

    def perform(reason: str, seen: str) -> str:
        workflow.perform(name, pk, request.user, reason=reason, seen=seen)
        return str(_SAID[name]())

    refusal = take(request, name, perform)
    if refusal:
        return _page(request, visible(request, pk), refusal)
    if not Decision.objects.visible_to(request.user).filter(pk=pk).exists():
        return HttpResponseRedirect(reverse("decisions:index"))  # a draft again, of another office
    return _to(pk)


def _done(request: HttpRequest, pk: int, act: Callable[[], object], said: str) -> HttpResponse:
    """Do something and go back to the page, which says what came of it."""
    try:
        act()
    except Refused as refused:
        say_refused(request, refused)
    else:
        messages.success(request, said)
    return _to(pk)


# The draft


@requires("decision.prepare", methods=("POST",))
def write(request: HttpRequest, pk: int) -> HttpResponse:
    """Save what the draft says."""
    found = visible(request, pk)
    require(permissions.may_change(request.user, found))
    form = _draft_form(found, request.POST)
    if form.is_valid():
        if form.cleaned_data["seen"] == fingerprint(found):
            return _done(
                request,
                pk,
                lambda: drafting.write(request.user, pk, form.said()),
                _("Saved."),
            )
        form.add_error(None, _("Somebody changed this meanwhile: look at it as it stands now."))
    return _page(request, found, typed=Typed(draft=form), status=422)


@requires("decision.prepare", methods=("POST",))
def take_off(request: HttpRequest, pk: int, award_id: int) -> HttpResponse:
    """Take a line off the draft."""
    found = visible(request, pk)
    require(permissions.may_change(request.user, found))
    said = _("Taken off. It can be decided on by another decision.")
    return _done(request, pk, lambda: drafting.take_off(request.user, pk, award_id), said)


# Number, signed paper


@requires("decision.register", methods=("POST",))
def number(request: HttpRequest, pk: int) -> HttpResponse:
    """Give it its number and day."""
    found = visible(request, pk)
    require(permissions.may_register(request.user, found))
    form = NumberForm(request.POST)
    if form.is_valid():
        seen = request.GET.get("seen", "")
        try:
            workflow.give_number(request.user, pk, **form.cleaned_data, seen=seen)
        except Refused as refused:
            form.add_error(refused.field or None, str(refused))
        else:
            messages.success(request, _("Numbered. Attach the signed paper, then issue it."))
            return _to(pk)
    return _page(request, visible(request, pk), typed=Typed(number=form), status=422)


@requires("decision.register", methods=("POST",))
def attach(request: HttpRequest, pk: int) -> HttpResponse:
    """Attach the signed paper."""
    found = visible(request, pk)
    require(permissions.may_register(request.user, found))
    form = SignedPaperForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            drafting.attach(request.user, pk, form.cleaned_data["file"])
        except files.FileRefused as refused:
            form.add_error("file", refused)
        except Refused as refused:
            form.add_error("file", str(refused))
        else:
            messages.success(request, _("Attached and compared."))
            return _to(pk)
    return _page(request, visible(request, pk), typed=Typed(signed=form), status=422)


@requires("decision.view")
def signed(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The signed paper, for who works on the decision."""
    found = visible(request, pk)
    require(permissions.sees_paper(request.user, found))
    if found.signed_file is None:
        raise Http404
    return files.attachment(found.signed_file)


@requires("decision.register", methods=("POST",))
def difference(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm that the signed paper is this decision although its text differs."""
    found = visible(request, pk)
    require(permissions.may_register(request.user, found))
    compared = keys([request.GET.get("paper", "")])

    def confirm() -> object:
        return drafting.confirm_difference(request.user, pk, reason_of(request), paper=compared)

    return _done(request, pk, confirm, _("Confirmed, with your reason."))


# Revoking


@requires("decision.sign", "decision.prepare", methods=("POST",))
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Revoke the whole decision by a document."""
    found = visible(request, pk)
    require(permissions.may_revoke(request.user, found))
    form = RevokingForm(request.POST)
    if form.is_valid():
        seen = request.GET.get("seen", "")
        try:
            revoking.revoke(request.user, pk, **form.cleaned_data, seen=seen)
        except Refused as refused:
            form.add_error(refused.field or None, str(refused))
        else:
            messages.success(request, _("Revoked. Who proposed them is told."))
            return _to(pk)
    return _page(request, visible(request, pk), typed=Typed(revoking=form), status=422)


@requires("decision.sign", "decision.prepare", methods=("GET", "POST"))
def revoke_line(request: HttpRequest, pk: int, award_id: int) -> HttpResponse:
    """Revoke one commendation by a document; the others stand."""
    found, award = _revocable(request, pk, award_id)
    form = RevokingForm(request.POST if request.method == "POST" else None)
    return _about_line(
        request,
        found,
        award,
        form,
        act=lambda said: revoking.revoke_line(request.user, award_id, **said),
        said=_("Revoked. Who proposed it is told."),
    )


@requires("decision.sign", "decision.prepare", methods=("GET", "POST"))
def reinstate_line(request: HttpRequest, pk: int, award_id: int) -> HttpResponse:
    """Undo the revocation of one commendation."""
    found, award = _revocable(request, pk, award_id)
    form = ReinstatingForm(request.POST if request.method == "POST" else None)
    return _about_line(
        request,
        found,
        award,
        form,
        act=lambda said: revoking.reinstate_line(request.user, award_id, **said),
        said=_("The revocation is undone: the commendation stands again."),
    )


def _revocable(request: HttpRequest, pk: int, award_id: int) -> tuple[Decision, Award]:
    """A decision whose lines the person revokes, and one of them. Raises Http404,
    PermissionDenied."""
    found = visible(request, pk)
    require(permissions.may_revoke(request.user, found))
    award = next((one for one in found.lines() if one.pk == award_id), None)
    if award is None:
        raise Http404
    return found, award


def _about_line(
    request: HttpRequest,
    found: Decision,
    award: Award,
    form: RevokingForm | ReinstatingForm,
    *,
    act: Callable[[dict[str, Any]], object],
    said: str,
) -> HttpResponse:
    """The page of what is to become of one line; once that is done, back to the decision."""
    if form.is_valid():
        try:
            act(form.cleaned_data)
        except Refused as refused:
            form.add_error(refused.field or None, str(refused))
        else:
            messages.success(request, said)
            return _to(found.pk)
    context = {
        "found": found,
        "award": award,
        "name": award.called or drafting.names_of([award.nomination])[award.nomination_id],
        "form": form,
        "revokes": isinstance(form, RevokingForm),
    }
    status = 422 if form.errors else 200
    return render(request, "awards/decision_line.html", context, status=status)


# The paper


@requires("decision.view")
def paper(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The decision with its list as a PDF file, or to be finished by hand as .docx; once it is
    issued, the paper as it was signed."""
    found = visible(request, pk)
    require(permissions.sees_paper(request.user, found))
    if found.placement is None:
        raise Http404
    if found.state in ISSUED_STATES:
        return signed(request, pk)
    made = workflow.paper_of(found)
    stem = f"quyet-dinh-{pk}"
    if request.GET.get("as") == "docx":
        return text_document(render_docx(made), stem)
    return pdf_file(render_pdf(made), stem)
