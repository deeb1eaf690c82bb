"""An installed portal comes to say of whom its published sets speak, and loads the files again."""

import importlib
import io

import pgtrigger
import pytest
from django.apps import apps
from django.core.management import call_command

from core import journal
from core.models import JournalEntry
from criteria.models import CriteriaSet
from tests import loaded_plans
from tests.factories import Land

pytestmark = pytest.mark.django_db

managers = importlib.import_module("criteria.migrations.0015_managers")


def test_published_sets_are_filled_in_and_are_what_the_files_say(land: Land) -> None:
    loaded_plans.load(land)
    asking = CriteriaSet.objects.exclude(managers=[])
    as_loaded = {one.code: one.managers for one in asking}
    with journal.act("test"), pgtrigger.ignore("criteria.CriteriaSet:freeze_published"):
        asking.update(managers=[])
    assert not asking.exists()
    managers.say_who_manages(apps, None)
    assert {one.code: one.managers for one in asking.all()} == as_loaded
    written = JournalEntry.objects.filter(act="migrate.who_manages")
    assert [(one.subject, one.after) for one in written] == [
        ("criteria_criteriaset", {"managers": ["province"]})
    ] * len(as_loaded)
    before = JournalEntry.objects.count()
    call_command("load_plans", stdout=io.StringIO())
    assert JournalEntry.objects.count() == before
