"""Routes of the Councils and their meetings, at /meetings/."""

from django.urls import path

from awards.views import councils, meeting_cases, meetings, panels

app_name = "meetings"

urlpatterns = [
    path("", meetings.index, name="index"),
    path("due/", meetings.due, name="due"),
    path("councils/new/", councils.new, name="council_new"),
    path("councils/<int:pk>/", councils.detail, name="council"),
    path("councils/<int:pk>/seats/", councils.seat, name="seat"),
    path("councils/<int:pk>/seats/<int:seat_pk>/", councils.end_seat, name="seat_end"),
    path("councils/<int:pk>/rules/", councils.rule, name="rule"),
    path("councils/<int:pk>/rules/<int:rule_pk>/", councils.end_rule, name="rule_end"),
    path("councils/<int:council_pk>/meet/", meetings.new, name="new"),
    path("<int:pk>/", meetings.detail, name="detail"),
    path("<int:pk>/access/", panels.meeting, name="access"),
    path("<int:pk>/edit/", meetings.edit, name="edit"),
    path("<int:pk>/put/", meetings.put, name="put"),
    path("<int:pk>/steps/<slug:name>/", meetings.step, name="step"),
    path("<int:pk>/presence/", meetings.presence, name="presence"),
    path("<int:pk>/votes/", meetings.votes, name="votes"),
    path("<int:pk>/scan/", meetings.scan, name="scan"),
    path("<int:pk>/papers/<slug:name>/", meetings.paper, name="paper"),
    path("<int:pk>/selection/", meeting_cases.selection, name="selection"),
    path("<int:pk>/cases/<int:case_pk>/", meeting_cases.case, name="case"),
    path("<int:pk>/cases/<int:case_pk>/dossier/", meeting_cases.dossier, name="dossier"),
    path(
        "<int:pk>/cases/<int:case_pk>/evidence/<int:evidence_pk>/",
        meeting_cases.evidence,
        name="evidence",
    ),
    path(
        "<int:pk>/cases/<int:case_pk>/steps/<slug:name>/",
        meeting_cases.case_step,
        name="case_step",
    ),
    path("<int:pk>/cases/<int:case_pk>/count/", meeting_cases.count, name="count"),
    path("<int:pk>/cases/<int:case_pk>/seats/<int:seat_pk>/", meeting_cases.seat, name="case_seat"),
]
