"""The bench: what it counts, and that it says so when a line is over."""

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from core.models import Import
from criteria.models import Recognition, RecognitionBatch
from reports import bench, import_bench, late_bench, recognition_bench
from tests import batch_factories, factories, unit_factories
from tests import campaign_factories as launches
from tests import criteria_factories as make
from tests.criteria_factories import Campaigning
from units import finding
from units.models import Member, Reform, Unit, UnitKind

pytestmark = pytest.mark.django_db


@pytest.fixture
def working(setting: Campaigning) -> Campaigning:
    """A commune with a hamlet and a household, a launch, a self-assessment that was sent."""
    village = unit_factories.village(setting.land)
    unit_factories.member(village.xa, village.hamlet, UnitKind.HOUSEHOLD, "Thạch Văn Hộ")
    make.commune_set(
        setting.land.province,
        setting.document,
        setting.source,
        ({"kind": "attested"},),
        code="ho",
        kind=UnitKind.HOUSEHOLD,
    )
    launches.launch(setting.land.tinh)
    make.sent(setting)
    return setting


def test_a_page_is_measured_with_its_queries(setting: Campaigning) -> None:
    make.sent(setting)
    line = bench.measure_page(bench.Page("tinh", "home", "/"), bench.client_for("tinh"))
    status, queries, _word, _plus, control = line.figures.split()[:5]
    assert (status, control) == ("200", "3")  # the test's savepoint, and READ ONLY
    assert 0 < int(queries) <= 12
    assert line.name == "tinh: home"


def test_a_page_that_is_not_there_is_over(setting: Campaigning) -> None:
    client = bench.client_for("tinh")
    line = bench.measure_page(bench.Page("tinh", "missing", "/khong-co/"), client)
    assert (line.within, str(line)[:4]) == (False, "OVER")


def test_the_pages_are_those_that_an_account_works_in(working: Campaigning) -> None:
    names = {account: [page.name for page in bench.pages(account)] for account in bench.ROLES}
    common = [*(name for name, _route in bench.WITHOUT_RECORD), "assessment", "why", "unit"]
    common += ["hamlets", "figures", "year of the calendar", "round", "launch"]
    kept = ["candidates", "meetings", "figures of hamlets", "books"]
    kept += ["results of congdanhoctap.vn", "members", "requests", "book"]
    assert names == {"xa": [*common, *kept, "review"], "tinh": [*common, "meetings", "review"]}


def test_every_page_that_is_listed_is_there(working: Campaigning) -> None:
    call_command("load_calendar", verbosity=0)
    factories.appoint(factories.user(bench.ADMINISTRATOR), "administrator", working.land.country)
    listed = [page for account in bench.ROLES for page in bench.pages(account)]
    listed += bench.administration_pages(bench.ADMINISTRATOR)
    answered = {
        f"{page.account}: {page.name}": bench.client_for(page.account).get(page.path).status_code
        for page in listed
    }
    assert {name: code for name, code in answered.items() if code != 200} == {}


def test_without_the_demonstration_it_says_what_to_do(
    setting: Campaigning, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(CommandError, match=r"manage\.py demo"):
        call_command("bench", "--pages-only")
    assert "not representative" in capsys.readouterr().out


def test_with_the_demonstration_switched_off_it_says_so() -> None:
    factories.user("xa", is_demo=True)
    with pytest.raises(LookupError, match="DEMO=1"):
        bench.client_for("xa")


def test_two_hundred_searches_are_asked_with_names_open(working: Campaigning) -> None:
    line = bench.measure_search("xa", bench.client_for("xa"))
    assert line.name == "xa: search"
    assert line.figures.endswith("200 queries")
    assert not finding.homes_closed(User.objects.get(username="xa")).exists()


def test_an_import_is_measured_and_leaves_nothing(working: Campaigning) -> None:
    before = (Member.objects.count(), Import.objects.count(), Unit.objects.count())
    line = import_bench.measure_import("xa", rows=20)
    assert line.name == "import of 20 households (.xlsx)"
    assert "× reading" in line.figures
    assert (Member.objects.count(), Import.objects.count(), Unit.objects.count()) == before


def test_who_keeps_no_households_brings_none_in(setting: Campaigning) -> None:
    with pytest.raises(LookupError):
        import_bench.measure_import("tinh", rows=1)


def test_acts_dated_between_are_measured_on_a_merger_that_is_taken_back(
    working: Campaigning,
) -> None:
    admin = factories.user("admin")
    factories.appoint(admin, "administrator", working.land.country)
    counted, listed = late_bench.measure_late_acts("tinh", "admin")
    assert (counted.name, counted.figures[:3]) == ("tinh: acts dated between (7)", "200")
    assert listed.figures[:3] == "200"
    assert (Reform.objects.count(), Unit.objects.filter(kind=UnitKind.COMMUNE).count()) == (0, 3)


@pytest.mark.django_db(transaction=True)
def test_recognitions_are_measured_and_leave_nothing(setting: Campaigning) -> None:
    made = batch_factories.recognising(setting)
    batch_factories.households(made, 2)
    land = setting.land
    other = factories.place(UnitKind.HAMLET, "Ấp Trà Kha", land.sibling, managed_by=land.sibling)
    unit_factories.member(land.xa2, other, UnitKind.HOUSEHOLD, "Thạch Văn Hộ")
    lines = list(recognition_bench.measure_recognitions(2))
    assert [line.name for line in lines[:3]] == [
        "recognising 2 households",
        "the same while another commune acts",
        "recount of 0 sums",
    ]
    assert [line.figures.split()[1] for line in lines[3:]] == ["queries"] * 4
    assert (Recognition.objects.count(), RecognitionBatch.objects.count()) == (0, 0)


def test_without_two_communes_that_keep_households_nothing_is_measured(
    setting: Campaigning,
) -> None:
    with pytest.raises(LookupError):
        next(recognition_bench.measure_recognitions(1))
