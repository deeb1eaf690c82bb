"""Notices: what people are told, in the portal and by mail, and the log of every telling."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from core import journal
from core.models.records import append_only


class Mail(models.Model):
    """One mail to one person: of notices – the digest of a day, or a single urgent one – or of the
    person's own account. Its text is written when it is sent and kept nowhere."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waits to be sent")
        HANDED_OVER = "handed_over", _("handed over, no answer yet")
        SENT = "sent", _("taken by the mail server")
        REFUSED = "refused", _("refused by the mail server")
        GIVEN_UP = "given_up", _("given up after several attempts")
        UNCERTAIN = "uncertain", _("not known whether the mail server took it")
        HELD = "held", _("not sent: held back by the settings")

    kind = models.CharField(_("kind of mail"), max_length=40, default="notices")
    words = models.JSONField(_("what it is written from"), default=dict)
    # What makes it this mail and no other: it is planned once, whoever plans it.
    key = models.CharField(_("key"), max_length=80, unique=True)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.RESTRICT,
        related_name="mails",
        verbose_name=_("recipient"),
    )
    address = models.EmailField(_("address"))
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.WAITING)
    planned_at = models.DateTimeField(_("planned at"), db_default=Now())

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.key


class Delivery(models.Model):
    """One attempt to send a mail and how it ended, with the mail server's own words."""

    append_only = True

    class Outcome(models.TextChoices):
        SENT = "sent", _("taken by the mail server")
        TEMPORARY = "temporary", _("put off; will be tried again")
        REFUSED = "refused", _("refused by the mail server")
        UNCERTAIN = "uncertain", _("not known whether the mail server took it")
        HELD = "held", _("not sent: held back by the settings")

    mail = models.ForeignKey(
        Mail, models.PROTECT, related_name="deliveries", verbose_name=_("mail")
    )
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome)
    answer = models.CharField(_("answer"), max_length=500, blank=True)
    at = models.DateTimeField(_("at"), db_default=Now())

    class Meta:
        verbose_name = _("delivery of a mail")
        verbose_name_plural = _("deliveries of mails")
        ordering = ["pk"]
        triggers = [append_only()]

    def __str__(self) -> str:
        return f"{self.mail} {self.outcome}"


class Notice(models.Model):
    """What one person was told: a kind, what it speaks of, and the words for its places."""

    kind = models.CharField(_("kind of notice"), max_length=60)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.RESTRICT,
        related_name="notices",
        verbose_name=_("recipient"),
    )
    # What it speaks of, `assessment:12`: by this it is found again when that is taken back.
    subject = models.CharField(_("subject"), max_length=80)
    url = models.CharField(_("page"), max_length=300)
    list_url = models.CharField(_("page of the list"), max_length=300, blank=True)
    # Notices of one line are read as one: "3 units have sent …" (core.notices). By itself a notice
    # stands alone in its own.
    line = models.UUIDField(_("line"), db_default=RandomUUID())
    params = models.JSONField(_("words"), default=dict)
    corrects = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="corrections", verbose_name=_("corrects")
    )
    mail = models.ForeignKey(
        Mail, models.PROTECT, null=True, related_name="notices", verbose_name=_("mail")
    )
    created_at = models.DateTimeField(_("told at"), db_default=Now())
    read_at = models.DateTimeField(_("read at"), null=True)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["recipient", "-id"], name="notice_of"),
            models.Index(
                fields=["recipient"],
                condition=Q(read_at=None, withdrawn_at=None),
                name="notice_unread",
            ),
            models.Index(fields=["subject", "kind"], name="notice_subject"),
            models.Index(
                fields=["created_at"],
                condition=Q(mail=None, read_at=None, withdrawn_at=None),
                name="notice_to_mail",
            ),
        ]
        constraints = [
            # A page of the portal, never another site.
            models.CheckConstraint(
                condition=Q(url__startswith="/") & ~Q(url__startswith="//"), name="notice_url_own"
            ),
            models.CheckConstraint(
                condition=Q(list_url="")
                | (Q(list_url__startswith="/") & ~Q(list_url__startswith="//")),
                name="notice_list_own",
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="told_unchanged",
                fields=[
                    "kind",
                    "recipient",
                    "subject",
                    "url",
                    "list_url",
                    "line",
                    "params",
                    "corrects",
                    "created_at",
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"


class NoticePreference(models.Model):
    """A kind of notice that a person has turned down."""

    class Way(models.TextChoices):
        PORTAL = "portal", _("in the portal only")
        NONE = "none", _("not at all")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("person")
    )
    kind = models.CharField(_("kind of notice"), max_length=60)
    way = models.CharField(_("how"), max_length=6, choices=Way)

    class Meta:
        verbose_name = _("preference for notices")
        verbose_name_plural = _("preferences for notices")
        constraints = [
            models.UniqueConstraint(fields=["user", "kind"], name="notice_preference_once")
        ]
        triggers = journal.journalled()

    def __str__(self) -> str:
        return f"{self.user_id} {self.kind} {self.way}"
