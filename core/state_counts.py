"""How many rows of a list stand in each state, as links above it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest


@dataclass(frozen=True)
class StateCount:
    """One state with how many rows stand in it, and where the list shows them.

    Attributes:
        more: there are more than `count`; nobody counted them all.
    """

    state: str
    label: str
    count: int
    url: str
    chosen: bool
    more: bool = False


def state_counts(
    request: HttpRequest,
    chosen: str,
    counted: Mapping[str, int],
    labels: Mapping[str, Any],
    most: float = math.inf,
) -> list[StateCount]:
    """The counts as links; a second click on the chosen state shows all of them again.

    Args:
        most: how far was counted.
    """
    query = {name: value for name, value in request.GET.items() if name not in ("state", "page")}
    return [
        StateCount(
            state,
            str(labels[state]),
            int(min(count, most)),
            "?" + urlencode(query if state == chosen else {**query, "state": state}),
            state == chosen,
            count > most,
        )
        for state, count in counted.items()
    ]
