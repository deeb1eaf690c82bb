"""Who reaches a title, from a spreadsheet: by the rules of the page, all or nothing, undone."""

from typing import Any

import pytest

from core import journal, periods
from core.importing import running, sheets
from core.importing.kinds import KINDS
from core.models import Import
from core.workflow import Refused
from criteria.batches import entering, offers, workflow
from criteria.models import RecognitionBatch
from tests import batch_factories as make
from tests import criteria_factories
from tests.batch_factories import Recognising
from tests.criteria_factories import Campaigning
from tests.importing.bringing import changes, counts, faults
from tests.importing.files import Row, text, xlsx
from tests.unit_factories import REASON

pytestmark = pytest.mark.django_db

S = Import.State
KIND = "recognition-household"
PLACE, NUMBER = "Thôn, ấp, khu, tổ dân phố hoặc cơ quan", "Số trong danh sách trên Cổng"
HEAD, TITLE, YEAR, RESULT = "Họ và tên chủ hộ", "Danh hiệu", "Năm đánh giá", "Kết quả"
COLUMNS = (NUMBER, HEAD, RESULT)


@pytest.fixture
def made(setting: Campaigning) -> Recognising:
    made = make.recognising(setting)
    make.households(made, 4)
    return made


def bring(made: Recognising, rows: list[Row], columns: Row = COLUMNS) -> Import:
    return bring_file(made, xlsx([columns, *rows]))


def bring_file(made: Recognising, content: bytes, name: str = "a.xlsx") -> Import:
    user = forgetful(made.thon)
    where = KINDS[KIND].place(user, made.hamlet.unit_id)
    assert where is not None
    subject = running.begin(user, KIND, where, name, content, REASON)
    running.work(subject.pk)
    return Import.objects.get(pk=subject.pk)


def forgetful(user: Any) -> Any:
    """The person as a new request has them: what is read once a request is read anew."""
    return type(user).objects.get(pk=user.pk)


def take(made: Recognising, name: str, subject: Import) -> Import:
    running.take(name, subject.pk, forgetful(made.thon))
    running.work(subject.pk)
    return Import.objects.get(pk=subject.pk)


def reach(batch: RecognitionBatch) -> list[int]:
    """The numbers of the households that reach the title."""
    rows = batch.lines.filter(passed=True).values_list("unit__memberships__number", flat=True)
    return sorted(rows)


def test_the_template_holds_the_list_and_comes_back(made: Recognising) -> None:
    batch = make.begun(made)
    first = batch.lines.earliest("pk").unit_id
    entering.mark(made.thon, batch.pk, [first], passed=True)
    kind, user = KINDS[KIND], forgetful(made.thon)
    rows = kind.known(user, made.hamlet.unit_id, REASON)
    assert [(one.number, one.name, one.title, one.passed) for one in rows] == [
        (1, "Chủ hộ 0", str(made.family), "đạt"),
        *((number + 1, f"Chủ hộ {number}", str(made.family), "") for number in (1, 2, 3)),
    ]
    content = sheets.template(kind, kind.resource(made.hamlet.unit_id), rows)
    subject = bring_file(made, content)
    assert (subject.sentence, counts(subject)) == ("", (0, 0, 4, 0, 0))


def test_what_it_would_do_is_shown_done_and_undone(made: Recognising) -> None:
    batch = make.begun(made)
    entering.mark(made.thon, batch.pk, [batch.lines.earliest("pk").unit_id], passed=True)
    rows: list[Row] = [
        (1, "", "không đạt"),
        (2, "Chủ hộ 1", "đạt"),
        (None, "Chủ hộ 2", "Đạt"),
        (4, "", ""),
    ]
    subject = bring(made, rows)
    assert (subject.sentence, faults(subject), counts(subject)) == ("", [], (2, 1, 1, 0, 0))
    assert changes(subject) == [
        (2, [["Kết quả", "đạt", "không đạt"]]),
        (3, [["Kết quả", "không đạt", "đạt"]]),
        (4, [["Kết quả", "không đạt", "đạt"]]),
    ]
    assert reach(batch) == [1]
    subject = take(made, "order", subject)
    assert (subject.state, reach(batch)) == (S.WRITTEN, [2, 3])
    subject = take(made, "undo", subject)
    assert (subject.state, reach(batch)) == (S.UNDONE, [1])


def test_a_text_file_does_as_well(made: Recognising) -> None:
    batch = make.begun(made)
    subject = bring_file(made, text([COLUMNS, (1, "", "đạt")]), "a.csv")
    take(made, "order", subject)
    assert reach(batch) == [1]


def test_wrong_rows_are_said_at_their_cells_and_nothing_is_written(made: Recognising) -> None:
    batch = make.begun(made)
    rows: list[Row] = [
        (1, "", "có"),
        (9, "", "đạt"),
        (2, "Người khác", "đạt"),
        (3, "", "đạt"),
        (3, "", "không đạt"),
    ]
    subject = bring(made, rows)
    assert faults(subject) == [(2, "passed"), (3, "number"), (4, "name"), (6, "name")]
    with pytest.raises(Refused):
        running.take("order", subject.pk, forgetful(made.thon))
    assert reach(batch) == []


def test_who_waits_for_a_higher_grade_is_refused_at_the_cell(made: Recognising) -> None:
    with journal.act("test"):
        made.family.grades, made.family.waiting_months = ["1", "2"], 12
        made.family.terms_basis = "Hướng dẫn 1"
        made.family.save()
    offer = offers.offer_of(made.hamlet, "household", made.family.code)
    assert offer is not None
    batch = entering.begin(made.thon, made.setting.round, offer, "2")
    today = periods.today()
    criteria_factories.recognition(
        made.setting,
        made.hamlet,
        unit_id=batch.lines.earliest("pk").unit_id,
        title=made.family,
        decided_on=today,
        period=periods.between(today, None),
    )
    subject = bring(made, [(1, "", "đạt"), (2, "", "đạt")])
    assert (faults(subject), counts(subject)) == ([(2, "passed")], (1, 0, 0, 0, 1))


def test_of_several_lists_a_row_names_its_own(made: Recognising) -> None:
    with journal.act("test"):
        made.family.grades = ["1", "2"]
        made.family.save()
    offer = offers.offer_of(made.hamlet, "household", made.family.code)
    assert offer is not None
    first = entering.begin(made.thon, made.setting.round, offer, "1")
    with journal.act("test"):
        first.lines.filter(unit__memberships__number__gt=2).delete()
    second = entering.begin(made.thon, made.setting.round, offer, "2")
    columns = (NUMBER, HEAD, TITLE, RESULT)
    title = "Gia đình học tập, mức độ"
    rows: list[Row] = [
        (1, "", "", "đạt"),
        (2, "", f"{title} 1", "đạt"),
        (3, "", f"{title} 2", "đạt"),
        (4, "", f"{title} 1", "đạt"),
    ]
    subject = bring(made, rows, columns)
    assert faults(subject) == [(2, "title"), (5, "number")]
    take(made, "order", bring(made, rows[1:3], columns))
    assert (reach(first), reach(second)) == ([2], [3])


def test_nothing_is_written_or_undone_over_a_list_that_was_changed(made: Recognising) -> None:
    batch = make.begun(made)
    subject = bring(made, [(1, "", "đạt")])
    entering.mark(made.thon, batch.pk, None, passed=True)
    subject = take(made, "order", subject)
    assert (subject.state, reach(batch)) == (S.CHECKED, [1, 2, 3, 4])
    subject = take(made, "order", bring(made, [(1, "", "không đạt")]))
    assert (subject.state, reach(batch)) == (S.WRITTEN, [2, 3, 4])
    entering.write_meeting(made.thon, batch.pk, make.MEETING)
    workflow.perform("send", batch.pk, made.thon)
    with pytest.raises(Refused):
        take(made, "undo", subject)
    workflow.perform("take_back", batch.pk, made.thon)
    subject = take(made, "undo", subject)
    assert (subject.state, reach(batch)) == (S.WRITTEN, [2, 3, 4])


def test_only_who_lists_there_brings_it_in(made: Recognising) -> None:
    make.begun(made)
    kind, key = KINDS[KIND], made.hamlet.unit_id
    land = made.setting.land
    people = {
        "thon": made.thon,
        "xa": made.xa,
        "hoikhxa": made.hoikhxa,
        "xa2": land.xa2,
        "lanhdaoxa": made.lanhdaoxa,
        "tinh": land.tinh,
    }
    may = {name for name, user in people.items() if kind.place(forgetful(user), key)}
    assert may == {"thon", "xa"}
    assert KINDS["recognition-clan"].place(forgetful(made.thon), key) is None
