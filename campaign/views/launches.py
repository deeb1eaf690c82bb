"""Phát động – hưởng ứng: the list, launching, one launch with its answers, answering."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaign import exporters, launch_lists, launching, permissions, telling
from campaign.forms.launching import (
    LaunchFilterForm,
    LaunchForm,
    PlanAnswerForm,
    RecipientFilterForm,
    SupportForm,
)
from campaign.models import Document, Launch, Recipient, RecipientState
from campaign.workflow import ANSWER, LAUNCH, answering_step
from core import files, periods
from core.access import require, requires
from core.models import PreviewPage
from core.paging import Pages
from core.state_counts import StateCount, state_counts
from core.views.files import ShownFile, pages_of, shown_file, workbook
from core.views.steps import Refusal, Step, take, with_refusal
from core.workflow import Refused
from units.models import UnitKind
from units.queries import counts_within
from units.scope import Grant

NAMES_SHOWN = 200
ROWS_A_PAGE = 50

# The list


@requires("launch.view")
def index(request: HttpRequest) -> HttpResponse:
    """What was launched by units in scope, and to them."""
    form = LaunchFilterForm(request.GET)
    found = launch_lists.launches(
        request.user,
        words=form.chosen("q"),
        state=form.chosen("state"),
        open_answers=bool(form.chosen("open_answers")),
    ).select_related("document", "placement")
    rows = launch_lists.ordered(found, launch_lists.LAUNCH_SORTS, request.GET.get("sort", ""))
    context = {
        "form": form,
        "page": Pages(rows, ROWS_A_PAGE).get_page(request.GET.get("page")),
        "may_launch": request.user.has_perm("launch.make"),
    }
    return render(request, "campaign/launches.html", context)


# Launching


@requires("launch.make", methods=("GET", "POST"))
def new(request: HttpRequest) -> HttpResponse:
    """Choose a document and the units; see who they are; launch."""
    grants = permissions.launching_grants(request.user)
    form = _form(request, grants)
    if request.method == "POST":
        valid = form.is_valid()
        form.take_file()
        if valid:
            return _preview_or_launch(request, form)
    return _form_page(request, form)


def _form(request: HttpRequest, grants: Sequence[Grant]) -> LaunchForm:
    own = Q(owner=None) | Q(owner__in={grant.unit_id for grant in grants})
    documents = list(Document.objects.filter(own).order_by("-is_campaign_plan", "order", "-pk"))
    counted: dict[UnitKind, int] = {}
    for path in {grant.path for grant in grants}:
        for kind, count in counts_within(path, periods.today()):
            counted[kind] = counted.get(kind, 0) + count
    kinds = [(kind.value, f"{kind.label} ({count})") for kind, count in counted.items()]
    typed = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    initial = {"document": request.GET.get("document", ""), "kinds": [UnitKind.COMMUNE]}
    if len(grants) == 1:
        initial["by"] = f"{grants[0].appointment_id}"
    return LaunchForm(request.user, grants, documents, kinds, *typed, initial=initial)


def _preview_or_launch(request: HttpRequest, form: LaunchForm) -> HttpResponse:
    plan = form.plan()
    seen = request.POST.get("seen", "")
    if "launch" in request.POST:
        try:
            made = launching.launch(request.user, plan, seen=seen)
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("Launched. The units see it under “My work”."))
            return HttpResponseRedirect(reverse("launches:detail", args=[made.pk]))
    if "change" in request.POST:
        return _form_page(request, form)
    known = plan.document if isinstance(plan.document, Document) else None
    places = launching.recipients(plan.grant, plan.kinds, direct=plan.direct, document=known)
    if not places:
        sentence = _("No unit would receive it that has not received it already.")
        form.add_error("kinds", sentence)
        return _form_page(request, form)
    context = {
        "form": form,
        "plan": plan,
        "document": plan.document,
        "total": len(places),
        "places": places[:NAMES_SHOWN],
        "more": max(0, len(places) - NAMES_SHOWN),
        "carried": [
            *_carried(request),
            ("kept_file", form.kept_token),
            ("seen", launching.digest(places)),
        ],
    }
    return render(request, "campaign/launch_preview.html", context)


def _carried(request: HttpRequest) -> list[tuple[str, str]]:
    """What was typed, for the second page to send once more."""
    left_out = ("csrfmiddlewaretoken", "kept_file", "seen", "launch", "change")
    return [
        (name, value)
        for name, values in request.POST.lists()
        if name not in left_out
        for value in values
    ]


def _form_page(request: HttpRequest, form: LaunchForm) -> HttpResponse:
    context = {"form": form, "largest_file": settings.EVIDENCE_MAX_BYTES}
    status = 422 if form.errors else 200
    return render(request, "campaign/launch_form.html", context, status=status)


# One of them


@requires("launch.view")
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The document, what the person's own units answered, and who in scope has not."""
    return _launch_page(request, visible_launch(request, pk))


def _launch_page(
    request: HttpRequest, launch: Launch, refusal: Refusal | None = None
) -> HttpResponse:
    form, rows, counts = _recipients(request, launch)
    own = own_recipients(request, launch)
    stored = [
        file
        for file in (
            launch.document.file,
            *(r.answer.document.file for r in own if r.answer and r.answer.document),
        )
        if file
    ]
    pages = pages_of(stored)
    follows = any(count.count for count in counts) and not _only_own(own, counts)
    context = {
        "launch": launch,
        "document": launch.document,
        "file": _document_file(launch, pages),
        "own": [_own_card(request, recipient, pages) for recipient in own],
        "form": form,
        "follows": follows or form.filters,
        "counts": counts,
        "page": Pages(rows, ROWS_A_PAGE).get_page(request.GET.get("page")),
        "steps": with_refusal(request, _steps(request, launch), refusal),
        "export_url": f"{reverse('launches:export', args=[launch.pk])}?{request.GET.urlencode()}",
    }
    status = refusal.status if refusal else 200
    return render(request, "campaign/launch.html", context, status=status)


def visible_launch(request: HttpRequest, pk: int) -> Launch:
    """The launch with what its pages show of it. Raises Http404 outside the scope."""
    found = (
        Launch.objects.visible_to(request.user)
        .select_related("document__file", "placement", "launched_by", "withdrawn_by")
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise Http404
    return found


def _recipients(
    request: HttpRequest, launch: Launch
) -> tuple[RecipientFilterForm, Any, list[StateCount]]:
    form = RecipientFilterForm(request.GET)
    found = launch_lists.recipients(
        request.user, launch, words=form.chosen("q"), late=bool(form.chosen("late"))
    )
    counted = launch_lists.counts(found)
    state = form.chosen("state")
    shown = (found.filter(state=state) if state else found).select_related(
        "launch", "placement", "answer__document__file"
    )
    sort = request.GET.get("sort", "")
    rows = launch_lists.ordered(
        shown.order_by("placement__name", "pk"), launch_lists.RECIPIENT_SORTS, sort
    )
    labels = dict(RecipientState.choices)
    return form, rows, state_counts(request, state, counted, labels)


def own_recipients(request: HttpRequest, launch: Launch) -> list[Recipient]:
    """The units for which the person answers, with all that they answered."""
    own = Recipient.objects.visible_to(request.user).answered_by(request.user)
    return list(
        telling.with_reminders(own)
        .filter(launch=launch)
        .select_related("launch", "placement", "answer__document__file", "answer__user")
        .prefetch_related("answers__user", "answers__document")
        .order_by("placement__name")
    )


def _only_own(own: list[Recipient], counts: list[StateCount]) -> bool:
    return sum(count.count for count in counts) == len(own)


def _own_card(
    request: HttpRequest, recipient: Recipient, pages: dict[int, list[PreviewPage]]
) -> dict[str, Any]:
    allowed, why_not = permissions.may_answer(request.user, recipient)
    answer = recipient.answer
    plan = answer.document if answer else None
    return {
        "recipient": recipient,
        "answer": answer,
        "file": _answer_file(answer, pages) if plan and plan.file else None,
        "earlier": [one for one in recipient.answers.all() if one.pk != recipient.answer_id],
        "allowed": allowed,
        "why_not": why_not,
        "url": reverse("launches:answer", args=[recipient.launch_id, recipient.unit_id]),
        "may_launch": plan is not None and request.user.has_perm("launch.make"),
    }


def _document_file(launch: Launch, pages: dict[int, list[PreviewPage]]) -> ShownFile | None:
    stored = launch.document.file
    if stored is None:
        return None
    return shown_file(
        stored,
        reverse("launches:file", args=[launch.pk]),
        lambda number: reverse("launches:file_page", args=[launch.pk, number]),
        pages.get(stored.pk, []),
    )


def _answer_file(answer: Any, pages: dict[int, list[PreviewPage]]) -> ShownFile:
    stored = answer.document.file
    return shown_file(
        stored,
        reverse("launches:answer_file", args=[answer.pk]),
        lambda number: reverse("launches:answer_page", args=[answer.pk, number]),
        pages.get(stored.pk, []),
    )


def _steps(request: HttpRequest, launch: Launch) -> list[Step]:
    """Reminding and withdrawing, for people who launch; others only read."""
    if not request.user.has_perm("launch.make"):
        return []
    allowed, why_not = permissions.may_manage(request.user, launch)
    if permissions.managing_grant(request.user, launch) is None:
        return []
    waiting = launching.remindable(launch).count() if allowed else 0
    nobody = _("Everybody has answered, or was reminded today already.")
    remind = ngettext(
        "%(count)d unit has not answered. It sees the reminder on its first page.",
        "%(count)d units have not answered. They see the reminder on their first page.",
        waiting,
    ) % {"count": waiting}
    arrow = LAUNCH["withdraw"]
    return [
        Step(
            _("Remind"),
            reverse("launches:remind", args=[launch.pk]),
            allowed and waiting > 0,
            why_not or nobody,
            remind,
            "primary",
            "send",
            name="remind",
        ),
        Step(
            arrow.label,
            f"{reverse('launches:withdraw', args=[launch.pk])}?seen={LAUNCH.fingerprint(launch)}",
            allowed,
            why_not,
            arrow.told,
            "danger",
            "return",
            arrow.reason_required,
            arrow.name,
        ),
    ]


@requires("launch.view")
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """The same units in the same order, as an .xlsx file."""
    launch = visible_launch(request, pk)
    rows = _recipients(request, launch)[1]
    title = launch.document.number or _("Launch")
    return workbook(exporters.recipients_xlsx(rows, title), "huong-ung")


@requires("launch.make", methods=("POST",))
def remind(request: HttpRequest, pk: int) -> HttpResponse:
    """Remind the units that have not answered."""
    launch = visible_launch(request, pk)
    require(permissions.may_manage(request.user, launch))

    def perform(_reason: str, _seen: str) -> str:
        count = launching.remind(pk, request.user)
        return ngettext("%(count)d unit was reminded.", "%(count)d units were reminded.", count) % {
            "count": count
        }

    if refusal := take(request, "remind", perform):
        return _launch_page(request, visible_launch(request, pk), refusal)
    return HttpResponseRedirect(reverse("launches:detail", args=[pk]))


@requires("launch.make", methods=("POST",))
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw the launch, with a reason."""
    launch = visible_launch(request, pk)
    require(permissions.may_manage(request.user, launch))

    def perform(reason: str, seen: str) -> str:
        launching.withdraw(pk, request.user, reason=reason, seen=seen)
        return _("Withdrawn. The units see the reason.")

    if refusal := take(request, "withdraw", perform):
        return _launch_page(request, visible_launch(request, pk), refusal)
    return HttpResponseRedirect(reverse("launches:detail", args=[pk]))


# Answering


@requires("launch.answer", methods=("GET", "POST"))
def answer(request: HttpRequest, pk: int, unit_id: int) -> HttpResponse:
    """Answer for a unit: with its own plan, or with a sentence."""
    recipient = _recipient(request, pk, unit_id)
    require(permissions.may_answer(request.user, recipient))
    by_plan = request.method == "POST" and request.POST.get("how") == "plan"
    by_sentence = request.method == "POST" and not by_plan
    plan = PlanAnswerForm(
        request.user,
        *((request.POST, request.FILES) if by_plan else (None, None)),
        prefix="plan",
        initial={"issuer": recipient.placement.name},
    )
    support = SupportForm(
        recipient.launch.launched_on,
        request.POST if by_sentence else None,
        prefix="support",
        initial={"answered_on": periods.today()},
    )
    sent = plan if by_plan else support if by_sentence else None
    if sent is not None:
        valid = sent.is_valid()
        if sent is plan:
            plan.take_file()
        if valid and _answered(request, recipient, sent):
            return HttpResponseRedirect(reverse("launches:detail", args=[pk]))
    context = {
        "launch": recipient.launch,
        "recipient": recipient,
        "plan": plan,
        "support": support,
        "sent": sent,
        "needs_reason": ANSWER[answering_step(recipient)].reason_required,
        "told": ANSWER[answering_step(recipient)].told,
        "seen": request.POST.get("seen") or ANSWER.fingerprint(recipient),
        "largest_file": settings.EVIDENCE_MAX_BYTES,
    }
    status = 422 if sent is not None else 200
    return render(request, "campaign/launch_answer.html", context, status=status)


def _recipient(request: HttpRequest, pk: int, unit_id: int) -> Recipient:
    """What the unit received. Raises Http404 outside the scope."""
    found = (
        Recipient.objects.visible_to(request.user)
        .select_related("launch__document", "launch__placement", "placement", "answer__document")
        .filter(launch=pk, unit=unit_id)
        .first()
    )
    if found is None:
        raise Http404
    return found


def _answered(
    request: HttpRequest, recipient: Recipient, form: PlanAnswerForm | SupportForm
) -> bool:
    """Answer as the form says; False where it was refused, which the form then says."""
    try:
        launching.answer(
            recipient.pk,
            request.user,
            form.answer(),
            reason=form.cleaned_data["reason"],
            seen=request.POST.get("seen", ""),
        )
    except Refused as refused:
        form.add_error(None, str(refused))
        return False
    messages.success(request, _("Answered. The unit that launched it sees your answer."))
    return True


# Files


@requires("launch.view")
def file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The original of the launched document, as attachment only."""
    return _attachment(visible_launch(request, pk).document)


@requires("launch.view")
def file_page(request: HttpRequest, pk: int, number: int) -> HttpResponseBase:
    """The picture of one page of the launched document."""
    return _picture(visible_launch(request, pk).document, number)


@requires("launch.view")
def answer_file(request: HttpRequest, answer_pk: int) -> HttpResponseBase:
    """The original of a unit's own plan, as attachment only."""
    return _attachment(_answer_document(request, answer_pk))


@requires("launch.view")
def answer_page(request: HttpRequest, answer_pk: int, number: int) -> HttpResponseBase:
    """The picture of one page of a unit's own plan."""
    return _picture(_answer_document(request, answer_pk), number)


def _answer_document(request: HttpRequest, answer_pk: int) -> Document:
    found = Recipient.objects.visible_to(request.user).filter(answers=answer_pk).first()
    given = found and found.answers.select_related("document__file").get(pk=answer_pk)
    if not given or given.document is None:
        raise Http404
    return given.document


def _attachment(document: Document) -> HttpResponseBase:
    if document.file is None:
        raise Http404
    return files.attachment(document.file)


def _picture(document: Document, number: int) -> HttpResponseBase:
    page = PreviewPage.objects.filter(file=document.file_id, number=number).first()
    if page is None:
        raise Http404
    return files.picture(page)
