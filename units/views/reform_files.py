"""The file of a resolution: kept with its reform, and read by who may read the reform."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import files
from core.access import require, requires
from core.workflow import Refused
from units.reforming import filing, permissions
from units.reforming.permissions import PROPOSE
from units.views.reforms import visible_reform


class ResolutionForm(forms.Form):
    """The signed resolution as a PDF."""

    file = forms.FileField(
        label=gettext_lazy("Signed resolution (PDF)"), widget=forms.FileInput({"accept": ".pdf"})
    )


@requires(PROPOSE, permissions.CONFIRM, methods=("POST",))
def attach(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the signed resolution with a reform."""
    reform = visible_reform(request, pk)
    require(filing.may_attach(request.user, reform))
    form = ResolutionForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            filing.attach(request.user, pk, form.cleaned_data["file"])
        except files.FileRefused as refused:
            messages.error(request, "; ".join(refused.messages))
        except Refused as refused_error:
            messages.error(request, str(refused_error))
        else:
            messages.success(request, _("Attached."))
    else:
        messages.error(request, str(form.errors["file"][0]))
    return HttpResponseRedirect(reverse("reforms:detail", args=[pk]))


@requires("units.view")
def resolution(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The signed resolution, as attachment."""
    reform = visible_reform(request, pk)
    if reform.file is None:
        raise Http404
    return files.attachment(reform.file)
