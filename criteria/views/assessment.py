"""One self-assessment: begin it, look at it, check it, carry it a step further."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from campaign.models import Round
from core import periods
from core.access import require, requires
from core.presentation import Finding
from core.views.steps import Refusal, Step, step_of, take, with_refusal
from core.workflow import Refused
from criteria import assessing, history, permissions, precheck, sheets
from criteria.books import reading
from criteria.models import Assessment, AssessmentState
from criteria.views import cards
from criteria.views.access import visible_assessment
from criteria.views.filling import fill_page
from criteria.views.head import correcting, deadline_of, head
from criteria.views.reviewing import OFFICE_STEPS, review_page, review_url
from criteria.workflow import ASSESSMENT, acting_grant
from units.models import MEMBER_KINDS, UnitKind
from units.views.access import unit_on

# What the person reads after a step of theirs.
_SAID = {
    "send": lambda: _("Sent. It can be taken back until the office receives it."),
    "discard": lambda: _("The empty draft is discarded."),
    "take_back": lambda: _("Taken back. It can be changed and sent again."),
    "receive": lambda: _("Received. The unit can no longer take it back."),
    "unreceive": lambda: _("Receiving undone. The unit can take it back again."),
    "return": lambda: _("Returned to the unit for completion."),
    "unreturn": lambda: _("Returning undone; the review goes on."),
    "confirm": lambda: _("Result confirmed."),
    "unconfirm": lambda: _("Confirming undone; the review goes on."),
}


@requires("assessment.fill", methods=("POST",))
def begin(request: HttpRequest, round_id: int, unit_id: int) -> HttpResponse:
    """Begin the self-assessment of a unit in a round, or go on with the one that is there."""
    round_ = Round.objects.filter(pk=round_id).first()
    if round_ is None:
        raise Http404
    placement = unit_on(request, unit_id, periods.today(), "assessment.view")
    require(permissions.may_begin(request.user, placement))
    try:
        assessment = assessing.begin(request.user, round_, placement)
    except Refused as refused:
        messages.error(request, str(refused))
        return HttpResponseRedirect(reverse("home"))
    return HttpResponseRedirect(reverse("assessments:detail", args=[assessment.pk]))


@requires("assessment.view")
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The form for who may fill it in now; for everybody else what stands in it, to read."""
    assessment = visible_assessment(request, pk)
    if permissions.may_fill(request.user, assessment)[0]:
        return fill_page(request, assessment)
    sees, why_not = permissions.sees_content(request.user, assessment)
    if not sees:
        context = {**head(assessment, deadline_of(assessment)), "why_not": why_not}
        return render(request, "criteria/not_yet_sent.html", context)
    return _read_page(request, assessment)


def _read_page(
    request: HttpRequest, assessment: Assessment, refusal: Refusal | None = None
) -> HttpResponse:
    sees_verdicts, _reason = permissions.sees_verdicts(request.user, assessment)
    sheet = sheets.read_sheet(assessment, as_claimed=not sees_verdicts)
    events = history.events_of(assessment)
    context = {
        **head(assessment, deadline_of(assessment)),
        "swap": False,
        "groups": cards.groups(cards.read_cards(sheet)),
        "result": cards.outcome_card("set", sheet.outcome.outcome),
        "steps": with_refusal(request, _own_steps(request.user, sheet), refusal),
        "sends": _sends(request.user, assessment),
        "situation": _situation(assessment),
        "reviews": _reviews(request.user, assessment),
        "returned": history.last_return(events)
        if assessment.state == AssessmentState.RETURNED
        else None,
        "history": history.lines(assessment, sheet.form, events),
    }
    status = refusal.status if refusal else 200
    return render(request, "criteria/read.html", context, status=status)


def _situation(assessment: Assessment) -> str:
    """Whose turn it is, in one sentence; empty where the result says enough."""
    office = {"office": getattr(assessment, "receiver_name", None) or ""}
    if assessment.state == AssessmentState.SENT:
        return _("Waits to be received by %(office)s; until then it can be taken back.") % office
    if assessment.state == AssessmentState.RECEIVED:
        return _("Is being reviewed by %(office)s. It can no longer be taken back.") % office
    return correcting(assessment)


def _own_steps(user: Any, sheet: sheets.Sheet) -> list[Step]:
    """What the unit's own people can do with what they have sent."""
    assessment = sheet.assessment
    if assessment.state != AssessmentState.SENT or not _is_own(user, assessment):
        return []
    arrow = ASSESSMENT["take_back"]
    return [_own_step("take_back", sheet, ASSESSMENT.allowed(arrow, assessment, user))]


def _sends(user: Any, assessment: Assessment) -> bool:
    """Whether it is now for the person to check and send what others fill in."""
    is_open = assessment.state in permissions.OPEN_FOR_FILLING
    return is_open and permissions.may_send(user, assessment)[0]


def _own_step(name: str, sheet: sheets.Sheet, verdict: tuple[bool, str]) -> Step:
    seen = sheets.fingerprint(sheet)
    return step_of("assessments:step", sheet.assessment.pk, ASSESSMENT[name], verdict, seen=seen)


def _reviews(user: Any, assessment: Assessment) -> bool:
    """Whether the person's office verifies this assessment, so that its page is a click away."""
    return assessment.receiver_id is not None and bool(permissions.review_grant(user, assessment))


def _is_own(user: Any, assessment: Assessment) -> bool:
    return any(permissions.grant_over(user, own, assessment) for own in permissions.OWN)


@requires("assessment.fill", "assessment.send")
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """The pre-check: what blocks, what deserves a look, and the button that sends."""
    assessment = visible_assessment(request, pk)
    if assessment.state not in permissions.OPEN_FOR_FILLING:
        return HttpResponseRedirect(reverse("assessments:detail", args=[pk]))
    require(permissions.sees_content(request.user, assessment))
    return _check_page(request, assessment)


def _check_page(
    request: HttpRequest, assessment: Assessment, refusal: Refusal | None = None
) -> HttpResponse:
    sheet = sheets.read_sheet(assessment)
    found = sheet.findings()
    verdict = permissions.may_send(request.user, assessment)
    if verdict[0] and precheck.blocks(found):
        verdict = False, _("First mend what blocks.")
    context = {
        **head(assessment, sheet.frame.deadline),
        "findings": [_finding(assessment, finding) for finding in found],
        "result": cards.outcome_card("set", sheet.outcome.outcome),
        "steps": with_refusal(request, [_own_step("send", sheet, verdict)], refusal),
        "receiving": sheet.frame.receiving,
    }
    status = refusal.status if refusal else 200
    return render(request, "criteria/precheck.html", context, status=status)


def _finding(assessment: Assessment, finding: precheck.Finding) -> Finding:
    blocks = finding.level == precheck.Level.RED
    if finding.criterion is None:
        return Finding(finding.text, blocks, finding.basis)
    url = reverse("assessments:detail", args=[assessment.pk])
    text = f"{finding.criterion.code}. {finding.text}"
    return Finding(text, blocks, finding.basis, f"{url}#criterion-{finding.criterion.pk}")


@requires("assessment.fill", "assessment.send", "assessment.review", methods=("POST",))
def step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Carry an assessment over one arrow of its workflow, and go back to where one came from.

    What could not be done is said on the same page, as it stands now, with what was typed.
    """
    assessment = visible_assessment(request, pk)
    if name not in _SAID:
        raise Http404
    require(ASSESSMENT[name].may(request.user, assessment))
    behalf = acting_grant(request.user, assessment, name)

    def perform(reason: str, seen: str) -> str:
        ASSESSMENT.perform(name, pk, request.user, reason=reason, behalf=behalf, seen=seen)
        return _SAID[name]()

    refusal = take(request, name, perform)
    if refusal is None:
        return HttpResponseRedirect(_page_of(request, assessment, name))
    return _again(request, pk, _with_changes(request, pk, refusal))


def _page_of(request: HttpRequest, assessment: Assessment, name: str) -> str:
    """The page on which a step stands once it was taken."""
    if name in OFFICE_STEPS:
        return review_url(request, assessment)
    if name == "discard":
        return _book_of(request, assessment) or reverse("home")
    return reverse("assessments:detail", args=[assessment.pk])


def _book_of(request: HttpRequest, assessment: Assessment) -> str:
    """The list of many in which the person finds the unit; empty where there is none."""
    home, kind = assessment.placement, assessment.unit.kind
    place = home.located_in_id if kind == UnitKind.HAMLET else home.unit_id
    of_many = kind == UnitKind.HAMLET or kind in MEMBER_KINDS
    if not of_many or not reading.places_of(request.user).filter(unit=place).exists():
        return ""
    found = reverse("assessments:book", args=[place, kind, assessment.criteria_set.purpose])
    return f"{found}?{urlencode({'round': assessment.round.code})}"


def _with_changes(request: HttpRequest, pk: int, refusal: Refusal) -> Refusal:
    """Say which criteria stand otherwise than the person saw."""
    if not refusal.outdated:
        return refusal
    sheet = sheets.read_sheet(visible_assessment(request, pk))
    changed = sheets.changed_since(sheet, request.GET.get("seen", ""))
    if not changed:
        return refusal
    codes = ", ".join(criterion.code for criterion in changed)
    what = _("Changed since you opened the page: %(codes)s.") % {"codes": codes}
    return replace(refusal, sentence=f"{refusal.sentence} {what}")


def _again(request: HttpRequest, pk: int, refusal: Refusal) -> HttpResponse:
    """The page of a step that was not taken, as it stands now."""
    assessment = visible_assessment(request, pk)
    if refusal.name in OFFICE_STEPS:
        return review_page(request, assessment, refusal=refusal)
    if assessment.state in permissions.OPEN_FOR_FILLING:
        return _check_page(request, assessment, refusal)
    return _read_page(request, assessment, refusal)
