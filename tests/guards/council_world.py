"""The Council of the commune in the world of the guards, with meetings in every state, and that of
the commune beside it."""

import datetime
from typing import TYPE_CHECKING, Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import User
from awards.council import keeping, sitting, workflow
from awards.council.keeping import RuleWords, SeatWords
from awards.models import Attendance, Council, CouncilSeat, Meeting, Nomination, VotingRule
from awards.nominating import entering
from criteria.models import AwardForm, RouteStep
from tests import award_factories, factories
from tests.award_factories import Subject
from tests.core import originals
from units import scope
from units.models import Placement, UnitKind

if TYPE_CHECKING:
    from tests.guards.world import World

PLANNED, INVITED = "phòng họp kín Đại An", "hội trường mời Đại An"
BESIDE, SCANNED = "phòng họp kín Hàm Giang", "bien-ban-kiem-phieu-dai-an"
EVIDENCE = "minh-chung-khen-thuong"
READERS = frozenset({"xa", "lanhdaoxa", "tinh"})
SECRETS = {
    PLANNED: frozenset({"lanhdaoxa"}),
    INVITED: READERS,
    SCANNED: READERS,
    BESIDE: frozenset(),
}
LONG_AGO = datetime.date(2020, 1, 1)


def build(world: "World") -> None:
    """The leader of the commune is secretary and chair; one member has no account."""
    land = world.land
    factories.appoint(land.tinh, "council_secretary", land.home_affairs)
    factories.appoint(land.lanhdaoxa, "council_secretary", land.commune)
    factories.appoint(land.lanhdaoxa, "council_member", land.commune)
    leader = User.objects.get(pk=land.lanhdaoxa.pk)
    council = _council(leader, land.commune)
    world.councils["own"] = council
    world.seats["chair"] = _seat(council, leader, user=leader, position="chair")
    world.seats["member"] = _seat(council, leader, person="Kim Không Máy")
    world.voting_rules["own"] = _rule(council, leader, "open")
    open_form, secret_form = (_form(world, code) for code in ("cong-khai", "phieu-kin"))
    world.voting_rules["secret"] = _rule(council, leader, "secret", secret_form)
    nominations = {
        "planned": _nomination(world, open_form, world.hamlet, "hamlet"),
        "invited": _nomination(world, open_form, world.hamlet, "household"),
        "open": _nomination(world, open_form, world.hamlet, "other_clan"),
        "closed": _nomination(world, open_form, world.hamlet, "citizen"),
        "ready": _nomination(world, secret_form, world.hamlet, "other_clan"),
    }
    world.ready, world.council_form = nominations["ready"], open_form.code
    world.council_evidence = nominations["closed"].evidence.get()
    secret = _nomination(world, secret_form, world.hamlet, "household")
    for name, place in (("planned", PLANNED), ("invited", INVITED), ("open", "Nhà văn hóa xã")):
        held = _meeting(leader, council, place, nominations[name])
        world.meetings[name] = held
    closed = _meeting(leader, council, "Hội trường xã", nominations["closed"], secret)
    world.meetings["closed"] = closed
    workflow.perform("invite", world.meetings["invited"].pk, leader)
    for name in ("open", "closed"):
        workflow.perform("invite", world.meetings[name].pk, leader)
        workflow.perform("open", world.meetings[name].pk, leader)
        seats = [one.pk for one in world.seats.values()]
        said = dict.fromkeys(seats, Attendance.Presence.PRESENT.value)
        sitting.record_presence(leader, world.meetings[name].pk, said, seats[1:])
    _count(world, closed, leader)
    _beside(world)


def _council(secretary: User, place: Placement) -> Council:
    grant = next(g for g in scope.of(secretary).grants if "meeting.keep" in g.role.everything)
    return keeping.found(secretary, grant, place, f"Hội đồng Thi đua – Khen thưởng {place.name}")


def _seat(council: Council, by: User, **said: Any) -> CouncilSeat:
    words = {
        "person": "",
        "position": CouncilSeat.Position.MEMBER,
        "post": "Ban Văn hóa – Xã hội",
        "decision": "Quyết định 12/QĐ-UBND",
        "first": LONG_AGO,
    }
    return keeping.seat(by, council.pk, SeatWords(**{**words, **said}))


def _rule(council: Council, by: User, ballot: str, form: AwardForm | None = None) -> VotingRule:
    base = VotingRule.Base.ALL_MEMBERS
    words = RuleWords(
        form, (1, 2), False, base, (1, 2), ballot, LONG_AGO, None, "Quy chế Hội đồng, Điều 6"
    )
    return keeping.rule(by, council.pk, words)


def _form(world: "World", code: str) -> AwardForm:
    """A form that the commune decides on."""
    occasion = AwardForm.Occasion.YEARLY
    form = award_factories.form(world.setting, code, f"Giấy khen {code}", occasion)
    kinds = [UnitKind.HAMLET, UnitKind.HOUSEHOLD, UnitKind.CLAN, UnitKind.CITIZEN]
    commune = {"above": UnitKind.COMMUNE}
    acts = RouteStep.Act
    award_factories.route(
        world.land.province, form, kinds, (acts.RECEIVE, commune), (acts.DECIDE, commune)
    )
    return form


def _nomination(world: "World", form: AwardForm, home: Placement, which: str) -> Nomination:
    """The hamlet or one of its members, proposed by its head and appraised by the commune."""
    unit = home.unit if which == "hamlet" else world.members[which].unit
    made: Any = world
    thon = world.people["thon"]
    begun = award_factories.nomination(made, Subject(unit, home), form=form, by=thon)
    upload = SimpleUploadedFile(f"{EVIDENCE}.pdf", originals.pdf(text=f"{form.code} {which}"))
    entering.attach(thon, begun.pk, upload)
    carrying = award_factories.submission(made, [begun], by=thon)
    award_factories.send(made, carrying, thon)
    award_factories.receive(made, carrying)
    return award_factories.step("appraise", begun, world.land.xa)


def _meeting(by: User, council: Council, place: str, *nominations: Nomination) -> Meeting:
    at = timezone.localtime().replace(hour=8, minute=0, second=0, microsecond=0)
    held = sitting.plan(by, council, at, place)
    sitting.put(by, held.pk, [one.pk for one in nominations])
    return held


def _count(world: "World", held: Meeting, by: User) -> None:
    """The open count of the meeting is closed; that of the ballots is entered, with its scan."""
    first, second = held.cases.order_by("order")
    sitting.vote(by, held.pk, {first.pk: "for"})
    sitting.note_hand(by, held.pk, first.pk, world.seats["member"].pk, "for")
    sitting.count(by, held.pk, second.pk, sitting.Ballots(2, 2, 2, 0, 2, 0))
    upload = SimpleUploadedFile(f"{SCANNED}.pdf", originals.pdf(text="Kiểm phiếu"))
    sitting.attach_scan(by, held.pk, upload)
    workflow.perform_case("close", first.pk, by)


def _beside(world: "World") -> None:
    """The Council of the commune beside it prepares a meeting, too."""
    secretary = factories.user("thuky-ben-canh")
    factories.appoint(secretary, "council_secretary", world.land.sibling)
    council = _council(secretary, world.land.sibling)
    _seat(council, secretary, person="Lâm Bên Cạnh")
    world.councils["beside"] = council
    world.meetings["beside"] = _meeting(secretary, council, BESIDE)
