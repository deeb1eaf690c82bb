"""The ledger of titles: every act that changes who holds what changes its sums, and only these."""

import datetime
from collections import Counter
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import journal, periods
from core.workflow import Refused
from criteria import ledger, recognising
from criteria.models import Recognition, TitleLedger
from criteria.recognising import Declaration, Undeclarable
from criteria.workflow import check_recognition
from tests import criteria_factories as make
from tests import factories
from tests.criteria_factories import Campaigning
from tests.races import race
from units.models import Extent, Placement, Reform, ReformState, Succession, UnitKind

TODAY = periods.today()
JANUARY = datetime.date(TODAY.year, 1, 5)
COUNTS = "criteria_titleledger"


def after(days: int) -> datetime.date:
    return TODAY + datetime.timedelta(days=days)


def held(place: Placement, day: datetime.date = TODAY) -> int:
    return sum(line.count for line in ledger.holders([place.path], day))


def agrees() -> bool:
    return ledger.verify().difference == ""


@pytest.mark.django_db
def test_a_title_counts_from_its_first_day_to_its_last(setting: Campaigning) -> None:
    make.recognition(setting, period=periods.between(JANUARY, after(10)))
    commune, province = setting.land.commune, setting.land.province
    days = (JANUARY - periods.ONE_DAY, JANUARY, after(10), after(11))
    assert [held(commune, day) for day in days] == [0, 1, 1, 0]
    assert [held(province, day) for day in days] == [0, 1, 1, 0]
    assert held(setting.land.sibling) == 0


@pytest.mark.django_db
def test_one_statement_adds_one_line_a_sum_and_changes_none(setting: Campaigning) -> None:
    land = setting.land
    with journal.act("test"):
        Recognition.objects.bulk_create(
            Recognition(
                unit=factories.place(UnitKind.HOUSEHOLD, f"Hộ {number}").unit,
                placement=land.commune,
                path=land.commune.path,
                title=setting.title,
                assessed_year=2025,
                decision_number="1/QĐ",
                decided_on=JANUARY,
                decided_by="Chủ tịch",
                period=periods.between(JANUARY, None),
                declared_by=land.xa,
            )
            for number in range(7)
        )
    lines = TitleLedger.objects.values_list("node", "kind", "day", "delta")
    assert list(lines) == [(land.commune.unit_id, "household", JANUARY, 7)]
    first = TitleLedger.objects.get()
    with journal.act("test"):
        Recognition.objects.update(period=periods.between(JANUARY, after(-1)))
    assert list(lines.order_by("pk"))[1:] == [(land.commune.unit_id, "household", TODAY, -7)]
    assert TitleLedger.objects.get(pk=first.pk).delta == 7
    assert agrees()


@pytest.mark.django_db
def test_nobody_changes_the_ledger(setting: Campaigning) -> None:
    make.recognition(setting)
    for statement in (f"UPDATE {COUNTS} SET delta = 5", f"DELETE FROM {COUNTS}"):
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


@pytest.mark.django_db
def test_the_first_difference_is_named(setting: Campaigning) -> None:
    make.recognition(setting)
    said = StringIO()
    call_command("verify_ledger", stdout=said)
    assert said.getvalue() == "2 tổng trong sổ khớp với các công nhận.\n"
    with journal.act("test"):
        TitleLedger.objects.create(
            node=setting.land.commune.unit,
            path=setting.land.commune.path,
            kind="commune",
            title=setting.title,
            grade="1",
            assessed_year=TODAY.year - 1,
            ends=False,
            day=JANUARY,
            delta=2,
        )
    with pytest.raises(CommandError, match=r"Xã Đại An .* công nhận cho \+1, sổ ghi \+3"):
        call_command("verify_ledger")


# Any sequence of acts

STEPS = ("confirm", "unconfirm", "reject", "revoke", "unrevoke")
declared = st.tuples(
    st.just("declare"),
    st.sampled_from(["commune", "sibling"]),
    st.integers(-700, 300),
    st.sampled_from([None, 0, 40, 400]),
)
checked = st.tuples(st.just("check"), st.integers(0, 5), st.sampled_from(STEPS), st.none())
corrected = st.tuples(
    st.just("correct"), st.integers(0, 5), st.integers(-700, 300), st.sampled_from([None, 90])
)


def declaration(setting: Campaigning, first: int, length: int | None) -> Declaration:
    begins = after(first)
    return Declaration(
        title=setting.title,
        grade="1",
        assessed_year=begins.year - 1,
        decision_number=f"{abs(first)}/QĐ-{length}",
        decided_on=min(begins, TODAY),
        decided_by="Giám đốc Sở",
        signer="",
        held_from=begins,
        held_until=None if length is None else begins + datetime.timedelta(days=length),
    )


def play(setting: Campaigning, act: tuple[object, ...]) -> None:
    land = setting.land
    kind, which, first, length = act
    known = list(Recognition.objects.order_by("pk"))
    if kind == "declare":
        person, place = (land.xa, land.commune) if which == "commune" else (land.xa2, land.sibling)
        recognising.declare(person, place, declaration(setting, first, length))  # type: ignore[arg-type]
        return
    if not known:
        return
    one = known[which % len(known)]  # type: ignore[operator]
    seen = recognising.fingerprint(one)
    if kind == "check":
        check_recognition(str(first), one.pk, land.sogddt, seen=seen, reason="Vì sao")
    else:
        person = land.xa if one.unit_id == land.commune.unit_id else land.xa2
        said = declaration(setting, first, length)  # type: ignore[arg-type]
        recognising.correct(one.pk, person, said, None, seen=seen)


def counted_by_hand(day: datetime.date) -> Counter[int]:
    """Who holds something on a day, read from the recognitions one by one."""
    found: Counter[int] = Counter()
    for one in Recognition.objects.all():
        first, last = periods.first_day(one.period), periods.last_day(one.period)
        if one.state == "rejected" or (
            one.state == "revoked" and not (last and one.checked_at and last < periods.today())
        ):
            continue
        found[one.unit_id] += bool((first is None or first <= day) and (not last or day <= last))
    return +found


@pytest.mark.django_db
@given(st.data())
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_the_ledger_agrees_after_any_sequence_of_acts(
    setting: Campaigning, data: st.DataObject
) -> None:
    acts = data.draw(st.lists(st.one_of(declared, checked, corrected), max_size=12))
    with transaction.atomic():
        for act in acts:
            try:
                with transaction.atomic():
                    play(setting, act)
            except (Undeclarable, Refused):
                pass
        for day in (after(-500), after(-20), TODAY, after(30), after(600)):
            by_unit: Counter[int] = Counter()
            for line in ledger.holders([setting.land.country.path], day):
                by_unit[line.node_id] += line.count
            assert +by_unit == counted_by_hand(day)
        assert ledger.verify().difference == ""
        transaction.set_rollback(True)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_leave_the_sums_right(setting: Campaigning) -> None:
    land = setting.land
    first = make.recognition(setting)
    seen = recognising.fingerprint(first)
    outcomes = race(
        lambda: check_recognition("reject", first.pk, land.sogddt, seen=seen, reason="Sai"),
        lambda: recognising.declare(land.xa2, land.sibling, declaration(setting, -9, 90)),
    )
    assert [isinstance(one, Recognition) for one in outcomes] == [True, True]
    assert (held(land.commune), held(land.sibling), agrees()) == (0, 1, True)


# Borders


def followed(
    before: Placement, day: datetime.date, *after_it: Placement, extent: str = Extent.WHOLE
) -> None:
    """`before` ended on the day before and was followed by these."""
    with journal.act("test"):
        reform = Reform.objects.create(
            name="Sắp xếp", effective_on=day, state=ReformState.CARRIED_OUT
        )
        for number, one in enumerate(after_it):
            Succession.objects.create(
                reform=reform,
                predecessor=before.unit,
                successor=one.unit,
                extent=extent,
                is_default=not number,
            )
        before.period = periods.between(None, day - periods.ONE_DAY)
        before.save()


def families(setting: Campaigning, home: Placement, number: int) -> None:
    """So many households of a hamlet hold a title since January."""
    for order in range(number):
        make.recognition(
            setting,
            home,
            unit_id=factories.place(UnitKind.HOUSEHOLD, f"Hộ {order}").unit_id,
            grade="",
            period=periods.between(JANUARY, None),
        )


@pytest.mark.django_db
def test_what_households_hold_counts_where_their_hamlet_went(setting: Campaigning) -> None:
    land = setting.land
    old = factories.place(UnitKind.HAMLET, "Ấp Cũ", land.commune)
    new = factories.place(UnitKind.HAMLET, "Ấp Mới", land.sibling)
    families(setting, old, 3)
    make.recognition(setting, old)  # the hamlet's own title is not inherited
    followed(old, after(-30), new)
    then = after(-60)
    assert (held(land.commune, then), held(land.sibling, then)) == (4, 0)
    today = [
        sum(line.count for line in ledger.holders([place.path], then, borders=TODAY))
        for place in (land.commune, land.sibling, new)
    ]
    assert today == [0, 3, 3]


@pytest.mark.django_db
def test_what_belongs_to_a_divided_hamlet_stands_apart(setting: Campaigning) -> None:
    land = setting.land
    old = factories.place(UnitKind.HAMLET, "Ấp Cũ", land.commune)
    parts = [factories.place(UnitKind.HAMLET, f"Ấp {name}", land.commune) for name in "AB"]
    families(setting, old, 3)
    families(setting, parts[0], 2)
    followed(old, after(-30), *parts, extent=Extent.PART)
    found = ledger.holders([land.commune.path], TODAY)
    assert [(line.path, line.count, line.unallocated) for line in found] == [
        (land.commune.path, 3, True),
        (parts[0].path, 2, False),
    ]
    assert [line.count for line in ledger.holders([parts[0].path], TODAY)] == [2]
