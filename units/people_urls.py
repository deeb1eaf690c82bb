"""Routes below /people/."""

from django.urls import path

from units import people_views

app_name = "people"
urlpatterns = [
    path("", people_views.index, name="index"),
    path("invite/", people_views.invite, name="invite"),
    path("find/", people_views.find, name="find"),
    path("username/", people_views.username, name="username"),
    path("units/", people_views.unit_suggestions, name="units"),
    path("<int:pk>/", people_views.detail, name="detail"),
    path("<int:pk>/history/", people_views.history, name="history"),
    path("<int:pk>/give/", people_views.give, name="give"),
    path("<int:pk>/transfer/", people_views.transfer, name="transfer"),
    path("<int:pk>/link/", people_views.link, name="link"),
    path("<int:pk>/<slug:name>/", people_views.account, name="account"),
    path("appointments/<int:pk>/change/", people_views.change, name="change"),
    path("appointments/<int:pk>/deputise/", people_views.deputise, name="deputise"),
    path("appointments/<int:pk>/recall/", people_views.recall, name="recall"),
]
