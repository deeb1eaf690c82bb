"""A real mail server on this machine, for tests: it keeps what it takes and fails where it is told.

`behave` is one of: take, refuse (the recipient), later (at the recipient), busy (after the text),
drop (when the text begins), vanish (after the text, without an answer).
"""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller

from core import mailing


class Handler:
    """What the server does."""

    def __init__(self) -> None:
        self.behave = "take"
        self.taken: list[tuple[str, Message]] = []
        self.asked = 0

    async def handle_RCPT(  # noqa: N802 -- the name is aiosmtpd's
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        """Whether the recipient is taken."""
        self.asked += 1
        if self.behave == "refuse":
            return "550 5.1.1 No such mailbox"
        if self.behave == "later":
            return "450 4.2.1 Mailbox is busy"
        if self.behave == "drop":
            server.transport.abort()
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 -- the name is aiosmtpd's
        self, server: Any, session: Any, envelope: Any
    ) -> str:
        """What becomes of the whole mail."""
        if self.behave == "busy":
            return "451 4.3.0 Try again later"
        for address in envelope.rcpt_tos:
            self.taken.append((address, message_from_bytes(envelope.content, policy=default)))
        if self.behave == "vanish":
            server.transport.abort()
        return "250 2.0.0 Taken as 42"

    def deliver(self) -> list[tuple[str, str, str]]:
        """Let what is planned be sent, as workers do: to whom, subject and text of each."""
        before = len(self.taken)
        for mail_id in mailing.open_ones().order_by("pk").values_list("pk", flat=True):
            mailing.send(mail_id)
        return [
            (address, str(message["Subject"]).strip(), text_of(message))
            for address, message in self.taken[before:]
        ]

    @property
    def addresses(self) -> list[str]:
        """To whom mails were taken."""
        return [address for address, _message in self.taken]


def text_of(message: Any) -> str:
    """What the mail says, with one kind of line end."""
    return str(message.get_content()).replace("\r\n", "\n")


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
    return port


@contextmanager
def running(settings: Any) -> Iterator[Handler]:
    """The server, running and named in the settings."""
    handler = Handler()
    controller = Controller(handler, hostname="127.0.0.1", port=_free_port())
    controller.start()
    settings.MAIL_CONFIGURED = True
    settings.DEMO = False
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = controller.port
    settings.EMAIL_TIMEOUT = 5
    settings.DEFAULT_FROM_EMAIL = "Cổng Thi đua <thidua@example.vn>"
    settings.PORTAL_URL = "https://thidua.example.vn"
    try:
        yield handler
    finally:
        controller.stop()
