"""The demonstration's consultations: one answered, one that waits, one of the public that runs now,
and one that was withdrawn."""

import datetime
from collections.abc import Sequence

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from awards.consulting import asking
from awards.consulting.asking import Question, Said
from awards.consulting.workflow import CONSULTATION
from awards.demo_proposing import HIGH, YEARLY, Players
from awards.models import Consultation, ConsultationKind, Nomination, NominationState
from core import periods
from units.models import Placement

TERM = datetime.timedelta(days=10)
ANSWER = "Nhất trí với đề nghị khen thưởng; các đơn vị có phong trào học tập tốt, đúng đối tượng."
WITHDRAWN = "Hộ đã được trưởng ấp xác nhận trong biên bản; không cần hỏi thêm."


def play(players: Players, education: Placement) -> None:
    """Let the offices ask about what is with them.

    Args:
        education: the office that is asked and has not answered yet.
    """
    office, commune = players.people["tinh"], players.people["xa"]
    received = _with(NominationState.RECEIVED, HIGH)
    ask(
        office,
        ConsultationKind.OPINION,
        received,
        education.name,
        asked=education,
        question="Đề nghị cho ý kiến về kết quả phong trào học tập của các đơn vị.",
    )
    ask(
        office,
        ConsultationKind.PUBLIC,
        [*received, *_with(NominationState.COUNCIL, HIGH)],
        "Nhân dân và cán bộ, công chức trên địa bàn tỉnh",
        question="Lấy ý kiến nhân dân trước khi trình khen thưởng.",
    )
    confirmation = ask(
        commune,
        ConsultationKind.CONFIRMATION,
        _with(NominationState.RECEIVED, YEARLY),
        "Mặt trận Tổ quốc Việt Nam xã",
        question="Đề nghị xác nhận hộ chấp hành tốt chủ trương, pháp luật tại nơi cư trú.",
    )
    CONSULTATION.perform("withdraw", confirmation.pk, commune, reason=WITHDRAWN)


def _with(state: NominationState, form: str) -> list[Nomination]:
    return list(Nomination.objects.filter(state=state, form__code=form).order_by("pk"))


def ask(
    officer: User,
    kind: ConsultationKind,
    nominations: Sequence[Nomination],
    body: str,
    *,
    question: str,
    asked: Placement | None = None,
) -> Consultation:
    """Ask today, as an officer of the office does that has the nominations."""
    today = periods.today()
    said = Question(kind, body, asked.unit_id if asked else None, today, today + TERM, question)
    return asking.ask(officer, said, [one.pk for one in nominations])


def agree(players: Players, officer: User, consultation: Consultation) -> None:
    """Record that who was asked agrees, with the paper that says so."""
    scan = SimpleUploadedFile("cong-van-tra-loi.png", players.picture("CONG VAN"), "image/png")
    said = Said(Consultation.Answer.AGREE, ANSWER, periods.today())
    asking.answer(officer, consultation.pk, said, scan, seen=None)
