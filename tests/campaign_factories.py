"""Launches, answers, rounds and registers for tests, through the acts of people."""

import datetime
from typing import Any

from accounts.models import User
from campaign import launching, permissions, registering
from campaign.launching import Answer, Paper, Plan
from campaign.models import (
    KINDS,
    Document,
    DocumentKind,
    Launch,
    Recipient,
    RegisterEntry,
    Source,
    Target,
)
from campaign.registering import Words
from campaign.workflow import ANSWER, entry_fingerprint
from core import journal, periods
from core.models import StoredFile
from tests.factories import Land
from units.models import Placement, UnitKind


def document(title: str = "Kế hoạch phát động", **fields: Any) -> Document:
    """A plan that is known from the plan files."""
    with journal.act("test"):
        return Document.objects.create(
            code=fields.pop("code", "ke-hoach-phat-dong"),
            kind=DocumentKind.PLAN,
            number=fields.pop("number", "33/KH-UBND"),
            title=title,
            **fields,
        )


def paper(title: str = "Kế hoạch hưởng ứng", file: StoredFile | None = None) -> Paper:
    """A plan of a unit, of which the signer is not known."""
    return Paper(
        kind=DocumentKind.PLAN,
        title=title,
        number="09/KH-UBND",
        issuer="Ủy ban nhân dân xã",
        issued_on=periods.today(),
        file=file,
        unknown=frozenset({"signer"}),
    )


def launch(
    person: User,
    of: Document | Paper | None = None,
    *,
    kinds: tuple[str, ...] = (UnitKind.COMMUNE,),
    direct: bool = True,
    days: int = 10,
) -> Launch:
    """`person` launches a document to the units below, to be answered in `days`."""
    grant = permissions.launching_grants(person)[0]
    of = of or document()
    known = of if isinstance(of, Document) else None
    places = launching.recipients(grant, kinds, direct=direct, document=known)
    due_on = periods.today() + datetime.timedelta(days=days)
    plan = Plan(grant, of, kinds, direct, due_on, "Đề nghị các đơn vị hưởng ứng.")
    return launching.launch(person, plan, seen=launching.digest(places))


def overdue(made: Launch, days: int = 1) -> Launch:
    """The launch, as if it had been made long ago: its day passed `days` ago."""
    passed = periods.today() - datetime.timedelta(days=days)
    with journal.act("test"):
        Launch.objects.filter(pk=made.pk).update(
            launched_on=passed - datetime.timedelta(days=20), due_on=passed
        )
    made.refresh_from_db()
    return made


def received(made: Launch, land: Land, second: bool = False) -> Recipient:
    """What the commune (or the second one) received."""
    place = land.sibling if second else land.commune
    return Recipient.objects.select_related("launch").get(launch=made, unit=place.unit)


def respond(
    recipient: Recipient, person: User, words: str = "Xã hưởng ứng.", *, reason: str = ""
) -> Recipient:
    """The unit responds in a sentence."""
    recipient.refresh_from_db()
    said = Answer(periods.today(), words)
    seen = ANSWER.fingerprint(recipient)
    return launching.answer(recipient.pk, person, said, reason=reason, seen=seen)


def plan(
    recipient: Recipient, person: User, of: Paper | None = None, *, reason: str = ""
) -> Recipient:
    """The unit answers with its own plan."""
    recipient.refresh_from_db()
    said = Answer(periods.today(), paper=of or paper())
    seen = ANSWER.fingerprint(recipient)
    return launching.answer(recipient.pk, person, said, reason=reason, seen=seen)


def words(subject: str = "Tặng máy tính", register: str = "contributions", **more: Any) -> Words:
    """What an entry of a register says."""
    today = periods.today()
    said: dict[str, Any] = {
        "kind": KINDS[register][0],
        "subject": subject,
        "scope_text": "Trung tâm học tập cộng đồng xã",
        "words": "Đã bàn giao, có biên bản.",
        "period": periods.between(today, today),
    }
    return Words(**{**said, **more})


def entry(
    person: User,
    place: Placement,
    subject: str = "Tặng máy tính",
    register: str = "contributions",
    **more: Any,
) -> RegisterEntry:
    """`person` enters into a register about a unit."""
    return registering.enter(person, register, place, words(subject, register, **more))


def checked(
    entry: RegisterEntry, person: User, step: str = "confirm", reason: str = "Đúng hồ sơ"
) -> RegisterEntry:
    """`person` carries an entry over an arrow."""
    entry.refresh_from_db()
    seen = entry_fingerprint(entry)
    return registering.step(step, entry.pk, person, seen=seen, reason=reason)


def target(document: Document, source: Source, **fields: Any) -> Target:
    """A share that a plan promises."""
    with journal.act("test"):
        return Target.objects.create(
            document=document,
            source=source,
            code=fields.pop("code", "2030-gia-dinh"),
            year=fields.pop("year", 2030),
            share=fields.pop("share", 80),
            counted=fields.pop("counted", "gia đình đạt danh hiệu “Gia đình học tập”"),
            among=fields.pop("among", "gia đình"),
            quote=fields.pop("quote", "80% gia đình được công nhận"),
            **fields,
        )
