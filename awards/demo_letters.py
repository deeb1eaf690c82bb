"""The demonstration's certificates of a commune: one that is valid, one replaced after a
correction, one revoked with its line, and one of a decision that was revoked as a whole."""

from collections.abc import Sequence

from django.core.files.uploadedfile import SimpleUploadedFile

from awards import demo_awards, demo_decisions
from awards import demo_proposing as proposing
from awards.deciding import correcting, drafting, revoking, workflow
from awards.deciding.correcting import Document
from awards.demo_proposing import LETTER, Players
from awards.models import Award, Decision, Nomination
from awards.nominating import candidates, entering
from core import periods
from criteria.models import AwardForm
from units import scope
from units.models import Placement, UnitKind

NUMBER, OTHER_NUMBER = 129, 130
CORRECTION = "132/ĐC-UBND"
CORRECTED = "Ghi đúng họ và tên chủ hộ theo giấy tờ của hộ."
REVOKING_LINE = "Quyết định số 133/QĐ-UBND của Chủ tịch Ủy ban nhân dân xã (minh họa)"
REVOKED_LINE = "Hộ đã chuyển đi nơi khác trước ngày quyết định."
REVOKING = "Quyết định số 134/QĐ-UBND của Chủ tịch Ủy ban nhân dân xã (minh họa)"
REVOKED = "Kết luận kiểm tra: họp xét không đủ thành phần."


def play(players: Players, hamlet: Placement) -> None:
    """Let the hamlet propose four households for Giấy khen, and the commune decide on them.

    Args:
        hamlet: that of `thon`; its first households are proposed for another form.
    """
    first = len(demo_awards.HAMLET_STORIES)
    _propose(players, hamlet, slice(first, first + 4))
    people = players.people
    office, leader, registrar = people["xa"], people["lanhdaoxa"], people["vanthuxa"]
    form = AwardForm.objects.get(code=LETTER)
    ready = next(one for one in drafting.ready(office) if one.form == form)
    *together, alone = ready.nominations
    decision = demo_decisions.published(office, leader, registrar, ready, together, NUMBER)
    _correct(players, decision)
    gone = decision.awards.get(order=2)
    revoking.revoke_line(leader, gone.pk, REVOKING_LINE, REVOKED_LINE)
    other = demo_decisions.published(office, leader, registrar, ready, [alone], OTHER_NUMBER)
    revoking.revoke(leader, other.pk, REVOKING, REVOKED)


def _propose(players: Players, hamlet: Placement, which: slice) -> None:
    thon, office = players.people["thon"], players.people["xa"]
    form = AwardForm.objects.select_related("document").get(code=LETTER)
    rows = candidates.rows(hamlet, UnitKind.HOUSEHOLD)[which]
    chosen = [candidates.subject_of(row, hamlet)[0] for row in rows]
    demo_awards.recognise(office, chosen)
    phase = candidates.occasions_of(form)[0]
    begun: Sequence[Nomination] = entering.begin(
        thon, scope.of(thon).grants[0], form, phase, chosen
    )
    for one in begun:
        proposing.write(thon, one)
    proposing.send(players, thon, begun, receiver=office)
    proposing.carry(office, [(one, ("appraise",)) for one in begun])


def _correct(players: Players, decision: Decision) -> None:
    """The first household is called otherwise from now on, and gets another certificate."""
    line: Award = decision.awards.get(order=1)
    family, _space, given = line.name.removeprefix("Hộ gia đình ").partition(" ")
    document = Document(CORRECTION, periods.today(), decision.issuer_name, CORRECTED)
    scan = SimpleUploadedFile(
        "132-DC-UBND.png", players.picture("DINH CHINH 132/DC-UBND"), "image/png"
    )
    correcting.correct(
        players.people["vanthuxa"],
        decision.pk,
        document,
        {line.pk: f"Hộ gia đình {family} Thị {given}"},
        scan,
        seen=workflow.fingerprint(decision),
    )
