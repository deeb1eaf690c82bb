"""The journal with its seals, and uploaded files with their previews."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from core import journal

# What an original is never changes; the worker alone says how far its preview is.
_OF_THE_ORIGINAL = ["name", "file", "media_type", "size", "sha256", "uploaded_by", "uploaded_at"]


def append_only() -> pgtrigger.Protect:
    """Refuses changes to whoever speaks to the database, its owner too, for slips are human.

    The application's role lacks the right as well (core.grants); only somebody who switches the
    trigger off on purpose gets past both, and the seals show that (core.seals).
    """
    return pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)


class JournalEntry(models.Model):
    """One changed row (or one batch of inserted rows), written by the triggers of core.journal."""

    append_only = True
    redactable = ("reason", "before", "after")

    class Op(models.TextChoices):
        INSERT = "insert", _("entered")
        BATCH = "batch", _("entered in a batch")
        UPDATE = "update", _("changed")
        DELETE = "delete", _("removed")

    at = models.DateTimeField(_("at"), db_default=Now())
    transaction = models.BigIntegerField(
        _("transaction"),
        db_default=models.Func(
            function="core_journal_transaction", output_field=models.BigIntegerField()
        ),
    )
    act = models.CharField(_("act"), max_length=100)
    reason = models.TextField(_("reason"), blank=True)
    # No foreign keys: an entry outlives whatever it speaks of.
    actor_id = models.BigIntegerField(_("actor"), null=True)
    behalf_id = models.BigIntegerField(_("in the right of"), null=True)
    op = models.CharField(_("operation"), max_length=10, choices=Op)
    subject = models.CharField(_("table"), max_length=63)
    row_id = models.BigIntegerField(_("row"), null=True)
    rows = models.IntegerField(_("rows"))
    before = models.JSONField(_("before"), null=True)
    after = models.JSONField(_("after"), null=True)

    class Meta:
        verbose_name = _("journal entry")
        verbose_name_plural = _("journal entries")
        indexes = [
            models.Index(fields=["subject", "row_id", "id"], name="journal_row"),
            models.Index(fields=["transaction", "id"], name="journal_transaction"),
        ]
        triggers = [append_only()]

    def __str__(self) -> str:
        return f"{self.act} {self.op} {self.subject}:{self.row_id}"


class Seal(models.Model):
    """The Merkle root over the entries of a range of finished transactions, chained to the last."""

    append_only = True

    from_transaction = models.BigIntegerField(_("from transaction"))
    to_transaction = models.BigIntegerField(_("before transaction"))
    entries = models.IntegerField(_("entries"))
    root = models.CharField(_("root"), max_length=64)
    # Number and digest of each entry, so that a check can name the row that differs.
    leaves = models.BinaryField(_("digests of the entries"))
    previous = models.CharField(_("previous seal"), max_length=64, blank=True)
    digest = models.CharField(_("digest"), max_length=64, unique=True)
    sealed_at = models.DateTimeField(_("sealed at"))

    class Meta:
        verbose_name = _("seal of the journal")
        verbose_name_plural = _("seals of the journal")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(from_transaction__lt=models.F("to_transaction")),
                name="seal_range_in_order",
            ),
            models.UniqueConstraint(fields=["from_transaction"], name="seal_range_once"),
        ]
        triggers = [append_only()]

    def __str__(self) -> str:
        return self.digest[:16]


class Redaction(models.Model):
    """Words of a person were taken out of an entry of the journal, as the law lets them ask for.

    Its digest before and after, by which the seal over it still holds (core.seals); the act in
    which it was done stands in the journal like any other.
    """

    append_only = True

    # No foreign key, as with all that speaks of entries.
    entry = models.BigIntegerField(_("journal entry"), db_index=True)
    before = models.CharField(_("digest before"), max_length=64)
    after = models.CharField(_("digest after"), max_length=64)

    class Meta:
        verbose_name = _("words taken out of the journal")
        verbose_name_plural = _("words taken out of the journal")
        triggers = [append_only(), *journal.journalled()]

    def __str__(self) -> str:
        return f"{self.entry}"


class StoredFile(models.Model):
    """An uploaded original: found by its content, never changed, delivered only as attachment."""

    class Preview(models.TextChoices):
        WAITING = "waiting", _("preview is being made")
        READY = "ready", _("preview is ready")
        FAILED = "failed", _("no preview can be made")

    name = models.CharField(_("file name"), max_length=255)
    file = models.FileField(_("file"), upload_to="originals")
    media_type = models.CharField(_("type"), max_length=100)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField(_("SHA-256"), max_length=64, db_index=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.RESTRICT, verbose_name=_("uploaded by"), related_name="+"
    )
    uploaded_at = models.DateTimeField(_("uploaded at"), db_default=Now())
    preview = models.CharField(
        _("preview"), max_length=10, choices=Preview, default=Preview.WAITING
    )
    # As the preview lays the original out; it shows the first of them. Unknown until it is ready.
    page_count = models.PositiveIntegerField(_("number of pages"), null=True)

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        constraints = [
            models.CheckConstraint(condition=models.Q(size__gt=0), name="file_not_empty"),
        ]
        triggers = [
            # What somebody called a file may name a person; the row alone says it.
            *journal.journalled(masked=("name",)),
            pgtrigger.ReadOnly(name="original_unchanged", fields=_OF_THE_ORIGINAL),
        ]

    def __str__(self) -> str:
        return self.name


class PreviewPage(models.Model):
    """A picture of one page of an original, made by a worker."""

    file = models.ForeignKey(
        StoredFile, models.CASCADE, related_name="pages", verbose_name=_("file")
    )
    number = models.PositiveSmallIntegerField(_("page"))
    image = models.FileField(_("picture"), upload_to="previews")
    width = models.PositiveSmallIntegerField(_("width in pixels"))
    height = models.PositiveSmallIntegerField(_("height in pixels"))

    class Meta:
        verbose_name = _("page of a preview")
        verbose_name_plural = _("pages of a preview")
        ordering = ["file", "number"]
        constraints = [models.UniqueConstraint(fields=["file", "number"], name="preview_page_once")]

    def __str__(self) -> str:
        return f"{self.file} {self.number}"
