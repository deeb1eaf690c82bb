"""Help: a part for each part of the portal, and a link to it from every page."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver

from reports.help import TOPICS
from tests.browser import OFFICE, TELEPHONE, PageAs, assert_accessible
from tests.factories import Land

ClientOf = Callable[[Any], Client]

ELSEWHERE = {"admin", "look"}  # Django's own pages, and those of the tests


def test_each_part_of_the_portal_has_its_help() -> None:
    parts = set(get_resolver().namespace_dict) - ELSEWHERE
    assert {topic.key for topic in TOPICS} == parts | {"home"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "part"),
    [("/", "home"), ("/units/", "units"), ("/assessments/", "assessments"), ("/help/", "help")],
)
def test_a_page_leads_to_its_part(land: Land, client_of: ClientOf, path: str, part: str) -> None:
    page = client_of(land.xa).get(path).content.decode()
    assert re.findall(r'href="(/help/[^"]*)"', page) == [f"/help/#{part}"]


@pytest.mark.django_db
def test_an_address_that_is_no_page_leads_to_all_of_help(land: Land, client_of: ClientOf) -> None:
    page = client_of(land.xa).get("/nothing/").content.decode()
    assert re.findall(r'href="(/help/[^"]*)"', page) == ["/help/"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("size", [OFFICE, TELEPHONE])
def test_help_is_accessible(land: Land, page_as: PageAs, size: tuple[int, int]) -> None:
    page = page_as(land.xa, size)
    page.goto("/help/#units")
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") == size[0]
