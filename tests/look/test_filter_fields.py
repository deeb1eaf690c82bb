"""The fields of the filters above the lists: light, and the same as every other field."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from crispy_forms.templatetags.crispy_forms_filters import as_crispy_field
from django import forms
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.test.html import Element, parse_html
from django.utils import translation
from playwright.sync_api import expect

from campaign.models import Round
from core.templatetags.filtering import filter_field
from criteria.forms.catalogue import CatalogueForm
from criteria.forms.listing import ListingForm
from criteria.forms.recognition import RecognitionFilterForm
from criteria.models import CriteriaSet, Title
from tests import criteria_factories as make
from tests.browser import OFFICE, TELEPHONE, PageAs, assert_accessible
from tests.criteria_factories import Campaigning
from units.forms.units import BrowseForm, DayForm

pytestmark = pytest.mark.django_db

LISTS = ("/assessments/", "/recognitions/", "/criteria/", "/units/")
ClientOf = Callable[[Any], Client]


@pytest.mark.parametrize("address", LISTS)
def test_no_template_is_rendered_for_a_filter(
    setting: Campaigning, client_of: ClientOf, address: str
) -> None:
    make.sent(setting)
    answer = client_of(setting.land.tinh).get(address)
    assert answer.status_code == 200
    for_fields = ("bootstrap5/", "django/forms/")
    assert [one.name for one in answer.templates if one.name.startswith(for_fields)] == []


def filters(asked: dict[str, str]) -> list[forms.Form]:
    """Every filter of the portal, asked for something."""
    sets = list(CriteriaSet.objects.select_related("document", "title"))
    return [
        ListingForm(asked, list(Round.objects.all())),
        RecognitionFilterForm(asked, list(Title.objects.all())),
        CatalogueForm(asked, sets),
        BrowseForm(asked),
        DayForm(asked),
    ]


def as_read(html: str) -> Element:
    """What a browser makes of HTML."""
    return parse_html(re.sub(r"\s+", " ", html))


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"q": '<b>"Đại An"&', "state": "sent", "round": "x", "overdue": "on", "ever": "on"},
        {"day": "30/06/2025", "year": "2026", "kind": "commune", "result": "not_met"},
        {"day": "<i>", "year": "hai nghìn", "q": "a" * 101, "state": "<i>", "kind": "'"},
    ],
)
def test_a_filter_is_drawn_as_crispy_forms_draws_it(
    setting: Campaigning, asked: dict[str, str], language: str
) -> None:
    with translation.override(language):
        for form in filters(asked):
            for field in form:
                assert as_read(filter_field(field)) == as_read(as_crispy_field(field))


def drawn(form: forms.Form, address: str) -> str:
    """The filters of a list as a page holds them, its white space as a browser shows it."""
    source = "{% load filtering %}{% filters form %}{% filter_field form.q %}{% endfilters %}"
    context = Context({"request": RequestFactory().get(address), "form": form})
    with translation.override("vi"):
        return " ".join(Template(source).render(context).split())


def test_filters_say_how_many_are_in_use_and_how_to_be_without(setting: Campaigning) -> None:
    newest = setting.round.code
    rounds = list(Round.objects.all())
    html = drawn(ListingForm({"round": newest, "kind": ""}, rounds), f"/?round={newest}")
    assert "Tìm và lọc</summary>" in html
    assert "Bỏ lọc" not in html
    asked = {"round": newest, "q": "An", "state": "sent"}
    html = drawn(ListingForm(asked, rounds), "/?q=An&state=sent&sort=-name&page=3")
    assert "Tìm và lọc (đang dùng 2)</summary>" in html
    assert '<a class="btn btn-link" href="?sort=-name">Bỏ lọc</a>' in html


def test_what_is_wrong_in_a_filter_is_not_folded_away() -> None:
    assert '<details class="fold">' in drawn(BrowseForm({"day": "30/06/2025"}), "/")
    assert '<details class="fold" open>' in drawn(BrowseForm({"day": "31/02/2025"}), "/")


@pytest.mark.django_db(transaction=True)
def test_a_telephone_shows_the_list_before_its_filters(
    setting: Campaigning, page_as: PageAs
) -> None:
    make.sent(setting)
    page = page_as(setting.land.tinh, TELEPHONE)
    page.goto("/assessments/")
    field = page.get_by_label("Tên đơn vị")
    expect(field).not_to_be_visible()
    page.locator("summary", has_text="Tìm và lọc").press("Enter")
    expect(field).to_be_visible()
    assert_accessible(page)
    page.set_viewport_size({"width": OFFICE[0], "height": OFFICE[1]})
    page.goto("/assessments/")
    expect(field).to_be_visible()
    expect(page.locator("summary", has_text="Tìm và lọc")).not_to_be_visible()
