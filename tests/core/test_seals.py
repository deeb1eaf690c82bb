"""Seals: nothing under them can be changed, removed or added without being named."""

import datetime
import hashlib
import io
import json
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.utils import timezone, translation

from campaign.models import Source
from core import journal, redacting, seals
from core.models import JournalEntry, Seal
from core.tasks import seal_journal

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def write(code: str = "", rows: int = 1) -> None:
    """One act with as many entries."""
    with journal.act("test.write", reason="vì thế"):
        for number in range(rows):
            Source.objects.create(code=f"{code or 'n'}{number}-{Source.objects.count()}", title="t")


def sealed(rows: int = 1) -> Seal:
    write(rows=rows)
    return sealed_when_over()


def sealed_when_over(seal: Callable[[], object] = seals.seal) -> Seal:
    """Seal as soon as nothing older runs: a test beside this one, on the same server, may, and the
    world of the guards stays in one transaction for minutes."""
    before = Seal.objects.count()
    for _ in range(12_000):
        seal()
        if Seal.objects.count() > before:
            return Seal.objects.latest("pk")
        time.sleep(0.05)
    raise AssertionError("A transaction of somebody else has run for ten minutes.")


def tamper(as_owner, statement: str, *parameters: object) -> None:
    """What somebody with the owner's rights can do, the guard switched off on purpose."""
    table = statement.split()[1 if statement.startswith("UPDATE") else 2]
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(statement, parameters)
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def verified() -> tuple[str, str]:
    """What the command prints and what it fails with."""
    out = io.StringIO()
    try:
        call_command("verify_journal", stdout=out)
    except CommandError as error:
        return out.getvalue(), str(error)
    return out.getvalue(), ""


def ids() -> list[int]:
    return list(JournalEntry.objects.order_by("pk").values_list("pk", flat=True))


# Sealing


def test_nothing_to_seal_makes_no_seal():
    assert seals.seal() is None
    sealed()
    assert seals.seal() is None
    assert Seal.objects.count() == 1


def test_seals_form_a_chain_over_all_entries():
    first, second = sealed(2), sealed(3)

    assert (first.from_transaction, first.previous, first.entries) == (0, "", 2)
    assert (second.from_transaction, second.previous) == (first.to_transaction, first.digest)
    assert second.entries == 3
    kept = [entry for s in (first, second) for entry, _d in seals._LEAF.iter_unpack(s.leaves)]
    assert kept == ids()


def test_entries_of_a_transaction_that_still_runs_are_left_to_the_next_seal():
    begun, may_end = threading.Event(), threading.Event()

    def slow_act() -> None:
        try:
            with journal.act("test.slow"):
                Source.objects.create(code="slow", title="t")
                begun.set()
                may_end.wait(10)
        finally:
            connection.close()

    slow = threading.Thread(target=slow_act)
    slow.start()
    assert begun.wait(10)
    write("fast")  # later in number, earlier at its end

    assert seals.seal() is None  # it neither waits for the slow one nor passes it by
    may_end.set()
    slow.join()

    sealed = sealed_when_over().entries
    while sealed < 2:  # somebody else's transaction began between the two
        sealed += sealed_when_over().entries
    assert sealed == 2
    assert verified()[1] == ""


def test_sealing_in_an_act_leaves_its_own_entries():
    with journal.act("test"):
        Source.objects.create(code="own", title="t")
        assert seals.seal() is None


def test_task_seals():
    write()

    assert sealed_when_over(lambda: seal_journal(timestamp=0)).entries == 1


@pytest.mark.parametrize(
    ("leaves", "root"),
    [
        ([], "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ([b""], "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
        ([b"", b"\0"], "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"),
        (
            [b"", b"\0", b"\x10"],
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        ),
        (
            [b"", b"\0", b"\x10", b" !", b"01", b"@ABC", b"PQRSTUVW", b"`abcdefghijklmno"],
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
        ),
    ],
)
def test_root_is_that_of_certificate_transparency(leaves, root):
    # The vectors of RFC 6962's reference implementation.
    assert seals.merkle_root(hashlib.sha256(b"\0" + leaf).digest() for leaf in leaves) == root


# Checking


def test_untouched_journal_is_found_as_sealed():
    sealed(2)
    newest = sealed(3)
    write(rows=1)

    said, failure = verified()

    assert failure == ""
    assert said == (
        "2 seals, 5 sealed entries as sealed, 1 not sealed yet.\n"
        f"Newest seal checked: {newest.digest}\n"
    )


def test_empty_journal_is_in_order():
    assert verified() == ("0 seals, 0 sealed entries as sealed, 0 not sealed yet.\n", "")


ENTRY_CHANGES = [
    "reason = 'khác'",
    "actor_id = 7",
    "at = at + interval '1 microsecond'",
    "after = jsonb_set(after, '{title}', '\"khác\"')",
    "act = 'khác'",
    "rows = 2",
    "subject = 'x'",
    "row_id = row_id + 1",
    "op = 'delete'",
    "behalf_id = 1",
    "before = '{}'",
]
SEAL_CHANGES = [
    "root = repeat('0', 64)",
    "entries = 9",
    "sealed_at = sealed_at - interval '1 day'",
    "leaves = leaves || 'x'",
    "to_transaction = to_transaction + 1",
    "digest = repeat('0', 64)",
]


def test_changed_entry_is_named_whatever_was_changed(as_owner):
    sealed(2)
    seal = sealed(3)
    entry = ids()[3]

    for change in ENTRY_CHANGES:
        with transaction.atomic():
            tamper(as_owner, f"UPDATE core_journalentry SET {change} WHERE id = %s", entry)
            said, failure = verified()
            transaction.set_rollback(True)
        assert failure == f"Entry {entry} was changed after seal {seal.pk}."
        assert said.startswith("1 seals, 2 sealed entries as sealed,")
    assert verified()[1] == ""


def test_removed_entry_is_named_wherever_it_stood(as_owner):
    seal = sealed(3)

    for entry in ids():
        with transaction.atomic():
            tamper(as_owner, "DELETE FROM core_journalentry WHERE id = %s", entry)
            failure = verified()[1]
            transaction.set_rollback(True)
        assert failure == f"Entry {entry} was removed after seal {seal.pk}."


def test_entry_moved_to_another_transaction_is_named(as_owner):
    seal = sealed(2)
    entry = ids()[0]

    tamper(as_owner, "UPDATE core_journalentry SET transaction = 2^40 WHERE id = %s", entry)

    assert verified()[1] == f"Entry {entry} was removed after seal {seal.pk}."


def test_entry_added_under_a_seal_is_named(as_owner):
    seal = sealed(2)
    sealed(1)
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_journalentry (transaction, act, reason, op, subject, rows)"
            " VALUES (%s, 'forged', '', 'insert', 'x', 1) RETURNING id",
            [seal.to_transaction - 1],
        )
        entry = cursor.fetchone()[0]

    assert verified()[1] == f"Entry {entry} was added after seal {seal.pk}."


def test_first_of_several_differences_is_named(as_owner):
    seal = sealed(3)
    _first, second, third = ids()
    for entry in (third, second):
        tamper(as_owner, "UPDATE core_journalentry SET act = 'x' WHERE id = %s", entry)

    assert verified()[1] == f"Entry {second} was changed after seal {seal.pk}."


def test_changed_seal_is_named_whatever_was_changed(as_owner):
    sealed()
    seal = sealed()

    for change in SEAL_CHANGES:
        with transaction.atomic():
            tamper(as_owner, f"UPDATE core_seal SET {change} WHERE id = %s", seal.pk)
            failure = verified()[1]
            transaction.set_rollback(True)
        assert failure == f"Seal {seal.pk} was changed."


def test_removed_seal_is_noticed(as_owner):
    sealed()
    middle, last = sealed(), sealed()

    tamper(as_owner, "DELETE FROM core_seal WHERE id = %s", middle.pk)

    assert verified()[1] == (
        f"Seal {last.pk} does not follow the one before it: a seal was removed."
    )


# The day's digest, and a restored dump


def test_day_has_the_digest_of_the_last_seal_before_it():
    today = timezone.localdate()
    tomorrow = today + datetime.timedelta(days=1)
    assert seals.day_root(tomorrow) == ""

    sealed()
    last = sealed()

    assert seals.day_root(today) == ""
    assert seals.day_root(tomorrow) == last.digest


def test_day_begins_at_midnight_here(as_owner):
    seal = sealed()
    tamper(
        as_owner,
        "UPDATE core_seal SET sealed_at = '2026-11-20 16:59:59+00' WHERE id = %s",
        seal.pk,
    )

    assert seals.day_root(datetime.date(2026, 11, 20)) == ""
    assert seals.day_root(datetime.date(2026, 11, 21)) == seal.digest


def test_dump_restored_into_another_server_goes_on_numbering_above(as_owner):
    seal = sealed()
    ahead = seal.to_transaction + 1_000_000
    with as_owner(), transaction.atomic():  # as if a server far ahead had written it
        Seal.objects.create(
            from_transaction=seal.to_transaction,
            to_transaction=ahead,
            entries=0,
            root=seals.merkle_root([]),
            leaves=b"",
            previous=seal.digest,
            sealed_at=seal.sealed_at,
            digest="",
        )
    newest = Seal.objects.latest("pk")
    tamper(
        as_owner, "UPDATE core_seal SET digest = %s WHERE id = %s", seals._digest(newest), newest.pk
    )
    with pytest.raises(seals.NumbersWentBack):
        seals.seal()

    with as_owner():
        seals.continue_numbers()
        seals.continue_numbers()  # again: nothing

    assert sealed().from_transaction == ahead
    assert verified()[1] == ""


# Words of people are taken out


def _redact(entry: int, word: str) -> None:
    with journal.act("test.redact"):
        number = JournalEntry.objects.get(pk=entry).transaction
        redacting.redact_journal({number}, lambda text: text and _without(text, word))


def _without(value: Any, word: str) -> Any:
    return json.loads(json.dumps(value, ensure_ascii=False).replace(word, "…"))


def test_words_of_a_person_are_taken_out_and_the_seals_hold():
    sealed(2)
    first = ids()[0]
    _redact(first, "vì")
    assert JournalEntry.objects.get(pk=first).reason == "… thế"
    out, failed = verified()
    assert failed == ""
    assert "2 entries without words of people who were taken out on request." in out
    _redact(first, "thế")  # once more, of another person
    sealed_when_over()
    assert verified()[1] == ""


def test_what_was_redacted_is_still_sealed(as_owner):
    sealed(2)
    first = ids()[0]
    _redact(first, "vì")
    tamper(as_owner, "UPDATE core_journalentry SET reason = 'khác' WHERE id = %s", first)
    assert verified()[1] == f"Entry {first} was changed after seal {Seal.objects.get().pk}."


def test_a_mark_that_no_act_made_counts_for_nothing(as_owner):
    seal = sealed(1)
    (only,) = ids()
    before = seals.digest_of(only).hex()
    tamper(as_owner, "UPDATE core_journalentry SET reason = 'khác' WHERE id = %s", only)
    after = seals.digest_of(only).hex()
    statement = "INSERT INTO core_redaction (entry, before, after) VALUES (%s, %s, %s)"
    tamper(as_owner, statement, only, before, after)
    assert verified()[1] == f"Entry {only} was changed after seal {seal.pk}."


@pytest.mark.parametrize(
    ("subject", "said"),
    [("core_journalentry", {"act": "x"}), ("core_seal", {"root": "x"}), ("core_seal", {})],
)
def test_only_what_a_model_names_is_redacted(subject: str, said: dict[str, str]):
    sealed(1)
    with (
        journal.act("test"),
        connection.cursor() as cursor,
        pytest.raises(ProgrammingError, match="not redactable"),
        transaction.atomic(),
    ):
        cursor.execute("SELECT core_redact(%s, %s, %s)", [subject, ids()[0], json.dumps(said)])


def test_nothing_is_redacted_without_an_act():
    sealed(1)
    said = json.dumps({"reason": ""})
    with connection.cursor() as cursor, pytest.raises(IntegrityError, match="without an act"):
        cursor.execute("SELECT core_redact(%s, %s, %s)", ["core_journalentry", ids()[0], said])
