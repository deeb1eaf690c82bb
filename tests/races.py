"""Two people at once: two threads, two connections, one barrier."""

import threading
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection


def race(*acts: Callable[[], Any]) -> list[Any]:
    """Run `acts` at the same moment, each on its own connection.

    Returns:
        For each act what it returned, or the exception that it raised.
    """
    barrier = threading.Barrier(len(acts), timeout=10)
    outcomes: list[Any] = [None] * len(acts)

    def run(position: int, act: Callable[[], Any]) -> None:
        try:
            connection.ensure_connection()
            barrier.wait()
            outcomes[position] = act()
        except Exception as refusal:  # noqa: BLE001 -- the outcome of the race is what we look at
            outcomes[position] = refusal
        finally:
            connection.close()

    threads = [
        threading.Thread(target=run, args=(position, act)) for position, act in enumerate(acts)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return outcomes


def winners(outcomes: Sequence[Any]) -> list[Any]:
    """What was returned by the acts that were not refused."""
    return [outcome for outcome in outcomes if not isinstance(outcome, Exception)]


def losers(outcomes: Sequence[Any]) -> list[type[Exception]]:
    """The kinds of refusal."""
    return [type(outcome) for outcome in outcomes if isinstance(outcome, Exception)]
