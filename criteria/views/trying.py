"""A draft tried on real answers: what would differ, unit by unit."""

from collections.abc import Sequence
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.access import require, requires
from core.forms.filters import FilterForm
from core.paging import Pages
from core.views.files import workbook
from core.workflow import Refused
from criteria import explain, exporters
from criteria.drafting import permissions, trying
from criteria.models import Assessment, DraftState, SetDraft, SetTrial
from criteria.models.drafts import EDIT
from criteria.outcome import Status
from criteria.views.drafting import visible_draft
from units.models import Placement

ROWS_A_PAGE = 50


class TrialFilterForm(FilterForm):
    """Which rows of a trial are shown."""

    changed = forms.BooleanField(label=gettext_lazy("Changed only"), required=False)


@dataclass(frozen=True)
class Shown:
    """A row as the page and the sheet show it.

    Attributes:
        place: where a household, clan or citizen lives; empty for a unit of the tree.
        before, after: a state for the badge, and its words.
        criteria: code, before and after in words.
    """

    key: int
    name: str
    place: str
    before: tuple[str, str]
    after: tuple[str, str]
    differs: bool
    criteria: tuple[tuple[str, str, str], ...]

    @property
    def criteria_words(self) -> str:
        """All criteria that differ, for a cell of a sheet."""
        return "; ".join(f"{code}: {before} → {after}" for code, before, after in self.criteria)


@requires(EDIT, methods=("GET", "POST"))
def trial(request: HttpRequest, pk: int) -> HttpResponse:
    """The last trial of this person; by POST, try it as it stands now."""
    draft = visible_draft(request, pk)
    if request.method == "POST":
        require(permissions.may_keep(request.user, draft))
        try:
            trying.order(request.user, draft)
        except Refused as refused:
            messages.error(request, str(refused))
        return HttpResponseRedirect(reverse("criteria:trial", args=[pk]))
    found = _last(request, draft)
    form = TrialFilterForm(request.GET)
    rows = trying.rows_of(found, request.user) if found else []
    chosen = [row for row in rows if row.differs] if form.chosen("changed") else rows
    page = Pages(chosen, ROWS_A_PAGE).get_page(request.GET.get("page"))
    page.object_list = shown(request, list(page.object_list))
    context = {
        "draft": draft,
        "set": draft.criteria_set,
        "trial": found,
        "waits": found is not None and found.rows is None,
        "outdated": found is not None and found.draft_version != draft.version,
        "may_try": draft.state != DraftState.PUBLISHED,
        "summary": trying.summary(rows),
        "form": form,
        "page": page,
        "export_url": f"{reverse('criteria:trial_export', args=[pk])}?{request.GET.urlencode()}",
    }
    return render(request, "criteria/draft_trial.html", context)


def _last(request: HttpRequest, draft: SetDraft) -> SetTrial | None:
    found = SetTrial.objects.visible_to(request.user).filter(draft=draft)
    return found.select_related("draft", "round").first()


@requires(EDIT)
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """The same rows in the same order, as an .xlsx file."""
    draft = visible_draft(request, pk)
    found = _last(request, draft)
    rows = trying.rows_of(found, request.user) if found else []
    if TrialFilterForm(request.GET).chosen("changed"):
        rows = [row for row in rows if row.differs]
    content = exporters.trial_xlsx(shown(request, rows), _("Trial of a draft"))
    return workbook(content, f"thu-{draft.code}-{draft.criteria_set.version}")


def shown(request: HttpRequest, rows: Sequence[trying.Row]) -> list[Shown]:
    """Rows with the units that they are of, without names of persons (one query)."""
    keys = [row.assessment_id for row in rows]
    listed = Assessment.objects.visible_to(request.user).with_subject().filter(pk__in=keys)
    found = listed.in_bulk()
    return [_shown(row, found[row.assessment_id]) for row in rows if row.assessment_id in found]


def _shown(row: trying.Row, assessment: Assessment) -> Shown:
    place: Placement = assessment.placement
    is_member = place.unit_id != assessment.unit_id
    return Shown(
        row.assessment_id,
        assessment.subject_name,
        place.name if is_member else "",
        (row.before, _label(row.before)),
        (row.after, _label(row.after)),
        row.differs,
        tuple((code, _label(one), _label(other)) for code, one, other in row.criteria),
    )


def _label(status: Status) -> str:
    return str(explain.STATUS_LABELS[status])
