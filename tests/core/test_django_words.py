"""What Django says on our pages, it says as an office would write it."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import django
import polib
import pytest
from django import forms
from django.apps import apps
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import get_resolver
from django.utils import translation

from accounts.models import User
from core import django_words
from tests import factories

PASSWORD = "/accounts/password/"
OURS = settings.BASE_DIR / "locale/vi/LC_MESSAGES/django.po"


def msgids(*catalogues: Path) -> set[str]:
    return {entry.msgid for path in catalogues for entry in polib.pofile(str(path))}


def fields_of_ours() -> Iterator[forms.Field]:
    """The declared fields of every form of the project."""
    assert get_resolver().url_patterns  # the views, and with them their forms, are loaded
    known = [forms.BaseForm]
    while known:
        form = known.pop()
        known.extend(form.__subclasses__())
        if apps.is_installed(form.__module__.partition(".")[0]):
            yield from getattr(form, "base_fields", {}).values()


def test_each_sentence_named_is_one_of_djangos() -> None:
    home = Path(django.__file__).parent
    english = "locale/en/LC_MESSAGES/django.po"
    theirs = msgids(home / "conf" / english, home / "contrib/auth" / english)
    assert set(django_words.SENTENCES) - theirs == set()


def test_what_a_field_of_ours_can_say_is_in_our_catalogue() -> None:
    with translation.override("en"):
        said = {
            str(text) for field in fields_of_ours() for text in field.error_messages.values()
        } - {""}
    assert len(said) > 10
    assert said - msgids(OURS) == set()


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        (forms.CharField(), "", "Mục này bắt buộc, chưa được nhập."),
        (
            forms.CharField(max_length=3),
            "abcd",
            "Nội dung dài 4 ký tự, chỉ nhận tối đa 3 ký tự. Rút ngắn lại.",
        ),
        (forms.CharField(), "a\0b", "Nội dung có ký tự không lưu được. Xóa rồi gõ lại."),
        (forms.IntegerField(), "x", "Nhập một số nguyên."),
        (forms.IntegerField(max_value=9), "10", "Giá trị không được lớn hơn 9."),
        (forms.IntegerField(min_value=1), "0", "Giá trị không được nhỏ hơn 1."),
        (
            forms.DateField(),
            "31/02/2026",
            "Ngày không hợp lệ. Nhập theo dạng ngày/tháng/năm, ví dụ 30/06/2025.",
        ),
        (
            forms.ChoiceField(choices=[("a", "A")]),
            "b",
            "“b” không có trong danh sách. Chọn một mục trong danh sách.",
        ),
        (forms.FileField(), SimpleUploadedFile("a.pdf", b""), "Tệp rỗng, không có nội dung."),
        (
            forms.FileField(max_length=4),
            SimpleUploadedFile("a.pdf", b"1"),
            "Tên tệp dài 5 ký tự, chỉ nhận tối đa 4 ký tự.",
        ),
    ],
)
def test_wrong_input_is_answered_in_impersonal_vietnamese(
    field: forms.Field, value: Any, sentence: str
) -> None:
    with pytest.raises(forms.ValidationError) as refused:
        field.clean(value)
    assert refused.value.messages == [sentence]


@pytest.mark.django_db
def test_the_password_page_says_what_is_asked(client_of: Callable[[User], Client]) -> None:
    page = client_of(factories.user()).get(PASSWORD).content.decode()
    assert re.findall(r"<li>([^<]+)</li>", page) == [
        "Không giống họ tên, tên đăng nhập hoặc địa chỉ thư điện tử.",
        "Có ít nhất 10 ký tự.",
        "Không phải mật khẩu phổ biến, dễ bị đoán.",
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("old", "new", "again", "sentences"),
    [
        (
            "wrong",
            "Hoa sen 2026 nở",
            "Hoa sen 2026 nở",
            ["Mật khẩu hiện tại không đúng. Nhập lại."],
        ),
        (
            "demo-password",
            "Hoa sen 2026 nở",
            "Hoa sen 2027 nở",
            ["Hai lần nhập mật khẩu không giống nhau."],
        ),
        (
            "demo-password",
            "password1",
            "password1",
            [
                "Mật khẩu quá ngắn: cần ít nhất 10 ký tự.",
                "Mật khẩu này quá phổ biến, dễ bị đoán.",
            ],
        ),
        (
            "demo-password",
            "nguyễn văn sáu",
            "nguyễn văn sáu",
            ["Mật khẩu quá giống họ và tên."],
        ),
        ("", "", "", ["Mục này bắt buộc, chưa được nhập."] * 3),
    ],
)
def test_a_refused_password_is_told_why(
    old: str,
    new: str,
    again: str,
    sentences: list[str],
    client_of: Callable[[User], Client],
) -> None:
    client = client_of(factories.user(full_name="Nguyễn Văn Sáu"))
    typed = {"old_password": old, "new_password1": new, "new_password2": again}
    errors = client.post(PASSWORD, typed).context["form"].errors
    assert [text for texts in errors.values() for text in texts] == sentences


@pytest.mark.django_db
def test_a_request_that_cannot_be_understood_gets_its_page(client: Client) -> None:
    response = client.get("/accounts/login/", headers={"Host": "other.example"})
    assert response.status_code == 400
    assert "<h1>Không hiểu được yêu cầu</h1>" in response.content.decode()
