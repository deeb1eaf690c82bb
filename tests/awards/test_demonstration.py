"""The whole demonstration: what it holds, that loading it again changes nothing, and that nothing
of it is left when it is taken out.

Units, plans and demonstration are loaded once, in a transaction that is taken back at the end.
"""

import hashlib
import io
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Q
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from awards import demo_proposing
from awards.certificates import making, templates
from awards.consulting import asking
from awards.council import sitting
from awards.deciding import drafting, revoking
from awards.models import (
    Award,
    Certificate,
    CertificateTemplate,
    Consultation,
    ConsultationRule,
    Council,
    Decision,
    Meeting,
    MeetingCase,
    Nomination,
    NominationState,
    Quota,
    Restriction,
    Submission,
    Term,
    WrittenVote,
)
from awards.nominating import candidates, checking, entering
from awards.nominating.listing import with_names
from awards.submitting import clock
from awards.submitting import entering as submitting
from core import periods
from criteria.models import AwardForm
from tests import factories
from tests.conftest import owner, settle
from tests.guards.world import undone
from units import scope
from units.models import PersonalRequest, Placement, UnitKind

pytestmark = pytest.mark.django_db

# Histories that only grow, and what Django and the queue keep for themselves.
HISTORIES = {
    "core_journalentry",
    "core_seal",
    "django_session",
    "procrastinate_events",
    "procrastinate_jobs",
}
BASIS = "Dữ liệu minh họa"


def tables() -> dict[str, str]:
    """A digest of the rows of every table but the histories."""
    names = [one for one in connection.introspection.table_names() if one not in HISTORIES]
    found = {}
    with connection.cursor() as cursor:
        for name in sorted(names):
            cursor.execute(f'SELECT t::text FROM "{name}" t ORDER BY 1')
            rows = "\n".join(row[0] for row in cursor.fetchall())
            found[name] = hashlib.sha256(rows.encode()).hexdigest()
    return found


def run(*arguments: str) -> str:
    """What `manage.py demo` says, as the owner of the tables where it removes."""
    said = io.StringIO()
    with owner():
        call_command("demo", *arguments, stdout=said)
    return said.getvalue()


@pytest.fixture(scope="module")
def before(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, str]]:
    """The tables with units and plans alone, before the demonstration was loaded over them."""
    with django_db_blocker.unblock(), undone():
        call_command("load_units", stdout=io.StringIO())
        settle()
        call_command("load_plans", stdout=io.StringIO())
        bare = tables()
        call_command("demo", stdout=io.StringIO())
        settle()
        yield bare


@pytest.fixture(autouse=True)
def _demonstration(before: dict[str, str], settings: Any) -> None:
    """It is there, known to be, and its people can sign in."""
    cache.clear()
    settings.DEMO = True


def states(model: Any) -> set[str]:
    return set(model.objects.values_list("state", flat=True))


def account(name: str) -> User:
    return User.objects.get(username=name)


# What it holds


def test_nominations_stand_in_every_state() -> None:
    assert states(Nomination) == set(NominationState.values)


def test_papers_stand_where_people_can_go_on_with_them() -> None:
    assert states(Submission) == {"sent", "received"}
    assert states(Meeting) == {"invited", "closed"}
    assert states(MeetingCase) == {"waiting", "passed", "failed"}
    assert states(Decision) == {"submitted", "signed", "published", "revoked"}
    assert states(Award) == {"listed", "granted", "revoked"}


def test_offices_have_terms_but_for_the_highest_form() -> None:
    assert set(Term.objects.values_list("form__code", flat=True)) == {
        "khen-hang-nam",
        "giay-khen",
        "bang-khen-bo-nganh-tinh",
    }
    received = Nomination.objects.select_related("office", "form", "submission").filter(
        state="received"
    )
    turns = clock.of_nominations(list(with_names(received)))
    assert {turn.due is not None for turn in turns.values() if turn} == {True}


def test_every_rule_says_that_it_is_the_demonstrations() -> None:
    for rule in (Term, Quota, ConsultationRule):
        assert set(rule.objects.values_list("basis", flat=True)) == {BASIS}


def test_quotas_are_kept() -> None:
    found = []
    for quota in Quota.objects.select_related("form").order_by("pk"):
        standing = Nomination.objects.standing().filter(
            form=quota.form, round=quota.round, phase=quota.phase, proposer=quota.proposer
        )
        found.append((quota.form.code, quota.number, standing.count()))
    assert found == [
        ("khen-hang-nam", 8, 5),
        ("khen-hang-nam", 3, 0),
        ("bang-khen-bo-nganh-tinh", 1, 1),
    ]


def test_the_draft_of_a_household_can_be_sent_on() -> None:
    thon = User.objects.get(username="thon")
    mine = Nomination.objects.with_subject().filter(begun_by=thon, state="draft")
    (one,) = mine.select_related("form", "round", "phase")
    findings = checking.findings_of([one])[one.pk]
    assert not checking.blocks(findings)


def test_a_restriction_with_its_document_blocks_a_nomination() -> None:
    restriction = Restriction.objects.get()
    assert restriction.file is not None
    found = Nomination.objects.with_subject().select_related("form", "round", "phase")
    one = found.get(unit=restriction.unit_id)
    assert one.state == "draft"
    (findings,) = checking.findings_of([one]).values()
    assert [finding.article for finding in findings if finding.blocks] == [checking.RESTRICTED]


def test_bodies_and_the_public_are_asked() -> None:
    asked = Consultation.objects.values_list("kind", "state")
    assert sorted(asked) == [
        ("concurrence", "answered"),
        ("confirmation", "withdrawn"),
        ("opinion", "asked"),
        ("public", "asked"),
    ]
    answered = Consultation.objects.get(state="answered")
    assert answered.file is not None
    assert answered.answer == Consultation.Answer.AGREE


def test_anybody_reads_the_page_of_the_public_consultation() -> None:
    public = Consultation.objects.get(kind="public")
    page = Client().get(reverse("submissions:public_consultation", args=[public.token]))
    assert page.status_code == 200
    html = page.content.decode()
    assert {one.name for one in asking.public_lines(public) if one.name not in html} == set()


def test_ballots_were_counted_on_paper_with_a_vote_in_writing() -> None:
    meeting = Meeting.objects.exclude(scan=None).get()
    tellers = meeting.attendances.filter(is_teller=True)
    assert tellers.count() == 2
    counts = meeting.cases.values_list(
        "state", "base", "needed", "ballot_count__valid", "in_favour", "against"
    )
    assert sorted(counts) == [
        ("failed", 6, 5, 4, 3, 1),
        ("passed", 7, 6, 6, 6, 0),
        ("passed", 7, 6, 6, 6, 0),
        ("passed", 7, 6, 6, 6, 0),
    ]
    letters = WrittenVote.objects.filter(case__meeting=meeting)
    assert sorted(letters.values_list("sealed_number", "choice")) == [
        ("PB-01", ""),
        ("PB-02", ""),
        ("PB-03", ""),
        ("PB-04", ""),
    ]


def test_a_result_from_above_commends_one_of_two_and_one_still_waits_for_it() -> None:
    result = Decision.objects.get(issuer=None)
    assert (result.reference, result.issuer_name) == ("2210/QĐ-TTg", "Thủ tướng Chính phủ")
    ended = Nomination.objects.filter(form=result.form).values_list("state", flat=True)
    assert sorted(ended) == ["decided", "dropped", "failed", "passed"]
    (waits,) = (one for one in drafting.ready(account("tinh")) if one.issuer is None)
    page = factories.signed_in(account("tinh")).get(reverse("decisions:above", args=[waits.key]))
    assert (page.status_code, waits.form) == (200, result.form)


def test_requests_of_people_stand_in_several_states() -> None:
    asked = PersonalRequest.objects.values_list("kind", "state")
    assert sorted(asked) == [
        ("correction", "entered"),
        ("erasure", "received"),
        ("erasure", "refused"),
    ]


# Who has nothing against them: neither what blocks nor what deserves a look.


def test_among_the_candidates_of_a_commune_one_passes_the_whole_pre_check() -> None:
    xa, form = account("xa"), AwardForm.objects.get(code="khen-hang-nam")
    grant = scope.of(xa).grants[0]
    place = Placement.objects.on(periods.today()).get(unit=grant.unit_id)
    (occasion, *_earlier) = candidates.occasions_of(form)
    rows = list(candidates.rows(place, UnitKind.ENTERPRISE))
    (one,) = candidates.judge(rows, place, form, occasion)
    assert (one.qualifies, one.nomination) == (True, None)
    with undone():
        (begun,) = entering.begin(xa, grant, form, occasion, [one.subject])
        demo_proposing.write(xa, begun)
        rows = Nomination.objects.with_subject().select_related("form", "round", "phase")
        assert checking.findings(rows.get(pk=begun.pk)) == []


def test_of_what_the_office_of_the_province_checks_one_passes_the_whole_pre_check() -> None:
    tinh = account("tinh")
    found = Nomination.objects.with_subject().select_related("form", "round", "phase")
    mine = found.filter(office=scope.of(tinh).grants[0].unit_id, state="received")
    assert [checking.findings(one) for one in mine] == [[]]


# What its people see


@pytest.mark.parametrize(
    ("name", "sees"),
    [
        *((name, True) for name in ("tinh", "xa", "lanhdaoxa", "thon", "coquan", "xem", "admin")),
        *((name, False) for name in ("vanthu", "vanthuxa", "thuky", "hoidong1")),
    ],
)
def test_nominations_stand_in_the_menu_of_who_has_some(name: str, sees: bool) -> None:
    client = factories.signed_in(account(name))
    html = client.get("/units/").content.decode()
    for address in ("/nominations/", "/submissions/"):
        assert (f'<li><a href="{address}"' in html) is sees
        assert client.get(address).status_code == (200 if sees else 403)


@pytest.mark.parametrize(
    ("state", "checks"), [("received", True), ("decided", False), ("dropped", False)]
)
def test_a_nomination_that_has_ended_is_not_checked_before_anything(
    state: str, checks: bool
) -> None:
    one = Nomination.objects.filter(state=state).earliest("pk")
    page = factories.signed_in(account("tinh")).get(reverse("nominations:detail", args=[one.pk]))
    assert (reverse("nominations:precheck", args=[one.pk]) in page.content.decode()) is checks


# What anybody learns of its certificates


@pytest.mark.parametrize(
    ("which", "says"),
    [
        (Q(replaced_at=None, award__state="granted", replaces=None), "valid"),
        (Q(replaces__isnull=False), "valid"),
        (Q(replaced_at__isnull=False), "replaced"),
        (Q(award__state="revoked", award__decision__state="published"), "revoked"),
        (Q(award__decision__state="revoked"), "revoked"),
    ],
    ids=["valid", "made anew", "replaced", "line revoked", "decision revoked"],
)
def test_anybody_checks_a_certificate(which: Q, says: str) -> None:
    words = {
        "valid": "<strong>Có giá trị.</strong>",
        "replaced": "<strong>Đã được thay thế.</strong>",
        "revoked": "<strong>Đã thu hồi.</strong>",
    }
    one = Certificate.objects.filter(which).order_by("entry")[0]
    page = Client().get(reverse("verify:certificate", args=[one.serial]))
    html = page.content.decode()
    assert {state for state, sentence in words.items() if sentence in html} == {says}
    assert one.name in html


def test_who_is_called_otherwise_has_another_certificate() -> None:
    (again,) = Certificate.objects.filter(replaces__isnull=False)
    assert again.replaces is not None
    assert again.name == again.award.called != again.replaces.name


# Loading it again, and taking it out


def test_loading_it_again_changes_nothing() -> None:
    there = tables()
    assert run() == "The demonstration is loaded already; nothing was changed.\n"
    assert tables() == there


def test_nothing_is_left_when_it_is_taken_out(before: dict[str, str]) -> None:
    run("--remove")
    after = tables()
    assert {name for name in before if after[name] != before[name]} == set()


def test_a_template_that_its_registrar_saved_goes_with_it(before: dict[str, str]) -> None:
    save_template(account("vanthuxa"))
    run("--remove")
    assert not CertificateTemplate.objects.exists()


def test_a_template_that_somebody_else_saved_stays() -> None:
    save_template(account("vanthuxa"))
    save_template(real_person("registrar", account("vanthuxa")))
    run("--remove")
    assert CertificateTemplate.objects.count() == 1


def save_template(registrar: User) -> None:
    decision = Decision.objects.filter(state="published").exclude(issuer=None).earliest("pk")
    templates.save(registrar, decision, {"layout": {"name": {"y": 100}}})


def real_person(role: str, like: User) -> User:
    """Somebody who is not of the demonstration, where one of its people works."""
    user = factories.user("nguoi-that")
    unit = scope.of(like).grants[0].unit_id
    factories.appoint(user, role, Placement.objects.on(periods.today()).get(unit=unit))
    return user


def asks_about_a_nomination() -> None:
    officer = real_person("emulation_officer", account("tinh"))
    today = periods.today()
    said = asking.Question("opinion", "Sở Nội vụ", None, today, today)
    received = Nomination.objects.filter(
        state="received", office=scope.of(officer).grants[0].unit_id
    )
    asking.ask(officer, said, list(received.values_list("pk", flat=True)))


def is_carried_by_its_people() -> None:
    clerk = account("xa2")
    grant = scope.of(clerk).grants[0]
    place = Placement.objects.on(periods.today()).get(unit=grant.unit_id)
    form = AwardForm.objects.get(code="khen-hang-nam")
    round_ = candidates.occasions_of(form)[0]
    author = real_person("commune_officer", clerk)
    subject = entering.Subject(place.unit, place)
    (one,) = entering.begin(author, scope.of(author).grants[0], form, round_, [subject])
    submitting.begin(clerk, grant, form, round_, [one.pk])


def plans_a_meeting() -> None:
    secretary = real_person("council_secretary", account("thuky"))
    sitting.plan(secretary, Council.objects.get(), timezone.now(), "Phòng họp số 1")


def replaces_a_certificate() -> None:
    registrar = real_person("registrar", account("vanthuxa"))
    one = Certificate.objects.filter(award__state="granted", replaced_at=None).earliest("entry")
    making.replace(registrar, one.award.decision, one.award_id, "Giấy bị rách")


def revokes_a_decision() -> None:
    leader = real_person("leader", account("lanhdaoxa"))
    decision = Decision.objects.filter(state="published").exclude(issuer=None).earliest("pk")
    revoking.revoke(leader, decision.pk, "Quyết định số 9", "Kiểm tra")


@pytest.mark.parametrize(
    ("work", "of_what"),
    [
        (asks_about_a_nomination, "nominations"),
        (is_carried_by_its_people, "nominations"),
        (plans_a_meeting, "Councils"),
        (replaces_a_certificate, "decisions"),
        (revokes_a_decision, "nominations"),
    ],
)
def test_what_real_people_have_worked_on_is_not_taken_out(
    work: Callable[[], None], of_what: str
) -> None:
    work()
    there = tables()
    with pytest.raises(CommandError, match=f"people outside the demonstration .*{of_what}"):
        run("--remove")
    assert tables() == there
