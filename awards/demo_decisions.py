"""The demonstration's decisions: the rules behind them, and one published by the commune with its
certificates."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import QuerySet

from accounts.models import User
from awards.certificates import making
from awards.deciding import drafting, workflow
from awards.models import (
    Award,
    BaseSalary,
    BonusRate,
    Certificate,
    Decision,
    DecisionEvent,
    DirectDecision,
    Sheaf,
)
from core import jobs, journal, periods
from core.documents.render import render_pdf
from criteria.models import AwardForm
from units.models import UnitKind

YEARLY, LETTER = "khen-hang-nam", "giay-khen"
SINCE = periods.Day(2025, 7, 1)
SALARY_SINCE = periods.Day(2026, 7, 1)
BONUS_BASIS = "Nghị định số 152/2025/NĐ-CP, Điều 54"
SALARIES = (
    (2_340_000, SINCE, SALARY_SINCE - periods.ONE_DAY, "Nghị định số 73/2024/NĐ-CP"),
    (2_530_000, SALARY_SINCE, None, "Nghị định số 161/2026/NĐ-CP"),
)
DIRECT_BASIS = "Quy chế thi đua, khen thưởng của xã (minh họa)"
NUMBER = 128


def play(people: Mapping[str, User]) -> None:
    """Enter the rules; let the commune decide on the first that it can, and make the certificates;
    the others stay ready to be decided on."""
    _rules(people["admin"])
    found = [one for one in drafting.ready(people["xa"]) if one.issuer]
    if not found:
        return
    decision = drafting.begin(people["xa"], found[0], [found[0].nominations[0].pk])
    drafting.write(
        people["xa"], decision.pk, {"signer": people["lanhdaoxa"], "position": "Chủ tịch"}
    )
    registrar = people["vanthuxa"]
    workflow.perform("hand_over", decision.pk, people["xa"])
    workflow.perform("submit", decision.pk, registrar)
    workflow.perform("sign", decision.pk, people["lanhdaoxa"])
    workflow.give_number(registrar, decision.pk, NUMBER, periods.today())
    decision = Decision.objects.select_related("form", "placement", "signer").get(pk=decision.pk)
    content = render_pdf(workflow.paper_of(decision))
    drafting.attach(registrar, decision.pk, SimpleUploadedFile("quyet-dinh.pdf", content))
    workflow.perform("issue", decision.pk, registrar)
    decision = workflow.perform("publish", decision.pk, registrar)
    jobs.run(making.order(registrar, decision).pk)


def _rules(administrator: User) -> None:
    """Base salary and bonuses as they are known, and that communes decide without a vote."""
    forms = AwardForm.objects.filter(code__in=(YEARLY, LETTER))
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
                individual=Decimal("0.3"),
                household=Decimal("1.5"),
                collective=Decimal(2),
                period=periods.between(SINCE, None),
                basis=BONUS_BASIS,
                entered_by=administrator,
            )
            DirectDecision.objects.create(
                form=form,
                issuer_kind=UnitKind.COMMUNE,
                period=periods.between(SINCE, None),
                basis=DIRECT_BASIS,
                entered_by=administrator,
            )


def rows(people: "QuerySet[User]") -> "Iterator[QuerySet[Any]]":
    """What of decisions goes with the demonstration, in the order in which it can."""
    decisions = Decision.objects.filter(begun_by__in=people)
    yield Certificate.objects.filter(award__decision__in=decisions)
    yield Sheaf.objects.filter(decision__in=decisions)
    yield DecisionEvent.objects.filter(decision__in=decisions)
    yield Award.objects.filter(decision__in=decisions)
    yield decisions
    for rule in (BaseSalary, BonusRate, DirectDecision):
        yield rule.objects.filter(entered_by__in=people)
