"""Routes of decisions and certificates, at /decisions/."""

from django.urls import path

from awards.views import certificates, correction, decision, decisions, panels

app_name = "decisions"

urlpatterns = [
    path("", decisions.index, name="index"),
    path("due/", decisions.due, name="due"),
    path("new/<slug:key>/", decisions.new, name="new"),
    path("above/<slug:key>/", decisions.above, name="above"),
    path("book/", certificates.book, name="book"),
    path("book/paper/", certificates.book_paper, name="book_paper"),
    path("<int:pk>/", decision.detail, name="detail"),
    path("<int:pk>/access/", panels.decision, name="access"),
    path("<int:pk>/draft/", decision.write, name="write"),
    path("<int:pk>/lines/<int:award_id>/off/", decision.take_off, name="take_off"),
    path("<int:pk>/lines/<int:award_id>/revoke/", decision.revoke_line, name="revoke_line"),
    path("<int:pk>/steps/<slug:name>/", decision.step, name="step"),
    path("<int:pk>/number/", decision.number, name="number"),
    path("<int:pk>/signed/", decision.attach, name="attach"),
    path("<int:pk>/signed/file/", decision.signed, name="signed"),
    path("<int:pk>/difference/", decision.difference, name="difference"),
    path("<int:pk>/revoke/", decision.revoke, name="revoke"),
    path("<int:pk>/corrections/new/", correction.correct, name="correct"),
    path(
        "<int:pk>/corrections/<int:correction_id>/file/",
        correction.correction_file,
        name="correction_file",
    ),
    path(
        "<int:pk>/lines/<int:award_id>/reinstate/", decision.reinstate_line, name="reinstate_line"
    ),
    path("<int:pk>/paper/", decision.paper, name="paper"),
    path("<int:pk>/certificates/", certificates.make, name="certificates"),
    path("<int:pk>/certificates/<int:sheaf_id>/", certificates.sheaf, name="sheaf"),
    path("<int:pk>/certificates/test/", certificates.test_page, name="test_page"),
    path("<int:pk>/template/", certificates.template, name="template"),
    path("<int:pk>/template/preview/", certificates.preview, name="preview"),
    path("<int:pk>/template/picture/", certificates.picture, name="picture"),
    path(
        "<int:pk>/lines/<int:award_id>/replace/", certificates.replace, name="replace_certificate"
    ),
]
