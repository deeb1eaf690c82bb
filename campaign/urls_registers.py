"""Routes of the registers, at /registers/."""

from django.urls import path

from campaign.views import access_panel, registers

app_name = "registers"

_FILE = "<int:pk>/files/<int:file_pk>/"

urlpatterns = [
    path("", registers.index, name="index"),
    path("export/", registers.export, name="export"),
    path("new/<slug:register>/", registers.new, name="new"),
    path("<int:pk>/", registers.detail, name="detail"),
    path("<int:pk>/access/", access_panel.entry, name="access"),
    path("<int:pk>/edit/", registers.edit, name="edit"),
    path("<int:pk>/steps/<slug:name>/", registers.step, name="step"),
    path("<int:pk>/files/", registers.upload, name="upload"),
    path(_FILE, registers.file, name="file"),
    path(f"{_FILE}remove/", registers.file_remove, name="file_remove"),
    path(f"{_FILE}pages/<int:number>/", registers.file_page, name="file_page"),
]
