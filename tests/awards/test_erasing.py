"""Somebody is taken out of the portal: their name and number stand nowhere any more, but on what
was issued. Data are in place in which a forgotten place would show."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from awards.deciding import workflow as deciding
from awards.models import Award, Certificate, Nomination
from awards.nominating import entering as nominating
from awards.nominating.entering import Subject
from core import journal, periods
from core.models import JournalEntry, Redaction, keep_step
from core.workflow import Refused
from criteria.books import saving
from criteria.books.book import open_book
from criteria.models import Assessment
from reports import searching
from tests import award_factories as af
from tests import criteria_factories
from tests import unit_factories as make
from tests.awards import deciding as decisions
from tests.awards.deciding import Deciding
from tests.core import originals
from tests.importing.bringing import Bringing
from tests.traces import in_tables, on_disk
from tests.unit_factories import REASON, Village
from units import erasing, finding, personal
from units.models import (
    ERASED,
    Member,
    PersonalRecord,
    PersonalRequest,
    RequestKind,
    UnitKind,
)
from units.requesting import entering
from units.requesting.workflow import REQUEST

pytestmark = pytest.mark.django_db(transaction=True)

NAME, NUMBER, CONTACT = "Thạch Thị Kín Đáo", "084196001234", "0912 345 678"
#: Never found in its letters: the digest is under a secret, the last digits are many people's.
WORDS = (NAME, NUMBER, "084 196 001 234", CONTACT, personal.digest(NUMBER))


@pytest.fixture(autouse=True)
def own_media(settings: Any, tmp_path: Path) -> None:
    """No other test's files are read."""
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def there() -> Deciding:
    return decisions.deciding()


@pytest.fixture
def person(there: Deciding) -> Member:
    """A citizen of the hamlet, who is the head of her household there."""
    hamlet, thon = there.made.hamlet, there.made.thon
    household = make.member(thon, hamlet, UnitKind.HOUSEHOLD, NAME)
    return make.member(
        thon,
        hamlet,
        UnitKind.CITIZEN,
        NAME,
        birth_year=1962,
        identity=NUMBER,
        household=household.number,
    )


def ask(there: Deciding, person: Member, kind: str = RequestKind.ERASURE, **said: Any) -> Any:
    """A request that the head of the hamlet entered, accepted."""
    asked = entering.Asked(
        kind=kind,
        asked_by="representative",
        representative=f"Con gái của bà {NAME}",
        identity_check=f"Đối chiếu căn cước của {NAME}, {NUMBER}",
        contact=CONTACT,
        asks=f"Tôi là con bà {NAME}",
        received_on=periods.today(),
        **said,
    )
    entered = entering.enter(there.made.thon, there.made.hamlet, person.unit_id, asked)
    return REQUEST.perform("accept", entered.pk, there.made.thon)


def carry_out(there: Deciding, request: PersonalRequest) -> PersonalRequest:
    return REQUEST.perform("carry_out", request.pk, there.xa)


def proposed(there: Deciding, person: Member) -> Nomination:
    """A nomination whose words and file name her."""
    subject = Subject(person.unit, there.made.hamlet)
    found = af.nomination(there.made, subject)
    nominating.write(there.made.thon, found.pk, "achievements", f"Bà {NAME} dạy chữ.", seen=None)
    nominating.write(there.made.thon, found.pk, "summary", NAME.upper(), seen=None)
    upload = SimpleUploadedFile(f"{NAME}.pdf", originals.pdf(text=f"Lý lịch {NAME}"))
    nominating.attach(there.made.thon, found.pk, upload)
    return af.fresh(found)


def appraised(there: Deciding, found: Nomination) -> Nomination:
    carrying = af.submission(there.made, [found], by=there.made.thon)
    af.receive(there.made, af.send(there.made, carrying, there.made.thon))
    return af.step("appraise", found, there.xa)


def assessed(there: Deciding, person: Member) -> None:
    """Her own self-assessment, in whose words her name stands."""
    setting = there.made.setting
    criteria_factories.commune_set(
        there.made.land.province,
        setting.document,
        setting.source,
        ({},),
        code="cong-dan",
        kind=UnitKind.CITIZEN,
    )
    book = open_book(setting.round, there.made.hamlet, UnitKind.CITIZEN)
    texts = {part.name: f"Bà {NAME} đọc sách" for part in book.parts}
    saving.save(there.made.thon, book, [saving.Entry(person.unit_id, texts, 0)])


def brought(there: Deciding) -> None:
    """An import that changed her row and can be undone, and one that nobody has written yet."""
    made = there.made
    village = Village(made.land, made.hamlet, made.school, made.school, made.thon, made.coquan)
    bringing = Bringing(village)
    place = "Thôn, ấp, khu, tổ dân phố hoặc cơ quan"
    head = (place, "Họ và tên chủ hộ", "Số người", "Số trong danh sách trên Cổng")
    bringing.written([head, (made.hamlet.name, NAME, 5, 1)])
    bringing.bring([head[:3], (made.hamlet.name, f"{NAME} ", 7)])


def sent(there: Deciding, person: Member) -> None:
    """What the history of her self-assessment keeps of a step: what stood in it, and the reason."""
    assessment = Assessment.objects.get(unit=person.unit_id)
    answer = assessment.answers.get()
    standing = {"value": answer.value, "note": answer.note, "evidence": [f"{NAME.upper()}.pdf"]}
    with journal.act("assessment.return", actor=there.xa):
        keep_step(
            assessment,
            "return",
            "received",
            there.xa,
            None,
            f"Bà {NAME} chưa nộp minh chứng",
            submission=1,
            snapshot={"1": standing},
        )


def remembered(there: Deciding, person: Member) -> None:
    """An entry of the journal as it was before columns were masked."""
    record = PersonalRecord.objects.get(unit=person.unit_id)
    said = {"identity_check": f"Thẻ {NUMBER}", "name": NAME, "others": [f"con bà {NAME}"]}
    JournalEntry.objects.create(
        act="member.save",
        reason=f"Theo đơn của bà {NAME}",
        op="update",
        subject=PersonalRecord._meta.db_table,
        row_id=record.pk,
        rows=1,
        before=said,
        after=said,
    )


def test_who_is_erased_stands_nowhere(there: Deciding, person: Member) -> None:
    found = proposed(there, person)
    assessed(there, person)
    sent(there, person)
    brought(there)
    earlier = ask(there, person, RequestKind.CORRECTION, new_name=NAME, new_birth_year=1963)
    carry_out(there, earlier)
    reason = f"Bà {NAME} xin thôi"
    af.step("withdraw", found, there.made.thon, reason=reason)
    remembered(there, person)
    request = ask(there, person)
    before = in_tables(*WORDS)
    assert before == {
        "awards_nominationevent.reason",
        "awards_nomination.state_reason",
        "core_journalentry.after",
        "core_journalentry.before",
        "core_journalentry.reason",
        "criteria_assessmentevent.reason",
        "criteria_assessmentevent.snapshot",
        "awards_nomination.achievements",
        "awards_nomination.summary",
        "core_importrow.before",
        "core_importwork.content",
        "core_importrow.data",
        "core_storedfile.name",
        "criteria_answer.note",
        "units_personalrecord.name",
        "units_personalrecord.identity_digest",
        "units_personalrequest.asks",
        "units_personalrequest.contact",
        "units_personalrequest.identity_check",
        "units_personalrequest.new_name",
        "units_personalrequest.representative",
    }
    assert len(on_disk(NAME)) == 1
    carry_out(there, request)
    assert in_tables(*WORDS) == set()
    assert on_disk(NAME) == []
    assert Redaction.objects.exists()
    assert {*PersonalRecord.objects.values_list("name", "birth_year")} == {(ERASED, None)}
    assert Nomination.objects.get().achievements == f"Bà {ERASED} dạy chữ."
    assert Member.objects.filter(unit=person.unit_id).exists()
    assert Assessment.objects.filter(unit=person.unit_id).exists()


def test_nobody_finds_or_writes_the_name_again(there: Deciding, person: Member) -> None:
    carry_out(there, ask(there, person))
    user = User.objects.get(pk=there.made.thon.pk)
    personal.open_names(user, there.made.hamlet, REASON)
    for words in (NAME, "đã xóa theo yêu cầu"):
        assert not finding.members(user, words).exists()
        assert [one.kind.code for one in searching.found(user, words)] == []


def test_what_was_issued_stays_and_says_so(there: Deciding, person: Member) -> None:
    found = appraised(there, proposed(there, person))
    decision = decisions.published(there, found)
    request = ask(there, person)
    kept = erasing.kept(erasing.person_of(person.unit_id))
    assert [(one.title, one.url) for one in kept] == [
        (
            f"Giấy khen của Chủ tịch UBND xã theo quyết định {decision.reference}",
            f"/decisions/{decision.pk}/",
        )
    ]
    carry_out(there, request)
    issued = {"awards_award.name", "awards_decision.text"}
    dossier = {"awards_nomination.achievements", "awards_nomination.summary"}
    assert in_tables(*WORDS) == issued | dossier | {"core_storedfile.name"}
    assert Award.objects.get().nomination.unit_id == person.unit_id
    assert not Certificate.objects.exists()


@pytest.mark.parametrize("state", ["draft", "checking"])
def test_what_is_on_its_way_has_to_end_before(there: Deciding, person: Member, state: str) -> None:
    found = proposed(there, person)
    if state == "checking":
        decisions.carried(there, decisions.draft(there, appraised(there, found)), "checking")
    request = ask(there, person)
    with pytest.raises(Refused, match="hãy rút hồ sơ"):
        carry_out(there, request)
    assert "units_personalrecord.name" in in_tables(NAME)


def test_a_draft_that_was_given_up_has_let_go_of_the_name(there: Deciding, person: Member) -> None:
    found = appraised(there, proposed(there, person))
    decision = decisions.carried(there, decisions.draft(there, found), "checking")
    assert {"awards_award.name", "awards_decision.text"} <= in_tables(NAME)
    deciding.perform("return", decision.pk, there.vanthu, reason="Sai thể thức")
    deciding.perform("drop", decision.pk, there.xa, reason="Lập lại")
    af.step("drop", found, there.xa)
    carry_out(there, ask(there, person))
    assert in_tables(*WORDS) == set()


def test_a_corrected_name_stands_in_every_list_and_draft(there: Deciding, person: Member) -> None:
    found = proposed(there, person)
    wrong = "units_personalrecord.name"
    assert wrong in in_tables(NAME)
    request = ask(there, person, RequestKind.CORRECTION, new_name="Thạch Thị Kim Đào")
    carry_out(there, request)
    assert wrong not in in_tables(NAME)
    assert {*PersonalRecord.objects.values_list("name", flat=True)} == {"Thạch Thị Kim Đào"}
    assert PersonalRecord.objects.get(unit=person.unit_id).birth_year == 1962
    appraised(there, found)
    decision = decisions.published(there, af.fresh(found))
    assert Award.objects.get(decision=decision).name == "Thạch Thị Kim Đào"


def test_others_of_the_same_name_stay(there: Deciding, person: Member) -> None:
    other = make.member(there.made.thon, there.made.hamlet, UnitKind.CITIZEN, NAME)
    carry_out(there, ask(there, person))
    assert PersonalRecord.objects.get(unit=other.unit_id).name == NAME
    assert PersonalRecord.objects.filter(name=ERASED).count() == 2
