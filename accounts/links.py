"""Links by which a person sets a password or confirms an address: made, found, used once.

The token is 256 bits, computed from a random seed in the database and the portal's secret, which
is outside it. So a later job can mail it, and it stands nowhere: neither a copy of the database nor
the journal lets anybody in. It is looked up by its digest.
"""

import base64
import datetime
import hashlib
import secrets
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.crypto import salted_hmac
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
    _unused(user).exclude(purpose=Purpose.ADDRESS).update(replaced_at=now)
    return _made(user, purpose, by, now)


def make_for_address(user: User, address: str, *, by: User | None) -> Fresh:
    """Make a link that confirms `address` as that of `user`, in place of an earlier one; inside an
    act. Until it is used no other mail goes there.

    Args:
        by: the administrator who entered the address; None where the person did.

    Raises:
        Refused: it is an account of the demonstration, which belongs to every visitor.
    """
    forget_address(user)
    return _made(user, Purpose.ADDRESS, by, timezone.now(), address)


def change_address(user: User, email: str, *, by: User | None) -> PersonalLink | None:
    """Let mails to `user` go to `email`, or nowhere where it is empty; inside an act.

    A new address is used once its owner has confirmed it by a link. It is used at once where the
    person has no password yet, for then the invitation is such a link itself, and where the portal
    sends no mail.

    Args:
        by: the administrator who entered the address; None where the person did.

    Returns:
        The link to be mailed to the new address; None where there is nothing to be confirmed.

    Raises:
        Refused: it is an account of the demonstration, which belongs to every visitor.
    """
    if email and settings.MAIL_CONFIGURED and user.has_usable_password():
        return make_for_address(user, email, by=by).link
    forget_address(user)
    user.email = email
    user.save(update_fields=["email"])
    return None


def forget_address(user: User) -> None:
    """Let an address that waits for its confirmation wait no more; inside an act.

    Raises:
        Refused: it is an account of the demonstration, which belongs to every visitor.
    """
    if user.is_demo:
        raise Refused(_("Accounts of the demonstration have no address."))
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    _unused(user).filter(purpose=Purpose.ADDRESS).update(replaced_at=timezone.now())


def _unused(user: User) -> QuerySet[PersonalLink]:
    return PersonalLink.objects.filter(user=user, used_at=None, replaced_at=None)


def _made(
    user: User,
    purpose: PersonalLink.Purpose,
    by: User | None,
    now: datetime.datetime,
    address: str = "",
) -> Fresh:
    seed = secrets.token_urlsafe(32)
    token = _token(seed)
    link = PersonalLink.objects.create(
        user=user,
        purpose=purpose,
        seed=seed,
        digest=_digest(token),
        address=address,
        made_by=by,
        expires_at=now + _validity(purpose),
    )
    return Fresh(link, token)


def token_of(link: PersonalLink) -> str:
    """The token of a link; empty where the portal's secret was changed since it was made."""
    token = _token(link.seed)
    return token if _digest(token) == link.digest else ""


def _token(seed: str) -> str:
    secret = salted_hmac("accounts.links", seed, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(secret).decode().rstrip("=")


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
        link = _open(token, Purpose.INVITATION, Purpose.RESET)
        with journal.act("accounts.use_link", actor=link.user):
            link.used_at = timezone.now()
            link.save(update_fields=["used_at"])
            link.user.set_password(password)
            link.user.save(update_fields=["password"])
            link.user.sessions.all().delete()
    return link.user


def confirm_address(token: str) -> PersonalLink:
    """Let mails go from now on to the address that the link was sent to.

    Whoever has the link reads the mail of that address; they are not signed in by it.

    Returns:
        The link; its user has the new address.

    Raises:
        Refused: the link has been used, replaced or has expired meanwhile.
    """
    with transaction.atomic():
        link = _open(token, Purpose.ADDRESS)
        with journal.act("accounts.confirm_address", actor=link.user):
            link.used_at = timezone.now()
            link.save(update_fields=["used_at"])
            link.user.email = link.address
            link.user.save(update_fields=["email"])
    return link


def _open(token: str, *purposes: PersonalLink.Purpose) -> PersonalLink:
    """The link of a token, locked, while it can be used. Raises Refused."""
    links = PersonalLink.objects.open().select_for_update(of=("self",)).select_related("user")
    link = links.filter(digest=_digest(token), purpose__in=purposes).first()
    if link is None:
        raise Refused(_("This link cannot be used any more."))
    return link


def _validity(purpose: PersonalLink.Purpose) -> datetime.timedelta:
    return settings.RESET_LINK_VALID if purpose == Purpose.RESET else settings.INVITATION_VALID


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
