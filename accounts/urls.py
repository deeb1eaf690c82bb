"""Routes of one's own account."""

from django.urls import path

from accounts.views import links, own, signing_in

app_name = "accounts"
urlpatterns = [
    path("login/", signing_in.sign_in, name="login"),
    path("logout/", signing_in.sign_out, name="logout"),
    path("language/", signing_in.language, name="language"),
    path("second-factor/", signing_in.second_factor_page, name="second_factor"),
    path("me/", own.me, name="me"),
    path("password/", own.own_password, name="password"),
    path("recovery-codes/", own.recovery_codes, name="recovery_codes"),
    path("sessions/<slug:handle>/end/", own.end_session, name="end_session"),
    path("link/<str:token>/", links.link, name="link"),
    path("reset/", links.reset, name="reset"),
]
