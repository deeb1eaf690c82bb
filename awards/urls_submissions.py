"""Routes of submissions and consultations, at /submissions/."""

from django.urls import path

from awards.views import consultations, rules, submission, submissions

app_name = "submissions"

urlpatterns = [
    path("", submissions.index, name="index"),
    path("export/", submissions.export, name="export"),
    path("due/", submissions.due, name="due"),
    path("new/", submissions.new, name="new"),
    path("rules/", rules.index, name="rules"),
    path("rules/<slug:kind>/new/", rules.new, name="rule_new"),
    path("rules/<slug:kind>/<int:pk>/end/", rules.end, name="rule_end"),
    path("rules/restrictions/<int:pk>/file/", rules.file, name="rule_file"),
    path("begin/", submissions.begin, name="begin"),
    path("consultations/", consultations.index, name="consultations"),
    path("consultations/new/", consultations.new, name="consultation_new"),
    path("consultations/<int:pk>/", consultations.detail, name="consultation"),
    path("consultations/<int:pk>/answer/", consultations.answer, name="consultation_answer"),
    path("consultations/<int:pk>/file/", consultations.file, name="consultation_file"),
    path("consultations/<int:pk>/steps/<slug:name>/", consultations.step, name="consultation_step"),
    path("consultations/<slug:token>/", consultations.public_page, name="public_consultation"),
    path("<int:pk>/", submission.detail, name="detail"),
    path("<int:pk>/access/", submission.access, name="access"),
    path("<int:pk>/precheck/", submission.precheck, name="precheck"),
    path("<int:pk>/lines/", submission.add, name="add"),
    path("<int:pk>/lines/<int:nomination_id>/remove/", submission.take_off, name="take_off"),
    path("<int:pk>/wording/", submission.word, name="word"),
    path("<int:pk>/files/", submission.upload, name="upload"),
    path("<int:pk>/files/<int:file_pk>/", submission.file, name="file"),
    path("<int:pk>/files/<int:file_pk>/remove/", submission.file_remove, name="file_remove"),
    path(
        "<int:pk>/files/<int:file_pk>/pages/<int:number>/", submission.file_page, name="file_page"
    ),
    path("<int:pk>/paper/", submission.paper, name="paper"),
    path("<int:pk>/paper.docx", submission.paper_docx, name="paper_docx"),
    path("<int:pk>/names/", submission.open_names, name="names"),
    path("<int:pk>/steps/<slug:name>/", submission.step, name="step"),
]
