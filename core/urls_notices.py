"""Routes below /notices/."""

from django.urls import path

from core.views import notices

app_name = "notices"
urlpatterns = [
    path("", notices.index, name="index"),
    path("read/", notices.read_all, name="read_all"),
    path("preferences/", notices.preferences, name="preferences"),
    path("<int:pk>/open/", notices.follow, name="open"),
    path("<int:pk>/read/", notices.read_one, name="read"),
]
