"""Asking about nominations: who may, what is required, what everybody reads."""

import datetime

import pytest
from django.test import Client
from django.urls import reverse

from awards.consulting import asking
from awards.consulting.asking import Question, Said
from awards.consulting.workflow import CONSULTATION, fingerprint
from awards.models import Consultation, ConsultationRule, Nomination
from awards.nominating import checking
from awards.ruling import entering as ruling
from core import periods
from core.workflow import Refused
from tests import award_factories as awards
from tests import factories
from tests.award_factories import Awarding
from units.models import UnitKind

pytestmark = pytest.mark.django_db

TODAY = periods.today()
NAME = "Trần Văn Kín"


@pytest.fixture
def made(db: None) -> Awarding:
    return awards.awarding()


def question(**fields: object) -> Question:
    said = {
        "kind": "concurrence",
        "asked_body": "Công an xã Đại An",
        "asked_unit_id": None,
        "asked_on": TODAY,
        "due_on": TODAY + datetime.timedelta(days=7),
    }
    return Question(**{**said, **fields})  # type: ignore[arg-type]


def public(made: Awarding, one: Nomination, **fields: object) -> Consultation:
    return asking.ask(made.land.xa, question(kind="public", **fields), [one.pk])


def read(found: Consultation) -> object:
    return Client().get(reverse("submissions:public_consultation", args=[found.token]))


def test_the_office_that_has_it_asks_and_nobody_else(made: Awarding) -> None:
    one = awards.nomination(made, state="received")
    asked = asking.ask(made.land.xa, question(), [one.pk])
    assert (asked.asker_id, asked.state) == (made.land.commune.unit_id, "asked")
    for person in (made.thon, made.land.xa2, made.land.tinh, made.land.xem):
        with pytest.raises(Refused, match="đơn vị mình"):
            asking.ask(person, question(), [one.pk])


def test_the_unit_that_is_asked_records_its_answer(made: Awarding) -> None:
    one = awards.nomination(made, state="received")
    unit = made.school.unit_id
    asked = asking.ask(made.land.xa, question(asked_unit_id=unit), [one.pk])
    answered = asking.answer(
        made.coquan, asked.pk, Said("agree", "Nhất trí.", TODAY), None, seen=None
    )
    assert (answered.state, answered.answer, answered.recorded_by) == (
        "answered",
        "agree",
        made.coquan,
    )
    with pytest.raises(Refused):
        CONSULTATION.perform("withdraw", asked.pk, made.coquan, reason="Thôi")
    undone = CONSULTATION.perform("unanswer", asked.pk, made.land.xa, reason="Ghi nhầm")
    assert (undone.state, undone.answer, undone.recorded_by) == ("asked", "", None)


def test_an_answer_has_a_day_between_the_asking_and_today(made: Awarding) -> None:
    one = awards.nomination(made, state="received")
    asked = asking.ask(made.land.xa, question(), [one.pk])
    for day in (TODAY - datetime.timedelta(days=1), TODAY + datetime.timedelta(days=1)):
        with pytest.raises(Refused):
            asking.answer(made.land.xa, asked.pk, Said("agree", "", day), None, seen=None)


def blocking(one: Nomination) -> list[str]:
    one = awards.fresh(one)
    return [f.article for f in checking.findings_of([one])[one.pk] if f.blocks]


def test_a_required_consultation_blocks_until_it_is_answered(made: Awarding) -> None:
    one = awards.nomination(made, state="received")
    assert blocking(one) == []
    grant = ruling.managing_grant(made.land.tinh, "terms")
    assert grant is not None
    said = {
        **ruling.of_territory(grant),
        "form": made.yearly,
        "kind": "concurrence",
        "office_kind": "commune",
        "asked_body": "Công an xã",
        "period": periods.between(TODAY, None),
        "basis": "Quy chế 5",
    }
    rule = ruling.enter(made.land.tinh, grant, "consultations", said)
    assert isinstance(rule, ConsultationRule)
    assert blocking(one) == ["Quy chế 5"]
    asked = asking.ask(made.land.xa, question(), [one.pk])
    assert blocking(one) == ["Quy chế 5"]
    asking.answer(made.land.xa, asked.pk, Said("disagree", "Chưa rõ.", TODAY), None, seen=None)
    assert blocking(one) == []  # disagreement deserves a look, the office decides
    CONSULTATION.perform("unanswer", asked.pk, made.land.xa, reason="Ghi nhầm")
    ruling.end(made.land.tinh, rule, TODAY, "Bãi bỏ")
    assert blocking(one) == ["Quy chế 5"]  # today is its last day


def test_everybody_reads_names_of_units_and_numbers_of_households(made: Awarding) -> None:
    home = awards.nomination(made, awards.household(made, NAME), state="received")
    html = read(public(made, home)).content.decode()
    assert NAME not in html
    assert home.subject_name in html
    published = public(made, home, names_basis="Quyết định 12/QĐ-UBND")
    assert NAME in read(published).content.decode()


def test_the_public_page_is_there_on_its_days_only(made: Awarding) -> None:
    one = awards.nomination(made, state="received")
    found = public(made, one)
    answer = read(found)
    assert (answer.status_code, answer["X-Robots-Tag"]) == (200, "noindex, nofollow")
    later = public(made, one, asked_on=TODAY + datetime.timedelta(days=1))
    earlier = TODAY - datetime.timedelta(days=3)
    past = public(made, one, asked_on=earlier, due_on=earlier)
    private = asking.ask(made.land.xa, question(), [one.pk])
    CONSULTATION.perform("withdraw", found.pk, made.land.xa, reason="Thôi")
    assert [read(c).status_code for c in (found, later, past, private)] == [404] * 4


def test_the_pages(made: Awarding) -> None:
    one = awards.nomination(made, state="received")
    client = factories.signed_in(made.land.xa)
    assert client.get(reverse("submissions:consultation_new")).status_code == 200
    data = {
        "nomination": [str(one.pk)],
        "kind": "opinion",
        "asked_body": "Mặt trận Tổ quốc xã",
        "asked_on": f"{TODAY:%d/%m/%Y}",
        "due_on": f"{TODAY:%d/%m/%Y}",
    }
    answer = client.post(reverse("submissions:consultation_new"), data)
    found = Consultation.objects.get()
    detail = reverse("submissions:consultation", args=[found.pk])
    assert (answer.status_code, answer["Location"]) == (302, detail)
    assert "Mặt trận Tổ quốc xã" in client.get(detail).content.decode()
    said = {"answer": "agree", "answered_on": f"{TODAY:%d/%m/%Y}"}
    url = reverse("submissions:consultation_answer", args=[found.pk])
    assert client.post(url, said).status_code == 422  # what was seen is missing
    seen = "asked"
    assert client.post(f"{url}?seen={seen}", said).status_code == 302
    assert factories.signed_in(made.land.xa2).get(detail).status_code == 404
    assert client.get(reverse("submissions:consultations")).status_code == 200
    assert client.get(reverse("submissions:rules")).status_code == 200
    tinh = factories.signed_in(made.land.tinh)
    for kind in ("terms", "quotas", "consultations", "restrictions"):
        assert tinh.get(reverse("submissions:rule_new", args=[kind])).status_code == 200


@pytest.mark.parametrize("role", ["education_officer", "study_officer"])
def test_an_office_of_the_province_that_is_asked_is_told_and_answers(
    made: Awarding, role: str
) -> None:
    province = made.land.province
    association = factories.place(
        UnitKind.MASS_ORGANISATION, "Hội Khuyến học tỉnh", province, managed_by=province
    )
    place = made.land.education if role == "education_officer" else association
    person = factories.user(f"asked-{role}")
    factories.appoint(person, role, place)
    one = awards.nomination(made, state="received")
    asked = asking.ask(made.land.xa, question(asked_unit_id=place.unit_id), [one.pk])
    assert list(person.notices.values_list("kind", flat=True)) == ["consultation.asked"]
    url = reverse("submissions:consultation", args=[asked.pk])
    client, due = factories.signed_in(person), reverse("submissions:due")
    assert url in client.get(due).content.decode()
    said = {"answer": "agree", "answer_words": "Nhất trí.", "answered_on": f"{TODAY:%d/%m/%Y}"}
    assert client.post(f"{url}answer/?seen={fingerprint(asked)}", said).status_code == 302
    asked.refresh_from_db()
    assert asked.recorded_by == person
    assert url not in client.get(due).content.decode()
