"""Writing and taking back a staged list of members, by statements over all of its rows at once.

It writes what the page of the list would (`units.members.save_row`), row by row; a test holds the
two together. The caller has the transaction and the act.
"""

import re
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from core.importing.columns import Progress
from core.models import Import, ImportRow
from core.workflow import Refused
from units import entries
from units.importers.reading import fingerprints
from units.models import Member, UnitKind

AT_ONCE = 10_000
_REFERRED = re.compile(r"Key \(\w+\)=\((\d+)\)")

_PART = """
    r.of_id = %(of)s AND r.outcome = %(outcome)s AND r.line >= %(first)s AND r.line < %(after)s
"""
_STAGED = f"""
    SELECT r.key, r.line, (r.before->>'member')::bigint AS state, d.* FROM core_importrow r
    CROSS JOIN LATERAL jsonb_to_record(r.data) AS d(
        home bigint, number int, name text, people smallint, birth_year smallint,
        sheet_group smallint, household bigint, first_day date, last_day date,
        digest text, tail text
    )
    WHERE {_PART}
"""
_BEFORE = f"""
    SELECT r.key, r.line, (r.before->>'member')::bigint AS state, d.* FROM core_importrow r
    CROSS JOIN LATERAL jsonb_to_record(r.before) AS d(
        name text, people smallint, birth_year smallint,
        sheet_group smallint, household bigint, first_day date, last_day date,
        digest text, tail text
    )
    WHERE {_PART}
"""
_PERIOD = "daterange(s.first_day, s.last_day + 1)"

_NEW = (
    f"""
    INSERT INTO units_unit (id, kind, is_demo, version)
    SELECT s.key, %(kind)s, false, 1 FROM ({_STAGED}) s ORDER BY s.line
    """,
    f"""
    INSERT INTO units_member
        (unit_id, kind, home_id, number, label, people, household_id, sheet_group, period)
    SELECT s.key, %(kind)s, s.home, s.number, {{label}}, s.people, s.household, s.sheet_group,
        {_PERIOD}
    FROM ({_STAGED}) s ORDER BY s.line
    """,
)
_NEW_PERSON = f"""
    INSERT INTO units_personalrecord
        (unit_id, name, birth_year, identity_digest, identity_tail)
    SELECT s.key, s.name, s.birth_year, s.digest, coalesce(s.tail, '') FROM ({_STAGED}) s
    ORDER BY s.line
"""
_MEMBER = f"""
    UPDATE units_member m SET label = {{label}}, people = s.people, household_id = s.household,
        sheet_group = s.sheet_group, period = {_PERIOD}
    FROM ({{rows}}) s WHERE m.id = s.state
"""
_VERSION = """
    UPDATE units_unit u SET version = u.version + 1
    FROM ({rows}) s WHERE u.id = s.key
"""
_PERSON = f"""
    UPDATE units_personalrecord p SET name = s.name, birth_year = s.birth_year,
        identity_digest = coalesce(s.digest, p.identity_digest),
        identity_tail = coalesce(s.tail, p.identity_tail)
    FROM ({_STAGED}) s WHERE p.unit_id = s.key
"""
_PERSON_BEFORE = f"""
    UPDATE units_personalrecord p SET name = s.name, birth_year = s.birth_year,
        identity_digest = s.digest, identity_tail = s.tail
    FROM ({_BEFORE}) s WHERE p.unit_id = s.key
"""
_TOUCHED = """
    SELECT count(*) FROM core_importrow r
    LEFT JOIN units_unit u ON u.id = r.key
    WHERE r.of_id = %(of)s AND r.outcome IN ('new', 'changed') AND (
        u.version IS DISTINCT FROM coalesce((r.before->>'version')::int + 1, 1)
        OR (r.outcome = 'new'
            AND (SELECT count(*) FROM units_member m WHERE m.unit_id = r.key) <> 1)
    )
"""
_TAKEN_OUT = (
    """
    DELETE FROM units_personalrecord p USING core_importrow r
    WHERE {part} AND p.unit_id = r.key
    """,
    """
    DELETE FROM units_member m USING core_importrow r
    WHERE {part} AND m.unit_id = r.key
    """,
    """
    DELETE FROM units_unit u USING core_importrow r
    WHERE {part} AND u.id = r.key
    """,
)


def write(subject: Import, kind: UnitKind, progress: Progress) -> None:
    """Write the new and changed rows of an import.

    Raises:
        Refused: a list is no longer what the file was compared with.
    """
    homes = sorted(int(key) for key in subject.seen["homes"])
    entries.lock(*homes)
    if fingerprints(homes, kind) != subject.seen["homes"]:
        raise Refused(_("Somebody changed these lists since the check: check the file again."))
    asked: dict[str, Any] = {"of": subject.pk, "kind": str(kind)}
    try:
        with transaction.atomic():
            _in_parts(subject, [*_new_rows(kind), *_changed_rows(kind)], asked, progress)
    except IntegrityError as error:  # an identity number, entered elsewhere meanwhile
        raise Refused(
            _("Somebody changed these lists since the check: check the file again.")
        ) from error


def undo(subject: Import, kind: UnitKind, progress: Progress) -> None:
    """Take out the new rows of an import and put back the changed ones.

    Raises:
        Refused: a row was changed since, or something was built on it.
    """
    homes = sorted(int(key) for key in subject.seen["homes"])
    entries.lock(*homes)
    asked: dict[str, Any] = {"of": subject.pk, "kind": str(kind)}
    touched = _run(_TOUCHED, asked)
    if touched:
        said = {"number": touched}
        raise Refused(_("%(number)d rows were changed since: nothing was undone.") % said)
    try:
        with transaction.atomic():
            _run("SET CONSTRAINTS ALL IMMEDIATE")
            out = [("new", one.format(part=_PART)) for one in _TAKEN_OUT]
            _in_parts(subject, [*out, *_rows_before(kind)], asked, progress)
    except IntegrityError as built:
        raise Refused(_built_on(built)) from built


def _label(kind: UnitKind) -> str:
    return "s.name" if kind == UnitKind.CLAN else "''"


def _new_rows(kind: UnitKind) -> list[tuple[str, str]]:
    people = [] if kind == UnitKind.CLAN else [_NEW_PERSON]
    statements = [one.format(label=_label(kind)) for one in _NEW]
    return [("new", one) for one in (*statements, *people)]


def _changed_rows(kind: UnitKind) -> list[tuple[str, str]]:
    people = [] if kind == UnitKind.CLAN else [_PERSON]
    statements = [
        _MEMBER.format(label=_label(kind), rows=_STAGED),
        _VERSION.format(rows=_STAGED),
    ]
    return [("changed", one) for one in (*statements, *people)]


def _rows_before(kind: UnitKind) -> list[tuple[str, str]]:
    people = [] if kind == UnitKind.CLAN else [_PERSON_BEFORE]
    statements = [
        _MEMBER.format(label=_label(kind), rows=_BEFORE),
        _VERSION.format(rows=_BEFORE),
    ]
    return [("changed", one) for one in (*statements, *people)]


def _in_parts(
    subject: Import, statements: list[tuple[str, str]], asked: dict[str, Any], progress: Progress
) -> None:
    """Run each statement over so many rows of the sheet at once, and say how far it is."""
    last = ImportRow.objects.filter(of=subject).order_by("-line").values_list("line", flat=True)
    total = (last.first() or 0) + 1
    for first in range(0, total, AT_ONCE):
        for outcome, statement in statements:
            part = {"outcome": outcome, "first": first, "after": first + AT_ONCE}
            _run(statement, asked | part)
        progress(min(first + AT_ONCE, total), total)


def _run(statement: str, asked: dict[str, Any] | None = None) -> int:
    """Run a statement; the first number that it gives, 0 where it gives no rows."""
    with connection.cursor() as cursor:
        cursor.execute(statement, asked)
        row = cursor.fetchone() if cursor.description else None
    return int(row[0]) if row else 0


def _built_on(error: IntegrityError) -> str:
    """The sentence that names a row on which something was built."""
    found = _REFERRED.search(str(error))
    member = Member.objects.filter(unit=int(found[1])).first() if found else None
    if member is None:
        return _("Something was built on what was written: nothing was undone.")
    said = {"number": member.number}
    return (
        _(
            "No. %(number)d was registered, assessed or named by another row meanwhile: nothing was"
            " undone."
        )
        % said
    )
