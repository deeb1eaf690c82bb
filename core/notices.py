"""Notices: domain code says who is told what; people read it here and by mail.

`tell` writes rows in the transaction of the act that it tells of: nobody is told of what was never
committed. Mails are planned and sent afterwards, by workers (core.mailing).

A row is what one person was told of one thing; it is settled or taken back by itself. What somebody
reads is lines: rows of one kind and day that say the same of several things are one line, in the
portal and in a mail, which says how many and leads to their list.

Kinds are data in code. A domain app declares its kinds with `declare` when it starts; each says its
sentence, and the sentence that corrects it when what it told is taken back.
"""

import datetime
import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Self

from django.contrib.auth import get_user_model
from django.db import connection
from django.db.models import Count, Exists, IntegerField, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from core import journal
from core.models import Mail, Notice, NoticePreference

Way = NoticePreference.Way
# In which the keys of lines are made; any would do, as long as it stays.
_LINES = uuid.UUID("5f0c6a2e-7d0b-4c1e-9f43-6f6f0c7b1d52")
# Under which the key of a thing is kept beside the words.
_KEY = "key"
# So that what is done for many at once reaches each reader in one mail, not in one for each row.
URGENT_WAITS = 1  # minutes


@dataclass(frozen=True)
class NoticeKind:
    """A kind of notice.

    Attributes:
        code: as the rows name it; never changed.
        label: what it is about, where people choose what they are told.
        text: the sentence, with a place `%(name)s` for each word that `tell` gives.
        correction: the sentence after what was told has been taken back.
        many: the sentence for two things or more of a day, with the place `%(number)d` and places
            for the `shared` words; empty where each stands by itself.
        many_correction: likewise, after they have been taken back.
        shared: the words that things told of together have in common.
        urgent: whether it is mailed at once – after a moment, with others – not with the digest.
        required: the article by which nobody can turn it down; empty where everybody can.
    """

    code: str
    label: Any
    text: Any
    correction: Any = ""
    many: Any = ""
    many_correction: Any = ""
    shared: tuple[str, ...] = ()
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


@dataclass(frozen=True)
class Telling:
    """What some people are told of one thing.

    Attributes:
        recipients: keys of users.
        subject: what it speaks of, such as `assessment:12`; see `take_back`.
        url: the page where it leads, of this portal.
        words: for the places of the kind's sentences.
        list_url: where a line of several leads; that of the newest where it is empty.
        key: what tells the thing from others of which the words say the same; empty: the words do.
            By it a line counts two things, and one thing that was told twice as one.
    """

    recipients: Iterable[int]
    subject: str
    url: str
    words: Mapping[str, str] = field(default_factory=dict)
    list_url: str = ""
    key: str = ""


def tell(
    code: str,
    recipients: Iterable[int],
    *,
    subject: str,
    url: str,
    list_url: str = "",
    **words: str,
) -> None:
    """As `tell_each`, of one thing: the arguments are those of a `Telling`."""
    tell_each(code, [Telling(recipients, subject, url, words, list_url)])


def tell_each(code: str, tellings: Iterable[Telling]) -> set[str]:
    """Tell people something, when and if the running transaction is committed (two queries).

    Who has turned the kind down wholly is left out, and whose account is switched off.

    Args:
        code: of the kind.

    Returns:
        The subjects of which somebody was told.

    Raises:
        KeyError: there is no such kind.
        RuntimeError: outside a transaction.
    """
    kind = KINDS[code]
    reached = [(one, set(one.recipients)) for one in tellings]
    listening = _listening(kind, set().union(*(people for _one, people in reached)))
    told = [_notice(kind, pk, one) for one, people in reached for pk in listening if pk in people]
    _write(kind, told)
    return {notice.subject for notice in told}


def _notice(kind: NoticeKind, recipient: int, one: Telling) -> Notice:
    notice = Notice(
        kind=kind.code,
        recipient_id=recipient,
        subject=one.subject,
        url=one.url,
        list_url=one.list_url,
        params={**one.words, **({_KEY: one.key} if one.key else {})},
    )
    return _in_line(kind, notice)


def _in_line(kind: NoticeKind, notice: Notice) -> Notice:
    """Put a notice that is about to be told today in its line with others like it.

    One that lacks a word of the line stands alone, as what was told by an older portal may.
    """
    if kind.many and notice.params.keys() >= set(kind.shared):
        said = [
            kind.code,
            notice.corrects_id is not None,
            timezone.localdate().isoformat(),
            notice.list_url,
            *(notice.params[name] for name in kind.shared),
        ]
        notice.line = uuid.uuid5(_LINES, json.dumps(said))
    return notice


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

        mail = mail_urgent_notices.configure(schedule_in={"minutes": URGENT_WAITS})
        mail.defer(notice_ids=[notice.pk for notice in notices])


def take_back(code: str, *subjects: str) -> None:
    """What notices of this kind told of these subjects no longer holds.

    One that nobody has read or mailed is withdrawn, as if it had not been; everybody else is told
    the kind's correction. Each notice is taken back once.

    Raises:
        KeyError: there is no such kind.
        RuntimeError: outside a transaction.
    """
    kind = KINDS[code]
    standing = Notice.objects.filter(
        kind=code, subject__in=subjects, corrects=None, withdrawn_at=None, corrections=None
    )
    told: list[Notice] = []
    unseen: list[Notice] = []
    for notice in standing.select_for_update(of=("self",)).order_by("pk"):
        (told if notice.read_at or notice.mail_id else unseen).append(notice)
    withdrawn = Notice.objects.filter(pk__in=[notice.pk for notice in unseen])
    withdrawn.update(withdrawn_at=timezone.now())
    _write(kind, [_in_line(kind, _correction(notice)) for notice in told])


def settle(code: str, *subjects: str) -> None:
    """What notices of this kind asked for is done, whoever did it: nobody has to read them now."""
    asking = Notice.objects.filter(kind=code, subject__in=subjects, withdrawn_at=None)
    asking.filter(read_at=None).update(read_at=timezone.now())


def _correction(notice: Notice) -> Notice:
    return Notice(
        kind=notice.kind,
        recipient_id=notice.recipient_id,
        subject=notice.subject,
        url=notice.url,
        list_url=notice.list_url,
        params=notice.params,
        corrects=notice,
    )


def told_on(code: str, subjects: Iterable[str], day: datetime.date) -> set[str]:
    """Of which of these subjects people were told a kind on a day (one query).

    So a reminder goes out once a day, whoever orders it and how often.
    """
    found = _told_on(code, day).filter(subject__in=set(subjects))
    return set(found.values_list("subject", flat=True))


def is_told_on(code: str, subject: Any, day: datetime.date) -> Exists:
    """As `told_on`, as an expression: `subject` is one over the outer row."""
    return Exists(_told_on(code, day).filter(subject=subject))


def _told_on(code: str, day: datetime.date) -> QuerySet[Notice]:
    return Notice.objects.filter(kind=code, created_at__date=day)


def times_told(code: str, subject: Any) -> Any:
    """Expression: how often people were told a kind of `subject`, an expression over the outer row;
    the notices of one telling have one time."""
    told = Notice.objects.filter(kind=code, subject=subject).order_by().values("kind")
    number = told.annotate(number=Count("created_at", distinct=True)).values("number")
    return Coalesce(Subquery(number, output_field=IntegerField()), 0)


def last_told(code: str, subject: Any) -> Any:
    """Expression: when people were last told a kind of `subject`; null where they never were."""
    told = Notice.objects.filter(kind=code, subject=subject).order_by("-pk")
    return Subquery(told.values("created_at")[:1])


# Reading


def text_of(notice: Notice, number: int = 1) -> str:
    """The sentence of a notice, or of a line of several, in the language of now.

    A kind that is never told of several may have words of its own for the place `number`.
    """
    kind = KINDS[notice.kind]
    told, correction = (
        (kind.text, kind.correction) if number == 1 else (kind.many, kind.many_correction)
    )
    words = {name: str(value) for name, value in notice.params.items()}
    return str(correction if notice.corrects_id else told) % {"number": number, **words}


def of(user: Any) -> QuerySet[Notice]:
    """What a person was told and was not withdrawn, the newest first."""
    return Notice.objects.filter(recipient=user, withdrawn_at=None)


@dataclass(frozen=True)
class Line:
    """What a person reads as one: a notice, or several that say the same of several things.

    Attributes:
        notice: the newest of them.
        number: of how many things they speak.
        read_at: since when all are read or settled; None while one is not.
    """

    notice: Notice
    number: int
    read_at: datetime.datetime | None

    @classmethod
    def of(cls, found: Iterable[Mapping[str, Any]]) -> list[Self]:
        """The lines that `lines` found, or a page of them, in their order (one query)."""
        found = list(found)
        newest = Notice.objects.select_related("mail").in_bulk([row["newest"] for row in found])
        return [
            cls(newest[row["newest"]], row["number"], None if row["unread"] else row["last_read"])
            for row in found
        ]

    @property
    def label(self) -> str:
        """What it is about."""
        return str(KINDS[self.notice.kind].label)

    @cached_property
    def text(self) -> str:
        """Its sentence, in the language of now."""
        return text_of(self.notice, self.number)

    @property
    def url(self) -> str:
        """The page of the one thing, or that of the list."""
        return self.notice.url if self.number == 1 else self.notice.list_url or self.notice.url


def lines(found: QuerySet[Notice]) -> QuerySet[Any, Any]:
    """The lines in which some notices of one person stand, the newest first; see `Line.of`.

    Each has `newest`, `number`, `unread` and `last_read`.
    """
    return (
        found.order_by()
        .values("line")
        .annotate(
            newest=Max("pk"),
            number=Count("params", distinct=True),  # what was told twice is one thing
            unread=Count("pk", filter=Q(read_at=None)),
            last_read=Max("read_at"),
        )
        .order_by("-newest")
    )


def unread_number(user: str) -> Any:
    """Expression: how many lines the person named by the outer field `user` has not read.

    The header of every page shows it, so it is asked with the person, in one query.
    """
    unread = Notice.objects.filter(recipient=OuterRef(user), read_at=None, withdrawn_at=None)
    number = unread.order_by().values("recipient").annotate(n=Count("line", distinct=True))
    return Coalesce(Subquery(number.values("n"), output_field=IntegerField()), 0)


def read(user: Any, pk: int | None = None) -> Line | None:
    """Mark one of a person's own lines as read, or all of them.

    Args:
        pk: of the newest notice of the line as it was shown; what came since stays unread.

    Returns:
        The line; None where it is not there, or where all were marked.
    """
    mine = of(user)
    if pk is not None:
        mine = mine.filter(line__in=mine.filter(pk=pk).values("line"), pk__lte=pk)
    mine.filter(read_at=None).update(read_at=timezone.now())
    return None if pk is None else next(iter(Line.of(lines(mine))), None)


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
    """Sentence and page of each line of a mail that still holds, the oldest first."""
    kept = Line.of(lines(mail.notices.filter(withdrawn_at=None)))
    return [(line.text, line.url) for line in reversed(kept)]
