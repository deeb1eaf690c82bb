"""Routes below /units/."""

from django.urls import path

from units.views import access_panel, below, figures, members, moving, tree

app_name = "units"
urlpatterns = [
    path("", tree.index, name="index"),
    path("<int:pk>/", tree.detail, name="detail"),
    path("<int:pk>/children/", tree.children, name="children"),
    path("<int:pk>/access/", access_panel.unit, name="access"),
    path("<int:pk>/below/<str:kind>/", below.below, name="below"),
    path("<int:pk>/figures/", figures.detail, name="figures"),
    path("<int:pk>/figures/inside/", figures.inside, name="figures_inside"),
    path("<int:pk>/members/<str:kind>/", members.index, name="members"),
    path("<int:pk>/members/<str:kind>/open/", members.open_names, name="members_open"),
    path("<int:pk>/members/<str:kind>/<int:unit_id>/move/", moving.page, name="members_move"),
    path(
        "<int:pk>/members/<str:kind>/<int:unit_id>/remove/",
        members.remove,
        name="members_remove",
    ),
    path("<int:pk>/rename/", below.rename, name="rename"),
    path("<int:pk>/undo/", below.undo, name="undo"),
]
