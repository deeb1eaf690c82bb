"""Seals: what makes a later change of the journal visible.

Entries are plain appends, and nobody waits for anybody. Every few minutes a job seals the entries
of transactions that are over: those below the oldest one still running, so that a late commit
never falls into a sealed range. A seal holds the number and digest of each entry, the root of the
Merkle tree over them (as in RFC 6962), and the digest of the seal before. Whoever keeps one digest
– every paper prints the day's (`day_root`) – can tell that nothing before it was changed.

What seals cannot show: entries that somebody with the owner's rights adds in a transaction of
today, and the removal of the newest seals of which no paper holds a digest yet.
"""

import datetime
import hashlib
import json
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, zip_longest

from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from core.models import JournalEntry, Redaction, Seal

_ONE_AT_A_TIME = 7_263_001  # number of the advisory lock among sealers
_CHUNK = 2_000
_LEAF = struct.Struct(">q32s")

# The first transaction that may still run and the next one that begins, numbered as
# core_journal_transaction() numbers them; those of other databases of the server count too.
_HORIZON = """
SELECT pg_snapshot_xmin(seen)::text::bigint + last_value,
    pg_snapshot_xmax(seen)::text::bigint + last_value
FROM core_journal_era, pg_current_snapshot() AS seen
"""
# PostgreSQL's text of jsonb is canonical: one order of keys, one way to write each value.
_TEXT = """
SELECT id, jsonb_build_array(
    id, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), transaction, act, reason,
    actor_id, behalf_id, op, subject, row_id, rows, before, after)::text
FROM core_journalentry
"""
_ENTRIES = f"{_TEXT} WHERE transaction >= %s AND transaction < %s ORDER BY id"

Leaf = tuple[int, bytes]  # number and digest of an entry
_END: Leaf = (2**63, b"")  # above every number
# Number and digest of an entry → the digest that it had before words were taken out of it.
Redactions = dict[Leaf, bytes]


class NumbersWentBack(Exception):
    """The server counts transactions from below what is sealed: a dump was restored into it."""


def seal() -> Seal | None:
    """Seal what is finished and not yet sealed; None where there is nothing.

    Raises:
        NumbersWentBack: see `continue_numbers`.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_AT_A_TIME])
            cursor.execute(_HORIZON)
            horizon, following = cursor.fetchone()
        last = Seal.objects.last()
        start = last.to_transaction if last else 0
        if following < start:
            raise NumbersWentBack(f"{following} < {start}: run `manage.py migrate` once")
        if horizon < start:
            return None  # one that began before what is sealed was numbered still runs
        leaves = list(_entries(start, horizon))
        if not leaves:
            return None
        new = Seal(
            from_transaction=start,
            to_transaction=horizon,
            entries=len(leaves),
            leaves=b"".join(_LEAF.pack(*leaf) for leaf in leaves),
            root=merkle_root(digest for _id, digest in leaves),
            previous=last.digest if last else "",
            sealed_at=timezone.now(),
        )
        new.digest = _digest(new)
        new.save()
    return new


def day_root(day: datetime.date) -> str:
    """The digest that papers of `day` print: of the last seal made before that day began.

    It stays the same through the day. Empty where nothing was sealed before.
    """
    began = timezone.make_aware(datetime.datetime.combine(day, datetime.time()))
    before = Seal.objects.filter(sealed_at__lt=began).order_by("-pk")
    return before.values_list("digest", flat=True).first() or ""


def continue_numbers(**_signal: object) -> None:
    """After a dump was restored into another server, go on numbering above what is there.

    Run at the end of every `migrate`, as the owner; changes nothing where the server has gone on
    counting.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('core_journal_era')")
        if cursor.fetchone() == (None,):  # migrated back to before there was a journal
            return
        cursor.execute(
            "SELECT greatest((SELECT max(transaction) + 1 FROM core_journalentry),"
            " (SELECT max(to_transaction) FROM core_seal)), core_journal_transaction()"
        )
        highest, now = cursor.fetchone()
        if highest is not None and now < highest:
            cursor.execute(
                "SELECT setval('core_journal_era', last_value + %s) FROM core_journal_era",
                [highest - now],
            )


# Checking


@dataclass(frozen=True)
class Verification:
    """What a check of all seals found.

    Attributes:
        seals: how many were checked.
        sealed: entries found as they were sealed.
        redacted: of these, out of which words of people were taken since (core.redacting).
        unsealed: entries that no seal covers yet.
        newest: digest of the last seal that was checked.
        difference: the first thing that differs, in words; empty where nothing does.
    """

    seals: int
    sealed: int
    redacted: int
    unsealed: int
    newest: str
    difference: str


def verify() -> Verification:
    """Compute all seals again from the rows, in order, up to the first difference."""
    seals = sealed = end = 0
    newest = difference = ""
    with transaction.atomic():
        redactions = _redactions()
        for one in Seal.objects.iterator(chunk_size=1):
            difference = _difference(one, newest, end, redactions)
            if difference:
                break
            seals += 1
            sealed += one.entries
            newest, end = one.digest, one.to_transaction
        unsealed = JournalEntry.objects.filter(transaction__gte=end).count()
    redacted = len({entry for entry, _after in redactions})
    return Verification(seals, sealed, redacted, unsealed, newest, difference)


def _redactions() -> Redactions:
    """What each redacted entry was before, by what it is after: those whose own entry stands in
    the journal."""
    entered = JournalEntry.objects.filter(
        subject=Redaction._meta.db_table, op=JournalEntry.Op.INSERT, row_id=OuterRef("pk")
    )
    rows = Redaction.objects.filter(Exists(entered)).values_list("entry", "after", "before")
    return {(entry, bytes.fromhex(after)): bytes.fromhex(before) for entry, after, before in rows}


def _is_redacted(found: Leaf, kept: Leaf, redactions: Redactions) -> bool:
    """Whether redactions lead from the entry that was sealed to the one that is there."""
    entry, digest = found
    seen = set()
    while digest != kept[1] and (entry, digest) in redactions and digest not in seen:
        seen.add(digest)
        digest = redactions[entry, digest]
    return (entry, digest) == kept


def _difference(one: Seal, previous: str, end: int, redactions: Redactions) -> str:
    """What is wrong with a seal or the rows under it, in words."""
    if (one.previous, one.from_transaction) != (previous, end):
        return _("Seal %(seal)s does not follow the one before it: a seal was removed.") % {
            "seal": one.pk
        }
    leaves = list(_LEAF.iter_unpack(one.leaves)) if len(one.leaves) % _LEAF.size == 0 else []
    root = merkle_root(digest for _id, digest in leaves)
    if (len(leaves), root, _digest(one)) != (one.entries, one.root, one.digest):
        return _("Seal %(seal)s was changed.") % {"seal": one.pk}
    rows = _entries(one.from_transaction, one.to_transaction)
    for found, kept in zip_longest(rows, leaves, fillvalue=_END):
        if found != kept and not _is_redacted(found, kept, redactions):
            return _named(found, kept) % {"entry": min(found[0], kept[0]), "seal": one.pk}
    return ""


def _named(found: Leaf, kept: Leaf) -> str:
    """Which entry differs: `found` in the table where the seal has `kept`."""
    if found[0] == kept[0]:
        return _("Entry %(entry)s was changed after seal %(seal)s.")
    if found[0] < kept[0]:
        return _("Entry %(entry)s was added after seal %(seal)s.")
    return _("Entry %(entry)s was removed after seal %(seal)s.")


# Digests


def merkle_root(leaves: Iterable[bytes]) -> str:
    """The root (hexadecimal) of the Merkle tree of RFC 6962 over digests of leaves, in order."""
    peaks: list[tuple[int, bytes]] = []  # (leaves under it, digest), each smaller than the last
    for leaf in leaves:
        size, digest = 1, leaf
        while peaks and peaks[-1][0] == size:
            size, digest = 2 * size, _node(peaks.pop()[1], digest)
        peaks.append((size, digest))
    if not peaks:
        return hashlib.sha256().hexdigest()
    top = peaks.pop()[1]
    for _size, digest in reversed(peaks):
        top = _node(digest, top)
    return top.hex()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def _entries(start: int, end: int) -> Iterator[Leaf]:
    """Number and digest of the entries of transactions `start` ≤ … < `end`."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(_ENTRIES, [start, end])
        chunks = iter(lambda: cursor.fetchmany(_CHUNK), [])
        for number, text in chain.from_iterable(chunks):
            yield number, _leaf(text)


def digest_of(number: int) -> bytes:
    """The digest of one entry as a seal keeps it."""
    with connection.cursor() as cursor:
        cursor.execute(f"{_TEXT} WHERE id = %s", [number])
        return _leaf(cursor.fetchone()[1])


def _leaf(text: str) -> bytes:
    return hashlib.sha256(b"\x00" + text.encode()).digest()


def _digest(one: Seal) -> str:
    sealed_at = one.sealed_at.astimezone(datetime.UTC).isoformat(timespec="microseconds")
    words = [one.from_transaction, one.to_transaction, one.entries, one.root, one.previous]
    return hashlib.sha256(json.dumps([*words, sealed_at]).encode()).hexdigest()
