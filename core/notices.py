"""Notices: domain code says who is told what; people read it here and by mail.

`tell` writes rows in the transaction of the act that it tells of: nobody is told of what was never
committed. Mails are planned and sent afterwards, by workers (core.mailing).

Kinds are data in code. A domain app declares its kinds with `declare` when it starts; each says its
sentence, and the sentence that corrects it when what it told is taken back.
"""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.db import connection
from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from core import journal
from core.models import Mail, Notice, NoticePreference

Way = NoticePreference.Way


@dataclass(frozen=True)
class NoticeKind:
    """A kind of notice.

    Attributes:
        code: as the rows name it; never changed.
        label: what it is about, where people choose what they are told.
        text: the sentence, with a place `%(name)s` for each word that `tell` gives.
        correction: the sentence after what was told has been taken back.
        urgent: whether it is mailed at once, not with the digest of the day.
        required: the article by which nobody can turn it down; empty where everybody can.
    """

    code: str
    label: Any
    text: Any
    correction: Any = ""
    urgent: bool = False
    required: str = ""


KINDS: dict[str, NoticeKind] = {}


def declare(*kinds: NoticeKind) -> None:
    """Make kinds known; a domain app calls it once, when it starts.

    Raises:
        ValueError: a code is taken by another kind.
    """
    for kind in kinds:
        if KINDS.get(kind.code, kind) != kind:
            raise ValueError(f"two kinds of notice are called {kind.code}")
        KINDS[kind.code] = kind


def _required() -> list[str]:
    return [kind.code for kind in KINDS.values() if kind.required]


# Telling


def tell(code: str, recipients: Iterable[int], *, subject: str, url: str, **params: str) -> None:
    """Tell people something, when and if the running transaction is committed.

    Who has turned the kind down wholly is left out, and whose account is switched off.

    Args:
        code: of the kind.
        recipients: keys of users.
        subject: what it speaks of, such as `assessment:12`; see `take_back`.
        url: the page where it leads, of this portal.
        params: the words for the places of the kind's sentence.

    Raises:
        KeyError: there is no such kind.
        RuntimeError: outside a transaction.
    """
    kind = KINDS[code]
    _write(
        kind,
        [
            Notice(kind=code, recipient_id=pk, subject=subject, url=url, params=params)
            for pk in _listening(kind, recipients)
        ],
    )


def _listening(kind: NoticeKind, recipients: Iterable[int]) -> list[int]:
    people = get_user_model()._default_manager.filter(pk__in=set(recipients), is_active=True)
    if not kind.required:
        deaf = NoticePreference.objects.filter(kind=kind.code, way=Way.NONE, user=OuterRef("pk"))
        people = people.exclude(Exists(deaf))
    return list(people.order_by("pk").values_list("pk", flat=True))


def _write(kind: NoticeKind, notices: list[Notice]) -> None:
    if not connection.in_atomic_block:
        raise RuntimeError("notices are told inside the act that they tell of")
    Notice.objects.bulk_create(notices)
    if kind.urgent and notices:
        from core.tasks import mail_urgent_notices  # tasks import this module

        mail_urgent_notices.defer(notice_ids=[notice.pk for notice in notices])


def take_back(code: str, *, subject: str) -> None:
    """What notices of this kind told of `subject` no longer holds.

    One that nobody has read or mailed is withdrawn, as if it had not been; everybody else is told
    the kind's correction. Each notice is taken back once.

    Raises:
        KeyError: there is no such kind.
        RuntimeError: outside a transaction.
    """
    kind = KINDS[code]
    standing = Notice.objects.filter(
        kind=code, subject=subject, corrects=None, withdrawn_at=None, corrections=None
    )
    told = []
    for notice in standing.select_for_update(of=("self",)).order_by("pk"):
        if notice.read_at or notice.mail_id:
            told.append(notice)
        else:
            notice.withdrawn_at = timezone.now()
            notice.save(update_fields=["withdrawn_at"])
    _write(kind, [_correction(notice) for notice in told])


def settle(code: str, *, subject: str) -> None:
    """What notices of this kind asked for is done, whoever did it: nobody has to read them now."""
    Notice.objects.filter(kind=code, subject=subject, read_at=None, withdrawn_at=None).update(
        read_at=timezone.now()
    )


def _correction(notice: Notice) -> Notice:
    return Notice(
        kind=notice.kind,
        recipient_id=notice.recipient_id,
        subject=notice.subject,
        url=notice.url,
        params=notice.params,
        corrects=notice,
    )


def told_on(code: str, subjects: Iterable[str], day: datetime.date) -> set[str]:
    """Of which of these subjects people were told a kind on a day (one query).

    So a reminder goes out once a day, whoever orders it and how often.
    """
    found = Notice.objects.filter(kind=code, subject__in=set(subjects), created_at__date=day)
    return set(found.values_list("subject", flat=True))


# Reading


def text_of(notice: Notice) -> str:
    """The sentence of a notice, in the language of now."""
    kind = KINDS[notice.kind]
    sentence = str(kind.correction if notice.corrects_id else kind.text)
    return sentence % {name: str(value) for name, value in notice.params.items()}


def of(user: Any) -> QuerySet[Notice]:
    """What a person was told and was not withdrawn, the newest first."""
    return Notice.objects.filter(recipient=user, withdrawn_at=None)


def unread_number(user: str) -> Any:
    """Expression: how many notices the person named by the outer field `user` has not read.

    The header of every page shows it, so it is asked with the person, in one query.
    """
    unread = Notice.objects.filter(recipient=OuterRef(user), read_at=None, withdrawn_at=None)
    number = unread.order_by().values("recipient").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(number, output_field=IntegerField()), 0)


def read(user: Any, pk: int | None = None) -> Notice | None:
    """Mark one of a person's own notices as read, or all of them.

    Returns:
        The one; None where it is not there, or where all were marked.
    """
    mine = of(user) if pk is None else of(user).filter(pk=pk)
    mine.filter(read_at=None).update(read_at=timezone.now())
    return None if pk is None else mine.first()


# Preferences


def ways_of(user: Any) -> dict[str, str]:
    """What a person has turned down: code of the kind, and the way that is left."""
    return dict(NoticePreference.objects.filter(user=user).values_list("kind", "way"))


def prefer(user: Any, ways: Mapping[str, str]) -> None:
    """Keep what a person wants to be told and how.

    Args:
        ways: code of each kind, and its way; empty is everything, in the portal and by mail. A
            kind that is required, or is not there, is passed over.
    """
    kept = ways_of(user)
    with journal.act("notices.prefer", actor=user):
        for kind in KINDS.values():
            way = ways.get(kind.code, "")
            if kind.required or way == kept.get(kind.code, ""):
                continue
            if way:
                NoticePreference.objects.update_or_create(
                    user=user, kind=kind.code, defaults={"way": way}
                )
            else:
                NoticePreference.objects.filter(user=user, kind=kind.code).delete()


# For mails


def to_mail() -> QuerySet[Notice]:
    """Notices that still have to be mailed: nobody has read them, and their readers want mail."""
    turned_down = NoticePreference.objects.filter(user=OuterRef("recipient"), kind=OuterRef("kind"))
    return Notice.objects.filter(
        Q(kind__in=_required()) | ~Exists(turned_down),
        mail=None,
        read_at=None,
        withdrawn_at=None,
        recipient__is_active=True,
    ).exclude(recipient__email="")


def urgent_to_mail() -> QuerySet[Notice]:
    """Of those, the ones that do not wait for the digest of the day."""
    return to_mail().filter(kind__in=[kind.code for kind in KINDS.values() if kind.urgent])


def plan_mail(key: str, notices: Iterable[Notice]) -> Mail:
    """The mail that carries these notices of one person; inside a transaction."""
    notices = list(notices)
    person = notices[0].recipient
    mail = Mail.objects.create(key=key, recipient=person, address=person.email)
    Notice.objects.filter(pk__in=[notice.pk for notice in notices]).update(mail=mail)
    return mail


def contents_of(mail: Mail) -> list[tuple[str, str]]:
    """Sentence and page of each notice of a mail that still holds."""
    kept = mail.notices.filter(withdrawn_at=None).order_by("pk")
    return [(text_of(notice), notice.url) for notice in kept]
