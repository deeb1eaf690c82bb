"""How the people of the demonstration propose: they write, send and receive as people do."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from awards.demo_people import person
from awards.models import Nomination, SubmissionFile
from awards.nominating import checking, entering
from awards.nominating.workflow import NOMINATION
from awards.submitting import entering as submitting
from awards.submitting import workflow as submissions
from core import journal, periods
from units import scope
from units.models import MEMBER_KINDS, Appointment, Placement

BASIS = "Dữ liệu minh họa"
SINCE = periods.Day(2025, 7, 1)
YEARLY, LETTER, HIGH, HIGHEST = (
    "khen-hang-nam",
    "giay-khen",
    "bang-khen-bo-nganh-tinh",
    "bang-khen-thu-tuong",
)
SUMMARY = "Tích cực tham gia phong trào, có nền nếp học tập, vận động được nhiều người cùng học."
ACHIEVEMENTS = (
    "Duy trì góc học tập và giờ tự học buổi tối; các thành viên đều tham gia ít nhất một lớp của "
    "trung tâm học tập cộng đồng.\nVận động 05 hộ trong xóm đăng ký Gia đình học tập; đóng góp "
    "sách cho tủ sách nhà văn hóa ấp."
)
# The same of a place or an office.
UNIT_SUMMARY = (
    "Duy trì phong trào học tập thường xuyên; nhiều lớp học được mở theo nhu cầu của người dân."
)
UNIT_ACHIEVEMENTS = (
    "Duy trì phong trào học tập thường xuyên; phối hợp với trung tâm học tập cộng đồng mở lớp theo "
    "nhu cầu của người học.\nVận động xây dựng và bổ sung tủ sách dùng chung."
)
RETURN = "Báo cáo chưa nêu kết quả cụ thể; đề nghị bổ sung số liệu và minh chứng."
DROP = "Thành tích thuộc thời gian đã được khen; không xét trong đợt này."
REASONS = {"return": RETURN, "drop": DROP}


@dataclass(frozen=True)
class Players:
    """Who proposes and who appraises.

    Attributes:
        clerks: who writes for a commune, by the key of its unit.
        picture: a scan of some paper, by the words on it.
    """

    people: Mapping[str, User]
    clerks: Mapping[int, User]
    picture: Callable[[str], bytes]


def signer(username: str, full_name: str, role: str, place: Placement) -> User:
    """Somebody who signs for a unit, and never signs in."""
    with journal.act("demo.load", reason=BASIS):
        made = person(username, full_name)
        period = periods.between(SINCE, None)
        Appointment.objects.create(user=made, role=role, unit_id=place.unit_id, period=period)
    return made


def write(clerk: User, one: Nomination) -> None:
    """Write a nomination whole, so that nothing that its unit could write is missing."""
    is_member = one.unit.kind in MEMBER_KINDS
    summary = SUMMARY if is_member else UNIT_SUMMARY
    entering.write(clerk, one.pk, "summary", summary, seen=None)
    if not one.achievements:
        text = ACHIEVEMENTS if is_member else UNIT_ACHIEVEMENTS
        entering.write(clerk, one.pk, "achievements", text, seen=None)
    entering.state_unrestricted(clerk, one.pk, True)


def send(
    players: Players,
    clerk: User,
    carried: Sequence[Nomination],
    *,
    signer: User | None = None,
    receiver: User | None = None,
) -> bool:
    """Put nominations on a submission with its minutes, sign it off, send and receive it.

    Returns:
        Whether it was sent: not where the pre-check of one of them blocks.
    """
    findings = checking.findings_of(_fresh(carried))
    if any(checking.blocks(found) for found in findings.values()):
        return False
    first = carried[0]
    grant = scope.of(clerk).grants[0]
    paper = submitting.begin(clerk, grant, first.form, first.occasion, [one.pk for one in carried])
    minutes = SimpleUploadedFile(
        "bien-ban-hop-xet.png", players.picture(f"BIEN BAN {paper.pk}"), "image/png"
    )
    submitting.attach(clerk, paper.pk, SubmissionFile.Kind.MINUTES, minutes)
    if signer:
        submissions.perform("sign", paper.pk, signer)
    submissions.perform("send", paper.pk, clerk)
    if receiver:
        submissions.perform("receive", paper.pk, receiver)
    return True


def _fresh(carried: Sequence[Nomination]) -> list[Nomination]:
    rows = Nomination.objects.with_subject().filter(pk__in=[one.pk for one in carried])
    return list(rows.select_related("form", "round", "phase"))


def carry(officer: User, stories: Sequence[tuple[Nomination, tuple[str, ...]]]) -> None:
    """Let the office appraise, return and drop, as the stories say."""
    for one, story in stories:
        for step in story:
            if step in ("appraise", "return", "drop"):
                NOMINATION.perform(step, one.pk, officer, reason=REASONS.get(step, ""))
