"""Routes of the plans and their sources, at /plans/."""

from django.urls import path

from reports import plans

app_name = "plans"

urlpatterns = [
    path("", plans.index, name="index"),
    path("sources/<slug:code>/", plans.source, name="source"),
    path("<slug:code>/", plans.detail, name="detail"),
]
