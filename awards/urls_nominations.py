"""Routes of nominations, at /nominations/."""

from django.urls import path

from awards.views import nomination, nominations, proposing, writing

app_name = "nominations"

urlpatterns = [
    path("", nominations.index, name="index"),
    path("due/", nominations.due, name="due"),
    path("export/", nominations.export, name="export"),
    path("selection/", nominations.selection, name="selection"),
    path("new/", proposing.new, name="new"),
    path("new/begin/", proposing.begin, name="begin"),
    path("new/names/", proposing.names, name="open_names"),
    path("<int:pk>/", nomination.detail, name="detail"),
    path("<int:pk>/precheck/", nomination.precheck, name="precheck"),
    path("<int:pk>/steps/<slug:name>/", nomination.step, name="step"),
    path("<int:pk>/names/", nomination.names, name="names"),
    path("<int:pk>/access/", nomination.access, name="access"),
    path("<int:pk>/paper/", nomination.paper, name="paper"),
    path("<int:pk>/document/", nomination.document, name="document"),
    path("<int:pk>/texts/<slug:name>/", writing.text, name="text"),
    path("<int:pk>/fill/", writing.fill, name="fill"),
    path("<int:pk>/period/", writing.period, name="period"),
    path("<int:pk>/statement/", writing.unrestricted, name="unrestricted"),
    path("<int:pk>/earlier/", writing.earlier, name="earlier"),
    path("<int:pk>/earlier/<int:earlier_id>/", writing.earlier_remove, name="earlier_remove"),
    path("<int:pk>/evidence/", writing.upload, name="upload"),
    path("<int:pk>/evidence/<int:evidence_id>/", writing.evidence, name="evidence"),
    path(
        "<int:pk>/evidence/<int:evidence_id>/remove/",
        writing.evidence_remove,
        name="evidence_remove",
    ),
]
