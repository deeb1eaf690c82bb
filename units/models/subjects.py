"""What a record is about: a unit of the tree, or a household, clan or citizen at its home.

Names of people are personal data, so that who has no place in the tree is called by its number.
"""

from typing import Any, Self, TypeVar

from django.db import models
from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext

from units.models.members import MEMBER_KINDS, Member
from units.models.tree import Placement, Unit, UnitKind

Row = TypeVar("Row", bound=models.Model)


def member_name(kind: UnitKind, number: int | None, home: str) -> str:
    """What a household, clan or citizen is called: by its number at home."""
    said = {"kind": str(kind.label).capitalize(), "number": number or "–", "home": home}
    return gettext("%(kind)s no. %(number)s, %(home)s") % said


def _member_numbers(unit: Any, home: Any) -> "models.QuerySet[Member, int]":
    """The number of a household, clan or citizen in the list of a home; it may have moved since."""
    states = Member.objects.filter(unit=unit, home=home).order_by("-period")
    return states.values_list("number", flat=True)


class SubjectQuerySet(models.QuerySet[Row]):
    """Rows of models that are about a subject."""

    def with_subject(self) -> Self:
        """With what `subject_name` needs."""
        number = Subquery(_member_numbers(OuterRef("unit"), OuterRef("placement__unit"))[:1])
        return self.select_related("placement", "unit").annotate(member_number=number)


class OfSubject(models.Model):
    """A record about `unit`, which stood at `placement`, its own or its home's, on its day."""

    unit: models.ForeignKey[Unit, Unit]
    placement: models.ForeignKey[Placement, Placement]

    class Meta:
        abstract = True

    @property
    def subject_name(self) -> str:
        """A unit by its name; a household, clan or citizen by its number at home (for such one
        query, once, unless `with_subject`)."""
        if self.unit.kind not in MEMBER_KINDS:
            return self.placement.name
        if not hasattr(self, "member_number"):
            self.member_number = _member_numbers(self.unit.pk, self.placement.unit_id).first()
        return member_name(UnitKind(self.unit.kind), self.member_number, self.placement.name)
