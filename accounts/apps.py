from typing import Any

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("accounts")

    def ready(self) -> None:
        """Whoever signs in, by whatever way, gets a session that knows its times."""
        from accounts import mails
        from core import mailing

        mailing.declare(*mails.KINDS)
        user_logged_in.connect(_begin_session, dispatch_uid="accounts.begin_session")


def _begin_session(sender: Any, request: Any, user: Any, **kwargs: Any) -> None:
    from accounts import second_factor, sessions  # the models are loaded by now

    sessions.begin(request)
    second_factor.begin_session(request, user)
