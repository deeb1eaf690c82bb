"""Lookups that PostgreSQL answers better than those of Django."""

from typing import Any

from django.db.models import ForeignKey, Lookup


@ForeignKey.register_lookup
class AnyOf(Lookup):
    """`home__any_of=ArraySubquery(…)`: one of a few keys that a question finds.

    As `home__in` in what it finds. That one the planner joins, and where it takes a few for many
    it reads a whole table of millions; this one it asks first and then takes each by the index.
    """

    lookup_name = "any_of"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        left, left_values = self.process_lhs(compiler, connection)
        right, right_values = self.process_rhs(compiler, connection)
        return f"{left} = ANY({right})", (*left_values, *right_values)
