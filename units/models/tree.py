"""Units over time and place: identity, dated state, and who acts for them."""

import itertools
from typing import Self

import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex, GistIndex
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from core import journal, periods
from units import roles, scope

COLLATION = "vietnamese"


class UnitKind(models.TextChoices):
    """What a unit is; criteria, titles and routes speak of kinds."""

    COUNTRY = "country", _("country")
    PROVINCE = "province", _("province")
    DISTRICT = "district", _("district")
    COMMUNE = "commune", _("commune")
    HAMLET = "hamlet", _("hamlet")
    AGENCY = "agency", _("agency")
    MASS_ORGANISATION = "mass_organisation", _("mass organisation")
    SCHOOL = "school", _("educational institution")
    ENTERPRISE = "enterprise", _("enterprise")
    DEPARTMENT = "department", _("department of an office")
    HOUSEHOLD = "household", _("household")
    CLAN = "clan", _("clan")
    CITIZEN = "citizen", _("citizen")
    OTHER = "other", _("other participant")


class Unit(models.Model):
    """The identity of anything that takes part; it lives through renames, moves and new types."""

    kind = models.CharField(_("kind"), max_length=20, choices=UnitKind)
    is_demo = models.BooleanField(_("belongs to the demonstration"), default=False)
    # How often its rows in the grids were saved, so that nobody overwrites what they did not see.
    version = models.PositiveIntegerField(_("version"), default=1)
    # The key that a grid gave to a new row: a saving that is repeated enters it once.
    entry_key = models.UUIDField(_("key of the entry"), null=True, blank=True, unique=True)

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        triggers = journal.journalled()

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"


class PlacementQuerySet(models.QuerySet["Placement"]):
    """Placements by day and by place."""

    def on(self, day: periods.Day) -> Self:
        """The state of each unit on `day`."""
        return self.filter(period__contains=day)

    def under(self, path: str) -> Self:
        """Everything located in the unit of `path`, itself included: one index range scan."""
        return self.filter(path__startswith=path)

    def with_capability(self, user: object, capability: str) -> Self:
        """Units in the scope of an appointment of `user` that gives `capability`."""
        return self.filter(
            scope.of(user).q(capability, unit="unit_id", path="path", manager="managed_by_id")
        )


class Placement(models.Model):
    """The dated state of a unit that can hold an appointment or lie above one.

    `path` is the chain of unit keys from the country down to the unit, `/1/35/3020/`; an unknown
    beginning is an open lower bound. Codes are unique only with their kind and period.
    """

    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="placements", verbose_name=_("unit")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=UnitKind)
    name = models.CharField(_("name"), max_length=200, db_collation=COLLATION)
    type_name = models.CharField(_("type"), max_length=30, blank=True)
    code = models.CharField(_("official code"), max_length=20, blank=True)
    located_in = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="located_here",
        verbose_name=_("located in"),
    )
    managed_by = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="managed_here",
        verbose_name=_("managed by"),
    )
    path = models.CharField(_("path"), max_length=200, db_collation="C")
    period = DateRangeField(_("period"))
    basis = models.CharField(_("by"), max_length=300, blank=True)
    end_basis = models.CharField(_("ended by"), max_length=300, blank=True)
    provenance = models.CharField(_("where the record is from"), max_length=300, blank=True)
    name_key = models.GeneratedField(
        expression=Func(F("name"), function="core_fold"),
        output_field=models.TextField(),
        db_persist=True,
    )

    objects = PlacementQuerySet.as_manager()

    class Meta:
        verbose_name = _("state of a unit")
        verbose_name_plural = _("states of units")
        indexes = [
            models.Index(fields=["path"], name="placement_path"),
            models.Index(fields=["located_in", "kind"], name="placement_children"),
            models.Index(fields=["code"], name="placement_code", opclasses=["varchar_pattern_ops"]),
            # Read all day, written by reforms: no list of pending entries that a search must read.
            GinIndex(
                fields=["name_key"],
                opclasses=["gin_trgm_ops"],
                name="placement_search",
                fastupdate=False,
            ),
            GistIndex(fields=["period"], name="placement_period"),
        ]
        constraints = [
            ExclusionConstraint(
                name="placement_one_state_a_day",
                expressions=[
                    ("unit", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            ),
            ExclusionConstraint(
                name="placement_code_unique_a_day",
                expressions=[
                    ("kind", RangeOperators.EQUAL),
                    ("code", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
                condition=~Q(code=""),
            ),
            models.CheckConstraint(
                condition=Q(path__endswith="/") & Q(path__startswith="/"),
                name="placement_path_form",
            ),
        ]
        triggers = journal.journalled()

    def __str__(self) -> str:
        return self.name


def _compatible_roles() -> pgtrigger.Trigger:
    """Refuses a second appointment of a person, on any same day, whose roles do not go together.

    The person's row is locked first: of two such appointments entered at once, one sees the other.
    """
    orders = [order for pair in roles.INCOMPATIBLE for order in itertools.permutations(pair)]
    together = ", ".join(f"('{one}', '{other}')" for one, other in sorted(orders))
    changed = pgtrigger.UpdateOf("user_id", "role", "period")  # type: ignore[no-untyped-call]
    return pgtrigger.Trigger(
        name="compatible_roles",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | changed,
        declare=[("held", "text")],
        func=f"""
            PERFORM 1 FROM accounts_user WHERE id = NEW.user_id FOR NO KEY UPDATE;
            SELECT role INTO held FROM units_appointment
            WHERE user_id = NEW.user_id AND id <> NEW.id AND period && NEW.period
                AND (role, NEW.role) IN ({together})
            LIMIT 1;
            IF held IS NOT NULL THEN
                RAISE EXCEPTION 'appointment: nobody is % and % at once', held, NEW.role
                    USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """,  # noqa: S608 -- codes of our own roles
    )


def _deputies_within() -> pgtrigger.Trigger:
    """Refuses a deputy beyond what is deputised for: another role or unit, longer, or by a deputy.

    The original is locked first, so that it cannot be shortened under a new deputy.
    """
    changed = pgtrigger.UpdateOf(  # type: ignore[no-untyped-call]
        "user_id", "role", "unit_id", "period", "deputising_for_id"
    )
    return pgtrigger.Trigger(
        name="deputies_within",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | changed,
        declare=[("original", "units_appointment%ROWTYPE")],
        func="""
            IF NEW.deputising_for_id IS NOT NULL THEN
                SELECT * INTO original FROM units_appointment
                WHERE id = NEW.deputising_for_id FOR NO KEY UPDATE;
                IF original.deputising_for_id IS NOT NULL OR original.user_id = NEW.user_id
                    OR original.role <> NEW.role OR original.unit_id <> NEW.unit_id
                    OR NOT original.period @> NEW.period
                THEN
                    RAISE EXCEPTION 'appointment: a deputy holds no more than whom it is for'
                        USING ERRCODE = 'check_violation';
                END IF;
            END IF;
            IF TG_OP = 'UPDATE' AND EXISTS (
                SELECT 1 FROM units_appointment
                WHERE deputising_for_id = NEW.id AND NOT NEW.period @> period
            ) THEN
                RAISE EXCEPTION 'appointment: a deputy would outlast it'
                    USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """,
    )


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    """Appointments by day."""

    def on(self, day: periods.Day) -> Self:
        """Appointments that run on `day`."""
        return self.filter(period__contains=day)

    def visible_to(self, user: object) -> Self:
        """Appointments at units that lie in the scope of `user` today."""
        in_scope = Placement.objects.on(periods.today()).with_capability(user, "units.view")
        return self.filter(unit__in=in_scope.values("unit"))


class Appointment(models.Model):
    """A user holds a role at a unit from a day to a day, in own right or for somebody else."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.RESTRICT,
        related_name="appointments",
        verbose_name=_("person"),
    )
    role = models.CharField(_("role"), max_length=30, choices=roles.CHOICES)
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="appointments", verbose_name=_("at")
    )
    period = DateRangeField(_("period"))
    deputising_for = models.ForeignKey(
        "self",
        models.RESTRICT,
        null=True,
        blank=True,
        related_name="deputies",
        verbose_name=_("standing in for"),
    )

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        constraints = [
            ExclusionConstraint(
                name="appointment_once_at_a_time",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    ("unit", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            )
        ]
        triggers = [*journal.journalled(), _compatible_roles(), _deputies_within()]

    def __str__(self) -> str:
        return f"{self.user} {self.get_role_display()}"
