"""`verify_ledger`: do the sums of titles agree with the recognitions?"""

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import ngettext

from criteria import ledger


class Command(BaseCommand):
    """Counts all recognitions again; fails and names the first sum that differs."""

    help = "Count the recognitions again and name the first sum of the ledger that differs."

    def handle(self, *args: object, **options: object) -> None:
        found = ledger.verify()
        if found.difference:
            raise CommandError(found.difference)
        said = ngettext(
            "%(number)s sum of the ledger agrees with the recognitions.",
            "%(number)s sums of the ledger agree with the recognitions.",
            found.groups,
        )
        self.stdout.write(said % {"number": found.groups})
