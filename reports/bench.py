"""Measuring pages in the server, as commune staff, province and administrator (docs/bench.md)."""

import gc
import http.client
import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NamedTuple

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import second_factor
from accounts.models import User
from awards.models import Decision, Meeting, Nomination, Submission
from awards.province.stage import BASIS
from campaign.models import Launch, Round
from core import periods
from core.models import JournalEntry
from criteria.models import Assessment
from reports import search
from reports.rounds import phases
from reports.searches import SEARCHES
from units import finding
from units.models import Placement, UnitKind

SAMPLES = 30
ROLES = ("xa", "tinh")
ADMINISTRATOR = "admin"
# What opens and closes the transaction of a request asks nothing: counted apart.
CONTROL = ("SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO", "SET TRANSACTION", "BEGIN", "COMMIT")
# One province after the reform, by the design; on less the figures say little.
REPRESENTATIVE = {
    "units.Placement": 15_500,
    "units.Member": 1_000_000,
    "criteria.Recognition": 3_000_000,
    "criteria.Registration": 3_000_000,
    "criteria.Assessment": 3 * 124,
}


@dataclass(frozen=True)
class Page:
    """A page to measure, for one account."""

    account: str
    name: str
    path: str


class Times(NamedTuple):
    """Milliseconds of some samples: on the clock, and of the server's own work.

    On a machine that others use too the clock counts their turns; the processor time of this
    process does not, but leaves out what the database works.
    """

    median: float
    p95: float
    cpu: float


@dataclass(frozen=True)
class Line:
    """One line of the table: what was measured against its budget."""

    name: str
    figures: str
    within: bool

    def __str__(self) -> str:
        return f"{'OK  ' if self.within else 'OVER'} {self.name:<44} {self.figures}"


def reference_loop() -> float:
    """Milliseconds of a fixed loop: how fast this machine is at this moment."""
    best = float("inf")
    for _attempt in range(5):
        begun = time.perf_counter()
        total = 0
        for number in range(100_000):
            total += number * number % 7
        best = min(best, time.perf_counter() - begun)
    return best * 1000


def load() -> str:
    """How busy the machine is with everything on it: what waited for a processor, of the last
    minute."""
    return f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors"


def rows_per_table() -> Iterator[tuple[str, int]]:
    """Each table of ours with its rows, the largest first."""
    counts = {
        model._meta.label: model._default_manager.count()
        for model in apps.get_models()
        if model._meta.app_label in {"core", "accounts", "units", "campaign", "criteria", "awards"}
    }
    yield from sorted(counts.items(), key=lambda pair: -pair[1])


def loaded_from() -> str:
    """How the invented province was made, as the journal has it."""
    made = JournalEntry.objects.filter(act="demo.load", reason__startswith=BASIS).last()
    return made.reason if made else "no invented province"


def is_representative(rows: Iterable[tuple[str, int]]) -> bool:
    """Whether the data are those of a whole province."""
    counts = dict(rows)
    return all(counts[label] >= least for label, least in REPRESENTATIVE.items())


# The pages that need no record: everybody has them.
WITHOUT_RECORD = (
    ("home", "home"),
    ("assessments", "assessments:index"),
    ("results by commune", "assessments:outside_sums"),
    ("registrations", "registrations:index"),
    ("recognitions", "recognitions:index"),
    ("lists for recognition", "recognitions:batches"),
    ("nominations", "nominations:index"),
    ("submissions", "submissions:index"),
    ("decisions", "decisions:index"),
    ("rules of commendation", "submissions:rules"),
    ("launches", "launches:index"),
    ("registers", "registers:index"),
    ("rounds", "rounds:index"),
    ("targets", "targets:index"),
    ("calendar", "calendar:index"),
    ("units", "units:index"),
    ("reforms", "reforms:index"),
    ("plans", "plans:index"),
    ("criteria", "criteria:index"),
    ("notices", "notices:index"),
    ("jobs", "jobs:index"),
    ("imports", "imports:index"),
    ("search, nothing asked", "search"),
)


def pages(account: str) -> list[Page]:
    """The pages that people work in, with records that `account` may open.

    Raises:
        LookupError: the account or its records are not there; load the demonstration.
    """
    user = User.objects.filter(username=account).first()
    assessment = Assessment.objects.visible_to(user).filter(submission__gt=0).first()
    draft = Assessment.objects.visible_to(user).filter(unit__appointments__user=user).first()
    shown = draft or assessment
    commune = (
        Placement.objects.on(periods.today()).filter(kind=UnitKind.COMMUNE, code="29491").first()
    )
    if user is None or shown is None or commune is None:
        raise LookupError("the demonstration is not loaded: manage.py demo")
    place = commune.unit_id
    found = [(name, reverse(route)) for name, route in WITHOUT_RECORD]
    found += [
        ("assessment", reverse("assessments:detail", args=[shown.pk])),
        ("why", reverse("assessments:why", args=[shown.pk])),
        ("unit", reverse("units:detail", args=[place])),
        ("hamlets", reverse("units:below", args=[place, UnitKind.HAMLET])),
        ("figures", reverse("units:figures", args=[place])),
        ("year of the calendar", reverse("calendar:year", args=[periods.today().year])),
        *_campaign_pages(user),
        *_award_pages(user),
        *_keeping_pages(user),
    ]
    if user.has_perm("assessment.review") and assessment:
        found.append(("review", reverse("assessments:review", args=[assessment.pk])))
    return [Page(account, name, path) for name, path in found]


def _campaign_pages(user: User) -> Iterator[tuple[str, str]]:
    """The newest round, the first phase that ends with commendations, and the newest launch that
    `user` sees."""
    if round_ := Round.objects.order_by("-assessed_year").first():
        yield "round", reverse("rounds:detail", args=[round_.pk])
    if phase := phases().first():
        yield "end of a phase", reverse("rounds:phase", args=[phase.pk])
    if launch := Launch.objects.visible_to(user).first():
        yield "launch", reverse("launches:detail", args=[launch.pk])


def _award_pages(user: User) -> Iterator[tuple[str, str]]:
    """The newest that `user` reads of each thing on the way of a commendation."""
    sent = Nomination.objects.visible_to(user).filter(sent_at__isnull=False)
    if nomination := sent.order_by("-pk").first():
        yield "nomination", reverse("nominations:detail", args=[nomination.pk])
        yield "pre-check", reverse("nominations:precheck", args=[nomination.pk])
    if carried := Submission.objects.visible_to(user).exclude(sent_at=None).order_by("-pk").first():
        yield "submission", reverse("submissions:detail", args=[carried.pk])
    if user.has_perm("nomination.enter"):
        yield "candidates", reverse("nominations:new")
    if user.has_perm("meeting.view"):
        yield "meetings", reverse("meetings:index")
        if meeting := Meeting.objects.visible_to(user).order_by("-pk").first():
            yield "meeting", reverse("meetings:detail", args=[meeting.pk])
    if decision := Decision.objects.visible_to(user).order_by("-pk").first():
        yield "decision", reverse("decisions:detail", args=[decision.pk])


def _keeping_pages(user: User) -> Iterator[tuple[str, str]]:
    """The grids of a commune and of a hamlet, for who enters something there."""
    today = Placement.objects.on(periods.today())
    states = today.with_capability(user, "figures.state").filter(kind=UnitKind.COMMUNE).first()
    if states:
        yield "figures of hamlets", reverse("units:figures_inside", args=[states.unit_id])
    if user.has_perm("assessment.fill"):
        yield "books", reverse("assessments:books")
    if user.has_perm("members.view"):
        yield "results of congdanhoctap.vn", reverse("assessments:outside")
    kept = today.with_capability(user, "members.view").filter(kind=UnitKind.HAMLET)
    if hamlet := kept.order_by("name", "pk").first():
        here = [hamlet.unit_id, UnitKind.HOUSEHOLD]
        yield "members", reverse("units:members", args=here)
        yield "requests", reverse("requests:index")
        yield "book", reverse("assessments:book", args=[*here, "emulation"])


def administration_pages(account: str) -> list[Page]:
    """The pages of the administrator of the country.

    Raises:
        LookupError: there is no such account; load the demonstration.
    """
    if not User.objects.filter(username=account).exists():
        raise LookupError("the demonstration is not loaded: manage.py demo")
    person = User.objects.get(username=ROLES[0])
    found = [
        ("people", reverse("people:index")),
        ("person", reverse("people:detail", args=[person.pk])),
        ("invite", reverse("people:invite")),
        ("correct the calendar", reverse("calendar:edit", args=[periods.today().year])),
    ]
    return [Page(account, name, path) for name, path in found]


def client_for(account: str) -> Client:
    """A client signed in as `account`, its second factor shown.

    Raises:
        LookupError: it is an account of the demonstration, and those work with DEMO alone.
    """
    user = User.objects.get(username=account)
    if user.is_demo and not settings.DEMO:
        raise LookupError("the demonstration is switched off: DEMO=1 manage.py bench")
    client = Client(SERVER_NAME="localhost", REMOTE_ADDR="127.0.0.1")
    client.force_login(user, "accounts.backends.PortalBackend")
    session = client.session
    session[second_factor.KEY] = second_factor.SHOWN  # else some pages would lead to that of it
    session.save()
    return client


def measure_page(page: Page, client: Client) -> Line:
    """≤ 12 queries, ≤ 40 ms as median, ≤ 80 ms at the 95th percentile, HTML ≤ 100 KiB."""
    client.get(page.path)
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(page.path)
    asked = [query["sql"] for query in captured]  # before the next request empties the log
    queries = sum(not sql.startswith(CONTROL) for sql in asked)
    size = len(answer.content) / 1024
    times = _times(lambda: client.get(page.path))
    within = (
        answer.status_code == 200
        and queries <= 12
        and times.median <= 40
        and times.p95 <= 80
        and size <= 100
    )
    figures = (
        f"{answer.status_code}  {queries:>2} queries + {len(asked) - queries}"
        f"  median {times.median:6.1f} ms  p95 {times.p95:6.1f} ms"
        f"  cpu {times.cpu:5.1f} ms  {size:6.1f} KiB"
    )
    return Line(f"{page.account}: {page.name}", figures, within)


def _times(call: Callable[[], object], samples: int = SAMPLES) -> Times:
    """How long a call takes, after warming up."""
    for _warm_up in range(5):
        call()
    gc.collect()
    taken, worked = [], []
    for _sample in range(samples):
        begun, began_work = time.perf_counter(), time.process_time()
        call()
        taken.append((time.perf_counter() - begun) * 1000)
        worked.append((time.process_time() - began_work) * 1000)
    return Times(
        statistics.median(taken), statistics.quantiles(taken, n=20)[-1], statistics.median(worked)
    )


def measure_search(account: str, client: Client) -> Line:
    """≤ 150 ms at the 95th percentile over the fixed list of searches, all answered with 200; with
    the names open that `account` may open."""
    user = User.objects.get(username=account)
    if finding.homes_closed(user).exists():
        finding.open_all(user, "Đo thời gian tìm kiếm")
    taken, statuses = [], set()
    for words in SEARCHES:
        path = search.address(words)
        begun = time.perf_counter()
        statuses.add(client.get(path).status_code)
        taken.append((time.perf_counter() - begun) * 1000)
    p95 = statistics.quantiles(taken, n=20)[-1]
    figures = f"median {statistics.median(taken):6.1f} ms  p95 {p95:6.1f} ms  {len(taken)} queries"
    return Line(f"{account}: search", figures, p95 <= 150 and statuses == {200})


@contextmanager
def _gunicorn(port: int) -> Iterator[None]:
    command = [sys.executable, "-m", "gunicorn", "campaign.wsgi", "--workers=2", "--threads=4"]
    server = subprocess.Popen(
        [*command, f"--bind=127.0.0.1:{port}", "--log-level=error", "--preload"],
        cwd=settings.BASE_DIR,
    )
    try:
        _wait_until_up(port)
        yield
    finally:
        server.terminate()
        server.wait(timeout=20)


def _wait_until_up(port: int) -> None:
    for _attempt in range(100):
        try:
            _get(port, reverse("healthz"), "")
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise TimeoutError("gunicorn does not answer")


def _get(port: int, path: str, cookie: str) -> int:
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    link.request("GET", path, headers={"Cookie": cookie, "Host": "localhost"})
    answer = link.getresponse()
    answer.read()
    link.close()
    return answer.status


def measure_throughput(client: Client, account: str, port: int, seconds: float = 8) -> Line:
    """≥ 50 pages a second of the list through two gunicorn workers and 16 connections."""
    cookie = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
    path = reverse("assessments:index")
    statuses: list[int] = []

    def ask() -> None:
        while time.perf_counter() < end:
            statuses.append(_get(port, path, cookie))

    with _gunicorn(port):
        _get(port, path, cookie)
        end = time.perf_counter() + seconds
        threads = [threading.Thread(target=ask) for _connection in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    rate = statuses.count(200) / seconds
    figures = f"{rate:6.1f} requests/s  {statuses.count(200)} of {len(statuses)} answered 200"
    return Line(f"{account}: list, 2 workers, 16 connections", figures, rate >= 50)
