"""The explanation of a confirmed result, the same years later, whatever has changed since."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from campaign.models import Document, Source
from core import journal, periods
from criteria import assessing, explanation_papers, explanations, sheets
from criteria.drafting import writing
from criteria.models import Assessment, Title
from criteria.workflow import ASSESSMENT, RECOGNITION
from tests import criteria_factories as make
from tests import registration_factories, unit_factories
from tests.criteria.drafts import TODAY, administrator, published
from tests.criteria_factories import Campaigning
from units import erasing
from units.models import FigureKind, Placement, UnitKind
from units.reforming import entering
from units.reforming.entering import Header, Wanted
from units.reforming.workflow import REFORM

pytestmark = pytest.mark.django_db

RULES: tuple[dict[str, Any], ...] = (
    {"kind": "attested"},
    {"kind": "share", "numerator": "Hộ học tập", "denominator": "Số hộ", "at_least": "50",
     "denominator_indicator": "ho"},
    {"kind": "holds_title", "title": "cong-dong-hoc-tap-xa"},
)  # fmt: skip
VALUES = ({"value": "yes"}, {"numerator": "700"})
NAME = "Trần Văn Kín"


@pytest.fixture
def setting() -> Campaigning:
    return make.campaigning(rules=RULES)


@pytest.fixture
def confirmed(setting: Campaigning) -> Assessment:
    """Confirmed, with a figure, a title, and words that bear the name of somebody in the lists."""
    land = setting.land
    unit_factories.figure(land.xa, land.commune, unit_factories.kind(), 1000)
    RECOGNITION.perform("confirm", make.recognition(setting).pk, land.sogddt)
    assessment = make.begun(setting)
    for criterion, value in zip(setting.criteria, VALUES, strict=False):
        assessing.save_answer(
            assessment.pk, criterion.pk, land.xa, value=value, note=f"Hộ {NAME}", version=0
        )
    ASSESSMENT.perform("send", assessment.pk, land.xa)
    ASSESSMENT.perform("receive", assessment.pk, land.tinh)
    for criterion in setting.criteria:
        assessing.judge(assessment.pk, criterion.pk, land.tinh, verdict="accepted")
    return ASSESSMENT.perform("confirm", assessment.pk, land.tinh)


# What may happen later, by what it is.


def _reform(setting: Campaigning) -> None:
    """The commune is merged with its neighbour."""
    land = setting.land
    country = administrator("trunguong", land.country)
    header = Header("Sắp xếp xã", "Nghị quyết số 1/NQ-UBTVQH", periods.today())
    reform = entering.begin(land.tinh, header)
    entering.merge(land.tinh, reform.pk, [land.commune, land.sibling], None, Wanted("Xã Hợp Nhất"))
    REFORM.perform("propose", reform.pk, User.objects.get(pk=land.tinh.pk))
    REFORM.perform("confirm", reform.pk, country)


def _people_are_called_otherwise(setting: Campaigning) -> None:
    with journal.act("test"):
        for person in User.objects.all():
            person.full_name = f"Họ Tên Khác {person.pk}"
            person.save()


def _things_are_called_otherwise(setting: Campaigning) -> None:
    with journal.act("test"):
        Title.objects.update(name="Danh hiệu khác")
        Source.objects.update(title="Báo khác")
        Document.objects.update(number="99/KH-UBND")
        FigureKind.objects.update(name="Tên số liệu khác")
        Placement.objects.filter(unit=setting.land.province.unit_id).update(name="Tỉnh Khác")


def _new_version(setting: Campaigning) -> None:
    one, other = (administrator(f"qt{number}", setting.land.province) for number in (1, 2))
    published(writing.begin(one, setting.criteria_set), one, other, TODAY)


def _figure_corrected(setting: Campaigning) -> None:
    land = setting.land
    kind = FigureKind.objects.get(code="ho")
    unit_factories.figure(land.xa, land.commune, kind, 2000, paper="Báo cáo đính chính")


def _title_revoked(setting: Campaigning) -> None:
    held = setting.title.recognitions.get()
    RECOGNITION.perform("revoke", held.pk, setting.land.sogddt, reason="Sai thẩm quyền")


def _person_erased(setting: Campaigning) -> None:
    """Of a household of that name; what the commune wrote of itself is not about it."""
    land = setting.land
    hamlet = unit_factories.found(land.xa, land.commune, UnitKind.HAMLET, "Ấp Cây Da")
    key = registration_factories.household(land.xa, hamlet, NAME)
    with journal.act("test"):
        erasing.erase(erasing.person_of(key), land.lanhdaoxa)


LATER: tuple[Callable[[Campaigning], None], ...] = (
    _person_erased,
    _people_are_called_otherwise,
    _things_are_called_otherwise,
    _new_version,
    _figure_corrected,
    _title_revoked,
    _reform,
)


def told(assessment: Assessment) -> str:
    """The explanation as the page and the paper tell it."""
    fresh = Assessment.objects.select_related("placement").get(pk=assessment.pk)
    sheet = sheets.read_sheet(fresh)
    with translation.override("vi"):
        one = explanation_papers.explanation(sheet, digest="", is_demo=False)
        return f"{explanations.explanations(sheet)!r} {one.body!r}"


@given(chosen=st.lists(st.sampled_from(range(len(LATER))), min_size=1, unique=True).map(sorted))
@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_it_is_the_same_to_the_letter(
    setting: Campaigning, confirmed: Assessment, chosen: list[int]
) -> None:
    before = told(confirmed)
    assert all(name in before for name in ("Số hộ gia đình", str(setting.land.xa), "1.000", NAME))
    with transaction.atomic():
        for number in chosen:
            LATER[number](setting)
        assert told(confirmed) == before
        transaction.set_rollback(True)


def test_what_is_confirmed_anew_is_told_anew(setting: Campaigning, confirmed: Assessment) -> None:
    before = told(confirmed)
    _people_are_called_otherwise(setting)
    ASSESSMENT.perform("unconfirm", confirmed.pk, setting.land.tinh, reason="Xét lại")
    assert "Họ Tên Khác" in told(confirmed)
    assert told(confirmed) != before


def test_a_figure_says_who_stated_it(setting: Campaigning, confirmed: Assessment) -> None:
    fresh = Assessment.objects.get(pk=confirmed.pk)
    with translation.override("en"):
        (_first, share, _last) = explanations.explanations(sheets.read_sheet(fresh))
    day = f"{periods.today():%d/%m/%Y}"
    (said,) = share.figures
    assert said.startswith(f"Số hộ gia đình: 1.000 on {day} (Báo cáo 12/BC-UBND), stated by ")
    assert str(setting.land.xa) in said
