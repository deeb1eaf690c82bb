"""Routes below /imports/."""

from django.urls import path

from core.views import imports

app_name = "imports"
urlpatterns = [
    path("", imports.index, name="index"),
    path("new/<str:kind>/<int:place>/", imports.new, name="new"),
    path("new/<str:kind>/<int:place>/template/", imports.template, name="template"),
    path("new/<str:kind>/<int:place>/known/", imports.known, name="known"),
    path("<int:pk>/", imports.detail, name="detail"),
    path("<int:pk>/progress/", imports.progress, name="progress"),
    path("<int:pk>/marked/", imports.marked, name="marked"),
    path("<int:pk>/open/", imports.open_values, name="open"),
    path("<int:pk>/rows/<int:row>/", imports.decide, name="decide"),
    path("<int:pk>/<str:name>/", imports.step, name="step"),
]
