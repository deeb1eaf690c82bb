"""`verify_files`: are the uploaded files as they were uploaded?"""

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from core import files
from core.models import StoredFile


class Command(BaseCommand):
    """Reads all uploaded files; fails and names those that are gone or changed, by number."""

    help = "Check the uploaded files against the digests of their content."

    def handle(self, *args: object, **options: object) -> None:
        number = StoredFile.objects.count()
        damaged = [str(stored.pk) for stored in files.damaged()]
        if damaged:
            raise CommandError(
                _("Files gone or changed (of %(number)s): %(damaged)s.")
                % {"number": number, "damaged": ", ".join(damaged)}
            )
        self.stdout.write(_("%(number)s uploaded files are as they were.") % {"number": number})
