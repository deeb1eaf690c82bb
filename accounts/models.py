"""People who sign in."""

from typing import Any

from django.contrib.auth.models import (  # type: ignore[attr-defined]  # _user_has_perm
    AbstractBaseUser,
    BaseUserManager,
    PermissionsMixin,
    _user_has_perm,
)
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from core import journal


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
    email = models.EmailField(_("email"), blank=True)
    language = models.CharField(_("language"), max_length=2, default="vi")
    is_staff = models.BooleanField(_("may enter /admin/"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    is_demo = models.BooleanField(_("belongs to the demonstration"), default=False)
    created_at = models.DateTimeField(_("created at"), db_default=Now())

    objects = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        triggers = journal.journalled(masked=("password",))

    def __str__(self) -> str:
        return self.full_name or self.username

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Ask the backends, of a superuser too: /admin/ opens nothing in the portal itself."""
        return self.is_active and _user_has_perm(self, perm, obj)

    def get_short_name(self) -> str:
        """The given name, the last word of a Vietnamese name."""
        return self.full_name.split()[-1] if self.full_name else self.username
