"""The first page, the search, and help."""

from django.urls import path

from reports import search
from reports.help import help_page
from reports.home import home, home_books

urlpatterns = [
    path("", home, name="home"),
    path("books/", home_books, name="home_books"),
    path("search/", search.search, name="search"),
    path("search/open/", search.open_names, name="search_open"),
    path("search/identity/", search.lookup, name="search_identity"),
    path("help/", help_page, name="help"),
]
