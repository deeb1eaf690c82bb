"""Mails about a person's own account; never before what they speak of is committed."""

import logging
from typing import Any

from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.links import Fresh
from accounts.models import PersonalLink, User

_log = logging.getLogger(__name__)


def send_link(fresh: Fresh, address: str) -> None:
    """Mail a link to its person once the transaction is committed; nothing without an address.

    A mail that cannot be sent is logged: the administrator has the link in hand, and whoever asked
    for one may ask again.

    Args:
        address: the link's full address in the portal.
    """
    user = fresh.link.user
    if not user.email:
        return
    with translation.override(user.language):
        body = render_to_string(
            "accounts/mail_link.txt", {"user": user, "link": fresh.link, "address": address}
        )
        subject = (
            _("Your account in the Learning Society Emulation Portal")
            if fresh.link.purpose == PersonalLink.Purpose.INVITATION
            else _("A new password for the Learning Society Emulation Portal")
        )
    transaction.on_commit(lambda: _send(subject, body, user))


def _send(subject: str, body: str, user: User) -> None:
    try:
        send_mail(subject, body, None, [user.email])
    except OSError as error:  # smtplib's errors are of this kind
        _log.warning("the link for account %s was not mailed: %s", user.pk, error)


def tell_of_change(user: User, what: Any) -> None:
    """Tell a person by mail that somebody changed how they sign in: if it was not them, act."""
    if not user.email:
        return
    with translation.override(user.language):
        body = render_to_string("accounts/mail_change.txt", {"user": user, "what": what})
        subject = _("Your account was changed")
    transaction.on_commit(lambda: _send(subject, body, user))
