"""Roles as data: what each may do, over which part of the tree, and which do not go together.

A capability is a string `<what>.<act>`; views declare them (core.access) and predicates ask for
them. Nothing else in the project knows the names of roles.
"""

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class Reach(models.TextChoices):
    """Over which units an appointment at a unit has scope."""

    OWN = "own", _("the unit itself")
    TERRITORY = "territory", _("the unit and everything located in it")
    MANAGER_TERRITORY = "manager", _("everything located in the territory of the managing body")


@dataclass(frozen=True)
class Role:
    """A role: its name on screens, its reach, and its capabilities."""

    code: str
    label: Any
    reach: Reach
    capabilities: frozenset[str]


READ = frozenset({"units.view", "assessment.view", "recognition.view"})

ROLES: tuple[Role, ...] = (
    Role(
        "commune_officer",
        _("commune officer for culture and society"),
        Reach.OWN,
        READ | {"assessment.fill", "assessment.send", "recognition.declare"},
    ),
    Role("commune_leader", _("leader of the commune"), Reach.OWN, READ | {"assessment.send"}),
    Role(
        "emulation_officer",
        _("emulation officer of the Department of Home Affairs"),
        Reach.MANAGER_TERRITORY,
        READ | {"assessment.review"},
    ),
    Role(
        "education_officer",
        _("officer of the Department of Education and Training"),
        Reach.MANAGER_TERRITORY,
        READ | {"recognition.confirm"},
    ),
    Role(
        "study_officer",
        _("officer of the provincial Association for Learning Promotion"),
        Reach.MANAGER_TERRITORY,
        READ,
    ),
    Role("observer", _("observer, reads only"), Reach.TERRITORY, READ),
    Role("administrator", _("administrator"), Reach.TERRITORY, READ | {"journal.view"}),
)
BY_CODE: dict[str, Role] = {role.code: role for role in ROLES}
CHOICES: list[tuple[str, Any]] = [(role.code, role.label) for role in ROLES]

# Nobody fills in what they verify, or declares what they confirm.
INCOMPATIBLE: frozenset[frozenset[str]] = frozenset(
    frozenset(pair)
    for pair in (
        ("commune_officer", "emulation_officer"),
        ("commune_officer", "education_officer"),
        ("commune_leader", "emulation_officer"),
        ("commune_leader", "education_officer"),
    )
)


def with_capability(capability: str) -> frozenset[str]:
    """Codes of the roles that include `capability`."""
    return frozenset(role.code for role in ROLES if capability in role.capabilities)
