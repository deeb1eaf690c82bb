"""Views of the test-only pages. The notes live in the process: they stand for any answer."""

import datetime
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from core import periods, presentation
from core.access import signed_in

TEMPLATES = Path(__file__).parent / "templates"

WORDS = (
    "Ban Chỉ đạo xây dựng xã hội học tập cấp xã có kế hoạch, nhiệm vụ cụ thể hằng năm;"
    " phân công trách nhiệm rõ ràng."
)


class Filters(forms.Form):
    """As on a list of assessments."""

    q = forms.CharField(label="Tìm xã, phường", required=False)
    state = forms.ChoiceField(
        label="Trạng thái", choices=[("", "Tất cả"), ("sent", "đã gửi")], required=False
    )


@dataclass(frozen=True)
class Row:
    """As in a list of assessments."""

    name: str
    state: str
    label: str
    result: str
    result_label: str
    done: int
    due: periods.Day | None


ROWS = [
    Row("Xã Đại An", "sent", "đã gửi", "met", "đạt", 23, periods.today()),
    Row("Xã Hàm Giang", "returned", "trả lại để bổ sung", "not_met", "không đạt", 21, None),
    Row("Phường Nguyệt Hóa", "draft", "nháp", "unanswered", "chưa trả lời", 3, None),
    Row("Xã Càng Long", "received", "đã tiếp nhận", "no_data", "chưa có số liệu", 24, None),
    Row(
        "Xã Tân An",
        "confirmed",
        "đã xác nhận kết quả",
        "inconclusive",
        "chưa thể kết luận",
        24,
        None,
    ),
]


def _days(number: int) -> periods.Day:
    return periods.today() + datetime.timedelta(days=number)


@signed_in("GET", "POST")
def kitchen_sink(request: HttpRequest) -> HttpResponse:
    """Every component in every state."""
    at = datetime.datetime(2026, 11, 20, 14, 2, tzinfo=timezone.get_current_timezone())
    messages.success(request, "Đã gửi bản tự đánh giá của Xã Đại An.")
    messages.info(request, "Bản tự đánh giá chỉ còn được xem cho đến khi được trả lại.")
    messages.warning(request, "Hạn gửi là ngày mai.")
    messages.error(request, "Chưa gửi được: còn hai điểm phải sửa.")
    context = {
        "states": [(code, code) for code in presentation.LOOKS] + [("unknown", "unknown")],
        "deadlines": [(_days(n), n == 20) for n in (12, 20, 1, 0, -3)] + [(None, False)],
        "facts": [
            ("Đơn vị", "Xã Đại An, tỉnh Vĩnh Long"),
            ("Bộ tiêu chí", "Kế hoạch 26/KH-UBND của UBND tỉnh Trà Vinh, nhóm cấp xã"),
            ("Số hộ", "3.412"),
            ("Ghi chú", ""),
        ],
        "filters": Filters(request.GET),
        "page": Paginator(ROWS * 49, 5).get_page(request.GET.get("page", 6)),
        "words": WORDS,
        "findings": [
            presentation.Finding(
                "Tiêu chí 3 chưa trả lời: nhập số người lớn được học tập thường xuyên.",
                blocks=True,
                article="Kế hoạch 26/KH-UBND, mục II.3",
                url="#c3",
            ),
            presentation.Finding("Chưa có hạn gửi cho cấp xã.", blocks=True),
            presentation.Finding(
                "Tiêu chí 7 không có minh chứng.", blocks=False, article="Thông tư 25/2023/TT-BGDĐT"
            ),
        ],
        "pages": [presentation.Thumbnail("/static/img/mark.svg", n, 90, 120) for n in (1, 2)],
        "lines": [
            presentation.HistoryLine(at, "Tạo bản tự đánh giá", "Trần Thị Xã", state="draft"),
            presentation.HistoryLine(at, "Gửi Sở Nội vụ", "Trần Thị Xã, Xã Đại An", state="sent"),
            presentation.HistoryLine(
                at,
                "Trả lại để bổ sung",
                "Nguyễn Thị Tỉnh, Sở Nội vụ",
                "Minh chứng của tiêu chí 7 không đọc được.",
                "returned",
                (("Số hộ đạt", "2.950", "2.905"),),
            ),
            presentation.HistoryLine(
                at,
                "Gửi lại",
                "Trần Thị Xã, Xã Đại An",
                "\n".join(f"{n}. Đã bổ sung minh chứng của tiêu chí {n}." for n in range(1, 13)),
                "sent",
            ),
        ],
        "saves": [
            presentation.SaveState("s1", 0),
            presentation.SaveState("s2", 2, at),
            presentation.SaveState("s3", 2, at, by="Lê Văn Lãnh"),
            presentation.SaveState("s4", 2, errors=("Nhập một số từ 0 đến 100.",), invalid=("x",)),
            presentation.SaveState(
                "s5",
                2,
                mine=(("Số người", "2.905"), ("Giải thích", "")),
                theirs=presentation.OthersValue(
                    "s5",
                    3,
                    {"x": "1"},
                    (("Số người", "2.950"), ("Giải thích", "Theo sổ theo dõi")),
                    "Lê Văn Lãnh",
                    at,
                ),
            ),
        ],
    }
    return render(request, "look/kitchen_sink.html", context)


@signed_in("GET")
def refused(request: HttpRequest) -> HttpResponse:
    """A page that is not for this person."""
    raise PermissionDenied("Chỉ Sở Nội vụ tiếp nhận bản tự đánh giá.")


@signed_in("GET")
def broken(request: HttpRequest) -> HttpResponse:
    """A page with a fault."""
    raise RuntimeError("a fault on purpose")


@dataclass
class Note:
    """An answer: two fields and a choice, with the version that a saving must name."""

    version: int = 0
    by: str = ""
    at: datetime.datetime | None = None
    values: dict[str, Any] = field(default_factory=lambda: {"number": "", "words": "", "way": []})

    def shown(self, values: dict[str, Any]) -> tuple[tuple[str, str], ...]:
        return (("Số người", values["number"]), ("Giải thích", values["words"]))


class Store:
    """The notes of one test, and what the server is told to do with the next savings."""

    notes: dict[str, Note] = {}
    fail: int = 0  # answer the next savings with 500

    @classmethod
    def reset(cls) -> None:
        cls.notes = {"a": Note(), "b": Note()}
        cls.fail = 0

    @classmethod
    def put(cls, key: str, by: str, **values: Any) -> None:
        note = cls.notes[key]
        note.values = {**note.values, **values}
        note.version, note.by, note.at = note.version + 1, by, timezone.localtime()

    @classmethod
    def other(cls, key: str) -> presentation.OthersValue:
        note = cls.notes[key]
        shown = note.shown(note.values)
        return presentation.OthersValue(key, note.version, note.values, shown, note.by, note.at)


Store.reset()


@signed_in("GET")
def notes(request: HttpRequest) -> HttpResponse:
    """A page of two answers that save themselves."""
    return render(
        request,
        "look/notes.html",
        {
            "notes": [
                (key, note, presentation.SaveState(key, note.version, note.at))
                for key, note in Store.notes.items()
            ]
        },
    )


@signed_in("GET")
def newer(request: HttpRequest) -> HttpResponse:
    """Whatever others saved."""
    values = [Store.other(key) for key, note in Store.notes.items() if note.version]
    return render(request, "look/newer.html", {"newer": values})


@signed_in("POST")
def save(request: HttpRequest, key: str) -> HttpResponse:
    """Save one note: 200, 409, 422 as the contract of autosave.js says."""
    if Store.fail:
        Store.fail -= 1
        return HttpResponse(status=500)
    note = Store.notes[key]
    values: dict[str, Any] = {
        "number": request.POST["number"],
        "words": request.POST["words"],
        "way": request.POST.getlist("way"),
    }
    status, state = 200, presentation.SaveState(key, note.version)
    if int(request.POST["version"]) != note.version:
        theirs = Store.other(key)
        state = presentation.SaveState(key, note.version, mine=note.shown(values), theirs=theirs)
        status = 409
    elif values["number"] and not values["number"].isdigit():
        state = presentation.SaveState(
            key, note.version, errors=("Nhập một số.",), invalid=("number",)
        )
        status = 422
    else:
        Store.put(key, str(request.user), **values)
        state = presentation.SaveState(key, note.version, note.at)
    return render(request, "look/saved.html", {"state": state}, status=status)
