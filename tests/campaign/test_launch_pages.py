"""The pages of launches: launching in two steps, answering, what each list costs."""

import datetime
import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from django.test import Client

from campaign import launching, permissions
from campaign.models import Document, Launch, LaunchAnswer
from campaign.workflow import LAUNCH
from core import periods
from tests import campaign_factories as make
from tests import factories
from tests.factories import Land
from tests.guards.world import png
from units.models import UnitKind

pytestmark = pytest.mark.django_db

ClientOf = Callable[[Any], Client]


def typed(land: Land, **data: Any) -> dict[str, Any]:
    """What the province's officer types to launch a new document."""
    (grant,) = permissions.launching_grants(land.tinh)
    due_on = periods.today() + datetime.timedelta(days=9)
    return {
        "by": str(grant.pk),
        "document": "new",
        "kind": "plan",
        "title": "Kế hoạch phát động",
        "number": "12/KH-SNV",
        "issued_on": f"{periods.today():%d/%m/%Y}",
        "issuer": "Sở Nội vụ",
        "unknown": ["signer"],
        "kinds": ["commune"],
        "direct": "on",
        "due_on": f"{due_on:%d/%m/%Y}",
        **data,
    }


def seen(land: Land) -> str:
    (grant,) = permissions.launching_grants(land.tinh)
    kinds = (UnitKind.COMMUNE,)
    return launching.digest(launching.recipients(grant, kinds, direct=True, document=None))


def test_before_launching_one_sees_who_receives_it(land: Land, client_of: ClientOf) -> None:
    page = client_of(land.tinh).post("/launches/new/", typed(land)).content.decode()
    assert "2 đơn vị sẽ nhận" in page
    assert "<li>Xã Đại An</li><li>Xã Hàm Giang</li>" in page
    assert Launch.objects.count() == 0


def test_the_file_is_kept_from_the_first_page_to_the_second(
    land: Land, client_of: ClientOf
) -> None:
    client = client_of(land.tinh)
    page = client.post("/launches/new/", typed(land, file=png("ke-hoach.png")))
    carried = dict(page.context["carried"])
    client.post(
        "/launches/new/",
        typed(land, launch="1", seen=carried["seen"], kept_file=carried["kept_file"]),
    )
    document = Launch.objects.get().document
    assert document.file is not None
    assert (document.file.name, document.unknown) == (
        "ke-hoach.png",
        {"signer": "Đơn vị nhập chưa rõ"},
    )


def test_other_units_than_were_seen_are_shown_anew(land: Land, client_of: ClientOf) -> None:
    before = seen(land)
    factories.place(UnitKind.COMMUNE, "Xã mới", land.province)
    sent = typed(land, launch="1", seen=before)
    page = client_of(land.tinh).post("/launches/new/", sent).content.decode()
    assert "3 đơn vị sẽ nhận" in page
    assert Launch.objects.count() == 0


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"title": ""}, "title"),
        ({"number": ""}, "number"),
        ({"unknown": ["signer", "issuer"]}, "issuer"),
        ({"issued_on": "01/01/2999"}, "issued_on"),
        ({"due_on": "01/01/2020"}, "due_on"),
        ({"kinds": []}, "kinds"),
        ({"kinds": ["hamlet"]}, "kinds"),
        ({"document": "khong-co"}, "document"),
        ({"by": "0"}, "by"),
    ],
)
def test_what_is_missing_is_said_at_its_field(
    land: Land, client_of: ClientOf, data: dict[str, Any], field: str
) -> None:
    page = client_of(land.tinh).post("/launches/new/", typed(land, **data))
    assert page.status_code == 422
    assert field in page.context["form"].errors


def test_who_has_no_unit_below_reads_why_nothing_is_launched(
    land: Land, client_of: ClientOf
) -> None:
    page = client_of(land.xa).get("/launches/new/").content.decode()
    assert "Không có đơn vị nào trực thuộc" in page
    assert 'name="kinds"' not in page


def test_an_answer_by_plan_needs_its_file(land: Land, client_of: ClientOf) -> None:
    recipient = make.received(make.launch(land.tinh), land)
    address = f"/launches/{recipient.launch_id}/answer/{recipient.unit_id}/"
    plan = {
        "how": "plan",
        "seen": "None",
        "plan-kind": "plan",
        "plan-title": "Kế hoạch của xã",
        "plan-number": "09/KH-UBND",
        "plan-issued_on": f"{periods.today():%d/%m/%Y}",
        "plan-issuer": "UBND xã",
        "plan-unknown": ["signer"],
    }
    client = client_of(land.xa)
    assert client.post(address, plan).status_code == 422
    assert client.post(address, {**plan, "plan-file": png("kh.png")}).status_code == 302
    own = LaunchAnswer.objects.get().document
    assert own is not None
    assert (own.title, own.file.name) == ("Kế hoạch của xã", "kh.png")  # type: ignore[union-attr]
    page = client.get(f"/launches/{recipient.launch_id}/").content.decode()
    assert f"/launches/new/?document={own.code}" in page


def test_what_a_unit_entered_is_not_among_the_plans(land: Land, client_of: ClientOf) -> None:
    recipient = make.plan(make.received(make.launch(land.tinh), land), land.xa)
    own: Document = recipient.answer.document
    client = client_of(land.far_xa)
    assert client.get(f"/plans/{own.code}/").status_code == 404
    assert own.title not in client.get("/plans/").content.decode()
    launched = client.get(f"/plans/{recipient.launch.document.code}/").content.decode()
    assert own.title not in launched


def test_the_export_has_the_rows_of_the_list(land: Land, client_of: ClientOf) -> None:
    made = make.launch(land.tinh)
    make.respond(make.received(made, land), land.xa, "=HYPERLINK(1)")
    content = client_of(land.tinh).get(f"/launches/{made.pk}/export/?state=supported").content
    rows = list(openpyxl.load_workbook(io.BytesIO(content)).active.values)
    assert [row[0] for row in rows[1:]] == ["Xã Đại An"]
    assert "=HYPERLINK(1)" in rows[1]


@pytest.mark.parametrize(("person", "queries"), [("xa", 8), ("tinh", 8)])
@pytest.mark.parametrize("number", [1, 3])
def test_the_list_asks_the_same_of_one_row_as_of_three(
    land: Land,
    client_of: ClientOf,
    django_assert_num_queries: Any,
    person: str,
    queries: int,
    number: int,
) -> None:
    for count in range(number):
        make.launch(land.tinh, make.document(code=f"kh-{count}"))
    client = client_of(getattr(land, person))
    with django_assert_num_queries(queries):
        page = client.get("/launches/").content.decode()
    assert page.count('<th scope="row"') == number


@pytest.mark.parametrize(("person", "queries"), [("xa", 13), ("tinh", 11)])
@pytest.mark.parametrize("number", [1, 3])
def test_a_launch_asks_the_same_of_one_unit_as_of_three(
    land: Land,
    client_of: ClientOf,
    django_assert_num_queries: Any,
    person: str,
    queries: int,
    number: int,
) -> None:
    for count in range(number - 1):
        factories.place(UnitKind.COMMUNE, f"Xã {count}", land.province)
    made = make.launch(land.tinh)
    make.plan(make.received(made, land), land.xa)
    client = client_of(getattr(land, person))
    with django_assert_num_queries(queries):
        assert client.get(f"/launches/{made.pk}/").status_code == 200


def test_a_step_that_is_refused_stands_open_on_its_page_with_what_was_typed(
    land: Land, client_of: ClientOf
) -> None:
    made = make.launch(land.tinh)
    client, address = client_of(land.tinh), f"/launches/{made.pk}/"
    withdraw = {one.name: one.url for one in client.get(address).context["steps"]}["withdraw"]
    page = client.post(withdraw, {"reason": " "})
    (step,) = [one for one in page.context["steps"] if one.name == "withdraw"]
    assert (page.status_code, bool(step.error)) == (409, True)
    assert "data-dismissable open" in page.text
    launching.withdraw(made.pk, land.tinh, reason="Thay văn bản", seen=LAUNCH.fingerprint(made))
    late = client.post(withdraw, {"reason": "Nhầm văn bản"})
    assert late.status_code == 403
