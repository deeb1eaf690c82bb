"""The demonstration's lists for recognition: of a hamlet, a commune and the Sở, in all states."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from awards.demo_people import person
from campaign.models import Round
from core import journal, periods
from criteria.batches import entering, offers, workflow
from criteria.models import (
    BatchEvent,
    BatchLine,
    RecognitionBatch,
    Route,
    RouteMatter,
    RouteStep,
)
from units.models import MEMBER_KINDS, Appointment, Placement, UnitKind

BASIS = "Dữ liệu minh họa"
SINCE = datetime.date(2025, 7, 1)
MEETING = {
    "met_at": "Nhà văn hóa ấp Cây Da",
    "chaired_by": "Thạch Sa Rinh",
    "written_by": "Kim Thị Lan",
    "invited": 40,
    "present": 36,
    "opinions": "Thống nhất danh sách; đề nghị công bố tại buổi họp ấp tháng 12.",
}
# What becomes of each list: of whom, how many do not reach the title, steps.
STORIES: tuple[tuple[str, str, int, tuple[str, ...]], ...] = (
    (UnitKind.HOUSEHOLD, "gia-dinh-hoc-tap", 2, ("send", "submit", "sign", "number", "issue")),
    (UnitKind.CITIZEN, "cong-dan-hoc-tap", 3, ("send",)),
    (UnitKind.CLAN, "dong-ho-hoc-tap", 0, ("send", "submit")),
)


def play(
    round_: Round,
    hamlet: Placement,
    commune: Placement,
    offices: Mapping[str, Placement],
    people: Mapping[str, User],
) -> None:
    """Route, list, appraise, sign, number, issue, revoke in part.

    Args:
        hamlet: of the account `thon`, in the `commune` of the other accounts.
        offices: the Sở and the Hội Khuyến học of the province, as `sgddt` and `hkh`.
    """
    _configure(commune, offices)
    for kind, title, failing, steps in STORIES:
        batch = _list(people["thon"], round_, hamlet, kind, title, failing)
        if batch:
            _carry(batch, steps, people["thon"], people)
    issued = RecognitionBatch.objects.filter(state="issued", unit=hamlet.unit_id).first()
    if issued:
        one = issued.recognitions.earliest("pk").unit_id
        document = "Quyết định số 41/QĐ-UBND (minh họa)"
        workflow.revoke_part(issued.pk, people["lanhdaoxa"], [one], document, "Kê khai không đúng")
    hamlets = _list(
        people["xa"], round_, commune, UnitKind.HAMLET, "cong-dong-hoc-tap-thon", failing=1
    )
    if hamlets:
        _carry(hamlets, ("send", "submit", "sign"), people["xa"], people)
    province = Placement.objects.on(periods.today()).get(unit=commune.located_in_id)
    _list(people["sogddt"], round_, province, UnitKind.COMMUNE, "cong-dong-hoc-tap-xa", 100, "1")


def _configure(commune: Placement, offices: Mapping[str, Placement]) -> None:
    """Routes, marked as the demonstration's own: no source gives them since the districts ended."""
    above = {"above": UnitKind.COMMUNE}
    education = {"unit_id": offices["sgddt"].unit_id}
    ways: tuple[tuple[str, Sequence[str], tuple[tuple[str, str, dict[str, Any]], ...]], ...] = (
        (
            "thon",
            (*MEMBER_KINDS, UnitKind.HAMLET, UnitKind.SCHOOL, UnitKind.AGENCY),
            (
                (RouteStep.Act.APPRAISE, "Hội Khuyến học xã", above),
                (RouteStep.Act.DECIDE, "Ủy ban nhân dân cấp xã", above),
            ),
        ),
        (
            "xa",
            (UnitKind.COMMUNE,),
            (
                (RouteStep.Act.APPRAISE, offices["hkh"].name, {"unit_id": offices["hkh"].unit_id}),
                (RouteStep.Act.DECIDE, "Giám đốc Sở Giáo dục và Đào tạo", education),
            ),
        ),
    )
    with journal.act("demo.load", reason=BASIS):
        for code, kinds, steps in ways:
            route = Route.objects.create(
                code=f"minh-hoa-cong-nhan-{code}",
                matter=RouteMatter.RECOGNITION,
                subject_kinds=list(kinds),
                territory_id=commune.located_in_id,
                period=periods.between(SINCE, None),
                basis=BASIS,
                is_demo=True,
            )
            for order, (act, body, office) in enumerate(steps, start=1):
                RouteStep.objects.create(route=route, order=order, act=act, body=body, **office)
        for name, full_name, role in (
            ("lanhdaosgddt", "Phan Văn Thành", "leader"),
            ("vanthusgddt", "Ngô Thị Bích", "registrar"),
        ):
            Appointment.objects.create(
                user=person(name, full_name),
                role=role,
                unit_id=offices["sgddt"].unit_id,
                period=periods.between(SINCE, None),
            )


def _list(
    user: User,
    round_: Round,
    place: Placement,
    kind: str,
    title: str,
    failing: int,
    grade: str = "",
) -> RecognitionBatch | None:
    """A list in which the first `failing` do not reach the title; None where nobody is there."""
    offer = offers.offer_of(place, kind, title)
    if offer is None:
        raise LookupError(f"{place} cannot list for {title}: load_plans comes first")
    batch = entering.begin(user, round_, offer, grade)
    units = list(batch.lines.order_by("pk").values_list("unit", flat=True))[failing:]
    entering.mark(user, batch.pk, units, passed=True)
    if batch.of_members:
        met_on = periods.today() - datetime.timedelta(days=14)
        entering.write_meeting(user, batch.pk, {**MEETING, "met_on": met_on})
    return batch if units else None


def _carry(
    batch: RecognitionBatch, steps: Sequence[str], head: User, people: Mapping[str, User]
) -> None:
    who = {"send": head, "submit": people["hoikhxa"], "sign": people["lanhdaoxa"]}
    reasons = {"submit": "Hồ sơ đầy đủ, đúng đối tượng; đề nghị công nhận."}
    for step in steps:
        user = who.get(step, people["vanthuxa"])
        if step == "number":
            workflow.number(batch.pk, user, 40, periods.today(), None)
        else:
            workflow.perform(step, batch.pk, user, reason=reasons.get(step, ""))


def rows(people: QuerySet[User]) -> "list[QuerySet[Any]]":
    """What of all this is removed once its recognitions are gone, as the owner of the tables."""
    batches = RecognitionBatch.objects.filter(begun_by__in=people)
    return [
        BatchEvent.objects.filter(batch__in=batches),
        BatchLine.objects.filter(batch__in=batches),
        batches,
    ]
