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

    A mail that cannot be sent is logged: the administrator has the link in hand, or makes another,
    and whoever asked for one may ask again. A link that confirms an address goes to that address.

    Args:
        address: the link's full address in the portal.
    """
    link, user = fresh.link, fresh.link.user
    to = link.address or user.email
    if not to:
        return
    with translation.override(user.language):
        body = render_to_string(
            "accounts/mail_link.txt", {"user": user, "link": link, "address": address}
        )
        subject = _subjects()[link.purpose]
    transaction.on_commit(lambda: _send(subject, body, user, to))


def _subjects() -> dict[str, str]:
    return {
        PersonalLink.Purpose.INVITATION: _("Your account in the Learning Society Emulation Portal"),
        PersonalLink.Purpose.RESET: _("A new password for the Learning Society Emulation Portal"),
        PersonalLink.Purpose.ADDRESS: _(
            "Confirm your address for the Learning Society Emulation Portal"
        ),
    }


def _write_change(mail: Mail) -> tuple[str, str]:
    context = {"user": mail.recipient, **mail.words}
    return _("Your account was changed"), render_to_string("accounts/mail_change.txt", context)


KINDS = (MailKind("accounts.link", _write_link), MailKind("accounts.change", _write_change))
