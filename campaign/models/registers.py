"""The registers of the campaign: contributions, initiatives and models, inspections."""

from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from core import journal
from core.models import HasParticipants, StoredFile
from units import scope
from units.models import Placement, Unit


class Register(models.TextChoices):
    """Which register; the criteria speak of the first two, the plans of all three."""

    CONTRIBUTIONS = "contributions", _("contributions")
    INITIATIVES = "initiatives", _("initiatives and models")
    INSPECTIONS = "inspections", _("inspection and supervision")


class EntryKind(models.TextChoices):
    """What an entry is, within its register (`KINDS`).

    The kinds of contributions are those of the plans: “công sức, trí tuệ, vật chất”.
    """

    EFFORT = "effort", _("effort")
    INTELLECT = "intellect", _("intellect")
    MATERIAL = "material", _("material")
    INITIATIVE = "initiative", _("initiative")
    MODEL = "model", _("model")
    INSPECTION = "inspection", _("inspection")
    SUPERVISION = "supervision", _("supervision")


KINDS: dict[str, tuple[EntryKind, ...]] = {
    Register.CONTRIBUTIONS: (EntryKind.EFFORT, EntryKind.INTELLECT, EntryKind.MATERIAL),
    Register.INITIATIVES: (EntryKind.INITIATIVE, EntryKind.MODEL),
    Register.INSPECTIONS: (EntryKind.INSPECTION, EntryKind.SUPERVISION),
}


class EntryState(models.TextChoices):
    ENTERED = "entered", _("entered, waits for confirmation")
    CONFIRMED = "confirmed", _("confirmed")
    REMEDIED = "remedied", _("what was found is mended")
    REJECTED = "rejected", _("not confirmed")


class EntryQuerySet(models.QuerySet["RegisterEntry"]):
    """The only door for views."""

    def visible_to(self, user: Any) -> Self:
        """Entries about units in the scope of `user` today."""
        return self.filter(scope.of(user).q("register.view", unit="unit_id", path="path"))

    def standing(self) -> Self:
        """What counts: what was not refused."""
        return self.exclude(state=EntryState.REJECTED)


class RegisterEntry(HasParticipants):
    """One contribution, initiative or inspection of a unit, with its period.

    `office` is the unit in whose right it was entered: the unit itself, or who inspected it.
    """

    register = models.CharField(_("register"), max_length=15, choices=Register)
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="register_entries", verbose_name=_("unit")
    )
    placement = models.ForeignKey(
        Placement, models.PROTECT, related_name="+", verbose_name=_("state of the unit")
    )
    path = models.CharField(_("path"), max_length=200, db_collation="C")
    office = models.ForeignKey(
        Unit, models.PROTECT, related_name="+", verbose_name=_("entered by the unit")
    )
    office_name = models.CharField(_("entered by the unit"), max_length=200)
    kind = models.CharField(_("kind"), max_length=15, choices=EntryKind)
    subject = models.CharField(_("subject"), max_length=300)
    scope_text = models.CharField(_("scope"), max_length=300)
    words = models.TextField(_("details"))
    amount = models.DecimalField(_("value"), max_digits=17, decimal_places=2, null=True)
    measure = models.CharField(_("unit of the value"), max_length=30, blank=True)
    period = DateRangeField(_("period"))
    due_on = models.DateField(_("to be mended until"), null=True)
    done_on = models.DateField(_("mended on"), null=True)
    done_words = models.TextField(_("how it was mended"), blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=EntryState, default=EntryState.ENTERED
    )
    state_reason = models.TextField(_("reason of the state"), blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.RESTRICT, related_name="+", verbose_name=_("entered by")
    )
    entered_at = models.DateTimeField(_("entered at"), db_default=Now())
    # The key that a form gave to a new entry: a form that is sent twice enters once.
    entry_key = models.UUIDField(_("key of the entry"), null=True, unique=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.RESTRICT,
        null=True,
        related_name="+",
        verbose_name=_("checked by"),
    )
    checked_at = models.DateTimeField(_("checked at"), null=True)
    checked_office = models.ForeignKey(
        Unit, models.PROTECT, null=True, related_name="+", verbose_name=_("checked by the unit")
    )

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry of a register")
        verbose_name_plural = _("entries of registers")
        ordering = ["register", "-pk"]
        indexes = [
            models.Index(fields=["register", "path"], name="entry_register_path"),
            models.Index(fields=["unit", "register"], name="entry_unit_register"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    *(
                        Q(register=register, kind__in=[kind.value for kind in kinds])
                        for register, kinds in KINDS.items()
                    ),
                    _connector=Q.OR,
                ),
                name="entry_kind_of_register",
            ),
            models.CheckConstraint(
                condition=Q(amount=None, measure="")
                | (Q(register="contributions", amount__gt=0) & ~Q(measure="")),
                name="entry_value_of_contribution",
            ),
            models.CheckConstraint(
                condition=Q(register="inspections") | Q(due_on=None, done_on=None),
                name="entry_due_of_inspection",
            ),
            models.CheckConstraint(
                condition=(Q(state="remedied", done_on__isnull=False) & ~Q(done_words=""))
                | (~Q(state="remedied") & Q(done_on=None, done_words="")),
                name="entry_remedied_has_day",
            ),
            models.CheckConstraint(
                condition=Q(state="entered", checked_by=None, checked_at=None)
                | (~Q(state="entered") & Q(checked_by__isnull=False, checked_at__isnull=False)),
                name="entry_checked_has_actor",
            ),
            models.CheckConstraint(
                condition=Q(checked_by=None) | ~Q(checked_by=F("entered_by")),
                name="entry_checked_by_another",
            ),
            models.CheckConstraint(
                condition=Q(checked_office=None)
                | Q(~Q(checked_office=F("office")), checked_by__isnull=False),
                name="entry_checked_by_another_office",
            ),
            models.CheckConstraint(
                condition=~Q(state="rejected") | ~Q(state_reason=""),
                name="entry_rejected_has_reason",
            ),
        ]
        triggers = journal.journalled()

    def __str__(self) -> str:
        return self.subject


class RegisterFile(models.Model):
    """A file that proves an entry of a register."""

    entry = models.ForeignKey(
        RegisterEntry, models.PROTECT, related_name="files", verbose_name=_("entry")
    )
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name=_("file"))
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.RESTRICT,
        null=True,
        related_name="+",
        verbose_name=_("removed by"),
    )
    removed_at = models.DateTimeField(_("removed at"), null=True)

    class Meta:
        verbose_name = _("evidence of a register")
        verbose_name_plural = _("evidence of registers")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["entry", "file"], name="register_file_once"),
        ]
        triggers = journal.journalled()

    def __str__(self) -> str:
        return str(self.file)
