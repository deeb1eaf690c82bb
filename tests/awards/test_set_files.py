"""Criteria sets as files: written and read again they say the same; what is wrong is told at its
line."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from accounts.models import User
from awards.plans import set_files
from core.data_files import DataFilesRefused
from criteria import rules
from criteria.drafting import writing
from criteria.drafting.checking import check
from criteria.models import CriteriaSet, SetDraft
from tests import criteria_factories as make
from tests.criteria.drafts import TODAY, administrator, changed, now, published, put
from tests.criteria_factories import Campaigning

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
# Words as forms keep them: without control characters, not blank at either end.
WORDS = st.text(
    st.characters(exclude_categories=("Cc", "Cs", "Cn", "Co", "Zl", "Zp")), min_size=1, max_size=60
).map(str.strip).filter(bool)  # fmt: skip
RULES: tuple[dict[str, Any] | None, ...] = (
    {"kind": "attested", "partly_is_enough": True},
    {"kind": "number", "unit": "lớp", "whole": True, "at_least": "1234.5"},
    {"kind": "share", "numerator": "a: b", "denominator": "# c", "bands": [
        {"min": "0", "label": "chưa", "met": False, "level": 1},
        {"min": "50", "label": "đạt", "level": 2}]},
    {"kind": "holds_title", "title": "cong-dong-hoc-tap-xa", "grade": 2, "on": "decision_day"},
    {"kind": "score", "max": "10", "step": "0.5", "floor": "5"},
    {"kind": "all_of", "of": ["X-1", "X-2"]},
    None,
)  # fmt: skip


@pytest.fixture
def setting() -> Campaigning:
    return make.campaigning(rules=({"kind": "attested"}, {"kind": "attested"}))


@pytest.fixture
def keeper(setting: Campaigning) -> User:
    return administrator("qttinh", setting.land.province)


@pytest.fixture
def draft(setting: Campaigning, keeper: User) -> SetDraft:
    return changed(writing.begin(keeper, setting.criteria_set), keeper)


def standing(draft: SetDraft) -> tuple[Any, ...]:
    """Everything that a file can say of a draft."""
    (of_set,) = CriteriaSet.objects.filter(pk=draft.criteria_set_id).values()
    rows = draft.criteria_set.criteria.order_by("order").values(
        "code", "order", "group", "wording", "quote", "source", "confidence", "article",
        "evidence_hint", "rule", "status", "note", "parent__code",
    )  # fmt: skip
    as_kept = [
        {**row, "rule": row["rule"] and rules.dump(rules.parse(row["rule"]))} for row in rows
    ]
    return {**of_set, "rule": rules.dump(rules.parse_set(of_set["rule"]))}, as_kept


def written(draft: SetDraft) -> bytes:
    return set_files.write(CriteriaSet.objects.get(pk=draft.criteria_set_id)).encode()


def brought_in(draft: SetDraft, person: User, content: bytes) -> None:
    said = set_files.read("bo.yaml", content, CriteriaSet.objects.get(pk=draft.criteria_set_id))
    writing.replace(person, draft.pk, *said, now(draft).version)


@given(data=st.data())
@settings(max_examples=8, deadline=None, phases=[Phase.explicit, Phase.generate],
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
def test_what_is_written_and_read_again_is_the_same_draft(
    draft: SetDraft, keeper: User, data: st.DataObject
) -> None:
    with transaction.atomic():
        for number, rule in enumerate(data.draw(st.lists(st.sampled_from(RULES), max_size=4)), 3):
            values = {name: data.draw(WORDS) for name in ("wording", "quote", "note", "group")}
            status = "known" if rule else "no_source"
            put(draft, keeper, f"X-{number}", rule=rule and dict(rule), status=status,
                evidence_hint=data.draw(WORDS), **values)  # fmt: skip
        of_set = {"note": data.draw(WORDS), "name": data.draw(WORDS)}
        writing.change_set(keeper, draft.pk, of_set, now(draft).version)
        before, content = standing(draft), written(draft)
        for row in draft.criteria_set.criteria.filter(code="X-2"):
            put(draft, keeper, row.code, wording="Khác")
        put(draft, keeper, "Z-9", wording="Thừa")
        brought_in(draft, keeper, content)
        assert standing(draft) == before
        transaction.set_rollback(True)


def test_a_published_set_as_a_file_is_its_next_version_unchanged(
    setting: Campaigning, keeper: User
) -> None:
    draft = writing.begin(keeper, setting.criteria_set)
    said = set_files.write(setting.criteria_set).replace("version: 1", "version: 2").encode()
    brought_in(draft, keeper, said)
    assert check(now(draft)).comparison.is_empty


def refused(draft: SetDraft, content: str) -> list[tuple[int, str]]:
    with pytest.raises(DataFilesRefused) as found:
        set_files.read("bo.yaml", content.encode(), draft.criteria_set)
    return [(fault.line, fault.reason) for fault in found.value.faults]


def line_of(content: str, words: str) -> int:
    return next(n for n, line in enumerate(content.split("\n"), 1) if words in line)


BAD = [
    ("rule:\n          kind: attested", "rule: {kind: khac}", "rule: {kind: khac}"),
    ("code: X-1", "code: 'có dấu'", "code: 'có dấu'"),
    ("wording: Tiêu chí thứ 1", "words: Tiêu chí thứ 1", "words:"),
    ("code: cap-xa", "code: cap-khac", "code: cap-khac"),
    ("document: 21-kh-ubnd", "document: khong-co", "document: khong-co"),
    ("source: '000'", "source: '999'", "source: '999'"),
    ("subject_kinds:\n      - commune", "subject_kinds: [hamlet]", "subject_kinds:"),
]


@pytest.mark.parametrize(("before", "after", "where"), BAD)
def test_what_is_wrong_is_told_at_its_line(
    draft: SetDraft, before: str, after: str, where: str
) -> None:
    content = written(draft).decode()
    assert before in content
    bad = content.replace(before, after, 1)
    found = refused(draft, bad)
    assert line_of(bad, where) in [line for line, _reason in found]
    assert all(reason for _line, reason in found)


def test_rules_that_do_not_fit_together_are_told_in_words(draft: SetDraft) -> None:
    content = written(draft).decode()
    rule = "rule:\n          kind: attested\n"
    assert rule in content
    bad = content.replace(rule, "rule: {kind: all_of, of: [X-1]}\n", 1)
    ((_line, reason),) = refused(draft, bad)
    assert "X-1 → X-1" in reason


@pytest.mark.parametrize(
    "content",
    ["", "[1, 2", "a: 1\na: 2", "criteria_sets: []", "titles: []", "\x00", "- " * 400, "[" * 90000],
)
def test_junk_is_refused_in_words(draft: SetDraft, content: str) -> None:
    assert refused(draft, content)


def test_the_page_takes_a_file_and_says_what_is_wrong(
    setting: Campaigning, draft: SetDraft, keeper: User, client_of: ClientOf
) -> None:
    browser, url = client_of(keeper), f"/criteria/drafts/{draft.pk}"
    content = browser.get(f"{url}/file/").content
    assert content == written(draft)

    def sent(words: bytes) -> Any:
        upload = SimpleUploadedFile("bo.yaml", words)
        return browser.post(f"{url}/import/", {"file": upload, "seen": now(draft).version})

    bad = sent(content.replace(b"kind: attested", b"kind: khac", 1))
    assert bad.status_code == 422
    assert "dòng" in bad.content.decode()
    assert sent("name: Tên mới".encode()).status_code == 422
    better = content.replace("Tiêu chí thứ 1".encode(), "Cách nói khác".encode())
    assert sent(better).status_code == 302
    assert draft.criteria_set.criteria.get(code="X-1").wording == "Cách nói khác"
    outdated = SimpleUploadedFile("bo.yaml", content)
    late = browser.post(f"{url}/import/", {"file": outdated, "seen": 1})
    assert late.status_code == 422
    assert client_of(setting.land.xa).get("/criteria/cap-xa/1/file/").status_code == 200


def test_a_set_shows_how_it_differs_from_the_one_it_derives_from(
    setting: Campaigning, keeper: User, client_of: ClientOf
) -> None:
    number = {"kind": "number", "unit": "lớp", "at_least": "5"}
    base = make.commune_set(
        setting.land.other_province, setting.document, setting.source, (number, number),
        code="goc",
    )  # fmt: skip
    draft = writing.begin(keeper, setting.criteria_set)
    put(draft, keeper, "X-1", rule={**number, "at_least": "8"})
    page = client_of(keeper).get(f"/criteria/drafts/{draft.pk}/set/").content.decode()
    assert f'<option value="{base.pk}">' in page
    writing.change_set(keeper, draft.pk, {"derives_from": base}, now(draft).version)
    second = administrator("qttinh2", setting.land.province)
    published(now(draft), keeper, second, TODAY)
    page = client_of(setting.land.xa).get("/criteria/cap-xa/2/base/").content.decode()
    assert "≥ 5 lớp" in page
    assert "≥ 8 lớp" in page
    assert client_of(setting.land.xa).get("/criteria/cap-xa/1/base/").status_code == 404
