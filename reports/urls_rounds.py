"""Routes of rounds, at /rounds/: reading them here, the acts in campaign."""

from django.urls import path

from campaign.views import rounds as acts
from reports import rounds

app_name = "rounds"

urlpatterns = [
    path("", rounds.index, name="index"),
    path("new/", acts.new, name="new"),
    path("<int:pk>/", rounds.detail, name="detail"),
    path("<int:pk>/correct/", acts.correct, name="correct"),
    path("<int:pk>/deadlines/", acts.deadline, name="deadline"),
    path("phases/<int:pk>/", rounds.phase, name="phase"),
    path("phases/<int:pk>/deadlines/", acts.phase_deadline, name="phase_deadline"),
    path("deadlines/<int:deadline_pk>/", acts.move, name="move"),
]
