"""Who is told of a launch, a reminder, a withdrawal and a deadline that was moved."""

import datetime

import pytest

from campaign import launching, rounds
from campaign.launching import LAUNCH
from campaign.models import DeadlineMatter
from campaign.rounds import Move
from core import notices, periods
from core.models import Notice
from tests import campaign_factories as make
from tests import criteria_factories, factories, registration_factories
from tests.criteria_factories import Campaigning
from tests.factories import Land
from units.models import UnitKind

pytestmark = pytest.mark.django_db


def told(kind: str) -> dict[str, list[str]]:
    """Who was told of a kind, and what each reads."""
    found: dict[str, list[str]] = {}
    for notice in Notice.objects.filter(kind=kind, withdrawn_at=None).order_by("pk"):
        found.setdefault(notice.recipient.username, []).append(notices.text_of(notice))
    return found


def test_who_answers_for_a_unit_is_told_of_a_launch(land: Land) -> None:
    made = make.launch(land.tinh)
    sentence = (
        f"Sở Nội vụ tỉnh Vĩnh Long đã phát động 33/KH-UBND; hạn hưởng ứng {made.due_on:%d/%m/%Y}."
    )
    people = ("xa", "lanhdaoxa", "xa2")
    assert told("launch.made") == {name: [sentence] for name in people}


def test_a_withdrawal_takes_back_what_was_not_read_and_corrects_the_rest(land: Land) -> None:
    made = make.launch(land.tinh)
    notices.read(land.xa)
    seen = LAUNCH.fingerprint(made)
    launching.withdraw(made.pk, land.tinh, reason="Thay văn bản", seen=seen)
    assert {name: len(texts) for name, texts in told("launch.made").items()} == {"xa": 2}
    assert "đã rút phát động" in told("launch.made")["xa"][1]


def test_only_who_has_not_answered_is_reminded(land: Land) -> None:
    made = make.launch(land.tinh)
    make.respond(make.received(made, land), land.xa)
    launching.remind(made.pk, land.tinh)
    assert list(told("launch.reminded")) == ["xa2"]


def unsettled() -> list[tuple[str, str]]:
    """What still asks for something: kind and reader."""
    found = Notice.objects.filter(read_at=None, withdrawn_at=None).order_by("pk")
    return list(found.values_list("kind", "recipient__username"))


def test_what_asked_for_an_answer_is_settled_by_it_for_everybody_of_the_unit(land: Land) -> None:
    made = make.launch(land.tinh)
    launching.remind(made.pk, land.tinh)
    people = ("xa", "lanhdaoxa", "xa2")
    kinds = ("launch.made", "launch.reminded")
    assert unsettled() == [(kind, name) for kind in kinds for name in people]
    make.respond(make.received(made, land), land.xa)
    assert unsettled() == [(kind, "xa2") for kind in kinds]
    make.plan(make.received(made, land, second=True), land.xa2)
    assert unsettled() == []


def test_who_answers_for_two_units_reads_one_line_until_both_have_answered(land: Land) -> None:
    factories.appoint(land.xa, "commune_officer", land.sibling)
    made = make.launch(land.tinh)
    [line] = notices.Line.of(notices.lines(notices.of(land.xa)))
    assert line.text == (
        "Sở Nội vụ tỉnh Vĩnh Long đã phát động 33/KH-UBND đến 2 đơn vị của ông/bà; hạn hưởng ứng "
        f"{made.due_on:%d/%m/%Y}."
    )
    assert line.url == f"/launches/{made.pk}/"
    for second, left in ((False, 1), (True, 0)):
        make.respond(make.received(made, land, second=second), land.xa)
        found = notices.Line.of(notices.lines(notices.of(land.xa)))
        assert sum(one.read_at is None for one in found) == left


def test_a_withdrawal_settles_what_reminded_of_it(land: Land) -> None:
    made = make.launch(land.tinh)
    launching.remind(made.pk, land.tinh)
    other = make.launch(land.tinh, make.document("Kế hoạch khác", code="ke-hoach-khac"))
    launching.withdraw(made.pk, land.tinh, reason="Thay văn bản", seen=LAUNCH.fingerprint(made))
    assert unsettled() == [("launch.made", name) for name in ("xa", "lanhdaoxa", "xa2")]
    standing = Notice.objects.filter(read_at=None, withdrawn_at=None)
    assert set(standing.values_list("url", flat=True)) == {f"/launches/{other.pk}/"}


def test_a_move_is_told_to_those_for_whom_it_holds(setting: Campaigning) -> None:
    land = setting.land
    due_on = periods.today() + datetime.timedelta(days=20)
    deadline = criteria_factories.deadline(setting, due_on)
    later = due_on + datetime.timedelta(days=7)
    wanted = Move(later, "Do triều cường", only_for=land.commune)
    rounds.move(land.tinh, deadline.pk, wanted, seen=due_on)
    assert list(told("deadline.moved")) == ["xa", "lanhdaoxa"]
    rounds.move(land.tinh, deadline.pk, Move(later, "Cả tỉnh"), seen=due_on)
    assert told("deadline.moved")["xa2"] == [
        f"Hạn của {setting.round} đã dời từ {due_on:%d/%m/%Y} sang {later:%d/%m/%Y}: Cả tỉnh"
    ]
    assert [len(texts) for texts in told("deadline.moved").values()] == [1, 1, 1]


def test_the_country_s_move_tells_nobody_of_a_province_with_a_deadline_of_its_own(
    setting: Campaigning,
) -> None:
    land = setting.land
    keeper = factories.user("ketrunguong")
    factories.appoint(keeper, "administrator", land.country)
    due_on = periods.today() + datetime.timedelta(days=20)
    criteria_factories.deadline(setting, due_on)
    wide = rounds.set_deadline(
        keeper,
        setting.round,
        land.country,
        matter=DeadlineMatter.ASSESSMENT,
        kind=UnitKind.COMMUNE,
        due_on=due_on,
        basis="Công văn 1",
    )
    later = due_on + datetime.timedelta(days=7)
    rounds.move(keeper, wide.pk, Move(later, "Cả nước"), seen=due_on)
    assert list(told("deadline.moved")) == ["far_xa"]


def test_who_acts_for_the_members_of_a_home_is_told_of_their_deadline(
    setting: Campaigning,
) -> None:
    made = registration_factories.registering(setting)
    due_on = periods.today() + datetime.timedelta(days=20)
    deadline = registration_factories.deadline(made, UnitKind.HOUSEHOLD, due_on)
    later = Move(due_on + datetime.timedelta(days=7), "Mùa lũ")
    rounds.move(setting.land.tinh, deadline.pk, later, seen=due_on)
    # Nobody heads the other hamlet: the commune that manages it is told.
    assert list(told("deadline.moved")) == ["xa2", "thon"]
