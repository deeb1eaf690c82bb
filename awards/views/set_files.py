"""Criteria sets as files in the format of the plan files, and drafts from them."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from awards.plans import set_files
from core.access import require, requires, signed_in
from core.data_files import DataFilesRefused
from core.workflow import Refused
from criteria.drafting import permissions, writing
from criteria.models import CriteriaSet
from criteria.models.drafts import EDIT
from criteria.views.drafting import visible_draft

MOST_BYTES = 1_000_000  # a set of a hundred criteria has some 60 000


class SetFileForm(forms.Form):
    """A file that says what a set says."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        widget=forms.FileInput(attrs={"accept": ".yaml,.yml"}),
        error_messages={
            "required": gettext_lazy("Choose a file."),
            "empty": gettext_lazy("This file is empty."),
        },
    )
    seen = forms.IntegerField(min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput)

    def clean_file(self) -> Any:
        """A file of a size that a set can have."""
        upload = self.cleaned_data["file"]
        if upload.size > MOST_BYTES:
            raise forms.ValidationError(_("This file is too large for a set of criteria."))
        return upload


def _file(criteria_set: CriteriaSet) -> HttpResponse:
    name = f"{criteria_set.code}-{criteria_set.version}.yaml"
    response = HttpResponse(set_files.write(criteria_set), content_type="application/yaml")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@signed_in()
def export(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """A published set as a file."""
    found = CriteriaSet.objects.published().select_related(
        "document", "source", "title", "derives_from"
    )
    criteria_set = found.filter(code=code, version=version).first()
    if criteria_set is None:
        raise Http404
    return _file(criteria_set)


@requires(EDIT)
def export_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """A draft as a file."""
    return _file(visible_draft(request, pk).criteria_set)


@requires(EDIT, methods=("GET", "POST"))
def bring_in(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a draft say what a file says; what is wrong with the file is told at its line."""
    draft = visible_draft(request, pk)
    require(permissions.may_change(request.user, draft))
    data, sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = SetFileForm(data, sent, initial={"seen": draft.version})
    faults: list[Any] = []
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            said = set_files.read(upload.name or "", upload.read(), draft.criteria_set)
            writing.replace(request.user, pk, *said, form.cleaned_data["seen"])
        except DataFilesRefused as refused:
            faults = refused.faults
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The draft says what the file says now."))
            return HttpResponseRedirect(reverse("criteria:draft", args=[pk]))
    context = {"draft": draft, "set": draft.criteria_set, "form": form, "faults": faults}
    status = 422 if faults or form.errors else 200
    return render(request, "awards/set_file.html", context, status=status)
