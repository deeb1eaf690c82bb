"""The portal's routes with pages that only tests see: all components, and answers that save."""

from django.urls import path

from campaign.urls import (  # noqa: F401
    handler400,
    handler403,
    handler404,
    handler500,
)
from campaign.urls import urlpatterns as portal
from tests.look import views

urlpatterns = [
    path("look/", views.kitchen_sink, name="look"),
    path("look/refused/", views.refused, name="refused"),
    path("look/broken/", views.broken, name="broken"),
    path("look/notes/", views.notes, name="notes"),
    path("look/notes/newer/", views.newer, name="newer"),
    path("look/notes/<str:key>/", views.save, name="save"),
    *portal,
]
