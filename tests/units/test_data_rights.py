"""Requests of people to see what is kept of them, and that it is not used."""

from typing import Any

import pypdfium2
import pytest
from django.urls import reverse

from core import calendar, periods
from core.importing.kinds import KINDS
from core.models import JournalEntry
from core.workflow import Refused
from reports import searching
from tests import unit_factories as make
from tests.factories import Land
from tests.importing.bringing import HOUSEHOLDS, Bringing
from tests.unit_factories import REASON, Village
from tests.units.test_requests import accepted, ask
from units import finding, members, personal, withholding
from units.entries import EntryError
from units.models import (
    ERASED,
    WITHHELD,
    Member,
    PersonalExport,
    PersonalRecord,
    UnitKind,
    WithheldRecord,
)
from units.requesting import copying, terms
from units.requesting.workflow import REQUEST

pytestmark = pytest.mark.django_db

NAME, NUMBER = "Sơn Thị Kín", "084196001234"


@pytest.fixture
def village(land: Land) -> Village:
    return make.village(land)


@pytest.fixture
def person(village: Village) -> Member:
    """A citizen who is the head of the household too."""
    home = make.member(village.thon, village.hamlet, UnitKind.HOUSEHOLD, NAME)
    return make.member(
        village.thon,
        village.hamlet,
        UnitKind.CITIZEN,
        NAME,
        birth_year=1960,
        identity=NUMBER,
        household=home.number,
    )


def restricted(village: Village, person: Member) -> None:
    REQUEST.perform("carry_out", accepted(village, person, "restrict").pk, village.xa)


def words(content: bytes) -> str:
    document = pypdfium2.PdfDocument(content)
    text = " ".join(page.get_textpage().get_text_bounded() for page in document)
    document.close()
    return " ".join(text.split())


# Sight


def test_the_paper_says_all_and_is_made_by_a_second_person(
    village: Village, person: Member, client_of: Any
) -> None:
    personal.open_names(village.thon, village.hamlet, "Đối chiếu danh sách")
    request = accepted(village, person, "access", contact="0912 345 678")
    url = f"/requests/{request.pk}/copy/"
    assert client_of(village.thon).post(url).status_code == 403
    answer = client_of(village.xa).post(url)
    assert (answer.status_code, answer["Content-Type"]) == (201, "application/pdf")
    said = words(answer.content)
    for text in (NAME, "1960", "1234", "Đối chiếu danh sách", "0912 345 678", "Ấp Cây Da"):
        assert text in said
    assert NUMBER not in said
    taken = PersonalExport.objects.get()
    assert (taken.user, taken.rows, taken.place_id) == (village.xa, 1, village.hamlet.unit_id)
    assert JournalEntry.objects.filter(act="personal.copy").exists()


def test_it_is_carried_out_once_the_paper_was_made(village: Village, person: Member) -> None:
    request = accepted(village, person, "access")
    with pytest.raises(Refused, match="lập bản dữ liệu"):
        REQUEST.perform("carry_out", request.pk, village.xa)
    copying.make(village.xa, request.pk)
    done = REQUEST.perform("carry_out", request.pk, village.xa)
    assert (done.state, done.identity_check) == ("carried_out", "Đối chiếu thẻ căn cước")
    with pytest.raises(Refused):
        copying.make(village.xa, request.pk)


@pytest.mark.parametrize("kind", ["correction", "erasure", "restrict"])
def test_other_requests_give_no_paper(village: Village, person: Member, kind: str) -> None:
    request = accepted(village, person, kind, new_birth_year=1961)
    with pytest.raises(Refused):
        copying.make(village.xa, request.pk)
    assert not PersonalExport.objects.exists()


# Restriction


def test_what_is_not_used_stands_in_no_list_search_or_export(
    village: Village, person: Member, client_of: Any
) -> None:
    personal.open_names(village.thon, village.hamlet, REASON)
    client = client_of(village.thon)
    home = village.hamlet.unit_id
    pages = [reverse("units:members", args=[home, kind]) for kind in ("citizen", "household")]
    assert all(NAME in client.get(page).text for page in pages)
    restricted(village, person)
    for page in pages:
        text = client.get(page).text
        assert (NAME in text, "1960" in text, WITHHELD in text) == (False, False, True)
    for typed in (NAME, WITHHELD):
        assert not finding.members(village.thon, typed).exists()
        assert not searching.found(village.thon, typed)
    assert finding.lookup(village.xa, NUMBER, REASON) is None
    for kind in ("citizen", "household"):
        exported = KINDS[kind].known(village.thon, village.hamlet.unit_id, REASON)
        assert (NAME in str(exported), WITHHELD in str(exported)) == (False, True)
    assert Member.objects.count() == 2


def test_it_is_kept_and_used_again_when_a_second_person_lifts_it(
    village: Village, person: Member
) -> None:
    before = set(PersonalRecord.objects.values_list("unit", "name", "birth_year", "identity_tail"))
    restricted(village, person)
    kept = WithheldRecord.objects.values_list("unit", "name", "birth_year", "identity_tail")
    assert set(kept) == before
    assert set(PersonalRecord.objects.values_list("name", flat=True)) == {WITHHELD}
    lifting = ask(village, person, "lift")
    lifting = REQUEST.perform("accept", lifting.pk, village.xa)
    with pytest.raises(Refused, match="người khác"):
        REQUEST.perform("carry_out", lifting.pk, village.xa)
    REQUEST.perform("carry_out", lifting.pk, village.land.lanhdaoxa)
    after = PersonalRecord.objects.values_list("unit", "name", "birth_year", "identity_tail")
    assert set(after) == before
    assert not WithheldRecord.objects.exists()


def test_it_is_restricted_once_and_lifted_once(village: Village, person: Member) -> None:
    with pytest.raises(Refused, match="không có hạn chế"):
        ask(village, person, "lift")
    restricted(village, person)
    with pytest.raises(Refused, match="hạn chế sử dụng rồi"):
        ask(village, person, "restrict")


def test_nobody_registers_proposes_or_renames_who_is_not_used(
    village: Village, person: Member
) -> None:
    restricted(village, person)
    with pytest.raises(Refused, match="bỏ người đó ra"):
        withholding.refuse_use([person.unit_id])
    with pytest.raises(Refused, match="giữ nguyên"):
        members.save_row(
            village.thon,
            village.hamlet,
            UnitKind.CITIZEN,
            make.Row(unit_id=person.unit_id),
            make.MemberEntry("Tên Khác"),
            1,
            "",
        )


def test_the_number_enters_nobody_a_second_time(village: Village, person: Member) -> None:
    restricted(village, person)
    with pytest.raises(EntryError, match="đã có trên Cổng"):
        make.member(village.thon, village.hamlet, UnitKind.CITIZEN, NAME, identity=NUMBER)


def test_an_import_neither_names_nor_undoes_who_is_not_used(
    village: Village, person: Member
) -> None:
    bringing = Bringing(village)
    rows = [("Số trong danh sách trên Cổng", *HOUSEHOLDS), (1, village.hamlet.name, NAME, 5)]
    written = bringing.written(rows)
    waiting = bringing.bring([HOUSEHOLDS, (village.hamlet.name, NAME, 7)])
    restricted(village, person)
    waiting.refresh_from_db()
    assert waiting.state == "dropped"
    bringing.take("undo", written)
    assert set(PersonalRecord.objects.values_list("name", flat=True)) == {WITHHELD}


def test_what_is_not_used_is_corrected_and_erased_all_the_same(
    village: Village, person: Member
) -> None:
    restricted(village, person)
    corrected = accepted(village, person, "correction", new_name="Sơn Thị Kính")
    REQUEST.perform("carry_out", corrected.pk, village.xa)
    assert set(WithheldRecord.objects.values_list("name", flat=True)) == {"Sơn Thị Kính"}
    assert set(PersonalRecord.objects.values_list("name", flat=True)) == {WITHHELD}
    REQUEST.perform("carry_out", accepted(village, person).pk, village.xa)
    assert not WithheldRecord.objects.exists()
    assert set(PersonalRecord.objects.values_list("name", flat=True)) == {ERASED}


def test_the_paper_of_who_is_not_used_says_what_is_kept(
    village: Village, person: Member, client_of: Any
) -> None:
    restricted(village, person)
    request = accepted(village, person, "access")
    said = words(client_of(village.xa).post(f"/requests/{request.pk}/copy/").content)
    assert NAME in said
    assert "Hạn chế sử dụng" in said


# Terms


@pytest.mark.parametrize(
    ("kind", "working_days"),
    [("access", 10), ("correction", 10), ("restrict", 15), ("erasure", 20)],
)
def test_terms_are_those_of_the_source(
    village: Village, person: Member, kind: str, working_days: int
) -> None:
    request = accepted(village, person, kind, new_birth_year=1961)
    days = calendar.load()
    owed = calendar.add_working_days(request.received_on, working_days, days)
    assert terms.due(request, days) == owed


def test_no_term_is_invented_for_lifting(village: Village, person: Member) -> None:
    restricted(village, person)
    lifting = accepted(village, person, "lift")
    assert terms.due(lifting, calendar.load()) is None
    assert lifting.received_on == periods.today()
