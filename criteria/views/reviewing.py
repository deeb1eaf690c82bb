"""The review: the receiving office judges a self-assessment criterion by criterion."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from core.access import require, requires
from core.views.steps import Refusal as StepRefusal
from core.views.steps import Step, step_of, with_refusal
from core.workflow import Refused
from criteria import assessing, history, permissions, precheck, rules, sheets
from criteria import listing as lists
from criteria.answers import AnswerError
from criteria.evaluation import wants_verdict
from criteria.forms.judging import JudgeForm
from criteria.models import AnswerVerdict, Assessment, Criterion
from criteria.sheets import Sheet
from criteria.views import cards, listing
from criteria.views.access import criterion_of, visible_assessment
from criteria.views.head import correcting, deadline_of, head
from criteria.views.review_cards import (
    Refusal,
    ReviewCard,
    judge_form,
    overtaken,
    review_cards,
)
from criteria.workflow import ASSESSMENT

OFFICE_STEPS = frozenset({"receive", "unreceive", "return", "unreturn", "confirm", "unconfirm"})
FILTERS = ("round", "state", "result", "overdue", "q", "sort")


@requires("assessment.view")
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """An assessment for who reviews it; read only, with the reason, for everybody else in scope."""
    assessment = visible_assessment(request, pk, with_managers=True)
    if assessment.submission == 0:
        return HttpResponseRedirect(reverse("assessments:detail", args=[pk]))
    return review_page(request, assessment)


def review_page(
    request: HttpRequest,
    assessment: Assessment,
    *,
    refused: Mapping[int, Refusal] | None = None,
    refusal: StepRefusal | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of the review.

    Args:
        refused: by criterion key, verdicts that were not taken.
        refusal: the step of the whole that was not taken.
    """
    sheet, context = _read(request, assessment, refused or {})
    context |= {
        **head(assessment, deadline_of(assessment)),
        "groups": cards.groups(context["cards"]),
        "correcting": correcting(assessment),
        "why_not": permissions.may_judge(request.user, assessment)[1],
        "recognitions_query": urlencode({"q": assessment.placement.name}),
        "history": history.lines(assessment, sheet.form, context["events"]),
        "steps": with_refusal(request, context["steps"], refusal),
    }
    status = refusal.status if refusal else status
    return render(request, "criteria/review.html", context, status=status)


def review_url(request: HttpRequest, assessment: Assessment) -> str:
    """The page of the review, with the filter of the list that it was opened from."""
    url = reverse("assessments:review", args=[assessment.pk])
    return f"{url}?{_query(request, assessment)}"


def _read(
    request: HttpRequest, assessment: Assessment, refused: Mapping[int, Refusal]
) -> tuple[Sheet, dict[str, Any]]:
    """The assessment as the reviewer sees it: what the page and its parts have in common."""
    sheets.read_once(assessment)
    sees_verdicts, why_hidden = permissions.sees_verdicts(request.user, assessment)
    allowed, _reason = permissions.may_judge(request.user, assessment)
    sheet = sheets.read_sheet(assessment, as_claimed=not sees_verdicts)
    events = history.events_of(assessment)
    shown = review_cards(
        sheet,
        allowed=allowed,
        query=_query(request, assessment),
        revised=history.revised(sheet.form, events),
        refused=refused,
    )
    return sheet, {
        "assessment": assessment,
        "cards": shown,
        "events": events,
        "allowed": allowed,
        "judged": sum(bool(card.judging and card.judging.judged) for card in shown),
        "to_judge": sum(card.judging is not None for card in shown),
        "marked": sum(_marked(card) for card in shown),
        "result": cards.outcome_card("set", sheet.outcome.outcome),
        "steps": _steps(request, sheet),
        "why_hidden": why_hidden,
        "query": _query(request, assessment),
        "changes_url": reverse("assessments:review_changes", args=[assessment.pk]),
        "seen": sheets.fingerprint(sheet),
        "notes": _notes(sheet) if allowed else [],
    }


def _marked(card: ReviewCard) -> bool:
    return card.verdict is not None and card.verdict.state == AnswerVerdict.TO_CORRECT


def _steps(request: HttpRequest, sheet: Sheet) -> list[Step]:
    """What the office can do with the whole of it now; each comes back to this page."""
    assessment, seen = sheet.assessment, sheets.fingerprint(sheet)
    query = _query(request, assessment)
    found = [
        step_of("assessments:step", assessment.pk, arrow, (ok, why), seen=seen, query=query)
        for arrow, ok, why in ASSESSMENT.choices(assessment, request.user)
        if arrow.name in OFFICE_STEPS
    ]
    return sorted(found, key=lambda one: one.style)


def _notes(sheet: Sheet) -> list[str]:
    """What deserves a look before the result is confirmed."""
    return [
        _("Criterion %(code)s: the title is declared by the unit and not confirmed yet.")
        % {"code": criterion.code}
        for criterion in sheet.form.judged
        if precheck.only_declared(sheet.outcome.criteria[criterion.code])
    ]


def _filter(request: HttpRequest) -> str:
    """The filter of the list that the page was opened from, as a query."""
    return urlencode({name: request.GET[name] for name in FILTERS if request.GET.get(name)})


def _query(request: HttpRequest, assessment: Assessment) -> str:
    """The same, always with the round, and with the state in which the assessment was opened; see
    `neighbour`."""
    kept = {name: request.GET[name] for name in FILTERS if request.GET.get(name)}
    was = request.GET.get("was") or assessment.state
    return urlencode({"round": assessment.round.code, **kept, "was": was})


# Verdicts


@requires("assessment.review", methods=("POST",))
def judge(request: HttpRequest, pk: int, criterion_id: int) -> HttpResponse:
    """Give a verdict on one criterion, or take it back; answered by its panel, or by the page."""
    assessment = visible_assessment(request, pk)
    require(permissions.may_judge(request.user, assessment))
    criterion = criterion_of(assessment, criterion_id)
    rule = rules.parse(criterion.rule) if criterion.rule else None
    if not wants_verdict(rule):
        raise PermissionDenied(_("This criterion takes no verdict of its own."))
    form = judge_form(criterion, rule, data=request.POST)
    if not form.is_valid():
        return _refused(request, pk, criterion, Refusal(form), 422)
    try:
        assessing.judge(
            pk,
            criterion_id,
            request.user,
            verdict=form.cleaned_data["verdict"],
            reason=form.cleaned_data["reason"],
            verified_value=form.value,
            seen=form.cleaned_data["seen"],
        )
    except assessing.Conflict as conflict:
        return _refused(request, pk, criterion, Refusal(form, overtaken(conflict.current)), 409)
    except (Refused, AnswerError) as refused:
        return _refused(request, pk, criterion, Refusal(form, str(refused)), 422)
    return _judged(request, pk, criterion, form)


def _refused(
    request: HttpRequest, pk: int, criterion: Criterion, refusal: Refusal, status: int
) -> HttpResponse:
    """What was not taken, as it was typed, beside what stands there now."""
    assessment = visible_assessment(request, pk)
    refused = {criterion.pk: refusal}
    if not request.htmx:  # type: ignore[attr-defined]
        return review_page(request, assessment, refused=refused, status=status)
    _sheet, context = _read(request, assessment, refused)
    context["card"] = _card(context["cards"], criterion)
    return render(request, "criteria/judging.html", {**context, "swap": False}, status=status)


def _judged(request: HttpRequest, pk: int, criterion: Criterion, form: JudgeForm) -> HttpResponse:
    if not request.htmx:  # type: ignore[attr-defined]
        messages.success(
            request,
            _("Saved.") if form.cleaned_data["verdict"] else _("The verdict is taken back."),
        )
        url = reverse("assessments:review", args=[pk])
        return HttpResponseRedirect(f"{url}?{request.GET.urlencode()}#criterion-{criterion.pk}")
    sheet, context = _read(request, visible_assessment(request, pk), {})
    newer = _newer(sheet, context["cards"], request.POST.get("known", ""))
    context["card"] = _card(context["cards"], criterion)
    context["newer"] = [card for card in newer if card.criterion.pk != criterion.pk]
    context["touched"] = _touched(context["cards"], [context["card"], *newer])
    return render(request, "criteria/judged.html", context)


def _card(shown: list[ReviewCard], criterion: Criterion) -> ReviewCard:
    return next(card for card in shown if card.criterion.pk == criterion.pk)


def _newer(sheet: Sheet, shown: list[ReviewCard], known: str) -> list[ReviewCard]:
    """The cards to be judged that stand otherwise than on the page that says what is `known`."""
    changed = {criterion.pk for criterion in sheets.changed_since(sheet, known)}
    return [card for card in shown if card.judging and card.criterion.pk in changed]


def _touched(shown: list[ReviewCard], changed: list[ReviewCard]) -> list[ReviewCard]:
    """The cards whose outcome can differ after some have changed: they, and what combines."""
    keys = {card.criterion.pk for card in changed}
    return [card for card in shown if card.combines or card.criterion.pk in keys]


# What has changed meanwhile


@requires("assessment.review")
def changes(request: HttpRequest, pk: int) -> HttpResponse:
    """What has changed, by colleagues' verdicts or by what the portal knows, since the page, or
    the last question, was answered."""
    assessment = visible_assessment(request, pk)
    known = request.GET.get("known", "")
    judging = permissions.may_judge(request.user, assessment)[0]
    if not judging or not sheets.is_same_sending(assessment, known):
        moved_on = {"assessment": assessment, "closed": True, "swap": False}
        return render(request, "criteria/review_poll.html", moved_on)
    sheet, context = _read(request, assessment, {})
    context["newer"] = _newer(sheet, context["cards"], known)
    context["touched"] = _touched(context["cards"], context["newer"])
    return render(request, "criteria/review_changes.html", context)


# The other self-assessments of the list


@requires("assessment.view")
def neighbour(request: HttpRequest, pk: int, *, forward: bool) -> HttpResponseRedirect:
    """Go to the next, or previous, self-assessment of the list's filter that has been sent.

    The one that is left stands in the order where it stood when it was opened (`was`): receiving
    and confirming it does not lose one's place.
    """
    visible_assessment(request, pk)
    found = listing.read(request)
    was = request.GET.get("was", "")
    rows = [
        replace(row, state=was) if row.pk == pk and was in lists.STATES else row
        for row in found.everyone
    ]
    order = lists.ordered(rows, found.sort)[:: 1 if forward else -1]
    place = next((place for place, row in enumerate(order) if row.pk == pk), len(order))
    after = (row for row in found.form.matching(order[place + 1 :]) if row.sent_at)
    row = next(after, None)
    query = _filter(request)
    if row is None:
        messages.info(
            request,
            _("That was the last self-assessment of this list.")
            if forward
            else _("That was the first self-assessment of this list."),
        )
        url = reverse("assessments:index")
    else:
        url = reverse("assessments:review", args=[row.pk])
    return HttpResponseRedirect(f"{url}?{query}" if query else url)
