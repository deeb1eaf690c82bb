"""Lists brought in from spreadsheets: what was asked, how it went, its rows while they count."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from core import journal


class ImportQuerySet(models.QuerySet["Import"]):
    """Imports by who sees them."""

    def visible_to(self, user: object) -> Self:
        """A person's own: nobody else chose the file."""
        return self.filter(started_by=getattr(user, "pk", None))


class Import(models.Model):
    """A file that a person brings in, from its upload until it is written, undone or given up.

    `place` is the key of what it is brought into, as its kind understands it. The counts are those
    of the last check: new, changed, same, missing (known, not in the file), wrong.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("being checked")
        FAULTY = "faulty", _("has errors")
        CHECKED = "checked", _("checked, not yet written")
        ORDERED = "ordered", _("being written")
        WRITTEN = "written", _("written")
        UNDOING = "undoing", _("being undone")
        UNDONE = "undone", _("undone")
        DROPPED = "dropped", _("given up")

    kind = models.CharField(_("kind of list"), max_length=60)
    place = models.BigIntegerField(_("key of the place"))
    place_name = models.CharField(_("place"), max_length=300)
    file_name = models.CharField(_("file name"), max_length=255)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    reason = models.TextField(_("reason"), blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    #: Why the file cannot be read, or why the last order was not carried out.
    sentence = models.TextField(_("what is wrong"), blank=True)
    sheet = models.CharField(_("sheet"), max_length=100, blank=True)
    heading_row = models.PositiveIntegerField(_("row of the headings"), default=0)
    columns = models.JSONField(_("columns"), default=dict)
    ignored = models.JSONField(_("headings that are ignored"), default=list)
    absent = models.JSONField(_("columns that are missing"), default=list)
    formulas = models.PositiveIntegerField(_("cells with a formula"), default=0)
    counts = models.JSONField(_("counts"), default=dict)
    #: What the kind keeps of the check, such as which lists it compared and in which state.
    seen = models.JSONField(_("what it was compared with"), default=dict)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.RESTRICT, related_name="+", verbose_name=_("started by")
    )
    started_at = models.DateTimeField(_("started at"), db_default=Now())
    ended_at = models.DateTimeField(_("ended at"), null=True)
    forgotten_at = models.DateTimeField(_("rows removed at"), null=True)

    objects = ImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["started_by", "-id"], name="import_of_person")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=("written", "undoing", "undone", "dropped"))
                ^ Q(ended_at=None),
                name="import_ended_has_moment",
            ),
        ]
        triggers = journal.journalled()

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class ImportWork(models.Model):
    """What is kept of an import only while it is worked on: its file, and how far the work is.

    It is not journalled: a list may name people, and what is over must be gone.
    """

    of = models.OneToOneField(Import, models.CASCADE, related_name="work", verbose_name=_("import"))
    content = models.BinaryField(_("content"))
    #: The same file with its wrong cells marked; None where none is wrong.
    marked = models.BinaryField(_("content with errors marked"), null=True)
    done = models.PositiveIntegerField(_("rows done"), default=0)
    total = models.PositiveIntegerField(_("rows in all"), default=0)

    class Meta:
        verbose_name = _("work of an import")
        verbose_name_plural = _("work of imports")

    def __str__(self) -> str:
        return f"{self.of_id}"


class ImportRow(models.Model):
    """A row of the file as it was understood, in staging until it can no longer be undone.

    It is not journalled: what it does to the rows of the portal is.
    """

    class Outcome(models.TextChoices):
        WRONG = "wrong", _("wrong")
        NEW = "new", _("new")
        CHANGED = "changed", _("with changes")
        SAME = "same", _("unchanged")
        MISSING = "missing", _("not in the file")

    of = models.ForeignKey(Import, models.CASCADE, related_name="rows", verbose_name=_("import"))
    #: As the sheet counts, from 1; 0 of what is not in the file.
    line = models.PositiveIntegerField(_("row of the sheet"))
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome)
    #: What it is, or became when it was written.
    key = models.BigIntegerField(_("subject"), null=True)
    label = models.CharField(_("name"), max_length=200)
    #: What will be written, by the kind's own names.
    data = models.JSONField(_("values"), default=dict)
    #: What is shown of each change: heading, before, after.
    changes = models.JSONField(_("changes"), default=list)
    #: What stood there before, by the kind's own names, so that it can be undone.
    before = models.JSONField(_("before"), null=True)
    #: What is wrong: index of the column, sentence.
    errors = models.JSONField(_("errors"), default=list)

    class Meta:
        verbose_name = _("row of an import")
        verbose_name_plural = _("rows of imports")
        indexes = [models.Index(fields=["of", "outcome", "line"], name="import_row_list")]

    def __str__(self) -> str:
        return f"{self.of_id}:{self.line}"
