"""Parts that other apps put into the page of a unit, which loads them once it stands.

An app to the right declares with `declare`, when it starts, by which route each part is answered.
"""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from units import scope


@dataclass(frozen=True)
class Part:
    """A part of the page of a unit.

    Attributes:
        route: name of the address that answers it, of the key of the unit.
        capability: which people it is for: who has it, over whatever unit.
    """

    route: str
    capability: str


_parts: list[Part] = []


def declare(*parts: Part) -> None:
    """Make parts known; an app calls it once, when it starts."""
    _parts.extend(one for one in parts if one not in _parts)


def urls(user: Any, unit_id: int) -> list[str]:
    """The addresses of the parts for `user`, in the order of the apps (no query)."""
    held = scope.of(user)
    return [reverse(one.route, args=[unit_id]) for one in _parts if held.has(one.capability)]
