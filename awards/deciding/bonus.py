"""The bonus that goes with a commendation: base salaries times a factor, both by dated rules."""

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

from awards.models import BaseSalary, BonusRate, SubjectGroup
from core import periods
from core.numbers import format_vi_number
from criteria.models import AwardForm


@dataclass(frozen=True)
class Bonus:
    """A bonus, and how it came about.

    Attributes:
        amount: đồng; None is *not configured*.
        basis: the multiplication, as papers write it.
        source: the documents behind it.
    """

    amount: int | None
    basis: str = ""
    source: str = ""


NOT_CONFIGURED = Bonus(None)


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
        amount = _rounded(rate.individual * times * salary.amount, rate.rounded_up_to)
        factors = (
            [rate.individual] if group == SubjectGroup.INDIVIDUAL else [rate.individual, times]
        )
        said = " × ".join(
            format_vi_number(one.normalize()) for one in (*factors, Decimal(salary.amount))
        )
        if rate.rounded_up_to:
            said = f"{said}, làm tròn lên {format_vi_number(rate.rounded_up_to)}"
        return Bonus(amount, said, f"{rate.basis}; {salary.basis}")


def _rounded(product: Decimal, full: int | None) -> int:
    """A product in đồng: up to the next full so many where the rule says so, else as it is.

    No source behind the portal rounds bonuses; a fraction of a đồng, which nobody can pay, goes
    to the nearest đồng.
    """
    if full is None:
        return int(product.to_integral_value(ROUND_HALF_UP))
    return full * int((product / full).to_integral_value(ROUND_CEILING))
