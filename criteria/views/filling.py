"""Filling in a self-assessment: each answer saves by itself, each file is sent by itself."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from core import files
from core.access import require, requires
from core.models import PreviewPage
from core.presentation import SaveState
from core.views.steps import Step, step_of
from core.workflow import YES, Refused
from criteria import assessing, history, permissions, rules, sheets
from criteria.forms.answering import AnswerForm
from criteria.models import Assessment, AssessmentState, Criterion, Evidence
from criteria.sheets import Sheet
from criteria.views import cards
from criteria.views.access import criterion_of, visible_assessment
from criteria.views.head import deadline_of, head
from criteria.workflow import ASSESSMENT

Typed = Mapping[int, tuple[AnswerForm, SaveState]]
_KNOWN = re.compile(r"(\d{1,18})-(\d{1,9})-(\d{1,9})-(\d{1,18})")


def _discarding(sheet: Sheet) -> list[Step]:
    """The button that discards a draft, while nothing stands in it (no query)."""
    assessment, pieces = sheet.assessment, sheet.evidence.values()
    empty = assessing.holds_nothing(sheet.answers.values(), [one for of in pieces for one in of])
    if assessment.submission or not empty:
        return []
    seen = sheets.fingerprint(sheet)
    return [step_of("assessments:step", assessment.pk, ASSESSMENT["discard"], YES, seen=seen)]


def fill_page(
    request: HttpRequest, assessment: Assessment, typed: Typed | None = None, status: int = 200
) -> HttpResponse:
    """The form of an assessment.

    Args:
        typed: by criterion key, what could not be saved, as it was typed and with why.
    """
    sheet = sheets.read_sheet(assessment)
    events = history.events_of(assessment)
    filled = cards.fill_cards(sheet, request.user, typed or {})
    context = {
        **head(assessment, deadline_of(assessment)),
        "swap": False,
        "groups": cards.groups(filled),
        "result": cards.outcome_card("set", sheet.outcome.outcome),
        "changes_url": _changes_url(sheet),
        "may_send": permissions.may_send(request.user, assessment),
        "steps": _discarding(sheet),
        "returned": history.last_return(events)
        if assessment.state == AssessmentState.RETURNED
        else None,
        "to_correct": cards.to_correct(filled),
        "in_force": cards.in_force(filled),
        "history": history.lines(assessment, sheet.form, events),
        "accepted_files": ",".join(files.KINDS),
        "largest_file": settings.EVIDENCE_MAX_BYTES,
    }
    return render(request, "criteria/fill.html", context, status=status)


@requires("assessment.fill", methods=("POST",))
def answer(request: HttpRequest, pk: int, criterion_id: int) -> HttpResponseBase:
    """Save one answer; answered by the line below it, or by the page where nothing scripts."""
    assessment = visible_assessment(request, pk)
    require(permissions.may_fill(request.user, assessment))
    criterion = criterion_of(assessment, criterion_id)
    rule = rules.parse(criterion.rule) if criterion.rule else None
    form = AnswerForm(cards.key_of(assessment, criterion), rule, data=request.POST)
    if not form.is_valid():
        return _unsaved(request, assessment, form, criterion, 422)
    try:
        assessing.save_answer(
            pk,
            criterion_id,
            request.user,
            value=form.value,
            note=form.cleaned_data["note"],
            version=form.cleaned_data["version"],
        )
    except assessing.Conflict as conflict:
        state = cards.conflict_state(assessment, criterion, form, conflict.current)
        return _unsaved(request, assessment, form, criterion, 409, state)
    except Refused as refused:
        raise PermissionDenied(str(refused)) from refused
    return _saved(request, assessment, criterion)


def _unsaved(
    request: HttpRequest,
    assessment: Assessment,
    form: AnswerForm,
    criterion: Criterion,
    status: int,
    state: SaveState | None = None,
) -> HttpResponse:
    state = state or cards.invalid_state(assessment, criterion, form)
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "criteria/answer_unsaved.html", {"state": state}, status=status)
    if state.theirs:  # who sends the page again has seen the other value
        state = replace(state, version=state.theirs.version)
    return fill_page(request, assessment, {criterion.pk: (form, state)}, status)


def _saved(request: HttpRequest, assessment: Assessment, criterion: Criterion) -> HttpResponseBase:
    if not request.htmx:  # type: ignore[attr-defined]
        messages.success(request, _("Saved."))
        return _back(assessment, criterion.pk)
    sheet = sheets.read_sheet(visible_assessment(request, assessment.pk))
    saved = sheet.answers.get(criterion.pk)
    context = {
        **_following(sheet, criterion),
        "state": cards.saved_state(assessment, criterion, saved, request.user),
    }
    return render(request, "criteria/answer_saved.html", context)


def _following(sheet: Sheet, criterion: Criterion) -> dict[str, Any]:
    """What a change of one criterion changes elsewhere on the page: its outcome and mark, those
    that combine it, and the whole."""
    return {
        "assessment": sheet.assessment,
        "touched": [
            card
            for card in cards.read_cards(sheet)
            if card.combines or card.criterion.pk == criterion.pk
        ],
        "result": cards.outcome_card("set", sheet.outcome.outcome),
    }


def _back(assessment: Assessment, criterion_id: int) -> HttpResponseRedirect:
    url = reverse("assessments:detail", args=[assessment.pk])
    return HttpResponseRedirect(f"{url}#criterion-{criterion_id}")


# What others saved meanwhile


def _changes_url(sheet: Sheet) -> str:
    """Where to ask for what is newer than this page: of each criterion the version of its answer,
    and number and last key of its files."""
    known = []
    for criterion in sheet.form.criteria:
        answer = sheet.answers.get(criterion.pk)
        pieces = sheet.evidence.get(criterion.pk, [])
        last = pieces[-1].pk if pieces else 0
        version = answer.version if answer else 0
        known.append(f"{criterion.pk}-{version}-{len(pieces)}-{last}")
    url = reverse("assessments:changes", args=[sheet.assessment.pk])
    return f"{url}?{urlencode({'known': ' '.join(known)})}"


@requires("assessment.fill")
def changes(request: HttpRequest, pk: int) -> HttpResponse:
    """Answers and files that others changed since the page, or the last question, was answered."""
    assessment = visible_assessment(request, pk)
    require(permissions.sees_content(request.user, assessment))
    found = _KNOWN.findall(request.GET.get("known", "")[:20_000])
    known = {int(key): (int(version), (int(n), int(last))) for key, version, n, last in found}
    sheet = sheets.read_sheet(assessment)
    newer, lists = [], []
    for criterion, spec in zip(sheet.form.criteria, sheet.form.specs, strict=True):
        version, files_known = known.get(criterion.pk, (0, (0, 0)))
        answer = sheet.answers.get(criterion.pk)
        if answer and answer.version > version:
            newer.append(cards.others_value(assessment, spec.rule, criterion, answer))
        pieces = sheet.evidence.get(criterion.pk, [])
        if (len(pieces), pieces[-1].pk if pieces else 0) != files_known:
            lists.append(cards.evidence_list(assessment, criterion, pieces, editable=True))
    context = {
        "assessment": assessment,
        "closed": not permissions.may_fill(request.user, assessment)[0],
        "changes_url": _changes_url(sheet),
        "newer": newer,
        "lists": lists,
    }
    return render(request, "criteria/changes.html", context)


# Evidence


@requires("assessment.view", methods=("GET", "POST"))
def upload(request: HttpRequest, pk: int, criterion_id: int) -> HttpResponseBase:
    """The files of one criterion; POST attaches those sent along, each by itself."""
    assessment = visible_assessment(request, pk)
    criterion = criterion_of(assessment, criterion_id)
    if request.method != "POST":
        require(permissions.sees_content(request.user, assessment))
        return _files(request, assessment, criterion)
    require(permissions.may_fill(request.user, assessment))
    errors = _attach(request, assessment, criterion)
    if request.htmx:  # type: ignore[attr-defined]
        return _changed_files(request, assessment, criterion, errors)
    for error in errors:
        messages.error(request, error)
    return _back(assessment, criterion_id)


def _attach(request: HttpRequest, assessment: Assessment, criterion: Criterion) -> list[str]:
    """Attach each uploaded file; returns why some were not taken."""
    sent = request.FILES.getlist("file")
    errors = [] if sent else [_("Choose a file first.")]
    for one in sent:
        try:
            assessing.add_evidence(assessment.pk, criterion.pk, request.user, one)
        except files.FileRefused as refused:
            errors += refused.messages
        except Refused as refused:
            errors.append(str(refused))
    return errors


def _files(request: HttpRequest, assessment: Assessment, criterion: Criterion) -> HttpResponse:
    pieces = sheets.evidence_of(assessment, criterion.pk)
    editable, _reason = permissions.may_fill(request.user, assessment)
    shown = cards.evidence_list(assessment, criterion, pieces, editable=editable)
    return render(request, "criteria/evidence.html", {"evidence": shown, "swap": False})


def _changed_files(
    request: HttpRequest, assessment: Assessment, criterion: Criterion, errors: Sequence[str] = ()
) -> HttpResponse:
    sheet = sheets.read_sheet(visible_assessment(request, assessment.pk))
    pieces = sheet.evidence.get(criterion.pk, [])
    shown = cards.evidence_list(assessment, criterion, pieces, editable=True, errors=errors)
    context = {**_following(sheet, criterion), "evidence": shown}
    status = 422 if errors else 200
    return render(request, "criteria/evidence_changed.html", context, status=status)


@requires("assessment.fill", methods=("POST",))
def evidence_remove(request: HttpRequest, pk: int, evidence_id: int) -> HttpResponseBase:
    """Take a file off a criterion; the original is kept, with who took it off."""
    assessment = visible_assessment(request, pk)
    require(permissions.may_fill(request.user, assessment))
    piece = _piece(assessment, evidence_id)
    try:
        assessing.remove_evidence(pk, evidence_id, request.user)
    except Evidence.DoesNotExist as gone:
        raise Http404 from gone
    except Refused as refused:
        raise PermissionDenied(str(refused)) from refused
    if request.htmx:  # type: ignore[attr-defined]
        return _changed_files(request, assessment, criterion_of(assessment, piece.criterion_id))
    messages.success(request, _("“%(name)s” was taken off.") % {"name": piece.file.name})
    return _back(assessment, piece.criterion_id)


@requires("assessment.view")
def evidence(request: HttpRequest, pk: int, evidence_id: int) -> HttpResponseBase:
    """The original of a piece of evidence, as attachment only."""
    assessment = visible_assessment(request, pk)
    require(permissions.sees_content(request.user, assessment))
    return files.attachment(_piece(assessment, evidence_id).file)


@requires("assessment.view")
def evidence_page(request: HttpRequest, pk: int, evidence_id: int, number: int) -> HttpResponseBase:
    """The picture of one page of a piece of evidence."""
    assessment = visible_assessment(request, pk)
    require(permissions.sees_content(request.user, assessment))
    piece = _piece(assessment, evidence_id)
    page = PreviewPage.objects.filter(file=piece.file_id, number=number).first()
    if page is None:
        raise Http404
    return files.picture(page)


def _piece(assessment: Assessment, evidence_id: int) -> Evidence:
    found = assessment.evidence.filter(pk=evidence_id, removed_at=None).select_related("file")
    piece = found.first()
    if piece is None:
        raise Http404
    return piece
