"""Roles as data: where each is held, what each may do over which part of the tree, and which do
not go together.

A capability is a string `<what>.<act>`; views declare them (core.access) and predicates ask for
them. Nothing else in the project knows the names of roles. A new capability is one entry of
`CAPABILITIES`: its code, its words, the roles that have it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class Reach(models.TextChoices):
    """Over which units an appointment at a unit has scope."""

    OWN = "own", _("the unit itself")
    TERRITORY = "territory", _("the unit and everything located in it")
    MANAGER_TERRITORY = "manager", _("everything located in the territory of the managing body")
    MANAGED = "managed", _("what the unit manages, and what that manages")


#: Reaches that name units; the others are territories.
BY_UNIT = frozenset({Reach.OWN, Reach.MANAGED})


@dataclass(frozen=True)
class Role:
    """A role: its name on screens, its reach, and where it can be held.

    Attributes:
        kinds: kinds of unit (units.models.UnitKind) at which the role can be held.
        second_factor: whether who holds it signs in with a second factor; asked of roles that sign,
            decide or administer.
        managers: kinds of managing body under which the unit must stand; empty asks for none.
    """

    code: str
    label: Any
    reach: Reach
    kinds: frozenset[str]
    second_factor: bool = False
    managers: frozenset[str] = frozenset()

    @cached_property
    def everything(self) -> frozenset[str]:
        """The codes of all that the role may do, over whatever reach."""
        return frozenset(one.code for one in CAPABILITIES if one.reaches(self))

    def reaches(self, capability: str) -> tuple[Reach, ...]:
        """Over which units the role gives `capability`; empty where it does not."""
        return BY_CAPABILITY[capability].reaches(self) if capability in BY_CAPABILITY else ()


@dataclass(frozen=True)
class Capability:
    """Something that roles may do.

    Attributes:
        code: as views and predicates name it.
        label: what it is, in words.
        roles: codes of the roles that have it, over the reach of each.
        further: over which other units some roles have it besides, by the role's code.
        national: whether only an appointment at the country gives it.
    """

    code: str
    label: Any
    roles: frozenset[str]
    further: Mapping[str, tuple[Reach, ...]] = field(default_factory=dict)
    national: bool = False

    def reaches(self, role: Role) -> tuple[Reach, ...]:
        """Over which units `role` has it."""
        own = (role.reach,) if role.code in self.roles else ()
        return (*own, *self.further.get(role.code, ()))


COMMUNE, PROVINCE = frozenset({"commune"}), frozenset({"province"})
LEVELS = frozenset({"country", "province", "commune"})
OFFICES = frozenset({"agency", "department"})
ORGANISATIONS = OFFICES | {"mass_organisation", "school", "enterprise", "other"}

ROLES: tuple[Role, ...] = (
    Role("commune_officer", _("commune officer for culture and society"), Reach.OWN, COMMUNE),
    Role("commune_leader", _("leader of the commune"), Reach.OWN, COMMUNE, second_factor=True),
    Role(
        "commune_study_officer",
        _("officer of the commune's Association for Learning Promotion"),
        Reach.OWN,
        COMMUNE,
    ),
    Role(
        "leader",
        _("leader who signs"),
        Reach.OWN,
        PROVINCE | ORGANISATIONS,
        second_factor=True,
    ),
    Role(
        "registrar",
        _("registrar, who numbers and issues"),
        Reach.OWN,
        PROVINCE | COMMUNE | ORGANISATIONS,
    ),
    Role("hamlet_head", _("head of the hamlet"), Reach.OWN, frozenset({"hamlet"})),
    Role("organisation_officer", _("officer of an organisation"), Reach.OWN, ORGANISATIONS),
    Role(
        "emulation_officer",
        _("emulation officer of the Department of Home Affairs"),
        Reach.MANAGER_TERRITORY,
        OFFICES,
        second_factor=True,
        managers=PROVINCE,
    ),
    Role(
        "education_officer",
        _("officer of the Department of Education and Training"),
        Reach.MANAGER_TERRITORY,
        OFFICES,
        second_factor=True,
        managers=PROVINCE,
    ),
    Role(
        "study_officer",
        _("officer of the provincial Association for Learning Promotion"),
        Reach.MANAGER_TERRITORY,
        frozenset({"mass_organisation"}),
        managers=PROVINCE,
    ),
    Role(
        "council_secretary",
        _("secretary of the Council for emulation and commendation"),
        Reach.OWN,
        OFFICES | COMMUNE,
        second_factor=True,
    ),
    Role(
        "council_member",
        _("member of the Council for emulation and commendation"),
        Reach.OWN,
        OFFICES | COMMUNE,
        second_factor=True,
    ),
    Role("observer", _("observer, reads only"), Reach.TERRITORY, LEVELS),
    Role("administrator", _("administrator"), Reach.TERRITORY, LEVELS, second_factor=True),
)
BY_CODE: dict[str, Role] = {role.code: role for role in ROLES}
CHOICES: list[tuple[str, Any]] = [(role.code, role.label) for role in ROLES]

EVERYBODY = frozenset(BY_CODE)
CLERKS = frozenset(
    {"commune_officer", "commune_study_officer", "hamlet_head", "organisation_officer"}
)
SENDERS = frozenset({"commune_officer", "commune_leader", "hamlet_head", "organisation_officer"})
ADMINISTRATORS = frozenset({"administrator"})
# Who founds what the own unit manages, and states its figures; who keeps the lists of the own unit.
FOUNDERS = (
    "commune_officer",
    "organisation_officer",
    "emulation_officer",
    "education_officer",
    "administrator",
)
HOMES = frozenset({"hamlet_head", "organisation_officer"})

CAPABILITIES: tuple[Capability, ...] = (
    Capability("units.view", _("see the units and who acts for them"), EVERYBODY),
    Capability(
        "assessment.view",
        _("read self-assessments"),
        EVERYBODY,
        further={
            "organisation_officer": (Reach.MANAGED,),
            **dict.fromkeys(
                ("commune_officer", "commune_leader", "commune_study_officer"), (Reach.TERRITORY,)
            ),
        },
    ),
    Capability(
        "assessment.fill",
        _("fill in self-assessments and attach evidence"),
        CLERKS,
        further=dict.fromkeys(("commune_officer", "organisation_officer"), (Reach.MANAGED,)),
    ),
    Capability(
        "assessment.send",
        _("send self-assessments and take them back"),
        SENDERS,
        further=dict.fromkeys(
            ("commune_officer", "commune_leader", "organisation_officer"), (Reach.MANAGED,)
        ),
    ),
    Capability(
        "assessment.review",
        _("receive, verify, return and confirm self-assessments"),
        frozenset({"emulation_officer"}),
        further=dict.fromkeys(
            ("commune_officer", "commune_leader", "organisation_officer", "education_officer"),
            (Reach.MANAGED,),
        ),
    ),
    Capability(
        "recognition.view",
        _("read recognitions of titles"),
        EVERYBODY,
        further={
            "organisation_officer": (Reach.MANAGED,),
            **dict.fromkeys(
                ("commune_officer", "commune_leader", "commune_study_officer"), (Reach.TERRITORY,)
            ),
        },
    ),
    Capability("recognition.declare", _("declare titles held by paper decisions"), CLERKS),
    Capability(
        "recognition.confirm",
        _("confirm, reject and revoke declared titles"),
        frozenset({"education_officer"}),
    ),
    Capability(
        "batch.view",
        _("read lists of units to be recognised"),
        EVERYBODY,
        further={
            "organisation_officer": (Reach.MANAGED,),
            **dict.fromkeys(
                ("commune_officer", "commune_leader", "commune_study_officer"), (Reach.TERRITORY,)
            ),
        },
    ),
    Capability(
        "batch.enter",
        _("list who is to be recognised, and send the list"),
        frozenset({"hamlet_head", "commune_officer", "organisation_officer", "education_officer"}),
        further=dict.fromkeys(("commune_officer", "organisation_officer"), (Reach.MANAGED,)),
    ),
    Capability(
        "batch.appraise",
        _("appraise lists of units to be recognised, and submit them for signature"),
        frozenset({"commune_study_officer", "study_officer"}),
    ),
    Capability(
        "batch.sign",
        _("sign recognitions and revoke them"),
        frozenset({"commune_leader", "leader"}),
    ),
    Capability(
        "batch.register",
        _("number recognitions and issue them"),
        frozenset({"registrar"}),
    ),
    Capability(
        "units.edit",
        _("found, rename and end units that the own unit manages"),
        frozenset(),
        further=dict.fromkeys(FOUNDERS, (Reach.MANAGED,)),
    ),
    Capability(
        "units.propose_reform",
        _("propose mergers, divisions, renamings and other reforms of units"),
        frozenset({"emulation_officer", "administrator"}),
        further=dict.fromkeys(
            ("commune_officer", "organisation_officer", "education_officer"), (Reach.MANAGED,)
        ),
    ),
    Capability(
        "units.confirm_reform",
        _("confirm, refuse and undo reforms of units that a body below proposes"),
        frozenset({"emulation_officer", "administrator"}),
    ),
    Capability(
        "members.view",
        _("see the lists of households, clans and citizens, without names"),
        HOMES,
        further=dict.fromkeys(("commune_officer", "commune_leader"), (Reach.MANAGED,)),
    ),
    Capability(
        "members.edit",
        _("enter and end households, clans and citizens"),
        HOMES,
        further={"commune_officer": (Reach.MANAGED,)},
    ),
    Capability(
        "personal.read",
        _("open the names of households' heads and of citizens, saying why"),
        HOMES,
        further={"commune_officer": (Reach.MANAGED,)},
    ),
    Capability(
        "personal.export",
        _("take lists with names out of the portal to edit them, saying why"),
        HOMES,
        further={"commune_officer": (Reach.MANAGED,)},
    ),
    Capability(
        "personal.lookup",
        _("ask by a whole identity number where in the province a person is kept, saying why"),
        frozenset({"commune_officer", "emulation_officer"}),
    ),
    Capability(
        "personal.requests",
        _("enter and answer requests of people about what is kept of them"),
        HOMES | {"leader"},
        further=dict.fromkeys(("commune_officer", "commune_leader"), (Reach.MANAGED,)),
    ),
    Capability(
        "personal.fulfil",
        _("carry out such requests that another person has entered"),
        frozenset({"leader"}),
        further=dict.fromkeys(("commune_officer", "commune_leader"), (Reach.MANAGED,)),
    ),
    Capability(
        "retention.manage",
        _("enter how long personal data are kept, with the text that says so"),
        ADMINISTRATORS,
        national=True,
    ),
    Capability(
        "figures.view",
        _("read figures"),
        EVERYBODY,
        further={
            **dict.fromkeys(FOUNDERS, (Reach.MANAGED,)),
            **dict.fromkeys(("commune_officer", "commune_leader"), (Reach.TERRITORY,)),
        },
    ),
    Capability(
        "figures.state",
        _("state figures, with the paper on which they stand"),
        frozenset({"commune_officer", "hamlet_head", "organisation_officer"}),
        further=dict.fromkeys(FOUNDERS, (Reach.MANAGED,)),
    ),
    Capability("launch.view", _("read what is launched, and the answers"), EVERYBODY),
    Capability(
        "launch.make",
        _("launch documents to the units below, remind them, withdraw"),
        frozenset(
            {"commune_officer", "commune_leader", "organisation_officer", "emulation_officer"}
        ),
    ),
    Capability("launch.answer", _("answer what is launched to the unit"), SENDERS),
    Capability(
        "round.manage",
        _("open rounds, set and move their deadlines"),
        frozenset({"emulation_officer", "administrator"}),
    ),
    Capability(
        "target.allot",
        _("say what units have to reach of a target, where it is not the value of the plan"),
        frozenset({"emulation_officer"}),
    ),
    Capability(
        "registration.view",
        _("read registrations"),
        EVERYBODY,
        further={
            "organisation_officer": (Reach.MANAGED,),
            **dict.fromkeys(("commune_officer", "commune_leader"), (Reach.TERRITORY,)),
        },
    ),
    Capability(
        "registration.enter",
        _("register the own unit and its members"),
        CLERKS,
        further=dict.fromkeys(("commune_officer", "organisation_officer"), (Reach.MANAGED,)),
    ),
    Capability(
        "registration.send",
        _("send registrations, take them back and withdraw them"),
        SENDERS,
        further=dict.fromkeys(("commune_officer", "organisation_officer"), (Reach.MANAGED,)),
    ),
    Capability(
        "registration.approve",
        _("approve and refuse registrations that the own office receives"),
        frozenset({"emulation_officer", "education_officer"}),
        further=dict.fromkeys(("commune_officer", "commune_leader"), (Reach.TERRITORY,)),
    ),
    Capability("register.view", _("read the registers"), EVERYBODY),
    Capability("register.enter", _("enter contributions and initiatives"), CLERKS),
    Capability(
        "register.confirm",
        _("confirm contributions and initiatives"),
        frozenset({"emulation_officer"}),
    ),
    Capability(
        "inspection.enter",
        _("enter inspections of units"),
        frozenset({"emulation_officer", "education_officer"}),
    ),
    Capability(
        "inspection.confirm",
        _("confirm inspections of the own unit, and say what was mended"),
        SENDERS,
    ),
    Capability(
        "nomination.view",
        _("read nominations for commendation and the papers that carry them"),
        EVERYBODY,
        further={
            **dict.fromkeys(("organisation_officer", "leader"), (Reach.MANAGED,)),
            **dict.fromkeys(
                ("commune_officer", "commune_leader", "commune_study_officer"), (Reach.TERRITORY,)
            ),
        },
    ),
    Capability(
        "nomination.list",
        _("have nominations and submissions among the own work"),
        EVERYBODY - {"registrar", "council_secretary", "council_member"},
    ),
    Capability(
        "nomination.enter",
        _("propose for commendation and write the reports"),
        CLERKS,
        further=dict.fromkeys(("commune_officer", "organisation_officer"), (Reach.MANAGED,)),
    ),
    Capability(
        "submission.prepare",
        _("prepare, send and take back submissions of the own unit"),
        CLERKS | {"emulation_officer"},
    ),
    Capability(
        "submission.sign",
        _("sign off submissions of the own unit"),
        frozenset({"commune_leader", "leader"}),
    ),
    Capability(
        "nomination.appraise",
        _("receive, check, return and appraise nominations that the own office received"),
        frozenset({"emulation_officer", "organisation_officer", "leader"}),
        further=dict.fromkeys(("commune_officer", "commune_leader"), (Reach.TERRITORY,)),
    ),
    Capability(
        "consultation.answer",
        _("answer what the own unit is asked about nominations"),
        CLERKS
        | {"commune_leader", "leader", "emulation_officer", "education_officer", "study_officer"},
    ),
    Capability(
        "meeting.view",
        _("read the meetings of the Council and what it voted"),
        frozenset(
            {
                "council_secretary",
                "council_member",
                "emulation_officer",
                "commune_officer",
                "commune_leader",
            }
        ),
    ),
    Capability(
        "meeting.keep",
        _("keep the roster of the Council, prepare its meetings, close its counts"),
        frozenset({"council_secretary"}),
    ),
    Capability(
        "meeting.vote",
        _("vote in the Council, where one has a seat"),
        frozenset({"council_member"}),
    ),
    Capability(
        "decision.view",
        _("read published decisions on commendation, and those of the own office"),
        EVERYBODY,
    ),
    Capability(
        "decision.prepare",
        _("draft decisions on commendation and enter results from above"),
        frozenset({"commune_officer", "organisation_officer", "emulation_officer"}),
    ),
    Capability(
        "decision.sign",
        _("sign decisions on commendation and revoke them"),
        frozenset({"commune_leader", "leader"}),
    ),
    Capability(
        "decision.register",
        _("check the form of decisions, number, issue and publish them; make certificates"),
        frozenset({"registrar"}),
    ),
    Capability(
        "criteria.edit",
        _("draft new versions of criteria sets, put them forward and publish those of others"),
        ADMINISTRATORS,
    ),
    Capability(
        "award_rules.manage",
        _("enter base salary, bonuses and authority to decide without a vote"),
        ADMINISTRATORS,
        national=True,
    ),
    Capability(
        "nomination.rule",
        _("enter and end terms, quotas, restrictions and required consultations"),
        frozenset({"emulation_officer"}),
    ),
    Capability("people.manage", _("invite people, give and end roles"), ADMINISTRATORS),
    Capability("journal.view", _("read the journal"), ADMINISTRATORS),
    Capability(
        "calendar.manage",
        _("enter and correct the calendar of working days"),
        ADMINISTRATORS,
        national=True,
    ),
)
BY_CAPABILITY: dict[str, Capability] = {one.code: one for one in CAPABILITIES}

# Nobody fills in what they verify, or declares what they confirm.
_ENTERS = CLERKS | SENDERS
_VERIFIES = ("emulation_officer", "education_officer")
INCOMPATIBLE: frozenset[frozenset[str]] = frozenset(
    frozenset({one, other}) for one in _ENTERS for other in _VERIFIES
)


def is_national(capability: str) -> bool:
    """Whether only an appointment at the country gives `capability`."""
    found = BY_CAPABILITY.get(capability)
    return found is not None and found.national


def compatible(one: str, other: str) -> bool:
    """Whether a person may hold both roles on one day."""
    return frozenset({one, other}) not in INCOMPATIBLE


def with_capability(capability: str) -> frozenset[str]:
    """Codes of the roles that include `capability`."""
    return frozenset(role.code for role in ROLES if capability in role.everything)


def in_words(role: Role) -> list[Any]:
    """What `role` may do, in words."""
    return [one.label for one in CAPABILITIES if one.code in role.everything]
