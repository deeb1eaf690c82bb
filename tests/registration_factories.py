"""Registrations for tests: a commune with a hamlet, its households and a school of the province."""

import datetime
import uuid
from dataclasses import dataclass
from typing import Any

from accounts.models import User
from campaign.models import DeadlineMatter, RoundDeadline
from core import journal
from criteria.models import (
    AwardForm,
    RegistrationList,
    Route,
    RouteMatter,
    RouteStep,
    Title,
)
from criteria.registration import entering, offers
from criteria.registration.workflow import REGISTRATION
from tests import factories
from tests.criteria_factories import Campaigning
from units import members
from units.entries import Row
from units.members import MemberEntry
from units.models import Placement, UnitKind

HOUSEHOLDS = ("Trần Văn Kín", "Lê Thị Giấu", "Phạm Văn Riêng")


@dataclass(frozen=True)
class Registering:
    """The small country with a hamlet, a school and the routes of registrations."""

    setting: Campaigning
    hamlet: Placement
    other_hamlet: Placement
    school: Placement
    family: Title
    community: Title
    form: AwardForm
    thon: User
    coquan: User
    xa_b: User

    @property
    def commune(self) -> Placement:
        """The commune of the hamlet."""
        return self.setting.land.commune


def registering(setting: Campaigning) -> Registering:
    """Hamlets send to their commune, everybody else to Sở Nội vụ."""
    land = setting.land
    hamlet = factories.place(UnitKind.HAMLET, "Ấp Giồng Lớn", land.commune, managed_by=land.commune)
    other = factories.place(UnitKind.HAMLET, "Ấp Trà Kha", land.sibling, managed_by=land.sibling)
    school = factories.place(
        UnitKind.SCHOOL, "Trường THPT Đại An", land.commune, managed_by=land.education
    )
    family = title(setting, "gia-dinh-hoc-tap", "Gia đình học tập", UnitKind.HOUSEHOLD)
    unit_title = title(setting, "don-vi-hoc-tap-tinh", "Đơn vị học tập", UnitKind.SCHOOL)
    with journal.act("test"):
        form = AwardForm.objects.create(
            code="bang-khen-tinh",
            name="Bằng khen của Chủ tịch UBND tỉnh",
            occasion=AwardForm.Occasion.YEARLY,
            subject_kinds=[UnitKind.COMMUNE],
            document=setting.document,
            source=setting.source,
            quote="Bằng khen",
        )
    kinds = [UnitKind.HAMLET, UnitKind.HOUSEHOLD, UnitKind.CLAN, UnitKind.CITIZEN]
    route(land.province, "thon", kinds, above=UnitKind.COMMUNE)
    route(land.province, "xa", [UnitKind.COMMUNE, UnitKind.SCHOOL], unit=land.home_affairs.unit)
    people = {name: factories.user(name) for name in ("thon", "coquan", "xa_b")}
    factories.appoint(people["thon"], "hamlet_head", hamlet)
    factories.appoint(people["coquan"], "organisation_officer", school)
    factories.appoint(people["xa_b"], "commune_officer", land.commune)
    return Registering(setting, hamlet, other, school, family, unit_title, form, **people)


def title(setting: Campaigning, code: str, name: str, kind: str, **fields: Any) -> Title:
    """A title for units of a kind."""
    with journal.act("test"):
        return Title.objects.create(
            code=code, name=name, subject_kinds=[kind], source=setting.source, **fields
        )


def route(
    territory: Placement,
    code: str,
    kinds: list[UnitKind],
    *,
    title: Title | None = None,
    form_code: str = "",
    **body: Any,
) -> Route:
    """A route for registrations of `kinds`, received by `unit` or by the unit `above`."""
    with journal.act("test"):
        made = Route.objects.create(
            code=f"dang-ky-{code}",
            matter=RouteMatter.REGISTRATION,
            subject_kinds=kinds,
            title=title,
            form_code=form_code,
            territory=territory.unit,
            period=factories.ALWAYS,
        )
        RouteStep.objects.create(
            route=made, order=1, act=RouteStep.Act.RECEIVE, body="Nơi nhận", **body
        )
    return made


def deadline(made: Registering, kind: str, due_on: datetime.date) -> RoundDeadline:
    """Units of a kind in the first province register until `due_on`."""
    with journal.act("test"):
        return RoundDeadline.objects.create(
            round=made.setting.round,
            matter=DeadlineMatter.REGISTRATION,
            subject_kind=kind,
            territory=made.setting.land.province.unit,
            due_on=due_on,
            basis="Công văn 13/SNV-TĐKT",
        )


def household(person: User, home: Placement, name: str) -> int:
    """A household of a hamlet, by the name of its head; its key."""
    entry = MemberEntry(name=name, people=4)
    member = members.save_row(
        person, home, UnitKind.HOUSEHOLD, Row(key=uuid.uuid4()), entry, 0, "Lập danh sách"
    )
    return member.unit_id


def begun(
    made: Registering, person: User, place: Placement, kind: str, subject: Title | AwardForm
) -> RegistrationList:
    """A list without lines, or of the unit itself."""
    found = offers.offer_of(place, made.setting.round, kind, offers.key_of(subject))
    assert found is not None
    return entering.begin(person, made.setting.round, found)


def families(made: Registering, names: tuple[str, ...] = HOUSEHOLDS) -> RegistrationList:
    """The hamlet's list of households, as a draft with some of them in it."""
    keys = [household(made.thon, made.hamlet, name) for name in names]
    found = begun(made, made.thon, made.hamlet, UnitKind.HOUSEHOLD, made.family)
    entering.register(made.thon, found.pk, keys, registered=True)
    return fresh(found)


def own(made: Registering, person: User | None = None) -> RegistrationList:
    """The commune registers for its title, as a draft."""
    land = made.setting.land
    person = person or land.xa
    place = land.sibling if person == land.xa2 else land.commune
    return begun(made, person, place, UnitKind.COMMUNE, made.setting.title)


def carried(found: RegistrationList, *steps: tuple[str, User]) -> RegistrationList:
    """The list after these steps, with a reason for each."""
    for name, person in steps:
        REGISTRATION.perform(name, found.pk, person, reason="Theo kế hoạch của ấp")
    return fresh(found)


def fresh(found: RegistrationList) -> RegistrationList:
    """The list as the database has it now."""
    return RegistrationList.objects.select_related("placement", "title", "form", "round").get(
        pk=found.pk
    )
