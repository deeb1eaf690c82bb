from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AwardsConfig(AppConfig):
    name = "awards"
    verbose_name = _("awards")

    def ready(self) -> None:
        from awards import late, remains
        from awards.certificates import making
        from awards.consulting import telling as consulting
        from awards.council import bulk as counts
        from awards.council import telling as council
        from awards.deciding import telling as deciding
        from awards.models import Nomination
        from awards.nominating import bulk, telling
        from awards.submitting import telling as submitting
        from core import jobs, notices
        from units import late_acts, touched
        from units import remains as of_units

        notices.declare(
            *council.KINDS, *telling.KINDS, *submitting.KINDS, *consulting.KINDS, *deciding.KINDS
        )
        jobs.declare(*bulk.JOBS, *counts.JOBS, *making.JOBS)
        listed = touched.by_name("nominations:index")
        touched.declare(touched.Touched(_("nominations"), Nomination, "placement__unit_id", listed))
        late_acts.declare(*late.KINDS)
        of_units.declare(
            remains.nominations, remains.submissions, remains.meetings, remains.decisions
        )
