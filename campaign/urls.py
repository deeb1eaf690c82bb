"""Routes; the paths of docs/architecture.md."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("core.urls")),
    path("", include("reports.urls")),
    path("accounts/", include("accounts.urls")),
    path("units/reforms/", include("units.urls_reforms")),
    path("units/", include("units.urls")),
    path("people/", include("units.urls_people")),
    path("requests/", include("units.urls_requests")),
    path("assessments/", include("criteria.urls_assessments")),
    path("recognitions/", include("criteria.urls_recognitions")),
    path("registrations/", include("criteria.urls_registrations")),
    path("nominations/", include("awards.urls_nominations")),
    path("submissions/", include("awards.urls_submissions")),
    path("meetings/", include("awards.urls_meetings")),
    path("criteria/", include("awards.urls_criteria")),
    path("plans/", include("reports.urls_plans")),
    path("targets/", include("reports.urls_targets")),
    path("jobs/", include("core.urls_jobs")),
    path("imports/", include("core.urls_imports")),
    path("notices/", include("core.urls_notices")),
    path("launches/", include("campaign.urls_launches")),
    path("registers/", include("campaign.urls_registers")),
    path("decisions/", include("awards.urls_decisions")),
    path("verify/", include("awards.urls_verify")),
    path("rounds/", include("reports.urls_rounds")),
    path("calendar/", include("core.urls_calendar")),
    path("admin/", admin.site.urls),
]

handler400 = "core.views.bad_request"
handler403 = "core.views.forbidden"
handler404 = "core.views.not_found"
handler500 = "core.views.server_error"
