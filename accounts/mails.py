"""Mails about a person's own account: kinds of core.mailing, with its queue, rules and record."""

import uuid
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import links
from accounts.models import PersonalLink, User
from core import mailing
from core.mailing import MailKind
from core.models import Mail


def send_link(link: PersonalLink) -> None:
    """Mail a link to its person, when and if the running transaction is committed.

    One that confirms an address goes to that address. The token stands nowhere but in the mail: it
    is computed when that is sent. A link that is no longer good by then is not sent.
    """
    mailing.plan(
        "accounts.link", link.user, key=f"link {link.pk}", address=link.address, link=link.pk
    )


def tell_of_change(user: User, what: Any, reason: str = "") -> None:
    """Tell a person by mail that their account was changed: if they do not know of it, they act.

    It goes to the address that `user` has now; one that is changed after this call is told too.

    Args:
        what: the sentence; a lazy one is said in the language of the person.
        reason: why, in the words of whoever changed it.
    """
    with translation.override(user.language):
        said = str(what)
    key = f"change {uuid.uuid4().hex}"
    mailing.plan("accounts.change", user, key=key, what=said, reason=reason)


def sentence_of_address(email: str) -> Any:
    """What is told at the former address when another one, or none, was entered."""
    if email:
        return gettext_lazy("Another address was entered for mails.")
    return gettext_lazy("No mail is sent to this address any more.")


def _write_link(mail: Mail) -> tuple[str, str] | None:
    link = PersonalLink.objects.open().filter(pk=mail.words["link"]).first()
    if link is None or not (token := links.token_of(link)):
        return None
    context = {
        "user": mail.recipient,
        "link": link,
        "address": f"{settings.PORTAL_URL}{reverse('accounts:link', args=[token])}",
    }
    return _subjects()[link.purpose], render_to_string("accounts/mail_link.txt", context)


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
