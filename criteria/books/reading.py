"""The rows of a book: whose they are, what stands in them, and how far the whole is."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BigIntegerField,
    Case,
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import JSONObject

from campaign.models import Round
from core import periods
from criteria import answer_texts, applicability, permissions
from criteria.books.book import NOTE, Book, Part, Subjects, day_of_sets
from criteria.models import Answer, Assessment, AssessmentState, CriteriaSet
from criteria.outcome import SetOutcome
from units import personal
from units.models import (
    MEMBER_KINDS,
    Member,
    PersonalRecord,
    Placement,
    PlacementQuerySet,
    UnitKind,
    member_name,
)

WAITING_SHOWN = 50
Purpose = CriteriaSet.Purpose
Listing = tuple[int, UnitKind]  # a place and the kind of the units that are assessed there


def subjects(book: Book, user: Any) -> "QuerySet[Any]":
    """The members or hamlets of a book that `user` sees, in the order of their list.

    Each has `is_done`, whether every criterion that asks has an answer; members have `is_opened`,
    whether `user` has opened the names of their home, and then `person`, the name.
    """
    done = book.begun.filter(unit=OuterRef("unit"), answered__gte=F("asked"))
    today = periods.today()
    if book.of_members:
        members = Member.objects.visible_to(user).on(today).at(book.place.unit_id, book.kind)
        opened = personal.readings_open(user, book.place.unit_id)
        name = PersonalRecord.objects.filter(unit=OuterRef("unit")).values("name")
        return members.annotate(
            is_done=Exists(done),
            is_opened=Exists(opened),
            person=Case(When(Exists(opened), then=Subquery(name[:1])), default=Value("")),
        ).order_by("number")
    hamlets = Placement.objects.with_capability(user, "assessment.view").on(today)
    inside = hamlets.filter(located_in=book.place.unit_id, kind=book.kind)
    return inside.annotate(is_done=Exists(done)).order_by("name", "pk")


def name_of(book: Book, subject: Any) -> str:
    """What one of `subjects` is called: a member by its number at home, names are personal data."""
    if not book.of_members:
        return str(subject.name)
    return member_name(book.kind, subject.number, book.place.name)


class Progress(NamedTuple):
    """How many units a book has, and of how many every criterion is answered."""

    done: int
    total: int


class Situation(NamedTuple):
    """How far a book is, and how many of its rows wait for each step (`criteria.books.steps`)."""

    progress: Progress
    waiting: dict[str, int]


def situation(book: Book, user: Any) -> Situation:
    """How far a book is (one query).

    What an office has to do is counted where `user` reviews for it.
    """
    begun = book.begun.filter(unit=OuterRef("unit"))
    waiting = {
        "send": Q(is_done=True, state__in=permissions.OPEN_FOR_FILLING),
        "take_back": Q(state=AssessmentState.SENT),
    }
    if offices := permissions.review_offices(user):
        mine = Q(receiver__in=offices)
        waiting |= {
            "receive": Q(mine, state=AssessmentState.SENT),
            "accept": Q(mine, state=AssessmentState.RECEIVED),
            "return": Q(mine, state=AssessmentState.RECEIVED),
        }
    counted = (
        subjects(book, user)
        .annotate(
            state=Subquery(begun.values("state")[:1]),
            receiver=Subquery(begun.values("receiver")[:1]),
        )
        .aggregate(
            done=Count("pk", filter=Q(is_done=True)),
            total=Count("pk"),
            **{step: Count("pk", filter=which) for step, which in waiting.items()},
        )
    )
    progress = Progress(counted.pop("done"), counted.pop("total"))
    return Situation(progress, {step: number for step, number in counted.items() if number})


class Listed(NamedTuple):
    """The units of a kind at a place: by the sets of which purpose they are assessed – None where
    no set is configured –, and how far they are."""

    kind: UnitKind
    purpose: str | None
    progress: Progress


@dataclass(frozen=True)
class Overview:
    """A place with the units of each kind there."""

    place: Placement
    kinds: list[Listed]


def places_of(user: Any) -> PlacementQuerySet:
    """The places for which `user` fills in or sends."""
    fills, sends = (Placement.objects.with_capability(user, own) for own in permissions.OWN)
    return fills | sends


def overview(user: Any, round_: Round) -> list[Overview]:
    """Where `user` fills in or sends for many at once in a round, with hamlets, households, clans
    and citizens counted by the sets of the campaign, members else by those of their title (a fixed
    number of queries)."""
    today = periods.today()
    held = {place.unit_id: place for place in places_of(user).on(today).order_by("path")}
    hamlets = Placement.objects.on(today).filter(located_in__in=held, kind=UnitKind.HAMLET)
    members = Member.objects.on(today).filter(home__in=held)
    counted = _hamlets_done(hamlets, round_)
    counted |= _members_done(members, held, round_, Purpose.EMULATION)
    purposes = _purposes(held, counted, round_)
    if titles := {pair for pair, purpose in purposes.items() if purpose == Purpose.TITLE}:
        by_title = _members_done(members, held, round_, Purpose.TITLE)
        counted |= {pair: by_title[pair] for pair in titles}
    kinds: defaultdict[int, list[Listed]] = defaultdict(list)
    for (place, kind), progress in counted.items():
        kinds[place].append(Listed(kind, purposes.get((place, kind)), progress))
    return [Overview(held[key], kinds[key]) for key in held if kinds[key]]


def _purposes(
    held: Mapping[int, Placement], pairs: Iterable[Listing], round_: Round
) -> dict[Listing, str]:
    """By which sets the units of a kind at a place are assessed; not there: none is configured.

    A hamlet has one self-assessment a round, by the set of the campaign (`views.books.open_for`).
    """
    pairs = list(pairs)
    asked = [Subjects(place, kind, held[place].path) for place, kind in pairs]
    configured = applicability.configured(asked, day_of_sets(round_))
    found: dict[Listing, str] = {}
    for place, kind in pairs:
        if (place, kind, Purpose.EMULATION) in configured:
            found[place, kind] = Purpose.EMULATION
        elif kind in MEMBER_KINDS and (place, kind, Purpose.TITLE) in configured:
            found[place, kind] = Purpose.TITLE
    return found


@dataclass(frozen=True)
class Waiting:
    """What waits for the offices of a person: an assessment alone, or a book with how many rows."""

    name: str
    number: int
    sent: int
    pk: int
    place: int
    kind: str
    purpose: str
    round: str

    @property
    def label(self) -> str:
        """What is assessed, by which of the sets, in words."""
        kind = str(UnitKind(self.kind).label)
        if self.purpose == CriteriaSet.Purpose.EMULATION:
            return kind
        return f"{kind}, {CriteriaSet.Purpose(self.purpose).label}"

    @property
    def received(self) -> int:
        """How many wait for a verdict."""
        return self.number - self.sent

    @property
    def of_members(self) -> bool:
        """Whether it is a book: units with a place of their own stand here each by itself."""
        return self.kind in MEMBER_KINDS


def waiting_for(user: Any) -> list[Waiting]:
    """Self-assessments that the offices of `user` have to receive or to judge, those of members
    together by their lists; the first `WAITING_SHOWN` (one query)."""
    offices = permissions.review_offices(user)
    if not offices:
        return []
    open_states = (AssessmentState.SENT, AssessmentState.RECEIVED)
    found = Assessment.objects.visible_to(user).filter(receiver__in=offices, state__in=open_states)
    alone = Case(
        When(unit__kind__in=MEMBER_KINDS, then=Value(0)),
        default=F("pk"),
        output_field=BigIntegerField(),
    )
    rows = (
        found.order_by()
        .values_list(
            "placement__name",
            "placement__unit",
            "unit__kind",
            "criteria_set__purpose",
            "round__code",
            alone,
        )
        .annotate(number=Count("pk"), sent=Count("pk", filter=Q(state=AssessmentState.SENT)))
        .order_by("placement__name", "unit__kind", "criteria_set__purpose", "round__code")
    )
    return [
        Waiting(name, number, sent, pk, place, kind, purpose, round_code)
        for name, place, kind, purpose, round_code, pk, number, sent in rows[:WAITING_SHOWN]
    ]


def _done(round_: Round, purpose: str) -> "QuerySet[Assessment]":
    """The self-assessments of a round in which every criterion that asks has an answer."""
    return Assessment.objects.filter(
        round=round_, criteria_set__purpose=purpose, answered__gte=F("asked")
    )


def _hamlets_done(hamlets: "QuerySet[Placement]", round_: Round) -> dict[Listing, Progress]:
    done = _done(round_, Purpose.EMULATION).filter(unit=OuterRef("unit"))
    return _counted(hamlets.annotate(is_done=Exists(done)), "located_in", Q(is_done=True))


def _members_done(
    members: "QuerySet[Member]", homes: Collection[int], round_: Round, purpose: str
) -> dict[Listing, Progress]:
    """How far the members at homes are. They are looked up among those who were assessed at these
    homes; only who came since the assessed year began may have been assessed elsewhere."""
    done = _done(round_, purpose)
    paths = Placement.objects.filter(unit__in=homes).values("path")
    here = Q(unit__in=done.filter(path__in=paths).values("unit"))
    came = Q(period__startswith__gte=datetime.date(round_.assessed_year, 1, 1))
    anywhere = Subquery(done.filter(unit=OuterRef("unit")).values("pk")[:1])
    counted = members.annotate(brought=Case(When(came, then=anywhere)))
    return _counted(counted, "home", here | Q(brought__isnull=False))


def _counted(found: "QuerySet[Any]", at: str, done: Q) -> dict[Listing, Progress]:
    rows = (
        found.order_by()
        .values_list(at, "kind")
        .annotate(done=Count("pk", filter=done), total=Count("pk"))
        .order_by(at, "kind")
    )
    return {(place, UnitKind(kind)): Progress(done, total) for place, kind, done, total in rows}


@dataclass
class Row:
    """One unit with what stands of it; `assessment` is None where nothing was begun."""

    unit_id: int
    place: Placement
    assessment: Assessment | None = None
    answers: dict[int, Answer] = field(default_factory=dict)

    @property
    def version(self) -> int:
        """Grows with every saving of any of its answers, here or on its own page."""
        return sum(answer.version for answer in self.answers.values())

    @property
    def outcome(self) -> SetOutcome | None:
        """How it stands by the rules, as of the last saving."""
        if self.assessment is None or not self.assessment.result:
            return None
        return SetOutcome.model_validate(self.assessment.result)

    def texts(self, book: Book) -> dict[str, str]:
        """What its fields hold, as people type it."""
        return {part.name: self._text(part) for part in book.parts}

    def _text(self, part: Part) -> str:
        answer = self.answers.get(part.criterion.pk)
        if answer is None:
            return ""
        if part.part == NOTE:
            return answer.note
        return answer_texts.typed(part.rule, answer.value)[part.part]


def read_rows(book: Book, found: Iterable[Any]) -> list[Row]:
    """The rows of some subjects of a book, in their order, to be shown (one query)."""
    rows = {one.unit_id: Row(one.unit_id, book.place if book.of_members else one) for one in found}
    standing = Answer.objects.filter(assessment=OuterRef("pk"))
    said = JSONObject(**{name: name for name in ("criterion_id", "value", "note", "version")})
    begun: Any = book.begun.filter(unit__in=rows)
    for assessment in begun.annotate(said=ArraySubquery(standing.values(said=said))):
        row = rows[assessment.unit_id]
        row.assessment = assessment
        row.answers = {one["criterion_id"]: Answer(**one) for one in assessment.said}
    return list(rows.values())
