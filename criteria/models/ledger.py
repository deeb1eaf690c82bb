"""How many hold a title where, from which day: sums that no one has to wait for.

Triggers of the recognitions write it, in the statement that changes them: whatever changes a
recognition, one of a page or ten thousand of a list, cannot forget it. Each statement adds one line
a node, title, grade, year and day; nothing is ever changed, so that nobody waits for anybody.
"""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import journal, periods
from criteria.models.titles import Title
from units.models import Unit, UnitKind

# The day of a title of which nobody knows when it began.
ALWAYS = periods.Day(1, 1, 1)

# Of the rows of a recognition those that count or counted: `RecognitionQuerySet.ever_held`.
EVER_HELD = """
    NOT isempty(period) AND (state IN ('declared', 'confirmed') OR state = 'revoked'
        AND upper(period) <= (checked_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date)
"""
# Who begins to hold a title and, the day after the last, holds it no more.
BEGINNINGS_AND_ENDS = f"""
    SELECT placement_id, path, unit_id, title_id, grade, assessed_year, false AS ends,
        coalesce(lower(period), DATE '{ALWAYS.isoformat()}') AS day, weight AS delta FROM held
    UNION ALL
    SELECT placement_id, path, unit_id, title_id, grade, assessed_year, true,
        upper(period), -weight FROM held WHERE upper(period) IS NOT NULL
"""  # noqa: S608 -- constants
# What a line of the ledger is of, as GROUPED gives it; the lines of one of these add up.
SUM_OF = "node_id, path, kind, title_id, grade, assessed_year, ends, day"
GROUPED = """
    SELECT home.unit_id AS node_id, changes.path, holder.kind, title_id, grade, assessed_year,
        ends, day, sum(delta) AS delta
    FROM changes JOIN units_placement home ON home.id = placement_id
        JOIN units_unit holder ON holder.id = changes.unit_id
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8 HAVING sum(delta) <> 0
"""


class TitleLedger(models.Model):
    """From `day` on, `delta` more (or fewer) of a kind at a node hold a title.

    The node of a household, clan or citizen is its home on the day it was recognised, and `path`
    where that lay; of a unit of the tree it is the unit itself. Holders on a day are the sum of all
    deltas up to it; recognised for a year, the sum of those that do not end.
    """

    append_only = True

    node = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("counted at"))
    path = models.CharField(_("path"), max_length=200, db_collation="C")
    kind = models.CharField(_("kind"), max_length=20, choices=UnitKind)
    title = models.ForeignKey(Title, models.PROTECT, related_name="+", verbose_name=_("title"))
    grade = models.CharField(_("grade"), max_length=20, blank=True)
    assessed_year = models.PositiveSmallIntegerField(_("assessed year"))
    ends = models.BooleanField(_("the day after the last"))
    day = models.DateField(_("from the day"))
    delta = models.IntegerField(_("more or fewer"))

    class Meta:
        verbose_name = _("line of the title ledger")
        verbose_name_plural = _("lines of the title ledger")
        indexes = [
            models.Index(fields=["node", "title", "day"], name="title_ledger_of_node"),
            models.Index(fields=["assessed_year", "path"], name="title_ledger_year_path"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(delta=0), name="title_ledger_says_something"),
        ]
        triggers = journal.journalled()

    def __str__(self) -> str:
        return f"{self.node_id} {self.title_id} {self.day:%d/%m/%Y} {self.delta:+d}"


def counted() -> list[pgtrigger.Trigger]:
    """Triggers that write the ledger, for the recognitions' `Meta.triggers`."""
    before = f"SELECT *, -1 AS weight FROM old_rows WHERE {EVER_HELD}"  # noqa: S608
    after = f"SELECT *, 1 AS weight FROM new_rows WHERE {EVER_HELD}"  # noqa: S608
    return [
        _trigger("ledger_insert", pgtrigger.Insert, after),
        _trigger("ledger_update", pgtrigger.Update, f"{before} UNION ALL {after}"),
        _trigger("ledger_delete", pgtrigger.Delete, before),
    ]


def _trigger(name: str, operation: pgtrigger.Operation, held: str) -> pgtrigger.Trigger:
    referencing = pgtrigger.Referencing(  # type: ignore[no-untyped-call]
        old=None if operation is pgtrigger.Insert else "old_rows",
        new=None if operation is pgtrigger.Delete else "new_rows",
    )
    return pgtrigger.Trigger(
        name=name,
        operation=operation,
        when=pgtrigger.After,
        level=pgtrigger.Statement,
        referencing=referencing,
        func=f"""
            WITH held AS ({held}), changes AS ({BEGINNINGS_AND_ENDS})
            INSERT INTO criteria_titleledger
                ({SUM_OF}, delta)
            {GROUPED};
            RETURN NULL;
        """,
    )
