"""The paper of a decision with its list, and what of it is frozen.

Papers are Vietnamese in every language of the portal.
"""

import hashlib
from collections.abc import Iterator, Sequence
from itertools import groupby

from django.utils import translation

from awards.deciding.drafting import names_of
from awards.models import Award, AwardState, Decision, DecisionState, SubjectGroup
from awards.wording import giving
from core import periods
from core.documents.blocks import (
    Basis,
    Block,
    Bold,
    Column,
    GroupRow,
    ListItems,
    Paragraph,
    Row,
    Table,
    Text,
)
from core.documents.paper import Appendix, OpenDate, Paper
from core.numbers import format_vi_number
from units.letterheads import DEMONSTRATION, body_of, in_text, locality
from units.models import Placement

DRAFT = "Dự thảo"
GROUPS = {
    SubjectGroup.COLLECTIVE: ("tập thể", "Tập thể"),
    SubjectGroup.HOUSEHOLD: ("hộ gia đình", "Hộ gia đình"),
    SubjectGroup.INDIVIDUAL: ("cá nhân", "Cá nhân"),
}
COLUMNS = (
    Column("STT", 0.7, "center"),
    Column("Tên tập thể, hộ gia đình, cá nhân", 4),
    Column("Đơn vị, địa chỉ", 3.4),
    Column("Tiền thưởng (đồng)", 1.6, "right"),
)


def lines_of(decision: Decision) -> list[Award]:
    """The lines of a decision as its paper lists them: collectives, households, individuals (two
    queries, and two more while people's names are not frozen)."""
    awards = [one for one in decision.lines() if one.state != AwardState.RELEASED]
    if any(not award.name for award in awards):
        names = names_of([award.nomination for award in awards])
        for award in awards:
            award.name = award.name or names[award.nomination_id]
    keys = {one.nomination.placement.located_in_id for one in awards}
    places = Placement.objects.on(periods.today()).filter(unit__in=keys)
    inside = {one.unit_id: in_text(one.name, one.kind) for one in places}
    for award in awards:
        place = award.nomination.placement
        own = "" if place.unit_id == award.nomination.unit_id else place.name
        around = inside.get(place.located_in_id or 0, "")
        award.address = _address(own, around)  # type: ignore[attr-defined]
    order = list(GROUPS)
    return sorted(awards, key=lambda one: order.index(group_of(one)))


def _address(own: str, around: str) -> str:
    """“Ấp Giồng Lớn, xã Đại An”; a numbered ward keeps its capital: “Khóm 2, Phường 1”."""
    return ", ".join(filter(None, (own, around)))


def group_of(award: Award) -> SubjectGroup:
    """How the law tells the subject of a line apart."""
    return SubjectGroup.of(award.nomination.unit.kind)


def decision_paper(decision: Decision, awards: Sequence[Award], *, is_demo: bool = False) -> Paper:
    """The decision as it is printed.

    Args:
        awards: as `lines_of` gives them.
    """
    with translation.override("vi"):
        return _paper(decision, awards, is_demo=is_demo)


def _paper(decision: Decision, awards: Sequence[Award], *, is_demo: bool) -> Paper:
    place = decision.placement
    assert place is not None  # noqa: S101 -- a result from above has no paper of ours
    given = giving(decision.award_form.name)
    return Paper(
        issuer=body_of(place.name, place.kind, "\n"),
        speaker=decision.issuer_name,
        symbol=decision.symbol,
        number=decision.number,
        place=locality(place.name),
        date=decision.dated or OpenDate(periods.today().year),
        type_name="Quyết định",
        abstract=f"Về việc {given}",
        body=tuple(_body(decision, awards)),
        signing=decision.signing,
        recipients=tuple(filter(None, decision.recipients.splitlines())),
        appendices=(Appendix(f"Danh sách được {given}", (_table(awards),)),),
        watermark=_watermark(decision, is_demo=is_demo),
    )


def _body(decision: Decision, awards: Sequence[Award]) -> Iterator[Block]:
    yield Paragraph((Bold(decision.issuer_name.upper()),), "center")
    lines = filter(None, decision.basis.splitlines())
    yield Basis(tuple(one if one.startswith("Theo ") else f"Căn cứ {one}" for one in lines))
    yield Paragraph((Bold("QUYẾT ĐỊNH:"),), "center")
    given = giving(decision.award_form.name)
    yield _article(
        1,
        f"{given[:1].upper()}{given[1:]} cho {_numbers(awards)} {decision.achievement} "
        "(có danh sách kèm theo).",
    )
    yield _article(2, _bonus(awards))
    yield _article(3, "Quyết định này có hiệu lực kể từ ngày ký.")
    yield _article(
        4,
        "Thủ trưởng các cơ quan, đơn vị có liên quan và các tập thể, hộ gia đình, cá nhân có tên "
        "trong danh sách kèm theo chịu trách nhiệm thi hành Quyết định này.",
    )


def _article(number: int, text: str) -> Paragraph:
    return Paragraph((Bold(f"Điều {number}."), f" {text}"))


def _numbers(awards: Sequence[Award]) -> str:
    parts = [
        f"{len(list(rows)):02d} {GROUPS[group][0]}" for group, rows in groupby(awards, group_of)
    ]
    return ", ".join(parts)


def _bonus(awards: Sequence[Award]) -> str:
    if any(award.bonus is None for award in awards):
        return (
            "Mức tiền thưởng kèm theo thực hiện theo quy định của pháp luật về thi đua, khen "
            "thưởng."
        )
    total = format_vi_number(sum(award.bonus or 0 for award in awards))
    sources = "; ".join(dict.fromkeys(award.bonus_source for award in awards))
    return (
        f"Tổng số tiền thưởng kèm theo là {total} đồng, mức của từng trường hợp tại danh sách "
        f"({sources})."
    )


def _table(awards: Sequence[Award]) -> Table:
    rows: list[Row] = []
    order = 0
    for group, found in groupby(awards, group_of):
        rows.append(GroupRow(GROUPS[group][1]))
        for award in found:
            order += 1
            bonus = "" if award.bonus is None else format_vi_number(award.bonus)
            rows.append((str(order), award.name, award.address, bonus))  # type: ignore[attr-defined]
    return Table(COLUMNS, tuple(rows))


def _watermark(decision: Decision, *, is_demo: bool) -> str:
    open_states = (DecisionState.DRAFT, DecisionState.CHECKING, DecisionState.SUBMITTED)
    words = [DRAFT.upper()] if decision.state in open_states else []
    return " – ".join([*words, DEMONSTRATION] if is_demo else words)


# What is frozen


def text_of(paper: Paper) -> str:
    """All that a paper says but its number and day, one line a piece."""
    body = (*paper.body, *(block for one in paper.appendices for block in one.body))
    signing = (*paper.signing.lines, paper.signing.name) if paper.signing else ()
    pieces = (
        paper.abstract,
        *(piece for block in body for piece in _pieces(block)),
        *signing,
        *paper.recipients,
    )
    return "\n".join(piece for piece in pieces if piece)


def digest_of(text: str) -> str:
    """SHA-256 of a frozen text."""
    return hashlib.sha256(text.encode()).hexdigest()


def _pieces(block: Block) -> Iterator[str]:
    match block:
        case Paragraph(text=text):
            yield _plain(text).rstrip(".")
        case Basis(texts=texts):
            yield from texts
        case ListItems(items=items):
            yield from map(_plain, items)
        case Table(rows=rows):
            for row in rows:
                cells = (row.text,) if isinstance(row, GroupRow) else row
                yield from map(_plain, cells)


def _plain(text: Text) -> str:
    if isinstance(text, str):
        return text
    return "".join(run if isinstance(run, str) else run.text for run in text)
