"""The demonstration's requests of people about what is kept of them: one that waits, one that is
accepted and waits for a second person, one that is refused."""

import datetime
from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from core import periods
from units.models import (
    AskedBy,
    Member,
    PersonalRequest,
    Placement,
    RequestEvent,
    RequestKind,
    UnitKind,
)
from units.requesting import entering
from units.requesting.entering import Asked
from units.requesting.workflow import REQUEST

CHECKED = "Đối chiếu căn cước trực tiếp tại Ủy ban nhân dân xã"
LAWFUL = "Danh sách đăng ký của đợt đang xét còn cần đến tên; đề nghị gửi lại sau khi kết thúc đợt."
# Of the citizens of the hamlet, by their number in its list: such as nobody has proposed.
CORRECTED, ERASED, REFUSED = 12, 13, 14


def play(officer: User, hamlet: Placement) -> None:
    """Let three people of a hamlet ask the officer of its commune."""
    today = periods.today()
    _enter(
        officer,
        hamlet,
        CORRECTED,
        Asked(
            kind=RequestKind.CORRECTION,
            asked_by=AskedBy.SUBJECT,
            identity_check=CHECKED,
            received_on=today - datetime.timedelta(days=1),
            asks="Năm sinh ghi trong danh sách của ấp không đúng với căn cước.",
            new_birth_year=1979,
        ),
    )
    erasure = _enter(
        officer,
        hamlet,
        ERASED,
        Asked(
            kind=RequestKind.ERASURE,
            asked_by=AskedBy.REPRESENTATIVE,
            identity_check=CHECKED,
            received_on=today - datetime.timedelta(days=4),
            representative="Người đại diện theo giấy ủy quyền (minh họa)",
            asks="Gia đình đã chuyển đi nơi khác, đề nghị xóa tên khỏi danh sách.",
        ),
    )
    REQUEST.perform("accept", erasure.pk, officer)
    refused = _enter(
        officer,
        hamlet,
        REFUSED,
        Asked(
            kind=RequestKind.ERASURE,
            asked_by=AskedBy.SUBJECT,
            identity_check=CHECKED,
            received_on=today - datetime.timedelta(days=6),
            asks="Đề nghị xóa tên.",
        ),
    )
    REQUEST.perform("refuse", refused.pk, officer, reason=LAWFUL)


def _enter(officer: User, hamlet: Placement, number: int, asked: Asked) -> PersonalRequest:
    unit_id = entering.numbered(hamlet, UnitKind.CITIZEN, number)
    if unit_id is None:
        raise Member.DoesNotExist(f"no citizen {number} at {hamlet}")
    return entering.enter(officer, hamlet, unit_id, asked)


def rows(people: QuerySet[User]) -> Iterator[QuerySet[Any]]:
    """What of this is removed before the people whom it is about."""
    asked = PersonalRequest.objects.filter(entered_by__in=people)
    yield RequestEvent.objects.filter(request__in=asked)
    yield asked
