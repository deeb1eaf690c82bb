"""One nomination: what stands in it, the pre-check, its steps, its paper."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import demonstration
from awards.deciding.drafting import ABOUT_TO_BE_DECIDED, ends_at
from awards.forms.nominations import LABELS, EarlierForm, PeriodForm
from awards.models import Nomination, NominationEvent, NominationState
from awards.nominating import checking, papers, permissions
from awards.nominating.entering import TEXTS, version_of
from awards.nominating.routes import Way
from awards.nominating.workflow import (
    BY_PROPOSER,
    NOMINATION,
    acting_grant,
    concerns,
    seen_for,
)
from awards.submitting import clock
from awards.submitting.permissions import preparing_grant
from awards.views.access import checked_nomination, readable_nomination, visible_nomination
from core import files, periods, seals
from core.access import require, requires
from core.documents.docx import render_docx
from core.documents.render import render_pdf
from core.htmx import is_htmx
from core.presentation import HistoryLine, SaveState, history_of
from core.views.files import paper as pdf_file
from core.views.files import text_document
from core.views.steps import Refusal, Step, step_of, take, with_refusal
from core.workflow import Transition
from units import permissions as unit_permissions
from units import personal, visibility
from units.forms.units import OpeningForm
from units.models import MEMBER_KINDS, PersonalRecord, Placement, UnitKind
from units.views.access_panel import access_page
from units.visibility import Possible

# What the pre-check decides on stands with it; the page asks for it by itself.
WITH_PRECHECK = frozenset({"appraise", "put_forward"})

# What happens on the page when another text stands than the pre-check beside it was made of.
PRECHECK_AGAIN = "precheck-again"

# What the person reads after a step of theirs, and what the history calls it.
_SAID = {
    "put_forward": lambda: _("Put before your office. A second person appraises it."),
    "call_back": lambda: _("Taken back. It can be changed again."),
    "appraise": lambda: _("Appraised. It can be decided on, or go on to the next office."),
    "unappraise": lambda: _("Appraising undone; it is being checked again."),
    "return": lambda: _("Returned to the unit for completion."),
    "unreturn": lambda: _("Returning undone; the appraisal goes on."),
    "drop": lambda: _("It is not considered; the unit sees why."),
    "undrop": lambda: _("It is considered again."),
    "withdraw": lambda: _("Withdrawn. It is not considered any further."),
    "reopen": lambda: _("Open again. It has to be sent anew."),
}
_DONE = {
    "send": lambda: _("Sent with a submission"),
    "take_back": lambda: _("Taken back"),
    "receive": lambda: _("Received"),
    "unreceive": lambda: _("Receiving undone"),
    "put_forward": lambda: _("Put before the own office"),
    "call_back": lambda: _("Taken back from the own office"),
    "appraise": lambda: _("Appraised"),
    "unappraise": lambda: _("Appraising undone"),
    "return": lambda: _("Returned for completion"),
    "unreturn": lambda: _("Returning undone"),
    "drop": lambda: _("Not considered"),
    "undrop": lambda: _("Considered again"),
    "withdraw": lambda: _("Withdrawn"),
    "reopen": lambda: _("Proposed again"),
    "put_before_council": lambda: _("Put before the Council"),
    "take_off_council": lambda: _("Taken off the meeting of the Council"),
    "vote": lambda: _("Voted on by the Council"),
    "decide": lambda: _("Commended by a published decision"),
    "revoke": lambda: _("Commendation revoked"),
    "reinstate": lambda: _("Revocation undone"),
}
_LOOKS = {
    "appraise": ("primary", "check"),
    "put_forward": ("primary", "send"),
    "drop": ("danger", "cross"),
}


@dataclass(frozen=True)
class TextCard:
    """One text of the report: to be written, or to be read."""

    name: str
    label: Any
    text: str
    save: SaveState
    url: str

    @property
    def rows(self) -> int:
        """The height of the field, in lines."""
        return 3 if self.name == "summary" else 8


@requires("nomination.view")
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What is proposed, how it stands, and what can be done with it now."""
    people = ("begun_by", "appraised_by", "unrestricted_by")
    return detail_page(request, readable_nomination(request, pk, *people))


@dataclass(frozen=True)
class Typed:
    """What was typed into a form that is shown again.

    Attributes:
        evidence: why files were not attached.
    """

    period: PeriodForm | None = None
    earlier: EarlierForm | None = None
    opening: OpeningForm | None = None
    texts: dict[str, tuple[str, SaveState]] | None = None
    evidence: tuple[str, ...] = ()


def detail_page(
    request: HttpRequest,
    nomination: Nomination,
    typed: Typed | None = None,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of a nomination, for writer, office and reader.

    Args:
        typed: what could not be saved, as it was typed.
        refusal: a step that was not taken.
    """
    typed = typed or Typed()
    may_write, why_not = permissions.may_write(request.user, nomination)
    events = list(nomination.events.select_related("user").order_by("-pk"))
    steps = _steps(request.user, nomination, but=WITH_PRECHECK)
    context = {
        "found": nomination,
        "may_write": may_write,
        "why_not": why_not if permissions.writing_grant(request.user, nomination) else "",
        "texts": _texts(nomination, typed),
        "may_fill": may_write and not (nomination.general and nomination.achievements),
        "period_form": typed.period or _period_form(nomination),
        "earlier": nomination.earlier_awards.all(),
        "earlier_form": typed.earlier or EarlierForm(),
        "evidence": nomination.evidence.filter(removed_at=None).select_related("file"),
        "evidence_errors": typed.evidence,
        "accepted_files": ",".join(files.KINDS),
        "largest_file": settings.EVIDENCE_MAX_BYTES,
        "precheck_again": PRECHECK_AGAIN,
        "turn_now": clock.of_nominations([nomination])[nomination.pk],
        "steps": with_refusal(request, steps, refusal),
        "history": _history(nomination, events),
        **_person(request, nomination, typed),
    }
    status = refusal.status if refusal else status
    return render(request, "awards/nomination.html", context, status=status)


def _texts(nomination: Nomination, typed: Typed) -> list[TextCard]:
    cards = []
    for name in TEXTS:
        text = getattr(nomination, name)
        save = SaveState(key_of(nomination, name), version_of(text))
        shown, state = (typed.texts or {}).get(name, (text, save))
        url = reverse("nominations:text", args=[nomination.pk, name])
        cards.append(TextCard(name, LABELS[name], shown, state, url))
    return cards


def key_of(nomination: Nomination, name: str) -> str:
    """What names a text in the page."""
    return f"nomination-{nomination.pk}-{name}"


def _period_form(nomination: Nomination) -> PeriodForm:
    period = nomination.period
    days = {"first": periods.first_day(period), "last": periods.last_day(period)}
    return PeriodForm(initial=days)


def _person(request: HttpRequest, nomination: Nomination, typed: Typed) -> dict[str, Any]:
    """The name of a household's head or citizen, where it is open to the reader."""
    if nomination.unit.kind not in MEMBER_KINDS:
        return {"is_member": False}
    person = open_record(request, nomination)
    may_read = unit_permissions.may_read_names
    return {
        "is_member": True,
        "may_open": person is None and may_read(request.user, nomination.placement)[0],
        "person": person,
        "opening": typed.opening or OpeningForm(),
        "reason_length": personal.REASON_LENGTH,
    }


def open_record(request: HttpRequest, nomination: Nomination) -> PersonalRecord | None:
    """The personal record of a household, clan or citizen, while its home's names are open to the
    reader; else None."""
    if nomination.unit.kind not in MEMBER_KINDS:
        return None
    home = nomination.placement.unit_id
    return personal.open_record(request.user, nomination.unit_id, home)


def _steps(
    user: Any,
    nomination: Nomination,
    *,
    but: Iterable[str] = (),
    only: Iterable[str] | None = None,
) -> list[Step]:
    """The steps that follow, for those whose work they are: the unit, and the office."""
    writes = permissions.writing_grant(user, nomination) is not None
    appraises = permissions.appraising_grant(user, nomination) is not None
    shown = []
    for arrow in NOMINATION.transitions:
        mine = writes if arrow.name in BY_PROPOSER else appraises
        asked = arrow.name not in but if only is None else arrow.name in only
        if mine and asked and nomination.state in arrow.sources and concerns(arrow, nomination):
            verdict = NOMINATION.allowed(arrow, nomination, user)
            seen = seen_for(arrow.name)(nomination)
            one = step_of(
                "nominations:step", nomination.pk, arrow, verdict, seen=seen, looks=_LOOKS
            )
            shown.append(one)
    return shown


def _history(nomination: Nomination, events: list[NominationEvent]) -> list[HistoryLine]:
    """Its steps, the latest first, and who began it."""
    begun = HistoryLine(nomination.begun_at, _("Begun"), str(nomination.begun_by), state="draft")
    reinstated = max((one.pk for one in events if one.transition == "reinstate"), default=0)
    undone = {one.pk for one in events if one.transition == "revoke" and one.pk < reinstated}
    return history_of(events, _done, begun, undone)


def _done(name: str) -> str:
    """A step in the words of the history; steps of later parts by the state they led to."""
    return _DONE[name]() if name in _DONE else name


# The pre-check


@requires("nomination.view")
def precheck(request: HttpRequest, pk: int) -> HttpResponse:
    """What blocks and what deserves a look, the route, and the appraisal; a part of the page."""
    nomination = checked_nomination(request, pk)
    known = checking.known(nomination)
    context = {
        "found": nomination,
        "findings": checking.findings(nomination),
        "way": known.way,
        "next": _next(request.user, nomination, known.way),
        "steps": _steps(request.user, nomination, only=WITH_PRECHECK),
    }
    if is_htmx(request):
        return render(request, "awards/nomination_precheck.html", context)
    return render(request, "awards/nomination_precheck_page.html", context)


class Next(NamedTuple):
    """What comes next with it, and the page where that begins."""

    sentence: str
    label: str
    url: str


def _next(user: Any, nomination: Nomination, way: Way) -> Next | None:
    """What `user` does next with it; None where that is another's work."""
    by_unit = nomination.sent_at is None
    unit = nomination.proposer_id if by_unit else nomination.office_id
    if unit is None or preparing_grant(user, unit) is None:
        return None
    begin = _("Begin a submission"), reverse("submissions:new")
    if by_unit:
        sentence = _("When nothing blocks, put it on a submission and send that.")
        return Next(sentence, *begin) if way.after(unit) else None
    if nomination.state not in ABOUT_TO_BE_DECIDED:
        return None
    if not ends_at(way, unit):
        return Next(_("It goes on to the next office: put it on a submission."), *begin)
    sentence = (
        _("The Council has voted for it: the decision can be drafted.")
        if nomination.state == NominationState.PASSED
        else _(
            "The Council votes on it; where a rule lets the issuer do without a vote, the decision "
            "can be drafted."
        )
    )
    return Next(sentence, _("Decisions on commendation"), reverse("decisions:index"))


# Steps


@requires("nomination.enter", "nomination.appraise", methods=("POST",))
def step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Carry a nomination over one arrow of its workflow."""
    nomination = readable_nomination(request, pk)
    if name not in _SAID:
        raise Http404
    require(NOMINATION[name].may(request.user, nomination))
    behalf = acting_grant(request.user, nomination, name)

    def perform(reason: str, seen: str) -> str:
        NOMINATION.perform(
            name,
            pk,
            request.user,
            reason=reason,
            behalf=behalf,
            seen=seen,
            fingerprint=seen_for(name),
        )
        return _SAID[name]()

    refusal = take(request, name, perform)
    if refusal:
        return detail_page(request, readable_nomination(request, pk), refusal=refusal)
    return HttpResponseRedirect(reverse("nominations:detail", args=[pk]))


# Names


@requires("nomination.enter", "nomination.appraise", methods=("POST",))
def names(request: HttpRequest, pk: int) -> HttpResponse:
    """Open the names of the subject's home for an hour, saying why."""
    nomination = readable_nomination(request, pk)
    require(unit_permissions.may_read_names(request.user, nomination.placement))
    form = OpeningForm(request.POST)
    if not form.is_valid():
        return detail_page(request, nomination, Typed(opening=form), status=422)
    personal.open_names(request.user, nomination.placement, form.cleaned_data["reason"])
    return HttpResponseRedirect(reverse("nominations:detail", args=[pk]))


# Who sees it


@requires("nomination.view")
def access(request: HttpRequest, pk: int) -> HttpResponse:
    """Who sees a nomination, and each act on it with whether the reader may, and why not."""
    nomination = visible_nomination(request, pk)
    user = request.user
    possible = [
        Possible(_("Read what stands in it"), *permissions.sees_content(user, nomination)),
        Possible(_("Write the report"), *permissions.may_write(user, nomination)),
        *(_possible(arrow, nomination, user) for arrow in NOMINATION.transitions),
    ]
    note = ""
    if nomination.sent_at is None:
        note = _("Until it is sent, others see that it is there, not what stands in it.")
    context = {
        "title": _("Nomination of %(name)s") % {"name": nomination.subject_name},
        "back": reverse("nominations:detail", args=[pk]),
        "note": note,
        "seers": visibility.who_sees(
            user,
            "nomination.view",
            unit_id=nomination.placement.unit_id,
            path=nomination.path,
        ),
        "possible": possible,
    }
    return access_page(request, context)


def _possible(arrow: Transition, nomination: Nomination, user: Any) -> Possible:
    """Whether the reader may; what the pre-check says stands with the pre-check."""
    if arrow.name in WITH_PRECHECK and nomination.state in arrow.sources:
        return Possible(str(arrow.label), *arrow.may(user, nomination))
    return Possible(str(arrow.label), *NOMINATION.allowed(arrow, nomination, user))


# The paper


@requires("nomination.view")
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The report of achievements, as a PDF file."""
    nomination = readable_nomination(request, pk)
    return pdf_file(render_pdf(_report(request, nomination)), _stem(nomination))


@requires("nomination.view")
def document(request: HttpRequest, pk: int) -> HttpResponse:
    """The same report, to be finished by hand, as a .docx file."""
    nomination = readable_nomination(request, pk)
    return text_document(render_docx(_report(request, nomination)), _stem(nomination))


def _report(request: HttpRequest, nomination: Nomination) -> Any:
    circumstances = papers.Circumstances(
        proposer=nomination.proposer_name,  # type: ignore[attr-defined]
        proposer_kind=nomination.proposer.kind,
        inside=_inside(nomination),
        person=open_record(request, nomination),
        digest=seals.day_root(periods.today()),
        is_demo=demonstration.is_loaded(),
        is_draft=nomination.state in (NominationState.DRAFT, NominationState.RETURNED),
    )
    return papers.achievement_report(
        nomination, list(nomination.earlier_awards.all()), circumstances
    )


def _inside(nomination: Nomination) -> str:
    """The name of the unit in which a proposing hamlet lies today; empty for others."""
    if nomination.proposer.kind != UnitKind.HAMLET:
        return ""
    today = Placement.objects.on(periods.today())
    above = today.filter(unit=nomination.proposer_id).values("located_in")
    return today.filter(unit__in=above).values_list("name", flat=True).first() or ""


def _stem(nomination: Nomination) -> str:
    return f"bao-cao-thanh-tich-{nomination.form.code}-{nomination.unit_id}"
