"""Routes of self-assessments, at /assessments/."""

from django.urls import path

from criteria.views import (
    access_panel,
    assessment,
    book_steps,
    books,
    explaining,
    filling,
    listing,
    many,
    of_unit,
    outside,
    papers,
    reviewing,
)

app_name = "assessments"

_BOOK = "books/<int:pk>/<slug:kind>/<slug:purpose>/"
_EVIDENCE = "<int:pk>/evidence/<int:evidence_id>/"

urlpatterns = [
    path("", listing.index, name="index"),
    path("books/", books.index, name="books"),
    path(_BOOK, books.book, name="book"),
    path(f"{_BOOK}begin/<int:unit_id>/", book_steps.begin, name="book_begin"),
    path(f"{_BOOK}<slug:step>/", book_steps.step, name="book_step"),
    path("export/", listing.export, name="export"),
    path("outside/", outside.index, name="outside"),
    path("outside/sums/", outside.totals, name="outside_sums"),
    path("many/", many.many, name="many"),
    path("begin/<int:round_id>/<int:unit_id>/", assessment.begin, name="begin"),
    path("units/<int:unit_id>/", of_unit.of_unit, name="of_unit"),
    path("<int:pk>/", assessment.detail, name="detail"),
    path("<int:pk>/access/", access_panel.assessment, name="access"),
    path("<int:pk>/precheck/", assessment.check, name="precheck"),
    path("<int:pk>/steps/<slug:name>/", assessment.step, name="step"),
    path("<int:pk>/changes/", filling.changes, name="changes"),
    path("<int:pk>/criteria/<int:criterion_id>/", filling.answer, name="answer"),
    path("<int:pk>/criteria/<int:criterion_id>/evidence/", filling.upload, name="upload"),
    path("<int:pk>/paper/", papers.paper, name="paper"),
    path("<int:pk>/why/", explaining.why, name="why"),
    path("<int:pk>/why/paper/", explaining.why_paper, name="why_paper"),
    path("<int:pk>/review/", reviewing.review, name="review"),
    path("<int:pk>/review/changes/", reviewing.changes, name="review_changes"),
    path("<int:pk>/review/next/", reviewing.neighbour, {"forward": True}, name="next"),
    path("<int:pk>/review/previous/", reviewing.neighbour, {"forward": False}, name="previous"),
    path("<int:pk>/criteria/<int:criterion_id>/judge/", reviewing.judge, name="judge"),
    path(_EVIDENCE, filling.evidence, name="evidence"),
    path(f"{_EVIDENCE}remove/", filling.evidence_remove, name="evidence_remove"),
    path(f"{_EVIDENCE}pages/<int:number>/", filling.evidence_page, name="evidence_page"),
]
