"""The pre-check of nominations: what blocks and what deserves a look, each with the article."""

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, JSONArray, JSONObject
from django.utils import timezone
from django.utils.translation import gettext as _

from awards.models import (
    Award,
    AwardState,
    Consultation,
    ConsultationLine,
    ConsultationRule,
    ConsultationState,
    Nomination,
    NominationEvent,
    NominationState,
    Quota,
    Restriction,
    SubjectGroup,
)
from awards.nominating import deadlines, titles
from awards.nominating.routes import Way, Ways
from campaign.models import DeadlineMatter, RoundDeadline
from core import periods
from core.presentation import Finding
from criteria.models import RegistrationList, RegistrationState
from units.models import Member, Placement, Unit

ONE_ACHIEVEMENT = "Luật Thi đua, khen thưởng 06/2022/QH15, Điều 5"
DOSSIER = "Luật Thi đua, khen thưởng 06/2022/QH15, Điều 84"
RESTRICTED = "Nghị định 152/2025/NĐ-CP, Điều 4"
ENDED = "Thông tư 15/2025/TT-BNV"


@dataclass(frozen=True)
class Rival:
    """Another nomination of the same subject.

    Attributes:
        forms: keys of the form for which it is, and of the one that was given for it.
        name: of what was given, else of what it is proposed for.
        occasion: its round or phase in words.
    """

    forms: Sequence[int | None]
    name: str
    occasion: str


@dataclass(frozen=True)
class Around:
    """What the portal knows around a nomination today.

    Attributes:
        way: its route.
        asked: the titles that the campaign's criteria ask of it.
        others: standing nominations of the same subject with an overlapping period.
        due: the deadline of its round or phase that holds for it; None is *not configured*.
        first_sent: when it was sent first since it was proposed (again); None is not yet.
        consultations: those that the form requires while it is where it is, each with the newest
            that was asked.
        quotas: quotas that count for it, each with how many stand against it already.
        is_there: whether the unit, household or person is still in the lists of today.
    """

    way: Way
    asked: Sequence[titles.TitleAsked] = ()
    others: Sequence[Rival] = ()
    restrictions: Sequence[Restriction] = ()
    quotas: Sequence[tuple[Quota, int]] = ()
    consultations: Sequence[tuple[ConsultationRule, Consultation | None]] = ()
    due: RoundDeadline | None = None
    first_sent: datetime.datetime | None = None
    is_there: bool = True
    is_registered: bool = True


def around(nominations: Sequence[Nomination]) -> dict[int, Around]:
    """What is around each nomination today, by its key (a fixed number of queries)."""
    today = periods.today()
    units = {one.unit_id for one in nominations}
    ways = Ways([one.path for one in nominations], today)
    asked = titles.asked_of([titles.at(one) for one in nominations], today)
    marks = _marks(nominations, today)
    restrictions: defaultdict[int, list[Restriction]] = defaultdict(list)
    if any(mark.restricted for mark in marks.values()):
        for restriction in Restriction.objects.in_force(today).filter(unit__in=units):
            restrictions[restriction.unit_id].append(restriction)
    quotas = _quotas(nominations) if any(mark.limited for mark in marks.values()) else {}
    required = _required(nominations) if any(mark.consulted for mark in marks.values()) else {}
    dates = deadlines.of(nominations) if any(mark.dated for mark in marks.values()) else {}
    return {
        one.pk: Around(
            ways.of(one.path, one.unit.kind, one.form),
            asked.get(one.unit_id, ()),
            [Rival(**rival) for rival in marks[one.pk].rivals],
            restrictions[one.unit_id],
            quotas.get(one.pk, ()),
            required.get(one.pk, ()),
            dates.get(one.pk),
            marks[one.pk].first_sent,
            marks[one.pk].is_there,
            one.round_id is None or marks[one.pk].is_registered,
        )
        for one in nominations
    }


class _Mark(NamedTuple):
    """What there is around a nomination: whether it is there, and what has to be looked up."""

    is_there: bool
    is_registered: bool
    restricted: bool
    limited: bool
    consulted: bool
    dated: bool
    first_sent: datetime.datetime | None
    rivals: list[dict[str, Any]]


def _marks(nominations: Sequence[Nomination], today: periods.Day) -> dict[int, _Mark]:
    """What is around each, by its key, so that what is seldom there is not asked for (one query).

    Nobody registers for what is not for a round.
    """
    unit, form = {"unit": OuterRef("unit")}, {"form": OuterRef("form")}
    approved = RegistrationList.objects.filter(
        **form,
        round=OuterRef("round"),
        state=RegistrationState.APPROVED,
        lines__unit=OuterRef("unit"),
    )
    rivals = (
        Nomination.objects.standing()
        .filter(**unit, period__overlap=OuterRef("period"))
        .exclude(pk=OuterRef("pk"))
        .order_by("pk")
        .annotate(
            given=_published("decision__given"),
            called=Coalesce(_published("decision__given__name"), "form__name"),
            given_for=Coalesce("round__name", "phase__name"),
        )
        .values(
            found=JSONObject(
                forms=JSONArray("form_id", "given"), name="called", occasion="given_for"
            )
        )
    )
    quotas = Quota.objects.in_force(today).filter(**form, proposer=OuterRef("proposer"))
    dated = RoundDeadline.objects.filter(
        Q(round=OuterRef("round")) | Q(phase=OuterRef("phase")),
        matter=DeadlineMatter.NOMINATION,
        subject_kind=OuterRef("unit__kind"),
    )
    found = Nomination.objects.filter(pk__in=[one.pk for one in nominations]).order_by()
    return {
        pk: _Mark(placed or member, *rest)
        for pk, placed, member, *rest in found.values_list(
            "pk",
            Exists(Placement.objects.on(today).filter(**unit)),
            Exists(Member.objects.on(today).filter(**unit)),
            Exists(approved),
            Exists(Restriction.objects.in_force(today).filter(**unit)),
            Exists(quotas),
            Exists(ConsultationRule.objects.in_force(today).filter(**form)),
            Exists(dated),
            _first_sent(),
            ArraySubquery(rivals),
        )
    }


def _first_sent() -> Subquery:
    """When the nomination of the outer row was sent first, since it was last proposed again."""
    events = NominationEvent.objects.filter(
        nomination=OuterRef("nomination"), pk__gt=OuterRef("pk")
    )
    sent = NominationEvent.objects.filter(
        ~Exists(events.filter(transition="reopen")),
        nomination=OuterRef("pk"),
        transition__in=("send", "put_forward"),
    )
    return Subquery(sent.order_by("pk").values("at")[:1])


def _published(field: str) -> Subquery:
    """A field of the line of the published decision on a nomination; of others nobody hears."""
    lines = Award.objects.filter(nomination=OuterRef("pk"), state=AwardState.GRANTED)
    return Subquery(lines.values(field)[:1])


def _required(
    nominations: Sequence[Nomination],
) -> dict[int, list[tuple[ConsultationRule, Consultation | None]]]:
    """The consultations that must be answered before each leaves the office with which it is (one
    query where no rule is in force, else three)."""
    forms = {one.form_id for one in nominations}
    rules = list(ConsultationRule.objects.in_force(periods.today()).filter(form__in=forms))
    if not rules:
        return {}
    holders = {one.pk: holder_of(one) for one in nominations}
    there = [one for one in holders.values() if one]
    kinds = dict(Unit.objects.filter(pk__in=there).values_list("pk", "kind"))
    asked: dict[tuple[int, str], Consultation] = {}
    lines = ConsultationLine.objects.filter(nomination__in=nominations).exclude(
        consultation__state=ConsultationState.WITHDRAWN
    )
    for line in lines.select_related("consultation").order_by("consultation"):
        asked[line.nomination_id, line.consultation.kind] = line.consultation
    return {
        one.pk: [
            (rule, asked.get((one.pk, rule.kind)))
            for rule in rules
            if rule.form_id == one.form_id
            and rule.office_kind == kinds.get(holders[one.pk] or 0)
            and rule.group in ("", SubjectGroup.of(one.unit.kind))
            and one.path.startswith(rule.path)
        ]
        for one in nominations
    }


def holder_of(nomination: Nomination) -> int | None:
    """The unit with which a nomination is: who proposes, until it is sent and when it is returned,
    else the office."""
    at_unit = nomination.state in (NominationState.DRAFT, NominationState.RETURNED)
    return nomination.proposer_id if at_unit else nomination.office_id


def _quotas(nominations: Sequence[Nomination]) -> dict[int, list[tuple[Quota, int]]]:
    """The quotas that count for each, with how many of the proposer stand (two queries)."""
    proposers = {one.proposer_id for one in nominations}
    forms = {one.form_id for one in nominations}
    in_force = Quota.objects.in_force(periods.today())
    quotas = list(in_force.filter(proposer__in=proposers, form__in=forms))
    if not quotas:
        return {}
    counted = Counter[tuple[int, int, int | None, int | None, str]]()
    standing = Nomination.objects.standing().filter(proposer__in=proposers, form__in=forms)
    for row in (
        standing.order_by()
        .values_list("proposer_id", "form_id", "round_id", "phase_id", "unit__kind")
        .annotate(Count("pk"))
    ):
        proposer, form, round_, phase, kind, number = row
        counted[proposer, form, round_, phase, SubjectGroup.of(kind)] += number
    return {
        one.pk: [(q, _counted(q, counted)) for q in quotas if _holds(q, one)] for one in nominations
    }


def _holds(quota: Quota, one: Nomination) -> bool:
    occasion = (quota.form_id, quota.round_id, quota.phase_id, quota.proposer_id)
    if occasion != (one.form_id, one.round_id, one.phase_id, one.proposer_id):
        return False
    return quota.group in ("", SubjectGroup.of(one.unit.kind))


def _counted(quota: Quota, counted: "Counter[tuple[int, int, int | None, int | None, str]]") -> int:
    groups = [quota.group] if quota.group else SubjectGroup.values
    key = (quota.proposer_id, quota.form_id, quota.round_id, quota.phase_id)
    return sum(counted[(*key, group)] for group in groups)


def check(nomination: Nomination, known: Around) -> list[Finding]:
    """Everything to be said of a nomination before it goes on, what blocks first."""
    findings = [
        *_route(known.way),
        *_subject(known),
        *_titles(known.asked),
        *_others(nomination, known.others),
        *_restrictions(nomination, known.restrictions),
        *_quota(known.quotas),
        *_consultations(known.consultations),
        *_deadline(nomination, known),
        *_report(nomination),
        *_registration(nomination, known.is_registered),
    ]
    return sorted(findings, key=lambda finding: not finding.blocks)


def _route(way: Way) -> Iterator[Finding]:
    if not way.is_configured:
        sentence = _("No route says who receives and who decides this form (not configured).")
        yield Finding(sentence, True)


def _subject(known: Around) -> Iterator[Finding]:
    if not known.is_there:
        sentence = _("The unit has ended, or has left the lists: who is no more is not commended.")
        yield Finding(sentence, True, ENDED)


def _titles(asked: Sequence[titles.TitleAsked]) -> Iterator[Finding]:
    for one in asked:
        if not one.met:
            yield Finding(" ".join(one.words), True, one.basis)


def _others(nomination: Nomination, others: Sequence[Rival]) -> Iterator[Finding]:
    """The same form for an overlapping period blocks; another form deserves a look."""
    for other in others:
        words = {"form": other.name, "occasion": other.occasion}
        if nomination.form_id in other.forms:
            sentence = _(
                "It is proposed for the same form already, in an overlapping period: %(occasion)s."
            )
            yield Finding(sentence % words, True, ONE_ACHIEVEMENT)
        else:
            sentence = _(
                "It is proposed for another form, too, in an overlapping period: "
                "%(form)s, %(occasion)s."
            )
            yield Finding(sentence % words, False, ONE_ACHIEVEMENT)


def _restrictions(nomination: Nomination, restrictions: Sequence[Restriction]) -> Iterator[Finding]:
    for one in restrictions:
        sentence = _("A restriction is in force: %(ground)s (%(document)s).") % {
            "ground": one.get_ground_display(),
            "document": one.document,
        }
        yield Finding(sentence, True, RESTRICTED)
    if nomination.unrestricted_by_id is None:
        sentence = _("The unit has not stated yet that nothing stands against the commendation.")
        yield Finding(sentence, True, RESTRICTED)


def _quota(quotas: Sequence[tuple[Quota, int]]) -> Iterator[Finding]:
    if not quotas:
        yield Finding(_("How many may be proposed for this form is not configured."), False)
    for quota, standing in quotas:
        if standing > quota.number:
            sentence = _("%(standing)d are proposed, and at most %(most)d may be.")
            words = {"standing": standing, "most": quota.number}
            yield Finding(sentence % words, True, quota.basis)


def _consultations(
    required: Sequence[tuple[ConsultationRule, Consultation | None]],
) -> Iterator[Finding]:
    """One that nobody has asked, or that waits for an answer, blocks."""
    for rule, asked in required:
        words = {"kind": rule.get_kind_display(), "body": rule.asked_body}
        if asked is None:
            sentence = _("A required consultation has not been asked: %(kind)s, %(body)s.")
        elif asked.state == ConsultationState.ASKED:
            sentence = _("A required consultation is open: %(kind)s, %(body)s.")
        elif asked.answer != Consultation.Answer.AGREE:
            sentence = _("Who was asked did not simply agree: %(kind)s, %(body)s.")
            yield Finding(sentence % words, False, rule.basis)
            continue
        else:
            continue
        yield Finding(sentence % words, True, rule.basis)


def _deadline(nomination: Nomination, around: Around) -> Iterator[Finding]:
    """Until when it is proposed: asked while it is with the unit; who was in time once stays so,
    also where they took it back."""
    state = nomination.state
    if state not in (NominationState.DRAFT, NominationState.RETURNED):
        return
    due = around.due
    if due is None:
        yield Finding(_("Until when it may be proposed is not configured."), False)
        return
    if periods.today() <= due.due_on:
        return
    first = around.first_sent
    sent = first is not None and timezone.localdate(first) <= due.due_on
    if state == NominationState.RETURNED:
        sentence = _("The deadline was %(day)s; it was returned for completion.")
    elif sent:
        sentence = _("The deadline was %(day)s; it was sent in time and taken back.")
    else:
        sentence = _("The deadline has passed: it was to be sent by %(day)s.")
    blocks = state == NominationState.DRAFT and not sent
    yield Finding(sentence % {"day": f"{due.due_on:%d/%m/%Y}"}, blocks, due.basis)


def _report(nomination: Nomination) -> Iterator[Finding]:
    if not nomination.summary:
        yield Finding(_("The summary of the achievements is empty."), True, DOSSIER)
    if not nomination.achievements:
        yield Finding(_("The report says nothing of the achievements yet."), True, DOSSIER)


def _registration(nomination: Nomination, is_registered: bool) -> Iterator[Finding]:
    if not is_registered:
        sentence = _("It is not registered for this form in %(round)s.") % {
            "round": str(nomination.round)
        }
        yield Finding(sentence, False, _("no source says what follows; it only deserves a look"))


def findings_of(nominations: Sequence[Nomination]) -> dict[int, list[Finding]]:
    """The pre-check of each nomination, by its key."""
    remember(nominations)
    return {one.pk: findings(one) for one in nominations}


def remember(nominations: Sequence[Nomination]) -> None:
    """Read what is around many at once, for whoever asks for that of one of these objects; what
    was read already is not read again."""
    unread = [one for one in nominations if not hasattr(one, "around_once")]
    found = around(unread) if unread else {}
    for one in unread:
        one.around_once = found[one.pk]  # type: ignore[attr-defined]


def ways_of(nominations: Sequence[Nomination]) -> list[Way]:
    """The route of each: as it was read for its pre-check, else by itself (two queries)."""
    if all(hasattr(one, "around_once") for one in nominations):
        return [known(one).way for one in nominations]
    ways = Ways([one.path for one in nominations], periods.today())
    return [ways.of(one.path, one.unit.kind, one.form) for one in nominations]


def known(nomination: Nomination) -> Around:
    """What is around one nomination today, read once for the object."""
    if not hasattr(nomination, "around_once"):
        remember([nomination])
    found: Around = nomination.around_once  # type: ignore[attr-defined]
    return found


def findings(nomination: Nomination) -> list[Finding]:
    """The pre-check of one nomination."""
    return check(nomination, known(nomination))


def blocks(findings: Sequence[Finding]) -> bool:
    """Whether anything forbids the next step."""
    return any(finding.blocks for finding in findings)
