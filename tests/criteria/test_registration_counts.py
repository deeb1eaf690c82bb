"""What registrations add up to, and what follows for who did not register."""

import datetime
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.models import User
from core import journal, periods
from core.workflow import Refused
from criteria.models import Recognition, Unregistered
from criteria.registration import counting, entering, standing
from criteria.workflow import RECOGNITION
from tests import criteria_factories, factories, unit_factories
from tests import registration_factories as make
from tests.criteria_factories import Campaigning
from tests.registration_factories import Registering
from units.models import Figure, FigureKind, UnitKind

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User], Client]


@pytest.fixture
def made(setting: Campaigning) -> Registering:
    return make.registering(setting)


def approved(made: Registering, declared: int | None = None) -> None:
    """The hamlet's three households are registered."""
    found = make.families(made)
    if declared is not None:
        entering.declare(made.thon, found.pk, declared, seen=None)
    make.carried(found, ("send", made.thon), ("approve", made.setting.land.xa))


def numbers(made: Registering, code: str = "gia-dinh-hoc-tap") -> tuple[Any, ...]:
    """Registered, waiting, difference, reached and all there are, in the commune."""
    counts = counting.counts(made.commune, made.setting.round)
    one = next(count for count in counts if count.subject.code == code)
    return one.registered, one.waiting, one.difference, one.reached, one.total


def household_figure(made: Registering, value: int, day: datetime.date | None = None) -> Figure:
    kind = FigureKind.objects.filter(code="ho").first() or unit_factories.kind()
    return unit_factories.figure(made.setting.land.xa, made.commune, kind, value, day)


def test_only_approved_lists_count_and_the_list_wins(made: Registering) -> None:
    approved(made, declared=5)
    assert numbers(made) == (3, 0, 2, None, None)
    other = factories.place(UnitKind.HAMLET, "Ấp Ba Se", made.commune, managed_by=made.commune)
    found = make.begun(made, made.setting.land.xa, other, UnitKind.HOUSEHOLD, made.family)
    entering.declare(made.setting.land.xa, found.pk, 40, seen=None)
    assert numbers(made) == (3, 0, 2, None, None)
    found = make.carried(found, ("send", made.setting.land.xa))
    assert numbers(made) == (3, 40, 2, None, None)
    make.carried(found, ("approve", made.setting.land.lanhdaoxa))
    assert numbers(made) == (43, 0, 2, None, None)


def test_what_is_not_known_is_no_data_and_never_nought(made: Registering) -> None:
    make.carried(make.families(made), ("send", made.thon))
    one = counting.counts(made.commune, made.setting.round)[0]
    assert (one.registered, one.of_registered, one.of_total) == (None, None, None)


def test_nothing_is_registered_nothing_is_shown(made: Registering) -> None:
    assert counting.counts(made.commune, made.setting.round) == []


def test_all_there_are_is_the_figure_of_the_rounds_day(made: Registering) -> None:
    approved(made)
    today = periods.today()
    household_figure(made, 200, today - datetime.timedelta(days=40))
    household_figure(made, 240)
    assert numbers(made)[4] == 240
    with journal.act("test"):
        made.setting.round.figures_day = today - datetime.timedelta(days=10)
        made.setting.round.save()
    assert numbers(made)[4] == 200


def test_a_province_sums_its_communes_only_where_each_has_stated(made: Registering) -> None:
    land = made.setting.land
    approved(made)
    household_figure(made, 240)

    def total() -> int | None:
        return counting.counts(land.province, made.setting.round)[0].total

    assert total() is None
    kind = FigureKind.objects.get(code="ho")
    unit_factories.figure(land.xa2, land.sibling, kind, 60)
    assert total() == 300


def test_reached_is_counted_else_declared(made: Registering) -> None:
    setting = made.setting
    land = setting.land
    make.carried(make.own(made), ("send", land.xa), ("approve", land.tinh))
    assert numbers(made, "cong-dong-hoc-tap-xa") == (1, 0, 0, None, 1)
    criteria_factories.recognition(setting, assessed_year=setting.round.assessed_year)
    one = counting.counts(made.commune, setting.round)[0]
    assert (one.reached, one.declared_reached, one.declared_total) == (1, None, None)
    assert (one.of_registered, one.of_total) == (Decimal("100.0"), Decimal("100.0"))


def test_a_declared_number_of_holders_is_said_to_be_one(made: Registering) -> None:
    approved(made)
    kind = unit_factories.kind("ho-dat", title_code="gia-dinh-hoc-tap")
    unit_factories.figure(made.setting.land.xa, made.commune, kind, 2)
    one = counting.counts(made.commune, made.setting.round)[0]
    today = periods.today()
    assert one.declared_reached == counting.Declared(2, today, today)
    assert (one.reached, one.of_registered) == (2, Decimal("66.7"))


def test_more_than_there_are_is_no_share_but_a_contradiction(
    made: Registering, client_of: Callable[[Any], Client]
) -> None:
    approved(made)
    kind = unit_factories.kind("ho-dat", title_code="gia-dinh-hoc-tap")
    unit_factories.figure(made.setting.land.xa, made.commune, kind, 250)
    household_figure(made, 240, periods.today() - datetime.timedelta(days=40))
    one = counting.counts(made.commune, made.setting.round)[0]
    assert (one.of_total, one.contradicts) == (None, True)
    assert one.declared_total
    page = client_of(made.setting.land.xa).get("/registrations/").content.decode()
    assert page.count("Số đạt lớn hơn tổng số; xem lại số liệu và ngày của số liệu") == 1
    assert page.count(f">Số đạt năm {made.setting.round.assessed_year}</th>") == 1
    assert page.count(f"kê khai, {one.declared_total.first:%d/%m/%Y}") == 1


def test_one_more_list_costs_no_more_queries(
    made: Registering, django_assert_num_queries: Any
) -> None:
    approved(made)
    with django_assert_num_queries(5):
        counting.counts(made.commune, made.setting.round)
    make.carried(make.own(made), ("send", made.setting.land.xa))
    with django_assert_num_queries(5):
        counting.counts(made.commune, made.setting.round)


@pytest.mark.parametrize("page", ["/registrations/", "/registrations/counts/"])
@pytest.mark.parametrize(("person", "place"), [("xa", "Xã Đại An"), ("tinh", "Tỉnh Vĩnh Long")])
def test_the_sums_stand_on_the_pages_of_commune_and_province(
    made: Registering, client_of: ClientOf, page: str, person: str, place: str
) -> None:
    approved(made)
    answer = client_of(getattr(made.setting.land, person)).get(page)
    assert place in answer.text
    assert [sum_.registered for sum_ in answer.context["sums"]] == [3]


# Who did not register


def rule(made: Registering, what: str, basis: str = "Điều 5 Quy chế thi đua") -> None:
    with journal.act("test"):
        made.setting.title.unregistered = what
        made.setting.title.unregistered_basis = basis
        made.setting.title.save()


def declared(made: Registering) -> Recognition:
    setting = made.setting
    return criteria_factories.recognition(setting, assessed_year=setting.round.assessed_year)


def test_who_did_not_register_deserves_a_look(made: Registering, client_of: ClientOf) -> None:
    recognition = declared(made)
    page = client_of(made.setting.land.sogddt).get(f"/recognitions/{recognition.pk}/")
    (found,) = page.context["findings"]
    assert (found.blocks, found.text in page.text) == (False, True)
    RECOGNITION.perform("confirm", recognition.pk, made.setting.land.sogddt)


def test_a_document_may_refuse_who_did_not_register(made: Registering) -> None:
    rule(made, Unregistered.REFUSE)
    recognition = declared(made)
    with pytest.raises(Refused, match="Điều 5 Quy chế thi đua"):
        RECOGNITION.perform("confirm", recognition.pk, made.setting.land.sogddt)
    land = made.setting.land
    found = make.carried(make.own(made), ("send", land.xa))
    assert standing.finding(recognition) is not None  # sent is not approved
    make.carried(found, ("approve", land.tinh))
    assert standing.finding(Recognition.objects.get()) is None
    RECOGNITION.perform("confirm", recognition.pk, land.sogddt)


def test_a_document_may_ask_for_no_registration(made: Registering) -> None:
    rule(made, Unregistered.ALLOW)
    assert standing.finding(declared(made)) is None


def test_a_year_without_a_round_asks_for_nothing(made: Registering) -> None:
    assert standing.finding(criteria_factories.recognition(made.setting)) is None


def test_only_a_source_makes_it_more_or_less_than_a_look(made: Registering) -> None:
    for what in (Unregistered.REFUSE, Unregistered.ALLOW):
        with pytest.raises(IntegrityError), transaction.atomic():
            rule(made, what, basis="")
