from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class UnitsConfig(AppConfig):
    name = "units"
    verbose_name = _("units")

    def ready(self) -> None:
        from core import notices
        from core.importing import kinds
        from units import people_telling
        from units.importers import members, nodes

        notices.declare(*people_telling.KINDS)
        kinds.declare(*members.KINDS, *nodes.KINDS)
