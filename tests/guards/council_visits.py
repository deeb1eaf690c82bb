"""What the visits of the Council's pages carry."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.core.files.uploadedfile import SimpleUploadedFile

from awards.council.workflow import case_fingerprint, meeting_fingerprint
from awards.models import Meeting, MeetingCase
from core import periods
from tests.core import originals
from tests.guards.asking import Ask

if TYPE_CHECKING:
    from tests.guards.table import Visit
    from tests.guards.world import World


def _plain(world: "World", visit: "Visit") -> Ask:
    return Ask()


def _council(world: "World", visit: "Visit") -> Ask:
    return Ask((world.councils[visit.case].pk,))


def _new_council(world: "World", visit: "Visit") -> Ask:
    return Ask(data={"unit": str(world.land.province.unit_id), "name": "Hội đồng tỉnh"})


def _new_seat(world: "World", visit: "Visit") -> Ask:
    data = {
        "seat-person": "Lý Thị Mới",
        "seat-position": "member",
        "seat-first": f"{periods.today():%d/%m/%Y}",
        "seat-decision": "Quyết định 15/QĐ-UBND",
    }
    return Ask((world.councils[visit.case].pk,), data)


def _new_rule(world: "World", visit: "Visit") -> Ask:
    data = {
        "rule-form_code": world.council_form,
        "rule-share": "2/3",
        "rule-base": "present",
        "rule-quorum": "2/3",
        "rule-ballot": "open",
        "rule-first": f"{periods.today():%d/%m/%Y}",
        "rule-basis": "Quy chế, Điều 7",
    }
    return Ask((world.councils[visit.case].pk,), data)


def _ended(kind: str) -> Any:
    def ask(world: "World", visit: "Visit") -> Ask:
        rows: dict[str, Any] = getattr(world, kind)
        day = f"{periods.today():%d/%m/%Y}"
        return Ask((world.councils["own"].pk, rows[visit.case].pk), {"last": day})

    return ask


def _new_meeting(world: "World", visit: "Visit") -> Ask:
    day = f"{periods.today():%d/%m/%Y}"
    data = {"day": day, "time": "14:00", "place": "Nhà văn hóa xã"}
    return Ask((world.councils[visit.case].pk,), data)


def _meeting(*more: str) -> Any:
    return lambda world, visit: Ask((world.meetings[visit.case].pk, *more))


def _moved_meeting(world: "World", visit: "Visit") -> Ask:
    day = f"{periods.today():%d/%m/%Y}"
    data = {"day": day, "time": "15:00", "place": "Nhà văn hóa ấp"}
    return Ask((world.meetings[visit.case].pk,), data)


def _put(world: "World", visit: "Visit") -> Ask:
    assert world.ready
    ready = [str(world.ready.pk)]
    return Ask((world.meetings[visit.case].pk,), {"chosen": ready})


def _meeting_step(world: "World", visit: "Visit") -> Ask:
    name, which = visit.case.split()
    held = world.meetings[which]
    held.refresh_from_db()
    seen = {"seen": meeting_fingerprint(held)}
    return Ask((held.pk, name), {"reason": "Trùng lịch"}, seen)


def _presence(world: "World", visit: "Visit") -> Ask:
    said = {f"presence-{one.pk}": "excused" for one in world.seats.values()}
    return Ask((world.meetings[visit.case].pk,), said)


def _votes(world: "World", visit: "Visit") -> Ask:
    held = world.meetings[visit.case]
    return Ask((held.pk,), {f"choice-{_case(held)}": "against"})


def _case(held: Meeting, place: int = 0) -> int:
    """The key of a case of a meeting, by its place."""
    return list(held.cases.order_by("order"))[place].pk


def _scan(world: "World", visit: "Visit") -> Ask:
    upload = SimpleUploadedFile("bien-ban.pdf", originals.pdf(text="Biên bản kiểm phiếu mới"))
    return Ask((world.meetings[visit.case].pk,), {"file": upload})


def _meeting_paper(world: "World", visit: "Visit") -> Ask:
    name, which = visit.case.split()
    return Ask((world.meetings[which].pk, name))


def _meeting_case(world: "World", visit: "Visit") -> Ask:
    which, _space, place = visit.case.partition(" ")
    held = world.meetings[which]
    return Ask((held.pk, _case(held, int(place or 0))))


def _case_evidence(world: "World", visit: "Visit") -> Ask:
    assert world.council_evidence
    return Ask((*_meeting_case(world, visit).args, world.council_evidence.pk))


def _case_step(world: "World", visit: "Visit") -> Ask:
    name, which = visit.case.split()
    held = world.meetings[which]
    case = MeetingCase.objects.select_related("meeting__council").get(pk=_case(held))
    seen = {"seen": case_fingerprint(case)}
    return Ask((held.pk, case.pk, name), {"reason": "Thiếu hồ sơ"}, seen)


def _counts(world: "World", visit: "Visit") -> Ask:
    held = world.meetings[visit.case]
    return Ask((held.pk,), {"chosen": [str(_case(held))]})


def _ballot_count(world: "World", visit: "Visit") -> Ask:
    names = ("issued", "returned", "valid", "invalid", "in_favour", "against")
    numbers = dict(zip(names, ("2", "2", "2", "0", "1", "1"), strict=True))
    return Ask(_meeting_case(world, visit).args, numbers)


def _case_seat(world: "World", visit: "Visit") -> Ask:
    what, which, seat = visit.case.split()
    held = world.meetings[which]
    data = {"what": what, "ground": "relative", "choice": "for"}
    return Ask((held.pk, _case(held), world.seats[seat].pk), data)


CASES: dict[str, Callable[["World", "Visit"], Ask]] = {
    "meetings:index": _plain,
    "meetings:due": _plain,
    "meetings:council_new": _new_council,
    "meetings:council": _council,
    "meetings:seat": _new_seat,
    "meetings:seat_end": _ended("seats"),
    "meetings:rule": _new_rule,
    "meetings:rule_end": _ended("voting_rules"),
    "meetings:new": _new_meeting,
    "meetings:detail": _meeting(),
    "meetings:access": _meeting(),
    "meetings:edit": _moved_meeting,
    "meetings:put": _put,
    "meetings:step": _meeting_step,
    "meetings:presence": _presence,
    "meetings:votes": _votes,
    "meetings:scan": _scan,
    "meetings:paper": _meeting_paper,
    "meetings:case": _meeting_case,
    "meetings:dossier": _meeting_case,
    "meetings:evidence": _case_evidence,
    "meetings:case_step": _case_step,
    "meetings:selection": _counts,
    "meetings:count": _ballot_count,
    "meetings:case_seat": _case_seat,
}
