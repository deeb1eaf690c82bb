"""Mails, the only way on which any leaves: planned, sent over SMTP, each attempt on record.

Those of notices are planned here, once a person and day; a domain app declares the kinds of its own
with `declare` when it starts, and plans them with `plan`. A mail is written when it is sent, from
what then holds, and its text is kept nowhere.

What the mail server has taken is never sent again, also not when the worker is killed: the last
moment before the mail server can take a mail – before the single dot that ends its text – is
recorded and committed. Whatever breaks before that is tried again; whatever breaks after it is
*uncertain* and stays as it is, for the notices stand in the portal in any case.
"""

import datetime
import itertools
import re
import smtplib
import ssl
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import connection, transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import notices
from core.models import Delivery, Mail, Notice

State, Outcome = Mail.State, Delivery.Outcome
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
OLDEST = datetime.timedelta(days=7)  # what is older is not news any more
URGENT = datetime.timedelta(days=1)  # what is older was in a digest
OPEN = (State.WAITING, State.HANDED_OVER)
_LOCK = 7_263  # class of the advisory locks, one a mail
_PLANNING = 7_263_003


class TemporaryFailure(Exception):
    """The mail could not be sent now; to be tried again."""


@dataclass(frozen=True)
class _Answer:
    """What the mail server said."""

    code: int
    text: str

    def __str__(self) -> str:
        return f"{self.code} {self.text}"[:500]

    @property
    def is_final(self) -> bool:
        """Whether asking again would get the same refusal (RFC 5321: 5xx)."""
        return self.code >= 500


class _Refusal(Exception):
    """The mail server does not take the mail, and said why, before it could have taken it."""

    def __init__(self, answer: _Answer) -> None:
        self.answer = answer
        super().__init__(str(answer))


@dataclass(frozen=True)
class MailKind:
    """A kind of mail.

    Attributes:
        code: as the rows name it; never changed.
        write: its subject and its text, in the language of now, as `(mail) -> (subject, text)`;
            None where what it would say no longer holds.
    """

    code: str
    write: Callable[[Mail], tuple[str, str] | None]


def declare(*kinds: MailKind) -> None:
    """Make kinds known; a domain app calls it once, when it starts.

    Raises:
        ValueError: a code is taken by another kind.
    """
    for kind in kinds:
        if KINDS.get(kind.code, kind) != kind:
            raise ValueError(f"two kinds of mail are called {kind.code}")
        KINDS[kind.code] = kind


# Planning


def plan(code: str, person: Any, *, key: str, address: str = "", **words: str | int) -> None:
    """Plan a mail of its own, sent when and if the running transaction is committed.

    Nothing is planned where no mail server is configured, or no address is known.

    Args:
        code: of the kind.
        person: the user who reads it.
        key: what makes it this mail and no other.
        address: to which it goes; that of the person where none is given.
        words: what it is written from; they are kept, so nothing secret.

    Raises:
        KeyError: there is no such kind.
    """
    kind, to = KINDS[code], address or person.email
    if settings.MAIL_CONFIGURED and to:
        with transaction.atomic():
            mail = Mail.objects.create(
                kind=kind.code, key=key, recipient=person, address=to, words=words
            )
            _order(mail)


def plan_digests() -> list[int]:
    """Plan the digests of today, from the hour of the settings on: one a person and day.

    Returns:
        Keys of the mails.
    """
    now = timezone.localtime()
    hour = now.replace(hour=settings.MAIL_DIGEST_HOUR, minute=0, second=0, microsecond=0)
    if not settings.MAIL_CONFIGURED or now < hour:
        return []
    day = now.date().isoformat()
    with transaction.atomic():
        _one_at_a_time()
        due = notices.to_mail().filter(created_at__lt=hour, created_at__gte=hour - OLDEST)
        due = due.exclude(recipient__mails__key__endswith=f" {day}")
        return [_planned(f"digest {person} {day}", mine) for person, mine in _by_person(due)]


def plan_urgent(notice_ids: list[int]) -> list[int]:
    """Plan a mail to each reader of these notices, with every urgent one that they still await.

    Returns:
        Keys of the mails.
    """
    if not settings.MAIL_CONFIGURED:
        return []
    with transaction.atomic():
        _one_at_a_time()
        due = notices.urgent_to_mail().filter(created_at__gt=timezone.now() - URGENT)
        readers = Notice.objects.filter(pk__in=notice_ids).values("recipient")
        mine_by_person = _by_person(due.filter(recipient__in=readers))
        return [_planned(f"notice {mine[0].pk}", mine) for _person, mine in mine_by_person]


def _by_person(due: QuerySet[Notice]) -> Iterator[tuple[int, list[Notice]]]:
    """Notices by their reader, the oldest first; locked, so inside a transaction."""
    rows = due.select_related("recipient").select_for_update(of=("self",))
    by_person = itertools.groupby(
        rows.order_by("recipient", "pk"), key=lambda notice: notice.recipient_id
    )
    for person, mine in by_person:
        yield person, list(mine)


def plan_urgent_left() -> list[int]:
    """Plan the mails of urgent notices whose own job never came to it.

    Returns:
        Keys of the mails.
    """
    now = timezone.now()
    waited = datetime.timedelta(minutes=notices.URGENT_WAITS)
    left = notices.urgent_to_mail().filter(created_at__range=(now - URGENT, now - waited))
    return plan_urgent(list(left.values_list("pk", flat=True)))


def open_ones() -> QuerySet[Mail]:
    """The mails of which it is not known yet what becomes of them."""
    return Mail.objects.filter(state__in=OPEN)


def _planned(key: str, mine: Iterable[Notice]) -> int:
    """Plan a mail and order the job that sends it, in one transaction."""
    mail = notices.plan_mail(key, mine)
    _order(mail)
    return mail.pk


def _order(mail: Mail) -> None:
    from core.tasks import send_mail  # tasks import this module

    send_mail.defer(mail_id=mail.pk)


def _one_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_PLANNING])


# Sending


def send(mail_id: int, *, last_attempt: bool = False) -> None:
    """Send a planned mail; what is over already stays as it is.

    Args:
        last_attempt: whether a failure now is the end of it.

    Raises:
        TemporaryFailure: it could not be sent, and may be tried again.
    """
    with _alone_with(mail_id) as alone:
        if alone:
            _send(Mail.objects.select_related("recipient").get(pk=mail_id), last_attempt)


def give_up(mail_id: int) -> None:
    """Note of a mail whose worker died at each attempt that it goes out no more."""
    mail = Mail.objects.get(pk=mail_id)
    if mail.state in OPEN:
        state = State.UNCERTAIN if mail.state == State.HANDED_OVER else State.GIVEN_UP
        _end(mail, state, Outcome.TEMPORARY, "the worker broke off at each attempt")


def _send(mail: Mail, last_attempt: bool) -> None:
    if mail.state == State.HANDED_OVER:
        _end(mail, State.UNCERTAIN, Outcome.UNCERTAIN, "")
        return
    if mail.state != State.WAITING:
        return
    with translation.override(mail.recipient.language):
        said = KINDS[mail.kind].write(mail)
    if said is None:
        _end(mail, State.HELD, Outcome.HELD, "what it would say no longer holds")
        return
    if why_held := _why_held(mail.address):
        _end(mail, State.HELD, Outcome.HELD, why_held)
        return
    try:
        answer = _deliver(mail, _message(mail, *said))
    except _Refusal as refusal:
        _not_taken(mail, refusal.answer, last_attempt)
    except UnicodeError:
        _end(mail, State.REFUSED, Outcome.REFUSED, "the address cannot be written in ASCII")
    except (OSError, smtplib.SMTPException) as error:
        _broke_off(mail, error, last_attempt)
    else:
        _answered(mail, answer, last_attempt)


def _answered(mail: Mail, answer: _Answer, last_attempt: bool) -> None:
    """The answer to the whole mail: taken, or not."""
    if answer.code < 400:
        _end(mail, State.SENT, Outcome.SENT, str(answer))
    else:
        _not_taken(mail, answer, last_attempt)


def _not_taken(mail: Mail, answer: _Answer, last_attempt: bool) -> None:
    if answer.is_final:
        _end(mail, State.REFUSED, Outcome.REFUSED, str(answer))
    else:
        _put_off(mail, str(answer), last_attempt)


def _broke_off(mail: Mail, error: Exception, last_attempt: bool) -> None:
    """No answer. Before the last dot the mail server cannot have taken it; after it, it may."""
    mail.refresh_from_db()
    said = f"{type(error).__name__}: {error}"[:500]
    if mail.state == State.HANDED_OVER:
        _end(mail, State.UNCERTAIN, Outcome.UNCERTAIN, said)
    else:
        _put_off(mail, said, last_attempt)


def _put_off(mail: Mail, said: str, last_attempt: bool) -> None:
    _end(mail, State.GIVEN_UP if last_attempt else State.WAITING, Outcome.TEMPORARY, said)
    if not last_attempt:
        raise TemporaryFailure(said)


def _end(mail: Mail, state: str, outcome: str, answer: str) -> None:
    with transaction.atomic():
        Mail.objects.filter(pk=mail.pk).update(state=state)
        Delivery.objects.create(mail=mail, outcome=outcome, answer=answer)


@contextmanager
def _alone_with(mail_id: int) -> Iterator[bool]:
    """Whether nobody else is at this mail; a lock of the connection, gone with a killed worker."""
    key = [_LOCK, mail_id % 2**31]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", key)
        alone = bool(cursor.fetchone()[0])
        try:
            yield alone
        finally:
            if alone:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", key)


def _why_held(address: str) -> str:
    """Why the settings keep a mail to this address back; empty where they do not."""
    if not settings.MAIL_CONFIGURED:
        return "no mail server is configured"
    if settings.DEMO and settings.EMAIL_HOST not in LOOPBACK:
        return "a demonstration mails to its own machine only"
    allowed = [one.lower() for one in settings.MAIL_ONLY_TO]
    domain = f"@{address.rpartition('@')[2]}".lower()
    if allowed and address.lower() not in allowed and domain not in allowed:
        return "not in MAIL_ONLY_TO"
    return ""


def _write_notices(mail: Mail) -> tuple[str, str] | None:
    """The notices of a mail that still hold."""
    contents = notices.contents_of(mail)
    if not contents:
        return None
    number = len(contents)
    subject = ngettext("%(number)d notice", "%(number)d notices", number) % {"number": number}
    portal = _("Learning Society Emulation Portal")
    context = {
        "name": str(mail.recipient),
        "day": date_format(timezone.localtime(mail.planned_at), "SHORT_DATE_FORMAT"),
        "contents": [(text, f"{settings.PORTAL_URL}{url}") for text, url in contents],
        "portal": portal,
        "preferences": f"{settings.PORTAL_URL}/notices/preferences/",
    }
    return f"{portal}: {subject}", render_to_string("notices/mail.txt", context)


KINDS: dict[str, MailKind] = {"notices": MailKind("notices", _write_notices)}


def _message(mail: Mail, subject: str, text: str) -> bytes:
    """The mail as it goes over the line."""
    message = EmailMessage(
        subject=subject,
        body=text,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[mail.address],
        headers={"Message-ID": _message_id(mail), "Auto-Submitted": "auto-generated"},
    )
    content: bytes = message.message().as_bytes(linesep="\r\n")  # type: ignore[call-arg]  # Django's
    return content


def _message_id(mail: Mail) -> str:
    """The same at every attempt, so that mailboxes know a mail that came twice."""
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ") or "localhost"
    return f"<{mail.key.replace(' ', '-')}@{domain}>"


def _deliver(mail: Mail, content: bytes) -> _Answer:
    """One conversation with the mail server.

    Raises:
        _Refusal: it refuses before the end of the text.
        OSError, smtplib.SMTPException: the conversation broke.
    """
    with _connected() as server:
        _expect(server.mail(settings.DEFAULT_FROM_EMAIL.rpartition("<")[2].strip("> ")), 250)
        _expect(server.rcpt(mail.address), 250)
        _expect(server.docmd("DATA"), 354)
        server.send(re.sub(rb"(?m)^\.", b"..", content))
        if not content.endswith(b"\r\n"):
            server.send(b"\r\n")
        Mail.objects.filter(pk=mail.pk).update(state=State.HANDED_OVER)
        server.send(b".\r\n")
        return _answer(server.getreply())


@contextmanager
def _connected() -> Iterator[smtplib.SMTP]:
    safe = ssl.create_default_context()
    host, port = settings.EMAIL_HOST, settings.EMAIL_PORT
    seconds = settings.EMAIL_TIMEOUT
    server: smtplib.SMTP = (
        smtplib.SMTP_SSL(host, port, timeout=seconds, context=safe)
        if settings.EMAIL_USE_SSL
        else smtplib.SMTP(host, port, timeout=seconds)
    )
    try:
        if settings.EMAIL_USE_TLS:
            server.starttls(context=safe)
        server.ehlo_or_helo_if_needed()
        if settings.EMAIL_HOST_USER:
            server.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
        yield server
    finally:
        # The answer that counts has been given; how the conversation ends changes nothing.
        with suppress(OSError, smtplib.SMTPException):
            server.quit()
        server.close()


def _expect(reply: tuple[int, bytes], code: int) -> None:
    if reply[0] // 10 != code // 10:
        raise _Refusal(_answer(reply))


def _answer(reply: tuple[int, bytes]) -> _Answer:
    return _Answer(reply[0], " ".join(reply[1].decode(errors="replace").split()))
