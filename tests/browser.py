"""A real browser for tests: Chromium of the system, signed in as somebody, watched.

A conftest beside the tests that want it says

    from tests.browser import browser_type_launch_args, page_as  # noqa: F401

and a test says `page = page_as(land.xa)`, then `page.goto("/assessments/")` and
`assert_accessible(page)`. Anything in the console fails the test, unless it was told to expect it.
"""

import datetime
import os
import re
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.test import Client
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, expect

from accounts.models import User

# Playwright's own event loop runs in the thread of the test, which therefore may not ask the ORM.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
OFFICE = (1366, 768)
TELEPHONE = (390, 844)
# A loaded machine may take its time; what never comes fails all the same.
PATIENCE = 20  # seconds
QUIET_LOOKS = 5  # in a row: what had just come in has begun by then
expect.set_options(timeout=PATIENCE * 1000)
MORNING = datetime.datetime(2026, 11, 20, 8, tzinfo=datetime.UTC)
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]

PageAs = Callable[..., Page]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Debian's Chromium instead of a download."""
    return {**browser_type_launch_args, "executable_path": "/usr/bin/chromium", "args": [*FLAGS]}


class Answering:
    """How many requests the live server is answering just now, in all its threads."""

    def __init__(self) -> None:
        self.number = 0
        self._lock = threading.Lock()
        request_started.connect(self._begin)
        request_finished.connect(self._end)

    def _begin(self, **_signal: Any) -> None:
        self._count(1)

    def _end(self, **_signal: Any) -> None:
        self._count(-1)

    def _count(self, step: int) -> None:
        if threading.current_thread() is not threading.main_thread():  # there the test itself asks
            with self._lock:
                self.number += step


@pytest.fixture
def page_as(
    new_context: Callable[..., BrowserContext],
    live_server: Any,
    client_of: Callable[[User], Client],
) -> Iterator[PageAs]:
    """`page_as(user, size=OFFICE, expect=())`: a page of a browser of its own.

    `user` is signed in; None: nobody is. `expect` are regular expressions of what may appear in
    the console (Chromium reports every answer of 4xx there, also one that the page deals with).
    """
    said: list[str] = []
    contexts: list[BrowserContext] = []
    answering = Answering()

    def open_page(
        user: User | None = None,
        size: tuple[int, int] = OFFICE,
        expect: tuple[str, ...] = (),
    ) -> Page:
        width, height = size
        context = new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": height},
            locale="en-US",  # the portal is Vietnamese whatever the browser speaks
            timezone_id=settings.TIME_ZONE,
        )
        contexts.append(context)
        if user:
            sign_in(context, live_server.url, client_of(user))
        page = context.new_page()

        def listen(message: ConsoleMessage) -> None:
            if not any(re.search(pattern, message.text) for pattern in expect):
                said.append(f"{message.type}: {message.text}")

        page.on("console", listen)
        page.on("pageerror", lambda error: said.append(f"pageerror: {error}"))
        return page

    yield open_page
    for context in contexts:
        context.close()
    _wait_for_the_last_answers(answering)
    assert said == [], said


def _wait_for_the_last_answers(answering: Answering) -> None:
    """Wait until the server has dealt with what the browser asked for before it was closed: the
    tables are emptied next, and a request in the middle of them would stand in the way."""
    until = time.monotonic() + PATIENCE
    quiet = 0
    while quiet < QUIET_LOOKS:
        assert time.monotonic() < until, "the server still answers a browser that was closed"
        time.sleep(0.02)
        quiet = 0 if answering.number else quiet + 1


def sign_in(context: BrowserContext, url: str, client: Client) -> None:
    """Give a browser the session of a client."""
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": url}])


def stop_the_clock(page: Page) -> None:
    """Load the page again; no time passes for it but by `page.clock.run_for`, on any machine."""
    page.clock.install(time=MORNING)
    page.reload()
    page.clock.pause_at(MORNING + datetime.timedelta(hours=1))


def assert_accessible(page: Page) -> None:
    """No violation of WCAG 2.1 A and AA, by axe; no rule is off.

    A click waits until the next page begins to come; axe needs the whole of it. What passed is not
    told in detail: to write that down takes axe longer than to look.
    """
    page.wait_for_load_state()
    options = {"runOnly": {"type": "tag", "values": WCAG}, "resultTypes": ["violations"]}
    found = Axe().run(page, options=options).response
    assert [
        (violation["id"], node["target"], node["failureSummary"])
        for violation in found["violations"]
        for node in violation["nodes"]
    ] == []
