"""Routes of registrations, at /registrations/."""

from django.urls import path

from criteria.views import access_panel, registration, registrations

app_name = "registrations"

urlpatterns = [
    path("", registrations.index, name="index"),
    path("own/", registrations.own, name="own"),
    path("due/", registrations.due, name="due"),
    path("counts/", registrations.counts, name="counts"),
    path("export/", registrations.export, name="export"),
    path("selection/", registrations.selection, name="selection"),
    path("begin/<int:round_id>/<int:unit_id>/", registration.begin, name="begin"),
    path("<int:pk>/", registration.detail, name="detail"),
    path("<int:pk>/access/", access_panel.registration, name="access"),
    path("<int:pk>/lines/", registration.lines, name="lines"),
    path("<int:pk>/lines/<int:unit_id>/", registration.line, name="line"),
    path("<int:pk>/members/", registration.member, name="member"),
    path("<int:pk>/number/", registration.number, name="number"),
    path("<int:pk>/names/", registration.names, name="names"),
    path("<int:pk>/steps/<slug:name>/", registration.step, name="step"),
    path("<int:pk>/paper/", registration.paper, name="paper"),
    path("<int:pk>/blank/", registration.blank, name="blank"),
]
