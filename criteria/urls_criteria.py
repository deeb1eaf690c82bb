"""Routes of the criteria sets, at /criteria/."""

from django.urls import path

from criteria.views import catalogue

app_name = "criteria"

urlpatterns = [
    path("", catalogue.index, name="index"),
    path("<slug:code>/<int:version>/", catalogue.detail, name="detail"),
]
