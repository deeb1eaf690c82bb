"""A form that leaves open which (“bằng hình thức phù hợp”): who decides chooses, papers name it."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation

from awards.certificates import book, making, verifying
from awards.deciding import above, choosing, drafting, listing, workflow
from awards.deciding.above import Result
from awards.deciding.drafting import Ready
from awards.models import BaseSalary, BonusRate, Certificate, Decision, DirectDecision, Nomination
from awards.nominating import checking
from awards.nominating.entering import Subject
from core import jobs, journal, periods
from core.models import Notice
from core.workflow import Refused
from criteria.models import AwardForm
from tests import award_factories as af
from tests import campaign_factories
from tests.awards import deciding as make
from tests.awards import test_results_from_above as results
from tests.awards.deciding import Deciding
from tests.core import originals
from tests.factories import signed_in
from units.models import UnitKind

pytestmark = pytest.mark.django_db

OPEN = "Biểu dương, khen thưởng hằng năm bằng hình thức phù hợp"
LETTER, HIGH = "Giấy khen", "Bằng khen của Chủ tịch UBND tỉnh"
MOST, CONTROL = 12, 3  # queries of a page, and those that open and close its transaction


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def there() -> Deciding:
    """What communes decide on every year leaves the form open; of the others they give one."""
    there = make.deciding()
    with journal.act("test"):
        AwardForm.objects.filter(pk=there.made.yearly.pk).update(is_open=True, name=OPEN)
        there.made.yearly.refresh_from_db()
    make.direct(there.made, letter(there))
    return there


def letter(there: Deciding) -> AwardForm:
    """Another form on which the commune decides."""
    land, commune = there.made.land, {"above": UnitKind.COMMUNE}
    made = af.form(there.made.setting, "giay-khen", LETTER, AwardForm.Occasion.PHASE_END)
    af.route(land.province, made, af.EVERY_KIND, ("receive", commune), ("decide", commune))
    return made


def the_letter() -> AwardForm:
    return AwardForm.objects.get(name=LETTER)


def draft(there: Deciding, *nominations: Nomination) -> Decision:
    """A draft that gives the letter."""
    begun = make.draft(there, *nominations)
    return drafting.write(there.xa, begun.pk, {"given": the_letter()})


def test_what_the_issuer_may_give_is_said_by_the_routes(there: Deciding) -> None:
    begun = make.draft(there, make.appraised(there))
    assert [one.name for one in choosing.offered(begun)] == [LETTER]


def test_what_is_for_others_is_not_offered(there: Deciding) -> None:
    with journal.act("test"):
        AwardForm.objects.filter(name=LETTER).update(subject_kinds=[UnitKind.CITIZEN])
    begun = make.draft(there, make.appraised(there))
    assert choosing.offered(begun) == []


def test_a_form_that_is_named_is_given_as_it_was_proposed() -> None:
    there = make.deciding()
    decision = make.draft(there, make.appraised(there))
    assert (decision.given, decision.award_form) == (decision.form, decision.form)


def test_without_a_choice_it_is_not_handed_over(there: Deciding) -> None:
    begun = make.draft(there, make.appraised(there))
    assert begun.given is None
    with pytest.raises(Refused) as refused:
        workflow.perform("hand_over", begun.pk, there.xa)
    assert str(refused.value) == (
        f"Choose the form that is given: “{OPEN}” names none, and a decision gives one."
    )


def test_to_do_without_a_vote_needs_a_rule_for_the_form_that_is_given(there: Deciding) -> None:
    with journal.act("test"):
        DirectDecision.objects.filter(form=the_letter()).delete()
    begun = draft(there, make.appraised(there))
    with pytest.raises(Refused, match="it has neither passed the Council"):
        workflow.perform("hand_over", begun.pk, there.xa)


def test_a_draft_is_kept_where_there_is_no_form_to_choose(there: Deciding) -> None:
    with journal.act("test"):
        AwardForm.objects.filter(name=LETTER).update(subject_kinds=[UnitKind.CITIZEN])
    begun = make.draft(there, make.appraised(there))
    page = signed_in(there.xa).get(reverse("decisions:detail", args=[begun.pk]))
    form = page.context["draft"]
    typed = {name: form[name].value() or "" for name in form.fields} | {"symbol": "QĐ-KHAC"}
    answer = signed_in(there.xa).post(reverse("decisions:write", args=[begun.pk]), typed)
    assert answer.status_code == 302
    assert Decision.objects.get(pk=begun.pk).symbol == "QĐ-KHAC"


def test_the_database_takes_no_decision_that_names_no_form(there: Deciding) -> None:
    decision = make.carried(there, draft(there, make.appraised(there)), "checking")
    with (
        pytest.raises(IntegrityError, match="decision_handed_over_names_form"),
        transaction.atomic(),
        journal.act("test"),
    ):
        Decision.objects.filter(pk=decision.pk).update(given=None)


def test_what_the_routes_do_not_let_it_give_is_refused(there: Deciding) -> None:
    begun = make.draft(there, make.appraised(there))
    drafting.write(there.xa, begun.pk, {"given": there.made.high})
    with pytest.raises(Refused) as refused:
        workflow.perform("hand_over", begun.pk, there.xa)
    assert str(refused.value) == (
        f"By the routes of today the issuer does not give everybody here “{HIGH}”."
    )


def test_the_page_says_at_the_field_what_is_missing(there: Deciding) -> None:
    begun = make.draft(there, make.appraised(there))
    page, clerk = reverse("decisions:detail", args=[begun.pk]), signed_in(there.xa)
    assert (
        f'<option value="{the_letter().pk}">{LETTER}</option>' in clerk.get(page).content.decode()
    )
    said = {"seen": workflow.fingerprint(begun), "signer": there.leader.pk, "position": "Chủ tịch"}
    url = reverse("decisions:write", args=[begun.pk])
    answer = clerk.post(url, said)
    assert answer.status_code == 422
    assert "given" in answer.context["draft"].errors


def test_the_page_lets_choose(there: Deciding) -> None:
    begun = make.draft(there, make.appraised(there))
    said: dict[str, Any] = {name: getattr(begun, name) for name in ("issuer_name", "symbol")}
    said |= {"basis": begun.basis, "achievement": begun.achievement, "position": "Chủ tịch"}
    said |= {"signer": there.leader.pk, "seen": workflow.fingerprint(begun)}
    url = reverse("decisions:write", args=[begun.pk])
    answer = signed_in(there.xa).post(url, {**said, "given": the_letter().pk})
    assert answer.status_code == 302
    begun.refresh_from_db()
    assert begun.given == the_letter()


def test_where_no_route_names_one_the_field_says_so(there: Deciding) -> None:
    with journal.act("test"):
        AwardForm.objects.filter(name=LETTER).update(is_open=True)
    begun = make.draft(there, make.appraised(there))
    page = signed_in(there.xa).get(reverse("decisions:detail", args=[begun.pk]))
    assert (
        "Chưa có tuyến trình nào ghi cơ quan này quyết định một hình thức khen thưởng cụ thể (chưa "
        "cấu hình); khi chưa có thì chưa chuyển được quyết định."
    ) in page.content.decode()


def test_papers_book_and_certificates_name_what_is_given(there: Deciding) -> None:
    decision = make.carried(there, draft(there, make.appraised(there)), "published")
    assert "Tặng Giấy khen cho 01 tập thể" in decision.text
    assert OPEN.lower() not in decision.text.lower()
    jobs.run(making.order(there.vanthu, decision).pk)
    kept = Certificate.objects.get()
    found = verifying.find(kept.serial)
    assert found is not None
    assert verifying.checked(found).form == LETTER
    (line,) = book.rows(there.made.land.commune.unit_id, decision.year or 0)
    assert book._row(line)[2] == LETTER
    sheet = making.sample(Decision.objects.get(pk=decision.pk))
    assert (sheet.given, sheet.title) == ("Tặng", "Giấy khen")


def test_bonus_follows_what_is_given(there: Deciding) -> None:
    always = periods.between(None, None)
    with journal.act("test"):
        BaseSalary.objects.create(amount=1_000_000, period=always, basis="NĐ", entered_by=there.xa)
        for form, factor in ((there.made.yearly, "5"), (the_letter(), "0.3")):
            BonusRate.objects.create(
                form=form,
                individual=Decimal(factor),
                household=Decimal("1.5"),
                collective=Decimal(2),
                period=always,
                basis="NĐ",
                entered_by=there.xa,
            )
    decision = make.carried(there, draft(there, make.appraised(there)), "checking")
    assert [one.bonus for one in decision.awards.all()] == [600_000]


def test_notices_and_lists_name_what_is_given(there: Deciding) -> None:
    decision = make.carried(there, draft(there, make.appraised(there)), "published")
    told = Notice.objects.get(recipient=there.made.thon, kind="decision.published")
    assert told.params["form"] == LETTER
    found = [one.pk for one in listing.rows(there.xa, words="giấy khen")]
    assert found == [decision.pk]
    page = signed_in(there.xa).get(reverse("decisions:index")).content.decode()
    assert f'<span lang="vi">{LETTER}</span>' in page


def test_the_history_of_who_is_commended_names_it(there: Deciding) -> None:
    one = make.appraised(there)
    make.carried(there, draft(there, one), "published")
    assert one.events.get(transition="decide").reason == f"{LETTER} 05/QĐ-UBND"


def test_the_same_form_given_before_blocks_a_nomination(there: Deciding) -> None:
    make.carried(there, draft(there, make.appraised(there)), "published")
    later = af.nomination(there.made, form=the_letter())
    known = checking.around([later])[later.pk]
    blocking = [one.text for one in checking.check(later, known) if one.blocks]
    sentence = "It is proposed for the same form already, in an overlapping period: %s."
    assert blocking == [sentence % there.made.setting.round.name]


def test_before_the_publication_nobody_hears_what_is_given(there: Deciding) -> None:
    make.carried(there, draft(there, make.appraised(there)), "issued")
    later = af.nomination(there.made, form=the_letter())
    (rival,) = checking.around([later])[later.pk].others
    assert (rival.name, rival.forms) == (OPEN, [there.made.yearly.pk, None])


def test_nobody_is_given_the_same_form_twice(there: Deciding) -> None:
    """The commune decides on two forms for one year, and would give the letter for both."""
    second = af.form(there.made.setting, "khen-khac", "Khen hằng năm khác", "yearly")
    commune = {"above": UnitKind.COMMUNE}
    af.route(
        there.made.land.province, second, af.EVERY_KIND, ("receive", commune), ("decide", commune)
    )
    with journal.act("test"):
        AwardForm.objects.filter(pk=second.pk).update(is_open=True)
        DirectDecision.objects.create(
            form=second,
            issuer_kind=UnitKind.COMMUNE,
            period=periods.between(None, None),
            basis="Quy chế",
        )
    first = draft(there, make.appraised(there))
    other = draft(there, af.nomination(there.made, form=second, state="appraised"))
    make.carried(there, first, "checking")
    with pytest.raises(Refused) as refused:
        workflow.perform("hand_over", other.pk, there.xa)
    assert str(refused.value) == (
        "Line 1: another decision gives its subject the same form for an overlapping period "
        "(Luật Thi đua, khen thưởng 06/2022/QH15, Điều 5)."
    )


def test_a_result_from_above_says_which_was_given(there: Deciding) -> None:
    forwarded = results.forwarded(there, 1)
    form = forwarded[0].form
    high = af.form(there.made.setting, "bang-khen", "Bằng khen", AwardForm.Occasion.PHASE_END)
    receive = ("receive", {"above": UnitKind.COMMUNE})
    af.route(there.made.land.province, high, af.EVERY_KIND, receive, ("decide", {}))
    with journal.act("test"):
        AwardForm.objects.filter(pk=form.pk).update(is_open=True)
    (ready,) = drafting.ready(there.xa)
    offered = above.offered(ready) or {}
    assert {one.pk for one in offered} == {there.made.outside.pk, high.pk}
    with pytest.raises(Refused, match="Choose the form that was given"):
        results.enter(there, *forwarded)


def forwarded_both(there: Deciding) -> tuple[Ready, AwardForm, Nomination, Nomination]:
    """A household and the hamlet, which wait for a result of an open form; another form that is
    given from above to households alone."""
    (home,) = results.forwarded(there, 1)
    hamlet = af.nomination(there.made, form=home.form, state="appraised")
    kinds = [UnitKind.HOUSEHOLD]
    high = af.form(there.made.setting, "bang-khen", HIGH, AwardForm.Occasion.PHASE_END, kinds)
    receive = ("receive", {"above": UnitKind.COMMUNE})
    af.route(there.made.land.province, high, kinds, receive, ("decide", {}))
    with journal.act("test"):
        AwardForm.objects.filter(pk=home.form_id).update(is_open=True)
    (ready,) = drafting.ready(there.xa)
    return ready, high, home, hamlet


def entered(there: Deciding, ready: Ready, form: AwardForm, *granted: Nomination) -> Decision:
    result = Result(
        "Thủ tướng Chính phủ", 12 + len(granted), "QĐ-TTg", periods.today(), given_id=form.pk
    )
    upload = SimpleUploadedFile("ket-qua.pdf", originals.pdf(text="Ket qua"))
    return above.enter(there.xa, ready, result, [one.pk for one in granted], [], upload)


def test_a_result_from_above_gives_what_fits_those_whom_it_commends(there: Deciding) -> None:
    ready, high, home, hamlet = forwarded_both(there)
    offered = above.offered(ready)
    assert offered == {there.made.outside: {home.pk, hamlet.pk}, high: {home.pk}}
    with pytest.raises(Refused) as refused:
        entered(there, ready, high, home, hamlet)
    assert str(refused.value) == (
        f"By the routes of today “{HIGH}” is not given from above to: Ấp Giồng Lớn."
    )
    decision = entered(there, ready, high, home)
    assert [(one.nomination_id, one.state) for one in decision.awards.all()] == [
        (home.pk, "granted")
    ]


def test_a_result_from_above_gives_nobody_the_same_twice(there: Deciding) -> None:
    ready, _high, home, hamlet = forwarded_both(there)
    entered(there, ready, there.made.outside, home)
    with journal.act("test"):  # it was proposed for that form by name
        Nomination.objects.filter(pk=home.pk).update(form=there.made.outside)
    subject = Subject(home.unit, there.made.hamlet)
    again = af.nomination(there.made, subject, form=ready.form, state="appraised")
    (waiting,) = [one for one in drafting.ready(there.xa) if one.form == ready.form]
    with pytest.raises(Refused) as refused:
        entered(there, waiting, there.made.outside, hamlet, again)
    assert str(refused.value) == (
        "Another decision gives the same form for an overlapping period (Luật Thi đua, khen "
        "thưởng 06/2022/QH15, Điều 5) to: Hộ gia đình Trần Văn 0."
    )
    again.refresh_from_db()
    assert (again.state, again.awards.count()) == ("appraised", 0)


def test_what_holds_elsewhere_is_not_offered(there: Deciding) -> None:
    """A form of another province's plan, whatever the routes say of it."""
    elsewhere = there.made.land.other_province.unit
    plan = campaign_factories.document("Kế hoạch tỉnh khác", territory=elsewhere)
    with journal.act("test"):
        AwardForm.objects.filter(name=LETTER).update(document=plan)
    begun = make.draft(there, make.appraised(there))
    assert choosing.offered(begun) == []


@pytest.mark.parametrize("number", [1, 3])
def test_a_draft_with_a_choice_costs_the_same_whoever_is_on_it(
    there: Deciding, number: int, django_assert_num_queries: Any
) -> None:
    homes = [af.household(there.made, f"Trần Văn {place}") for place in range(number)]
    begun = draft(there, *(make.appraised(there, one) for one in homes))
    clerk, url = signed_in(there.xa), reverse("decisions:detail", args=[begun.pk])
    clerk.get(url)  # the banner is asked for once a minute
    with django_assert_num_queries(MOST + CONTROL):
        assert clerk.get(url).status_code == 200
