"""One search over what a person may see: groups of things, each asked through its own door."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, F, Func, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat, LPad
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from awards.certificates.making import grouped
from awards.models import Award, Certificate, Decision
from awards.nominating import listing as nominations
from awards.submitting import listing as submissions
from campaign.models import Document
from campaign.queries import path_ids
from core import periods
from units import finding, queries
from units.models import Placement

FEWEST_LETTERS = 3
SHOWN = 10


@dataclass(frozen=True)
class Hit:
    """One thing that was found.

    Attributes:
        title: its name or number.
        url: its page; empty where the reader has none.
        note: what tells it apart from others.
    """

    title: str
    url: str
    note: str = ""


@dataclass(frozen=True)
class Kind:
    """A kind of thing that is searched.

    Attributes:
        code: as the address of the page names it.
        label: what it is called, in the plural.
        capability: what the reader's appointments must give; empty asks for nothing.
        rows: those of a reader that match some words, in their order.
        hits: what is shown of some rows (at most two queries).
    """

    code: str
    label: Any
    capability: str
    rows: Callable[[Any, str], QuerySet[Any]]
    hits: Callable[[Sequence[Any]], Iterable[Hit]]
    #: How many rows are read for the first `SHOWN`: one unit may match by several of its states.
    read: int = SHOWN + 1


@dataclass(frozen=True)
class Group:
    """What was found of one kind: the first, and whether there are more."""

    kind: Kind
    hits: list[Hit]
    more: bool


def is_enough(words: str) -> bool:
    """Whether words can be searched: from three letters or digits on."""
    return sum(map(str.isalnum, words)) >= FEWEST_LETTERS


def found(user: Any, words: str) -> list[Group]:
    """What `user` may see that matches `words`, by kind; kinds without a match are left out.

    At most two queries a kind.
    """
    groups = (_group(user, kind, words) for kind in KINDS if _sees(user, kind))
    return [group for group in groups if group.hits]


def kind_of(user: Any, code: str) -> Kind | None:
    """The kind of this code, if `user` sees any of it."""
    return next((one for one in KINDS if one.code == code and _sees(user, one)), None)


def _sees(user: Any, kind: Kind) -> bool:
    return not kind.capability or bool(user.has_perm(kind.capability))


def _group(user: Any, kind: Kind, words: str) -> Group:
    rows = list(kind.rows(user, words)[: kind.read])
    hits = list(kind.hits(rows))
    return Group(kind, hits[:SHOWN], len(hits) > SHOWN or len(rows) == kind.read)


# Units: every state by which one was ever known, the likeliest first


def _units(user: Any, words: str) -> QuerySet[Placement]:
    return queries.search(words, None)


def _unit_hits(rows: Sequence[Placement]) -> Iterable[Hit]:
    """One of each unit: the first state that matched (one query)."""
    first = {one.unit_id: one for one in reversed(rows)}
    today = periods.today()
    states = queries.states_of(key for one in rows for key in path_ids(one.path))
    for one in rows:
        if first[one.unit_id] is not one:
            continue
        day = queries.day_within(one.period, today)
        chain = (queries.state_on(states[key], day) for key in path_ids(one.path)[:-1])
        inside = queries.within(above for above in chain if above)
        notes = (one.code, inside, _since_then(one, states[one.unit_id], today))
        yield Hit(
            one.name, reverse("units:detail", args=[one.unit_id]), " · ".join(filter(None, notes))
        )


def _since_then(state: Placement, states: Sequence[Placement], today: periods.Day) -> str:
    """What became of a unit since the state that was found; empty of one of today."""
    if today in state.period:
        return ""
    last = periods.last_day(state.period)
    said = {"day": date_format(last, "SHORT_DATE_FORMAT") if last else ""}
    present = queries.state_on(states, today)
    if present is None:
        ended = periods.last_day(states[-1].period)
        said["day"] = date_format(ended, "SHORT_DATE_FORMAT") if ended else ""
        return _("ended, last day %(day)s") % said if ended else _("planned")
    if present.name == state.name:
        return _("so until %(day)s") % said
    return _("so called until %(day)s; today %(name)s") % {**said, "name": present.name}


# Households, clans and citizens


def _member_hits(rows: Sequence[Any]) -> Iterable[Hit]:
    for one in map(finding.shown, rows):
        yield Hit(one.name, one.url, one.called)


# What bears a number


def _documents(user: Any, words: str) -> QuerySet[Document]:
    """The plans and what they cite; what a unit entered is read where it was launched."""
    title = Func(F("title"), function="core_fold")
    return (
        Document.objects.filter(owner=None)
        .alias(title_key=title)
        .filter(Q(number__icontains=words) | Q(title_key__contains=queries.folded(words)))
    )


def _document_hits(rows: Sequence[Document]) -> Iterable[Hit]:
    for one in rows:
        title = one.number or one.get_kind_display()
        yield Hit(title, reverse("plans:detail", args=[one.code]), one.title)


def _decisions(user: Any, words: str) -> QuerySet[Decision]:
    """By number and symbol, by form of commendation and by issuer."""
    number = LPad(Cast("number", CharField()), 2, Value("0"))
    reference = Concat(number, Value("/"), "symbol", output_field=CharField())
    return (
        Decision.objects.visible_to(user)
        .alias(reference_key=reference)
        .filter(
            Q(reference_key__icontains=words)
            | Q(form__name__icontains=words)
            | Q(given__name__icontains=words)
            | Q(issuer_name__icontains=words)
        )
        .select_related("form", "given")
        .order_by("-pk")
    )


def _decision_hits(rows: Sequence[Decision]) -> Iterable[Hit]:
    for one in rows:
        day = date_format(one.dated, "SHORT_DATE_FORMAT") if one.dated else ""
        notes = (one.award_form.name, one.issuer_name, day, one.get_state_display())
        url = reverse("decisions:detail", args=[one.pk])
        yield Hit(one.reference, url, " · ".join(str(note) for note in notes if note))


def _nominations(user: Any, words: str) -> QuerySet[Any]:
    """By the unit that is nominated, or that is the home of who is; drafts of others left out."""
    asked: Any = nominations.rows(user, nominations.Asked(words=words))
    found = asked.filter(is_read=True).with_subject()
    return found.select_related("form", "round", "phase").order_by("-pk")


def _nomination_hits(rows: Sequence[Any]) -> Iterable[Hit]:
    for one in rows:
        notes = (one.form.name, one.occasion.name, one.get_state_display())
        url = reverse("nominations:detail", args=[one.pk])
        yield Hit(one.subject_name, url, " · ".join(map(str, notes)))


def _submissions(user: Any, words: str) -> QuerySet[Any]:
    """By number and symbol, or by the unit that sends it; drafts of others left out."""
    numbered = Q(number__icontains=words)
    sender = Q(placement__name_key__contains=queries.folded(words))
    asked: Any = submissions.rows(user)
    return (
        asked.filter(numbered | sender, is_read=True)
        .select_related("form", "placement")
        .order_by("-pk")
    )


def _submission_hits(rows: Sequence[Any]) -> Iterable[Hit]:
    for one in rows:
        notes = (one.placement.name, one.form.name, one.get_state_display())
        title = one.number or _("Submission without number")
        url = reverse("submissions:detail", args=[one.pk])
        yield Hit(title, url, " · ".join(map(str, notes)))


def _certificates(user: Any, words: str) -> QuerySet[Certificate]:
    """By the beginning of the serial, however its letters were typed and grouped."""
    typed = grouped("".join(filter(str.isalnum, words.upper())))
    return (
        Certificate.objects.filter(
            serial__startswith=typed,
            award__in=Award.objects.visible_to(user),
            award__decision__in=Decision.objects.visible_to(user),
        )
        .select_related("award__decision__form", "award__decision__given")
        .order_by("serial")
    )


def _certificate_hits(rows: Sequence[Certificate]) -> Iterable[Hit]:
    for one in rows:
        decision = one.award.decision
        notes = (decision.award_form.name, decision.reference)
        url = reverse("decisions:detail", args=[decision.pk])
        yield Hit(one.serial, url, " · ".join(map(str, notes)))


KINDS: tuple[Kind, ...] = (
    Kind("units", gettext_lazy("Units"), "units.view", _units, _unit_hits, read=4 * SHOWN),
    Kind(
        "members",
        gettext_lazy("Households, clans and citizens"),
        "members.view",
        finding.members,
        _member_hits,
    ),
    Kind("plans", gettext_lazy("Plans and documents"), "", _documents, _document_hits),
    Kind(
        "nominations",
        gettext_lazy("Nominations for commendation"),
        "nomination.list",
        _nominations,
        _nomination_hits,
    ),
    Kind(
        "submissions",
        gettext_lazy("Submissions"),
        "nomination.list",
        _submissions,
        _submission_hits,
    ),
    Kind(
        "decisions",
        gettext_lazy("Decisions on commendation"),
        "decision.view",
        _decisions,
        _decision_hits,
    ),
    Kind(
        "certificates",
        gettext_lazy("Certificates"),
        "decision.view",
        _certificates,
        _certificate_hits,
    ),
)
