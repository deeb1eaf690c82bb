"""Nominations of the hamlet in the world of the guards: a draft, and what its commune has done."""

from typing import TYPE_CHECKING

from django.core.files.uploadedfile import SimpleUploadedFile

from awards.models import Nomination, SubmissionFile
from awards.nominating import entering
from awards.nominating.entering import Earlier
from awards.submitting import entering as submitting
from awards.submitting import workflow
from campaign.models import DeadlineMatter, RoundDeadline
from core import journal, periods
from criteria.models import AwardForm, RouteStep
from tests import award_factories
from tests.award_factories import Subject
from tests.core import originals
from units import scope
from units.models import Unit, UnitKind

if TYPE_CHECKING:
    from tests.guards.world import World

FORM = "giay-khen-de-nghi"
DRAFT, SENT = "thành tích nháp kín Cây Da", "thành tích đã gửi Cây Da"
FILE, SENT_FILE = "minh-chung-khen-nhap", "minh-chung-khen-gui"
EARLIER = "Giấy khen kín năm trước"
PHASE_BASIS = "Công văn kín cuối giai đoạn"
ABOVE = frozenset({"xa", "lanhdaoxa", "tinh", "sogddt", "xem", "qtxa", "qttinh"})
SECRETS = {
    **dict.fromkeys((DRAFT, FILE, EARLIER), frozenset({"thon"})),
    **dict.fromkeys((SENT, SENT_FILE), ABOVE | {"thon"}),
    PHASE_BASIS: ABOVE | {"thon", "xa2", "coquan"},
}
# The states of what the hamlet has proposed, each with its subject and its steps.
STORIES = (
    ("waiting", UnitKind.CITIZEN, ""),
    ("returned", UnitKind.HOUSEHOLD, "return"),
    ("appraised", "other_clan", "appraise"),
    ("dropped", UnitKind.HAMLET, "drop"),
)


def build(world: "World") -> None:
    """The draft stands in another round than what was sent."""
    form = award_factories.form(world.setting, FORM, "Giấy khen đề nghị", AwardForm.Occasion.YEARLY)
    acts, commune = RouteStep.Act, {"above": UnitKind.COMMUNE}
    steps = ((acts.RECEIVE, commune), (acts.DECIDE, commune))
    award_factories.route(world.land.province, form, award_factories.EVERY_KIND, *steps)
    world.nominations["written"] = _written(world, form, "draft", UnitKind.CITIZEN, DRAFT)
    thon, xa = world.people["thon"], world.land.xa
    _phase(world)
    for name, kind, step in STORIES:
        one = _written(world, form, "sent", kind, SENT)
        paper = submitting.begin(thon, scope.of(thon).grants[0], form, one.occasion, [one.pk])
        minutes = SimpleUploadedFile("Biên bản.pdf", originals.pdf(text=f"Họp xét {name}"))
        submitting.attach(thon, paper.pk, SubmissionFile.Kind.MINUTES, minutes)
        workflow.perform("send", paper.pk, thon)
        workflow.perform("receive", paper.pk, xa)
        if step:
            award_factories.step(step, one, xa)
        world.nominations[name] = award_factories.fresh(one)


def _phase(world: "World") -> None:
    """A phase at whose end somebody is commended, with the province's day for hamlets."""
    world.phase = award_factories.phase(world.setting)
    occasion = AwardForm.Occasion.PHASE_END
    award_factories.form(world.setting, "khen-cuoi-ky", "Khen cuối giai đoạn", occasion)
    with journal.act("test"):
        RoundDeadline.objects.create(
            phase=world.phase,
            matter=DeadlineMatter.NOMINATION,
            subject_kind=UnitKind.HAMLET,
            territory=world.land.province.unit,
            due_on=periods.today(),
            basis=PHASE_BASIS,
        )


def _subject(world: "World", which: str) -> Unit:
    return world.hamlet.unit if which == UnitKind.HAMLET else world.members[which].unit


def _written(world: "World", form: AwardForm, round_: str, which: str, words: str) -> Nomination:
    """A nomination with these words, a file and an earlier commendation."""
    thon, hamlet = world.people["thon"], world.hamlet
    grant = scope.of(thon).grants[0]
    subject = Subject(_subject(world, which), hamlet)
    (one,) = entering.begin(thon, grant, form, world.rounds[round_], [subject])
    entering.write(thon, one.pk, "summary", "Học tập suốt đời.", seen=None)
    entering.write(thon, one.pk, "achievements", words, seen=None)
    entering.state_unrestricted(thon, one.pk, True)
    name = FILE if words == DRAFT else SENT_FILE
    file = SimpleUploadedFile(f"{name}.pdf", originals.pdf(text=f"{name} {one.pk}"))
    entering.attach(thon, one.pk, file)
    if words == DRAFT:
        day = periods.Day(2020, 12, 20)
        entering.add_earlier(thon, one.pk, Earlier(EARLIER, "412/QĐ-UBND", day, "Chủ tịch"))
    return award_factories.fresh(one)
