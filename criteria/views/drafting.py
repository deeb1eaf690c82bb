"""Drafts of criteria sets: the page as it would read, its forms, its steps."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import periods
from core.access import require, requires
from core.presentation import Finding, HistoryLine, history_of
from core.views.steps import Look, Refusal, Step, step_of, take, with_refusal
from core.workflow import Outdated, Refused
from criteria import evaluation, rule_texts, rules
from criteria.drafting import permissions, writing
from criteria.drafting.checking import check
from criteria.drafting.workflow import SET_DRAFT
from criteria.forms.drafting import (
    KINDS,
    NO_RULE,
    RULE_FORMS,
    CriterionForm,
    RuleForm,
    SetForm,
    SourceForm,
    lists_for,
)
from criteria.models import CriteriaSet, Criterion, DraftState, SetDraft
from criteria.models.drafts import EDIT
from criteria.views.catalogue import chapters_of, kind_names, kinds

_LOOKS: dict[str, Look] = {"propose": ("primary", "send"), "publish": ("primary", "check")}
_DONE = {
    "propose": gettext_lazy("Put forward: a second person can publish it now."),
    "take_back": gettext_lazy("Taken back: it can be changed again."),
    "return": gettext_lazy("Returned to be changed."),
    "publish": gettext_lazy("Published: it cannot be changed any more."),
    "discard": gettext_lazy("Discarded. The published version stays as it was."),
}
_NEW_KIND = "attested"
# What the history calls a step.
_TAKEN = {
    "propose": gettext_lazy("Put forward"),
    "take_back": gettext_lazy("Taken back"),
    "return": gettext_lazy("Returned"),
    "publish": gettext_lazy("Published"),
}


def visible_draft(request: HttpRequest, pk: int) -> SetDraft:
    """A draft that the person may read. Raises Http404."""
    found = (
        SetDraft.objects.visible_to(request.user)
        .select_related(
            "criteria_set__document",
            "criteria_set__source",
            "base__derives_from",
            "criteria_set__derives_from",
            "base__document",
            "base__source",
            "proposed_by",
            "decided_by",
        )
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise Http404
    return found


def _to(pk: int, code: str = "") -> HttpResponse:
    anchor = f"#criterion-{code}" if code else ""
    return HttpResponseRedirect(f"{reverse('criteria:draft', args=[pk])}{anchor}")


@requires(EDIT, methods=("POST",))
def begin(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """Draft the next version of a published set."""
    published = CriteriaSet.objects.published().filter(code=code, version=version).first()
    if published is None:
        raise Http404
    require(permissions.may_begin(request.user, published))
    try:
        draft = writing.begin(request.user, published)
    except Refused as refused:
        messages.error(request, str(refused))
        return HttpResponseRedirect(reverse("criteria:detail", args=[code, version]))
    return _to(draft.pk)


# The page of a draft


@requires(EDIT)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The set as it would read, what keeps it from being published, and what differs."""
    return _page(request, visible_draft(request, pk))


def _page(request: HttpRequest, draft: SetDraft, refusal: Refusal | None = None) -> HttpResponse:
    one = draft.criteria_set
    form = evaluation.form_of(one)
    is_open = draft.state != DraftState.PUBLISHED
    context = {
        "draft": draft,
        "set": one,
        "kinds": kind_names(one.subject_kinds, kinds()),
        "first": periods.first_day(one.period),
        "last": periods.last_day(one.period),
        "rule": rule_texts.describe_set(form.rule, form.specs),
        "named": rules.children_of(form.rule),
        "chapters": chapters_of(form),
        "count": len(form.criteria),
        "changes": permissions.may_change(request.user, draft)[0],
        "lonely": draft.proposed_by is None and not permissions.publishers(draft),
        "history": _history(draft),
        "findings": _findings(draft) if is_open else [],
        "comparison": check(draft).comparison,
        "steps": with_refusal(request, _steps(request, draft), refusal),
    }
    status = refusal.status if refusal else 200
    return render(request, "criteria/draft.html", context, status=status)


def _history(draft: SetDraft) -> list[HistoryLine]:
    """Its steps, the latest first (one query; none while it was never put forward)."""
    if draft.proposed_by is None:
        return []
    events = draft.events.select_related("user").order_by("-pk")
    return history_of(events, lambda name: str(_TAKEN[name]), None)


def _findings(draft: SetDraft) -> list[Finding]:
    """What keeps it from being published, each with where it is mended."""
    keys = {row.code: row.pk for row in draft.criteria_set.criteria.all()}
    return [
        Finding(
            one.sentence,
            blocks=True,
            article=_("criterion %(code)s") % {"code": one.code} if one.code else _("the set"),
            url=_where(draft, keys.get(one.code)),
        )
        for one in check(draft).problems
    ]


def _where(draft: SetDraft, criterion_id: int | None) -> str:
    """Where something is mended; empty while nothing can be changed."""
    if draft.state != DraftState.DRAFT:
        return ""
    if criterion_id is None:
        return reverse("criteria:draft_set", args=[draft.pk])
    return reverse("criteria:draft_edit", args=[draft.pk, criterion_id])


def _steps(request: HttpRequest, draft: SetDraft) -> list[Step]:
    return [
        step_of(
            "criteria:draft_step",
            draft.pk,
            arrow,
            (allowed, why_not),
            seen=SET_DRAFT.fingerprint(draft),
            looks=_LOOKS,
        )
        for arrow, allowed, why_not in SET_DRAFT.choices(draft, request.user)
    ]


@requires(EDIT, methods=("POST",))
def step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Take a step of a draft."""
    draft = visible_draft(request, pk)
    if name not in _DONE:
        raise Http404
    require(SET_DRAFT[name].may(request.user, draft))

    def perform(reason: str, seen: str) -> str:
        SET_DRAFT.perform(name, pk, request.user, reason=reason, seen=seen)
        return str(_DONE[name])

    if refusal := take(request, name, perform):
        return _page(request, visible_draft(request, pk), refusal)
    one = draft.criteria_set
    if name == "discard":
        return HttpResponseRedirect(reverse("criteria:detail", args=[one.code, draft.base.version]))
    if name == "publish":
        return HttpResponseRedirect(reverse("criteria:detail", args=[one.code, one.version]))
    return _to(pk)


# Its forms


@requires(EDIT, methods=("GET", "POST"))
def edit_set(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what the set says as a whole."""
    draft = visible_draft(request, pk)
    require(permissions.may_change(request.user, draft))
    form = SetForm(draft, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            writing.change_set(request.user, pk, form.said(), form.cleaned_data["seen"])
        except Refused as refused:
            return _again(request, draft, "criteria/draft_set.html", form, refused)
        messages.success(request, _("Saved."))
        return _to(pk)
    return _form_page(request, draft, "criteria/draft_set.html", form)


def _again(
    request: HttpRequest,
    draft: SetDraft,
    template: str,
    form: SetForm | CriterionForm,
    refused: Refused,
    **more: Any,
) -> HttpResponse:
    """A form that could not be saved, with what was typed; saved once more, it overwrites what
    somebody else changed meanwhile, now that the person knows.

    Raises PermissionDenied where nothing can be changed any more.
    """
    if not refused.field and not isinstance(refused, Outdated):
        raise PermissionDenied(str(refused)) from refused
    now = visible_draft(request, draft.pk)
    form.data = {**form.data.dict(), **_lists_in(form), "seen": now.version}  # type: ignore[attr-defined]
    form.add_error(refused.field or None, str(refused))
    status = 409 if isinstance(refused, Outdated) else 422
    return _form_page(request, now, template, form, status=status, **more)


def _lists_in(form: SetForm | CriterionForm) -> dict[str, Any]:
    """Fields that were sent with several values."""
    return {"of": form.data.getlist("of")} if "of" in form.fields else {}  # type: ignore[attr-defined]


def _form_page(
    request: HttpRequest,
    draft: SetDraft,
    template: str,
    form: Any,
    *,
    status: int = 0,
    **more: Any,
) -> HttpResponse:
    context = {"draft": draft, "set": draft.criteria_set, "form": form, **more}
    rule_form = more.get("rule_form")
    faulty = form.errors or (rule_form is not None and rule_form.has_errors)
    return render(request, template, context, status=status or (422 if faulty else 200))


@requires(EDIT, methods=("GET", "POST"))
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a criterion at the end."""
    draft = visible_draft(request, pk)
    require(permissions.may_change(request.user, draft))
    return _criterion_page(request, draft, None)


@requires(EDIT, methods=("GET", "POST"))
def edit(request: HttpRequest, pk: int, criterion_id: int) -> HttpResponse:
    """Change a criterion."""
    draft = visible_draft(request, pk)
    require(permissions.may_change(request.user, draft))
    return _criterion_page(request, draft, _criterion(draft, criterion_id))


def _criterion(draft: SetDraft, criterion_id: int) -> Criterion:
    criteria = draft.criteria_set.criteria.select_related("source")
    if found := criteria.filter(pk=criterion_id).first():
        return found
    raise Http404


def _criterion_page(
    request: HttpRequest, draft: SetDraft, criterion: Criterion | None
) -> HttpResponse:
    """The form of a criterion with that of its rule; `?kind=` chooses another kind of rule."""
    data = request.POST if request.method == "POST" else None
    kind, rule_form = _rule_form(request, draft, criterion, data)
    form = CriterionForm(draft, criterion, data, asks=kind != NO_RULE)
    more: dict[str, Any] = {
        "criterion": criterion,
        "rule_form": rule_form,
        "kind": kind,
        "rule_kinds": KINDS,
    }
    if data is not None and all([form.is_valid(), rule_form.is_sound()]):
        values = {**form.said(), "rule": rule_form.said()}
        try:
            row = writing.put_criterion(
                request.user,
                draft.pk,
                criterion.pk if criterion else None,
                values,
                form.cleaned_data["seen"],
            )
        except Criterion.DoesNotExist as gone:
            raise Http404 from gone
        except Refused as refused:
            return _again(request, draft, "criteria/draft_criterion.html", form, refused, **more)
        messages.success(request, _("Saved."))
        return _to(draft.pk, str(row.pk))
    return _form_page(request, draft, "criteria/draft_criterion.html", form, **more)


def _rule_form(
    request: HttpRequest, draft: SetDraft, criterion: Criterion | None, data: Any
) -> tuple[str, RuleForm]:
    """The kind of rule that is entered, and its form."""
    rule = rules.parse(criterion.rule) if criterion and criterion.rule else None
    present = rule.kind if rule else (NO_RULE if criterion else _NEW_KIND)
    kind = request.GET.get("kind", "")
    if kind not in RULE_FORMS:
        kind = present
    lists = lists_for(draft, criterion.code if criterion else "")
    return kind, RULE_FORMS[kind](lists, rule if kind == present else None, data)


@requires(EDIT, methods=("POST",))
def move(request: HttpRequest, pk: int, criterion_id: int, way: str) -> HttpResponse:
    """Let a criterion change places with its neighbour: `up` or `down`."""
    draft = visible_draft(request, pk)
    require(permissions.may_change(request.user, draft))
    if way not in ("up", "down"):
        raise Http404
    _criterion(draft, criterion_id)
    try:
        writing.move(request.user, pk, criterion_id, upwards=way == "up")
    except Criterion.DoesNotExist as gone:
        raise Http404 from gone
    except Refused as refused:
        raise PermissionDenied(str(refused)) from refused
    return _to(pk, str(criterion_id))


@requires(EDIT, methods=("POST",))
def remove(request: HttpRequest, pk: int, criterion_id: int) -> HttpResponse:
    """Take a criterion out."""
    draft = visible_draft(request, pk)
    require(permissions.may_change(request.user, draft))
    criterion = _criterion(draft, criterion_id)
    try:
        writing.remove(request.user, pk, criterion_id)
    except Criterion.DoesNotExist as gone:
        raise Http404 from gone
    except Refused as refused:
        raise PermissionDenied(str(refused)) from refused
    messages.success(request, _("Criterion %(code)s is taken out.") % {"code": criterion.code})
    return _to(pk)


@requires(EDIT, methods=("GET", "POST"))
def source(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Enter a text as a source, for criteria that had none."""
    draft = visible_draft(request, pk)
    require(permissions.may_change(request.user, draft))
    form = SourceForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            writing.add_source(request.user, pk, form.cleaned_data)
        except Refused as refused:
            raise PermissionDenied(str(refused)) from refused
        messages.success(request, _("Entered: choose it in the form of the criterion."))
        return _to(pk)
    return _form_page(request, draft, "criteria/draft_source.html", form)
