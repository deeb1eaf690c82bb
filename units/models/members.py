"""Households, clans and citizens: where each belongs from when until when, and their names."""

from typing import Self

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from core import journal, periods
from units.models.tree import COLLATION, Placement, Unit, UnitKind

# What lists and papers call somebody whose name was taken out: data, so Vietnamese.
ERASED = "(đã xóa theo yêu cầu)"
# And somebody whose data are kept and not used, until that is lifted (units.withholding).
WITHHELD = "(đang hạn chế sử dụng)"

MEMBER_KINDS = (UnitKind.HOUSEHOLD, UnitKind.CLAN, UnitKind.CITIZEN)


class MemberQuerySet(models.QuerySet["Member"]):
    """Members by day and by home."""

    def on(self, day: periods.Day) -> Self:
        """The state of each member on `day`."""
        return self.filter(period__contains=day)

    def at(self, home_id: int, kind: str) -> Self:
        """The members of a kind of one hamlet or office: one index scan."""
        return self.filter(home=home_id, kind=kind)

    def visible_to(self, user: object) -> Self:
        """Members whose hamlet or office of today lies in the scope of `user`."""
        homes = Placement.objects.on(periods.today()).with_capability(user, "members.view")
        return self.filter(home__in=homes.values("unit"))


class SheetGroup(models.IntegerChoices):
    """The four sheets of the self-assessment “Công dân học tập” and whom each is for; none says
    what the indicators of one say otherwise (pages of Hội Khuyến học; congdanhoctap.vn)."""

    FARMERS = 1, _("1. farmers, workers in the country")
    WORKERS = 2, _("2. workers, craftsmen, repairers, the self-employed")
    OFFICIALS = 3, _("3. officials and staff, from communes upwards")
    STUDENTS = 4, _("4. pupils and students")


class Member(models.Model):
    """The dated state of a household, clan or citizen: its home, a hamlet or an office.

    Members have no path: where their home lies is the home's own affair, so that a reform rewrites
    thousands of rows and not millions. Names stand in `PersonalRecord` alone; `label` is the name
    of a clan, which is nobody's in particular.
    """

    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="memberships", verbose_name=_("unit")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=UnitKind)
    home = models.ForeignKey(Unit, models.PROTECT, related_name="members", verbose_name=_("home"))
    number = models.PositiveIntegerField(_("number in the list"))
    label = models.CharField(
        _("name of the clan"), max_length=200, blank=True, db_collation=COLLATION
    )
    people = models.PositiveSmallIntegerField(_("number of people"), null=True, blank=True)
    household = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="people",
        verbose_name=_("household"),
    )
    sheet_group = models.PositiveSmallIntegerField(
        _("group of the sheet"), choices=SheetGroup, null=True, blank=True
    )
    period = DateRangeField(_("period"))

    objects = MemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        indexes = [
            models.Index(fields=["home", "kind", "number"], name="member_list"),
            GinIndex(
                OpClass(Func(F("label"), function="core_fold"), name="gin_trgm_ops"),
                name="member_clan_search",
                condition=Q(kind=UnitKind.CLAN),
                fastupdate=False,
            ),
        ]
        constraints = [
            ExclusionConstraint(
                name="member_one_home_a_day",
                expressions=[
                    ("unit", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            ),
            ExclusionConstraint(
                name="member_number_once_a_day",
                expressions=[
                    ("home", RangeOperators.EQUAL),
                    ("kind", RangeOperators.EQUAL),
                    ("number", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(condition=Q(kind__in=MEMBER_KINDS), name="member_kind"),
            models.CheckConstraint(
                condition=Q(household=None) | Q(kind=UnitKind.CITIZEN), name="member_household"
            ),
            models.CheckConstraint(
                condition=Q(sheet_group=None)
                | Q(kind=UnitKind.CITIZEN, sheet_group__in=SheetGroup.values),
                name="member_sheet_group",
            ),
        ]
        triggers = journal.journalled()

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"


class PersonalRecord(models.Model):
    """The personal data of a citizen, or of a household's head; the journal never holds a value.

    An identity number is kept as a digest under a secret outside the database, which finds the
    same person again, and by its last digits, which people compare.
    """

    unit = models.OneToOneField(
        Unit, models.PROTECT, related_name="personal", verbose_name=_("unit")
    )
    name = models.CharField(_("full name"), max_length=100, db_collation=COLLATION)
    birth_year = models.PositiveSmallIntegerField(_("year of birth"), null=True, blank=True)
    identity_digest = models.CharField(
        _("digest of the identity number"), max_length=64, null=True, blank=True, unique=True
    )
    identity_tail = models.CharField(_("last digits"), max_length=4, blank=True)
    # From here on the name says so, and nothing else stands here (units.erasing).
    erased_on = models.DateField(_("taken out on"), null=True, blank=True)
    name_key = models.GeneratedField(
        expression=Func(F("name"), function="core_fold"),
        output_field=models.TextField(),
        db_persist=True,
    )

    class Meta:
        verbose_name = _("personal data")
        verbose_name_plural = _("personal data")
        constraints = [
            models.CheckConstraint(
                condition=Q(birth_year=None) | Q(birth_year__range=(1900, 2100)),
                name="personal_birth_year",
            ),
            models.CheckConstraint(
                condition=Q(erased_on=None)
                | Q(name=ERASED, birth_year=None, identity_digest=None, identity_tail=""),
                name="personal_erased_is_empty",
            ),
            models.CheckConstraint(
                condition=~Q(name=WITHHELD) | Q(birth_year=None, identity_tail=""),
                name="personal_withheld_is_empty",
            ),
        ]
        triggers = journal.journalled(
            masked=("name", "birth_year", "identity_digest", "identity_tail", "name_key")
        )

    def __str__(self) -> str:
        return f"{self.unit_id}"


class WithheldRecord(models.Model):
    """The personal data of somebody who asked that they are kept and not used.

    They were moved here out of `PersonalRecord`, so that no list, export, paper or search that
    reads names can forget that they are not to be used. The digest of the identity number stays
    there: by it nobody is entered a second time.
    """

    unit = models.OneToOneField(
        Unit, models.PROTECT, related_name="withheld", verbose_name=_("unit")
    )
    name = models.CharField(_("full name"), max_length=100, db_collation=COLLATION)
    birth_year = models.PositiveSmallIntegerField(_("year of birth"), null=True)
    identity_tail = models.CharField(_("last digits"), max_length=4, blank=True)
    since = models.DateField(_("not used since"))

    class Meta:
        verbose_name = _("personal data that are not used")
        verbose_name_plural = _("personal data that are not used")
        triggers = journal.journalled(masked=("name", "birth_year", "identity_tail"))

    def __str__(self) -> str:
        return f"{self.unit_id}"


class PersonalReading(models.Model):
    """A person opened the names of one hamlet or office, for an hour, and said why."""

    append_only = True

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("person")
    )
    home = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("home"))
    reason = models.CharField(_("reason"), max_length=500)
    opened_at = models.DateTimeField(_("opened at"), db_default=Now())

    class Meta:
        verbose_name = _("reading of personal data")
        verbose_name_plural = _("readings of personal data")
        indexes = [models.Index(fields=["home", "-opened_at"], name="reading_of_home")]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="reading_says_why"),
        ]
        triggers = journal.journalled()

    def __str__(self) -> str:
        return f"{self.user} {self.opened_at:%d/%m/%Y}"


class PersonalExport(models.Model):
    """A person took a list with names out of the portal, and said why."""

    append_only = True

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("person")
    )
    place = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("of the unit"))
    kind = models.CharField(_("kind"), max_length=20, choices=UnitKind)
    rows = models.PositiveIntegerField(_("rows"))
    reason = models.CharField(_("reason"), max_length=500)
    exported_at = models.DateTimeField(_("exported at"), db_default=Now())

    class Meta:
        verbose_name = _("export of personal data")
        verbose_name_plural = _("exports of personal data")
        indexes = [models.Index(fields=["place", "-exported_at"], name="export_of_place")]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="export_says_why"),
        ]
        triggers = journal.journalled()

    def __str__(self) -> str:
        return f"{self.user} {self.exported_at:%d/%m/%Y}"


class PersonalLookup(models.Model):
    """Somebody asked whether a whole identity number is known in their province, and said why.

    The number itself is kept nowhere; who was not found leaves nobody behind.
    """

    append_only = True
    redactable = ("reason",)

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("person")
    )
    found = models.ForeignKey(
        Unit, models.PROTECT, null=True, related_name="+", verbose_name=_("who was found")
    )
    reason = models.CharField(_("reason"), max_length=500)
    asked_at = models.DateTimeField(_("asked at"), db_default=Now())

    class Meta:
        verbose_name = _("question about an identity number")
        verbose_name_plural = _("questions about identity numbers")
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="lookup_says_why"),
        ]
        triggers = journal.journalled()

    def __str__(self) -> str:
        return f"{self.user} {self.asked_at:%d/%m/%Y}"
