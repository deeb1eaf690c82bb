"""The explanation of a result as a paper: `criteria.explanations` in the blocks of a document.

It is a print of what the portal knows, so it bears no number and no signature.
"""

from collections.abc import Iterator

from django.utils import translation

from core import periods
from core.documents.blocks import Block, Bold, Heading, KeyValue, ListItems, Paragraph, Text
from core.documents.paper import Paper
from criteria import explain, papers
from criteria.explanations import Entered, Explanation, explanations, frozen_on
from criteria.sheets import Sheet
from units.letterheads import locality


def explanation(sheet: Sheet, *, digest: str, is_demo: bool) -> Paper:
    """Why a self-assessment stands as it does, criterion by criterion.

    Args:
        sheet: the assessment as its reader may see it, with or without the verdicts.
        digest: the journal's digest of the day (core.seals.day_root); empty where there is none.
    """
    assessment = sheet.assessment
    with translation.override("vi"):
        return Paper(
            issuer=papers.issuer(assessment, "\n"),
            symbol="",
            place=locality(assessment.placement.name),
            date=periods.today(),
            type_name="Bản giải thích",
            abstract=f"Kết quả tự đánh giá năm {assessment.round.assessed_year}",
            body=tuple(_body(sheet)),
            filed="",
            watermark=papers.watermark(assessment, is_demo=is_demo),
            footer=papers.footer(assessment, digest),
        )


def _body(sheet: Sheet) -> Iterator[Block]:
    assessment, outcome = sheet.assessment, sheet.outcome.outcome
    yield KeyValue(tuple(papers.general(assessment)))
    yield Heading("Kết quả")
    status = Bold(str(explain.STATUS_LABELS[outcome.status]))
    frozen = frozen_on(sheet)
    known = f"như đã xác nhận ngày {frozen:%d/%m/%Y}" if frozen else "theo dữ liệu đến hôm nay"
    yield Paragraph(("Kết quả ", known, ": ", status, "."))
    yield ListItems(tuple(explain.explain(outcome)))
    yield Heading("Từng tiêu chí")
    group = ""
    for one in explanations(sheet):
        if one.criterion.group != group:
            group = one.criterion.group
            yield Paragraph((Bold(group),))
        yield from _criterion(one)


def _criterion(one: Explanation) -> Iterator[Block]:
    yield Heading(one.wording, 2, label=f"Tiêu chí {one.criterion.code}.")
    pairs: list[tuple[str, Text]] = [("Kết quả", (Bold(one.label),))]
    if one.points:
        pairs.append(("Điểm", one.points))
    pairs.append(("Đối chiếu", " ".join(one.found)))
    if one.claimed:
        pairs.append(("Đơn vị tự đánh giá", _entered(one.claimed)))
    if one.verified:
        verdict = f"{one.verdict[:1].upper()}{one.verdict[1:]}"
        pairs.append(("Thẩm định", f"{verdict}. {_entered(one.verified)}"))
    pairs += [("Số liệu của đơn vị", figure) for figure in one.figures]
    pairs += [("Minh chứng", name) for name in one.evidence]
    yield KeyValue(tuple(pairs))
    yield Paragraph(f"Nguồn: {one.citation}")


def _entered(entered: Entered) -> str:
    said = "; ".join(f"{label}: {text}" for label, text in entered.values)
    return ". ".join(filter(None, (said, entered.words.rstrip(". "), entered.by)))
