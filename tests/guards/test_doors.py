"""`visible_to` is the only door of a view to what is scoped, and forgetting it is seen."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db.models import Model, QuerySet
from django.test import Client

from accounts.models import User
from criteria.models import Assessment, AssessmentQuerySet, Recognition
from tests import criteria_factories as make
from tests.criteria_factories import Campaigning

# Rows that belong to a unit: whoever reads them must hold an appointment over it.
SCOPED = {
    "OutsideResult",
    "Assessment",
    "Recognition",
    "RecognitionBatch",
    "SetDraft",
    "SetTrial",
    "Member",
    "Figure",
    "Reform",
    "Launch",
    "Recipient",
    "RegisterEntry",
    "RegistrationList",
    "Council",
    "Meeting",
    "Decision",
    "Award",
    "Nomination",
    "Submission",
    "Term",
    "Quota",
    "Restriction",
    "BaseSalary",
    "BonusRate",
    "DirectDecision",
    "ConsultationRule",
    "Import",
    "Consultation",
    "PersonalRequest",
}
# Rows that are reached only through a scoped row, never by their own key.
INSIDE = {
    "ReformLine",
    "ReformPart",
    "ReformEvent",
    "ReformTrace",
    "Answer",
    "Evidence",
    "AssessmentEvent",
    "PersonalRecord",
    "WithheldRecord",
    "PersonalReading",
    "PersonalExport",
    "PersonalLookup",
    "RequestEvent",
    "ImportRow",
    "ImportWork",
    "LaunchAnswer",
    "RegisterFile",
    "Registration",
    "RegistrationEvent",
    "CouncilSeat",
    "MeetingCase",
    "Attendance",
    "Recusal",
    "Vote",
    "WrittenVote",
    "BallotCount",
    "DecisionEvent",
    "Correction",
    "CorrectedLine",
    "Sheaf",
    "Certificate",
    "CertificateTemplate",
    "SubmissionLine",
    "SubmissionFile",
    "SubmissionEvent",
    "ConsultationLine",
    "ConsultationEvent",
}
MANAGERS = {"objects", "_default_manager", "_base_manager"}
DOORS = {"visible_to"}
ClientOf = Callable[[User], Client]


def view_modules() -> list[Path]:
    """The modules of views of all apps."""
    names = ("core", "accounts", "units", "campaign", "criteria", "awards")
    apps_of_ours = [settings.BASE_DIR / name for name in names]
    found = [path for app in apps_of_ours for path in sorted(app.glob("views/*.py"))]
    found += [path for app in apps_of_ours for path in sorted(app.glob("views.py"))]
    reports = [settings.BASE_DIR / "reports" / name for name in ("home.py", "plans.py")]
    return [*found, *reports]


def open_doors(source: str) -> list[str]:
    """Uses of a scoped model's manager that do not go through `visible_to` at once."""
    tree = ast.parse(source)
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    return [
        f"line {node.lineno}: {ast.unparse(node)}"
        for node in ast.walk(tree)
        if _is_manager(node) and not _goes_through_a_door(node, parents)
    ]


def _is_manager(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Attribute)
        and node.attr in MANAGERS
        and isinstance(node.value, ast.Name)
        and node.value.id in SCOPED | INSIDE
    )


def _goes_through_a_door(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> bool:
    """`Model.objects.visible_to(…)`; of rows inside another there is no door."""
    parent = parents.get(node)
    owner = node.value.id  # type: ignore[attr-defined]
    return owner in SCOPED and isinstance(parent, ast.Attribute) and parent.attr in DOORS


def shortcuts(source: str) -> list[str]:
    """Scoped models handed to a function that would ask their default manager."""
    names = SCOPED | INSIDE
    return [
        f"line {node.lineno}: {ast.unparse(node)}"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).rpartition(".")[2].startswith("get_")
        and any(isinstance(one, ast.Name) and one.id in names for one in node.args)
    ]


def scoped_models() -> Iterator[type[Model]]:
    """Models whose manager has the door."""
    for model in apps.get_models():
        if hasattr(model._default_manager, "visible_to"):
            yield model


def test_the_models_with_a_door_are_known() -> None:
    names = {model.__name__ for model in scoped_models()}
    assert names == SCOPED | {"Appointment"}


@pytest.mark.parametrize(
    "path", view_modules(), ids=lambda path: str(path)[len(str(settings.BASE_DIR)) :]
)
def test_no_view_reads_what_is_scoped_but_through_its_door(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert open_doors(source) + shortcuts(source) == []


@pytest.mark.parametrize(
    ("line", "seen"),
    [
        ("Assessment.objects.visible_to(user).get(pk=pk)", False),
        ("Recognition.objects.visible_to(user)", False),
        ("Placement.objects.on(day)", False),
        ("Assessment.objects.get(pk=pk)", True),
        ("Assessment.objects.filter(pk=pk).visible_to(user)", True),
        ("Recognition._default_manager.all()", True),
        ("Evidence.objects.get(pk=pk)", True),
        ("get_object_or_404(Assessment, pk=pk)", True),
        ("shortcuts.get_object_or_404(Evidence, pk=pk)", True),
        ("everything = Assessment.objects", True),
    ],
)
def test_another_door_is_seen(line: str, seen: bool) -> None:
    assert bool(open_doors(line) + shortcuts(line)) is seen


# Canaries: the door left open is seen by the visits


@pytest.mark.django_db
@pytest.mark.parametrize("dropped", [False, True])
def test_without_the_door_a_neighbour_reads_on(
    dropped: bool, setting: Campaigning, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the matrix expects of the neighbour, 404, is no longer answered."""
    assessment = make.sent(setting)
    if dropped:
        monkeypatch.setattr(AssessmentQuerySet, "visible_to", _everything)
    answer = client_of(setting.land.xa2).get(f"/assessments/{assessment.pk}/")
    assert answer.status_code == (200 if dropped else 404)


@pytest.mark.django_db
def test_without_a_scope_nothing_is_visible(setting: Campaigning) -> None:
    make.sent(setting)
    make.recognition(setting)
    for nobody in (setting.land.stranger, setting.land.expired_deputy, None):
        for model in (Assessment, Recognition):
            assert list(model.objects.visible_to(nobody)) == []


def _everything(self: QuerySet[Assessment], user: User) -> QuerySet[Assessment]:
    return self.all()
