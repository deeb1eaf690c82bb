"""What is done with people's roles and accounts: each act checks, writes and journals, whole.

Nothing is deleted. An appointment that ends keeps its row; one that is taken back before it began
keeps it with an empty period.
"""

import datetime
import re
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import links, lockouts, mails, second_factor, sessions
from accounts.models import PersonalLink, User
from core import journal, periods
from core.workflow import YES, Refused, Verdict
from units import people_queries, people_rules, people_telling, queries, roles, scope
from units.models import Appointment
from units.people_rules import Post


@dataclass(frozen=True)
class Newcomer:
    """Who is invited."""

    full_name: str
    username: str
    email: str = ""


@contextmanager
def _one_act(
    name: str, actor: User, *, reason: str = "", behalf: scope.Grant | None = None
) -> Iterator[None]:
    """An act; what the database refuses, because somebody was faster, is a refusal in words."""
    try:
        with transaction.atomic(), journal.act(name, actor=actor, reason=reason, behalf=behalf):
            yield
    except IntegrityError as error:
        raise Refused(sentence_of(error)) from error


def sentence_of(error: IntegrityError) -> str:
    """What the database's own guards of appointments and accounts say, for people."""
    said = str(error)
    if "at once" in said:
        return _("Meanwhile the person was given a role that does not go together with this one.")
    if "appointment_once_at_a_time" in said:
        return _("Meanwhile the person was given this very role there.")
    if "a deputy" in said:
        return _("Nobody deputises longer than the role itself runs; it was changed meanwhile.")
    if "username" in said:
        return _("This user name was taken meanwhile.")
    raise error


def _check(verdict: Verdict) -> None:
    allowed, reason = verdict
    if not allowed:
        raise Refused(reason)


# Roles


def invite(giver: User, newcomer: Newcomer, post: Post) -> links.Fresh:
    """Make an account with its first role, and the link by which its person sets the password.

    Raises:
        Refused: the post may not be given, or the user name is taken.
    """
    _check(people_rules.may_offer(giver, post))
    grant = people_rules.giving_grant(giver, post.place, role=post.role)
    with _one_act("people.invite", giver, behalf=grant):
        person = User.objects.create_user(
            newcomer.username, None, full_name=newcomer.full_name, email=newcomer.email
        )
        _appoint(person, post)
        return links.make(person, PersonalLink.Purpose.INVITATION, by=giver)


def give(giver: User, person: User, post: Post, *, reason: str = "") -> Appointment:
    """Give `person` a role.

    Raises:
        Refused: with the reason.
    """
    _check(people_rules.may_give(giver, person, post))
    grant = people_rules.giving_grant(giver, post.place, role=post.role)
    with _one_act("people.give", giver, reason=reason, behalf=grant):
        appointment = _appoint(person, post)
        people_telling.of_roles([appointment], giver, reason)
    return appointment


def _appoint(person: User, post: Post) -> Appointment:
    return Appointment.objects.create(
        user=person,
        role=post.role.code,
        unit_id=post.place.unit_id,
        period=post.period,
    )


def change_end(
    giver: User, appointment: Appointment, last_day: periods.Day | None, reason: str
) -> None:
    """Let an appointment run until `last_day`, included; None: without end.

    Sooner than before: who deputises for it ends with it.

    Raises:
        Refused: with the reason; also where the day is so long ago that the past would change.
    """
    _check(people_rules.may_change(giver, appointment))
    _check(_may_end_on(appointment, last_day))
    grant = _grant_over(giver, appointment)
    with _one_act("people.change", giver, reason=reason, behalf=grant):
        people_telling.of_roles(_set_end(appointment, last_day), giver, reason)


def _may_end_on(appointment: Appointment, last_day: periods.Day | None) -> Verdict:
    if last_day and last_day < periods.today() - periods.ONE_DAY:
        return False, _("The earliest last day is yesterday, which ends the role at once.")
    original = appointment.deputising_for
    wanted = _until(appointment.period, last_day)
    if original and not people_rules.contains(original.period, wanted):
        return False, _("Nobody deputises longer than the role itself runs (%(period)s).") % {
            "period": people_rules.in_words(original.period)
        }
    if original and last_day is None:
        return False, _("Deputising is for days: name the last one.")
    role = roles.BY_CODE[appointment.role]
    return people_rules.goes_together(
        appointment.user, role, appointment.unit_id, wanted, but=appointment
    )


def _set_end(appointment: Appointment, last_day: periods.Day | None) -> list[Appointment]:
    """Deputies first, so that none ever outlasts whom they stand in for.

    Returns:
        What was changed.

    Raises:
        Refused: somebody else changed the appointment after the rules were asked about it.
    """
    locked = Appointment.objects.select_for_update(no_key=True).get(pk=appointment.pk)
    if locked.period != appointment.period:
        raise Refused(_("Somebody else changed this role meanwhile; look at it again."))
    changed = []
    for deputy in locked.deputies.select_for_update(no_key=True):
        if last_day and _outlasts(deputy.period, last_day):
            deputy.period = _until(deputy.period, last_day)
            deputy.save(update_fields=["period"])
            changed.append(deputy)
    locked.period = _until(locked.period, last_day)
    locked.save(update_fields=["period"])
    return [*changed, locked]


def _outlasts(period: periods.Period, last_day: periods.Day) -> bool:
    """Whether a period runs on after a day; an empty one, taken back, never ran."""
    ends = periods.last_day(period)
    return not period.isempty and (ends is None or ends > last_day)


def _until(period: periods.Period, last_day: periods.Day | None) -> periods.Period:
    """The period cut, or prolonged, to `last_day`; empty where it would end before it begins."""
    if last_day and period.lower and last_day < period.lower:
        return type(period)(empty=True)
    return periods.between(period.lower, last_day)


def _grant_over(giver: User, appointment: Appointment) -> scope.Grant | None:
    place = queries.placement_of(appointment.unit_id, periods.today())
    role = roles.BY_CODE[appointment.role]
    return people_rules.giving_grant(giver, place, role=role) if place else None


def transfer(
    giver: User,
    person: User,
    last_day: periods.Day,
    reason: str,
    new_post: Post | None = None,
) -> int:
    """End everything that `person` holds in the area on one day, and give the new post, if any.

    Returns:
        How many appointments were ended.

    Raises:
        Refused: with the reason; then nothing is changed.
    """
    ending = endable(giver, person)
    if not ending:
        raise Refused(_("There is nothing of this person that you could end."))
    grant = _grant_over(giver, ending[0])
    changed = []
    with _one_act("people.transfer", giver, reason=reason, behalf=grant):
        for appointment in ending:
            upper = appointment.period.upper
            if upper is None or upper > last_day:
                _check(_may_end_on(appointment, last_day))
                changed += _set_end(appointment, last_day)
        if new_post:
            _check(people_rules.may_give(giver, person, new_post))
            changed.append(_appoint(person, new_post))
        people_telling.of_roles(changed, giver, reason)
    return len(ending)


def endable(giver: User, person: User) -> list[Appointment]:
    """What `person` holds, now or later, that `giver` may end."""
    return [
        one.appointment
        for one in people_queries.own(person)
        if people_rules.may_change(giver, one.appointment)[0]
    ]


def deputise(
    actor: User, appointment: Appointment, deputy: User, period: periods.Period, reason: str
) -> Appointment:
    """Let `deputy` stand in for the holder of an appointment, for days.

    Raises:
        Refused: with the reason.
    """
    _check(people_rules.may_deputise(actor, appointment))
    _check(people_rules.may_stand_in(appointment, deputy, period))
    own = actor.pk == appointment.user_id
    grant = None if own else _grant_over(actor, appointment)
    with _one_act("people.deputise", actor, reason=reason, behalf=grant):
        made = Appointment.objects.create(
            user=deputy,
            role=appointment.role,
            unit_id=appointment.unit_id,
            period=period,
            deputising_for=appointment,
        )
        people_telling.of_roles([made], actor, reason)
    return made


def recall(actor: User, deputy: Appointment, reason: str) -> None:
    """End a deputising at once.

    Raises:
        Refused: with the reason.
    """
    _check(people_rules.may_recall(actor, deputy))
    with _one_act("people.recall", actor, reason=reason):
        changed = _set_end(deputy, periods.today() - periods.ONE_DAY)
        people_telling.of_roles(changed, actor, reason)


# Accounts


def new_link(administrator: User, person: User, reason: str) -> links.Fresh:
    """A link by which `person` sets a password, in place of any other; to be mailed to them.

    Raises:
        Refused: with the reason.
    """
    reason = _said(reason)
    _check(people_rules.may_act_on(administrator, person))
    first = not people_queries.has_password(person)
    purpose = PersonalLink.Purpose.INVITATION if first else PersonalLink.Purpose.RESET
    with _one_act("people.link", administrator, reason=reason):
        return links.make(person, purpose, by=administrator)


@dataclass(frozen=True)
class Correction:
    """What is corrected of an account.

    Attributes:
        full_name: as it is to be; the present one where it stays.
        email: a new address; empty where the present one stays.
        no_email: whether the present address is taken away.
    """

    full_name: str
    email: str = ""
    no_email: bool = False


def correct(
    administrator: User, person: User, correction: Correction, reason: str
) -> PersonalLink | None:
    """Correct the name or the address of `person`; they are told at the address known so far.

    Returns:
        The link to be mailed to a new address (links.change_address); None where nothing has to be
        confirmed.

    Raises:
        Refused: with the reason; also where nothing would change.
    """
    _check(people_rules.may_act_on(administrator, person))
    with _one_act("people.correct", administrator, reason=reason):
        person = User.objects.select_for_update(no_key=True).get(pk=person.pk)
        if not any(_changes(person, correction)):
            raise Refused(_("Nothing would change."))
        with translation.override(person.language):
            mails.tell_of_change(person, " ".join(_changes(person, correction)), reason)
        person.full_name = correction.full_name
        person.save(update_fields=["full_name"])
        if not correction.email and not correction.no_email:
            return None
        return links.change_address(person, correction.email, by=administrator)


def _changes(person: User, correction: Correction) -> Iterator[str]:
    """What a correction changes, in sentences."""
    if correction.full_name != person.full_name:
        yield _("The full name is now %(name)s.") % {"name": correction.full_name}
    if correction.email or (correction.no_email and person.email):
        yield str(mails.sentence_of_address(correction.email))


class Account:
    """A person's account as it stands now; what is asked of the database is asked once."""

    def __init__(self, person: User) -> None:
        self.person = person

    @cached_property
    def locked_until(self) -> datetime.datetime | None:
        """Until when nobody can sign in with it; None where it is not locked out."""
        return lockouts.until(self.person)

    @cached_property
    def signed_in(self) -> list[sessions.Listed]:
        """Where the person is signed in."""
        return sessions.of_user(self.person)


@dataclass(frozen=True)
class AccountAct:
    """Something that an administrator does to an account.

    Attributes:
        allowed: whether it makes sense now, as `(account) -> (allowed, reason)`.
        apply: does it, inside the act, as `(person, administrator) -> None`.
        told: what the person reads in a mail.
    """

    label: Any
    explain: Any
    done: Any
    allowed: Callable[[Account], Verdict]
    apply: Callable[[User, User], None]
    told: Any
    danger: bool = False


def act_on(administrator: User, person: User, name: str, reason: str) -> AccountAct:
    """Carry out the account act `name`; returns it.

    Raises:
        KeyError: there is no such act.
        Refused: with the reason.
    """
    act = account_acts()[name]
    reason = _said(reason)
    _check(may_act(administrator, person, act))
    with _one_act(f"people.{name}", administrator, reason=reason):
        act.apply(person, administrator)
        mails.tell_of_change(person, act.told, reason)
    return act


def _said(reason: str) -> str:
    """The reason without blanks around it. Raises Refused where there is none."""
    if not reason.strip():
        raise Refused(_("Say why: this step needs a reason."))
    return reason.strip()


def may_act(administrator: Any, person: User, act: AccountAct) -> Verdict:
    """Whether `administrator` may carry out `act` on the account of `person` now."""
    allowed, reason = people_rules.may_act_on(administrator, person)
    return act.allowed(Account(person)) if allowed else (False, reason)


def account_acts() -> dict[str, AccountAct]:
    """What administrators do to accounts, by the name in addresses and in the journal."""
    return {
        "unlock": AccountAct(
            _("Lift the lock-out"),
            _("The person may try again at once."),
            _("The lock-out is lifted."),
            lambda account: _verdict(
                account.locked_until is not None, _("The account is not locked out.")
            ),
            lambda person, _by: lockouts.lift(person),
            told=gettext_lazy("An administrator lifted the lock-out after wrong passwords."),
        ),
        "end_sessions": AccountAct(
            _("End all sessions"),
            _("The person is signed out everywhere and has to sign in again."),
            _("All sessions have ended."),
            lambda account: _verdict(
                bool(account.signed_in), _("The person is signed in nowhere.")
            ),
            _end_sessions,
            told=gettext_lazy("An administrator ended all your sessions."),
        ),
        "reset_second_factor": AccountAct(
            _("Take the second factor away"),
            _(
                "For a lost telephone: make sure that it is the person who asks. Their sessions"
                " end, and at the next sign-in they set it up anew."
            ),
            _("The second factor is taken away."),
            lambda account: _verdict(
                account.person.second_factor_since is not None, _("No second factor is set up.")
            ),
            lambda person, _by: second_factor.take_away(person),
            told=gettext_lazy("An administrator took your second factor away."),
            danger=True,
        ),
        "close": AccountAct(
            _("Close the account"),
            _("Every role ends today, and nobody can sign in with it. What was done stays."),
            _("The account is closed."),
            lambda account: _verdict(account.person.is_active, _("The account is closed.")),
            _close,
            told=gettext_lazy("An administrator closed the account; all its roles ended."),
            danger=True,
        ),
        "reopen": AccountAct(
            _("Open the account again"),
            _("The person can sign in again; roles are given anew."),
            _("The account is open again."),
            lambda account: _verdict(not account.person.is_active, _("The account is open.")),
            _reopen,
            told=gettext_lazy("An administrator opened the account again."),
        ),
    }


def _verdict(met: bool, reason: str) -> Verdict:
    return YES if met else (False, reason)


def _end_sessions(person: User, _by: User) -> None:
    sessions.end_all(person)
    person.sessions_ended_at = timezone.now()
    person.save(update_fields=["sessions_ended_at"])


def _close(person: User, administrator: User) -> None:
    yesterday = periods.today() - periods.ONE_DAY
    for one in people_queries.own(person):
        *deputies, _held = _set_end(one.appointment, yesterday)
        people_telling.of_closing(deputies, administrator)
    sessions.end_all(person)
    person.is_active = False
    person.save(update_fields=["is_active"])


def _reopen(person: User, _by: User) -> None:
    person.is_active = True
    person.save(update_fields=["is_active"])


# User names


def propose_username(full_name: str) -> str:
    """A free user name from a full name: the given name, then the first letters of the others.

    Nguyễn Thị Hồng Hạnh → hanhnth, the next one hanhnth2. Empty for a name without letters.
    """
    words = re.sub(r"[^a-z ]", "", _ascii(full_name)).split()
    if not words:
        return ""
    stem = words[-1] + "".join(word[0] for word in words[:-1])
    taken = set(User.objects.filter(username__startswith=stem).values_list("username", flat=True))
    number = 1
    while (name := stem if number == 1 else f"{stem}{number}") in taken:
        number += 1
    return name


def _ascii(text: str) -> str:
    plain = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "".join(letter for letter in plain if letter.isascii())
