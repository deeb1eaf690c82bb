"""`verify_journal`: is the journal as it was sealed?"""

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from core import seals


class Command(BaseCommand):
    """Computes all seals again; fails and names the first row that differs."""

    help = "Check the journal against its seals and name the first difference."

    def handle(self, *args: object, **options: object) -> None:
        found = seals.verify()
        self.stdout.write(
            _("%(seals)s seals, %(sealed)s sealed entries as sealed, %(unsealed)s not sealed yet.")
            % {"seals": found.seals, "sealed": found.sealed, "unsealed": found.unsealed}
        )
        if found.redacted:
            self.stdout.write(
                _("%(number)s entries without words of people who were taken out on request.")
                % {"number": found.redacted}
            )
        if found.newest:
            self.stdout.write(_("Newest seal checked: %(digest)s") % {"digest": found.newest})
        if found.difference:
            raise CommandError(found.difference)
