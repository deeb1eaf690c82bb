"""The first page, and help."""

from django.urls import path

from reports.help import help_page
from reports.home import home, home_books

urlpatterns = [
    path("", home, name="home"),
    path("books/", home_books, name="home_books"),
    path("help/", help_page, name="help"),
]
