"""The journal sees every change of the rows that matter, and refuses those that nobody owns."""

import pytest
from django.db import connection, transaction
from django.db.models import F
from django.db.utils import DatabaseError, IntegrityError, ProgrammingError

from accounts.models import User
from campaign.models import Source
from core import journal
from core.models import JournalEntry
from tests import factories

pytestmark = pytest.mark.django_db


def source(code: str = "nguon", title: str = "Báo Trà Vinh") -> Source:
    with journal.act("test.create"):
        return Source.objects.create(code=code, title=title)


def entries(**which: object) -> list[JournalEntry]:
    subject = Source._meta.db_table
    return list(JournalEntry.objects.filter(subject=subject, **which).order_by("pk"))


def execute(sql: str, *parameters: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)


# What is written


def test_insert_is_recorded_with_who_why_and_what():
    person = factories.user()
    right = factories.user()  # stands for an appointment: the journal keeps its number only
    with journal.act("sources.add", actor=person, reason="theo công văn 12", behalf=right):
        row = Source.objects.create(code="nguon", title="Báo Trà Vinh")

    [entry] = entries()
    assert (entry.act, entry.reason, entry.op) == ("sources.add", "theo công văn 12", "insert")
    assert (entry.actor_id, entry.behalf_id) == (person.pk, right.pk)
    assert (entry.row_id, entry.rows, entry.before) == (row.pk, 1, None)
    assert entry.after["title"] == "Báo Trà Vinh"


def test_update_is_recorded_with_the_columns_that_changed():
    row = source()
    with journal.act("sources.rename"):
        row.title = "Cổng thông tin"
        row.save()

    [entry] = entries(op="update")
    assert (entry.before, entry.after) == ({"title": "Báo Trà Vinh"}, {"title": "Cổng thông tin"})


def test_saving_without_a_change_is_not_recorded():
    row = source()
    with journal.act("sources.rename"):
        row.save()

    assert entries(op="update") == []


def test_delete_is_recorded_with_the_whole_row():
    row = source()
    number = row.pk
    with journal.act("sources.remove"):
        row.delete()

    [entry] = entries(op="delete")
    assert (entry.row_id, entry.after) == (number, None)
    assert entry.before["code"] == "nguon"


def test_system_acts_without_an_actor():
    source()

    assert [(e.actor_id, e.behalf_id, e.reason) for e in entries()] == [(None, None, "")]


def test_bulk_update_is_recorded_row_by_row():
    rows = [source(f"n{number}") for number in range(3)]
    with journal.act("sources.order"):
        Source.objects.update(title="chung")

    changed = {e.row_id: e.after for e in entries(op="update")}
    assert changed == {row.pk: {"title": "chung"} for row in rows}


def test_raw_sql_is_recorded():
    row = source()
    with journal.act("sources.fix"):
        execute("UPDATE campaign_source SET title = 'x' WHERE id = %s", row.pk)
        execute("DELETE FROM campaign_source WHERE id = %s", row.pk)

    assert [(e.act, e.op) for e in entries()][1:] == [
        ("sources.fix", "update"),
        ("sources.fix", "delete"),
    ]


def test_a_changed_key_leaves_a_line_for_each_key():
    row = source()
    with journal.act("sources.move"):
        execute("UPDATE campaign_source SET id = id + 1000 WHERE id = %s", row.pk)

    told = {
        e.row_id: (e.before and e.before["code"], e.after and e.after["code"])
        for e in entries(op="update")
    }
    assert told == {row.pk: ("nguon", None), row.pk + 1000: (None, "nguon")}


def test_copy_is_recorded():
    columns = "code, title, publisher, author, url, confidence, file_name, sha256, ends"
    with journal.act("sources.load"), connection.cursor() as cursor:
        statement = f"COPY campaign_source ({columns}, foreign_parts) FROM STDIN"
        with cursor.copy(statement) as copy:
            copy.write_row(("n1", "t", "", "", "", "stated", "", "", "", ""))

    assert [(e.act, e.op, e.after["code"]) for e in entries()] == [("sources.load", "insert", "n1")]


@pytest.mark.parametrize(("rows", "ops"), [(100, ["insert"] * 100), (101, ["batch"])])
def test_more_than_a_hundred_rows_of_one_statement_are_one_line(rows, ops):
    with journal.act("sources.load"):
        Source.objects.bulk_create(Source(code=f"n{n}", title="t") for n in range(rows))

    numbers = list(Source.objects.order_by("pk").values_list("pk", flat=True))
    assert [e.op for e in entries()] == ops
    assert sum(e.rows for e in entries()) == rows
    if ops == ["batch"]:
        assert entries()[0].after == {"first": numbers[0], "last": numbers[-1]}


def test_insert_or_update_is_recorded_as_what_it_was():
    source("n1", "cũ")
    with journal.act("sources.load"):
        Source.objects.bulk_create(
            [Source(code="n1", title="mới"), Source(code="n2", title="khác")],
            update_conflicts=True,
            unique_fields=["code"],
            update_fields=["title"],
        )

    written = [(e.op, e.after.get("title")) for e in entries(act="sources.load")]
    assert sorted(written) == [("insert", "khác"), ("update", "mới")]


def test_masked_columns_are_said_to_have_changed_and_never_shown():
    person = factories.user()
    with journal.act("accounts.password"):
        person.set_password("một mật khẩu mới")
        person.save()
    secret = person.password
    with journal.act("accounts.remove"):
        person.delete()

    kept = JournalEntry.objects.filter(subject=User._meta.db_table).order_by("pk")
    changes = [(e.op, e.before, e.after) for e in kept]
    assert changes[0][2]["password"] == "***"
    assert changes[1] == ("update", {"password": "***"}, {"password": "***"})
    assert changes[2][1]["password"] == "***"
    assert secret not in str(changes)


def test_entries_of_one_transaction_carry_its_number():
    source("n1")
    source("n2")  # in the transaction of this test

    assert len({e.transaction for e in entries()}) == 1


# Acts


def test_act_needs_a_name():
    with pytest.raises(ValueError, match="needs a name"), journal.act(""):
        pass


def test_inner_act_names_its_own_writes_and_gives_back_to_the_outer_one():
    person = factories.user()
    with journal.act("outer", actor=person, reason="vì thế"):
        Source.objects.create(code="n1", title="t")
        with journal.act("inner"):
            Source.objects.create(code="n2", title="t")
        Source.objects.create(code="n3", title="t")

    assert [(e.act, e.actor_id, e.reason) for e in entries()] == [
        ("outer", person.pk, "vì thế"),
        ("inner", None, ""),
        ("outer", person.pk, "vì thế"),
    ]


def test_inner_act_that_fails_leaves_the_outer_one_as_it_was():
    with journal.act("outer"):
        with pytest.raises(IntegrityError), journal.act("inner"):
            Source.objects.create(code=None, title="t")
        Source.objects.create(code="n1", title="t")

    assert [e.act for e in entries()] == ["outer"]


def test_act_ends_with_its_block():
    source()

    with pytest.raises(DatabaseError, match="without an act"), transaction.atomic():
        Source.objects.update(title="x")


def test_rollback_leaves_nothing():
    with pytest.raises(RuntimeError), journal.act("test"):
        _create_and_fail()
    with journal.act("test"):
        Source.objects.create(code="n2", title="t")
        transaction.set_rollback(True)

    assert (entries(), Source.objects.count()) == ([], 0)


def _create_and_fail() -> None:
    Source.objects.create(code="n1", title="t")
    raise RuntimeError


# Canaries: what the guard refuses


def _insert() -> None:
    Source.objects.create(code="n2", title="t")


def _bulk_insert() -> None:
    Source.objects.bulk_create([Source(code=f"m{n}", title="t") for n in range(101)])


def _update() -> None:
    Source.objects.update(title=F("code"))


def _delete() -> None:
    Source.objects.all()._raw_delete("default")


def _raw() -> None:
    execute("UPDATE campaign_source SET title = 'x'")


@pytest.mark.parametrize("write", [_insert, _bulk_insert, _update, _delete, _raw])
def test_write_without_an_act_is_refused(write):
    row = source()
    before = JournalEntry.objects.count()

    with pytest.raises(DatabaseError, match=r"journal: .* without an act"), transaction.atomic():
        write()

    assert list(Source.objects.values_list("pk", "title")) == [(row.pk, "Báo Trà Vinh")]
    assert JournalEntry.objects.count() == before


def test_statement_that_touches_no_row_needs_no_act():
    assert Source.objects.filter(code="không có").update(title="x") == 0


CHANGES = [
    "UPDATE core_journalentry SET reason = 'x'",
    "DELETE FROM core_journalentry",
    "TRUNCATE core_journalentry",
    "UPDATE core_seal SET root = 'x'",
    "DELETE FROM core_seal",
    "TRUNCATE core_seal",
    "UPDATE criteria_assessmentevent SET reason = 'x'",
    "DELETE FROM criteria_assessmentevent",
]


@pytest.mark.parametrize("change", CHANGES)
def test_application_may_not_change_what_is_append_only(change):
    source()

    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        execute(change)


@pytest.mark.parametrize("change", CHANGES[:2])
def test_owner_is_stopped_from_changing_the_journal_by_a_slip(as_owner, change):
    source()

    with (
        as_owner(),
        pytest.raises(DatabaseError, match="Cannot update or delete rows"),
        transaction.atomic(),
    ):
        execute(change)


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE campaign_source DISABLE TRIGGER ALL",
        "TRUNCATE campaign_source CASCADE",
        "SET session_replication_role = replica",
        "DROP TABLE campaign_source CASCADE",
    ],
)
def test_application_cannot_switch_the_guard_off(statement):
    with (
        pytest.raises(DatabaseError, match=r"permission denied|must be owner"),
        transaction.atomic(),
    ):
        execute(statement)
