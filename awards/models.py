"""Forms of commendation."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from campaign.models import Document, Source
from core import journal
from units.models import UnitKind


class AwardForm(models.Model):
    """A form of commendation that a document names, with who decides it and when it is given."""

    class Occasion(models.TextChoices):
        YEARLY = "yearly", _("every year")
        PHASE_END = "phase_end", _("at the end of a phase")

    code = models.SlugField(_("code"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=300)
    occasion = models.CharField(_("given"), max_length=10, choices=Occasion)
    decided_by = models.CharField(_("decided by"), max_length=300, blank=True)
    subject_kinds = ArrayField(
        models.CharField(max_length=20, choices=UnitKind), default=list, verbose_name=_("for")
    )
    subject_text = models.CharField(_("for, as the text says"), max_length=300, blank=True)
    document = models.ForeignKey(
        Document, models.PROTECT, related_name="award_forms", verbose_name=_("document")
    )
    source = models.ForeignKey(Source, models.PROTECT, related_name="+", verbose_name=_("source"))
    article = models.CharField(_("place in the document"), max_length=60, blank=True)
    quote = models.TextField(_("quoted text"))
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("form of commendation")
        verbose_name_plural = _("forms of commendation")
        ordering = ["document__order", "order"]
        triggers = journal.journalled()

    def __str__(self) -> str:
        return self.name


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
