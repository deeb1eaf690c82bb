from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CriteriaConfig(AppConfig):
    name = "criteria"
    verbose_name = _("criteria")

    def ready(self) -> None:
        from core import jobs, notices
        from core.importing import kinds
        from criteria import allotting, bulk, late, remains, running_out, telling
        from criteria import erasing as of_people
        from criteria.batches import telling as batches
        from criteria.books import steps
        from criteria.drafting import carrying
        from criteria.drafting import telling as drafting
        from criteria.importers import own_registrations, results, titles
        from criteria.importers import recognising as reaching
        from criteria.importers import registrations as registering
        from criteria.models import Assessment, Recognition, RegistrationList
        from criteria.registration import bulk as registrations
        from criteria.registration import telling as registration
        from units import erasing, late_acts, page_parts, touched
        from units import remains as of_units

        notices.declare(
            *telling.KINDS, *registration.KINDS, *allotting.KINDS, *batches.KINDS, running_out.KIND
        )
        notices.declare(*drafting.KINDS)
        erasing.declare(of_people.HOLDER)
        jobs.declare(*bulk.JOBS, *steps.JOBS, *registrations.JOBS, *carrying.JOBS)
        kinds.declare(
            *registering.KINDS,
            *own_registrations.KINDS,
            *reaching.KINDS,
            *titles.KINDS,
            *results.KINDS,
        )
        late_acts.declare(*late.KINDS)
        of_units.declare(remains.assessments, remains.registrations)
        at, by_name = "placement__unit_id", touched.by_name
        touched.declare(
            touched.Touched(
                _("registrations"), RegistrationList, at, by_name("registrations:index")
            ),
            touched.Touched(_("self-assessments"), Assessment, at, by_name("assessments:index")),
            touched.Touched(_("recognitions"), Recognition, at, by_name("recognitions:index")),
        )
        page_parts.declare(page_parts.Part("assessments:of_unit", "assessment.fill"))
