"""People who sign in: sessions, personal links, recovery codes; tries of what is open to anyone."""

import datetime
from functools import cache
from typing import Any, Self

from django.contrib.auth import get_backends
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core import journal


@cache  # a page asks for each entry of its menu
def _asked_backends() -> tuple[Any, ...]:
    """The backends that answer what somebody may."""
    return tuple(one for one in get_backends() if hasattr(one, "has_perm"))


class UserManager(BaseUserManager["User"]):
    """Makes users; call inside `journal.act`."""

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "User":
        """Make a user who may sign in with `password` (None: not before one is set)."""
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str | None = None, **fields: Any) -> "User":
        """Make a user who may also enter /admin/, with a second factor; for `createsuperuser`."""
        with journal.act("accounts.create_superuser"):
            return self.create_user(username, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person with a name to sign in with. What they may do stands in their appointments."""

    last_login = None  # sign-ins stand in axes' access log

    username = models.CharField(
        _("user name"), max_length=150, unique=True, validators=[UnicodeUsernameValidator()]
    )
    full_name = models.CharField(_("full name"), max_length=150)
    called = models.CharField(_("name to address you by"), max_length=60, blank=True)
    email = models.EmailField(_("email"), blank=True)
    language = models.CharField(_("language"), max_length=2, default="vi")
    is_staff = models.BooleanField(_("may enter /admin/"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    is_demo = models.BooleanField(_("belongs to the demonstration"), default=False)
    created_at = models.DateTimeField(_("created at"), db_default=Now())
    # What an administrator or the person did to the account where tables of libraries hold the
    # thing itself: with these the journal knows of it.
    second_factor_since = models.DateTimeField(_("second factor since"), null=True, blank=True)
    unlocked_at = models.DateTimeField(_("lock-out lifted at"), null=True, blank=True)
    sessions_ended_at = models.DateTimeField(_("sessions ended at"), null=True, blank=True)

    objects = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        triggers = journal.journalled(masked=("password", "email", "called"))

    def __str__(self) -> str:
        return self.full_name or self.username

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Ask the backends, of a superuser too: /admin/ opens nothing in the portal itself."""
        return self.is_active and any(
            backend.has_perm(self, perm, obj) for backend in _asked_backends()
        )

    def get_short_name(self) -> str:
        """How the person wants to be addressed, else the given name, the last word of the name."""
        return self.called or (self.full_name.split()[-1] if self.full_name else self.username)


class Session(AbstractBaseSession):
    """A session with whose it is, so that it can be listed and ended; see accounts.sessions."""

    user = models.ForeignKey(
        User, models.CASCADE, null=True, related_name="sessions", verbose_name=_("person")
    )
    agent = models.CharField(_("browser"), max_length=300, blank=True)
    begun_at = models.DateTimeField(_("begun at"), null=True)
    used_at = models.DateTimeField(_("last used at"), null=True)

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")

    @classmethod
    def get_session_store_class(cls) -> Any:
        """The store that reads and writes these rows."""
        from accounts.sessions import SessionStore  # it imports this module

        return SessionStore


class PersonalLinkQuerySet(models.QuerySet["PersonalLink"]):
    """Links by what became of them."""

    def open(self) -> Self:
        """Links that can still be used."""
        return self.filter(
            used_at=None, replaced_at=None, expires_at__gt=timezone.now(), user__is_active=True
        )


class PersonalLink(models.Model):
    """A link that lets one person set a password, or confirm an address, once.

    Of its token a digest is kept, and the seed from which the portal's secret makes it.
    """

    class Purpose(models.TextChoices):
        INVITATION = "invitation", _("invitation")
        RESET = "reset", _("new password")
        ADDRESS = "address", _("confirming an address")

    class State(models.TextChoices):
        OPEN = "open", _("not used yet")
        USED = "used", _("used")
        REPLACED = "replaced", _("replaced by a newer one")
        EXPIRED = "expired", _("expired")

    user = models.ForeignKey(User, models.RESTRICT, related_name="links", verbose_name=_("person"))
    purpose = models.CharField(_("purpose"), max_length=10, choices=Purpose)
    digest = models.CharField(_("digest of the token"), max_length=64, unique=True)
    seed = models.CharField(_("what the token is computed from"), max_length=43, default="")
    address = models.EmailField(_("address to be confirmed"), blank=True)
    made_by = models.ForeignKey(
        User,
        models.RESTRICT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("made by"),
    )
    made_at = models.DateTimeField(_("made at"), db_default=Now())
    expires_at = models.DateTimeField(_("expires at"))
    used_at = models.DateTimeField(_("used at"), null=True, blank=True)
    replaced_at = models.DateTimeField(_("replaced at"), null=True, blank=True)

    objects = PersonalLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("personal link")
        verbose_name_plural = _("personal links")
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(used_at=None, replaced_at=None) & ~Q(purpose="address"),
                name="personal_link_one_at_a_time",
            ),
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(used_at=None, replaced_at=None, purpose="address"),
                name="personal_link_one_address",
            ),
            models.CheckConstraint(
                condition=Q(purpose="address") ^ Q(address=""), name="personal_link_address"
            ),
        ]
        triggers = journal.journalled(masked=("digest", "seed", "address"))

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} {self.user_id}"

    def state(self, now: datetime.datetime) -> State:
        """What became of it."""
        if self.used_at:
            return self.State.USED
        if self.replaced_at:
            return self.State.REPLACED
        return self.State.OPEN if now < self.expires_at else self.State.EXPIRED


class RecoveryCode(models.Model):
    """One of the codes that take the place of a lost authenticator, once; only its digest."""

    user = models.ForeignKey(
        User, models.CASCADE, related_name="recovery_codes", verbose_name=_("person")
    )
    digest = models.CharField(_("digest of the code"), max_length=64)
    used_at = models.DateTimeField(_("used at"), null=True, blank=True)

    class Meta:
        verbose_name = _("recovery code")
        verbose_name_plural = _("recovery codes")
        constraints = [
            models.UniqueConstraint(fields=["user", "digest"], name="recovery_code_once"),
        ]
        triggers = journal.journalled(masked=("digest",))

    def __str__(self) -> str:
        return f"{self.user_id} {self.pk}"


class Tries(models.Model):
    """How often one address has tried something that is open to anyone; see accounts.throttle."""

    what = models.CharField(_("what was tried"), max_length=20)
    address = models.CharField(_("from which address"), max_length=45, blank=True)
    count = models.PositiveIntegerField(_("how often"))
    since = models.DateTimeField(_("since"))

    class Meta:
        verbose_name = _("tries of an address")
        verbose_name_plural = _("tries of addresses")
        constraints = [
            models.UniqueConstraint(fields=["what", "address"], name="tries_counted_once"),
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.count}"
