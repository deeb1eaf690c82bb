"""What self-assessments hold of a person who is taken out of the portal."""

from core import files
from criteria.models import Answer, Assessment, CarryOver, Evidence, Recognition
from units.erasing import Holder, Person, scrub

_TEXTS = ("value", "note", "verified_value", "verdict_reason", "judged_outcome")


def _erase(person: Person) -> None:
    """What was written of the person; the files that they brought go whole.

    The outcome and the titles stay: they are of the row in the list, which has no name any more.
    """
    mine = Assessment.objects.filter(unit__in=person.units)
    scrub(Answer.objects.filter(assessment__in=mine), _TEXTS, person)
    scrub(CarryOver.objects.filter(assessment__in=mine), ("answers",), person)
    evidence = Evidence.objects.filter(assessment__in=mine).select_related("file")
    brought = {one.file for one in evidence}
    evidence.delete()
    for file in brought:
        if not Evidence.objects.filter(file=file).exists():
            files.destroy(file)
    scrub(Recognition.objects.filter(unit__in=person.units), ("state_reason",), person)


HOLDER = Holder(_erase)
