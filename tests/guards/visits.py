"""Every address of the portal with every action, and what each person is answered.

They stand in `matrix.txt` (tests.guards.table).

A POST carries valid data (`CASES`), so that where it is refused it is for the person's sake.
"""

import datetime
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.core import signing
from django.test import Client
from django.urls import reverse

from campaign import launching, permissions, rounds
from campaign.models import Document
from campaign.workflow import ANSWER, LAUNCH, entry_fingerprint
from core import periods, veiled
from core.models import Notice
from criteria import bulk, sheets
from criteria.models import Answer, Assessment
from criteria.recognising import fingerprint
from criteria.views.many import SALT
from tests.criteria_factories import seen
from tests.guards import (
    batch_visits,
    council_visits,
    decision_visits,
    drafting_visits,
    import_visits,
    nomination_visits,
    reform_visits,
    registration_visits,
    request_visits,
    submission_visits,
    target_visits,
)
from tests.guards.asking import Ask
from tests.guards.table import Visit
from tests.guards.world import World, entry_file, png, received
from tests.unit_factories import REASON


def address(world: World, visit: Visit) -> str:
    """Where a visit goes."""
    asked = CASES[visit.name](world, visit)
    url = reverse(visit.name, args=asked.args)
    return f"{url}?{urlencode(asked.query)}" if asked.query else url


def send(client: Client, world: World, visit: Visit) -> Any:
    """Carry out a visit and give the response."""
    url = address(world, visit)
    if visit.method == "GET":
        return client.get(url)
    return client.post(url, CASES[visit.name](world, visit).data)


def _plain(world: World, visit: Visit) -> Ask:
    return Ask()


def _search(world: World, visit: Visit) -> Ask:
    """Where the secrets are at home; one kind alone, where the case names it."""
    query = {"w": veiled.veil(world.hamlet.name), **({"in": visit.case} if visit.case else {})}
    return Ask((), {"words": world.hamlet.name, "reason": REASON}, query)


def _posts(**data: Any) -> Any:
    """The same data for each visit."""
    return lambda world, visit: Ask(data=dict(data))


def _unit(world: World, visit: Visit) -> Ask:
    return Ask((getattr(world.land, visit.case).unit_id,))


def _begin(world: World, visit: Visit) -> Ask:
    return Ask((world.rounds["unbegun"].pk, getattr(world.land, visit.case).unit_id))


def _assessment(world: World, visit: Visit) -> Ask:
    return Ask((world.assessments[visit.case].pk,))


def _answer(world: World, visit: Visit) -> Ask:
    assessment, criterion = _criterion(world, visit, 1)
    version = Answer.objects.get(assessment=assessment, criterion=criterion).version
    data = {"value": "no", "note": "Sửa lại", "version": str(version)}
    return Ask((assessment, criterion), data)


def _upload(world: World, visit: Visit) -> Ask:
    return Ask(_criterion(world, visit, 2), {"file": png()})


def _judge(world: World, visit: Visit) -> Ask:
    assessment, criterion = world.assessments[visit.case], world.criterion()
    sheet = sheets.read_sheet(Assessment.objects.get(pk=assessment.pk))
    word = sheets.seen_of(sheet, criterion)
    return Ask(_criterion(world, visit, 1), {"verdict": "accepted", "seen": word})


def _criterion(world: World, visit: Visit, number: int) -> tuple[int, int]:
    return world.assessments[visit.case].pk, world.criterion(number, visit.case).pk


def _evidence(*more: int) -> Any:
    return lambda world, visit: Ask(
        (world.assessments[visit.case].pk, world.evidence[visit.case].pk, *more)
    )


def _step(world: World, visit: Visit) -> Ask:
    name, state = visit.case.split()
    assessment = world.assessments[state]
    return Ask((assessment.pk, name), {"reason": "Theo đề nghị"}, {"seen": seen(assessment)})


def _recognition(*more: int) -> Any:
    return lambda world, visit: Ask((world.recognitions[visit.case].pk, *more))


def _declare(world: World, visit: Visit) -> Ask:
    data = {
        "title": world.setting.title.code,
        "grade": "1",
        "assessed_year": "2009",
        "decision_number": "3/QĐ-UBND",
        "decided_on": "05/01/2010",
        "decided_by": "Chủ tịch Ủy ban nhân dân huyện",
        "held_from": "05/01/2010",
        "held_until": "04/01/2013",
    }
    if visit.name == "recognitions:new":
        return Ask(data={**data, "unit": str(world.land.commune.unit_id)} if visit.case else {})
    recognition = world.recognitions[visit.case]
    unit = str(recognition.unit_id)
    return Ask((recognition.pk,), {**data, "unit": unit, "seen": fingerprint(recognition)})


def _check(world: World, visit: Visit) -> Ask:
    name, which = visit.case.split()
    recognition = world.recognitions[which]
    reason = {"reason": "Đã đối chiếu quyết định"}
    return Ask((recognition.pk, name), reason, {"seen": fingerprint(recognition)})


def _launch(*more: int) -> Any:
    return lambda world, visit: Ask((world.launches[visit.case].pk, *more))


def _new_launch(world: World, visit: Visit) -> Ask:
    (grant,) = permissions.launching_grants(world.land.tinh)
    document = Document.objects.get(code=world.setting.document.code)
    kinds = ("commune",)
    places = launching.recipients(grant, kinds, direct=True, document=document)
    return Ask(
        data={
            "by": str(grant.pk),
            "document": document.code,
            "kinds": list(kinds),
            "direct": "on",
            "due_on": f"{periods.today():%d/%m/%Y}",
            "launch": "1",
            "seen": launching.digest(places),
        }
    )


def _withdraw(world: World, visit: Visit) -> Ask:
    launch = world.launches[visit.case]
    seen = {"seen": LAUNCH.fingerprint(launch)}
    return Ask((launch.pk,), {"reason": "Theo đề nghị"}, seen)


def _launch_answer(world: World, visit: Visit) -> Ask:
    recipient = received(world, visit.case)
    data = {
        "how": "support",
        "support-sentence": "Xã hưởng ứng",
        "support-answered_on": f"{periods.today():%d/%m/%Y}",
        "seen": ANSWER.fingerprint(recipient),
    }
    return Ask((recipient.launch_id, recipient.unit_id), data)


def _launch_answer_file(*more: int) -> Any:
    return lambda world, visit: Ask((received(world, "answered").answer_id, *more))


def _notice(world: World, visit: Visit) -> Ask:
    """The newest one of the reviewers that nobody has read and nothing has settled."""
    unread = Notice.objects.filter(recipient=world.land.tinh, read_at=None, withdrawn_at=None)
    return Ask((unread.latest("pk").pk,))


def _job(world: World, visit: Visit) -> Ask:
    return Ask((world.jobs[visit.case].pk,), {"reason": "Nhầm đợt"})


def _many(world: World, visit: Visit) -> Ask:
    chosen = {"round": world.rounds["sent"].code, "unit": str(world.land.commune.unit_id)}
    sent = world.assessments["sent"]
    rows = [[str(sent.pk), "Xã Đại An", "", bulk.fingerprint(sent)]]
    shown = signing.dumps([[world.land.tinh.pk, "receive", sent.round_id], rows], salt=SALT)
    return Ask((), {"reason": "", "shown": shown}, {**chosen, "step": "receive"})


def _year(world: World, visit: Visit) -> Ask:
    rows = {"form-TOTAL_FORMS": "0", "form-INITIAL_FORMS": "0", "seen": "1", "confirm": "1"}
    said = {"number": "1/TB-BNV", "document_day": "05/01/2026", "issuer": "Bộ", "reason": "Sửa"}
    return Ask((world.year,), {**rows, **said})


def _round(world: World, visit: Visit) -> Ask:
    return Ask((world.setting.round.pk,))


def _phase(world: World, visit: Visit) -> Ask:
    assert world.phase is not None
    return Ask((world.phase.pk,))


def _phase_deadline(world: World, visit: Visit) -> Ask:
    data = {**_deadline(world, visit).data, "matter": "nomination", "kind": "commune"}
    return Ask(_phase(world, visit).args, data)


def _new_round(world: World, visit: Visit) -> Ask:
    year = periods.today().year + 1
    data = {"assessed_year": str(year), "name": f"Năm {year}", "figures_day": f"31/12/{year}"}
    return Ask(data={**data, "figures_basis": "Hướng dẫn 216/HD-BNV"})


def _correction(world: World, visit: Visit) -> Ask:
    round_ = world.rounds[visit.case]
    data = {
        "name": "Năm đính chính",
        "figures_day": f"{round_.figures_day:%d/%m/%Y}",
        "figures_basis": "Công văn 3",
        "reason": "Gõ nhầm",
        "seen": rounds.fingerprint(round_),
    }
    return Ask((round_.pk,), data)


def _deadline(world: World, visit: Visit) -> Ask:
    data = {
        "territory": str(world.land.province.unit_id),
        "matter": "assessment",
        "kind": "hamlet",
        "due_on": f"{periods.today():%d/%m/%Y}",
        "basis": "Công văn 12/SNV-TĐKT",
    }
    return Ask((world.setting.round.pk,), data)


def _deadline_moved(world: World, visit: Visit) -> Ask:
    deadline = world.setting.round.deadlines.filter(territory=world.land.province.unit_id).first()
    assert deadline is not None
    later = deadline.due_on + datetime.timedelta(days=7)
    data = {
        "due_on": f"{later:%d/%m/%Y}",
        "reason": "Do mưa lũ",
        "seen": f"{deadline.due_on:%d/%m/%Y}",
    }
    return Ask((deadline.pk,), data)


def _entry(world: World, visit: Visit) -> Ask:
    return Ask((world.entries[visit.case].pk,))


def _entry_words(world: World, visit: Visit) -> dict[str, str]:
    return {
        "unit": str(world.land.commune.unit_id),
        "kind": "material" if visit.name == "registers:edit" else visit.case.rpartition(" ")[2],
        "subject": "Máy tính cũ",
        "scope_text": "Thư viện xã",
        "words": "Đã bàn giao",
        "first": f"{periods.today():%d/%m/%Y}",
    }


def _new_entry(world: World, visit: Visit) -> Ask:
    register = {"material": "contributions", "inspection": "inspections"}[visit.case]
    return Ask((register,), _entry_words(world, visit))


def _edit_entry(world: World, visit: Visit) -> Ask:
    entry = world.entries[visit.case]
    seen = {"seen": entry_fingerprint(entry)}
    return Ask((entry.pk,), {**_entry_words(world, visit), **seen})


def _entry_step(world: World, visit: Visit) -> Ask:
    name, which = visit.case.split()
    entry = world.entries[which]
    return Ask((entry.pk, name), {"reason": "Theo hồ sơ"}, {"seen": entry_fingerprint(entry)})


def _entry_upload(world: World, visit: Visit) -> Ask:
    return Ask((world.entries[visit.case].pk,), {"file": png()})


def _entry_file(*more: int) -> Any:
    return lambda world, visit: Ask((world.entries["entered"].pk, entry_file(world).pk, *more))


def _row(world: World, visit: Visit, **data: str) -> dict[str, str]:
    return {"row": "5f0c1c1e-0000-4000-8000-000000000001", "version": "0", **data}


def _below(world: World, visit: Visit) -> Ask:
    place = world.land.commune.unit_id
    return Ask((place, "hamlet"), _row(world, visit, name="Ấp Mới"))


def _members(world: World, visit: Visit) -> Ask:
    data = _row(world, visit, name="Kim Thị Mới", reason="Rà soát danh sách")
    kind, _space, where = visit.case.partition(" ")
    home = world.beyond if where == "beyond" else world.hamlet
    return Ask((home.unit_id, kind), data)


def _book(world: World, visit: Visit) -> Ask:
    data = {"row": str(world.members[visit.case].unit_id), "version": "1"}
    return Ask((world.hamlet.unit_id, visit.case, "emulation"), data)


def _book_step(world: World, visit: Visit) -> Ask:
    """The household of the world, as it stands now."""
    household = Assessment.objects.get(unit=world.members["household"].unit_id)
    data = {"row": f"{household.pk}-{household.submission}", "reason": "Rà soát lại"}
    return Ask((world.hamlet.unit_id, "household", "emulation", visit.case), data)


def _book_begin(world: World, visit: Visit) -> Ask:
    unit = world.members[visit.case].unit_id
    return Ask((world.hamlet.unit_id, visit.case, "emulation", unit))


def _member(world: World, visit: Visit) -> Ask:
    unit = world.members[visit.case].unit_id
    return Ask((world.hamlet.unit_id, visit.case, unit))


def _move(world: World, visit: Visit) -> Ask:
    day = f"{periods.today():%d/%m/%Y}"
    to = {"home": str(world.bare_hamlet.unit_id), "day": day, "reason": "Chuyển nơi ở"}
    return Ask(_member(world, visit).args, to)


def _figures(world: World, visit: Visit) -> Ask:
    day = f"{periods.today():%d/%m/%Y}"
    data = {"row": "ho", "version": str(world.figure.pk), "value": "250", "day": day}
    return Ask((getattr(world, visit.case).unit_id,), {**data, "paper": "Báo cáo 13"})


def _figures_inside(world: World, visit: Visit) -> Ask:
    frame = {"day": f"{periods.today():%d/%m/%Y}", "paper": "Báo cáo 13"}
    row = {"row": str(world.hamlet.unit_id), "version": str(world.figure.pk), "ho": "251"}
    return Ask((world.land.commune.unit_id,), {**frame, **row}, frame)


def _bare(**data: str) -> Any:
    return lambda world, visit: Ask((world.bare_hamlet.unit_id,), data)


def _whose(world: World, visit: Visit) -> Ask:
    person = getattr(world.land, visit.case)
    today = f"{periods.today():%d/%m/%Y}"
    return Ask((person.pk,), {"ends_on": today, "reason": "Chuyển công tác"})


def _person_correction(world: World, visit: Visit) -> Ask:
    data = {"full_name": "Trần Thị Xá", "reason": "Viết sai dấu"}
    return Ask((getattr(world.land, visit.case).pk,), data)


def _post_of_commune(world: World, visit: Visit) -> Ask:
    post = {
        "role": "commune_leader",
        "unit": f"#{world.land.commune.unit_id}",
        "first_day": f"{periods.today():%d/%m/%Y}",
    }
    if visit.name == "people:give":
        return Ask((world.land.xa.pk,), post)
    return Ask(data={**post, "full_name": "Lý Thị Mới", "username": "moilt"})


def _appointment(world: World, visit: Visit) -> Ask:
    held = getattr(world.land, visit.case).appointments.get()
    today = f"{periods.today():%d/%m/%Y}"
    days = {"first_day": today, "last_day": today, "reason": "Nghỉ phép"}
    return Ask((held.pk,), {**days, "deputy": str(world.land.lanhdaoxa.pk)})


def _link(world: World, visit: Visit) -> Ask:
    password = "mot-mat-khau-moi-7"
    data = {"new_password1": password, "new_password2": password}
    return Ask((world.links[visit.case],), data)


CASES: dict[str, Callable[[World, Visit], Ask]] = {
    **council_visits.CASES,
    **nomination_visits.CASES,
    **submission_visits.CASES,
    **import_visits.CASES,
    **target_visits.CASES,
    **registration_visits.CASES,
    **decision_visits.CASES,
    **batch_visits.CASES,
    **reform_visits.CASES,
    **request_visits.CASES,
    **drafting_visits.CASES,
    "home": _plain,
    "home_books": _plain,
    "help": _plain,
    "search": _search,
    "search_open": _search,
    "veil": _posts(to="/units/", q="Thạch Thị Kín"),
    "search_identity": _posts(number="001 086 001 234", reason="Đối chiếu danh sách"),
    "healthz": _plain,
    "favicon": _plain,
    "accounts:login": _posts(username="xa", password="demo-password"),
    "accounts:logout": _plain,
    "accounts:password": _posts(
        old_password="demo-password",
        new_password1="mot-mat-khau-moi-7",
        new_password2="mot-mat-khau-moi-7",
    ),
    "accounts:language": _posts(language="en"),
    "accounts:second_factor": _posts(begin="1"),
    "accounts:me": _posts(
        called="anh Năm", email="nam@example.vn", password="demo-password", language="vi"
    ),
    "accounts:recovery_codes": _plain,
    "accounts:end_session": lambda world, visit: Ask((visit.case,)),
    "accounts:link": _link,
    "accounts:reset": _posts(name="xa"),
    "people:index": _plain,
    "people:due": _plain,
    "people:username": _posts(full_name="Lý Thị Mới"),
    "people:units": _plain,
    "people:find": _posts(username="xa"),
    "people:invite": _post_of_commune,
    "people:detail": _whose,
    "people:history": _whose,
    "people:give": _post_of_commune,
    "people:transfer": _whose,
    "people:correct": _person_correction,
    "people:link": _whose,
    "people:account": lambda world, visit: Ask((world.land.xa.pk, visit.case), {"reason": "Nghỉ"}),
    "people:change": _appointment,
    "people:deputise": _appointment,
    "people:recall": lambda world, visit: Ask((world.deputy.pk,)),
    "units:index": _plain,
    "units:detail": _unit,
    "units:children": _unit,
    "units:below": _below,
    "units:members": _members,
    "units:members_open": _members,
    "units:members_move": _move,
    "units:members_remove": _member,
    "units:figures": _figures,
    "units:figures_inside": _figures_inside,
    "units:rename": _bare(name="Ấp Chợ", day="01/01/2026", basis="Nghị quyết 7"),
    "units:undo": _bare(),
    "units:access": _unit,
    "assessments:index": _plain,
    "assessments:export": _plain,
    "assessments:books": _plain,
    "assessments:book": _book,
    "assessments:book_step": _book_step,
    "assessments:book_begin": _book_begin,
    "assessments:of_unit": _unit,
    "assessments:begin": _begin,
    "assessments:detail": _assessment,
    "assessments:precheck": _assessment,
    "assessments:access": _assessment,
    "assessments:changes": _assessment,
    "assessments:step": _step,
    "assessments:answer": _answer,
    "assessments:upload": _upload,
    "assessments:evidence": _evidence(),
    "assessments:evidence_remove": _evidence(),
    "assessments:evidence_page": _evidence(1),
    "assessments:review": _assessment,
    "assessments:review_changes": _assessment,
    "assessments:next": _assessment,
    "assessments:previous": _assessment,
    "assessments:judge": _judge,
    "assessments:paper": _assessment,
    "assessments:why": _assessment,
    "assessments:why_paper": _assessment,
    "recognitions:index": _plain,
    "recognitions:export": _plain,
    "recognitions:new": _declare,
    "recognitions:detail": _recognition(),
    "recognitions:access": _recognition(),
    "recognitions:edit": _declare,
    "recognitions:step": _check,
    "recognitions:refusal_seen": _recognition(),
    "recognitions:scan": _recognition(),
    "recognitions:scan_page": _recognition(1),
    "launches:index": _plain,
    "launches:new": _new_launch,
    "launches:detail": _launch(),
    "launches:access": _launch(),
    "launches:export": _launch(),
    "launches:remind": _launch(),
    "launches:withdraw": _withdraw,
    "launches:answer": _launch_answer,
    "launches:file": _launch(),
    "launches:file_page": _launch(1),
    "launches:answer_file": _launch_answer_file(),
    "launches:answer_page": _launch_answer_file(1),
    "registers:index": _plain,
    "registers:export": _plain,
    "registers:new": _new_entry,
    "registers:detail": _entry,
    "registers:access": _entry,
    "registers:edit": _edit_entry,
    "registers:step": _entry_step,
    "registers:upload": _entry_upload,
    "registers:file": _entry_file(),
    "registers:file_page": _entry_file(1),
    "registers:file_remove": _entry_file(),
    "rounds:index": _plain,
    "rounds:new": _new_round,
    "rounds:correct": _correction,
    "rounds:detail": _round,
    "rounds:deadline": _deadline,
    "rounds:phase": _phase,
    "rounds:phase_deadline": _phase_deadline,
    "rounds:move": _deadline_moved,
    "criteria:index": _plain,
    "criteria:detail": lambda world, visit: Ask(
        (world.setting.criteria_set.code, world.setting.criteria_set.version)
    ),
    "notices:index": _plain,
    "notices:preferences": _posts(**{"assessment.sent": "portal"}),
    "notices:read_all": _plain,
    "notices:open": _notice,
    "notices:read": _notice,
    "jobs:index": _plain,
    "jobs:detail": _job,
    "jobs:progress": _job,
    "jobs:export": _job,
    "jobs:cancel": _job,
    "jobs:undo": _job,
    "assessments:many": _many,
    "calendar:index": _plain,
    "calendar:year": lambda world, visit: Ask((world.year,)),
    "calendar:edit": _year,
    "calendar:undo": lambda world, visit: Ask((world.year, 1), {"reason": "Nhập nhầm"}),
    "plans:index": _plain,
    "plans:detail": lambda world, visit: Ask((world.setting.document.code,)),
    "plans:source": lambda world, visit: Ask((world.setting.source.code,)),
}
