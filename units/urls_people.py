"""Routes below /people/."""

from django.urls import path

from units.views import appointments, people, person

app_name = "people"
urlpatterns = [
    path("", people.index, name="index"),
    path("invite/", people.invite, name="invite"),
    path("due/", people.due, name="due"),
    path("find/", people.find, name="find"),
    path("username/", people.username, name="username"),
    path("units/", people.unit_suggestions, name="units"),
    path("<int:pk>/", person.detail, name="detail"),
    path("<int:pk>/history/", person.history, name="history"),
    path("<int:pk>/give/", people.give, name="give"),
    path("<int:pk>/transfer/", person.transfer, name="transfer"),
    path("<int:pk>/correct/", person.correct, name="correct"),
    path("<int:pk>/link/", person.link, name="link"),
    path("<int:pk>/<slug:name>/", person.account, name="account"),
    path("appointments/<int:pk>/change/", appointments.change, name="change"),
    path("appointments/<int:pk>/deputise/", appointments.deputise, name="deputise"),
    path("appointments/<int:pk>/recall/", appointments.recall, name="recall"),
]
