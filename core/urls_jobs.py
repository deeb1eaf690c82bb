"""Routes below /jobs/."""

from django.urls import path

from core.views import jobs

app_name = "jobs"
urlpatterns = [
    path("", jobs.index, name="index"),
    path("<int:pk>/", jobs.detail, name="detail"),
    path("<int:pk>/progress/", jobs.progress, name="progress"),
    path("<int:pk>/export/", jobs.export, name="export"),
    path("<int:pk>/cancel/", jobs.cancel, name="cancel"),
    path("<int:pk>/undo/", jobs.undo, name="undo"),
]
