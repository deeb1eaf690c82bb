"""`manage.py load_plans`: everything once, nothing twice, nothing at all when anything is wrong."""

import datetime
import io
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError

from awards.plans.checks import read_plans
from campaign.models import Campaign, Citation, Document, Passage, Phase, Round, Source, Target
from core import journal, periods
from core.models import JournalEntry
from criteria import rules
from criteria.models import AwardForm, CriteriaSet, Criterion, Route, RouteStep, Title
from tests import factories
from tests.awards.plans.conftest import Copy
from units.models import Placement, UnitKind

pytestmark = pytest.mark.django_db

TABLES = [
    AwardForm, Campaign, Citation, CriteriaSet, Criterion, Document, Passage, Phase, Round, Route,
    RouteStep, Source, Target, Title,
]  # fmt: skip
LAST_DAY_OF_OLD_PROVINCES = periods.between(None, datetime.date(2025, 6, 30))


@pytest.fixture(autouse=True)
def provinces() -> dict[str, Placement]:
    """The four provinces of the plans, as they were until the reform, and one of after it."""
    country = factories.place(UnitKind.COUNTRY, "Việt Nam")
    old = {
        name: factories.place(
            UnitKind.PROVINCE, f"Tỉnh {name}", country, code=code, period=LAST_DAY_OF_OLD_PROVINCES
        )
        for name, code in {
            "Bắc Kạn": "06", "Yên Bái": "15", "Bình Dương": "74", "Trà Vinh": "84",
        }.items()
    }  # fmt: skip
    after = periods.between(datetime.date(2025, 7, 1), None)
    factories.place(UnitKind.PROVINCE, "Tỉnh Lào Cai", country, code="15", period=after)
    return old


def load(copy: Copy | None = None) -> str:
    out = io.StringIO()
    options: dict[str, Any] = {"plans": copy.plans, "sources": copy.sources} if copy else {}
    call_command("load_plans", stdout=out, **options)
    return out.getvalue()


def refusal(copy: Copy) -> str:
    with pytest.raises(CommandError) as refused:
        load(copy)
    return str(refused.value)


def counts() -> dict[str, int]:
    return {model.__name__: model._default_manager.count() for model in TABLES}


def test_everything_of_the_files_is_loaded() -> None:
    load()
    plans = read_plans()
    assert counts() == {
        "AwardForm": len(plans.award_forms),
        "Campaign": 1,
        "Citation": sum(len(document.cites) for document in plans.documents),
        "CriteriaSet": len(plans.criteria_sets),
        "Criterion": sum(len(record.criteria) for record in plans.criteria_sets),
        "Document": len(plans.documents),
        "Passage": len(plans.passages),
        "Phase": len(plans.phases),
        "Round": 1,
        "Route": len(plans.routes),
        "RouteStep": sum(len(route.steps) for route in plans.routes),
        "Source": len(plans.sources),
        "Target": 15,
        "Title": len(plans.titles),
    }


def test_loading_twice_changes_nothing() -> None:
    first = load()
    rows, entries = counts(), JournalEntry.objects.count()
    second = load()
    assert counts() == rows
    assert JournalEntry.objects.count() == entries
    assert "Plans loaded: 0 records written" not in first
    assert second.startswith("Plans loaded: 0 records written")


def test_loading_is_one_act_of_the_journal() -> None:
    before = JournalEntry.objects.values_list("pk", flat=True)
    seen = list(before)
    load()
    new = JournalEntry.objects.exclude(pk__in=seen)
    assert set(new.values_list("act", flat=True)) == {"load_plans"}
    assert new.values("transaction").distinct().count() == 1


def test_sets_are_published_and_frozen() -> None:
    load()
    assert not CriteriaSet.objects.filter(published_at=None).exists()
    criterion = Criterion.objects.get(criteria_set__code="tra-vinh-cap-xa", code="1")
    with pytest.raises(IntegrityError, match="cannot be changed"), journal.act("test"):
        Criterion.objects.filter(pk=criterion.pk).update(wording="Khác")


def test_commune_set_of_tra_vinh_is_loaded_as_the_plan_says(
    provinces: dict[str, Placement],
) -> None:
    load()
    criteria_set = CriteriaSet.objects.get(code="tra-vinh-cap-xa")
    assert criteria_set.owner_id == provinces["Trà Vinh"].unit_id
    assert criteria_set.purpose == "emulation"
    assert criteria_set.subject_kinds == ["commune"]
    assert criteria_set.intro_quote == "Đối với cấp xã:"
    assert periods.first_day(criteria_set.period) == datetime.date(2024, 3, 18)
    assert periods.last_day(criteria_set.period) == datetime.date(2030, 12, 31)
    assert [
        (criterion.code, criterion.wording.split(" ")[0], criterion.rule["kind"])
        for criterion in criteria_set.criteria.all()
    ] == [
        ("1", "Thực", "attested"),
        ("2", "Thực", "attested"),
        ("3", "Có", "attested"),
        ("4", "Được", "holds_title"),
    ]


def test_every_loaded_rule_can_be_read_again() -> None:
    load()
    for criteria_set in CriteriaSet.objects.all():
        rules.check_set(
            rules.parse_set(criteria_set.rule),
            [
                rules.CriterionSpec(
                    row.code,
                    rules.parse(row.rule) if row.rule else None,
                    sourced=row.status == Criterion.Status.KNOWN,
                )
                for row in criteria_set.criteria.all()
            ],
        )


def test_criterion_that_combines_others_is_their_parent() -> None:
    load()
    parent = Criterion.objects.get(
        criteria_set__code="don-vi-hoc-tap-tinh-giao-duc-muc-1", code="3.5"
    )
    assert [child.code for child in parent.children.all()] == ["3.5.1", "3.5.2", "3.5.3"]


def test_code_of_two_provinces_means_the_one_of_its_day(provinces: dict[str, Placement]) -> None:
    load()
    document = Document.objects.get(code="ke-hoach-35-yen-bai")
    assert document.territory_id == provinces["Yên Bái"].unit_id


def test_office_that_only_a_plan_knows_becomes_a_unit(provinces: dict[str, Placement]) -> None:
    load()
    office = Placement.objects.get(name="Văn phòng UBND tỉnh Bắc Kạn")
    province = provinces["Bắc Kạn"]
    assert office.path == f"{province.path}{office.unit_id}/"
    assert office.managed_by_id == province.unit_id
    assert periods.last_day(office.period) == datetime.date(2025, 6, 30)
    owners = CriteriaSet.objects.filter(document__code="ke-hoach-van-phong-bac-kan")
    assert {criteria_set.owner_id for criteria_set in owners} == {office.unit_id}


def test_document_is_known_through_each_source_that_speaks_of_it() -> None:
    load()
    sources = Document.objects.get(code="quyet-dinh-1315").sources
    assert list(sources.values_list("code", flat=True)) == ["002", "003"]


def test_source_says_which_of_its_lines_are_not_the_documents() -> None:
    load()
    source = Source.objects.get(code="001")
    assert source.foreign_parts == ""
    source = Source.objects.get(code="002")
    assert source.foreign_parts.splitlines()[3:] == [
        "7: Lời dẫn của bài báo; câu này được nhắc lại đầy đủ ở thân bài (dòng 18).",
        "11–12: Tên tệp ảnh và chú thích ảnh.",
        "28–32: Bình luận, mục điều hướng và chân trang của trang báo.",
    ]


def test_what_was_edited_in_the_portal_is_left_alone(copy: Copy) -> None:
    load(copy)
    with journal.act("test"):
        Title.objects.filter(code="cong-dong-hoc-tap-xa").update(recognised_by="Sở GD&ĐT")
    assert load(copy).startswith("Plans loaded: 0 records written")
    assert Title.objects.get(code="cong-dong-hoc-tap-xa").recognised_by == "Sở GD&ĐT"


def test_what_the_file_says_anew_is_written(copy: Copy) -> None:
    load(copy)
    copy.edit("03-titles.yaml", "name: Gia đình học tập", "name: Gia đình hiếu học")
    assert "criteria.title: 1 changed" in load(copy)
    assert Title.objects.get(code="gia-dinh-hoc-tap").name == "Gia đình hiếu học"
    assert load(copy).startswith("Plans loaded: 0 records written")


def test_what_follows_for_who_did_not_register_is_data(copy: Copy) -> None:
    load(copy)
    assert set(Title.objects.values_list("unregistered", "unregistered_basis")) == {("warn", "")}
    copy.edit(
        "03-titles.yaml",
        "name: Gia đình học tập\n",
        "name: Gia đình học tập\n"
        "    unregistered: {follows: refuse, basis: Điều 5 Quy chế thi đua của tỉnh}\n",
    )
    assert "criteria.title: 1 changed" in load(copy)
    title = Title.objects.get(code="gia-dinh-hoc-tap")
    assert (title.unregistered, title.unregistered_basis) == (
        "refuse",
        "Điều 5 Quy chế thi đua của tỉnh",
    )


def test_faulty_file_loads_nothing(copy: Copy) -> None:
    line = copy.edit("14-binh-duong.yaml", "    share: 65\n", "    share: 165\n")
    assert refusal(copy) == (
        "Nothing is loaded.\n"
        f"14-binh-duong.yaml:{line}: targets.share: Input should be less than or equal to 100"
    )
    assert set(counts().values()) == {0}


def test_unit_that_is_not_loaded_is_refused_and_nothing_is_loaded(copy: Copy) -> None:
    copy.edit("10-tra-vinh.yaml", 'code: "84", on: 2025-06-30', 'code: "83", on: 2025-06-30')
    assert "there is no province with code 83 on 2025-06-30: load the units first" in refusal(copy)
    assert set(counts().values()) == {0}


def test_value_that_the_table_refuses_is_a_fault_and_nothing_is_loaded(copy: Copy) -> None:
    copy.edit("10-tra-vinh.yaml", "    name: Tiêu chí thi đua đối với cấp xã\n",
              f"    name: {'x' * 301}\n")  # fmt: skip
    assert ": name: " in refusal(copy)
    assert set(counts().values()) == {0}


def test_published_set_is_not_changed_by_its_file(copy: Copy) -> None:
    load(copy)
    copy.edit("10-tra-vinh.yaml", "    name: Tiêu chí thi đua đối với cấp xã\n",
              "    name: Tiêu chí khác\n")  # fmt: skip
    assert "tra-vinh-cap-xa version 1 is published and cannot be changed (name)" in refusal(copy)
    assert CriteriaSet.objects.get(code="tra-vinh-cap-xa").name == (
        "Tiêu chí thi đua đối với cấp xã"
    )


def test_criteria_of_a_published_set_are_not_changed_by_its_file(copy: Copy) -> None:
    load(copy)
    good = "rule: {kind: holds_title, title: cong-dong-hoc-tap-xa}"
    copy.edit("10-tra-vinh.yaml", good, "rule: {kind: attested}")
    assert "is published and cannot be changed (criteria)" in refusal(copy)


def test_published_set_can_be_ended_by_its_file(copy: Copy) -> None:
    load(copy)
    copy.edit("20-cong-dan-hoc-tap.yaml", "until: null", "until: 2026-12-31")
    assert "criteria.criteriaset: 1 changed" in load(copy)
    ended = CriteriaSet.objects.get(code="cong-dan-hoc-tap")
    assert periods.last_day(ended.period) == datetime.date(2026, 12, 31)


def test_set_published_in_the_portal_competes_too(copy: Copy, provinces: Any) -> None:
    load(copy)
    there = CriteriaSet.objects.get(code="tra-vinh-cap-xa")
    entries = JournalEntry.objects.count()
    with journal.act("test"):
        CriteriaSet.objects.create(
            code="cua-so",
            name="Bộ tiêu chí của Sở",
            purpose="emulation",
            subject_kinds=["commune", "hamlet"],
            owner_id=there.owner_id,
            period=there.period,
            document_id=there.document_id,
            source_id=there.source_id,
            rule={"kind": "all_of", "of": []},
            published_at=datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC),
        )
    assert "its period overlaps that of cua-so version 1, which is published" in refusal(copy)
    assert JournalEntry.objects.count() == entries + 1


def test_known_criterion_of_a_kept_text_cannot_be_without_quote() -> None:
    load()
    row = Criterion.objects.filter(confidence="found", status="known", quote="").first()
    assert row is not None
    draft = row.criteria_set
    draft.pk, draft.code, draft.published_at = None, "nhap", None
    with journal.act("test"):
        draft.save(force_insert=True)
    row.pk, row.criteria_set, row.confidence = None, draft, "stated"
    with pytest.raises(IntegrityError, match="criterion_known_has_quote"), journal.act("test"):
        row.save(force_insert=True)
