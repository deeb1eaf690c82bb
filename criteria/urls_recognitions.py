"""Routes of recognitions, at /recognitions/: titles held by paper decisions, and the lists by which
they are recognised here."""

from django.urls import path

from criteria.views import access_panel, batch, batches, recognitions

app_name = "recognitions"

urlpatterns = [
    path("", recognitions.index, name="index"),
    path("export/", recognitions.export, name="export"),
    path("new/", recognitions.new, name="new"),
    path("due/", batches.due, name="due"),
    path("batches/", batches.index, name="batches"),
    path("batches/export/", batches.export, name="batches_export"),
    path("batches/new/", batches.new, name="batch_new"),
    path("batches/begin/<int:round_id>/<int:unit_id>/", batches.begin, name="batch_begin"),
    path("batches/<int:pk>/", batch.detail, name="batch"),
    path("batches/<int:pk>/access/", access_panel.batch, name="batch_access"),
    path("batches/<int:pk>/lines/", batch.lines, name="batch_lines"),
    path("batches/<int:pk>/lines/<int:unit_id>/", batch.line, name="batch_line"),
    path("batches/<int:pk>/meeting/", batch.meeting, name="batch_meeting"),
    path("batches/<int:pk>/names/", batch.names, name="batch_names"),
    path("batches/<int:pk>/number/", batch.number, name="batch_number"),
    path("batches/<int:pk>/revoke/", batch.revoke, name="batch_revoke"),
    path("batches/<int:pk>/part/", batch.part, name="batch_part"),
    path("batches/<int:pk>/steps/<slug:name>/", batch.step, name="batch_step"),
    path("batches/<int:pk>/papers/<slug:name>/", batch.paper, name="batch_paper"),
    path("<int:pk>/", recognitions.detail, name="detail"),
    path("<int:pk>/access/", access_panel.recognition, name="access"),
    path("<int:pk>/edit/", recognitions.edit, name="edit"),
    path("<int:pk>/steps/<slug:name>/", recognitions.step, name="step"),
    path("<int:pk>/refusal-seen/", recognitions.refusal_seen, name="refusal_seen"),
    path("<int:pk>/scan/", recognitions.scan, name="scan"),
    path("<int:pk>/scan/pages/<int:number>/", recognitions.scan_page, name="scan_page"),
]
