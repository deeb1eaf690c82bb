"""The routes by which anybody checks a certificate, at /verify/."""

from django.urls import path

from awards.views import verify

app_name = "verify"

urlpatterns = [
    path("", verify.index, name="index"),
    path("<str:serial>/", verify.certificate, name="certificate"),
]
