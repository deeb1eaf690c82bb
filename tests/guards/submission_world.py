"""Submissions of a hamlet and its commune in the world of the guards, consultations, a rule."""

import datetime
from typing import TYPE_CHECKING, Any

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from awards.consulting import asking
from awards.consulting.asking import Question, Said
from awards.models import Nomination, Submission, SubmissionFile
from awards.nominating import entering as nominating
from awards.ruling import entering as ruling
from awards.submitting import entering, workflow
from core import periods, previews
from criteria.models import AwardForm, RouteStep
from tests import award_factories
from tests.award_factories import Subject
from tests.core import originals
from units import scope
from units.models import UnitKind

if TYPE_CHECKING:
    from tests.guards.world import World

NOTE, SENT_NOTE = "lời trình nháp ấp Cây Da", "lời trình đã gửi ấp Cây Da"
RESTRICTING = "thong-bao-to-cao-xa-ben"
MINUTES, ANSWERED = "bien-ban-hop-cay-da", "tra-loi-hiep-y"
ABOVE = frozenset({"xa", "lanhdaoxa", "tinh", "sogddt", "xem", "qtxa", "qttinh"})
SECRETS = {
    NOTE: frozenset({"thon"}),
    SENT_NOTE: ABOVE | {"thon"},
    MINUTES: ABOVE | {"thon"},
    ANSWERED: ABOVE,
    RESTRICTING: frozenset({"xa2", "tinh"}),
}
FORM = "bang-khen-trinh"


def build(world: "World") -> None:
    """Of the hamlet: a draft, one that is sent and one that is received; of the commune: a draft,
    one signed off, and one that carries on what the hamlet has sent."""
    land, thon = world.land, world.people["thon"]
    form = award_factories.form(
        world.setting, FORM, "Bằng khen trình cấp trên", AwardForm.Occasion.YEARLY
    )
    acts, commune = RouteStep.Act, (RouteStep.Act.RECEIVE, {"above": UnitKind.COMMUNE})
    above = ((acts.RECEIVE, {"unit": land.home_affairs.unit}), (acts.DECIDE, {}))
    kinds = [UnitKind.HAMLET, UnitKind.HOUSEHOLD]
    award_factories.route(land.province, form, kinds, commune, *above)
    home = Subject(world.members["household"].unit, world.hamlet)
    hamlet, own = (Subject(one.unit, one) for one in (world.hamlet, world.beyond))
    for name, person, round_, subject in (
        ("draft", thon, "draft", hamlet),
        ("sent", thon, "sent", home),
        ("received", thon, "received", hamlet),
        ("passed_on", thon, "judged", hamlet),
        ("own_draft", land.xa, "draft", own),
        ("own_signed", land.xa, "sent", own),
    ):
        one = _nomination(world, person, form, round_, subject)
        world.nominations[name] = one
        world.submissions[name] = _submission(person, one, NOTE if name == "draft" else SENT_NOTE)
    _nomination(world, thon, form, "returned", hamlet)  # is ready, and lies on none
    for name in ("sent", "received", "passed_on"):
        workflow.perform("send", world.submissions[name].pk, thon)
    for name in ("received", "passed_on"):
        workflow.perform("receive", world.submissions[name].pk, land.xa)
    workflow.perform("sign", world.submissions["own_signed"].pk, land.lanhdaoxa)
    award_factories.step("appraise", world.nominations["passed_on"], land.xa)
    carried = _submission(land.xa, award_factories.fresh(world.nominations["passed_on"]), SENT_NOTE)
    workflow.perform("sign", carried.pk, land.lanhdaoxa)
    workflow.perform("send", carried.pk, land.xa)
    world.submissions["carried_on"] = carried
    for one in world.submissions.values():
        one.refresh_from_db()
    _consultations(world)
    _rule(world, form)


def _nomination(
    world: "World", person: User, form: AwardForm, round_: str, subject: Subject
) -> Nomination:
    """A nomination that the pre-check lets pass, for one of the rounds of the world."""
    grant = scope.of(person).grants[0]
    (one,) = nominating.begin(person, grant, form, world.rounds[round_], [subject])
    nominating.write(person, one.pk, "summary", "Học tập suốt đời.", seen=None)
    nominating.write(person, one.pk, "achievements", "Mở hai lớp học.", seen=None)
    nominating.state_unrestricted(person, one.pk, True)
    return award_factories.fresh(one)


def _submission(person: User, one: Nomination, note: str) -> Submission:
    """A submission with this nomination, these words, and its minutes."""
    grant = scope.of(person).grants[0]
    begun = entering.begin(person, grant, one.form, one.occasion, [one.pk])
    minutes = SimpleUploadedFile(f"{MINUTES}.pdf", originals.pdf(text=f"Họp {begun.pk}"))
    attached = entering.attach(person, begun.pk, SubmissionFile.Kind.MINUTES, minutes)
    previews.make(attached.file_id)
    number = f"{begun.pk}/TTr"
    return entering.word(person, begun.pk, number, datetime.date(periods.today().year, 1, 5), note)


def _consultations(world: "World") -> None:
    """The commune asks a body, has an answer of another, and asks everybody."""
    xa, today = world.land.xa, periods.today()
    for name, kind in (("asked", "opinion"), ("answered", "concurrence"), ("public", "public")):
        question = Question(kind, "Mặt trận Tổ quốc xã", None, today, today)
        key = world.nominations["received"].pk
        world.consultations[name] = asking.ask(xa, question, [key])
    upload = SimpleUploadedFile(f"{ANSWERED}.pdf", originals.pdf(text="Đồng ý"))
    found = world.consultations["answered"]
    world.consultations["answered"] = asking.answer(
        xa, found.pk, Said("agree", "Nhất trí.", today), upload, seen=None
    )


def _rule(world: "World", form: AwardForm) -> None:
    """The office of the province has set a term."""
    tinh: Any = world.land.tinh
    grant = ruling.managing_grant(tinh, "terms")
    assert grant is not None
    said = {
        **ruling.of_territory(grant),
        "form": form,
        "office_kind": UnitKind.COMMUNE,
        "working_days": 10,
        "period": periods.between(datetime.date(2020, 1, 1), None),
        "basis": "Quyết định 7/QĐ-UBND",
    }
    world.award_rule = ruling.enter(tinh, grant, "terms", said)
    sibling = world.land.sibling
    restriction = {
        "unit": sibling.unit,
        "path": sibling.path,
        "ground": "complaint",
        "document": "Thông báo 15/TB-TTr",
        "period": periods.between(datetime.date(2020, 1, 1), None),
    }
    upload = SimpleUploadedFile(f"{RESTRICTING}.pdf", originals.pdf(text="Thong bao"))
    world.restriction = ruling.enter(tinh, grant, "restrictions", restriction, upload)
