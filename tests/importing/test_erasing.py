"""Who is taken out of the portal is taken out of imports: files, staged rows, undo data."""

import pytest

from core.importing.erasing import erase
from core.models import Import, ImportRow, ImportWork
from tests import unit_factories as make
from tests.importing.bringing import HOUSEHOLDS, NAME, PLACE, YEAR, Bringing, households
from units.models import Member, UnitKind

pytestmark = pytest.mark.django_db

S = Import.State
CAY_DA = "Ấp Cây Da"
PEOPLE = (PLACE, NAME, YEAR)


def citizen(bringing: Bringing, name: str = "Lâm Kín") -> Member:
    return make.member(bringing.village.thon, bringing.hamlet, UnitKind.CITIZEN, name)


def kept() -> str:
    """All that is kept of imports, but the files, as text."""
    return " ".join(
        str(row) for row in ImportRow.objects.values_list("label", "data", "changes", "before")
    )


def test_what_is_not_written_and_names_the_person_is_given_up(bringing: Bringing) -> None:
    person = citizen(bringing)
    subject = bringing.bring(
        [PEOPLE, (CAY_DA, "Lâm Kín", 1990), (CAY_DA, "Kim Lan", 1990)], "citizen"
    )
    other = bringing.bring([HOUSEHOLDS, (CAY_DA, "Kim Anh", 4)])
    assert erase(person.unit_id, ["Lâm Kín"]) == 1
    subject.refresh_from_db()
    assert (subject.state, bool(subject.sentence)) == (S.DROPPED, True)
    assert list(ImportWork.objects.values_list("of", flat=True)) == [other.pk]
    assert "Lâm Kín" not in kept()


@pytest.mark.parametrize("written", ["Lâm Kín", "  LÂM   kín", "Ông Lâm Kín (đã mất)"])
def test_a_name_that_only_the_file_has_is_found_there(bringing: Bringing, written: str) -> None:
    person = citizen(bringing)
    rows = [(*HOUSEHOLDS, "Ghi chú"), (CAY_DA, "Kim Lan", 4, written)]
    waiting = bringing.bring(rows)
    assert erase(person.unit_id, ["Lâm Kín", ""]) == 1
    waiting.refresh_from_db()
    assert (waiting.state, ImportWork.objects.count()) == (S.DROPPED, 0)


def test_a_file_that_nobody_can_read_is_given_up(bringing: Bringing) -> None:
    subject = bringing.bring_file("Lâm Kín".encode())
    assert erase(citizen(bringing).unit_id, ["Lâm Kín"]) == 1
    subject.refresh_from_db()
    assert subject.state == S.DROPPED


def test_undoing_neither_takes_out_nor_names_who_was_erased(bringing: Bringing) -> None:
    home = bringing.hamlet
    known = make.member(bringing.village.thon, home, UnitKind.HOUSEHOLD, "Lâm Kín", people=3)
    rows = [("Số trong danh sách trên Cổng", *HOUSEHOLDS), (1, CAY_DA, "Lâm Kính", 3)]
    subject = bringing.written([*rows, (None, CAY_DA, "Kim Lan", 4)])
    assert "Lâm Kín" in kept()
    assert erase(known.unit_id, ["Lâm Kín"]) == 1
    assert "Lâm" not in kept()
    assert bringing.take("undo", subject).state == S.UNDONE
    assert households(home) == [(1, "Lâm Kính", 3)]


def test_others_stay_as_they_are(bringing: Bringing) -> None:
    subject = bringing.bring([HOUSEHOLDS, (CAY_DA, "Kim Lan", 4)])
    assert erase(citizen(bringing).unit_id, ["Lâm Kín", "079123456789"]) == 0
    assert bringing.take("order", subject).state == S.WRITTEN
