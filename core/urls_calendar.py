"""Routes below /calendar/."""

from django.urls import path

from core.views import calendar

app_name = "calendar"
urlpatterns = [
    path("", calendar.index, name="index"),
    path("<int:year>/", calendar.year, name="year"),
    path("<int:year>/edit/", calendar.edit, name="edit"),
    path("<int:year>/undo/<int:revision>/", calendar.undo, name="undo"),
]
