from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CriteriaConfig(AppConfig):
    name = "criteria"
    verbose_name = _("criteria")

    def ready(self) -> None:
        from core import jobs, notices
        from criteria import bulk, telling

        notices.declare(*telling.KINDS)
        jobs.declare(*bulk.JOBS)
