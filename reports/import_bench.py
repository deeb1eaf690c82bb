"""Measuring an import of many rows, in a transaction that is taken back (docs/bench.md)."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

from django.db import connection, transaction

from accounts.models import User
from core import journal, periods
from core.importing import reading, running
from core.importing.kinds import KINDS
from core.models import Import
from core.spreadsheets import write_sheet
from reports.bench import Line
from units.importers.homes import held_places, homes_at
from units.importers.reading import new_keys
from units.models import Placement, UnitKind

ROWS = 100_000
TIMES, SECONDS = 3, 60  # of reading and COPY; from upload to preview
WORKER_MIB = 700
HEADINGS = (
    *("Thôn, ấp, khu, tổ dân phố hoặc cơ quan", "Họ và tên chủ hộ", "Số người", "Từ ngày"),
    *("Địa chỉ", "Ghi chú", "Điện thoại", "Người lập"),
)
_REASON = "manage.py bench"


def measure_import(account: str, rows: int = ROWS) -> Line:
    """≤ 3 × (fastest reading + COPY of the same rows into the real tables), ≤ 60 s from upload to
    preview, the memory of the process bounded; nothing stays.

    Args:
        account: of a commune with hamlets.
        rows: households that are brought in.

    Raises:
        LookupError: the account keeps no list of households.
    """
    user = User.objects.get(username=account)
    homes = [home for place in held_places(user) for home in homes_at(user, place.unit_id, _KIND)]
    if not homes:
        raise LookupError(f"{account} keeps no households")
    content = _file(homes, rows)
    began = _peak(reset=True)
    with _taken_back():
        read, copied = _timed(lambda: reading.read(_NAME, content)), _copy(homes, rows)
    with _taken_back():
        preview = _timed(lambda: _checked(user, homes[0], content))
        written = _timed(lambda: _written(user))
    peak = _peak()
    ratio = (preview + written) / (read + copied)
    figures = (
        f"preview {preview:5.1f} s  written {written:5.1f} s  {ratio:4.2f} × reading {read:4.1f} s"
        f" + COPY {copied:4.1f} s  peak {peak} MiB, {began} before"
    )
    within = ratio <= TIMES and preview <= SECONDS and peak <= WORKER_MIB
    return Line(f"import of {rows:,} households (.xlsx)", figures, within)


_KIND, _NAME = UnitKind.HOUSEHOLD, "bench.xlsx"


def _file(homes: list[Placement], rows: int) -> bytes:
    cells = (
        (homes[n % len(homes)].name, f"Nguyễn Văn {n}", n % 9 + 1, "", "Số nhà", "", "", "Ấp")
        for n in range(rows)
    )
    target = BytesIO()
    write_sheet(target, HEADINGS, cells)
    return target.getvalue()


def _checked(user: User, home: Placement, content: bytes) -> None:
    key = home.located_in_id or home.unit_id
    where = KINDS[_KIND].place(user, key)
    if where is None:
        raise LookupError("the commune's list cannot be brought in")
    subject = running.begin(user, _KIND, where, _NAME, content, _REASON)
    running.work(subject.pk)


def _written(user: User) -> None:
    subject = Import.objects.filter(started_by=user).latest("pk")
    running.take("order", subject.pk, user)
    running.work(subject.pk)
    subject.refresh_from_db()
    if subject.state != Import.State.WRITTEN:
        raise LookupError(f"the import was not written: {subject.sentence}")


def _copy(homes: list[Placement], rows: int) -> float:
    """Seconds of COPY of the same rows into the three tables."""
    keys = new_keys(rows)
    period = periods.between(periods.today(), None)
    units = ((key, _KIND, False, 1) for key in keys)
    members = (
        (key, _KIND, homes[n % len(homes)].unit_id, 10_000_000 + n, "", n % 9 + 1, period)
        for n, key in enumerate(keys)
    )
    people = ((key, f"Nguyễn Văn {n}", "") for n, key in enumerate(keys))
    tables = (
        ("units_unit (id, kind, is_demo, version)", units),
        ("units_member (unit_id, kind, home_id, number, label, people, period)", members),
        ("units_personalrecord (unit_id, name, identity_tail)", people),
    )

    def copy() -> None:
        with journal.act("bench"), connection.cursor() as cursor:
            for table, values in tables:
                with cursor.copy(f"COPY {table} FROM STDIN") as into:
                    for row in values:
                        into.write_row(row)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    return _timed(copy)


@contextmanager
def _taken_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _timed(does: Callable[[], object]) -> float:
    begun = time.perf_counter()
    does()
    return time.perf_counter() - begun


def _peak(*, reset: bool = False) -> int:
    """The most memory that this process has had, in MiB; since now, with `reset`."""
    if reset:
        Path("/proc/self/clear_refs").write_text("5")
    words = Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()
    return int(words[0]) // 1024
