"""One nomination before a meeting: its dossier, its vote, stakes, letters, ballots, its count.

And many of them, where their counts are closed at once.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from awards.council import bulk, permissions, reading, sitting
from awards.council.workflow import CASE, case_fingerprint, perform_case, result_of
from awards.forms.council import BallotForm, LetterForm
from awards.models import (
    Attendance,
    CaseState,
    Choice,
    Meeting,
    MeetingState,
    Recusal,
)
from awards.views.meetings import ROWS_A_PAGE, own_seat, share_of, visible, why_no_vote
from core import files
from core.access import require, requires
from core.presentation import Finding
from core.views.steps import Refusal, Step, take, with_refusal
from core.views.ticked import ticked
from core.workflow import YES, Refused, Verdict

_SAID = {
    "close": lambda: _("The count is closed."),
    "take_off": lambda: _("Taken off the meeting. The nomination is appraised again."),
}
_LOOKS = {"close": ("primary", "lock"), "take_off": ("danger", "return")}
STAKE, STAKE_BACK, HAND, LETTER = "stake", "stake_back", "hand", "letter"


def _case_of(meeting: Meeting, case_pk: int) -> tuple[reading.Desk, reading.Case]:
    """The desk with one case. Raises Http404."""
    desk = reading.read(meeting, case_pk)
    if not desk.cases:
        raise Http404
    return desk, desk.cases[0]


@requires("meeting.view")
def case(request: HttpRequest, pk: int, case_pk: int) -> HttpResponse:
    """The vote on one nomination."""
    return _page(request, visible(request, pk), case_pk)


def _page(
    request: HttpRequest,
    meeting: Meeting,
    case_pk: int,
    refusal: Refusal | None = None,
    *,
    ballot_form: BallotForm | None = None,
    status: int = 200,
) -> HttpResponse:
    desk, found = _case_of(meeting, case_pk)
    user = request.user
    keeps = permissions.keeping_grant(user, meeting.council) is not None
    member = own_seat(user, desk)
    waiting = found.row.state == CaseState.WAITING
    is_open = waiting and meeting.state == MeetingState.OPEN
    on_roster = keeps or member is not None
    context = {
        "meeting": meeting,
        "desk": desk,
        "case": found,
        "keeps": keeps,
        "member": member,
        "own": found.votes.get(member.seat.pk) if member else None,
        "may_vote": member is not None and is_open and not why_no_vote(desk, found, member),
        "why_not": why_no_vote(desk, found, member) if member and waiting else "",
        "share": share_of(found.rule),
        "findings": [Finding(text, True) for text in reading.blocking(desk, found)]
        if keeps and is_open
        else [],
        "steps": with_refusal(request, _steps(user, desk, found), refusal) if keeps else [],
        "rows": _rows(desk, found, keeps=keeps, is_open=is_open, member=member),
        "sees_votes": keeps or (found.row.is_closed and on_roster),
        "sees_numbers": keeps or found.row.is_closed,
        "ballot_form": _ballot_form(found, ballot_form) if keeps and is_open else None,
        "letter_form": LetterForm(),
        "choices": Choice.choices,
        "stakes": [(one.value, one.label) for one in Recusal.DECLARED],
        "declares": waiting and meeting.state not in (MeetingState.CLOSED, MeetingState.CANCELLED),
    }
    status = refusal.status if refusal else status
    return render(request, "awards/meeting_case.html", context, status=status)


def _rows(
    desk: reading.Desk,
    found: reading.Case,
    *,
    keeps: bool,
    is_open: bool,
    member: reading.Member | None,
) -> list[dict[str, Any]]:
    """The members with how each stands to this vote, and what can be entered for them."""
    rows = []
    for one in desk.members:
        key = one.seat.pk
        ground = found.grounds.get(key, "")
        vote, letter = found.votes.get(key), found.letters.get(key)
        able = keeps and is_open and not ground and found.rule is not None
        rows.append(
            {
                "member": one,
                "ground": Recusal.Ground(ground).label if ground else "",
                "is_declared": ground in Recusal.DECLARED,
                "vote": vote,
                "letter": letter,
                "hand": able
                and not found.is_secret
                and one.seat.user_id is None
                and one.presence == Attendance.Presence.PRESENT,
                "writes": able and one.presence == Attendance.Presence.WRITTEN,
                "own": keeps or (member is not None and member.seat.pk == key),
            }
        )
    return rows


def _ballot_form(found: reading.Case, typed: BallotForm | None) -> BallotForm | None:
    if not found.is_secret:
        return None
    if typed:
        return typed
    names = BallotForm.base_fields
    initial = {name: getattr(found.count, name) for name in names} if found.count else {}
    return BallotForm(initial=initial)


def _steps(user: Any, desk: reading.Desk, found: reading.Case) -> list[Step]:
    found.row.read_once = (desk, found)  # type: ignore[attr-defined]
    seen = urlencode({"seen": case_fingerprint(found.row)})
    shown = []
    for arrow, allowed, why_not in CASE.choices(found.row, user):
        url = reverse("meetings:case_step", args=[desk.meeting.pk, found.row.pk, arrow.name])
        style, picture = _LOOKS[arrow.name]
        shown.append(
            Step(
                arrow.label,
                f"{url}?{seen}",
                allowed,
                why_not,
                arrow.told,
                style,
                picture,
                arrow.reason_required,
                arrow.name,
            )
        )
    return shown


def _to(pk: int, case_pk: int) -> HttpResponse:
    return HttpResponseRedirect(reverse("meetings:case", args=[pk, case_pk]))


@requires("meeting.view")
def dossier(request: HttpRequest, pk: int, case_pk: int) -> HttpResponse:
    """What the nomination says, as it lies before the Council: for its members, whose scope does
    not reach the unit that proposes."""
    meeting = visible(request, pk)
    row = _row(meeting, case_pk)
    require(_sees_dossier(request.user, meeting))
    nomination = row.nomination
    context = {
        "meeting": meeting,
        "case": row,
        "nomination": nomination,
        "earlier": list(nomination.earlier_awards.order_by("decided_on", "pk")),
        "evidence": list(
            nomination.evidence.filter(removed_at=None).select_related("file").order_by("pk")
        ),
    }
    return render(request, "awards/meeting_dossier.html", context)


def _row(meeting: Meeting, case_pk: int) -> Any:
    """A case of the meeting with its nomination. Raises Http404."""
    found = (
        meeting.cases.filter(pk=case_pk)
        .select_related(
            "nomination__form",
            "nomination__round",
            "nomination__phase",
            "nomination__placement",
            "nomination__unit",
        )
        .first()
    )
    if found is None:
        raise Http404
    return found


def _sees_dossier(user: Any, meeting: Meeting) -> Verdict:
    """Secretaries, and who has a seat on the day of the meeting."""
    if permissions.keeping_grant(user, meeting.council):
        return YES
    if permissions.seat_of(user, meeting.council, meeting.day):
        return YES
    return False, _("The dossiers are for the members and secretaries of the Council.")


@requires("meeting.view")
def evidence(request: HttpRequest, pk: int, case_pk: int, evidence_pk: int) -> HttpResponseBase:
    """A file of the dossier, to be saved."""
    meeting = visible(request, pk)
    row = _row(meeting, case_pk)
    require(_sees_dossier(request.user, meeting))
    files_of = row.nomination.evidence.filter(removed_at=None).select_related("file")
    found = files_of.filter(pk=evidence_pk).first()
    if found is None:
        raise Http404
    return files.attachment(found.file)


@requires("meeting.keep", methods=("POST",))
def case_step(request: HttpRequest, pk: int, case_pk: int, name: str) -> HttpResponse:
    """Close the count of a case, or take it off the meeting."""
    meeting = visible(request, pk)
    if name not in _SAID:
        raise Http404
    require(permissions.may_keep_meeting(request.user, meeting))
    _case_of(meeting, case_pk)

    def taken(reason: str, seen: str) -> str:
        perform_case(name, case_pk, request.user, reason=reason, seen=seen)
        return str(_SAID[name]())

    refusal = take(request, name, taken)
    if refusal:
        return _page(request, visible(request, pk), case_pk, refusal)
    return _to(pk, case_pk)


@dataclass(frozen=True)
class Prospect:
    """One of the chosen cases: whether its count may be closed, and if not, why not."""

    case: reading.Case
    allowed: bool
    why_not: str

    @property
    def shown(self) -> str:
        """What the form carries of it."""
        return f"{self.case.row.pk}:{case_fingerprint(self.case.row)}"

    @property
    def result(self) -> tuple[str, Any]:
        """The state that its votes lead to, with its name."""
        state = result_of(self.case.row)
        return state.value, state.label


@requires("meeting.keep", methods=("POST",))
def selection(request: HttpRequest, pk: int) -> HttpResponse:
    """Close the counts that were ticked: first which and how many with what follows, then in a job
    that says row by row what became of each.
    """
    meeting = visible(request, pk)
    require(permissions.may_keep_meeting(request.user, meeting))
    seen = ticked(request, ROWS_A_PAGE)
    desk = reading.read(meeting)
    chosen = [case for case in desk.cases if case.row.pk in seen]
    prospects = [_prospect(request.user, desk, case) for case in chosen]
    if request.POST.get("confirmed") != "1" or not all(seen.values()):
        return _selection_page(request, meeting, prospects)
    if not any(one.allowed for one in prospects):
        error = _("Nothing was done; each row says why.")
        return _selection_page(request, meeting, prospects, error)
    job = bulk.order(request.user, [(case.row, seen[case.row.pk]) for case in chosen])
    return HttpResponseRedirect(reverse("jobs:detail", args=[job.pk]))


def _prospect(user: Any, desk: reading.Desk, case: reading.Case) -> Prospect:
    case.row.read_once = (desk, case)  # type: ignore[attr-defined]
    return Prospect(case, *CASE.allowed(CASE["close"], case.row, user))


def _selection_page(
    request: HttpRequest, meeting: Meeting, prospects: list[Prospect], error: str = ""
) -> HttpResponse:
    """Those that were ticked, with what would follow for each."""
    context = {
        "meeting": meeting,
        "arrow": CASE["close"],
        "prospects": prospects,
        "number": sum(one.allowed for one in prospects),
        "error": error,
    }
    status = 422 if error or not prospects else 200
    return render(request, "awards/meeting_selection.html", context, status=status)


@requires("meeting.keep", methods=("POST",))
def count(request: HttpRequest, pk: int, case_pk: int) -> HttpResponse:
    """Enter the count of the secret ballots."""
    meeting = visible(request, pk)
    require(permissions.may_keep_meeting(request.user, meeting))
    _case_of(meeting, case_pk)
    form = BallotForm(request.POST)
    if form.is_valid():
        try:
            sitting.count(request.user, pk, case_pk, form.said())
        except Refused as refused:
            form.add_error(refused.field or None, str(refused))
        else:
            messages.success(request, _("Saved."))
            return _to(pk, case_pk)
    return _page(request, meeting, case_pk, ballot_form=form, status=422)


@requires("meeting.keep", "meeting.vote", methods=("POST",))
def seat(request: HttpRequest, pk: int, case_pk: int, seat_pk: int) -> HttpResponse:
    """Enter something about one member in one case: a stake, a raised hand, a sealed letter."""
    meeting = visible(request, pk)
    _case_of(meeting, case_pk)
    sent = request.POST
    user, what = request.user, sent.get("what", "")
    declares = what in (STAKE, STAKE_BACK)
    require(
        permissions.may_declare(user, meeting, seat_pk)
        if declares
        else permissions.may_keep_meeting(user, meeting)
    )
    try:
        if what == STAKE:
            sitting.declare(user, pk, case_pk, seat_pk, sent.get("ground", ""))
        elif what == STAKE_BACK:
            sitting.take_back_stake(user, pk, case_pk, seat_pk)
        elif what == HAND:
            sitting.note_hand(user, pk, case_pk, seat_pk, sent.get("choice", ""))
        elif what == LETTER:
            _letter(request, pk, case_pk, seat_pk)
        else:
            raise Http404
    except Refused as refused:
        messages.error(request, str(refused))
        return _page(request, visible(request, pk), case_pk, status=409)
    messages.success(request, _("Saved."))
    return _to(pk, case_pk)


def _letter(request: HttpRequest, pk: int, case_pk: int, seat_pk: int) -> None:
    form = LetterForm(request.POST)
    if not form.is_valid():
        raise Refused(_("Write the number of the envelope."))
    said = form.cleaned_data
    sitting.take_letter(request.user, pk, case_pk, seat_pk, said["number"], said["choice"])
