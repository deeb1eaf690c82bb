"""Meetings of Councils: the list, one meeting for its secretaries, members and readers."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import demonstration
from awards.council import keeping, listing, papers, permissions, reading, sitting
from awards.council.workflow import MEETING, desk_of, meeting_fingerprint, perform
from awards.forms.council import MeetingForm, ScanForm, initial_of, share_words
from awards.models import (
    Attendance,
    CaseState,
    Choice,
    Meeting,
    MeetingCase,
    MeetingState,
    VotingRule,
)
from awards.views.councils import visible_council
from core import files, periods, seals
from core.access import require, requires
from core.documents.docx import render_docx
from core.documents.merge import merged
from core.documents.render import render_pdf
from core.paging import Pages
from core.presentation import HistoryLine, history_of
from core.state_counts import state_counts
from core.views.files import paper as pdf
from core.views.files import text_document
from core.views.steps import Refusal, Step, step_of, take, with_refusal
from core.views.ticked import keys
from core.workflow import Refused
from units import scope

ROWS_A_PAGE = 50
PUT_AT_ONCE = 100
CHOICE = "choice-"
PRESENCE = "presence-"

# What the person reads after a step of theirs.
_SAID = {
    "invite": lambda: _("The members are invited."),
    "uninvite": lambda: _("The invitations were taken back."),
    "open": lambda: _("The meeting is in session. Record who is there."),
    "unopen": lambda: _("Undone. The meeting can be moved or cancelled."),
    "close": lambda: _("The meeting is concluded. Its minutes stand below."),
    "cancel": lambda: _("Cancelled. Its nominations can go before another meeting."),
}
_LOOKS = {
    "invite": ("primary", "send"),
    "open": ("primary", "check"),
    "close": ("primary", "lock"),
    "cancel": ("danger", "cross"),
}
_DONE = {
    "invite": lambda: _("Invitations sent"),
    "uninvite": lambda: _("Invitations taken back"),
    "change": lambda: _("Time or place set anew"),
    "open": lambda: _("Meeting opened"),
    "unopen": lambda: _("Opening undone"),
    "close": lambda: _("Concluded"),
    "cancel": lambda: _("Cancelled"),
}


# The list


@requires("meeting.view")
def index(request: HttpRequest) -> HttpResponse:
    """The Councils in scope, and their meetings."""
    found = listing.meetings(request.user)
    state = request.GET.get("state", "")
    state = state if state in MeetingState.values else ""
    keeps = request.user.has_perm("meeting.keep")
    shown = found.filter(state=state) if state else found
    context = {
        "councils": list(listing.councils(request.user)[:ROWS_A_PAGE]),
        "kept": _kept_offices(request.user),
        "founds": keeps and bool(keeping.without_council(request.user)),
        "counts": state_counts(
            request, state, listing.counts(request.user), dict(MeetingState.choices)
        ),
        "state": state,
        "page": Pages(shown, ROWS_A_PAGE).get_page(request.GET.get("page")),
        "keeps": keeps,
    }
    return render(request, "awards/meetings.html", context)


def _kept_offices(user: Any) -> set[int]:
    """The standing offices where the person is secretary."""
    return scope.of(user).units_with("meeting.keep")


@requires("meeting.keep", "meeting.vote")
def due(request: HttpRequest) -> HttpResponse:
    """What waits for the person at meetings, as a part of their first page."""
    return render(request, "awards/meetings_due.html", {"due": listing.due(request.user)})


# Planning


@requires("meeting.keep", methods=("GET", "POST"))
def new(request: HttpRequest, council_pk: int) -> HttpResponse:
    """Prepare a meeting of a Council."""
    council = visible_council(request, council_pk)
    require(permissions.may_keep(request.user, council))
    form = MeetingForm(request.POST or None)
    if form.is_valid():
        meeting = sitting.plan(request.user, council, form.at(), form.cleaned_data["place"])
        messages.success(request, _("The meeting is prepared. Put nominations on it."))
        return to(meeting.pk)
    return _form_page(request, form, council, None)


@requires("meeting.keep", methods=("GET", "POST"))
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Set time and place anew."""
    meeting = visible(request, pk)
    require(permissions.may_keep_meeting(request.user, meeting))
    initial = initial_of(meeting, meeting_fingerprint(meeting))
    form = MeetingForm(request.POST or None, initial=initial)
    if form.is_valid():
        said = form.cleaned_data
        try:
            sitting.change(request.user, pk, form.at(), said["place"], seen=said["seen"] or None)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Saved."))
            return to(pk)
    return _form_page(request, form, meeting.council, meeting)


def _form_page(
    request: HttpRequest, form: MeetingForm, council: Any, meeting: Meeting | None
) -> HttpResponse:
    context = {"form": form, "council": council, "meeting": meeting}
    status = 422 if form.is_bound else 200
    return render(request, "awards/meeting_form.html", context, status=status)


def to(pk: int) -> HttpResponse:
    """Back to a meeting."""
    return HttpResponseRedirect(reverse("meetings:detail", args=[pk]))


@requires("meeting.keep", methods=("GET", "POST"))
def put(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose the appraised nominations that go before the meeting."""
    meeting = visible(request, pk)
    require(permissions.may_keep_meeting(request.user, meeting))
    if request.method == "POST":
        try:
            number = sitting.put(request.user, pk, keys(request.POST.getlist("chosen")))
        except Refused as refused:
            messages.error(request, str(refused))
            return _put_page(request, meeting, 409)
        if number:
            sentence = ngettext(
                "%(number)d nomination is on the meeting now.",
                "%(number)d nominations are on the meeting now.",
                number,
            )
            messages.success(request, sentence % {"number": number})
            return to(pk)
        messages.error(request, _("Nothing is ticked"))
        return _put_page(request, meeting, 422)
    return _put_page(request, meeting, 200)


def _put_page(request: HttpRequest, meeting: Meeting, status: int) -> HttpResponse:
    ready = sitting.ready(meeting.council).with_subject().select_related("form", "proposer")
    rows = list(ready.select_related("round", "phase")[: PUT_AT_ONCE + 1])
    context = {
        "meeting": meeting,
        "rows": rows[:PUT_AT_ONCE],
        "at_once": PUT_AT_ONCE,
        "more": len(rows) > PUT_AT_ONCE,
    }
    return render(request, "awards/meeting_put.html", context, status=status)


# One meeting


def visible(request: HttpRequest, pk: int) -> Meeting:
    """The meeting with its Council, in the scope of the person. Raises Http404."""
    found = (
        Meeting.objects.visible_to(request.user)
        .select_related("council__unit", "begun_by", "closed_by", "scan")
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise Http404
    return found


@requires("meeting.view")
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A meeting: its nominations, who is there, how it votes, what still blocks."""
    return page(request, visible(request, pk))


@dataclass(frozen=True)
class Line:
    """A nomination on the page of a meeting.

    Attributes:
        share: the share of the rule, in words; empty where none is configured.
        blocks: what stands between it and the closing of its count.
        own: the vote of the person who looks; `may_vote` whether they may cast one now, else
            `why_not` where they have a seat.
    """

    case: reading.Case
    share: str
    blocks: Sequence[str]
    own: str
    may_vote: bool
    why_not: str

    @property
    def is_ready(self) -> bool:
        """Whether its count can be closed."""
        return self.case.row.state == CaseState.WAITING and not self.blocks

    @property
    def shows_numbers(self) -> bool:
        """Whether the numbers of the vote are to be seen by everybody."""
        return self.case.row.is_closed


@dataclass(frozen=True)
class Presences:
    """What a secretary said of who is there, where it was refused.

    Attributes:
        said: the presence by seat; `tellers` are the seats of who counts the ballots.
    """

    said: Mapping[int, str]
    tellers: Collection[int]
    why_not: str

    def over(self, member: reading.Member) -> reading.Member:
        """The member as the secretary had them."""
        key = member.seat.pk
        presence = self.said.get(key, member.presence)
        return replace(member, presence=presence, is_teller=key in self.tellers)


def page(
    request: HttpRequest,
    meeting: Meeting,
    refusal: Refusal | None = None,
    *,
    scan_form: ScanForm | None = None,
    presences: Presences | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of a meeting, also where something was refused."""
    desk = desk_of(meeting)
    keeps = permissions.keeping_grant(request.user, meeting.council) is not None
    seat = own_seat(request.user, desk)
    shown = Pages(desk.cases, ROWS_A_PAGE).get_page(request.GET.get("page"))
    lines = [_line(desk, case, seat) for case in shown]
    any_secret = any(case.is_secret for case in desk.standing)
    context = {
        "meeting": meeting,
        "desk": desk,
        "roster": [presences.over(one) for one in desk.members] if presences else desk.members,
        "presence_error": presences.why_not if presences else "",
        "keeps": keeps,
        "seat": seat,
        "page": shown,
        "first": shown.start_index() - 1,
        "lines": lines,
        "votes_now": any(line.may_vote for line in lines),
        "closes": keeps and any(line.is_ready for line in lines),
        "may_put": keeps and meeting.state in sitting.OPEN_FOR_CASES,
        "records": keeps and meeting.state == MeetingState.OPEN and not _counted(desk),
        "presences": [("", _("not recorded yet")), *Attendance.Presence.choices],
        "steps": with_refusal(request, steps(request.user, meeting), refusal) if keeps else [],
        "papers": papers.offered(desk) if keeps else [],
        "any_secret": any_secret,
        "scan_form": scan_form or ScanForm(),
        "takes_scan": keeps
        and any_secret
        and meeting.state == MeetingState.OPEN
        and not (meeting.scan_id and _counted(desk)),
        "history": history(meeting),
        "choices": Choice.choices,
    }
    status = refusal.status if refusal else status
    return render(request, "awards/meeting.html", context, status=status)


def _counted(desk: reading.Desk) -> bool:
    return any(case.row.is_closed for case in desk.cases)


def own_seat(user: Any, desk: reading.Desk) -> reading.Member | None:
    """The member that `user` is on the roster, in the right of an appointment."""
    if permissions.voting_grant(user, desk.meeting.council) is None:
        return None
    return next((one for one in desk.members if one.seat.user_id == user.pk), None)


def _line(desk: reading.Desk, case: reading.Case, member: reading.Member | None) -> Line:
    waiting = case.row.state == CaseState.WAITING
    own = case.votes.get(member.seat.pk) if member else None
    why_not = why_no_vote(desk, case, member) if member and waiting else ""
    return Line(
        case,
        share_of(case.rule),
        reading.blocking(desk, case) if waiting else (),
        str(Choice(own.choice).label) if own else "",
        member is not None and waiting and not why_not,
        why_not,
    )


def share_of(rule: VotingRule | None) -> str:
    """The share that a rule asks for, in words; empty where there is none."""
    if rule is None:
        return ""
    words = share_words(rule.share_parts, rule.share_of)
    text = _("more than %(share)s") if rule.is_exceeded else _("at least %(share)s")
    return text % {"share": words}


def why_no_vote(desk: reading.Desk, case: reading.Case, member: reading.Member) -> str:
    """Why a member does not vote openly on a case now; empty where they do."""
    if member.seat.pk in case.roll.recused:
        return _("You have a stake in this case and are out of its vote.")
    if desk.meeting.state != MeetingState.OPEN:
        return _("Votes are taken once the meeting is in session.")
    if case.rule is None:
        return _("No voting rule is configured yet.")
    if case.is_secret:
        return _("Voted on by secret ballot on paper.")
    if member.presence != Attendance.Presence.PRESENT:
        return _("You vote once the secretary has recorded you as present.")
    return ""


def steps(user: Any, meeting: Meeting) -> list[Step]:
    """The steps of the meeting as buttons."""
    seen = meeting_fingerprint(meeting)
    return [
        step_of("meetings:step", meeting.pk, arrow, verdict, seen=seen, looks=_LOOKS)  # type: ignore[arg-type]
        for arrow, *verdict in MEETING.choices(meeting, user)
    ]


def history(meeting: Meeting) -> list[HistoryLine]:
    """Its steps, the latest first, and who prepared it."""
    begun = HistoryLine(
        meeting.begun_at, _("Prepared"), str(meeting.begun_by), state=MeetingState.PLANNED
    )
    events = meeting.events.select_related("user").order_by("-pk")
    return history_of(events, lambda name: _DONE[name](), begun)


@requires("meeting.keep", methods=("POST",))
def step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Carry a meeting over one arrow of its workflow."""
    meeting = visible(request, pk)
    if name not in _SAID:
        raise Http404
    require(permissions.may_keep_meeting(request.user, meeting))

    def taken(reason: str, seen: str) -> str:
        perform(name, pk, request.user, reason=reason, seen=seen)
        return str(_SAID[name]())

    refusal = take(request, name, taken)
    return page(request, visible(request, pk), refusal) if refusal else to(pk)


@requires("meeting.keep", methods=("POST",))
def presence(request: HttpRequest, pk: int) -> HttpResponse:
    """Record who is there and who counts the ballots."""
    meeting = visible(request, pk)
    require(permissions.may_keep_meeting(request.user, meeting))
    said = {
        int(name.removeprefix(PRESENCE)): str(value)
        for name, value in request.POST.items()
        if name.startswith(PRESENCE) and keys([name.removeprefix(PRESENCE)])
        if value == "" or value in Attendance.Presence
    }
    tellers = keys(request.POST.getlist("teller"))
    try:
        sitting.record_presence(request.user, pk, said, tellers)
    except Refused as refused:
        typed = Presences(said, tellers, str(refused))
        return page(request, visible(request, pk), presences=typed, status=409)
    messages.success(request, _("Saved."))
    return to(pk)


@requires("meeting.vote", methods=("POST",))
def votes(request: HttpRequest, pk: int) -> HttpResponse:
    """Vote openly, for or against each nomination that was marked."""
    visible(request, pk)
    said = {
        int(name.removeprefix(CHOICE)): str(value)
        for name, value in request.POST.items()
        if name.startswith(CHOICE) and keys([name.removeprefix(CHOICE)])
    }
    if not said:
        messages.error(request, _("No vote was marked: nothing changed."))
        return page(request, visible(request, pk), status=422)
    try:
        number = sitting.vote(request.user, pk, said)
    except MeetingCase.DoesNotExist:
        raise Http404 from None
    except Refused as refused:
        messages.error(request, str(refused))
        return page(request, visible(request, pk), status=409)
    sentence = ngettext(
        "Your vote on %(number)d nomination stands. You may change it until the count is closed.",
        "Your votes on %(number)d nominations stand. You may change them until the count is "
        "closed.",
        number,
    )
    messages.success(request, sentence % {"number": number})
    return to(pk)


# The signed minutes of the counting, and the papers


@requires("meeting.view", methods=("GET", "POST"))
def scan(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The minutes of the counting as the tellers signed them; a secretary uploads them."""
    meeting = visible(request, pk)
    if request.method == "POST":
        require(permissions.may_keep_meeting(request.user, meeting))
        return _take_scan(request, meeting)
    if meeting.scan is None:
        raise Http404
    return files.attachment(meeting.scan)


def _take_scan(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    form = ScanForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            sitting.attach_scan(request.user, meeting.pk, form.cleaned_data["file"])
        except files.FileRefused as refused:
            form.add_error("file", refused)
        except Refused as refused:
            form.add_error("file", str(refused))
        else:
            messages.success(request, _("Uploaded."))
            return to(meeting.pk)
    return page(request, visible(request, meeting.pk), scan_form=form, status=422)


@requires("meeting.keep")
def paper(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """A paper of the meeting, as a PDF file; what is finished by hand also as .docx."""
    meeting = visible(request, pk)
    require(permissions.may_keep_meeting(request.user, meeting))
    desk = reading.read(meeting)
    offers = {offer.name: offer for offer in papers.offered(desk)}
    if name not in offers:
        raise Http404
    frame = papers.frame_of(
        meeting.council, seals.day_root(periods.today()), is_demo=demonstration.is_loaded()
    )
    made = papers.PAPERS[name](desk, frame)
    stem = f"{papers.FILE_NAMES[name]}-{meeting.day:%Y-%m-%d}-{meeting.pk}"
    if request.GET.get("as") == "docx" and offers[name].in_words:
        return text_document(render_docx(made[0]), stem)
    return pdf(merged([render_pdf(one) for one in made]), stem)
