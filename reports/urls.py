"""The first page, and help."""

from django.urls import path

from reports.help import help_page
from reports.home import home

urlpatterns = [
    path("", home, name="home"),
    path("help/", help_page, name="help"),
]
