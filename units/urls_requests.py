"""Routes below /requests/."""

from django.urls import path

from units.views import requests

app_name = "requests"
urlpatterns = [
    path("", requests.index, name="index"),
    path("new/", requests.new, name="new"),
    path("retention/", requests.kept, name="retention"),
    path("<int:pk>/", requests.detail, name="detail"),
    path("<int:pk>/copy/", requests.copy, name="copy"),
    path("<int:pk>/steps/<slug:name>/", requests.step, name="step"),
]
