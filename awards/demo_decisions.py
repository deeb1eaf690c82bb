"""The demonstration's decisions: the rules behind them, one published by the commune with its
certificates, and those of the province that wait for a signature and a number."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import User
from awards.certificates import making
from awards.deciding import choosing, drafting, workflow
from awards.models import (
    Award,
    BaseSalary,
    BonusRate,
    Certificate,
    CertificateTemplate,
    CorrectedLine,
    Correction,
    Decision,
    DecisionEvent,
    DirectDecision,
    Nomination,
    Sheaf,
)
from core import jobs, journal, periods
from core.documents.render import render_pdf
from core.models import JournalEntry
from core.workflow import Refused
from criteria.models import AwardForm
from units.models import UnitKind

YEARLY, LETTER = "khen-hang-nam", "giay-khen"
HIGH, HIGHEST = "bang-khen-bo-nganh-tinh", "bang-khen-thu-tuong"
# How many base salaries go with a form for an individual.
FACTORS = {YEARLY: "0.3", LETTER: "0.3", HIGH: "1.5", HIGHEST: "3.5"}
SINCE = periods.Day(2025, 7, 1)
SALARY_SINCE = periods.Day(2026, 7, 1)
BONUS_BASIS = "Nghị định số 152/2025/NĐ-CP, Điều 54"
SALARIES = (
    (2_340_000, SINCE, SALARY_SINCE - periods.ONE_DAY, "Nghị định số 73/2024/NĐ-CP"),
    (2_530_000, SALARY_SINCE, None, "Nghị định số 161/2026/NĐ-CP (minh họa, cần đối chiếu)"),
)
DIRECT_BASIS = "Quy chế thi đua, khen thưởng của xã (minh họa)"
NUMBER = 128


def play(people: Mapping[str, User]) -> None:
    """Enter the rules; let the commune decide on the first that it can, and make the certificates;
    the others stay ready to be decided on. Of what the province's Council passed, the first is
    signed and waits for its number, the others for the signature."""
    _rules(people["admin"])
    _of_province(people)
    clerk, signer, registrar = people["xa"], people["lanhdaoxa"], people["vanthuxa"]
    for ready in drafting.ready(clerk)[:1]:
        published(clerk, signer, registrar, ready, ready.nominations[:1], NUMBER)


def _of_province(people: Mapping[str, User]) -> None:
    clerk, signer, registrar = people["tinh"], people["lanhdao"], people["vanthu"]
    here = [one for one in drafting.ready(clerk) if one.issuer]
    for ready in here[:1]:
        for number, nomination in enumerate(ready.nominations):
            decision = _submitted(clerk, signer, registrar, ready, [nomination])
            if number == 0:
                workflow.perform("sign", decision.pk, signer)


def published(
    clerk: User,
    signer: User,
    registrar: User,
    ready: drafting.Ready,
    nominations: Sequence[Nomination],
    number: int,
) -> Decision:
    """A decision on nominations, signed, numbered, issued with its own paper and published; its
    certificates are made."""
    decision = _submitted(clerk, signer, registrar, ready, nominations)
    workflow.perform("sign", decision.pk, signer)
    workflow.give_number(registrar, decision.pk, number, periods.today())
    decision = Decision.objects.get(pk=decision.pk)
    content = render_pdf(workflow.paper_of(decision))
    drafting.attach(registrar, decision.pk, SimpleUploadedFile("quyet-dinh.pdf", content))
    workflow.perform("issue", decision.pk, registrar)
    decision = workflow.perform("publish", decision.pk, registrar)
    jobs.run(making.order(registrar, decision).pk)
    return decision


def _submitted(
    clerk: User,
    signer: User,
    registrar: User,
    ready: drafting.Ready,
    nominations: Sequence[Nomination],
) -> Decision:
    """A decision on nominations, drafted, checked and submitted for signature."""
    decision = drafting.begin(clerk, ready, [one.pk for one in nominations])
    said: dict[str, Any] = {"signer": signer, "position": "Chủ tịch"}
    if decision.form.is_open:
        said["given"] = choosing.offered(decision)[0]
    drafting.write(clerk, decision.pk, said)
    workflow.perform("hand_over", decision.pk, clerk)
    submitted: Decision = workflow.perform("submit", decision.pk, registrar)
    return submitted


def _rules(administrator: User) -> None:
    """Base salary and bonuses as they are known, and that communes decide without a vote."""
    forms = AwardForm.objects.filter(code__in=FACTORS)
    with journal.act("demo.load"):
        for amount, first, last, basis in SALARIES:
            BaseSalary.objects.create(
                amount=amount,
                period=periods.between(first, last),
                basis=basis,
                entered_by=administrator,
            )
        for form in forms:
            BonusRate.objects.create(
                form=form,
                individual=Decimal(FACTORS[form.code]),
                household=Decimal("1.5"),
                collective=Decimal(2),
                period=periods.between(SINCE, None),
                basis=BONUS_BASIS,
                entered_by=administrator,
            )
        for form in forms.filter(code__in=(YEARLY, LETTER)):
            DirectDecision.objects.create(
                form=form,
                issuer_kind=UnitKind.COMMUNE,
                period=periods.between(SINCE, None),
                basis=DIRECT_BASIS,
                entered_by=administrator,
            )


def refuse_real_work(people: "QuerySet[User]") -> None:
    """Raises Refused: people outside the demonstration decide on its nominations, have worked on
    its decisions or made certificates of them, or are decided on by them."""
    decisions = Decision.objects.filter(begun_by__in=people)
    begun = Nomination.objects.filter(begun_by__in=people)
    found: tuple[QuerySet[Any], ...] = (
        Award.objects.filter(nomination__in=begun).exclude(decision__in=decisions),
        Award.objects.filter(decision__in=decisions).exclude(nomination__in=begun),
        DecisionEvent.objects.filter(decision__in=decisions).exclude(user__in=people),
        Sheaf.objects.filter(decision__in=decisions).exclude(made_by__in=people),
    )
    if any(rows.exists() for rows in found):
        raise Refused("people outside the demonstration have worked on its decisions")


def rows(people: "QuerySet[User]") -> "Iterator[QuerySet[Any]]":
    """What of decisions goes with the demonstration, in the order in which it can."""
    decisions = Decision.objects.filter(begun_by__in=people)
    yield CorrectedLine.objects.filter(correction__decision__in=decisions)
    yield Correction.objects.filter(decision__in=decisions)
    yield from _certificates(Certificate.objects.filter(award__decision__in=decisions))
    yield Sheaf.objects.filter(decision__in=decisions)
    yield DecisionEvent.objects.filter(decision__in=decisions)
    yield Award.objects.filter(decision__in=decisions)
    yield decisions
    yield _templates(people)
    for rule in (BaseSalary, BonusRate, DirectDecision):
        yield rule.objects.filter(entered_by__in=people)


def _certificates(found: "QuerySet[Certificate]") -> "Iterator[QuerySet[Certificate]]":
    """The newest first, because each holds the one whose place it took: what is yielded is to be
    deleted before the next is asked for."""
    while (newest := found.filter(replaces__isnull=False, replacement=None)).exists():
        yield newest
    yield found


def _templates(people: "QuerySet[User]") -> "QuerySet[CertificateTemplate]":
    """Templates that nobody but the demonstration's people has saved; the issuers are real, and
    only the journal knows who did."""
    saved = JournalEntry.objects.filter(subject=CertificateTemplate._meta.db_table)
    by_people = saved.filter(actor_id__in=people).values("row_id")
    by_others = saved.filter(row_id=OuterRef("pk")).exclude(actor_id__in=people)
    return CertificateTemplate.objects.filter(~Exists(by_others), pk__in=by_people)
