"""What every test stands on: the real database as the application's role, strict templates."""

import functools
import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.models.signals import post_migrate
from django.test import Client

from accounts import demonstration
from accounts.models import User
from tests import criteria_factories, factories
from tests.core import mail_server

AS_APPLICATION = f"-c role={settings.DATABASE_APP_ROLE}"
AS_OWNER = "-c role=none"


def _connect_as(options: str) -> None:
    connection.close()
    connection.settings_dict["OPTIONS"] = {
        **connection.settings_dict.get("OPTIONS", {}),
        "options": options,
    }


@contextmanager
def owner() -> Iterator[None]:
    """Speak to the database as the owner of its tables."""
    if connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("SET ROLE NONE")
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute(f"SET ROLE {settings.DATABASE_APP_ROLE}")
    else:
        _connect_as(AS_OWNER)
        try:
            yield
        finally:
            _connect_as(AS_APPLICATION)


def settle() -> None:
    """What a module's transaction has written is checked and known to the planner from here on.

    References are checked at the end of every test; what is checked before its savepoint begins is
    not checked again for each, after each has taken its own back.
    """
    connection.check_constraints()
    with owner(), connection.cursor() as cursor:
        cursor.execute("ANALYZE")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The migrated test database, from here on as the application's role."""
    with django_db_blocker.unblock():
        _connect_as(AS_APPLICATION)
    yield
    with django_db_blocker.unblock():
        _connect_as(AS_OWNER)
        # The browser's event loop may have left a connection open; the database could not go.
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.fixture
def as_owner() -> Callable[[], AbstractContextManager[None]]:
    """`with as_owner():` speaks as the owner of the tables."""
    return owner


def _empties_tables(item: pytest.Item) -> bool:
    """Whether a test ends by emptying all tables, which the application's role may not."""
    marker = item.get_closest_marker("django_db")
    names = set(getattr(item, "fixturenames", ()))
    asks = bool(names & {"transactional_db", "live_server"})
    return asks or bool(marker and marker.kwargs.get("transaction"))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Every test begins as the application's role."""
    if connection.settings_dict.get("OPTIONS", {}).get("options") == AS_OWNER:
        _connect_as(AS_APPLICATION)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> None:
    """Before a transactional test's tables are emptied, become their owner."""
    if _empties_tables(item):
        _connect_as(AS_OWNER)


@pytest.fixture(scope="session", autouse=True)
def _jobs_are_emptied_too() -> Iterator[None]:
    """Emptying all tables empties those of procrastinate: they are no models that Django manages,
    so it leaves out their jobs, and the next test would find what an earlier one ordered."""
    post_migrate.connect(_empty_jobs, sender=apps.get_app_config("procrastinate"))
    yield
    post_migrate.disconnect(_empty_jobs, sender=apps.get_app_config("procrastinate"))


def _empty_jobs(**_signal: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs CASCADE")


class UndefinedVariable(AssertionError):
    """A template of ours reads a variable that nobody gave."""


class _StrictTemplates(logging.Filter):
    """Turns Django's debug line about an unresolved variable of our templates into a failure.

    Of other templates nobody reads it: pytest would write out its four tracebacks, and keep what
    their frames hold, for each field of each form until the test ends.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        if not str(record.msg).startswith("Exception while resolving variable"):
            return True
        variable, template = record.args[:2]  # type: ignore[index]
        if _is_ours(str(template)):
            raise UndefinedVariable(f"{variable} in {template}")
        return False


@functools.cache
def _is_ours(template: str) -> bool:
    return any((folder / template).exists() for folder in settings.TEMPLATES[0]["DIRS"])


@pytest.fixture(autouse=True, scope="session")
def _strict_templates() -> Iterator[None]:
    logger = logging.getLogger("django.template")
    strict = _StrictTemplates()
    level = logger.level
    logger.addFilter(strict)
    logger.setLevel(logging.DEBUG)
    yield
    logger.removeFilter(strict)
    logger.setLevel(level)


@pytest.fixture(autouse=True)
def _without_demonstration() -> None:
    """Nobody asks whether the demonstration is loaded, so that queries can be counted; nobody has
    tried links yet."""
    cache.clear()
    cache.set(demonstration.CACHE_KEY, False)


@pytest.fixture
def client_of(client: Client) -> Callable[[User], Client]:
    """`client_of(user)`: a browserless client signed in as `user`, second factor shown."""

    def sign_in(user: User) -> Client:
        return factories.signed_in(user)

    return sign_in


@pytest.fixture
def mails_out(settings: Any) -> Iterator[mail_server.Handler]:
    """A mail server that the settings name; `deliver()` sends it what is planned."""
    with mail_server.running(settings) as handler:
        yield handler


@pytest.fixture
def land(db: None) -> factories.Land:
    """A small country: two provinces, communes, offices, and people with roles."""
    return factories.land()


@pytest.fixture
def setting(land: factories.Land) -> criteria_factories.Campaigning:
    """The small country with a round, a set for communes and a route."""
    return criteria_factories.campaigning(land)
