"""What communes, citizens and households of the invented province say of themselves."""

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from awards.province import shares
from awards.province.rows import Village
from awards.province.stage import Commune, Stage, Year
from core import copying, periods
from criteria import evaluation
from criteria.facts import Facts, HeldTitle
from criteria.models import Answer, Assessment, AssessmentState
from units.models import Placement, UnitKind

SHEET, BOOK = "cong-dan-hoc-tap", "tra-vinh-ho-gia-dinh"
OF_COMMUNE = "cong-dong-hoc-tap-xa-muc-1"
NEWEST = (
    AssessmentState.CONFIRMED,
    AssessmentState.RECEIVED,
    AssessmentState.SENT,
    AssessmentState.DRAFT,
)
PATTERNS = 12  # different sheets that citizens hand in

Value = dict[str, str]


@dataclass(frozen=True)
class Claim:
    """A filled-in form: what the set makes of it, as the portal itself judges it.

    Attributes:
        values: the answer to each criterion that asks something, by its key, as JSON.
        judged: how each criterion stands, by its key, as JSON.
        result, status: of the whole set.
    """

    values: dict[int, str]
    judged: dict[int, str]
    result: str
    status: str


@dataclass(frozen=True)
class Way:
    """Whose assessment it is and through whose hands it goes.

    Attributes:
        place: of the unit, or of its home.
        by, reviewer: keys of users; `receiver` is that of the office.
    """

    unit: int
    place: Placement
    year: Year
    by: int
    receiver: int
    reviewer: int
    state: AssessmentState


@dataclass
class Assessed:
    """Gathers the assessments and their answers."""

    stage: Stage
    rows: copying.Copy = field(init=False)
    answers: copying.Copy = field(init=False)
    sheets: Sequence[Claim] = ()

    def __post_init__(self) -> None:
        self.rows = copying.Copy(
            Assessment,
            *("id", "round", "criteria_set", "unit", "placement", "path", "state", "receiver"),
            *("begun_by", "submission", "sent_by", "sent_at", "received_by", "received_at"),
            *("confirmed_by", "confirmed_at", "result", "result_status", "answered", "asked"),
            "taken_part",
        )
        self.answers = copying.Copy(
            Answer,
            *("assessment", "criterion", "value", "saved_by", "verdict", "verified_by"),
            *("verified_at", "judged_outcome"),
        )
        self.forms = {code: self.stage.form(code) for code in (SHEET, BOOK, OF_COMMUNE)}

    def flush(self) -> None:
        """Write what was gathered (inside an act)."""
        self.rows.flush()
        self.answers.flush()

    def members(self, dice: random.Random, village: Village) -> None:
        """The sheets of the citizens in one hamlet of many, and the books of the households where a
        province's set speaks of them."""
        hamlet = village.hamlet
        for position, year in enumerate(self.stage.years):
            if hamlet.number % shares.SHEETS_IN == position:
                claims = self._sheets(dice)
                people = village.members.get(UnitKind.CITIZEN, ())
                chosen = [(kept.key, dice.choice(claims)) for kept in people]
                self._at_home(village, year, SHEET, chosen)
        year = self.stage.years[-1]
        if hamlet.commune.has_own_sets and hamlet.number % shares.BOOKS_IN == 0:
            books = self._books(village, year)
            households = village.members[UnitKind.HOUSEHOLD]
            chosen = [(kept.key, books[kept.person.years.holds[-2]]) for kept in households]
            self._at_home(village, year, BOOK, chosen)

    def communes(self, dice: random.Random, commune: Commune) -> None:
        """The self-assessments of a commune, those of the communes before the reform included."""
        form = self.forms[OF_COMMUNE]
        for year in self.stage.years:
            places = commune.before if year.before_reform else [commune.place]
            keys = iter(copying.reserve(Assessment, len(places)))
            for place in places:
                said = [dice.choices(("yes", "partly", "no"), (12, 3, 1))[0] for _ in form.asked]
                claim = _claim(form, [{"value": one} for one in said], _nothing_known(year))
                state = NEWEST[int(place.code) % 4] if year.is_newest else AssessmentState.CONFIRMED
                way = Way(
                    *(place.unit_id, place, year, commune.clerk, self.stage.office.unit_id),
                    *(self.stage.officer.pk, state),
                )
                self._assessment(next(keys), way, form, claim)

    def _sheets(self, dice: random.Random) -> Sequence[Claim]:
        """Some filled-in sheets, from which each citizen has one."""
        if not self.sheets:
            form = self.forms[SHEET]
            facts = _nothing_known(self.stage.years[-1])
            self.sheets = [
                _claim(form, [{"points": str(dice.randint(4, 10))} for _ in form.asked], facts)
                for _sheet in range(PATTERNS)
            ]
        return self.sheets

    def _books(self, village: Village, year: Year) -> Mapping[bool, Claim]:
        """What a household says that holds the title, and one that does not."""
        form = self.forms[BOOK]
        title = self.stage.titles[shares.FAMILY]
        held = HeldTitle(
            title=title.code,
            grade=None,
            decision=f"Quyết định số {100 + village.hamlet.number % 40}/QĐ-UBND",
            valid_from=self.stage.years[-2].decided,
            valid_until=None,
            confirmed=True,
        )
        known = {True: (held,), False: ()}
        return {
            holds: _claim(form, [{"value": "yes"}], _facts(year, titles, {title.code: str(title)}))
            for holds, titles in known.items()
        }

    def _at_home(
        self, village: Village, year: Year, code: str, claims: Sequence[tuple[int, Claim]]
    ) -> None:
        hamlet = village.hamlet
        state = AssessmentState.CONFIRMED
        if year.is_newest:
            state = NEWEST[hamlet.number // shares.BOOKS_IN % len(NEWEST)]
        keys = iter(copying.reserve(Assessment, len(claims)))
        for unit, claim in claims:
            way = Way(
                *(unit, hamlet.at(year), year, hamlet.head, hamlet.above(year)),
                *(hamlet.commune.leader, state),
            )
            self._assessment(next(keys), way, self.forms[code], claim)

    def _assessment(self, key: int, way: Way, form: evaluation.Form, claim: Claim) -> None:
        sent = way.state != AssessmentState.DRAFT
        received = way.state in (AssessmentState.RECEIVED, AssessmentState.CONFIRMED)
        confirmed = way.state == AssessmentState.CONFIRMED
        day, nobody = way.year.checked, (None, None)
        self.rows.add(
            *(key, way.year.round.pk, form.criteria_set.pk, way.unit, way.place.pk),
            *(way.place.path, way.state.value, way.receiver if sent else None, way.by, int(sent)),
            *((way.by, way.year.sent) if sent else nobody),
            *((way.reviewer, day) if received else nobody),
            *((way.reviewer, day) if confirmed else nobody),
            *(claim.result, claim.status, len(claim.values), len(form.asked), [way.by]),
        )
        verdict = ("accepted", way.reviewer, day) if confirmed else ("", *nobody)
        self.answers.extend(
            (key, one, value, way.by, *verdict, claim.judged[one] if confirmed else None)
            for one, value in claim.values.items()
        )


def _nothing_known(year: Year) -> Facts:
    return _facts(year, (), {})


def _facts(year: Year, held: tuple[HeldTitle, ...], named: Mapping[str, str]) -> Facts:
    return Facts(
        figures_day=year.round.figures_day,
        decision_day=periods.today(),
        held_titles=held,
        title_names=named,
    )


def _claim(form: evaluation.Form, said: Sequence[Value], facts: Facts) -> Claim:
    """What the rules of a set make of answers that were accepted."""
    answers = [
        Answer(criterion=criterion, value=value, verdict="accepted")
        for criterion, value in zip(form.asked, said, strict=True)
    ]
    outcome = evaluation.evaluate(form, answers, facts)
    said_of = outcome.model_dump(mode="json")
    return Claim(
        values={answer.criterion_id: _json(answer.value) for answer in answers},
        judged={one.pk: _json(said_of["criteria"][one.code]) for one in form.asked},
        result=_json(said_of),
        status=outcome.outcome.status,
    )


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
