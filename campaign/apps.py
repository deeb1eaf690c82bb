from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CampaignConfig(AppConfig):
    name = "campaign"
    verbose_name = _("campaign")

    def ready(self) -> None:
        from campaign import remains, telling
        from core import notices
        from units import remains as of_units

        notices.declare(*telling.KINDS)
        of_units.declare(remains.launches)
