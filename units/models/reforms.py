"""Reforms: one dated act by a resolution, what it does to which units, and which followed which."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from core import journal
from core.models import HasParticipants, StepEvent, StoredFile
from units import scope
from units.models.tree import COLLATION, Unit, UnitKind


class ReformState(models.TextChoices):
    """Where a reform stands."""

    DRAFT = "draft", _("draft")
    PROPOSED = "proposed", _("proposed, waits for confirmation")
    PLANNED = "planned", _("confirmed, planned until its day")
    CARRIED_OUT = "carried_out", _("carried out")
    UNDONE = "undone", _("undone")
    WITHDRAWN = "withdrawn", _("reform withdrawn")
    REFUSED = "refused", _("refused")


# What is never carried out any more: it keeps words of its lines, and stands on no unit.
OVER = (ReformState.UNDONE, ReformState.WITHDRAWN, ReformState.REFUSED)
# What everybody who sees units may read: it is, was or will be so.
PUBLIC = (ReformState.PLANNED, ReformState.CARRIED_OUT, ReformState.UNDONE)


class ReformQuerySet(models.QuerySet["Reform"]):
    """Reforms by who may read them."""

    def visible_to(self, user: Any) -> Self:
        """What was confirmed, for everybody who sees units; what is only proposed or was refused,
        for those in whose scope its territory lies; a draft that says nothing yet, for those who
        began it."""
        held = scope.of(user)
        if not held.has("units.view"):
            return self.none()
        inside = held.q("units.view", unit="territory_id", path="territory_path")
        empty = Q(territory=None, state=ReformState.DRAFT, taken_part__contains=[user.pk])
        return self.filter(Q(state__in=PUBLIC) | inside | empty)


class Reform(HasParticipants):
    """One dated act by a resolution that ends, founds or changes units.

    `territory` is the nearest unit that holds all that it touches. What was loaded with the
    official units has nobody who proposed it, and no lines.
    """

    name = models.CharField(_("name"), max_length=300)
    citation = models.CharField(_("resolution"), max_length=300, blank=True)
    effective_on = models.DateField(_("in force from"))
    provenance = models.CharField(_("where the record is from"), max_length=300, blank=True)
    state = models.CharField(
        _("state"), max_length=12, choices=ReformState, default=ReformState.CARRIED_OUT
    )
    # How often its contents changed, so that nobody confirms what they did not see.
    version = models.PositiveIntegerField(_("version"), default=1)
    territory = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("territory")
    )
    territory_path = models.CharField(
        _("path of the territory"), max_length=200, blank=True, db_collation="C"
    )
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.RESTRICT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("proposed by"),
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.RESTRICT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("confirmed or refused by"),
    )
    state_reason = models.TextField(_("reason"), blank=True)
    file = models.ForeignKey(
        StoredFile,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("file of the resolution"),
    )
    # The divided unit of which it assigns something to a successor: that needs no resolution.
    assigns = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("assigns what belonged to"),
    )
    # What its lines said, in words, once it is over: act, units before, units after.
    record = models.JSONField(_("what it said"), default=list, blank=True)

    objects = ReformQuerySet.as_manager()

    class Meta:
        verbose_name = _("reform")
        verbose_name_plural = _("reforms")
        indexes = [models.Index(fields=["state", "effective_on"], name="reform_by_state")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=ReformState.PROPOSED) | Q(proposed_by__isnull=False),
                name="reform_proposed_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=(ReformState.PLANNED, ReformState.REFUSED))
                | Q(decided_by__isnull=False),
                name="reform_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")),
                name="reform_not_decided_by_its_proposer",
            ),
        ]
        triggers = journal.journalled()

    def __str__(self) -> str:
        return self.name


class ReformAct(models.TextChoices):
    """What a line of a reform does."""

    MERGE = "merge", _("merge")
    DIVIDE = "divide", _("divide")
    FOUND = "found", _("found")
    RENAME = "rename", _("rename")
    RETYPE = "retype", _("change of type")
    MOVE = "move", _("move")
    END = "end", _("end")


class ReformLine(models.Model):
    """What a reform makes of one unit: `unit` is what is there afterwards, or what ends.

    An empty name, type, code, place or managing body stays as it was. A unit that is founded has no
    key before the day.
    """

    reform = models.ForeignKey(
        Reform, models.PROTECT, related_name="lines", verbose_name=_("reform")
    )
    act = models.CharField(_("act"), max_length=10, choices=ReformAct)
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit")
    )
    founds = models.BooleanField(_("founds a unit"), default=False)
    kind = models.CharField(_("kind"), max_length=20, choices=UnitKind)
    name = models.CharField(_("name"), max_length=200, blank=True, db_collation=COLLATION)
    type_name = models.CharField(_("type"), max_length=30, blank=True)
    code = models.CharField(_("official code"), max_length=20, blank=True)
    located_in = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("located in")
    )
    managed_by = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("managed by")
    )

    class Meta:
        verbose_name = _("line of a reform")
        verbose_name_plural = _("lines of reforms")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["reform", "unit"], name="reform_line_once"),
            models.CheckConstraint(
                condition=Q(founds=True) | Q(unit__isnull=False), name="reform_line_of_a_unit"
            ),
            models.CheckConstraint(
                condition=Q(founds=False) | ~Q(name=""), name="reform_line_names_what_it_founds"
            ),
        ]
        triggers = journal.journalled()

    def __str__(self) -> str:
        return f"{self.get_act_display()} {self.name}"


class Extent(models.TextChoices):
    """How much of a unit went over."""

    WHOLE = "whole", _("whole")
    PART = "part", _("a part")


class ReformPart(models.Model):
    """A unit that ends by a reform and goes over, whole or in part, into the unit of a line."""

    line = models.ForeignKey(
        ReformLine, models.PROTECT, related_name="parts", verbose_name=_("line")
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("before"))
    extent = models.CharField(_("extent"), max_length=5, choices=Extent)
    is_default = models.BooleanField(_("proposed for what cannot be divided"), default=True)

    class Meta:
        verbose_name = _("unit that goes over")
        verbose_name_plural = _("units that go over")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["line", "unit"], name="reform_part_once"),
        ]
        triggers = journal.journalled()

    def __str__(self) -> str:
        return f"{self.unit_id} → {self.line_id}"


class ReformEvent(StepEvent):
    """A step of a reform; the portal itself carries out a plan on its day."""

    reform = models.ForeignKey(
        Reform, models.PROTECT, related_name="events", verbose_name=_("reform")
    )
    # Of nobody, other than in its base: the portal acts by itself at midnight.
    user = models.ForeignKey(  # type: ignore[assignment]
        settings.AUTH_USER_MODEL,
        models.RESTRICT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )
    source = models.CharField(_("from"), max_length=12, choices=ReformState)
    target = models.CharField(_("to"), max_length=12, choices=ReformState)

    class Meta(StepEvent.Meta):
        verbose_name = _("step of a reform")
        verbose_name_plural = _("steps of reforms")
        triggers = journal.journalled()


class ReformTrace(models.Model):
    """A row that a reform opened, closed or changed, as it was before and after, so that undoing
    it gives back exactly what was.

    Not journalled: the journal has each of these rows already, as it was written.
    """

    class Table(models.TextChoices):
        UNIT = "unit", _("unit")
        PLACEMENT = "placement", _("state of a unit")
        MEMBER = "member", _("member")

    reform = models.ForeignKey(
        Reform, models.PROTECT, related_name="traces", verbose_name=_("reform")
    )
    table = models.CharField(_("table"), max_length=10, choices=Table)
    row_id = models.BigIntegerField(_("row"))
    before = models.JSONField(_("before"), null=True)  # None: the reform opened the row
    after = models.JSONField(_("after"))

    class Meta:
        verbose_name = _("trace of a reform")
        verbose_name_plural = _("traces of reforms")
        constraints = [
            models.UniqueConstraint(fields=["reform", "table", "row_id"], name="trace_once"),
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.row_id}"


class LateAnswer(models.Model):
    """What a person said of an act that was dated between the day of a reform and its recording: it
    stands, or it moved to what followed (units.reforming.late)."""

    reform = models.ForeignKey(
        Reform, models.PROTECT, related_name="late_answers", verbose_name=_("reform")
    )
    kind = models.CharField(_("kind of act"), max_length=30)
    row_id = models.BigIntegerField(_("row"))
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="+", verbose_name=_("unit, or home, of that day")
    )
    moved_to = models.ForeignKey(
        Unit, models.PROTECT, null=True, related_name="+", verbose_name=_("moved to")
    )
    # The columns that moving wrote; None: it stands.
    before = models.JSONField(_("before"), null=True)
    after = models.JSONField(_("after"), null=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.RESTRICT, related_name="+", verbose_name=_("by")
    )
    answered_at = models.DateTimeField(_("answered at"), db_default=Now())

    class Meta:
        verbose_name = _("answer about an act dated between")
        verbose_name_plural = _("answers about acts dated between")
        constraints = [
            models.UniqueConstraint(fields=["reform", "kind", "row_id"], name="late_answer_once"),
            models.CheckConstraint(
                condition=Q(moved_to=None, before=None, after=None)
                | Q(moved_to__isnull=False, before__isnull=False, after__isnull=False),
                name="late_answer_moved_or_stands",
            ),
        ]
        triggers = journal.journalled()

    def __str__(self) -> str:
        return f"{self.kind} {self.row_id}"


class Succession(models.Model):
    """Which unit followed which by a reform; a divided unit has several successors."""

    reform = models.ForeignKey(
        Reform, models.PROTECT, related_name="successions", verbose_name=_("reform")
    )
    predecessor = models.ForeignKey(
        Unit, models.PROTECT, related_name="successions", verbose_name=_("before")
    )
    successor = models.ForeignKey(
        Unit, models.PROTECT, related_name="predecessions", verbose_name=_("after")
    )
    extent = models.CharField(_("extent"), max_length=5, choices=Extent)
    is_default = models.BooleanField(_("proposed for what cannot be divided"), default=True)

    class Meta:
        verbose_name = _("succession")
        verbose_name_plural = _("successions")
        constraints = [
            models.UniqueConstraint(
                fields=["reform", "predecessor", "successor"], name="succession_once"
            ),
            models.UniqueConstraint(
                fields=["reform", "predecessor"],
                condition=Q(is_default=True),
                name="succession_one_default",
            ),
            models.CheckConstraint(
                condition=~Q(predecessor=F("successor")), name="succession_of_another"
            ),
        ]
        triggers = journal.journalled()

    def __str__(self) -> str:
        return f"{self.predecessor_id} → {self.successor_id}"
