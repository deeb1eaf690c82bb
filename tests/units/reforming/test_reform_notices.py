"""Who is told of a reform, and what is taken back with it."""

import datetime

import pytest

from accounts.models import User
from core import notices, periods
from core.models import Notice
from tests import factories
from tests.units.reforming.conftest import Setting, fresh, take
from tests.units.reforming.test_assigning import split
from units.models import Reform, UnitKind
from units.reforming import assigning, workflow

pytestmark = pytest.mark.django_db


def told(user: User) -> list[str]:
    """What a person reads now and has not read yet."""
    return [notices.text_of(one) for one in notices.of(user).filter(read_at=None).order_by("pk")]


def day(of: datetime.date | None = None) -> str:
    return f"{of or periods.today():%d/%m/%Y}"


def test_the_nearest_body_above_is_told_and_the_proposer_of_its_word(setting: Setting) -> None:
    reform = setting.proposed()
    asked = f"Có đề nghị sắp xếp, hiệu lực từ {day()}: Sắp xếp ấp năm 2026. Đang chờ xác nhận."
    assert told(setting.tinh) == [asked]
    assert (told(setting.country), told(setting.xa), told(setting.land.far_tinh)) == ([], [], [])
    take("confirm", reform, setting.tinh)
    assert told(setting.tinh) == []
    assert (
        told(setting.xa)[0]
        == f"Việc sắp xếp “Sắp xếp ấp năm 2026” đã được xác nhận, hiệu lực từ {day()}."
    )


def test_what_is_taken_back_before_it_is_read_disappears(setting: Setting) -> None:
    reform = setting.proposed()
    take("take_back", reform, setting.xa)
    assert told(setting.tinh) == []


def test_a_refusal_is_told_with_its_reason(setting: Setting) -> None:
    take("refuse", setting.proposed(), setting.tinh, "Chưa đúng quy hoạch")
    assert told(setting.xa) == [
        "Việc sắp xếp “Sắp xếp ấp năm 2026” bị từ chối: Chưa đúng quy hoạch"
    ]


def test_who_holds_a_role_in_what_is_touched_is_told(setting: Setting) -> None:
    head, other = factories.user("truongap"), factories.user("truongap3")
    factories.appoint(head, "hamlet_head", setting.one)
    factories.appoint(other, "hamlet_head", setting.three)
    reform = setting.done()
    said = f"Đã sắp xếp, hiệu lực từ {day()}: Sắp xếp ấp năm 2026. Liên quan đến Ấp Giồng Lớn."
    assert (told(head), told(other)) == ([said], [])
    Notice.objects.filter(recipient=head).update(read_at=periods_now())
    take("undo", reform, setting.tinh)
    assert told(head) == ["Việc sắp xếp “Sắp xếp ấp năm 2026” đã được hoàn tác."]


def periods_now() -> datetime.datetime:
    from django.utils import timezone

    return timezone.now()


def test_a_plan_that_comes_true_by_itself_tells_them_too(
    setting: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = factories.user("truongap")
    factories.appoint(head, "hamlet_head", setting.one)
    ahead = periods.today() + datetime.timedelta(days=3)
    setting.done(on=ahead)
    assert told(head) == []
    monkeypatch.setattr(periods, "today", lambda: ahead)
    assert workflow.carry_out_due() == (1, [])
    assert len(told(head)) == 1


def test_who_assigns_is_told_until_nothing_waits(setting: Setting) -> None:
    land = setting.land
    _north, south = split(setting, land.commune, "Xã Bắc", "Xã Nam")
    waiting = f"Xã Đại An được chia ngày {day()}; những gì thuộc đơn vị này đang chờ phân bổ."
    assert waiting in told(land.tinh)
    assert waiting not in told(setting.country)
    assigning.assign(fresh(land.tinh), land.commune.unit_id, south.unit_id, everything=True)
    assert waiting not in told(land.tinh)
    assert south.kind == UnitKind.COMMUNE


def test_undoing_a_division_takes_back_that_something_waits(setting: Setting) -> None:
    split(setting, setting.land.commune, "Xã Bắc", "Xã Nam")
    take("undo", Reform.objects.latest("pk"), setting.country)
    assert told(setting.land.tinh) == []
