"""The numbers of decisions: one register of an office, its symbol and the year.

A clerk keeps one register, whatever is decided. Triggers of the tables that hold decisions write
it, in the statement that gives or frees a number: no way of writing one can forget it, and of two
that take one number at once one is refused.
"""

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from core import journal
from units.models import Unit

#: The constraint that says a number is taken; a refusal is known by its name.
TAKEN_ONCE = "decision_number_taken_once"


class DecisionNumber(models.Model):
    """A number that a decision of an office holds: `record` is its key in the table `held_by`."""

    issuer = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("issuer"))
    symbol = models.CharField(_("symbol"), max_length=40)
    year = models.PositiveSmallIntegerField(_("year"))
    number = models.PositiveIntegerField(_("number"))
    held_by = models.CharField(_("table of the decision"), max_length=63)
    record = models.BigIntegerField(_("key of the decision"))

    class Meta:
        verbose_name = _("number of a decision")
        verbose_name_plural = _("numbers of decisions")
        constraints = [
            models.UniqueConstraint(fields=["issuer", "symbol", "year", "number"], name=TAKEN_ONCE),
            models.UniqueConstraint(fields=["held_by", "record"], name="decision_number_of_one"),
        ]
        triggers = journal.journalled()

    def __str__(self) -> str:
        return f"{self.number:02d}/{self.symbol} ({self.year})"


def registered(issuer: str) -> pgtrigger.Trigger:
    """The trigger of a table with `symbol`, `year` and `number` that enters its numbers.

    Args:
        issuer: the column of the office whose number it is; a row without one has no number of
            this register.
    """
    said = f"%s.{issuer}, %s.symbol, %s.year, %s.number"
    old, new = (said.replace("%s", row) for row in ("OLD", "NEW"))
    return pgtrigger.Trigger(
        name="number_registered",
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func=f"""
            IF TG_OP = 'UPDATE' AND ({old}) IS NOT DISTINCT FROM ({new}) THEN
                RETURN NULL;
            END IF;
            IF TG_OP <> 'INSERT' AND OLD.number IS NOT NULL THEN
                DELETE FROM criteria_decisionnumber
                WHERE held_by = TG_TABLE_NAME AND record = OLD.id;
            END IF;
            IF TG_OP <> 'DELETE' AND NEW.number IS NOT NULL AND NEW.{issuer} IS NOT NULL THEN
                INSERT INTO criteria_decisionnumber
                    (issuer_id, symbol, year, number, held_by, record)
                VALUES ({new}, TG_TABLE_NAME, NEW.id);
            END IF;
            RETURN NULL;
        """,  # noqa: S608 -- constants
    )
