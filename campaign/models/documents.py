"""The documents that the campaign stands on, each known through a source or entered by a unit."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import journal
from core.models import StoredFile
from units.models import FigureKind, Unit


class Confidence(models.TextChoices):
    """How well a fact is known."""

    STATED = "stated", _("stated by the source")
    FOUND = "found", _("found in a public source")
    WEAK = "weak", _("found in a secondary source only")


class Source(models.Model):
    """The text through which a document is known."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    title = models.CharField(_("title"), max_length=500)
    publisher = models.CharField(_("published by"), max_length=200, blank=True)
    author = models.CharField(_("author"), max_length=200, blank=True)
    published_on = models.DateField(_("published on"), null=True, blank=True)
    url = models.URLField(_("address"), max_length=500, blank=True)
    confidence = models.CharField(
        _("confidence"), max_length=10, choices=Confidence, default=Confidence.STATED
    )
    file_name = models.CharField(_("file"), max_length=100, blank=True)
    sha256 = models.CharField(_("SHA-256"), max_length=64, blank=True)
    ends = models.TextField(_("where it ends"), blank=True)
    foreign_parts = models.TextField(_("what in it is not the document's"), blank=True)

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["code"]
        triggers = journal.journalled()

    def __str__(self) -> str:
        return self.title


class DocumentKind(models.TextChoices):
    PLAN = "plan", _("plan")
    DECISION = "decision", _("decision")
    CONCLUSION = "conclusion", _("conclusion")
    DIRECTIVE = "directive", _("directive")
    GUIDANCE = "guidance", _("guidance")
    CIRCULAR = "circular", _("circular")
    DECREE = "decree", _("decree")
    LAW = "law", _("law")
    OTHER = "other", _("document")


class Document(models.Model):
    """A plan, decision or other document; what is not known of it is said, with the reason."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=DocumentKind)
    number = models.CharField(_("number and symbol"), max_length=60, blank=True)
    title = models.TextField(_("title"))
    issuer = models.CharField(_("issuer"), max_length=300, blank=True)
    signer = models.CharField(_("signer"), max_length=200, blank=True)
    signer_position = models.CharField(_("position of the signer"), max_length=200, blank=True)
    issued_on = models.DateField(_("issued on"), null=True, blank=True)
    issued_text = models.CharField(_("day as the text gives it"), max_length=100, blank=True)
    unknown = models.JSONField(
        _("what is not known, and why"), default=dict, blank=True
    )  # {field name: reason}
    territory = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("territory")
    )
    territory_name = models.CharField(_("territory"), max_length=200, blank=True)
    period_text = models.CharField(_("period it speaks of"), max_length=60, blank=True)
    is_campaign_plan = models.BooleanField(_("one of the plans of this campaign"), default=False)
    sources = models.ManyToManyField(Source, related_name="documents", verbose_name=_("sources"))
    note = models.TextField(_("note"), blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    # Of a document that a unit entered here; one of the plan files has none of these.
    owner = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="documents",
        verbose_name=_("entered by the unit"),
    )
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.RESTRICT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("entered by"),
    )
    file = models.ForeignKey(
        StoredFile,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("file"),
    )

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["order", "code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(owner=None, entered_by=None, file=None)
                | Q(owner__isnull=False, entered_by__isnull=False),
                name="document_entered_by_somebody",
            )
        ]
        triggers = journal.journalled()

    def __str__(self) -> str:
        return f"{self.number or self.get_kind_display()} – {self.title}"


class Citation(models.Model):
    """One document names another: as its text writes it, and in the normalised form.

    A document that a unit entered has no text here: it says what it carries out, without words.
    """

    class Relation(models.TextChoices):
        IMPLEMENTS = "implements", _("carries out")
        MENTIONS = "mentions", _("mentions")

    document = models.ForeignKey(
        Document, models.CASCADE, related_name="citations", verbose_name=_("document")
    )
    cited = models.ForeignKey(
        Document, models.PROTECT, related_name="cited_by", verbose_name=_("cited document")
    )
    relation = models.CharField(_("relation"), max_length=10, choices=Relation)
    as_written = models.CharField(_("as the text writes it"), max_length=500, blank=True)
    normalised = models.CharField(_("normalised citation"), max_length=500)
    source = models.ForeignKey(
        Source, models.PROTECT, null=True, related_name="+", verbose_name=_("source")
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("citation")
        verbose_name_plural = _("citations")
        ordering = ["document", "order"]
        constraints = [
            models.UniqueConstraint(
                fields=["document", "cited", "as_written"], name="citation_once"
            ),
            models.CheckConstraint(
                condition=Q(source=None, as_written="")
                | (Q(source__isnull=False) & ~Q(as_written="")),
                name="citation_words_have_source",
            ),
        ]
        triggers = journal.journalled()

    def __str__(self) -> str:
        return self.normalised


class Passage(models.Model):
    """A sentence or paragraph of a document, word for word, in the section where it stands."""

    class Section(models.TextChoices):
        OPENING = "opening", _("opening words")
        PURPOSE = "purpose", _("purpose")
        REQUIREMENT = "requirement", _("requirement")
        CONTENT = "content", _("content of the campaign")
        CRITERIA = "criteria", _("criteria")
        AWARD = "award", _("forms and standards of commendation")
        SOLUTION = "solution", _("solution")
        GOAL = "goal", _("goal")
        PROGRESS = "progress", _("progress")
        ORGANISATION = "organisation", _("organisation")
        FORM = "form", _("letterhead, recipients and signature")

    document = models.ForeignKey(
        Document, models.CASCADE, related_name="passages", verbose_name=_("document")
    )
    source = models.ForeignKey(Source, models.PROTECT, related_name="+", verbose_name=_("source"))
    code = models.SlugField(_("code"), max_length=80)
    section = models.CharField(_("section"), max_length=20, choices=Section)
    article = models.CharField(_("place in the document"), max_length=60, blank=True)
    number = models.CharField(_("number"), max_length=20, blank=True)
    quote = models.TextField(_("quoted text"))
    is_heading = models.BooleanField(_("heading"), default=False)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("passage")
        verbose_name_plural = _("passages")
        ordering = ["document", "order"]
        constraints = [
            models.UniqueConstraint(fields=["document", "code"], name="passage_code_once")
        ]
        triggers = journal.journalled()

    def __str__(self) -> str:
        return self.quote[:80]


class Target(models.Model):
    """A share that a document promises for a title or an indicator, for a territory and a year."""

    document = models.ForeignKey(
        Document, models.CASCADE, related_name="targets", verbose_name=_("document")
    )
    source = models.ForeignKey(Source, models.PROTECT, related_name="+", verbose_name=_("source"))
    code = models.SlugField(_("code"), max_length=80)
    year = models.PositiveSmallIntegerField(_("year"))
    share = models.DecimalField(_("share, %"), max_digits=5, decimal_places=2)
    counted = models.CharField(_("who or what is counted"), max_length=500)
    among = models.CharField(_("among"), max_length=500)
    title_code = models.SlugField(_("title"), max_length=60, blank=True)
    # What units state of it: a number of some number, or a fact that is so of a unit or not.
    counted_kind = models.ForeignKey(
        FigureKind,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("figure of what is counted"),
    )
    among_kind = models.ForeignKey(
        FigureKind,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("figure of what it is a share of"),
    )
    article = models.CharField(_("place in the document"), max_length=60, blank=True)
    quote = models.TextField(_("quoted text"))
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        ordering = ["document", "order"]
        constraints = [
            models.UniqueConstraint(fields=["document", "code"], name="target_code_once"),
            models.CheckConstraint(
                condition=Q(share__gte=0, share__lte=100), name="target_share_in_percent"
            ),
        ]
        triggers = journal.journalled()

    def __str__(self) -> str:
        return f"{self.share} % {self.counted} ({self.year})"
