"""What of launches still stands on a unit, so that none ends over it."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from campaign.models import Recipient
from core import periods


def launches(unit_id: int, last_day: periods.Day) -> Iterable[str]:
    """What was launched to the unit and waits for its answer."""
    awaited = Recipient.objects.awaited().filter(unit=unit_id)
    for one in awaited.select_related("launch__document").order_by("pk"):
        document = one.launch.document
        said = {"document": document.number or document.title}
        yield _("no answer yet to the launch of %(document)s") % said
