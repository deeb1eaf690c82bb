"""Routes of core."""

from django.urls import path

from core import views
from core.views import veiling

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("veil/", veiling.lead, name="veil"),
    path("favicon.ico", views.favicon, name="favicon"),
]
