"""Routes of the criteria sets, of their drafts, and of what follows from a new version, at
/criteria/: reading and drafting in criteria, files in the format of the plans here."""

from django.urls import path

from awards.views import set_files
from criteria.views import carrying, catalogue, drafting, trying

app_name = "criteria"

urlpatterns = [
    path("", catalogue.index, name="index"),
    path("drafts/<int:pk>/", drafting.detail, name="draft"),
    path("drafts/<int:pk>/set/", drafting.edit_set, name="draft_set"),
    path("drafts/<int:pk>/source/", drafting.source, name="draft_source"),
    path("drafts/<int:pk>/new/", drafting.add, name="draft_add"),
    path("drafts/<int:pk>/<int:criterion_id>/", drafting.edit, name="draft_edit"),
    path("drafts/<int:pk>/move/<int:criterion_id>/<slug:way>/", drafting.move, name="draft_move"),
    path("drafts/<int:pk>/remove/<int:criterion_id>/", drafting.remove, name="draft_remove"),
    path("drafts/<int:pk>/step/<slug:name>/", drafting.step, name="draft_step"),
    path("drafts/<int:pk>/file/", set_files.export_draft, name="draft_file"),
    path("drafts/<int:pk>/import/", set_files.bring_in, name="draft_import"),
    path("drafts/<int:pk>/trial/", trying.trial, name="trial"),
    path("drafts/<int:pk>/trial/export/", trying.export, name="trial_export"),
    path("<slug:code>/<int:version>/", catalogue.detail, name="detail"),
    path("<slug:code>/<int:version>/draft/", drafting.begin, name="draft_begin"),
    path("<slug:code>/<int:version>/file/", set_files.export, name="file"),
    path("<slug:code>/<int:version>/base/", catalogue.beside, name="beside"),
    path("<slug:code>/<int:version>/carry/", carrying.carry, name="carry"),
]
