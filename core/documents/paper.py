"""An administrative paper and the fixed wordings of its parts.

Source of every wording: Nghị định 30/2020/NĐ-CP, Phụ lục I. Papers are Vietnamese and are not
translated. Names are given in ordinary letters (“Ủy ban nhân dân xã Trà Cú”); where the decree
wants capitals the paper makes them. A line break in `issuer` or `parent` is kept in the letterhead.
"""

import datetime
from dataclasses import dataclass

from core.documents.blocks import Block, Signing, roman

COUNTRY = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"

# A number that is not given yet leaves the room in which the clerk writes or stamps it.
BLANK = "\N{NO-BREAK SPACE}" * 6


@dataclass(frozen=True)
class OpenDate:
    """The day of a paper that is not signed yet: the year, and the month if it is known."""

    year: int
    month: int | None = None


@dataclass(frozen=True)
class Appendix:
    """An appendix (phụ lục); it begins on a page of its own."""

    title: str
    body: tuple[Block, ...]
    landscape: bool = False


@dataclass(frozen=True)
class Paper:
    """One paper, from the letterhead to its appendices.

    speaker     who speaks in it, where that is not the body at its head but a person of it:
                "Chủ tịch Ủy ban nhân dân xã Đại An"
    parent      the body above the issuer (cơ quan chủ quản trực tiếp), or "" if there is none
    number      None while the clerk has not given it
    symbol      what follows the number's stroke: "BC-UBND"; "" for a list that has no number
    type_name   "Báo cáo", "Tờ trình", …; abstract is its trích yếu
    addressees  Kính gửi; empty if there are none
    signing     None for papers that carry their signatures in the body
    recipients  Nơi nhận, without dashes; filed is what stands after "Lưu:", "" where a paper that
                carries its signatures in the body has no such list
    watermark   large pale words across each page, e.g. "Dữ liệu minh họa"
    footer      small line at the foot of each page
    """

    issuer: str
    symbol: str
    place: str
    date: datetime.date | OpenDate
    type_name: str
    abstract: str
    body: tuple[Block, ...]
    signing: Signing | None = None
    speaker: str = ""
    parent: str = ""
    number: int | None = None
    addressees: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    filed: str = "VT"
    appendices: tuple[Appendix, ...] = ()
    watermark: str = ""
    footer: str = ""

    @property
    def number_line(self) -> str:
        """“Số: 05/BC-UBND”."""
        return f"Số: {self._reference}"

    @property
    def title(self) -> str:
        """Type and abstract in one line, as in a list of files."""
        return one_line(f"{self.type_name} {self.abstract}")

    @property
    def issuer_name(self) -> str:
        """The issuer as running text names it."""
        return one_line(self.issuer)

    @property
    def attachment_line(self) -> str:
        """What stands under the title of each appendix; a list has neither number nor day."""
        told = f" số {self._reference} {date_words(self.date)}" if self.symbol else ""
        return f"(Kèm theo {self.type_name}{told} của {self.speaker or self.issuer_name})"

    @property
    def _reference(self) -> str:
        number = BLANK if self.number is None else f"{self.number:02d}"
        return f"{number}/{self.symbol}"

    def appendix_label(self, index: int) -> str:
        """“Phụ lục”, with a Roman numeral if the paper has several; index counts from 0."""
        return "Phụ lục" if len(self.appendices) == 1 else f"Phụ lục {roman(index + 1)}"

    @property
    def has_closing(self) -> bool:
        """Whether recipients or a signature stand at its end."""
        return bool(self.signing or self.recipients or self.filed)

    @property
    def recipient_lines(self) -> tuple[str, ...]:
        """The lines under “Nơi nhận:”, with their dashes and closing signs."""
        return (*(f"- {name};" for name in self.recipients), f"- Lưu: {self.filed}.")


def date_words(date: datetime.date | OpenDate) -> str:
    """“ngày 05 tháng 01 năm 2026”; days below 10 and months 1 and 2 have a leading zero."""
    if isinstance(date, datetime.date):
        day, month = f"{date.day:02d}", date.month
    else:
        day, month = "…", date.month or 0
    month_words = "…" if not month else f"{month:02d}" if month < 3 else str(month)
    return f"ngày {day} tháng {month_words} năm {date.year}"


def lowered(text: str) -> str:
    """The text as it stands in the middle of a sentence: its first letter small."""
    return text[:1].lower() + text[1:]


def one_line(text: str) -> str:
    """The text with all white space, line breaks too, as single spaces."""
    return " ".join(text.split())
