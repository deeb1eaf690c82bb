"""Routes of the targets, at /targets/: reading them here, the acts in criteria."""

from django.urls import path

from criteria.views import targets as acts
from reports import targets

app_name = "targets"

urlpatterns = [
    path("", targets.index, name="index"),
    path("<int:pk>/", targets.detail, name="detail"),
    path("<int:pk>/paper/", targets.paper, name="paper"),
    path("<int:pk>/allot/", acts.allot, name="allot"),
    path("<int:pk>/units/<int:unit_pk>/", acts.unit, name="unit"),
    path("<int:pk>/units/<int:unit_pk>/undo/", acts.undo, name="undo"),
]
