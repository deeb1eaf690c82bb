"""What the loader of the plan files keeps of them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class LoadedRecord(models.Model):
    """What the plan files last said of a row.

    The files are loaded again with every release, while rows are edited in the portal: a row is
    written again only when its file says something new, never to undo an edit.
    """

    table = models.CharField(_("table"), max_length=63)
    row_id = models.BigIntegerField(_("row"))
    digest = models.CharField(_("digest of what the file says"), max_length=64)

    class Meta:
        verbose_name = _("loaded record")
        verbose_name_plural = _("loaded records")
        constraints = [
            models.UniqueConstraint(fields=["table", "row_id"], name="loaded_record_once")
        ]

    def __str__(self) -> str:
        return f"{self.table}:{self.row_id}"
