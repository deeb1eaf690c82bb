"""Drafts of decisions: what is ready to be decided on, beginning and writing a draft.

Whatever changes a draft locks its row first, so that what is handed over is what stood there.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from awards.deciding import comparing, permissions
from awards.models import (
    STANDING_AWARDS,
    Award,
    Decision,
    DecisionState,
    DirectDecision,
    Nomination,
    NominationState,
)
from awards.nominating.routes import Way, Ways
from campaign.models import Round
from campaign.queries import Occasion, occasion_key
from core import files, journal, periods
from core.models import StoredFile
from core.workflow import Outdated, Refused, still_there
from criteria.models import AwardForm
from criteria.papers import citation
from criteria.routing import Receiver
from units import queries, scope
from units.letterheads import GOVERNED, authority
from units.models import Member, PersonalRecord, Placement, UnitKind

LAWS = (
    "Luật Thi đua, khen thưởng số 06/2022/QH15 ngày 15 tháng 6 năm 2022",
    "Nghị định số 152/2025/NĐ-CP ngày 14 tháng 6 năm 2025 của Chính phủ",
)
NAMED_KINDS = (UnitKind.HOUSEHOLD, UnitKind.CITIZEN)
ABOUT_TO_BE_DECIDED = (NominationState.PASSED, NominationState.APPRAISED)
WITH_PAPER = (DecisionState.SIGNED, DecisionState.NUMBERED)  # when the signed paper is attached


@dataclass(frozen=True)
class Ready:
    """Nominations of one form and occasion at one office that one body can decide on now.

    Attributes:
        issuer: None where an authority outside the portal decides.
        body: who decides, as the route words it.
    """

    form: AwardForm
    occasion: Occasion
    office_id: int
    issuer: Receiver | None
    body: str
    nominations: tuple[Nomination, ...]

    @property
    def key(self) -> str:
        """What addresses call it."""
        kind = "round" if isinstance(self.occasion, Round) else "phase"
        issuer = self.issuer.unit_id if self.issuer else 0
        return f"{self.office_id}-{self.form.pk}-{kind}-{self.occasion.pk}-{issuer}"


def ready(user: Any) -> list[Ready]:
    """What the offices of `user` can decide on now, or wait for from above.

    A nomination is at its end where its route names nobody after the office, it passed the Council
    or needs no vote, and it stands on no other decision.
    """
    units = [one.unit_id for one in scope.of(user).grants if _prepares(one)]
    found = list(
        Nomination.objects.with_subject()
        .filter(office__in=units, state__in=ABOUT_TO_BE_DECIDED)
        .exclude(awards__state__in=STANDING_AWARDS)
        .select_related("form", "round", "phase")
        .order_by("form__order", "path", "pk")
    )
    today = periods.today()
    ways = Ways([one.path for one in found], today)
    direct = Direct(today)
    groups: dict[tuple[Any, ...], list[Nomination]] = {}
    bodies: dict[tuple[Any, ...], tuple[Receiver | None, str]] = {}
    for one in found:
        way = ways.of(one.path, one.unit.kind, one.form)
        stage = way.deciding
        if stage is None or not ends_at(way, one.office_id):
            continue
        if stage.office and not direct.may(one, stage.office.kind):
            continue
        issuer = stage.office.unit_id if stage.office else 0
        key = (one.office_id, one.form_id, one.round_id, one.phase_id, issuer)
        groups.setdefault(key, []).append(one)
        bodies[key] = (stage.office, stage.body)
    return [
        Ready(rows[0].form, rows[0].occasion, key[0], *bodies[key], tuple(rows))
        for key, rows in groups.items()
    ]


def _prepares(grant: scope.Grant) -> bool:
    return "decision.prepare" in grant.role.everything


def ends_at(way: Way, office_id: int | None) -> bool:
    """Whether nobody in the portal receives it after this office but who decides."""
    if office_id is None:
        return False
    following = way.after(office_id)
    stage = way.deciding
    return following is None or bool(stage and stage.office and stage.office == following)


class Direct:
    """By which rules a form is decided on without a vote on a day (one query)."""

    def __init__(self, day: periods.Day) -> None:
        rules = DirectDecision.objects.in_force(day)
        self._pairs = set(rules.values_list("form_id", "issuer_kind"))

    def may(self, nomination: Nomination, issuer_kind: str) -> bool:
        """Whether it can be decided on."""
        without_vote = (nomination.form_id, issuer_kind) in self._pairs
        return is_decided_on(nomination, without_vote=without_vote)


def is_decided_on(nomination: Nomination, *, without_vote: bool) -> bool:
    """Whether it passed the Council, or needs no vote and is appraised."""
    if nomination.state == NominationState.PASSED:
        return True
    return without_vote and nomination.state == NominationState.APPRAISED


def begin(user: Any, chosen: Ready, nominations: Collection[int]) -> Decision:
    """Begin a draft with these nominations of what is ready.

    Raises:
        Refused: none of them is ready, or an authority outside the portal decides.
    """
    if chosen.issuer is None:
        raise Refused(_("An authority outside the portal decides: enter its result."))
    place = queries.placement_of(chosen.issuer.unit_id, periods.today())
    if place is None:
        raise Refused(_("The issuer is not active any more."))
    grant = scope.of(user).grant_at(chosen.office_id, "decision.prepare")
    with transaction.atomic(), journal.act("decision.begin", actor=user, behalf=grant):
        rows = lock_free(nominations, chosen)
        decision = Decision.objects.create(
            form=chosen.form,
            given=None if chosen.form.is_open else chosen.form,
            **occasion_key(chosen.occasion),
            office_id=chosen.office_id,
            issuer_id=place.unit_id,
            placement=place,
            issuer_name=authority(place.name, place.kind, chosen.body),
            symbol="QĐ-UBND" if place.kind in GOVERNED else "QĐ",
            basis="\n".join(_bases(chosen, place)),
            achievement=_achievement(chosen.occasion),
            recipients="Như Điều 4",
            begun_by=user,
            taken_part=[user.pk],
        )
        _put(decision, rows)
    return decision


def lock_free(nominations: Collection[int], chosen: Ready) -> list[Nomination]:
    """Those of `chosen` that are asked for, locked, and still on no decision. Raises Refused."""
    keys = {one.pk for one in chosen.nominations} & set(nominations)
    rows = list(
        Nomination.objects.select_for_update(of=("self",))
        .filter(pk__in=keys, state__in=ABOUT_TO_BE_DECIDED)
        .order_by("pk")  # as whoever carries a decision on locks them
    )
    taken = Award.objects.filter(nomination__in=rows, state__in=STANDING_AWARDS)
    if not rows or taken.exists():
        raise Refused(_("Choose whom the decision is for; somebody may have taken them meanwhile."))
    return sorted(rows, key=lambda one: (one.path, one.pk))


def _put(decision: Decision, nominations: Sequence[Nomination]) -> None:
    Award.objects.bulk_create(
        Award(decision=decision, nomination=one, order=place)
        for place, one in enumerate(nominations, start=1)
    )


def _bases(chosen: Ready, issuer: Placement) -> Iterator[str]:
    yield from LAWS
    yield citation(chosen.form.document)
    office = queries.placement_of(chosen.office_id, periods.today())
    if office and office.unit_id != issuer.unit_id:
        yield f"Theo đề nghị của {office.name}"


def _achievement(occasion: Occasion) -> str:
    named = f" “{occasion.campaign.name}”" if occasion.campaign else ""
    when = f"năm {occasion.assessed_year}" if isinstance(occasion, Round) else f"({occasion.name})"
    return f"đã có thành tích xuất sắc trong Phong trào thi đua{named} {when}"


@contextmanager
def changing(user: Any, pk: int, act: str) -> Iterator[Decision]:
    """The draft, locked, for one change by `user`. Raises Refused."""
    with transaction.atomic():
        decision = locked(pk)
        allowed, why_not = permissions.may_change(user, decision)
        if not allowed:
            raise Refused(why_not)
        grant = permissions.preparing_grant(user, decision)
        with journal.act(act, actor=user, behalf=grant):
            decision.note_part(user)
            decision.version += 1
            yield decision
            decision.save()


def locked(pk: int) -> Decision:
    """The decision, locked until the transaction ends. Raises Decision.DoesNotExist."""
    found: Decision = (
        Decision.objects.select_for_update(of=("self",))
        .select_related("form", "given", "round", "phase", "placement", "signer")
        .get(pk=pk)
    )
    return found


def write(user: Any, pk: int, said: Mapping[str, Any]) -> Decision:
    """Set what the draft says: its fields by name. Raises Refused."""
    with changing(user, pk, "decision.write") as decision:
        for name, value in said.items():
            setattr(decision, name, value)
    return decision


def take_off(user: Any, pk: int, award_pk: int) -> None:
    """Take a line off the draft; its nomination can be decided on elsewhere.

    Raises Refused: it is off already, or `user` may not change the draft now.
    """
    with changing(user, pk, "decision.take_off") as decision:
        line = still_there(decision.awards.filter(pk=award_pk).first())
        line.delete()
        decision.awards.filter(order__gt=line.order).update(order=F("order") - 1)


def attach(user: Any, pk: int, upload: Any) -> StoredFile:
    """Attach the signed paper, in place of an earlier one; what it lacks is noted.

    Raises Refused, core.files.FileRefused.
    """
    with _with_paper(user, pk, "decision.attach") as decision:
        stored = files.store(upload, user)
        if stored.media_type != "application/pdf":
            raise Refused(_("The signed paper is a PDF file."))
        decision.signed_file = stored
        with stored.file.open("rb") as content:
            decision.missing = comparing.missing(decision.text, content.read())
        decision.difference_by, decision.difference_reason = None, ""
    return stored


def confirm_difference(
    user: Any, pk: int, reason: str, *, paper: Collection[int] | None = None
) -> Decision:
    """Confirm that the signed paper is this decision although its text differs.

    Args:
        paper: key of the file that the person compared; None where a program acts.

    Raises Refused, Outdated: another paper was attached meanwhile.
    """
    reason = reason.strip()
    if not reason:
        raise Refused(_("Say why: this step needs a reason."))
    with _with_paper(user, pk, "decision.confirm", reason) as decision:
        if paper is not None and decision.signed_file_id not in paper:
            raise Outdated(_("Somebody changed this meanwhile: look at it as it stands now."))
        if not decision.missing:
            raise Refused(_("The signed paper holds the text of the draft."))
        decision.difference_by, decision.difference_reason = user, reason
    return decision


@contextmanager
def _with_paper(user: Any, pk: int, act: str, reason: str = "") -> Iterator[Decision]:
    """The decision, locked, for a change about its signed paper by the registrar, before it is
    issued. Raises Refused."""
    with transaction.atomic():
        decision = locked(pk)
        allowed, why_not = permissions.may_register(user, decision)
        if allowed and decision.state not in WITH_PAPER:
            allowed, why_not = False, _("The signed paper is attached between signing and issuing.")
        if not allowed:
            raise Refused(why_not)
        grant = permissions.registering_grant(user, decision)
        with journal.act(act, actor=user, reason=reason, behalf=grant):
            yield decision
            decision.version += 1
            decision.save()


def names_of(nominations: Collection[Nomination]) -> dict[int, str]:
    """What papers call the subjects, by the key of the nomination: people by name (at most two
    queries)."""
    clans = [one.unit_id for one in nominations if one.unit.kind == UnitKind.CLAN]
    named = [one.unit_id for one in nominations if one.unit.kind in NAMED_KINDS]
    people = PersonalRecord.objects.filter(unit__in=named).values_list("unit", "name")
    labels = Member.objects.filter(unit__in=clans).exclude(label="").values_list("unit", "label")
    by_unit = dict(people) if named else {}
    by_clan = dict(labels) if clans else {}
    return {one.pk: _name(one, by_unit, by_clan) for one in nominations}


def _name(one: Nomination, people: Mapping[int, str], labels: Mapping[int, str]) -> str:
    if one.unit.kind == UnitKind.CLAN:
        return labels.get(one.unit_id) or one.subject_name
    name = people.get(one.unit_id)
    if name is None:
        return one.subject_name
    return f"Hộ gia đình {name}" if one.unit.kind == UnitKind.HOUSEHOLD else name
