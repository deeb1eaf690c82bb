"""Nobody verifies their own work, for whichever office; a unit has one self-assessment a round."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from core import journal, periods
from core.models import JournalEntry
from criteria import assessing, permissions
from criteria.models import Assessment
from criteria.workflow import ASSESSMENT
from tests import criteria_factories as make
from tests import factories
from tests.core import originals
from tests.criteria_factories import Campaigning

pytestmark = pytest.mark.django_db


def colleague(setting: Campaigning, role: str = "commune_officer") -> User:
    """Another person of the commune."""
    person = factories.user("xa_b")
    factories.appoint(person, role, setting.land.commune)
    return person


def save(setting: Campaigning, assessment: Assessment, person: User, value: str) -> None:
    """`person` answers the first criterion, whatever stands there."""
    answer = assessment.answers.filter(criterion=setting.criteria[0]).first()
    assessing.save_answer(
        assessment.pk,
        setting.criteria[0].pk,
        person,
        value={"value": value},
        note="",
        version=answer.version if answer else 0,
    )


def is_overwritten(setting: Campaigning) -> tuple[Assessment, User]:
    """A colleague's answer is replaced by another person's."""
    assessment, other = make.answered(setting), colleague(setting)
    save(setting, assessment, other, "no")
    save(setting, assessment, setting.land.xa, "yes")
    return ASSESSMENT.perform("send", assessment.pk, setting.land.xa), other


def handles_evidence(setting: Campaigning) -> tuple[Assessment, User]:
    """A colleague attaches a file where there is no answer, and removes it again."""
    assessment, other = make.answered(setting), colleague(setting)
    upload = SimpleUploadedFile("minh-chung.pdf", originals.pdf(text="Báo cáo"))
    piece = assessing.add_evidence(assessment.pk, setting.criteria[3].pk, other, upload)
    assessing.remove_evidence(assessment.pk, piece.pk, other)
    return ASSESSMENT.perform("send", assessment.pk, setting.land.xa), other


def removes_evidence(setting: Campaigning) -> tuple[Assessment, User]:
    """A colleague only removes the file of another person."""
    assessment, other = make.answered(setting), colleague(setting)
    upload = SimpleUploadedFile("minh-chung.pdf", originals.pdf(text="Báo cáo"))
    last = setting.criteria[3].pk
    piece = assessing.add_evidence(assessment.pk, last, setting.land.xa, upload)
    assessing.remove_evidence(assessment.pk, piece.pk, other)
    return ASSESSMENT.perform("send", assessment.pk, setting.land.xa), other


def sends_first(setting: Campaigning) -> tuple[Assessment, User]:
    """A colleague sends; it is taken back and sent again by another person."""
    assessment, other = make.answered(setting), colleague(setting, "commune_leader")
    for step, person in (("send", other), ("take_back", setting.land.xa)):
        ASSESSMENT.perform(step, assessment.pk, person)
    return ASSESSMENT.perform("send", assessment.pk, setting.land.xa), other


def takes_back(setting: Campaigning) -> tuple[Assessment, User]:
    """A colleague takes back what another person sent, and sends again."""
    assessment, other = make.sent(setting), colleague(setting, "commune_leader")
    ASSESSMENT.perform("take_back", assessment.pk, other)
    return ASSESSMENT.perform("send", assessment.pk, setting.land.xa), other


@pytest.mark.parametrize(
    "worked", [is_overwritten, handles_evidence, removes_evidence, sends_first, takes_back]
)
def test_who_ever_worked_on_it_does_not_review_it(
    setting: Campaigning, worked: Callable[[Campaigning], tuple[Assessment, User]]
) -> None:
    assessment, other = worked(setting)
    mover = factories.moved(other, "emulation_officer", setting.land.home_affairs)
    assessment.refresh_from_db()
    assert permissions.may_review(setting.land.tinh, assessment) == (True, "")
    assert permissions.may_review(mover, assessment)[0] is False
    assert assessment.taken_part == [setting.land.xa.pk, other.pk]


def test_a_colleague_who_did_nothing_may_review_it_later(setting: Campaigning) -> None:
    assessment, other = make.sent(setting), colleague(setting)
    mover = factories.moved(other, "emulation_officer", setting.land.home_affairs)
    assert permissions.may_review(mover, assessment) == (True, "")


@pytest.mark.parametrize("first", ["home_affairs", "education"])
def test_who_reviews_for_two_offices_does_so_for_the_one_that_receives(
    setting: Campaigning, first: str
) -> None:
    person = factories.user("hai_so")
    offices = ["home_affairs", "education"]
    rights = {
        office: factories.appoint(person, "emulation_officer", getattr(setting.land, office))
        for office in sorted(offices, key=lambda office: office != first)
    }
    assessment = ASSESSMENT.perform("receive", make.sent(setting).pk, person)
    assessing.judge(assessment.pk, setting.criteria[0].pk, person, verdict="accepted")
    judged = JournalEntry.objects.filter(act="assessment.judge").latest("pk")
    assert assessment.events.latest("pk").unit_name == setting.land.home_affairs.name
    assert judged.behalf_id == rights["home_affairs"].pk


def test_rights_at_another_office_alone_do_not_review(setting: Campaigning) -> None:
    person = factories.user("so_khac")
    factories.appoint(person, "emulation_officer", setting.land.education)
    assert permissions.may_review(person, make.sent(setting))[0] is False


def test_a_newer_version_of_the_set_begins_no_second_assessment(setting: Campaigning) -> None:
    begun = make.begun(setting)
    today = periods.today()
    with journal.act("test"):
        setting.criteria_set.period = periods.between(None, today - periods.ONE_DAY)
        setting.criteria_set.save()
    newer = make.commune_set(
        setting.land.province,
        setting.document,
        setting.source,
        code="cap-xa-moi",
        period=periods.between(today, None),
    )
    assert make.begun(setting) == begun
    assert make.begun(setting, setting.land.xa2).criteria_set == newer
    assert Assessment.objects.filter(unit=setting.land.commune.unit).count() == 1
