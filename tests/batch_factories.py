"""Lists for recognition in tests: a commune with a hamlet, its households and all who decide."""

import datetime
from dataclasses import dataclass
from typing import Any

from accounts.models import User
from core import journal, periods
from criteria.batches import entering, offers, workflow
from criteria.models import RecognitionBatch, Route, RouteMatter, RouteStep, Title
from tests import factories
from tests import registration_factories as registrations
from tests.criteria_factories import Campaigning
from units.models import Placement, UnitKind

MEETING: dict[str, Any] = {
    "met_on": datetime.date(2026, 11, 2),
    "met_at": "Nhà văn hóa ấp",
    "chaired_by": "Trần Văn Chủ",
    "written_by": "Lê Thị Ghi",
    "invited": 40,
    "present": 35,
    "opinions": "",
}


@dataclass(frozen=True)
class Recognising:
    """The small country with the routes by which a commune and a Sở recognise."""

    setting: Campaigning
    hamlet: Placement
    family: Title
    community: Title
    thon: User
    hoikhxa: User
    lanhdaoxa: User
    vanthu: User
    xa: User

    @property
    def commune(self) -> Placement:
        """The commune of the hamlet."""
        return self.setting.land.commune


def recognising(setting: Campaigning, accounts: str = "") -> Recognising:
    """Households and hamlets are recognised by their commune.

    Args:
        accounts: before the names of the accounts that are made, where others are called so.
    """
    land = setting.land
    hamlet = factories.place(UnitKind.HAMLET, "Ấp Giồng Lớn", land.commune, managed_by=land.commune)
    family = registrations.title(
        setting, "gia-dinh-hoc-tap", "Gia đình học tập", UnitKind.HOUSEHOLD
    )
    community = registrations.title(
        setting, "cong-dong-hoc-tap-thon", "Cộng đồng học tập", UnitKind.HAMLET
    )
    kinds = [UnitKind.HOUSEHOLD, UnitKind.CLAN, UnitKind.CITIZEN, UnitKind.HAMLET]
    route(land.province, "thon", kinds)
    names = ("thon", "hoikhxa", "vanthu")
    people = {name: factories.user(f"{accounts}{name}") for name in names}
    factories.appoint(people["thon"], "hamlet_head", hamlet)
    factories.appoint(people["hoikhxa"], "commune_study_officer", land.commune)
    factories.appoint(people["vanthu"], "registrar", land.commune)
    return Recognising(
        setting, hamlet, family, community, lanhdaoxa=land.lanhdaoxa, xa=land.xa, **people
    )


def route(territory: Placement, code: str, kinds: list[UnitKind]) -> Route:
    """In the territory the commune above appraises and decides."""
    with journal.act("test"):
        made = Route.objects.create(
            code=f"cong-nhan-{code}",
            matter=RouteMatter.RECOGNITION,
            subject_kinds=kinds,
            territory=territory.unit,
            period=factories.ALWAYS,
        )
        for order, (act, body) in enumerate(
            (
                (RouteStep.Act.APPRAISE, "Hội Khuyến học cấp xã"),
                (RouteStep.Act.DECIDE, "Ủy ban nhân dân cấp xã"),
            ),
            start=1,
        ):
            RouteStep.objects.create(
                route=made, order=order, act=act, body=body, above=UnitKind.COMMUNE
            )
    return made


def households(made: Recognising, number: int) -> list[int]:
    """So many households of the hamlet; their keys."""
    return [
        registrations.household(made.thon, made.hamlet, f"Chủ hộ {order}")
        for order in range(number)
    ]


def begun(
    made: Recognising, title: Title | None = None, person: User | None = None
) -> RecognitionBatch:
    """The hamlet's list of households, or the commune's of hamlets, as a draft."""
    title = title or made.family
    place = made.hamlet if title == made.family else made.commune
    person = person or (made.thon if title == made.family else made.xa)
    found = offers.offer_of(place, title.subject_kinds[0], title.code)
    assert found is not None
    return entering.begin(person, made.setting.round, found)


def listed(made: Recognising, title: Title | None = None) -> RecognitionBatch:
    """A list in which everybody reaches the title, with its meeting."""
    found = begun(made, title)
    person = made.thon if found.of_members else made.xa
    entering.mark(person, found.pk, None, passed=True)
    return entering.write_meeting(person, found.pk, MEETING)


STEPS = {
    "send": "thon",
    "submit": "hoikhxa",
    "sign": "lanhdaoxa",
    "number": "vanthu",
    "issue": "vanthu",
}


def carried(
    made: Recognising, found: RecognitionBatch, until: str, number: int = 7
) -> RecognitionBatch:
    """The list after all steps up to one of `STEPS`."""
    for name, person in STEPS.items():
        user = made.xa if name == "send" and not found.of_members else getattr(made, person)
        if name == "number":
            workflow.number(found.pk, user, number, periods.today(), None)
        else:
            workflow.perform(name, found.pk, user)
        if name == until:
            break
    return fresh(found)


def fresh(found: RecognitionBatch) -> RecognitionBatch:
    """The list as the database has it now."""
    return RecognitionBatch.objects.select_related("placement", "title", "round").get(pk=found.pk)
