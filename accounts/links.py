"""Links by which a person sets a password: made, found by their token, used once.

The token is 256 random bits; the database keeps a digest of it, so that neither a copy of the
database nor the journal lets anybody in.
"""

import datetime
import hashlib
import secrets
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import PersonalLink, User
from core import journal
from core.workflow import Refused

Purpose = PersonalLink.Purpose


@dataclass(frozen=True)
class Fresh:
    """A link just made; its token is known here and to nobody else."""

    link: PersonalLink
    token: str


def make(user: User, purpose: PersonalLink.Purpose, *, by: User | None) -> Fresh:
    """Make a link for `user`, in place of an earlier one that was not used; inside an act.

    Args:
        by: the administrator who makes it; None where the person asked for it by mail.

    Raises:
        Refused: it is an account of the demonstration, whose password is public.
    """
    if user.is_demo:
        raise Refused(_("Accounts of the demonstration keep their password."))
    now = timezone.now()
    # Two links at once: one waits for the other, and the later one replaces it.
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    PersonalLink.objects.filter(user=user, used_at=None, replaced_at=None).update(replaced_at=now)
    token = secrets.token_urlsafe(32)
    link = PersonalLink.objects.create(
        user=user,
        purpose=purpose,
        digest=_digest(token),
        made_by=by,
        expires_at=now + _validity(purpose),
    )
    return Fresh(link, token)


def find(token: str) -> PersonalLink | None:
    """The link of a token, whatever became of it."""
    links = PersonalLink.objects.select_related("user")
    return links.filter(digest=_digest(token), user__is_active=True).first()


def use(token: str, password: str) -> User:
    """Set the password of the person whom the link is for; all their sessions end.

    Raises:
        Refused: the link has been used, replaced or has expired meanwhile.
    """
    with transaction.atomic():
        link = (
            PersonalLink.objects.open()
            .select_for_update(of=("self",))
            .select_related("user")
            .filter(digest=_digest(token))
            .first()
        )
        if link is None:
            raise Refused(_("This link cannot be used any more."))
        with journal.act("accounts.use_link", actor=link.user):
            link.used_at = timezone.now()
            link.save(update_fields=["used_at"])
            link.user.set_password(password)
            link.user.save(update_fields=["password"])
            link.user.sessions.all().delete()
    return link.user


def _validity(purpose: PersonalLink.Purpose) -> datetime.timedelta:
    return settings.INVITATION_VALID if purpose == Purpose.INVITATION else settings.RESET_LINK_VALID


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
