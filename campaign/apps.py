from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CampaignConfig(AppConfig):
    name = "campaign"
    verbose_name = _("campaign")

    def ready(self) -> None:
        from campaign import late, remains, telling
        from campaign.models import Recipient, RegisterEntry
        from core import notices
        from units import late_acts, touched
        from units import remains as of_units

        notices.declare(*telling.KINDS)
        late_acts.declare(*late.KINDS)
        of_units.declare(remains.launches)
        launches, registers = touched.by_name("launches:index"), touched.by_name("registers:index")
        touched.declare(
            touched.Touched(_("launches received"), Recipient, "unit_id", launches),
            touched.Touched(_("entries of registers"), RegisterEntry, "unit_id", registers),
        )
