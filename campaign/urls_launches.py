"""Routes of launches, at /launches/."""

from django.urls import path

from campaign.views import access_panel, launches

app_name = "launches"

_ANSWER = "answers/<int:answer_pk>/file/"

urlpatterns = [
    path("", launches.index, name="index"),
    path("new/", launches.new, name="new"),
    path(_ANSWER, launches.answer_file, name="answer_file"),
    path(f"{_ANSWER}pages/<int:number>/", launches.answer_page, name="answer_page"),
    path("<int:pk>/", launches.detail, name="detail"),
    path("<int:pk>/access/", access_panel.launch, name="access"),
    path("<int:pk>/export/", launches.export, name="export"),
    path("<int:pk>/remind/", launches.remind, name="remind"),
    path("<int:pk>/withdraw/", launches.withdraw, name="withdraw"),
    path("<int:pk>/answer/<int:unit_id>/", launches.answer, name="answer"),
    path("<int:pk>/file/", launches.file, name="file"),
    path("<int:pk>/file/pages/<int:number>/", launches.file_page, name="file_page"),
]
