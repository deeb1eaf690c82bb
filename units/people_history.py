"""What was done with a person's roles and account, in words, from the journal."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import PersonalLink, RecoveryCode, User
from core import periods
from core.models import JournalEntry
from core.presentation import HistoryLine
from units import people_queries, people_rules
from units.models import Appointment

MOST = 200
_DONE: dict[str, Any] = {
    "people.invite": gettext_lazy("Invited"),
    "people.give": gettext_lazy("Role given"),
    "people.change": gettext_lazy("End of a role changed"),
    "people.transfer": gettext_lazy("Transferred"),
    "people.deputise": gettext_lazy("Deputising begun"),
    "people.recall": gettext_lazy("Deputising ended"),
    "people.correct": gettext_lazy("Name or email corrected"),
    "people.link": gettext_lazy("Link made for a password"),
    "people.unlock": gettext_lazy("Lock-out lifted"),
    "people.end_sessions": gettext_lazy("Sessions ended"),
    "people.reset_second_factor": gettext_lazy("Second factor taken away"),
    "people.close": gettext_lazy("Account closed"),
    "people.reopen": gettext_lazy("Account opened again"),
    "accounts.use_link": gettext_lazy("Password set by the link"),
    "accounts.confirm_address": gettext_lazy("Address confirmed by the link"),
    "accounts.mail_link": gettext_lazy("Link asked for by mail"),
    "accounts.change_password": gettext_lazy("Password changed"),
    "accounts.change_profile": gettext_lazy("Own details changed"),
    "accounts.change_language": gettext_lazy("Language changed"),
    "accounts.set_second_factor": gettext_lazy("Second factor set up"),
    "accounts.renew_recovery_codes": gettext_lazy("Recovery codes made anew"),
    "accounts.use_recovery_code": gettext_lazy("Recovery code used"),
    "admin": gettext_lazy("Changed in the administration of the system"),
}
_UNKNOWN = gettext_lazy("Entered by the system")


@dataclass(frozen=True)
class Origin:
    """Why somebody holds a role: when it was given, by whom, with which words."""

    at: datetime.datetime
    label: str
    actor: str
    reason: str


def _entries() -> QuerySet[JournalEntry]:
    actor = User.objects.filter(pk=OuterRef("actor_id")).values("full_name")[:1]
    return JournalEntry.objects.annotate(actor_name=Subquery(actor))


def origins(appointments: Iterable[Appointment]) -> dict[int, Origin]:
    """How each appointment came about, by its key (one query)."""
    keys = [one.pk for one in appointments]
    entries: Any = _entries().filter(
        subject=Appointment._meta.db_table, row_id__in=keys, op=JournalEntry.Op.INSERT
    )
    return {
        one.row_id: Origin(
            one.at, str(_DONE.get(one.act, _UNKNOWN)), one.actor_name or "", one.reason
        )
        for one in entries
    }


def lines(person: User, administrator: Any) -> list[HistoryLine]:
    """What was done with the account and the roles of `person`, the latest first.

    Of roles outside the administrator's area nothing is told.
    """
    held = people_queries.held_by([person], administrator)[person.pk]
    names = {one.appointment.pk: one for one in held if one.in_area}
    of_person = Q(subject=User._meta.db_table, row_id=person.pk)
    of_roles = Q(subject=Appointment._meta.db_table, row_id__in=list(names))
    of_links = Q(
        subject=PersonalLink._meta.db_table, row_id__in=person.links.values_list("pk", flat=True)
    )
    of_codes = Q(
        subject=RecoveryCode._meta.db_table,
        row_id__in=person.recovery_codes.values_list("pk", flat=True),
    )
    entries: Any = _entries().filter(of_person | of_roles | of_links | of_codes)
    told: dict[tuple[int, str], HistoryLine] = {}
    for entry in entries.order_by("-pk")[:MOST]:
        key = (entry.transaction, entry.act)
        line = told.get(key) or HistoryLine(
            at=entry.at,
            label=str(_DONE.get(entry.act, _UNKNOWN)),
            actor=entry.actor_name or "",
            reason=entry.reason,
            state="changed",
        )
        told[key] = _with_change(line, entry, names)
    return list(told.values())


def _with_change(
    line: HistoryLine, entry: JournalEntry, names: dict[int, people_queries.Held]
) -> HistoryLine:
    """The line with what the entry says of a role, or of the name."""
    change = _of_role(entry, names) or _of_name(entry)
    return replace(line, changes=(*line.changes, change)) if change else line


def _of_role(
    entry: JournalEntry, names: dict[int, people_queries.Held]
) -> tuple[str, str, str] | None:
    held = names.get(entry.row_id or 0)
    after = (entry.after or {}).get("period")
    if entry.subject != Appointment._meta.db_table or held is None or not after:
        return None
    before = (entry.before or {}).get("period", "")
    return f"{held.role.label}, {held.unit_name}", _period(before), _period(after)


def _of_name(entry: JournalEntry) -> tuple[str, str, str] | None:
    if entry.subject != User._meta.db_table or entry.op != JournalEntry.Op.UPDATE:
        return None
    before, after = entry.before or {}, entry.after or {}
    if "full_name" not in after:
        return None
    return _("Full name"), before["full_name"], after["full_name"]


def _period(text: str) -> str:
    """A period of the journal, `[2026-01-01,2026-02-01)`, in words."""
    if not text:
        return "–"
    if text == "empty":
        return _("taken back before it began")
    first, last = (parse_date(part) if part else None for part in text[1:-1].split(","))
    return people_rules.in_words(periods.between(first, last - periods.ONE_DAY if last else None))
