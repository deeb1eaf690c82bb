"""The bonus that goes with a commendation: base salaries times a factor, both by dated rules."""

from dataclasses import dataclass
from decimal import Decimal

from awards.models import BaseSalary, BonusRate, SubjectGroup
from core import periods
from core.numbers import format_vi_number
from criteria.models import AwardForm


@dataclass(frozen=True)
class Bonus:
    """A bonus, and how it came about.

    Attributes:
        amount: đồng; None is *not configured*.
        basis: the multiplication, and the documents behind it.
    """

    amount: int | None
    basis: str


NOT_CONFIGURED = Bonus(None, "")


class Bonuses:
    """The bonuses for a form on a day, in two queries (Nghị định 152/2025/NĐ-CP, Điều 54)."""

    def __init__(self, form: AwardForm, day: periods.Day) -> None:
        self._rate = BonusRate.objects.in_force(day).filter(form=form).first()
        self._salary = BaseSalary.objects.in_force(day).first()

    def of(self, kind: str) -> Bonus:
        """The bonus of a subject of a kind of unit."""
        rate, salary = self._rate, self._salary
        if rate is None or salary is None:
            return NOT_CONFIGURED
        group = SubjectGroup.of(kind)
        times = {
            SubjectGroup.INDIVIDUAL: Decimal(1),
            SubjectGroup.HOUSEHOLD: rate.household,
            SubjectGroup.COLLECTIVE: rate.collective,
        }[group]
        amount = int(rate.individual * times * salary.amount)
        factors = (
            [rate.individual] if group == SubjectGroup.INDIVIDUAL else [rate.individual, times]
        )
        said = " × ".join(
            format_vi_number(one.normalize()) for one in (*factors, Decimal(salary.amount))
        )
        return Bonus(amount, f"{said} ({rate.basis}; {salary.basis})")
