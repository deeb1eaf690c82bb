"""Routes of one's own account."""

from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("login/", views.sign_in, name="login"),
    path("logout/", views.sign_out, name="logout"),
    path("password/", views.own_password, name="password"),
    path("language/", views.language, name="language"),
    path("second-factor/", views.second_factor, name="second_factor"),
]
