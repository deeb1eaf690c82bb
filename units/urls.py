"""Routes below /units/."""

from django.urls import path

from units import views

app_name = "units"
urlpatterns = [
    path("", views.index, name="index"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/children/", views.children, name="children"),
]
