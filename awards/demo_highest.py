"""The demonstration's way to the highest form: concurrence, a secret ballot on paper, and what the
authority above decided."""

from collections.abc import Sequence

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from awards import demo_consultations, demo_council
from awards import demo_proposing as proposing
from awards.council import keeping, sitting, workflow
from awards.council.keeping import RuleWords
from awards.council.sitting import Ballots
from awards.deciding import above, drafting
from awards.deciding.above import Result
from awards.demo_proposing import HIGHEST, Players
from awards.demo_rules import ASKED_BODY
from awards.models import (
    Attendance,
    ConsultationKind,
    Council,
    Meeting,
    Nomination,
    Recusal,
    VotingRule,
)
from awards.nominating import candidates, entering
from awards.nominating.entering import Subject
from awards.nominating.workflow import NOMINATION
from core import periods
from criteria.models import AwardForm
from units import scope
from units.models import Placement

LEADERS = ("Lê Thị Bích Tuyền", "Sơn Hoàng Anh", "Nguyễn Thành Được", "Kim Thị Sa Vươl")
HOUR = 10
# Of six who may vote, one of them in writing; on the last case of five.
BALLOTS = (
    Ballots(issued=6, returned=6, valid=6, invalid=0, in_favour=6, against=0),
    Ballots(issued=6, returned=6, valid=6, invalid=0, in_favour=6, against=0),
    Ballots(issued=6, returned=6, valid=6, invalid=0, in_favour=6, against=0),
    Ballots(issued=5, returned=5, valid=4, invalid=1, in_favour=3, against=1),
)
Presence = Attendance.Presence


def play(players: Players, communes: Sequence[Placement], study: Placement) -> None:
    """Four communes are proposed for the highest form: one is voted down; of three that are
    forwarded one is commended, one is not, and one waits for the result.

    Args:
        study: the office whose concurrence the demonstration's rule asks for.
    """
    form = AwardForm.objects.select_related("document").get(code=HIGHEST)
    tinh = players.people["tinh"]
    proposed = [
        _propose(players, form, place, leader)
        for place, leader in zip(communes, LEADERS, strict=True)
    ]
    asked = demo_consultations.ask(
        tinh,
        ConsultationKind.CONCURRENCE,
        proposed,
        ASKED_BODY,
        question="Xin ý kiến hiệp y trước khi trình Hội đồng.",
        asked=study,
    )
    demo_consultations.agree(players, tinh, asked)
    for one in proposed:
        NOMINATION.perform("appraise", one.pk, tinh)
    _vote(players, form, proposed)
    _hear(players, form)


def _propose(players: Players, form: AwardForm, place: Placement, leader: str) -> Nomination:
    """A commune proposes itself; the office in charge receives it."""
    clerk = players.clerks[place.unit_id]
    signer = proposing.signer(f"lanhdao-{place.code}", leader, "commune_leader", place)
    phase = candidates.occasions_of(form)[0]
    grant = scope.of(clerk).grants[0]
    (one,) = entering.begin(clerk, grant, form, phase, [Subject(place.unit, place)])
    proposing.write(clerk, one)
    proposing.send(players, clerk, [one], signer=signer, receiver=players.people["tinh"])
    return one


def _vote(players: Players, form: AwardForm, proposed: Sequence[Nomination]) -> None:
    """Members are away, one of them votes in writing; on the last case one has a stake."""
    secretary = User.objects.get(pk=players.people["thuky"].pk)
    council = Council.objects.get(is_demo=True)
    _rule(secretary, council, form)
    held = demo_council.meeting(secretary, council, HOUR, proposed)
    for name in ("invite", "open"):
        workflow.perform(name, held.pk, secretary)
    seats = [row.seat_id for row in held.attendances.order_by("seat")]
    *there, writing, away = seats
    said = dict.fromkeys(there, Presence.PRESENT.value)
    said |= {writing: Presence.WRITTEN.value, away: Presence.EXCUSED.value}
    sitting.record_presence(secretary, held.pk, said, tellers=there[-2:])
    cases = list(held.cases.values_list("pk", flat=True))
    sitting.declare(secretary, held.pk, cases[-1], there[-1], Recusal.Ground.RELATIVE)
    for number, case in enumerate(cases, start=1):
        sitting.take_letter(secretary, held.pk, case, writing, f"PB-{number:02d}")
    _count(players, secretary, held, cases)


def _rule(secretary: User, council: Council, form: AwardForm) -> None:
    rule = RuleWords(
        form=form,
        share=(4, 5),
        is_exceeded=False,
        base=VotingRule.Base.ALL_MEMBERS,
        quorum=(2, 3),
        ballot=VotingRule.Ballot.SECRET,
        first=demo_council.SINCE,
        last=None,
        basis=demo_council.BASIS,
    )
    keeping.rule(secretary, council.pk, rule)


def _count(players: Players, secretary: User, held: Meeting, cases: Sequence[int]) -> None:
    """The counts that the tellers give, with their minutes; then each is closed."""
    scan = SimpleUploadedFile(
        "bien-ban-kiem-phieu.png", players.picture("BIEN BAN KIEM PHIEU"), "image/png"
    )
    for case, ballots in zip(cases, BALLOTS, strict=True):
        sitting.count(secretary, held.pk, case, ballots)
    sitting.attach_scan(secretary, held.pk, scan)
    for case in cases:
        workflow.perform_case("close", case, secretary)
    workflow.perform("close", held.pk, secretary)


def _hear(players: Players, form: AwardForm) -> None:
    """The first that passed is commended, the second is not; of the rest nothing is heard yet."""
    tinh = players.people["tinh"]
    ready = next(one for one in drafting.ready(tinh) if one.form == form)
    first, second, *_waiting = ready.nominations
    scan = SimpleUploadedFile("2210-QD-TTg.png", players.picture("2210/QD-TTg"), "image/png")
    result = Result(ready.body, 2210, "QĐ-TTg", periods.today())
    above.enter(tinh, ready, result, [first.pk], [second.pk], scan)
