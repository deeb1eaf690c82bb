"""Six communes that recognise at once, and one that is killed in the middle."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.db import connection, transaction

from accounts.models import User
from core import journal
from core.workflow import Refused
from criteria import ledger
from criteria.batches import entering, workflow
from criteria.models import Assessment, Recognition, RecognitionBatch, TitleLedger
from tests import batch_factories as make
from tests import criteria_factories, factories
from tests.batch_factories import Recognising
from tests.criteria.test_holders import SHARE
from tests.criteria_factories import Campaigning
from tests.races import losers, race
from tests.workers import until
from units.models import UnitKind

pytestmark = pytest.mark.django_db(transaction=True)
COMMUNES = 6


@pytest.fixture
def setting() -> Campaigning:
    return criteria_factories.campaigning(rules=({"kind": "attested"}, SHARE))


def numbered(made: Recognising) -> RecognitionBatch:
    make.households(made, 3)
    return make.carried(made, make.listed(made), "number")


def elsewhere(made: Recognising, order: int) -> Recognising:
    """The same in another commune of the province, with people of its own."""
    land = made.setting.land
    commune = factories.place(UnitKind.COMMUNE, f"Xã Thứ {order}", land.province)
    hamlet = factories.place(UnitKind.HAMLET, f"Ấp Thứ {order}", commune, managed_by=commune)
    people = {
        "thon": ("hamlet_head", hamlet),
        "hoikhxa": ("commune_study_officer", commune),
        "lanhdaoxa": ("commune_leader", commune),
        "vanthu": ("registrar", commune),
    }
    users = {name: factories.user(f"{name}-{order}") for name in people}
    for name, (role, place) in people.items():
        factories.appoint(users[name], role, place)
    return replace(made, hamlet=hamlet, **users)


def waiting() -> int:
    """How many connections wait for a lock that another one holds, as the database says."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid)"
            " WHERE NOT granted AND datname = current_database()"
        )
        return int(cursor.fetchone()[0])


def others() -> int:
    """How many other connections to the database of the tests there are."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'"
        )
        return int(cursor.fetchone()[0])


def test_six_communes_that_recognise_at_once_do_not_wait_for_each_other(
    setting: Campaigning,
) -> None:
    """All six have issued before the first commits; nobody waits for a lock then."""
    made = make.recognising(setting)
    all_of_them = [made, *(elsewhere(made, order) for order in range(2, COMMUNES + 1))]
    lists = [(one, numbered(one)) for one in all_of_them]
    criteria_factories.begun(setting)  # the share of a commune is judged in the act
    together = threading.Barrier(COMMUNES, timeout=60)

    def issue(one: Recognising, batch: RecognitionBatch) -> Callable[[], int]:
        def act() -> int:
            with transaction.atomic():
                workflow.perform("issue", batch.pk, User.objects.get(pk=one.vanthu.pk))
                together.wait()  # breaks where one waits for another that waits here
                return waiting()

        return act

    assert race(*(issue(*one) for one in lists)) == [0] * COMMUNES
    assert (Recognition.objects.count(), ledger.verify().difference) == (3 * COMMUNES, "")


def test_two_of_one_household_do_wait_and_one_is_refused(setting: Campaigning) -> None:
    """What does contend is put in order: so the test above sees what it looks for."""
    made = make.recognising(setting)
    first = numbered(made)
    second = make.begun(made)
    with journal.act("test"):
        for line in first.lines.all():
            second.lines.create(unit=line.unit, placement=line.placement, passed=True)
    entering.write_meeting(made.thon, second.pk, make.MEETING)
    make.carried(made, second, "number", number=8)
    seen = []

    def other() -> None:
        workflow.perform("issue", second.pk, User.objects.get(pk=made.vanthu.pk))

    with transaction.atomic():
        workflow.perform("issue", first.pk, made.vanthu)
        outcomes: list[object] = []
        thread = threading.Thread(target=lambda: outcomes.extend(race(other)))
        thread.start()
        until(lambda: waiting() == 1, every=0.05)
        seen.append(Recognition.objects.count())
    thread.join(timeout=30)
    assert (seen, losers(outcomes)) == ([3], [Refused])
    assert (Recognition.objects.count(), ledger.verify().difference) == (3, "")


_ISSUE = """
    import django
    django.setup()
    from accounts.models import User
    from criteria.batches import workflow
    workflow.perform("issue", {batch}, User.objects.get(pk={user}))
"""


def issuing_process(batch: RecognitionBatch, user: User) -> "subprocess.Popen[bytes]":
    """Somebody who issues, as a process of its own over the database of the tests."""
    found = connection.get_connection_params()
    place = urlencode({"host": found["host"], "port": found.get("port", 5432)})
    url = f"postgresql://{found['user']}@/{found['dbname']}?{place}"
    said = textwrap.dedent(_ISSUE.format(batch=batch.pk, user=user.pk))
    return subprocess.Popen(
        [sys.executable, "-c", said],
        cwd=settings.BASE_DIR,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "campaign.settings",
            "SECRET_KEY": "known to everybody, good for tests only",
            "DATABASE_URL": url,
            "DATABASE_OWNER_URL": url,
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def test_killed_in_the_middle_of_issuing_nothing_has_happened(setting: Campaigning) -> None:
    """It has recognised everybody and waits to judge the commune's share when it is killed."""
    made = make.recognising(setting)
    batch = numbered(made)
    assessment = criteria_factories.begun(setting)
    with transaction.atomic():
        Assessment.objects.select_for_update().get(pk=assessment.pk)
        process = issuing_process(batch, made.vanthu)
        until(lambda: waiting() == 1, every=0.05)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    until(lambda: others() == 0, every=0.05)  # the server notices that nobody asks any more
    assert (Recognition.objects.count(), TitleLedger.objects.count()) == (0, 0)
    assert (make.fresh(batch).state, ledger.verify().difference) == ("numbered", "")
    assert issuing_process(batch, made.vanthu).wait(timeout=60) == 0
    assert (Recognition.objects.count(), make.fresh(batch).state) == (3, "issued")
    assert ledger.verify().difference == ""
