"""Routes of titles held by paper decisions, at /recognitions/."""

from django.urls import path

from criteria.views import access_panel, recognitions

app_name = "recognitions"

urlpatterns = [
    path("", recognitions.index, name="index"),
    path("export/", recognitions.export, name="export"),
    path("new/", recognitions.new, name="new"),
    path("<int:pk>/", recognitions.detail, name="detail"),
    path("<int:pk>/access/", access_panel.recognition, name="access"),
    path("<int:pk>/edit/", recognitions.edit, name="edit"),
    path("<int:pk>/steps/<slug:name>/", recognitions.step, name="step"),
    path("<int:pk>/refusal-seen/", recognitions.refusal_seen, name="refusal_seen"),
    path("<int:pk>/scan/", recognitions.scan, name="scan"),
    path("<int:pk>/scan/pages/<int:number>/", recognitions.scan_page, name="scan_page"),
]
