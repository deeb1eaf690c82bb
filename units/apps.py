from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class UnitsConfig(AppConfig):
    name = "units"
    verbose_name = _("units")

    def ready(self) -> None:
        from core import notices
        from core.importing import kinds
        from units import late, late_acts, people_telling, touched
        from units.importers import figures, members, nodes
        from units.models import Appointment, Figure
        from units.reforming import telling

        kinds.declare(*members.KINDS, *nodes.KINDS, *figures.KINDS)
        notices.declare(*people_telling.KINDS, *telling.KINDS)
        late_acts.declare(*late.KINDS)
        unit = touched.of_unit("units:detail")
        touched.declare(
            touched.Touched(_("appointments"), Appointment, "unit_id", unit),
            touched.Touched(_("figures"), Figure, "unit_id", touched.of_unit("units:figures")),
        )
