"""Taking a reform back, by the traces that it left: exactly what was, while nothing was built on
what it opened."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from django.db.models import Count, QuerySet, Value
from django.utils.translation import gettext as _

from core.workflow import Refused
from units import entries
from units.models import (
    Member,
    Placement,
    Reform,
    ReformLine,
    ReformPart,
    ReformTrace,
    Succession,
    Unit,
)
from units.models.reforms import OVER
from units.reforming import late, statements
from units.reforming.carrying import step_versions
from units.reforming.plan import named, read

SHOWN = 5
Table = ReformTrace.Table


def standing_on(reform: Reform) -> list[str]:
    """What was built on a reform, so that it cannot be undone: in words, the first ones and how
    many more (three queries)."""
    found = [*_changed_since(reform), *_founded_under(reform), *_built(reform)]
    more = len(found) - SHOWN
    if more <= 0:
        return found
    return [*found[:SHOWN], _("%(number)d more") % {"number": more}]


def _changed_since(reform: Reform) -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute(statements.CHANGED_SINCE, {"reform": reform.pk})
        names = [name for (name,) in cursor.fetchall()]
    for name in names:
        yield _("%(name)s was changed since") % {"name": name}


def _founded_under(reform: Reform) -> Iterator[str]:
    """The units that were founded in what the reform moved: their paths hold its new place."""
    with connection.cursor() as cursor:
        said: dict[str, Any] = {"reform": reform.pk, "day": reform.effective_on}
        cursor.execute(statements.FOUNDED_UNDER, said)
        names = [name for (name,) in cursor.fetchall()]
    for name in names:
        yield _("%(name)s was founded in it since") % {"name": name}


def lock(reform: Reform) -> None:
    """Let others wait who change the units of a reform, or enter something into one that it
    touched, where that lies now (until the transaction ends; two queries)."""
    touched = Placement.objects.filter(pk__in=_keys(_rows(reform), Table.PLACEMENT))
    named_units = named(reform.lines.prefetch_related("parts"))
    entries.lock(*named_units, *touched.values_list("unit", flat=True))


def _built(reform: Reform) -> Iterator[str]:
    """What refers to a unit that the reform founded, or to a state that it opened."""
    counted = _references(reform)
    for label, unit_name, number in counted[0].union(*counted[1:], all=True).order_by("at", "of"):
        what = apps.get_model(label)._meta.verbose_name
        said = {"name": unit_name, "what": what, "number": number}
        yield _("%(name)s: %(what)s (%(number)d)") % said


def _relations() -> list[Any]:
    """Every field of every app that refers to a unit or to a state of one."""
    return [
        one
        for model in (Unit, Placement)
        for one in model._meta.get_fields(include_hidden=True)
        if one.one_to_many or (one.one_to_one and one.auto_created and not one.concrete)
    ]


def _references(reform: Reform) -> list[QuerySet[Any]]:
    """For each relation how many rows refer to what the reform made, by the name of the unit."""
    opened = _rows(reform).filter(before__isnull=True)
    made = {Unit: _keys(opened, Table.UNIT), Placement: _keys(opened, Table.PLACEMENT)}
    own = _own(reform)
    found = []
    for one in _relations():
        field, model = one.field.name, one.related_model
        rows = model._base_manager.filter(**{f"{field}__in": made[one.model]})
        if model in own:
            rows = rows.exclude(pk__in=own[model])
        states = Placement.objects.filter(
            **{"unit" if one.model is Unit else "pk": models.OuterRef(field)}
        )
        name = models.Subquery(states.order_by("-period").values("name")[:1])
        found.append(
            rows.order_by()
            .annotate(of=Value(model._meta.label, models.CharField()), at=name)
            .values_list("of", "at")
            .annotate(number=Count("pk"))
        )
    return found


def _own(reform: Reform) -> dict[type[models.Model], QuerySet[Any]]:
    """The rows that are the reform itself, or that it wrote: they do not stand on it."""
    return {
        Placement: _keys(_rows(reform), Table.PLACEMENT),
        Member: _keys(_rows(reform), Table.MEMBER),
        Succession: Succession.objects.filter(reform=reform).values("pk"),
        ReformLine: ReformLine.objects.filter(reform=reform).values("pk"),
        ReformPart: ReformPart.objects.filter(line__reform=reform).values("pk"),
        Reform: Reform.objects.filter(state__in=OVER).values("pk"),
    }


def _rows(reform: Reform) -> QuerySet[ReformTrace]:
    return ReformTrace.objects.filter(reform=reform)


def _keys(traces: QuerySet[ReformTrace], table: str) -> QuerySet[Any]:
    return traces.filter(table=table).values("row_id")


def take_back(reform: Reform) -> None:
    """Give back exactly what was before a reform, with every act that a person moved by it (inside
    an act).

    Raises:
        Refused: something was built on it; the sentence names what.
    """
    late.take_all_back(reform)
    if standing := standing_on(reform):
        sentence = _("This stands on the reform now: %(what)s. It can no longer be undone.")
        raise Refused(sentence % {"what": "; ".join(standing)})
    try:
        with transaction.atomic():
            _take_back(reform)
    except (models.ProtectedError, models.RestrictedError, IntegrityError) as built:
        raise Refused(_("Something was built on it since; it stays.")) from built


def _take_back(reform: Reform) -> None:
    plan, said = read(reform), {"reform": reform.pk}
    Succession.objects.filter(reform=reform).delete()
    ReformLine.objects.filter(reform=reform, founds=True).update(unit=None)
    founded = _keys(_rows(reform), Table.UNIT)
    Reform.objects.filter(territory__in=founded, state__in=OVER).update(
        territory=reform.territory_id, territory_path=reform.territory_path
    )
    with connection.cursor() as cursor:
        for statement in (
            statements.DELETE_MEMBERS,
            statements.DELETE_STATES,
            statements.RESTORE_STATES,
            statements.RESTORE_MEMBERS,
            statements.DELETE_UNITS,
            statements.DELETE_TRACES,
            statements.CHECK_REFERENCES,
            statements.CHECK_LATER,
        ):
            cursor.execute(statement, said)
    step_versions(plan)
