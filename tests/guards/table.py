"""The table of visits: what each person is answered at every address and action.

They stand in `matrix.txt`, one row a visit: method, name of the address, case, then one cell a
person in the order of `world.PEOPLE`. A cell is a status, or

    in      sent away to sign in, and back here afterwards
    a word  403 with the reason of that name (`REASONS`) in the page
"""

from dataclasses import dataclass
from pathlib import Path

from tests.guards.world import PEOPLE

# As the catalogue's English message.
REASONS = {
    "role": "Your roles do not include this. Ask the administrator of your unit.",
    "fill": "You do not fill in self-assessments for this unit.",
    "send": "You do not send self-assessments for this unit.",
    "review": "Your roles do not include reviewing this unit's self-assessment.",
    "founds": "Only the body that manages units of this kind founds them here.",
    "manages": "Only the body that manages the unit changes it.",
    "keeps": "Only the unit itself and the body that manages it keep these lists.",
    "states": "Figures are stated by the unit itself or by the body that manages it.",
    "closed": "Read only: the self-assessment has been sent. It opens again when taken back or "
    "returned.",
    "timing": "Verdicts are given after receiving and before returning or confirming.",
    "checked": "It has been checked; it can be changed after the checking is undone.",
    "draft": "The unit has not sent its self-assessment yet; its content is its own draft.",
    "unsent": "The unit has not sent this registration yet; it is its own draft.",
    "unlisted": "The unit has not sent this list yet; it is its own draft.",
    "lists": "You do not list who is to be recognised at this unit.",
    "signsfor": "This list is decided by another office, or you do not sign for it.",
    "partook": "Nobody decides on their own: you took part in this list.",
    "sends": "You do not send registrations for this unit.",
    "elsewhere": "This registration is approved by another office.",
    "own": "Nobody approves their own: you took part in this registration.",
    "names": "Names are read by the unit itself and by the body that manages it.",
    "fixed": "Read only: the registration has been sent. It opens again when taken back or "
    "refused.",
    "office": "Only the unit that entered this corrects it.",
    "unrejected": "It is not rejected any more.",
    "enter": "You do not enter into this register for this unit.",
    "confirm": "Your roles do not include confirming entries of this register.",
    "mends": "The inspected unit says what it has mended.",
    "launcher": "Only the unit that launched it reminds the units or withdraws it.",
    "withdrawn": "The launch has been withdrawn.",
    "opens": "A round is the whole campaign's: who keeps the whole territory of its plan opens it.",
    "begun": "Work on this round has begun: its name and the day of its figures stay.",
    "deadlines": "You do not set deadlines for this territory.",
    "counciled": "Every unit of your office has its Council already.",
    "secretary": "This is for the secretaries of the Council.",
    "member": "This is for the member and for the secretaries of the Council.",
    "dossier": "The dossiers are for the members and secretaries of the Council.",
    "unproposed": "The unit has not sent this nomination yet; it is its own draft.",
    "proposes": "You do not write nominations of the unit that proposes.",
    "proposed": "Read only: the nomination has been sent. It opens again when taken back or "
    "returned.",
    "appraiser": "This nomination is appraised by the office that received it.",
    "withdraws": "Only the unit that proposes withdraws a nomination.",
    "drafts": "Only the office that drafts the decision does this.",
    "registers": "Only the registrar of the issuer does this.",
    "signs": "Only who signs for the issuer does this.",
    "checks": "Only who checks or signs the decision does this.",
    "paper": "The paper holds names of people: only who works on the decision reads it.",
    "frozen": "Read only: the decision was handed over, its text is frozen.",
    "prepares": "You do not prepare submissions of this unit.",
    "unsent_paper": "The unit has not sent this submission yet; it is its own draft.",
    "paper_names": "Names are read by who prepares, signs or reviews this submission.",
    "receives": "This submission is received by another office.",
    "signs_off": "Only who signs for the sending unit signs this off.",
    "asked_it": "Only the office that asked does this.",
    "answers_it": "The answer is recorded by the office that asked, or by who is asked.",
    "admin": "An administrator of the country enters these.",
    "undrafted": "It is proposed already: take it back to change it.",
    "prepared": "Nobody confirms what they prepared or proposed themselves.",
    "above": "A reform is confirmed by a body above the one that proposes it.",
    "confirmer": "Only a body that may confirm the reform does this.",
    "keeps_reform": "Only the body that prepares the reform does this.",
    "allots": "What a unit has to reach is allotted by the territory above it.",
    "fulfils": "A leader, or the officer of the commune, carries requests out.",
    "ruler": "Administrators of its territory draft new versions of a criteria set.",
    "put": "It is put forward: take it back to change it.",
    "keeps_file": "Only who prepares the reform, or may confirm it, keeps the resolution with it.",
    "answers_late": "Only a body that proposes reforms of its territory does this.",
    "unowed": "The launch has been withdrawn; it needs no answer any more.",
}

TABLE = Path(__file__).with_name("matrix.txt")


@dataclass(frozen=True)
class Visit:
    """One row of the table."""

    method: str
    name: str
    case: str
    expected: dict[str, str]

    def __str__(self) -> str:
        return f"{self.method} {self.name} {self.case}".strip()


def visits() -> list[Visit]:
    """The table, read."""
    found = []
    for line in TABLE.read_text(encoding="utf-8").splitlines()[1:]:
        what, cells = line.split("|")
        method, name, *case = what.split()
        found.append(
            Visit(method, name, " ".join(case), dict(zip(PEOPLE, cells.split(), strict=True)))
        )
    return found
