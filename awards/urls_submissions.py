"""Routes of submissions and consultations, at /submissions/."""

from django.urls import path

from awards.views import submission, submissions

app_name = "submissions"

urlpatterns = [
    path("", submissions.index, name="index"),
    path("export/", submissions.export, name="export"),
    path("due/", submissions.due, name="due"),
    path("new/", submissions.new, name="new"),
    path("begin/", submissions.begin, name="begin"),
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
