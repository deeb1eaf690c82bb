"""Shares count upwards: what hamlets list, what they declare, and what nobody knows."""

import datetime
from decimal import Decimal
from typing import Any

import pytest

from core import journal, periods
from criteria import holders, ledger, sheets
from criteria.batches import workflow
from criteria.explain import sentence
from criteria.models import Assessment
from criteria.outcome import Gathered, Outcome
from tests import batch_factories as batches
from tests import criteria_factories as make
from tests import factories, unit_factories
from tests.criteria_factories import Campaigning
from tests.factories import Land
from units.models import Figure, FigureKind, Measure, Placement, UnitKind

pytestmark = pytest.mark.django_db

TODAY = periods.today()
JANUARY = datetime.date(TODAY.year, 1, 5)
SHARE = {
    "kind": "share_holding_title",
    "title": "gia-dinh-hoc-tap",
    "unit_kind": "household",
    "denominator_indicator": "ho",
    "at_least": 50,
}


@pytest.fixture
def setting() -> Campaigning:
    return make.campaigning(rules=({"kind": "attested"}, SHARE))


@pytest.fixture
def made(setting: Campaigning) -> batches.Recognising:
    return batches.recognising(setting)


def kinds() -> dict[str, FigureKind]:
    with journal.act("test"):
        values: dict[str, Any] = {"measure": Measure.COUNT, "asked_of": ["hamlet", "commune"]}
        return {
            "ho": FigureKind.objects.create(code="ho", name="Số hộ", **values),
            "holders": FigureKind.objects.create(
                code="ho-gdht", name="Số gia đình", title_code="gia-dinh-hoc-tap", **values
            ),
        }


def state(setting: Campaigning, place: Placement, kind: FigureKind, value: int) -> None:
    with journal.act("test"):
        Figure.objects.create(
            unit=place.unit,
            kind=kind,
            value=value,
            day=JANUARY,
            paper="Báo cáo 5",
            stated_by=setting.land.xa,
        )


def hold(made: batches.Recognising, home: Placement, number: int) -> None:
    """So many households of a hamlet hold the title since January."""
    for order in range(number):
        make.recognition(
            made.setting,
            home,
            unit_id=factories.place(UnitKind.HOUSEHOLD, f"Hộ {order}").unit_id,
            title=made.family,
            grade="",
            period=periods.between(JANUARY, None),
        )


def hamlets(made: batches.Recognising, number: int) -> list[Placement]:
    commune = made.commune
    more = [
        factories.place(UnitKind.HAMLET, f"Ấp {order:02d}", commune, managed_by=commune)
        for order in range(1, number)
    ]
    return [made.hamlet, *more]


def judged(assessment: Assessment) -> Outcome:
    found = Assessment.objects.get(pk=assessment.pk)
    return sheets.read_sheet(found).outcome.criteria["X-2"]


def gathered(outcome: Outcome) -> Gathered:
    return next(step for step in outcome.trace if isinstance(step, Gathered))


def test_seven_hamlets_list_five_declare_and_one_has_nothing(made: batches.Recognising) -> None:
    known, places = kinds(), hamlets(made, 13)
    state(made.setting, made.commune, known["ho"], 100)
    for place in places[:7]:
        hold(made, place, 4)
    for place in places[7:12]:
        state(made.setting, place, known["holders"], 3)
    assessment = make.begun(made.setting)
    outcome = judged(assessment)
    assert (outcome.status, outcome.value) == ("no_data", None)
    told = gathered(outcome)
    assert (told.listed_places, told.listed, told.declared_places, told.declared) == (7, 28, 5, 15)
    assert told.missing == (places[12].name,)
    assert sentence(told) == (
        "“Gia đình học tập”: đếm từ danh sách của 7 nơi: 28; số kê khai của 5 nơi: 15; "
        "chưa có số liệu: Ấp 12."
    )
    state(made.setting, places[12], known["holders"], 2)
    outcome = judged(assessment)
    assert (outcome.status, outcome.value, outcome.basis) == ("not_met", Decimal(45), "declared")


def test_what_is_known_may_be_enough(made: batches.Recognising) -> None:
    known, places = kinds(), hamlets(made, 3)
    state(made.setting, made.commune, known["ho"], 10)
    hold(made, places[0], 5)
    outcome = judged(make.begun(made.setting))
    assert (outcome.status, outcome.basis, len(gathered(outcome).missing)) == ("met", "counted", 2)


def test_a_list_wins_over_the_figure_of_its_hamlet_and_says_by_how_much(
    made: batches.Recognising,
) -> None:
    known = kinds()
    state(made.setting, made.commune, known["ho"], 10)
    state(made.setting, made.hamlet, known["holders"], 9)
    hold(made, made.hamlet, 2)
    outcome = judged(make.begun(made.setting))
    assert (outcome.status, outcome.value, outcome.basis) == ("not_met", Decimal(20), "counted")
    assert "kê khai 9, danh sách cho 2" in sentence(gathered(outcome))


def test_the_figure_of_the_commune_counts_where_hamlets_know_too_little(
    made: batches.Recognising,
) -> None:
    known, _places = kinds(), hamlets(made, 3)
    for kind, value in (("ho", 10), ("holders", 6)):
        state(made.setting, made.commune, known[kind], value)
    hold(made, made.hamlet, 2)
    outcome = judged(make.begun(made.setting))
    assert (outcome.status, outcome.value, outcome.basis) == ("met", Decimal(60), "declared")


def test_nobody_knows_anything_is_no_data_and_not_nought(made: batches.Recognising) -> None:
    state(made.setting, made.commune, kinds()["ho"], 10)
    assert judged(make.begun(made.setting)).status == "no_data"


def test_the_share_of_the_commune_moves_when_the_decision_of_a_hamlet_is_issued(
    made: batches.Recognising,
) -> None:
    known = kinds()
    state(made.setting, made.commune, known["ho"], 4)
    batches.households(made, 3)
    assessment = make.begun(made.setting)
    assert judged(assessment).status == "no_data"
    found = batches.carried(made, batches.listed(made), "issue")
    assert (judged(assessment).status, judged(assessment).value) == ("met", Decimal(75))
    assessment.refresh_from_db()  # of which lists read
    assert assessment.result["criteria"]["X-2"]["status"] == "met"
    workflow.revoke(found.pk, made.lanhdaoxa, "QĐ 9", "Sai")
    assert (judged(assessment).status, judged(assessment).value) == ("not_met", Decimal(0))


def test_everything_above_moves_in_the_act_that_issues(made: batches.Recognising) -> None:
    """Seven hamlets keep lists, five state figures, one has nothing; the seventh list is issued."""
    known, places = kinds(), hamlets(made, 13)
    state(made.setting, made.commune, known["ho"], 84)
    batches.households(made, 3)
    for place in places[1:7]:
        hold(made, place, 4)
    for place in places[7:12]:
        state(made.setting, place, known["holders"], 3)
    assessment = make.answered(made.setting)
    tinh = made.setting.land.tinh

    def stands() -> tuple[str, str, int]:
        """The criterion; what the list of the province reads, without any job; how many of the
        hamlet hold the title."""
        found = Assessment.objects.visible_to(tinh).get(pk=assessment.pk)
        sheet = sheets.read_sheet(found)
        lines = ledger.holders([made.hamlet.path], TODAY)
        return (
            sheet.outcome.criteria["X-2"].status,
            found.result["criteria"]["X-2"]["status"],
            sum(line.count for line in lines),
        )

    before = stands()
    assert before == ("no_data", "no_data", 0)
    found = batches.carried(made, batches.listed(made), "issue")
    assert stands() == ("met", "met", 3)
    told = gathered(judged(assessment))
    assert (told.listed_places, told.listed, told.declared_places, told.declared) == (7, 27, 5, 15)
    assert told.missing == (places[12].name,)
    workflow.perform("unissue", found.pk, made.vanthu, reason="Sai")
    assert (stands(), ledger.verify().difference) == (before, "")


def test_what_counts_is_that_of_the_rounds_day(made: batches.Recognising) -> None:
    known = kinds()
    state(made.setting, made.commune, known["ho"], 2)
    hold(made, made.hamlet, 2)
    with journal.act("test"):
        made.setting.round.figures_day = JANUARY - periods.ONE_DAY
        made.setting.round.save()
    state_day = judged(make.begun(made.setting))
    assert state_day.status == "no_data"  # neither households nor holders were there yet


def test_an_accepted_criterion_opens_again_when_what_it_counts_has_changed(
    made: batches.Recognising,
) -> None:
    known = kinds()
    state(made.setting, made.commune, known["ho"], 4)
    batches.households(made, 3)
    hold(made, made.hamlet, 1)
    assessment = make.judged(made.setting)
    batches.carried(made, batches.listed(made), "issue")
    sheet = sheets.read_sheet(Assessment.objects.get(pk=assessment.pk))
    opened = sheets.reopened(sheet.form, sheet.answers, sheet.outcome)
    assert [criterion.code for criterion in opened] == ["X-2"]


@pytest.mark.parametrize(
    ("holder", "status"),
    [("managed", "met"), ("elsewhere", "not_met"), ("itself", "not_met")],
)
def test_a_title_may_be_asked_of_a_member(land: Land, holder: str, status: str) -> None:
    rule = {"kind": "holds_title", "title": "cong-dong-hoc-tap-xa", "of": "member"}
    setting = make.campaigning(land, rules=({"kind": "attested"}, rule))
    commune = land.commune
    place = {
        "managed": factories.place(UnitKind.HAMLET, "Ấp Một", commune, managed_by=commune),
        "elsewhere": factories.place(UnitKind.HAMLET, "Ấp Hai", land.sibling),
        "itself": commune,
    }[holder]
    make.recognition(setting, place)
    assert judged(make.begun(setting)).status == status


def test_of_a_home_and_a_household_their_people_are_members(made: batches.Recognising) -> None:
    home = made.hamlet.unit_id
    household = unit_factories.member(made.thon, made.hamlet, UnitKind.HOUSEHOLD, "Chủ hộ")
    citizen = unit_factories.member(
        made.thon, made.hamlet, UnitKind.CITIZEN, "Công dân", household=household.number
    )
    one = make.recognition(made.setting, made.hamlet, unit_id=citizen.unit_id, title=made.family)
    found = holders.of_members({made.family.code}, [home, household.unit_id], TODAY)
    assert found == {home: [(one, "")], household.unit_id: [(one, "")]}
    assert holders.of_members(set(), [home], TODAY) == {}
