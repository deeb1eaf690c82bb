"""Rules of commendation: who enters, ends and reads them; what bonuses come of them."""

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError
from django.urls import reverse

from accounts.models import User
from awards.deciding import workflow
from awards.deciding.bonus import NOT_CONFIGURED, Bonuses
from awards.models import BaseSalary, BonusRate, DirectDecision, Restriction
from awards.ruling import entering
from core import journal, periods
from core.workflow import Refused
from tests import factories
from tests.awards import deciding as make
from tests.awards.deciding import Deciding
from tests.core import originals
from tests.factories import signed_in
from units import scope
from units.models import UnitKind

pytestmark = pytest.mark.django_db

DAY = periods.Day(2025, 7, 1)
CHANGE = periods.Day(2026, 7, 1)
FIRST = f"{DAY:%d/%m/%Y}"
BONUS_TEXT = "Nghị định số 152/2025/NĐ-CP, Điều 54"
SALARY_TEXT = "Nghị định số 73/2024/NĐ-CP"


@pytest.fixture
def there() -> Deciding:
    return make.deciding()


@pytest.fixture
def admin(there: Deciding) -> User:
    person = factories.user("quantri")
    factories.appoint(person, "administrator", there.made.land.country)
    return User.objects.get(pk=person.pk)


def rate(there: Deciding, **said: object) -> BonusRate:
    words = {
        "form": there.made.yearly,
        "individual": Decimal("0.3"),
        "household": Decimal("1.5"),
        "collective": Decimal(2),
        "period": periods.between(DAY, None),
        "basis": BONUS_TEXT,
    }
    with journal.act("test"):
        return BonusRate.objects.create(**{**words, **said})


def salaries() -> None:
    with journal.act("test"):
        for amount, first, last in (
            (2_340_000, DAY, CHANGE - periods.ONE_DAY),
            (2_530_000, CHANGE, None),
        ):
            BaseSalary.objects.create(
                amount=amount, period=periods.between(first, last), basis=SALARY_TEXT
            )


# The bonus


@pytest.mark.parametrize(
    ("kind", "before", "after"),
    [
        (UnitKind.CITIZEN, 702_000, 759_000),
        (UnitKind.HOUSEHOLD, 1_053_000, 1_138_500),
        (UnitKind.HAMLET, 1_404_000, 1_518_000),
    ],
)
def test_a_bonus_is_base_salaries_times_factors(
    there: Deciding, kind: str, before: int, after: int
) -> None:
    rate(there)
    salaries()
    for day, amount in ((CHANGE - periods.ONE_DAY, before), (CHANGE, after)):
        found = Bonuses(there.made.yearly, day).of(kind)
        assert (found.amount, found.source) == (amount, f"{BONUS_TEXT}; {SALARY_TEXT}")
    assert Bonuses(there.made.yearly, DAY - periods.ONE_DAY).of(kind) == NOT_CONFIGURED
    assert Bonuses(there.made.high, CHANGE).of(kind) == NOT_CONFIGURED


def test_a_bonus_is_rounded_only_where_the_rule_says_so(there: Deciding) -> None:
    rate(there, rounded_up_to=10_000)
    salaries()
    found = Bonuses(there.made.yearly, CHANGE).of(UnitKind.HOUSEHOLD)
    assert (found.amount, found.basis) == (
        1_140_000,
        "0,3 × 1,5 × 2.530.000, làm tròn lên 10.000",
    )


def test_the_paper_names_the_documents_behind_the_bonus(there: Deciding) -> None:
    rate(there)
    salaries()
    decision = make.carried(there, make.draft(there, make.appraised(there)), "checking")
    assert f"({BONUS_TEXT}; {SALARY_TEXT})" in decision.text
    assert "1.518.000 đồng" in decision.text


def test_a_number_of_a_day_with_another_bonus_is_refused(there: Deciding) -> None:
    rate(there)
    salaries()
    decision = make.carried(there, make.draft(there, make.appraised(there)), "signed")
    with journal.act("test"):
        BaseSalary.objects.filter(period__contains=CHANGE).update(amount=2_600_000)
    with pytest.raises(Refused, match="tiền thưởng"):
        workflow.give_number(there.vanthu, decision.pk, 5, periods.today())


# Entering and ending


def test_a_rule_is_entered_only_by_who_sets_rules_of_its_kind(there: Deciding) -> None:
    grant = entering.managing_grant(there.made.land.tinh, "terms")
    assert grant is not None
    with pytest.raises(Refused, match="phụ trách địa bàn"):
        entering.enter(there.xa, grant, "terms", entering.of_territory(grant))
    with pytest.raises(Refused, match="Quản trị"):
        entering.enter(there.made.land.tinh, grant, "salaries", {})


SAID = {
    "salaries": {"amount": "2.530.000"},
    "bonuses": {"individual": "0,3", "household": "1,5", "collective": "2"},
    "direct": {"issuer_kind": "province"},
}


@pytest.mark.parametrize("kind", list(SAID))
def test_an_administrator_of_the_country_enters_and_ends_them(
    there: Deciding, admin: User, kind: str
) -> None:
    form = {} if kind == "salaries" else {"form": there.made.high.code}
    data = {**SAID[kind], **form, "first": FIRST, "basis": BONUS_TEXT}
    url = reverse("submissions:rule_new", args=[kind])
    client = signed_in(admin)
    assert client.post(url, {**data, "basis": ""}).status_code == 422
    assert client.post(url, data).status_code == 302
    assert client.post(url, data).status_code == 422  # another holds for the same
    entered = entering.MODELS[kind].objects.latest("pk")
    assert (entered.basis, entered.entered_by) == (BONUS_TEXT, admin)
    end = reverse("submissions:rule_end", args=[kind, entered.pk])
    assert client.get(end).status_code == 200
    ending = {"last": f"{periods.today():%d/%m/%Y}", "reason": "Có văn bản mới"}
    assert client.post(end, ending).status_code == 302
    entered.refresh_from_db()
    assert periods.last_day(entered.period) == periods.today()
    tinh = signed_in(User.objects.get(pk=there.made.land.tinh.pk))
    assert [tinh.get(one).status_code for one in (url, end)] == [403, 403]


def test_what_was_typed_is_what_is_kept(there: Deciding, admin: User) -> None:
    client = signed_in(admin)
    for kind, more in (("salaries", {}), ("bonuses", {"form": there.made.high.code})):
        data = {**SAID[kind], **more, "first": FIRST, "basis": BONUS_TEXT}
        assert client.post(reverse("submissions:rule_new", args=[kind]), data).status_code == 302
    assert BaseSalary.objects.get().amount == 2_530_000
    kept = BonusRate.objects.get()
    factors = (kept.individual, kept.household, kept.collective, kept.rounded_up_to)
    assert factors == (Decimal("0.3"), Decimal("1.5"), Decimal(2), None)


def test_everybody_reads_them_and_who_enters_what_is_not_configured(there: Deciding) -> None:
    url = reverse("submissions:rules")
    page = signed_in(User.objects.get(pk=there.made.thon.pk)).get(url).content.decode()
    assert "Quản trị viên toàn quốc nhập" in page
    assert "Quy chế thi đua, khen thưởng của xã" in page  # the rule behind direct decisions
    rate(there)
    salaries()
    page = signed_in(User.objects.get(pk=there.made.thon.pk)).get(url).content.decode()
    assert "2.530.000 đồng" in page
    assert BONUS_TEXT in page
    assert not BaseSalary.objects.visible_to(factories.user()).exists()
    assert DirectDecision.objects.visible_to(there.made.thon).count() == 1


@pytest.mark.parametrize("who", ["thon", "tinh"])
def test_the_rules_cost_as_much_with_three_as_with_one(
    there: Deciding, django_assert_num_queries: object, who: str
) -> None:
    people = {"thon": there.made.thon, "tinh": there.made.land.tinh}
    client = signed_in(User.objects.get(pk=people[who].pk))
    rate(there)
    salaries()
    for form in (there.made.high, there.made.outside):
        url = reverse("submissions:rules")
        assert client.get(url).status_code == 200  # the banner is asked for once a minute
        with django_assert_num_queries(QUERIES):  # type: ignore[operator]
            assert client.get(url).status_code == 200
        rate(there, form=form)


QUERIES = 13


# The document of a restriction


def status(person: User, url: str) -> int:
    answer = signed_in(User.objects.get(pk=person.pk)).get(url)
    answer.getvalue()  # a file that is sent is closed when it was read
    return answer.status_code


def test_the_document_of_a_restriction_is_read_by_who_sees_it(there: Deciding) -> None:
    land = there.made.land
    tinh = User.objects.get(pk=land.tinh.pk)
    data = {
        "unit": str(land.commune.unit_id),
        "ground": "complaint",
        "first": FIRST,
        "basis": "Thông báo số 15/TB-TTr ngày 02/10/2026",
    }
    url = reverse("submissions:rule_new", args=["restrictions"])
    wrong = SimpleUploadedFile("thong-bao.exe", b"MZ")
    assert signed_in(tinh).post(url, {**data, "file": wrong}).status_code == 422
    scan = SimpleUploadedFile("thong-bao.pdf", originals.pdf(text="Thong bao"))
    assert signed_in(tinh).post(url, {**data, "file": scan}).status_code == 302
    restriction = Restriction.objects.get()
    file = reverse("submissions:rule_file", args=[restriction.pk])
    read = {
        name: status(person, file)
        for name, person in (
            ("tinh", land.tinh),
            ("xa", land.xa),
            ("xa2", land.xa2),
            ("thon", there.made.thon),
            ("xem", land.xem),
            ("sogddt", land.sogddt),
            ("vanthu", there.vanthu),
        )
    }
    assert read == {
        "tinh": 200, "xa": 200, "xa2": 404, "thon": 404, "xem": 404, "sogddt": 404, "vanthu": 404,
    }  # fmt: skip
    page = signed_in(User.objects.get(pk=land.xa2.pk)).get(reverse("submissions:rules"))
    assert "thong-bao.pdf" not in page.content.decode()


def test_what_the_database_refuses_for_another_reason_is_not_called_a_second_rule(
    admin: User,
) -> None:
    grant = scope.of(admin).grants[0]
    said = {"amount": 2_340_000, "period": periods.between(DAY, None), "basis": SALARY_TEXT}
    entering.enter(admin, grant, "salaries", said)
    with pytest.raises(Refused, match="trong những ngày này"):
        entering.enter(admin, grant, "salaries", said)
    with pytest.raises(IntegrityError, match="base_salary_has_basis"):
        entering.enter(admin, grant, "salaries", {**said, "basis": ""})
