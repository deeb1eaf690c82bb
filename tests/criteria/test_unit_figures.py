"""Figures are stated once and read wherever a criterion needs them, at the round's day."""

import datetime
from typing import Any

import pytest

from criteria import assessing, evaluation, sheets, unit_figures
from criteria.models import Assessment
from criteria.outcome import Status
from criteria.views import cards
from tests import criteria_factories as campaigns
from tests import unit_factories as make
from tests.criteria_factories import Campaigning
from tests.factories import Land

pytestmark = pytest.mark.django_db

SHARE = {
    "kind": "share",
    "numerator": "hộ có góc học tập",
    "denominator": "hộ gia đình",
    "denominator_indicator": "ho",
    "at_least": 70,
}
HOLDING = {
    "kind": "share_holding_title",
    "title": "gia-dinh-hoc-tap",
    "unit_kind": "household",
    "denominator_indicator": "ho",
    "at_least": 70,
}
DAY = datetime.date(2025, 12, 31)


def begun(land: Land, *rules: dict[str, Any]) -> tuple[Campaigning, Assessment]:
    """A self-assessment of the commune against a set with these rules."""
    setting = campaigns.campaigning(land, rules)
    return setting, assessing.begin(land.xa, setting.round, land.commune)


def outcome(assessment: Assessment, code: str = "X-1") -> Any:
    """How a criterion stands."""
    form = evaluation.form_of(assessment.criteria_set)
    facts = evaluation.gather_facts(assessment)
    return evaluation.evaluate(form, assessment.answers.all(), facts).criteria[code]


def answer(setting: Campaigning, assessment: Assessment, **value: Any) -> None:
    """The first criterion, answered."""
    assessing.save_answer(
        assessment.pk,
        setting.criteria[0].pk,
        setting.land.xa,
        value=value,
        note="",
        version=0,
    )


def test_a_denominator_is_the_figure_of_the_rounds_day(land: Land) -> None:
    setting, assessment = begun(land, SHARE)
    ho = make.kind()
    answer(setting, assessment, numerator="75")
    assert outcome(assessment).status == Status.NO_DATA
    make.figure(land.xa, land.commune, ho, 100, DAY)
    assert (outcome(assessment).status, outcome(assessment).value) == (Status.MET, 75)
    make.figure(land.xa, land.commune, ho, 200, DAY + datetime.timedelta(days=1))
    assert outcome(assessment).status == Status.NOT_MET


def test_a_declared_number_of_holders_counts_where_no_list_is_kept(land: Land) -> None:
    _setting, assessment = begun(land, HOLDING)
    ho, holders = make.kind(), make.kind("ho-dat", name="Số hộ đạt", title_code="gia-dinh-hoc-tap")
    make.figure(land.xa, land.commune, ho, 100, DAY)
    assert outcome(assessment).status == Status.NO_DATA  # never 0 %
    make.figure(land.xa, land.commune, holders, 80, DAY, "Quyết định 9/QĐ-UBND")
    found = outcome(assessment)
    assert (found.status, found.value, found.basis) == (Status.MET, 80, "declared")
    assert "Quyết định 9/QĐ-UBND" in str(found.trace)


def test_a_fact_is_the_nearest_places(land: Land) -> None:
    setting, _assessment = begun(land, SHARE)
    fact = make.kind("vung-kho-khan", "fact", asked_of=["province", "commune"])

    def codes() -> list[str]:
        found = unit_figures.of_unit(
            land.commune.unit_id, land.commune.path, setting.round.figures_day
        )
        return [one.code for one in found.place_facts]

    assert codes() == []
    make.figure(land.xa, land.commune, fact, 1, DAY)
    assert codes() == ["vung-kho-khan"]
    make.figure(land.xa, land.commune, fact, 0, DAY + datetime.timedelta(days=1))
    assert codes() == []


def test_the_form_shows_the_figure_and_does_not_ask_again(land: Land, client_of: Any) -> None:
    _setting, assessment = begun(land, SHARE)
    ho, client = make.kind(), client_of(land.xa)
    url = f"/assessments/{assessment.pk}/"
    page = client.get(url).content.decode()
    assert 'name="numerator"' in page
    assert 'name="denominator"' not in page
    assert "Kê khai một lần, dùng cho mọi biểu" in page
    make.figure(land.xa, land.commune, ho, 1240, DAY)
    page = client.get(url).content.decode()
    assert "1.240, tính đến 31/12/2025, theo Báo cáo 12/BC-UBND" in page
    assert f'href="/units/{land.commune.unit_id}/figures/"' in page


def test_readers_see_the_figure_where_it_was_read_and_no_open_field(land: Land) -> None:
    setting, assessment = begun(land, SHARE)
    answer(setting, assessment, numerator="868")
    make.figure(land.xa, land.commune, make.kind(), 1240, DAY)
    (group,) = cards.groups(cards.read_cards(sheets.read_sheet(assessment)))
    (card,) = group.cards
    assert card.claims == (("hộ có góc học tập", "868"),)
    assert "1.240" in str(card.outcome.sentences)


def test_a_set_that_reads_no_figure_asks_the_database_for_none(
    land: Land, django_assert_num_queries: Any
) -> None:
    _setting, assessment = begun(land, {"kind": "attested"})
    evaluation.form_of(assessment.criteria_set)
    with django_assert_num_queries(1):
        evaluation.gather_facts(assessment)
