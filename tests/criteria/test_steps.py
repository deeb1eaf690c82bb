"""The tables of transitions hold what they say of each other."""

import dataclasses

import pytest

from core.workflow import Transition
from criteria.workflow import ASSESSMENT


def changed(name: str, **values: object) -> tuple[Transition, ...]:
    """The steps of a self-assessment, one of them with other values."""
    return tuple(
        dataclasses.replace(step, **values) if step.name == name else step  # type: ignore[arg-type]
        for step in ASSESSMENT.transitions
    )


@pytest.mark.parametrize(
    ("name", "inverse"),
    [
        ("receive", "unconfirm"),  # leaves from elsewhere
        ("confirm", "return"),  # leads elsewhere
    ],
)
def test_a_step_that_is_not_undone_by_its_inverse_is_refused(name: str, inverse: str) -> None:
    with pytest.raises(ValueError, match=f"assessment.{name} is not undone by {inverse}"):
        dataclasses.replace(ASSESSMENT, transitions=changed(name, inverse=inverse))


def test_an_inverse_that_is_not_there_is_refused() -> None:
    with pytest.raises(KeyError, match="unsend"):
        dataclasses.replace(ASSESSMENT, transitions=changed("send", inverse="unsend"))
