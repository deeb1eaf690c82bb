"""What keeps a reform from being proposed, confirmed or carried out, each in a sentence."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from core import periods
from core.presentation import Finding
from core.workflow import YES, Refused, Verdict
from units import permissions
from units.models import Member, Placement, Reform, ReformAct, ReformLine, UnitKind
from units.reforming.permissions import forget_plan, plan_of
from units.reforming.plan import After, Plan, differs

# In what a unit of a kind may lie.
PLACES: dict[str, tuple[str, ...]] = {
    UnitKind.PROVINCE: (UnitKind.COUNTRY,),
    UnitKind.COMMUNE: (UnitKind.PROVINCE,),
    UnitKind.HAMLET: (UnitKind.COMMUNE,),
    UnitKind.DEPARTMENT: permissions.ORGANISATIONS,
    **dict.fromkeys(permissions.ORGANISATIONS, (UnitKind.PROVINCE, UnitKind.COMMUNE)),
}


def findings(reform: Reform) -> list[Finding]:
    """Everything that is wrong with a reform, read once for the object (one query beyond its
    plan)."""
    if not hasattr(reform, "_findings"):
        reform._findings = _findings(plan_of(reform))  # type: ignore[attr-defined]
    found: list[Finding] = reform._findings  # type: ignore[attr-defined]
    return found


def forget(reform: Reform) -> None:
    """Let a reform be read and checked anew: its units are locked by now."""
    reform.__dict__.pop("_findings", None)
    forget_plan(reform)


def _findings(plan: Plan) -> list[Finding]:
    if not plan.lines:
        return [Finding(_("It says nothing yet: add what is merged, divided, founded …"), True)]
    sentences = [
        *_of_header(plan.reform),
        *_of_units(plan),
        *_of_lines(plan),
        *_of_paths(plan),
    ]
    if not sentences:
        around = _around(plan)
        sentences = [*_of_names(plan, around), *_of_ends(plan, around)]
    return [Finding(sentence, True) for sentence in dict.fromkeys(sentences)]


def sound(reform: Reform) -> Verdict:
    """Whether nothing keeps a reform from going on, and if something does, what first."""
    for finding in findings(reform):
        return False, finding.text
    return YES


def _of_header(reform: Reform) -> Iterator[str]:
    if not reform.citation:
        yield _("Name the resolution: its number, day and who issued it.")


def _of_units(plan: Plan) -> Iterator[str]:
    """Each unit is there on the eve, does not change later, and has one fate."""
    fates = Counter(plan.ending.keys())
    fates.update(line.unit_id for line in plan.lines if line.unit_id and not _ends(line))
    for unit_id, number in fates.items():
        name = plan.name_of(unit_id)
        state = plan.state(unit_id)
        later = plan.later(unit_id)
        if state is None:
            yield _("%(name)s is not there on the eve of the reform.") % {"name": name}
        elif later:
            said = {"name": name, "day": f"{periods.first_day(later.period):%d/%m/%Y}"}
            yield _("%(name)s changes again on %(day)s: undo that first.") % said
        elif plan.day not in state.period:
            yield _("%(name)s ends before this day already.") % {"name": name}
        if number > 1:
            yield _("%(name)s cannot end and go on at once.") % {"name": name}


def _ends(line: ReformLine) -> bool:
    return line.act == ReformAct.END


def _of_lines(plan: Plan) -> Iterator[str]:
    for line in plan.lines:
        after = plan.after(line)
        yield from _of_parts(plan, line)
        if not _ends(line):
            yield from _of_place(plan, after)
            state = plan.state(line.unit_id)
            if state and not line.parts.all() and not differs(state, after):
                yield _("Nothing about %(name)s would change.") % {"name": state.name}
    yield from _of_divisions(plan)


def _of_parts(plan: Plan, line: ReformLine) -> Iterator[str]:
    parts = list(line.parts.all())
    if line.act == ReformAct.MERGE and len(parts) + (not line.founds) < 2:
        yield _("A merger needs two units at least.")
    for part in parts:
        state = plan.state(part.unit_id)
        if state and state.kind != line.kind:
            yield _("%(name)s is of another kind.") % {"name": state.name}


def _of_place(plan: Plan, after: After) -> Iterator[str]:
    place = plan.state(after.located_in)
    if place is None or plan.day not in place.period:
        yield _("The place of %(name)s is not there on this day.") % {"name": after.name}
        return
    if place.kind not in PLACES.get(after.kind, ()):
        said = {"name": after.name, "place": place.name}
        yield _("%(name)s cannot lie in %(place)s.") % said
    if place.unit_id in plan.ending and place.unit_id not in plan.whole:
        said = {"name": after.name, "place": place.name}
        yield _("%(place)s ends by this reform: say where %(name)s lies then.") % said


def _of_divisions(plan: Plan) -> Iterator[str]:
    for unit_id, lines in plan.ending.items():
        name = plan.name_of(unit_id)
        if unit_id in plan.divided and len(lines) < 2:
            yield _("%(name)s is divided: it needs two successors at least.") % {"name": name}
        elif unit_id in plan.whole and len(lines) > 1:
            yield _("%(name)s goes over whole, and so into one unit only.") % {"name": name}
    proposed = Counter(part.unit_id for _line, part in plan.parts if part.is_default)
    for unit_id, number in proposed.items():
        if number > 1 and unit_id in plan.divided:
            said = {"name": plan.name_of(unit_id)}
            yield _("%(name)s is divided: only one successor can be the proposed one.") % said


def _of_paths(plan: Plan) -> Iterator[str]:
    """Nothing lies in itself."""
    try:
        plan.roots()
    except Refused as refused:
        yield str(refused)


def _around(plan: Plan) -> list[Any]:
    """The states, from the day on, of what has or will have a name or code of the reform, of what
    just ends and of what lies in that, each with the number of its members (one query)."""
    wanted = Q(pk__in=())
    for one in _afters(plan):
        wanted |= Q(kind=one.kind, located_in=plan.resolved(one.located_in), name=one.name)
        if one.code:
            wanted |= Q(kind=one.kind, code=one.code)
    if ends := _just_end(plan):
        wanted |= Q(unit__in=ends) | Q(located_in__in=ends) | Q(managed_by__in=ends)
    since = periods.between(plan.day, None)
    members = Member.objects.filter(home=OuterRef("unit"), period__overlap=since)
    counted = members.order_by().values("home").values_list(Count("pk"))
    rows = Placement.objects.filter(wanted, period__overlap=since)
    return list(rows.annotate(members=Coalesce(Subquery(counted), 0)))


def _afters(plan: Plan) -> list[After]:
    return [*plan.founded(), *(after for _before, after in plan.changed())]


def _just_end(plan: Plan) -> list[int]:
    """The units that end, with nothing that follows them."""
    return [unit_id for unit_id, lines in plan.ending.items() if not lines]


def _of_names(plan: Plan, around: list[Any]) -> Iterator[str]:
    """No two units of a kind have one name in one place, or one code."""
    afters = _afters(plan)
    gone = {*plan.ending, *(one.unit_id for one in afters if one.unit_id)}
    for one in afters:
        for other in around:
            if other.kind != one.kind or other.unit_id in gone:
                continue
            if one.code and other.code == one.code:
                said = {"code": one.code, "name": other.name}
                yield _("The code %(code)s belongs to %(name)s.") % said
            elif (other.name, other.located_in_id) == (one.name, plan.resolved(one.located_in)):
                yield _("There is a unit of the name %(name)s already.") % {"name": one.name}
    yield from _twice(afters)


def _twice(afters: Sequence[After]) -> Iterator[str]:
    names = Counter((one.kind, one.located_in, one.name) for one in afters)
    codes = Counter((one.kind, one.code) for one in afters if one.code)
    for (_kind, _place, name), number in names.items():
        if number > 1:
            yield _("Two units would be called %(name)s.") % {"name": name}
    for (_kind, code), number in codes.items():
        if number > 1:
            yield _("Two units would have the code %(code)s.") % {"code": code}


def _of_ends(plan: Plan, around: list[Any]) -> Iterator[str]:
    """What just ends holds nothing any more."""
    for unit_id in _just_end(plan):
        held = sum(one.members for one in around if one.unit_id == unit_id)
        held += sum(
            unit_id in (one.located_in_id, one.managed_by_id) and one.unit_id not in plan.ending
            for one in around
        )
        if held:
            said = {"name": plan.name_of(unit_id), "number": held}
            yield (
                _("%(name)s still holds %(number)d units or members: move them first, or merge it.")
                % said
            )
