"""One submission: whom it carries, its papers, its steps."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import OuterRef, Subquery
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import demonstration, people
from awards.forms.submissions import PaperForm, WordingForm
from awards.models import Nomination, Submission, SubmissionEvent, SubmissionFile
from awards.nominating import checking
from awards.submitting import clock, entering, listing, names, papers, permissions
from awards.submitting.workflow import COSTLY, SUBMISSION, fingerprint, perform, receivers_of
from core import files, periods, seals
from core.access import require, requires
from core.documents.docx import render_docx
from core.documents.paper import Paper
from core.documents.render import render_pdf
from core.htmx import is_htmx
from core.models import PreviewPage
from core.presentation import HistoryLine, history_of
from core.views.files import pages_of, shown_file, text_document
from core.views.files import paper as pdf_file
from core.views.steps import Refusal, Step, step_of, take, with_refusal
from core.views.ticked import keys
from core.workflow import Refused, Transition, Verdict
from criteria.routing import Receiver
from units import personal, visibility
from units.forms.units import OpeningForm
from units.letterheads import GOVERNED, body_of
from units.models import Placement
from units.views.access_panel import access_page
from units.visibility import Possible

MOST_READY = 100  # of what can be added stand on the page

# What the person reads after a step of theirs, and what the history calls it.
_SAID = {
    "sign": lambda: _("Signed off. It can be sent."),
    "unsign": lambda: _("The signature is taken back. It can be changed again."),
    "send": lambda: _("Sent. It can be taken back until the office receives it."),
    "take_back": lambda: _("Taken back. What it carries is with your unit again."),
    "receive": lambda: _("Received. From today the working days count."),
    "unreceive": lambda: _("Undone. The unit can take it back again."),
    "return": lambda: _("Returned. The unit sees the reason."),
    "unreturn": lambda: _("Undone. The appraisal goes on where it stood."),
}
_DONE = {
    "sign": lambda: _("Signed off"),
    "unsign": lambda: _("Signature taken back"),
    "send": lambda: _("Sent"),
    "take_back": lambda: _("Taken back"),
    "receive": lambda: _("Received"),
    "unreceive": lambda: _("Receiving undone"),
    "return": lambda: _("Returned for completion"),
    "unreturn": lambda: _("Returning undone"),
}
_BY_SENDER = frozenset({"send", "take_back"})
_BY_SIGNER = frozenset({"sign", "unsign"})


def visible(request: HttpRequest, pk: int, *, with_papers: bool = True) -> Submission:
    """The submission with what its pages show of it (one query), and the papers that go with it
    (two more). Raises Http404."""
    offices = Placement.objects.on(periods.today()).filter(unit=OuterRef("receiver"))
    try:
        found: Submission = (
            Submission.objects.visible_to(request.user)
            .select_related(
                "placement",
                "receiver",
                "form__document",
                "round__campaign",
                "phase__campaign",
                "signed_by",
            )
            .annotate(
                receiver_name=Subquery(offices.values("name")[:1]),
                **listing.waiting(),
            )
            .prefetch_related(*(["files__file"] if with_papers else []))
            .get(pk=pk)
        )
    except Submission.DoesNotExist:
        raise Http404 from None
    return found


def readable(request: HttpRequest, pk: int, *, with_papers: bool = True) -> Submission:
    """The submission, for who may read what stands in it. Raises Http404, PermissionDenied."""
    found = visible(request, pk, with_papers=with_papers)
    require(permissions.sees_content(request.user, found))
    return found


@requires("nomination.view")
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Whom it carries, its papers, how it stands, and what can be done with it now."""
    return _page(request, readable(request, pk))


def _page(
    request: HttpRequest,
    found: Submission,
    refusal: Refusal | None = None,
    wording: WordingForm | None = None,
    paper_form: PaperForm | None = None,
    status: int = 200,
) -> HttpResponse:
    may_change, why_not = permissions.may_change(request.user, found)
    lines = list(entering.carried(found))
    found.carried_once = lines  # type: ignore[attr-defined]
    attached = list(found.files.all())
    pages = pages_of([one.file for one in attached])
    known = names.names(request.user, found, lines)
    events = list(found.events.order_by("-pk"))
    people.load([(found, "begun_by"), (found, "received_by"), *((one, "user") for one in events)])
    context = {
        "found": found,
        "lines": [(one, known.get(one.unit_id, "")) for one in lines],
        "asks_names": _asks_names(request.user, found, lines, known),
        "opening": OpeningForm(),
        "reason_length": personal.REASON_LENGTH,
        "turn": clock.of_submissions([found])[found.pk],
        "may_change": may_change,
        "why_not_change": why_not if permissions.may_prepare(request.user, found)[0] else "",
        "wording": wording or _wording(found),
        "paper_form": (paper_form or PaperForm()) if may_change else None,
        "files": [(one, _shown(one, pages)) for one in attached],
        "has_minutes": any(one.kind == SubmissionFile.Kind.MINUTES for one in attached),
        "largest_file": settings.EVIDENCE_MAX_BYTES,
        "steps": with_refusal(request, _steps(request.user, found), refusal),
        "history": _history(found, events),
    }
    status = refusal.status if refusal else status
    return render(request, "awards/submission.html", context, status=status)


def _asks_names(
    user: Any, found: Submission, lines: list[Nomination], known: Mapping[int, str]
) -> bool:
    """Whether there are names that the person may open and has not."""
    return bool(names.homes(lines)) and not known and names.may_open(user, found)[0]


def _ready(found: Submission) -> Sequence[Nomination]:
    """What can still be put on it (at most three queries)."""
    ready = entering.ready(found.sender_id, found.form, found.occasion)
    others = ready.exclude(lines__submission=found).with_subject()
    shown = list(
        others.select_related("unit", "form", "placement").order_by("path", "pk")[:MOST_READY]
    )
    return entering.forwardable(found.sender_id, shown) if shown else []


def _wording(found: Submission) -> WordingForm:
    return WordingForm(initial={"number": found.number, "dated": found.dated, "note": found.note})


def _shown(attached: SubmissionFile, pages: dict[int, list[PreviewPage]]) -> Any:
    key = [attached.submission_id, attached.pk]
    return shown_file(
        attached.file,
        reverse("submissions:file", args=key),
        lambda number: reverse("submissions:file_page", args=[*key, number]),
        pages.get(attached.file_id, []),
    )


def _steps(user: Any, found: Submission) -> list[Step]:
    """The steps that follow, for those whose work they are.

    What the pre-check and the routes say stands in a part of the page of its own; the step itself
    asks them.
    """
    acts = {
        **dict.fromkeys(_BY_SENDER, permissions.preparing_grant(user, found.sender_id)),
        **dict.fromkeys(_BY_SIGNER, permissions.signing_grant(user, found)),
    }
    receives = permissions.receiving_grant(user, found)
    seen = fingerprint(found)
    return [
        step_of("submissions:step", found.pk, arrow, _verdict(arrow, found, user), seen=seen)
        for arrow in SUBMISSION.transitions
        if found.state in arrow.sources and acts.get(arrow.name, receives)
    ]


def _verdict(arrow: Transition, found: Submission, user: Any) -> Verdict:
    verdict = arrow.may(user, found)
    for condition in arrow.conditions:
        if verdict[0] and condition not in COSTLY:
            verdict = condition(found)
    return verdict


def _history(found: Submission, events: list[SubmissionEvent]) -> list[HistoryLine]:
    """Its steps, the latest first, and who began it."""
    begun = HistoryLine(found.begun_at, _("Begun"), str(found.begun_by), state="draft")
    return history_of(events, lambda name: _DONE[name](), begun)


# Whom it carries


@requires("nomination.view")
def precheck(request: HttpRequest, pk: int) -> HttpResponse:
    """Where it goes, and the pre-check of each nomination: a part of its page for htmx."""
    found = readable(request, pk, with_papers=False)
    lines = list(entering.carried(found))
    found.carried_once = lines  # type: ignore[attr-defined]
    known = checking.findings_of(lines)
    context = {
        "found": found,
        "receivers": receivers_of(found) if lines else [],
        "checked": [(one, known[one.pk], checking.blocks(known[one.pk])) for one in lines],
        "blocked": sum(checking.blocks(known[one.pk]) for one in lines),
        "noticed": sum(bool(known[one.pk]) for one in lines),
    }
    part = "awards/submission_checked.html"
    return render(request, part if is_htmx(request) else "awards/submission_precheck.html", context)


@requires("submission.prepare", methods=("GET", "POST"))
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Put further nominations on it that are ready."""
    found = visible(request, pk)
    require(permissions.may_change(request.user, found))
    if request.method == "GET":
        context = {"found": found, "ready": _ready(found)}
        return render(request, "awards/submission_add.html", context)
    try:
        number = entering.add(request.user, pk, keys(request.POST.getlist("nomination")))
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        sentence = ngettext("%(number)d nomination added.", "%(number)d nominations added.", number)
        messages.success(request, sentence % {"number": number})
    return _to(pk)


@requires("submission.prepare", methods=("POST",))
def take_off(request: HttpRequest, pk: int, nomination_id: int) -> HttpResponse:
    """Take a nomination off it; the nomination stays with the unit."""
    found = visible(request, pk)
    require(permissions.may_prepare(request.user, found))
    try:
        entering.take_off(request.user, pk, nomination_id)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Taken off. The nomination stays with your unit."))
    return _to(pk)


@requires("submission.prepare", methods=("POST",))
def word(request: HttpRequest, pk: int) -> HttpResponse:
    """Set number and symbol, day, and further words."""
    found = visible(request, pk)
    require(permissions.may_prepare(request.user, found))
    form = WordingForm(request.POST)
    if not form.is_valid():
        return _page(request, found, wording=form, status=422)
    try:
        entering.word(request.user, pk, **form.cleaned_data)
    except Refused as refused:
        form.add_error(refused.field or None, str(refused))
        return _page(request, visible(request, pk), wording=form, status=409)
    messages.success(request, _("Saved."))
    return _to(pk)


def _to(pk: int) -> HttpResponse:
    return HttpResponseRedirect(reverse("submissions:detail", args=[pk]))


# Papers that go with it


@requires("submission.prepare", methods=("POST",))
def upload(request: HttpRequest, pk: int) -> HttpResponse:
    """Attach a paper."""
    found = visible(request, pk)
    require(permissions.may_prepare(request.user, found))
    form = PaperForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            entering.attach(request.user, pk, form.cleaned_data["kind"], form.cleaned_data["file"])
        except files.FileRefused as refused:
            form.add_error("file", refused)
        except Refused as refused:
            form.add_error("file", str(refused))
        else:
            messages.success(request, _("Attached."))
            return _to(pk)
    return _page(request, visible(request, pk), paper_form=form, status=422)


@requires("submission.prepare", methods=("POST",))
def file_remove(request: HttpRequest, pk: int, file_pk: int) -> HttpResponse:
    """Take a paper out again."""
    found = visible(request, pk)
    require(permissions.may_prepare(request.user, found))
    try:
        entering.detach(request.user, pk, file_pk)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Removed."))
    return _to(pk)


@requires("nomination.view")
def file(request: HttpRequest, pk: int, file_pk: int) -> HttpResponseBase:
    """The original of a paper, as attachment only."""
    return files.attachment(_attached(readable(request, pk), file_pk).file)


@requires("nomination.view")
def file_page(request: HttpRequest, pk: int, file_pk: int, number: int) -> HttpResponseBase:
    """The picture of one page of a paper."""
    attached = _attached(readable(request, pk), file_pk)
    page = PreviewPage.objects.filter(file=attached.file_id, number=number).first()
    if page is None:
        raise Http404
    return files.picture(page)


def _attached(found: Submission, file_pk: int) -> SubmissionFile:
    """A paper of the submission. Raises Http404."""
    attached = found.files.select_related("file").filter(pk=file_pk).first()
    if attached is None:
        raise Http404
    return attached


@requires("nomination.view")
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """Tờ trình with its list, as a PDF file."""
    found = readable(request, pk)
    return pdf_file(render_pdf(_paper(request, found)), f"to-trinh-{found.form.code}-{pk}")


@requires("nomination.view")
def paper_docx(request: HttpRequest, pk: int) -> HttpResponse:
    """The same paper, to be finished by hand."""
    found = readable(request, pk)
    return text_document(render_docx(_paper(request, found)), f"to-trinh-{found.form.code}-{pk}")


def _paper(request: HttpRequest, found: Submission) -> Paper:
    lines = list(entering.carried(found))
    found.carried_once = lines  # type: ignore[attr-defined]
    place = found.placement
    around = Placement.objects.on(periods.today()).filter(
        unit__in=[one for one in (place.managed_by_id, place.located_in_id) if one]
    )
    by_unit = {one.unit_id: one for one in around}
    above = None if place.kind in GOVERNED else by_unit.get(place.managed_by_id or 0)
    inside = by_unit.get(place.located_in_id or 0)
    frame = papers.Frame(
        parent=body_of(above.name, above.kind, "\n") if above else "",
        inside=inside.name if inside else "",
        office=_office(found, lines),
        names=names.names(request.user, found, lines),
        digest=seals.day_root(periods.today()),
        is_demo=demonstration.is_loaded(),
    )
    return papers.submission_paper(found, lines, list(found.files.all()), frame)


def _office(found: Submission, lines: list[Nomination]) -> Placement | Receiver | None:
    """Who received it; before the sending, who would; None where the routes name no one office."""
    if found.receiver_id:
        return Placement.objects.on(periods.today()).filter(unit=found.receiver_id).first()
    receivers = receivers_of(found) if lines else []
    return receivers[0] if len(receivers) == 1 else None


@requires("nomination.view", methods=("POST",))
def open_names(request: HttpRequest, pk: int) -> HttpResponse:
    """Open the names of the households, clans and citizens on it for an hour, saying why."""
    found = readable(request, pk)
    require(names.may_open(request.user, found))
    form = OpeningForm(request.POST)
    if not form.is_valid():
        messages.error(request, form.reason_error)
        return _to(pk)
    lines = list(entering.carried(found))
    names.open_names(request.user, found, lines, form.cleaned_data["reason"])
    messages.success(request, _("The names are open for an hour, here and on the papers."))
    return _to(pk)


# Steps


@requires("submission.prepare", "submission.sign", "nomination.appraise", methods=("POST",))
def step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Carry a submission, with what it carries, over one arrow of its workflow."""
    found = visible(request, pk)
    if name not in _SAID:
        raise Http404
    require(SUBMISSION[name].may(request.user, found))

    def carry(reason: str, seen: str) -> str:
        perform(name, pk, request.user, reason=reason, seen=seen)
        return str(_SAID[name]())

    refusal = take(request, name, carry)
    if refusal:
        return _page(request, readable(request, pk), refusal)
    return _to(pk)


# Who sees it


@requires("nomination.view")
def access(request: HttpRequest, pk: int) -> HttpResponse:
    """Who sees a submission, and each act on it with whether the reader may, and why not."""
    found = visible(request, pk)
    user = request.user
    note = ""
    if not found.sent_at:
        note = _("Until it is sent, others see that it is there, not what stands in it.")
    acts = [
        Possible(_("Read what stands in it"), *permissions.sees_content(user, found)),
        Possible(_("Change it, add and take off"), *permissions.may_change(user, found)),
        *(
            Possible(str(arrow.label), *_access_verdict(arrow, found, user))
            for arrow in SUBMISSION.transitions
        ),
    ]
    context = {
        "title": _("Submission of %(name)s") % {"name": found.placement.name},
        "back": reverse("submissions:detail", args=[pk]),
        "note": note,
        "seers": visibility.who_sees(
            user, "nomination.view", unit_id=found.sender_id, path=found.path
        ),
        "possible": acts,
    }
    return access_page(request, context)


def _access_verdict(arrow: Transition, found: Submission, user: Any) -> Verdict:
    """As the buttons of the page, and for steps that do not follow now, too."""
    if found.state not in arrow.sources:
        return False, _("This step does not follow from the present state: %(state)s.") % {
            "state": found.get_state_display()
        }
    return _verdict(arrow, found, user)
