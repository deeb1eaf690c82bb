"""Everything that could leak: two communes with self-assessments in every state, files, titles.

The words in `SECRETS` stand in answers, names of files, verdicts and decisions; each says who may
ever read it. A page that shows one of them to anybody else has leaked.
"""

import dataclasses
import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.utils import timezone

from accounts import links
from accounts.models import PersonalLink, User
from awards.models import (
    Certificate,
    Consultation,
    Council,
    CouncilSeat,
    Decision,
    Meeting,
    Nomination,
    NominationEvidence,
    Submission,
    VotingRule,
)
from campaign import launching, registering
from campaign.models import Launch, Phase, Recipient, RegisterEntry, RegisterFile, Round
from campaign.workflow import LAUNCH
from core import files, jobs, journal, periods, previews
from core.jobs import Target
from core.models import Import, Job, JobItem, StoredFile
from criteria import assessing
from criteria.books import saving
from criteria.books.book import open_book
from criteria.models import (
    Assessment,
    Criterion,
    Evidence,
    Recognition,
    RecognitionBatch,
    RecognitionState,
    RegistrationList,
    SetDraft,
)
from criteria.workflow import ASSESSMENT, RECOGNITION
from tests import campaign_factories as launches
from tests import criteria_factories as make
from tests import factories
from tests import unit_factories as units
from tests.core import originals
from tests.criteria_factories import Campaigning
from tests.factories import Land
from tests.guards import (
    batch_world,
    council_world,
    decision_world,
    drafting_world,
    import_world,
    nomination_world,
    reform_world,
    registration_world,
    request_world,
    submission_world,
    target_world,
)
from units import personal
from units.models import (
    Appointment,
    Figure,
    Member,
    PersonalRequest,
    Placement,
    Reform,
    UnitKind,
)

PEOPLE = (
    "anonymous",
    "stranger",
    "expired_deputy",
    "xa2",
    "xa",
    "lanhdaoxa",
    "tinh",
    "sogddt",
    "far_tinh",
    "xem",
    "thon",
    "coquan",
    "qtxa",
    "qttinh",
)
OWN = frozenset({"xa", "lanhdaoxa"})
ABOVE = frozenset({"tinh", "sogddt", "xem", "qttinh"})
# What the commune and everybody above it reads, its administrator too.
ALL = OWN | ABOVE | {"qtxa"}

DRAFT, SENT, FILE, SCAN, DECISION = (
    "nháp kín Đại An",
    "lời đã gửi Đại An",
    "minh-chung-dai-an",
    "quyet-dinh-dai-an",
    "15/QĐ-ĐẠIAN",
)
DRAFT2, SENT2, FILE2, SCAN2, DECISION2 = (
    "nháp kín Hàm Giang",
    "lời đã gửi Hàm Giang",
    "minh-chung-ham-giang",
    "quyet-dinh-ham-giang",
    "16/QĐ-HÀMGIANG",
)
REVIEW = "ý kiến thẩm định dở dang"
HOUSEHOLD_WORDS = "lời kín của hộ Cây Da"
STATION, FARM = "nháp kín Trạm Y tế", "lời đã gửi Trạm Khuyến nông"
HEAD, CITIZEN, FIGURE = "Thạch Kín Đáo", "Sơn Thị Giữ Kín", "Báo cáo số 12 ấp Cây Da"
HEAD2, FIGURE2 = "Kim Văn Bên Kia", "Báo cáo số 14 ấp Xoài Rùm"
PLAN, PLAN_FILE, RESPONSE2 = (
    "kế hoạch kín Đại An",
    "ke-hoach-dai-an",
    "câu hưởng ứng kín Hàm Giang",
)
ENTRY, ENTRY_FILE, ENTRY2 = "đóng góp kín Đại An", "dong-gop-dai-an", "sáng kiến kín Hàm Giang"
LAUNCHED, LAUNCHED_FILE = "phát động kín Vĩnh Long", "phat-dong-vinh-long"
SECRETS: dict[str, frozenset[str]] = {
    DRAFT: OWN,
    DRAFT2: frozenset({"xa2"}),
    **dict.fromkeys((SENT, FILE, SCAN, DECISION), ALL),
    **dict.fromkeys((SENT2, FILE2, SCAN2, DECISION2), {"xa2"} | ABOVE),
    REVIEW: frozenset({"tinh"}),
    **dict.fromkeys((HEAD, CITIZEN), frozenset({"xa", "thon"})),
    HEAD2: frozenset({"xa"}),
    FIGURE: ALL | {"thon"},
    FIGURE2: ALL,
    HOUSEHOLD_WORDS: OWN | {"thon"},
    STATION: OWN | {"coquan"},
    FARM: ALL,
    **dict.fromkeys((PLAN, PLAN_FILE, ENTRY, ENTRY_FILE), ALL),
    ENTRY2: frozenset({"xa2"}) | ABOVE,
    RESPONSE2: frozenset({"xa2"}) | ABOVE,
    **dict.fromkeys((LAUNCHED, LAUNCHED_FILE), ALL | {"xa2"}),
    **council_world.SECRETS,
    **submission_world.SECRETS,
    **decision_world.SECRETS,
    # Whoever works on the decision reads its paper.
    HEAD: frozenset({"xa", "thon", "lanhdaoxa", "qtxa"}),
    **nomination_world.SECRETS,
    **batch_world.SECRETS,
    **reform_world.SECRETS,
    **import_world.SECRETS,
    **target_world.SECRETS,
    **request_world.SECRETS,
    **drafting_world.SECRETS,
    **registration_world.SECRETS,
}

# One round for each state: a unit has one self-assessment in a round.
STATES = ("draft", "sent", "received", "judged", "returned", "confirmed", "unbegun")
WORDS = {"draft": (DRAFT, DRAFT2)}


@dataclass
class World:
    """What was made, by the names that the table of visits uses."""

    land: Land
    setting: Campaigning
    rounds: dict[str, Round]
    hamlet: Placement
    figure: Figure
    beyond: Placement  # a hamlet beside it, with members and figures of its own
    office: Placement
    bare_hamlet: Placement = field(init=False)  # the last that was founded: nothing stands on it
    people: dict[str, User] = field(default_factory=dict)  # beside those of the land
    assessments: dict[str, Assessment] = field(default_factory=dict)
    evidence: dict[str, Evidence] = field(default_factory=dict)
    recognitions: dict[str, Recognition] = field(default_factory=dict)
    members: dict[str, Member] = field(default_factory=dict)
    year: int = 2026  # of the calendar of working days
    jobs: dict[str, Job] = field(default_factory=dict)
    imports: dict[str, Import] = field(default_factory=dict)
    launches: dict[str, Launch] = field(default_factory=dict)
    entries: dict[str, RegisterEntry] = field(default_factory=dict)
    registrations: dict[str, RegistrationList] = field(default_factory=dict)
    phase: Phase | None = None  # at whose end somebody is commended
    councils: dict[str, Council] = field(default_factory=dict)
    seats: dict[str, CouncilSeat] = field(default_factory=dict)
    voting_rules: dict[str, VotingRule] = field(default_factory=dict)
    meetings: dict[str, Meeting] = field(default_factory=dict)
    ready: Nomination | None = None  # before no meeting of the Council yet
    council_evidence: NominationEvidence | None = None
    council_form: str = ""  # for which the Council has no rule of its own
    submissions: dict[str, Submission] = field(default_factory=dict)
    nominations: dict[str, Nomination] = field(default_factory=dict)  # that those carry
    decisions: dict[str, Decision] = field(default_factory=dict)
    decidable: dict[str, Nomination] = field(default_factory=dict)
    certificate: Certificate | None = None
    consultations: dict[str, Consultation] = field(default_factory=dict)
    award_rule: Any = None  # of the office of the province
    restriction: Any = None  # of the commune of `xa2`, with its document
    batches: dict[str, RecognitionBatch] = field(default_factory=dict)
    reforms: dict[str, Reform] = field(default_factory=dict)
    requests: dict[str, PersonalRequest] = field(default_factory=dict)
    drafts: dict[str, SetDraft] = field(default_factory=dict)
    divided: Placement | None = None  # a hamlet to which something belongs still
    target: Any = None  # of the plan of the province
    links: dict[str, str] = field(default_factory=dict)
    deputy: Appointment | None = None  # of the commune's officer, for these days

    def person(self, name: str) -> User | AnonymousUser:
        """One of `PEOPLE`."""
        if name == "anonymous":
            return AnonymousUser()
        return self.people.get(name) or getattr(self.land, name)

    def criterion(self, number: int = 1, of: str = "") -> Criterion:
        """A criterion, by its place in the set, or in that of the self-assessment `of`."""
        criteria_set = self.assessments[of].criteria_set if of else self.setting.criteria_set
        return criteria_set.criteria.get(order=number)


def build() -> World:
    """The world, through the acts of its people."""
    setting = make.campaigning()
    make.deadline(setting, periods.today() + datetime.timedelta(days=20))
    world = World(setting.land, setting, _rounds(setting), *_places(setting.land))
    _people(world)
    _recognitions(world)
    for state in STATES[:-1]:
        world.assessments[state] = _assessment(world, state, setting.land.xa, "")
    for state in ("draft", "sent"):
        world.assessments[f"{state}2"] = _assessment(world, state, setting.land.xa2, "2")
    _offices(world)
    _refused_recognitions(world)
    _members(world)
    call_command("load_calendar", verbosity=0)
    _jobs(world)
    _launches(world)
    _registers(world)
    registration_world.build(world)
    council_world.build(world)
    submission_world.build(world)
    decision_world.build(world)
    nomination_world.build(world)
    batch_world.build(world)
    reform_world.build(world)
    import_world.build(world)
    target_world.build(world)
    request_world.build(world)
    drafting_world.build(world)
    world.bare_hamlet = _hamlet(setting.land, "Ấp Trà Kháo")
    world.deputy = _deputy(setting.land)
    world.links = {
        "used": _link(setting.land.stranger),
        "open": _link(setting.land.stranger),
        "address": _address_link(setting.land.stranger),
    }
    return world


def _places(land: Land) -> tuple[Placement, Figure, Placement, Placement]:
    """A hamlet with members and a figure, one beside it; an office of the commune."""
    hamlet, beyond = _hamlet(land, "Ấp Cây Da"), _hamlet(land, "Ấp Xoài Rùm")
    households = units.kind()
    stated = units.figure(land.xa, hamlet, households, 240, paper=FIGURE)
    units.figure(land.xa, beyond, households, 170, paper=FIGURE2)
    office = units.found(land.xa, land.commune, UnitKind.AGENCY, "Trạm Y tế xã Đại An")
    return hamlet, stated, beyond, office


def _hamlet(land: Land, name: str) -> Placement:
    first = datetime.date(2025, 7, 1)
    return units.found(land.xa, land.commune, UnitKind.HAMLET, name, first_day=first)


def _people(world: World) -> None:
    """The head of the hamlet, the officer of the office, administrators of commune and province."""
    land = world.land
    for name, full_name, role, place in (
        ("thon", "Sơn Văn Ấp", "hamlet_head", world.hamlet),
        ("coquan", "Lê Thị Cơ Quan", "organisation_officer", world.office),
        ("qtxa", "Mai Văn Quản", "administrator", land.commune),
        ("qttinh", "Phan Văn Trị", "administrator", land.province),
    ):
        world.people[name] = factories.user(name, full_name=full_name)
        factories.appoint(world.people[name], role, place)


def _offices(world: World) -> None:
    """The office has a draft; one beside it, of the same commune, has sent."""
    land, setting = world.land, world.setting
    criteria_set = make.commune_set(
        land.province,
        setting.document,
        setting.source,
        ({"kind": "attested"},) * 2,
        code="co-quan",
        kind=UnitKind.AGENCY,
        derives_from=setting.criteria_set,
    )
    make.route(land.province, "co-quan", UnitKind.AGENCY, land.home_affairs)
    farm = units.found(land.xa, land.commune, UnitKind.AGENCY, "Trạm Khuyến nông xã Đại An")
    for name, place, clerk, words in (
        ("station", world.office, world.people["coquan"], STATION),
        ("farm", farm, land.xa, FARM),
    ):
        begun = assessing.begin(clerk, setting.round, place)
        for criterion in criteria_set.criteria.all():
            assessing.save_answer(
                begun.pk, criterion.pk, clerk, value={"value": "yes"}, note=words, version=0
            )
        world.assessments[name] = begun
    ASSESSMENT.perform("send", world.assessments["farm"].pk, land.xa)
    for name in ("station", "farm"):
        world.assessments[name].refresh_from_db()


def _members(world: World) -> None:
    """A household, a clan and a citizen, whose names the officer of the commune and the head of
    the hamlet have before them; a household beyond, whose name only the officer has."""
    xa, hamlet = world.land.xa, world.hamlet
    for kind, name in (
        (UnitKind.HOUSEHOLD, HEAD),
        (UnitKind.CLAN, "Họ Thạch ấp Cây Da"),
        (UnitKind.CITIZEN, CITIZEN),
    ):
        world.members[kind.value] = units.member(xa, hamlet, kind, name)
    # Proposed for commendation in all its states, so that the lists can lose the first.
    world.members["other_clan"] = units.member(xa, hamlet, UnitKind.CLAN, "Họ Kim ấp Cây Da")
    units.member(xa, world.beyond, UnitKind.HOUSEHOLD, HEAD2)
    for person, home in ((xa, hamlet), (xa, world.beyond), (world.people["thon"], hamlet)):
        personal.open_names(person, home, units.REASON)
    _book(world)


def _book(world: World) -> None:
    """The household is assessed in a row, by words that nobody but its commune reads."""
    setting = world.setting
    province = setting.land.province
    make.commune_set(
        province, setting.document, setting.source, ({},), code="ho", kind=UnitKind.HOUSEHOLD
    )
    make.commune_set(
        province, setting.document, setting.source, ({},), code="cong-dan", kind=UnitKind.CITIZEN
    )
    book = open_book(setting.round, world.hamlet, UnitKind.HOUSEHOLD)
    texts = {part.name: HOUSEHOLD_WORDS for part in book.parts}
    entry = saving.Entry(world.members["household"].unit_id, texts, 0)
    saving.save(setting.land.xa, book, [entry])


def _deputy(land: Land) -> Appointment:
    """Somebody who stands in for the officer of the commune today."""
    return factories.appoint(
        factories.user("dai-dien", full_name="Tạ Thị Thay"),
        "commune_officer",
        land.commune,
        period=periods.between(periods.today(), periods.today()),
        deputising_for=land.xa.appointments.get(),
    )


def _link(person: User) -> str:
    """The token of a link; the next one replaces it."""
    with journal.act("test"):
        return links.make(person, PersonalLink.Purpose.INVITATION, by=None).token


def _address_link(person: User) -> str:
    """The token of a link that confirms an address."""
    with journal.act("test"):
        return links.make_for_address(person, "la@example.vn", by=None).token


def _rounds(setting: Campaigning) -> dict[str, Round]:
    """The current round holds the drafts, earlier ones what is further on."""
    rounds = {"draft": setting.round}
    with journal.act("test"):
        for before, state in enumerate(STATES[1:], 1):
            year = setting.round.assessed_year - before
            rounds[state] = Round.objects.create(
                campaign=setting.round.campaign,
                code=f"nam-{year}",
                name=f"Năm {year}",
                assessed_year=year,
                figures_day=datetime.date(year, 12, 31),
            )
    return rounds


def _assessment(world: World, state: str, clerk: User, suffix: str) -> Assessment:
    setting = dataclasses.replace(world.setting, round=world.rounds[state])
    assessment = make.answered(setting, clerk)
    criterion = setting.criteria[0]
    second = bool(suffix)
    note = WORDS.get(state, (SENT, SENT2))[second]
    assessing.save_answer(
        assessment.pk, criterion.pk, clerk, value={"value": "yes"}, note=note, version=1
    )
    world.evidence[state + suffix] = assessing.add_evidence(
        assessment.pk, criterion.pk, clerk, _upload((FILE, FILE2)[second], state)
    )
    if state in ("draft", "sent"):
        previews.make(world.evidence[state + suffix].file_id)
    if state != "draft":
        _carry(assessment, state, clerk, setting)
    assessment.refresh_from_db()
    return assessment


def _carry(assessment: Assessment, state: str, clerk: User, setting: Campaigning) -> None:
    """From the draft to `state`, as people would."""
    ASSESSMENT.perform("send", assessment.pk, clerk)
    if state == "sent":
        return
    tinh = setting.land.tinh
    ASSESSMENT.perform("receive", assessment.pk, tinh)
    if state == "received":
        return
    if state == "returned":
        criterion = setting.criteria[0]
        assessing.judge(
            assessment.pk, criterion.pk, tinh, verdict="to_correct", reason="Thiếu số quyết định"
        )
        ASSESSMENT.perform("return", assessment.pk, tinh, reason="Đề nghị bổ sung")
        return
    for number, criterion in enumerate(setting.criteria):
        changed = {"reason": REVIEW, "verified_value": {"value": "partly"}}
        changes = state == "judged" and number == 0
        assessing.judge(
            assessment.pk,
            criterion.pk,
            tinh,
            verdict="changed" if changes else "accepted",
            **(changed if changes else {}),
        )
    if state == "confirmed":
        ASSESSMENT.perform("confirm", assessment.pk, tinh)


def _upload(stem: str, color_of: str) -> SimpleUploadedFile:
    shade = STATES.index(color_of) * 20 if color_of in STATES else 200
    return SimpleUploadedFile(
        f"{stem}.png", originals.image("PNG", (80, 60), f"rgb({shade}, 90, 120)")
    )


def _recognitions(world: World) -> None:
    land = world.land
    for name, place, clerk, grade, words in (
        ("confirmed", land.commune, land.xa, "1", (DECISION, SCAN)),
        ("declared", land.commune, land.xa, "2", (DECISION, SCAN)),
        ("declared2", land.sibling, land.xa2, "1", (DECISION2, SCAN2)),
    ):
        world.recognitions[name] = make.recognition(
            world.setting,
            place,
            grade=grade,
            decision_number=words[0],
            declared_by=clerk,
            scan=_scan(words[1], clerk),
        )
    _step(world, "confirmed", "confirm")


def _refused_recognitions(world: World) -> None:
    """After what was confirmed: revoking is not undone once a result was built on it."""
    for name, year in (("revoked", 2006), ("rejected", 2002)):
        begins, ends = datetime.date(year, 1, 5), datetime.date(year + 3, 1, 4)
        world.recognitions[name] = make.recognition(
            world.setting,
            assessed_year=year - 1,
            decision_number=DECISION,
            decided_on=begins,
            period=periods.between(begins, ends),
            scan=_scan(SCAN, world.land.xa),
        )
    _step(world, "revoked", "confirm", "revoke")
    _step(world, "rejected", "reject")


def _step(world: World, name: str, *steps: str) -> None:
    """Carry a recognition to the state that it is named after."""
    recognition = world.recognitions[name]
    for step in steps:
        RECOGNITION.perform(
            step, recognition.pk, world.land.sogddt, reason="Đã đối chiếu quyết định"
        )
    recognition.refresh_from_db()
    assert recognition.state == RecognitionState(name)


def _launches(world: World) -> None:
    """One that both communes have answered, one that waits, one that was withdrawn."""
    land = world.land
    document = launches.paper(LAUNCHED, _scan(LAUNCHED_FILE, land.tinh))
    world.launches = {
        "answered": launches.launch(land.tinh, document),
        "waiting": launches.launch(land.tinh, launches.document("Đang chờ", code="dang-cho")),
        "withdrawn": launches.launch(land.tinh, launches.document("Đã rút", code="da-rut")),
    }
    plan = launches.paper(PLAN, _scan(PLAN_FILE, land.xa))
    launches.plan(received(world, "answered"), land.xa, plan)
    launches.respond(received(world, "answered", second=True), land.xa2, RESPONSE2)
    gone = world.launches["withdrawn"]
    launching.withdraw(gone.pk, land.tinh, reason="Thay văn bản", seen=LAUNCH.fingerprint(gone))


def _registers(world: World) -> None:
    """What waits for confirmation, what is confirmed, an inspection in both states."""
    land = world.land
    made = {
        "entered": launches.entry(land.xa, land.commune, ENTRY),
        "confirmed": launches.entry(land.xa, land.commune, "Đóng góp đã xác nhận"),
        "second": launches.entry(land.xa2, land.sibling, ENTRY2, "initiatives"),
        "inspection": launches.entry(land.tinh, land.commune, "12/KH-SNV", "inspections"),
        "inspected": launches.entry(land.tinh, land.commune, "13/KH-SNV", "inspections"),
    }
    attached = registering.add_file(made["entered"].pk, land.xa, _upload(ENTRY_FILE, ENTRY_FILE))
    previews.make(attached.file_id)
    launches.checked(made["confirmed"], land.tinh)
    launches.checked(made["inspected"], land.lanhdaoxa)
    for name, entry in made.items():
        entry.refresh_from_db()
        world.entries[name] = entry


def entry_file(world: World) -> RegisterFile:
    """The evidence of the entry that waits."""
    return world.entries["entered"].files.get()


def received(world: World, name: str, *, second: bool = False) -> Recipient:
    """What the commune, or the second one, received of a launch."""
    return launches.received(world.launches[name], world.land, second)


def _jobs(world: World) -> None:
    """One job of the reviewer waits, one is done and can be undone."""
    assessment, tinh = world.assessments["received"], world.land.tinh
    target = Target(str(assessment.pk), assessment.placement.name)
    for name in ("open", "done"):
        world.jobs[name] = jobs.order("assessments.receive", [target], tinh)
    now = timezone.now()
    world.jobs["done"].items.update(state=JobItem.State.DONE, ended_at=now)
    with journal.act("test"):
        Job.objects.filter(pk=world.jobs["done"].pk).update(state=Job.State.DONE, ended_at=now)


def _scan(stem: str, clerk: User) -> StoredFile:
    with journal.act("test"):
        stored = files.store(_upload(stem, stem), clerk)
    previews.make(stored.pk)
    return stored


# Looking at all of it


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is written inside is taken back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def clients(world: World) -> dict[str, Client]:
    """A client for each person, signed in."""
    found = {}
    for name in PEOPLE:
        found[name] = Client() if name == "anonymous" else factories.signed_in(world.person(name))
    return found


def png(name: str = "anh.png", **options: Any) -> SimpleUploadedFile:
    """A picture to upload."""
    return SimpleUploadedFile(name, originals.image("PNG", (30, 30), "green", **options))
