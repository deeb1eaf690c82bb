"""Decisions of the commune in the world of the guards, in every state that asks for a step."""

from typing import TYPE_CHECKING, Any

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from awards.certificates import making
from awards.deciding import correcting, drafting, revoking, workflow
from awards.deciding.correcting import Document
from awards.models import Certificate, Decision, DirectDecision, Nomination
from core import jobs, journal, periods
from core.documents.render import render_pdf
from criteria.models import AwardForm, RouteStep
from tests import award_factories, factories
from tests.award_factories import Subject
from tests.core import originals
from units.models import Placement, UnitKind

if TYPE_CHECKING:
    from tests.guards.world import World

DRAFT_SYMBOL, PUBLISHED_SYMBOL = "QĐ-NHÁPĐẠIAN", "QĐ-CÔNGBỐĐẠIAN"
CORRECTED_NAME = "Ấp Đính Chính Tên"
WORKS = frozenset({"xa", "lanhdaoxa", "qtxa"})
SECRETS = {
    DRAFT_SYMBOL: WORKS,
    PUBLISHED_SYMBOL: WORKS | {"thon", "tinh", "sogddt", "xem", "qttinh"},
    CORRECTED_NAME: WORKS,
}
STEPS = ("hand_over", "submit", "sign", "number", "issue", "publish")
# How far each decision is carried; two forms, because a subject is proposed once for each.
STATES = {
    "draft": ("mot", "hamlet", 0),
    "checking": ("mot", "other_clan", 1),
    "submitted": ("hai", "hamlet", 2),
    "signed": ("mot", "household", 3),
    "numbered": ("hai", "other_clan", 4),
    "published": ("ba", "hamlet", 6),
    "certified": ("ba", "other_clan", 6),
    "revoked": ("bon", "hamlet", 6),
    "unlined": ("bon", "other_clan", 6),
}


def build(world: "World") -> None:
    """The administrator of the commune is its registrar, too."""
    land = world.land
    factories.appoint(world.people["qtxa"], "registrar", land.commune)
    world.people["qtxa"] = User.objects.get(pk=world.people["qtxa"].pk)
    forms = {name: _form(world, name) for name in ("mot", "hai", "ba", "bon", "tren")}
    for number, (name, (form, subject, far)) in enumerate(STATES.items(), start=1):
        nomination = _nomination(world, forms[form], subject)
        world.decisions[name] = _decision(world, nomination, name, far, number)
    world.decidable["own"] = _nomination(world, forms["hai"], "household")
    world.decidable["above"] = _nomination(world, forms["tren"], "hamlet")
    _end_and_correct(world)
    job = making.order(world.people["qtxa"], world.decisions["certified"])
    jobs.run(job.pk)
    world.certificate = Certificate.objects.get()


def _end_and_correct(world: "World") -> None:
    """One is revoked, of another its only line; a third was corrected by a document."""
    leader, registrar = world.land.lanhdaoxa, world.people["qtxa"]
    revoking.revoke(leader, world.decisions["revoked"].pk, "QĐ 98/QĐ-UBND", "Kê khai không đúng")
    line = world.decisions["unlined"].awards.get()
    revoking.revoke_line(leader, line.pk, "QĐ 99/QĐ-UBND", "Kê khai không đúng")
    corrected = world.decisions["published"]
    document = Document("11/UBND-VX", periods.today(), "UBND xã", "Đính chính dòng 1")
    correcting.correct(
        registrar,
        corrected.pk,
        document,
        {corrected.awards.get().pk: CORRECTED_NAME},
        SimpleUploadedFile("dinh-chinh.pdf", originals.pdf(text="Dinh chinh")),
        seen=workflow.fingerprint(corrected),
    )
    for name in ("revoked", "published"):
        world.decisions[name].refresh_from_db()


def _form(world: "World", name: str) -> AwardForm:
    """A form that the commune decides on without a vote; “tren” is decided above."""
    occasion = AwardForm.Occasion.YEARLY
    form = award_factories.form(
        world.setting, f"quyet-dinh-{name}", f"Giấy khen quyết định {name}", occasion
    )
    kinds = [UnitKind.HAMLET, UnitKind.HOUSEHOLD, UnitKind.CLAN]
    commune: dict[str, Any] = {"above": UnitKind.COMMUNE}
    acts = RouteStep.Act
    deciding = {} if name == "tren" else commune
    award_factories.route(
        world.land.province, form, kinds, (acts.RECEIVE, commune), (acts.DECIDE, deciding)
    )
    with journal.act("test"):
        DirectDecision.objects.create(
            form=form,
            issuer_kind=UnitKind.COMMUNE,
            period=periods.between(None, None),
            basis="Quy chế, Điều 8",
        )
    return form


def _nomination(world: "World", form: AwardForm, which: str) -> Nomination:
    made: Any = world
    home: Placement = world.hamlet
    unit = home.unit if which == "hamlet" else world.members[which].unit
    thon = world.people["thon"]
    begun = award_factories.nomination(made, Subject(unit, home), form=form, by=thon)
    carrying = award_factories.submission(made, [begun], by=thon)
    award_factories.send(made, carrying, thon)
    award_factories.receive(made, carrying)
    return award_factories.step("appraise", begun, world.land.xa)


def _decision(world: "World", nomination: Nomination, name: str, far: int, number: int) -> Decision:
    """A decision on one nomination, brought as far as its first steps."""
    land, registrar = world.land, world.people["qtxa"]
    (ready,) = (one for one in drafting.ready(land.xa) if nomination in one.nominations)
    begun = drafting.begin(land.xa, ready, [nomination.pk])
    symbols = {"draft": DRAFT_SYMBOL, "published": PUBLISHED_SYMBOL}
    said = {
        "symbol": symbols.get(name, "QĐ-UBND"),
        "signer": land.lanhdaoxa,
        "position": "Chủ tịch",
    }
    drafting.write(land.xa, begun.pk, said)
    people = {"hand_over": land.xa, "sign": land.lanhdaoxa}
    for step in STEPS[:far]:
        if step == "number":
            workflow.give_number(registrar, begun.pk, number, periods.today())
            continue
        if step == "issue":
            attach(world, begun)
        workflow.perform(step, begun.pk, people.get(step, registrar))
    if name == "numbered":
        other = SimpleUploadedFile("ban-quet.pdf", originals.pdf(text="Ban quet"))
        drafting.attach(registrar, begun.pk, other)
    return Decision.objects.get(pk=begun.pk)


def attach(world: "World", decision: Decision) -> None:
    """Its own paper, as the signed one."""
    fresh = Decision.objects.select_related("form", "placement", "signer").get(pk=decision.pk)
    content = render_pdf(workflow.paper_of(fresh))
    upload = SimpleUploadedFile(f"quyet-dinh-{decision.pk}.pdf", content)
    drafting.attach(world.people["qtxa"], decision.pk, upload)
