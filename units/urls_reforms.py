"""Routes below /units/reforms/."""

from django.urls import path

from units.views import late, reform_files, reforms

app_name = "reforms"
urlpatterns = [
    path("", reforms.index, name="index"),
    path("new/", reforms.new, name="new"),
    path("due/", reforms.due, name="due"),
    path("unassigned/", reforms.unassigned, name="unassigned"),
    path("unassigned/<int:unit_id>/", reforms.assign, name="assign"),
    path("units/", reforms.units, name="units"),
    path("of/<int:unit_id>/", reforms.of_unit, name="of_unit"),
    path("<int:pk>/", reforms.detail, name="detail"),
    path("<int:pk>/edit/", reforms.edit, name="edit"),
    path("<int:pk>/preview/", reforms.will_do, name="preview"),
    path("<int:pk>/file/", reform_files.resolution, name="file"),
    path("<int:pk>/file/new/", reform_files.attach, name="attach"),
    path("<int:pk>/late/", late.acts, name="late"),
    path("<int:pk>/add/<slug:act>/", reforms.add, name="add"),
    path("<int:pk>/lines/<int:line_id>/remove/", reforms.remove, name="remove"),
    path("<int:pk>/steps/<slug:name>/", reforms.step, name="step"),
]
