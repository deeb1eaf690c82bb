"""Titles held by paper decisions: the list, entering one, one of them, checking it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from core import files, periods
from core.access import require, requires
from core.models import PreviewPage, StoredFile
from core.paging import Pages
from core.presentation import Finding, Thumbnail
from core.state_counts import StateCount, state_counts
from core.views.files import workbook
from core.views.steps import Refusal, Step, step_of, take, with_refusal
from core.workflow import Refused
from criteria import (
    evaluation,
    exporters,
    permissions,
    recognising,
    recognition_history,
    register,
    running_out,
)
from criteria.explain import STATUS_LABELS
from criteria.forms.recognition import RecognitionFilterForm, RecognitionForm, initial_of
from criteria.models import Assessment, Recognition, RecognitionState, Title
from criteria.outcome import SetOutcome
from criteria.registration import standing
from criteria.workflow import RECOGNITION, check_recognition
from units.models import Placement

ROWS_A_PAGE = 50

# What the person reads after a step of theirs.
_SAID = {
    "confirm": lambda: _("Confirmed. The title counts as held."),
    "unconfirm": lambda: _("Undone. The declaration waits for confirmation again."),
    "reject": lambda: _("Rejected. The unit sees the reason; the title does not count."),
    "revoke": lambda: _("Revoked. The title no longer counts from today."),
    "unrevoke": lambda: _("Revoking undone. The title counts as held again."),
}


# The list


@dataclass(frozen=True)
class Found:
    """The list as its address asks for it; `counts` are those of all states.

    Attributes:
        number: how many of the rows its pages turn over; there may be `more`.
    """

    form: RecognitionFilterForm
    rows: register.Rows
    number: int
    more: bool
    counts: list[StateCount]


def _find(request: HttpRequest) -> Found:
    titles = list(Title.objects.all())
    form = RecognitionFilterForm(request.GET, titles)
    found = register.rows(
        request.user,
        words=form.chosen("q"),
        title=form.chosen("title"),
        year=form.chosen("year") or None,
        day=form.chosen("day") or None,
        ends_by=form.ends_by(),
    )
    state = form.chosen("state")
    shown = found.filter(state=state) if state else found
    counted = register.counts(found)
    number = counted.get(state, 0) if state else sum(counted.values())
    labels = dict(RecognitionState.choices)
    return Found(
        form,
        register.ordered(shown, request.GET.get("sort", ""), number),
        min(number, register.MOST),
        number > register.MOST,
        state_counts(request, state, counted, labels, register.MOST),
    )


@requires("recognition.view")
def index(request: HttpRequest) -> HttpResponse:
    """The recognitions in scope."""
    found = _find(request)
    pages = Pages(found.rows, ROWS_A_PAGE, found.number, keys_first=True)
    context = {
        "form": found.form,
        "counts": found.counts,
        "page": pages.get_page(request.GET.get("page")),
        "more": found.more,
        "most": register.MOST,
        "export_url": f"{reverse('recognitions:export')}?{request.GET.urlencode()}",
        "today": periods.today(),
        "unannounced": bool(found.form.chosen("ends")) and running_out.notice_days() is None,
        "may_declare": request.user.has_perm("recognition.declare"),
    }
    return render(request, "criteria/recognitions.html", context)


@requires("recognition.view")
def export(request: HttpRequest) -> HttpResponse:
    """The same rows in the same order, as an .xlsx file."""
    content = exporters.recognitions_xlsx(_find(request).rows, _("Recognition of titles"))
    return workbook(content, "cong-nhan-danh-hieu")


# Entering


@requires("recognition.declare", methods=("GET", "POST"))
def new(request: HttpRequest) -> HttpResponse:
    """Enter a title that a unit of one's own holds by a paper decision."""
    of_today = Placement.objects.on(periods.today())
    placements = list(
        of_today.with_capability(request.user, "recognition.declare").order_by("name", "pk")
    )
    if not placements:
        raise PermissionDenied(_("You do not declare titles for this unit."))
    asked = {name: request.GET.get(name, "") for name in ("unit", "title")}
    form = _form(request, placements, initial=asked)
    if request.method == "POST" and (scan := _take(form)) is not _INVALID:
        try:
            declared = recognising.declare(request.user, form.placement, form.declaration(), scan)
        except recognising.Undeclarable as refused:
            form.add_faults(refused.faults)
        else:
            messages.success(request, _("Declared. It counts as not yet confirmed."))
            return HttpResponseRedirect(reverse("recognitions:detail", args=[declared.pk]))
    return _form_page(request, form, None)


@requires("recognition.declare", methods=("GET", "POST"))
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a declaration that nobody has checked yet."""
    recognition = visible_recognition(request, pk)
    require(permissions.may_correct(request.user, recognition))
    form = _form(
        request, [recognition.placement], initial=initial_of(recognition), correcting=recognition.pk
    )
    if request.method == "POST" and (scan := _take(form)) is not _INVALID:
        try:
            seen = form.cleaned_data["seen"]
            recognising.correct(pk, request.user, form.declaration(), scan, seen=seen)
        except recognising.Undeclarable as refused:
            form.add_faults(refused.faults)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Corrected."))
            return HttpResponseRedirect(reverse("recognitions:detail", args=[pk]))
    return _form_page(request, form, recognition)


_INVALID = object()


def _take(form: RecognitionForm) -> Any:
    """The scan to be stored with a form that can be read, `_INVALID` with one that cannot.

    A scan that can be taken is kept in either case.
    """
    valid = form.is_valid()
    scan = form.take_scan()
    return scan if valid else _INVALID


def _form(
    request: HttpRequest,
    placements: list[Placement],
    *,
    initial: Mapping[str, Any],
    correcting: int | None = None,
) -> RecognitionForm:
    kinds = sorted({placement.kind for placement in placements})
    titles = Title.objects.filter(subject_kinds__overlap=kinds).select_related("document")
    typed = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    return RecognitionForm(
        request.user, placements, list(titles), *typed, initial=initial, correcting=correcting
    )


def _form_page(
    request: HttpRequest, form: RecognitionForm, recognition: Recognition | None
) -> HttpResponse:
    context = {
        "form": form,
        "recognition": recognition,
        "present_scan": recognition.scan if recognition else None,
        "titles": list(form.titles.values()),
        "largest_file": settings.EVIDENCE_MAX_BYTES,
    }
    status = 422 if form.errors else 200
    return render(request, "criteria/recognition_form.html", context, status=status)


# One of them


@dataclass(frozen=True)
class Leaning:
    """A self-assessment whose set asks for the title: what came of it, and by this decision?"""

    assessment: Assessment
    code: str
    status: str
    label: str
    by_this: bool


@requires("recognition.view")
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What the decision says, its scan, how it stands, and what leans on it."""
    return _page(request, visible_recognition(request, pk))


def _page(
    request: HttpRequest, recognition: Recognition, refusal: Refusal | None = None
) -> HttpResponse:
    pages = _pages(recognition)
    context = {
        "recognition": recognition,
        "citation": evaluation.citation_of(recognition),
        "first": periods.first_day(recognition.period),
        "last": periods.last_day(recognition.period),
        "today": periods.today(),
        "pages": pages,
        "cover": pages[0] if pages else None,
        "scan_note": _scan_note(recognition.scan),
        "steps": with_refusal(request, _steps(request, recognition), refusal),
        "correcting": _correcting(request, recognition),
        "findings": _findings(recognition),
        "unread": _is_unread(request, recognition),
        "leaning": _leaning(request.user, recognition),
        "history": recognition_history.lines(recognition),
    }
    status = refusal.status if refusal else 200
    return render(request, "criteria/recognition.html", context, status=status)


def _findings(recognition: Recognition) -> list[Finding]:
    """What deserves a look before it is confirmed."""
    if recognition.state != RecognitionState.DECLARED:
        return []
    found = standing.finding(recognition)
    return [found] if found else []


def visible_recognition(request: HttpRequest, pk: int) -> Recognition:
    """The recognition with what its pages show of it. Raises Http404 outside the scope."""
    found = (
        Recognition.objects.visible_to(request.user)
        .select_related(
            "placement",
            "unit",
            "title",
            "title__document",
            "scan",
            "scan__uploaded_by",
            "declared_by",
            "checked_by",
        )
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise Http404
    return found


def _pages(recognition: Recognition) -> list[Thumbnail]:
    if recognition.scan_id is None:
        return []
    return [
        Thumbnail(
            reverse("recognitions:scan_page", args=[recognition.pk, page.number]),
            page.number,
            page.width,
            page.height,
        )
        for page in PreviewPage.objects.filter(file=recognition.scan_id).order_by("number")
    ]


def _scan_note(scan: StoredFile | None) -> str:
    """Who brought the scan, how far its pictures are, its digest."""
    if scan is None:
        return ""
    parts = [str(scan.uploaded_by)]
    if scan.preview != StoredFile.Preview.READY:
        parts.append(str(scan.get_preview_display()))
    parts.append(f"SHA-256 {scan.sha256[:12]}…")
    return " · ".join(parts)


def _steps(request: HttpRequest, recognition: Recognition) -> list[Step]:
    """The steps that follow, for people whose roles check titles; others only read."""
    if not request.user.has_perm("recognition.confirm"):
        return []
    seen = recognising.fingerprint(recognition)
    return [
        step_of("recognitions:step", recognition.pk, arrow, (allowed, why_not), seen=seen)
        for arrow, allowed, why_not in RECOGNITION.choices(recognition, request.user)
    ]


def _correcting(request: HttpRequest, recognition: Recognition) -> tuple[bool, str] | None:
    """Whether the person may correct it, and if not, why not; None where it is not their work."""
    may_declare, _why_not = permissions.may_declare(request.user, recognition)
    return permissions.may_correct(request.user, recognition) if may_declare else None


def _is_unread(request: HttpRequest, recognition: Recognition) -> bool:
    """Whether the person can note for the unit that it has read why it was rejected."""
    allowed, _why_not = permissions.may_note_refusal(request.user, recognition)
    return allowed and recognition.refusal_seen_at is None


def _leaning(user: Any, recognition: Recognition) -> list[Leaning]:
    """The unit's self-assessments with a criterion that the title meets (one query)."""
    asks = {"kind": "holds_title", "title": recognition.title.code}
    found = (
        Assessment.objects.visible_to(user)
        .filter(
            unit=recognition.unit_id,
            criteria_set__criteria__rule__contains=asks,
            result__isnull=False,
        )
        .select_related("round", "criteria_set")
        .annotate(code=F("criteria_set__criteria__code"))
        .order_by("-round__assessed_year", "pk", "code")
    )
    citation = evaluation.citation_of(recognition)
    return [_lean(assessment, citation) for assessment in found]


def _lean(assessment: Assessment, citation: str) -> Leaning:
    code: str = assessment.code  # type: ignore[attr-defined]
    outcome = SetOutcome.model_validate(assessment.result).criteria[code]
    return Leaning(
        assessment,
        code,
        outcome.status,
        str(STATUS_LABELS[outcome.status]),
        any(getattr(step, "decision", "") == citation for step in outcome.trace),
    )


@requires("recognition.confirm", methods=("POST",))
def step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Carry a recognition over one arrow of its workflow."""
    recognition = visible_recognition(request, pk)
    if name not in _SAID:
        raise Http404
    require(permissions.may_check(request.user, recognition))

    def perform(reason: str, seen: str) -> str:
        check_recognition(name, pk, request.user, seen=seen, reason=reason)
        return _SAID[name]()

    refusal = take(request, name, perform)
    if refusal:
        return _page(request, visible_recognition(request, pk), refusal)
    return HttpResponseRedirect(reverse("recognitions:detail", args=[pk]))


@requires("recognition.declare", methods=("POST",))
def refusal_seen(request: HttpRequest, pk: int) -> HttpResponseRedirect:
    """Note that the unit has read why it was rejected: its first page no longer says so."""
    require(permissions.may_note_refusal(request.user, visible_recognition(request, pk)))
    try:
        recognising.note_refusal(pk, request.user)
    except Refused as refused:  # undone at this very moment
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Noted as read; it no longer stands on the first page."))
    return HttpResponseRedirect(reverse("recognitions:detail", args=[pk]))


@requires("recognition.view")
def scan(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The original scan of the decision, as attachment only."""
    recognition = visible_recognition(request, pk)
    if recognition.scan is None:
        raise Http404
    return files.attachment(recognition.scan)


@requires("recognition.view")
def scan_page(request: HttpRequest, pk: int, number: int) -> HttpResponseBase:
    """The picture of one page of the scan."""
    recognition = visible_recognition(request, pk)
    page = PreviewPage.objects.filter(file=recognition.scan_id, number=number).first()
    if page is None:
        raise Http404
    return files.picture(page)
