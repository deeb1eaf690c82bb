"""Certificates of commendation: how they look, in which sheaf they were made, what they say."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from awards.models.decisions import NAME_LENGTH, Award, AwardState, Decision
from core import journal
from core.models import StoredFile
from criteria.models import AwardForm
from units.models import Unit


class CertificateTemplate(models.Model):
    """How an issuer's certificates for a form look: a sheet of `width` × `height` millimetres, and
    where on it each field stands.

    `layout` has, by the name of a field (awards.certificates.layout), x, y, width, height and size;
    what is missing stands where it does by default. On blanks with a printed frame only what
    differs from sheet to sheet is printed, moved by `shift_x` and `shift_y`.
    """

    issuer = models.ForeignKey(
        Unit, models.PROTECT, related_name="certificate_templates", verbose_name=_("issuer")
    )
    form = models.ForeignKey(
        AwardForm, models.PROTECT, related_name="+", verbose_name=_("form of commendation")
    )
    width = models.PositiveSmallIntegerField(_("width of the sheet, mm"), default=297)
    height = models.PositiveSmallIntegerField(_("height of the sheet, mm"), default=210)
    layout = models.JSONField(_("fields"), default=dict)
    on_blanks = models.BooleanField(_("printed on blanks with a frame"), default=False)
    shift_x = models.DecimalField(
        _("shift to the right, mm"), max_digits=4, decimal_places=1, default=0
    )
    shift_y = models.DecimalField(
        _("shift downwards, mm"), max_digits=4, decimal_places=1, default=0
    )
    version = models.PositiveIntegerField(_("version"), default=1)

    class Meta:
        verbose_name = _("template of certificates")
        verbose_name_plural = _("templates of certificates")
        constraints = [
            models.UniqueConstraint(fields=["issuer", "form"], name="certificate_template_once"),
        ]
        triggers = journal.journalled()

    def __str__(self) -> str:
        return f"{self.issuer_id} {self.form}"


class Sheaf(models.Model):
    """A file with the certificates of some lines of a decision, made at once."""

    decision = models.ForeignKey(
        Decision, models.PROTECT, related_name="sheaves", verbose_name=_("decision")
    )
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name=_("file"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.RESTRICT, related_name="+", verbose_name=_("made by")
    )
    made_at = models.DateTimeField(_("made at"), db_default=Now())

    class Meta:
        verbose_name = _("sheaf of certificates")
        verbose_name_plural = _("sheaves of certificates")
        ordering = ["pk"]
        triggers = journal.journalled()

    def __str__(self) -> str:
        return f"{self.decision_id} {self.pk}"


class Certificate(models.Model):
    """The certificate of one line, as it was printed; what it says never changes.

    `entry` is its number in the book of commendations of the issuer and year (số vào sổ).
    """

    award = models.ForeignKey(
        Award, models.PROTECT, related_name="certificates", verbose_name=_("commendation")
    )
    sheaf = models.ForeignKey(
        Sheaf, models.PROTECT, related_name="certificates", verbose_name=_("sheaf")
    )
    issuer = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("issuer"))
    year = models.PositiveSmallIntegerField(_("year"))
    entry = models.PositiveIntegerField(_("number in the book"))
    serial = models.CharField(_("serial"), max_length=20, unique=True)
    name = models.CharField(_("name on the paper"), max_length=NAME_LENGTH)
    replaces = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        related_name="replacement",
        verbose_name=_("takes the place of"),
    )
    replaced_at = models.DateTimeField(_("replaced at"), null=True)

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        ordering = ["issuer", "year", "entry"]
        constraints = [
            models.UniqueConstraint(
                fields=["award"], condition=Q(replaced_at=None), name="certificate_once"
            ),
            models.UniqueConstraint(
                fields=["issuer", "year", "entry"], name="certificate_entry_once"
            ),
        ]
        triggers = journal.journalled(masked=("name",))

    def __str__(self) -> str:
        return self.serial

    @property
    def remark(self) -> str:
        """What became of it, as the book says; empty where it stands. Vietnamese in every language
        of the portal."""
        if self.replaced_at:
            return f"Đã thay bằng số {self.replacement.entry:02d}"
        if self.award.state == AwardState.REVOKED and self.award.revoked_at:
            day = timezone.localdate(self.award.revoked_at)
            return f"Thu hồi ngày {day:%d/%m/%Y}: {self.award.revoking_document}"
        return ""
