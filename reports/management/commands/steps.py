"""`manage.py steps`: the tables of transitions as docs/steps.md shows them."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import translation

from awards.consulting.workflow import CONSULTATION
from awards.council.workflow import CASE, MEETING
from awards.deciding.workflow import DECISION
from awards.nominating.workflow import NOMINATION
from awards.submitting.workflow import SUBMISSION
from campaign.workflow import ANSWER, ENTRY, LAUNCH
from core.importing.workflow import IMPORT
from core.workflow import Transition, Workflow
from criteria.batches.workflow import BATCH
from criteria.drafting.workflow import SET_DRAFT
from criteria.registration.workflow import REGISTRATION
from criteria.workflow import ASSESSMENT, RECOGNITION
from units.reforming.workflow import REFORM
from units.requesting.workflow import REQUEST

HEAD = """# The steps of each workflow

Written by `manage.py steps` from the tables, the `workflow.py` of each app; a test holds them
together. Who may and what must be so are functions of that name, in the `permissions.py` beside the
table and in the table's own module (of decisions in their `conditions.py`).

"""
#: Every workflow, in the order of the page.
WORKFLOWS = (
    *(ASSESSMENT, RECOGNITION, BATCH, REGISTRATION, LAUNCH, ANSWER, ENTRY),
    *(NOMINATION, SUBMISSION, CONSULTATION, MEETING, CASE, DECISION, REFORM, IMPORT),
    REQUEST,
    SET_DRAFT,
)
COLUMNS = (
    "step", "from", "to", "who may", "what must be so", "reason", "taken back by", "who is told",
)  # fmt: skip


class Command(BaseCommand):
    help = "Write the steps of each workflow as Markdown, for docs/steps.md."

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override("en"):
            self.stdout.write(HEAD, ending="")
            sections = ("\n".join(_section(workflow)) for workflow in WORKFLOWS)
            self.stdout.write("\n\n".join(sections))


def _section(workflow: Workflow) -> Iterator[str]:
    yield f"## {str(workflow.model._meta.verbose_name).capitalize()}"
    yield ""
    yield _line(COLUMNS)
    yield _line("---" for _ in COLUMNS)
    for step in workflow.transitions:
        yield _line(_cells(workflow, step))


def _cells(workflow: Workflow, step: Transition) -> Iterator[str]:
    """One step, in the order of COLUMNS."""
    yield f"{step.label} (`{step.name}`)"
    yield ", ".join(sorted(step.sources))
    yield _words(step.target) if callable(step.target) else step.target
    yield _words(step.may)
    yield ", ".join(_words(condition) for condition in step.conditions)
    yield "must be given" if step.reason_required else ""
    yield str(workflow[step.inverse].label) if step.inverse else ""
    yield str(step.told)


def _words(function: Callable[..., Any]) -> str:
    return function.__name__.strip("_").replace("_", " ")


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
