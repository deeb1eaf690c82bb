"""A new version of a criteria set: drafted, checked, compared, published by a second person."""

import pytest

from accounts.models import User
from core import journal, periods
from core.models import JournalEntry
from core.workflow import Outdated, Refused
from criteria.applicability import applicable_set
from criteria.drafting import writing
from criteria.drafting.checking import check
from criteria.drafting.comparing import Comparison
from criteria.drafting.workflow import SET_DRAFT
from criteria.models import CriteriaSet, Criterion, DraftState, SetDraft
from tests import criteria_factories as make
from tests.criteria.drafts import LATER, TODAY, administrator, changed, now, published, put
from tests.criteria_factories import Campaigning
from units.models import UnitKind

pytestmark = pytest.mark.django_db


@pytest.fixture
def first(setting: Campaigning) -> User:
    return administrator("qttinh", setting.land.province)


@pytest.fixture
def second(setting: Campaigning) -> User:
    return administrator("qttinh2", setting.land.province)


@pytest.fixture
def draft(setting: Campaigning, first: User) -> SetDraft:
    return writing.begin(first, setting.criteria_set)


def said(draft: SetDraft) -> list[tuple[str, str]]:
    return [(one.code, one.sentence) for one in check(now(draft)).problems]


def compared(draft: SetDraft) -> Comparison:
    return check(now(draft)).comparison


# Begun


def test_a_draft_is_the_published_version_word_for_word(
    setting: Campaigning, draft: SetDraft
) -> None:
    copy = draft.criteria_set
    assert (copy.version, copy.published_at, copy.name) == (2, None, setting.criteria_set.name)
    names = ("code", "order", "wording", "quote", "rule", "source_id")
    assert list(copy.criteria.values(*names)) == list(setting.criteria_set.criteria.values(*names))
    assert compared(draft).is_empty


def test_there_is_one_draft_of_a_set(setting: Campaigning, draft: SetDraft, second: User) -> None:
    with pytest.raises(Refused, match="đang được soạn"):
        writing.begin(second, setting.criteria_set)


def test_who_keeps_the_territory_drafts_and_nobody_else(setting: Campaigning) -> None:
    land = setting.land
    for person in (land.xa, land.tinh, administrator("qtxa", land.commune)):
        with pytest.raises(Refused, match="Quản trị"):
            writing.begin(person, setting.criteria_set)
    country = administrator("quantri", land.country)
    assert writing.begin(country, setting.criteria_set).path == land.province.path


def test_who_keeps_a_province_does_not_draft_the_sets_of_the_country(
    setting: Campaigning, first: User
) -> None:
    with journal.act("test"):
        national = CriteriaSet.objects.create(
            code="toan-quoc",
            name="Toàn quốc",
            purpose="emulation",
            subject_kinds=[UnitKind.SCHOOL],
            period=periods.between(None, None),
            document=setting.document,
            source=setting.source,
            rule={"kind": "all_of"},
        )
    with pytest.raises(Refused, match="Quản trị"):
        writing.begin(first, national)


# Changed


def test_what_is_changed_is_told_beside_what_it_was(draft: SetDraft, first: User) -> None:
    put(draft, first, "X-1", wording="Cách nói mới")
    put(draft, first, "X-9", wording="Thêm")
    gone = draft.criteria_set.criteria.get(code="X-2")
    writing.remove(first, draft.pk, gone.pk)
    found = compared(draft)
    assert [(one.code, one.kind) for one in found.criteria] == [
        ("X-1", "changed"),
        ("X-9", "added"),
        ("X-2", "removed"),
    ]
    (field,) = found.criteria[0].fields
    assert (field.before, field.after) == ("Tiêu chí thứ 1", "Cách nói mới")


def test_criteria_change_places(draft: SetDraft, first: User) -> None:
    second_one = draft.criteria_set.criteria.get(code="X-2")
    writing.move(first, draft.pk, second_one.pk, upwards=True)
    codes = list(draft.criteria_set.criteria.order_by("order").values_list("code", flat=True))
    assert codes == ["X-2", "X-1", "X-3", "X-4"]
    assert compared(draft).reordered
    writing.move(first, draft.pk, second_one.pk, upwards=True)  # the first stays
    assert list(draft.criteria_set.criteria.order_by("order").values_list("code", flat=True)) == (
        codes
    )


def test_a_new_code_is_carried_into_what_combines_it(draft: SetDraft, first: User) -> None:
    whole = put(draft, first, "X-5", rule={"kind": "all_of", "of": ["X-1", "X-2"]})
    row = draft.criteria_set.criteria.get(code="X-1")
    assert row.parent_id == whole.pk
    values = {"code": "Y-1", "rule": row.rule}
    writing.put_criterion(first, draft.pk, row.pk, values, now(draft).version)
    whole.refresh_from_db()
    assert whole.rule["of"] == ["Y-1", "X-2"]


def test_what_somebody_else_changed_is_not_overwritten_unseen(
    draft: SetDraft, first: User, second: User
) -> None:
    seen = draft.version
    writing.change_set(second, draft.pk, {"name": "Của người khác"}, seen)
    with pytest.raises(Outdated):
        writing.change_set(first, draft.pk, {"name": "Của tôi"}, seen)
    assert CriteriaSet.objects.get(pk=draft.criteria_set_id).name == "Của người khác"


# Refused, in words that say where


def test_what_does_not_fit_is_said_where_it_is(draft: SetDraft, first: User) -> None:
    changed(draft, first)
    put(draft, first, "X-1", rule={"kind": "all_of", "of": ["X-2"]})
    put(draft, first, "X-2", rule={"kind": "all_of", "of": ["X-1"]})
    put(draft, first, "X-3", rule={"kind": "holds_title", "title": "cong-dong-hoc-tap-xa",
                                   "grade": 7})  # fmt: skip
    assert said(draft) == [
        ("X-1", "các tiêu chí kết hợp lẫn nhau thành vòng tròn: X-1 → X-2 → X-1"),
        ("X-3", "Danh hiệu này không có mức 7."),
    ]
    gone = draft.criteria_set.criteria.get(code="X-2")
    writing.remove(first, draft.pk, gone.pk)
    assert said(draft)[0] == ("X-1", "X-1 kết hợp tiêu chí không có trong bộ: X-2")


def test_an_untouched_draft_without_a_day_is_not_published(draft: SetDraft) -> None:
    assert said(draft) == [
        ("", "Nêu phiên bản này có hiệu lực từ ngày nào."),
        ("", "Chưa có gì khác với phiên bản đã công bố."),
    ]


def test_a_version_does_not_begin_in_the_past(draft: SetDraft, first: User) -> None:
    changed(draft, first, TODAY - periods.ONE_DAY)
    ((_code, sentence),) = said(draft)
    assert "ngày đã qua" in sentence


def test_two_sets_for_one_unit_and_day_are_refused(
    setting: Campaigning, draft: SetDraft, first: User
) -> None:
    """Another set of the same owner for communes comes into force when this version does."""
    with journal.act("test"):
        setting.criteria_set.period = periods.between(None, TODAY)
        setting.criteria_set.save()
    begins = periods.between(LATER, None)
    make.commune_set(
        setting.land.province, setting.document, setting.source, code="khac", period=begins
    )
    changed(draft, first)
    sentence = (
        "Sẽ có hai bộ tiêu chí áp dụng cho cùng một đơn vị trong cùng một ngày: “Tiêu chí thi "
        "đua cấp xã” (khac, phiên bản 1) dành cho cùng loại đơn vị, địa bàn và mục đích."
    )
    assert said(draft) == [("", sentence)]


def test_what_no_source_gives_may_stay_but_is_not_added(setting: Campaigning, first: User) -> None:
    owner = setting.land.province
    gap = make.commune_set(
        owner, setting.document, setting.source, (None, {"kind": "attested"}),
        code="xom", kind=UnitKind.HAMLET,
    )  # fmt: skip
    draft = changed(writing.begin(first, gap), first)
    assert said(draft) == []
    put(draft, first, "X-9", status=Criterion.Status.NO_SOURCE, rule=None)
    assert [code for code, _sentence in said(draft)] == ["X-9"]
    put(draft, first, "X-9", status=Criterion.Status.KNOWN, rule={"kind": "attested"})
    put(draft, first, "X-1", status=Criterion.Status.KNOWN, rule={"kind": "attested"},
        quote="Nay có nguồn")  # fmt: skip
    assert said(draft) == []


# Published


def test_the_version_before_ends_on_the_day_before(
    setting: Campaigning, draft: SetDraft, first: User, second: User
) -> None:
    new = published(draft, first, second)
    old = CriteriaSet.objects.get(pk=setting.criteria_set.pk)
    assert periods.last_day(old.period) == LATER - periods.ONE_DAY
    assert periods.first_day(new.period) == LATER
    place = setting.land.commune
    assert applicable_set(place, LATER - periods.ONE_DAY).criteria_set == old
    assert applicable_set(place, LATER).criteria_set == new
    acts = JournalEntry.objects.filter(act="set_draft.publish").values_list("subject", flat=True)
    assert sorted(acts) == ["criteria_criteriaset"] * 2 + [
        "criteria_setdraft",
        "criteria_setdraftevent",
    ]


def test_nobody_publishes_what_they_drafted(draft: SetDraft, first: User, second: User) -> None:
    changed(draft, first)
    SET_DRAFT.perform("propose", draft.pk, first)
    with pytest.raises(Refused, match="người thứ hai"):
        SET_DRAFT.perform("publish", draft.pk, first)
    assert now(draft).state == DraftState.PROPOSED


def test_who_changed_a_word_of_it_does_not_publish_it_either(
    draft: SetDraft, first: User, second: User
) -> None:
    changed(draft, second)
    SET_DRAFT.perform("propose", draft.pk, first)
    with pytest.raises(Refused, match="người thứ hai"):
        SET_DRAFT.perform("publish", draft.pk, second)


def test_what_is_put_forward_is_not_changed_any_more(draft: SetDraft, first: User) -> None:
    changed(draft, first)
    SET_DRAFT.perform("propose", draft.pk, first)
    with pytest.raises(Refused, match="rút lại"):
        writing.change_set(first, draft.pk, {"name": "Khác"}, now(draft).version)


def test_what_is_returned_says_why_and_can_be_changed(
    draft: SetDraft, first: User, second: User
) -> None:
    changed(draft, first)
    SET_DRAFT.perform("propose", draft.pk, first)
    SET_DRAFT.perform("return", draft.pk, second, reason="Thiếu nguồn")
    assert (now(draft).state, now(draft).state_reason) == (DraftState.DRAFT, "Thiếu nguồn")
    changed(draft, first)


def test_a_self_assessment_that_is_begun_stays_on_its_version(
    setting: Campaigning, draft: SetDraft, first: User, second: User
) -> None:
    assessment = make.answered(setting)
    before = assessment.result
    published(draft, first, second)
    assessment.refresh_from_db()
    assert (assessment.criteria_set, assessment.result) == (setting.criteria_set, before)
    assert assessment.answers.count() == 3


def test_a_discarded_draft_leaves_nothing_but_the_journal(
    setting: Campaigning, draft: SetDraft, first: User
) -> None:
    SET_DRAFT.perform("discard", draft.pk, first)
    assert not SetDraft.objects.exists()
    assert list(CriteriaSet.objects.values_list("version", flat=True)) == [1]
    assert Criterion.objects.count() == setting.criteria_set.criteria.count()
    assert JournalEntry.objects.filter(act="set_draft.discard").exists()
    assert writing.begin(first, setting.criteria_set).criteria_set.version == 2


def test_the_next_version_begins_from_the_one_before(
    draft: SetDraft, first: User, second: User
) -> None:
    new = published(draft, first, second)
    third = writing.begin(second, new)
    assert third.criteria_set.version == 3
    changed(third, second, LATER)
    assert "Kỳ hiệu lực của hai phiên bản chồng nhau" in said(third)[0][1]
