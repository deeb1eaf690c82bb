"""Uploads that are not what they say: each refused with a sentence that tells what to do."""

import io
import struct
import zlib

import pypdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils import translation
from PIL import Image

from core import files
from core.files import FileRefused
from tests.core import originals

EXE = b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff" + b"\0" * 400
HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
OLD_WORD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504
PDF_TYPE = "“{}” is not a pdf file, although its name says so."


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def refusal(content: bytes, name: str) -> tuple[str, str]:
    """Code and sentence of the refusal."""
    with pytest.raises(FileRefused) as refused:
        files.recognise(SimpleUploadedFile(name, content), name)
    return refused.value.code, refused.value.messages[0]


def half(content: bytes) -> bytes:
    return content[: len(content) // 2]


def locked_pdf(*, user_password: str) -> bytes:
    writer = pypdf.PdfWriter(io.BytesIO(originals.pdf()))
    writer.encrypt(user_password, "owner", algorithm="AES-256")
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def png_of(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is this large."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 100))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("name", ["a.exe", "a.html", "a.svg", "a.docm", "a.doc", "a.zip", "pdf"])
def test_other_kinds_are_refused(name):
    assert refusal(originals.pdf(), name) == (
        "kind",
        f"“{name}” cannot be taken: only pdf, png, jpg, docx and xlsx files.",
    )


@pytest.mark.parametrize("name", ["a.pdf", "a.png", "a.docx"])
def test_empty_file_is_refused(name):
    assert refusal(b"", name) == ("empty", f"“{name}” is empty.")


def test_large_file_is_refused_before_it_is_read(settings):
    settings.EVIDENCE_MAX_BYTES = 1024

    class NeverRead(io.BytesIO):
        def read(self, *args):
            raise AssertionError("read")

    upload = SimpleUploadedFile("a.pdf", b"")
    upload.file = NeverRead(b"x" * 3072)
    with pytest.raises(FileRefused) as refused:
        files.recognise(upload, "a.pdf")

    size, limit = filesizeformat(3072), filesizeformat(1024)
    assert refused.value.messages == [
        f"“a.pdf” is too large: {size}, at most {limit} can be taken."
    ]


def test_file_of_exactly_the_limit_is_taken(settings):
    settings.EVIDENCE_MAX_BYTES = len(originals.pdf())

    assert files.recognise(SimpleUploadedFile("a.pdf", originals.pdf()), "a.pdf").label == "pdf"


@pytest.mark.parametrize("content", [EXE, HTML, OLD_WORD, b" " + originals.pdf()])
def test_what_is_no_pdf_is_refused(content):
    assert refusal(content, "a.pdf") == ("content", PDF_TYPE.format("a.pdf"))


@pytest.mark.parametrize("ending", ["png", "jpg", "docx", "xlsx"])
def test_kinds_cannot_pass_for_each_other(ending):
    assert refusal(originals.pdf(), f"a.{ending}")[0] == "content"


def test_document_cannot_pass_for_a_workbook():
    assert refusal(originals.docx("x"), "a.xlsx") == (
        "content",
        "“a.xlsx” does not hold the kind of document that its name says.",
    )
    assert refusal(originals.xlsx([["x"]]), "a.docx")[0] == "content"


def test_web_page_in_a_picture_is_refused():
    assert refusal(HTML, "a.png") == (
        "content",
        "“a.png” is not a png file, although its name says so.",
    )


def test_old_or_protected_office_file_is_told_what_to_do():
    code, sentence = refusal(OLD_WORD, "a.docx")

    assert code == "content"
    assert sentence == (
        "“a.docx” is not a docx file: it is protected by a password, in an older format, "
        "or something else. Save it as docx without a password."
    )


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (originals.pdf() + originals.archive({"evil.html": HTML}), "a.pdf"),
        (originals.image("PNG") + originals.archive({"evil.html": HTML}), "a.png"),
        (originals.image("JPEG", comment=b"%PDF-1.4"), "a.jpg"),
        (originals.archive({"%PDF-1.7": b"x"}), "a.docx"),
    ],
)
def test_two_files_in_one_are_refused(content, name):
    assert refusal(content, name) == (
        "polyglot",
        f"“{name}” holds a second file of another kind. Save or scan it anew.",
    )


@pytest.mark.parametrize("ending", ["pdf", "png", "jpg", "docx", "xlsx"])
def test_file_that_is_cut_off_is_refused(ending):
    assert refusal(half(originals.one_of_each()[ending]), f"a.{ending}") == (
        "damaged",
        f"“a.{ending}” is damaged or cut off: it cannot be opened. Make or scan it again.",
    )


@pytest.mark.parametrize(
    "content", [b"%PDF-1.7\n%%EOF", b"%PDF-1.7\n" + b"\xff" * 2000 + b"\n%%EOF\n"]
)
def test_pdf_without_a_page_is_refused(content):
    assert refusal(content, "a.pdf")[0] == "damaged"


def test_pdf_that_asks_for_a_password_is_refused():
    assert refusal(locked_pdf(user_password="secret"), "a.pdf") == (
        "password",
        "“a.pdf” opens only with a password. Send it without one.",
    )


def test_pdf_that_only_forbids_copying_is_taken():
    content = locked_pdf(user_password="")

    assert files.recognise(SimpleUploadedFile("a.pdf", content), "a.pdf").label == "pdf"


@pytest.mark.parametrize(
    "content",
    [
        originals.docx("x", more={"word/vbaProject.bin": b"x"}),
        originals.docx("x", more={"word/sub/VBAPROJECT.BIN": b"x"}),
        originals.docx(
            "x",
            types=originals.CONTENT_TYPES.replace(
                "vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
                "vnd.ms-word.document.macroEnabled.main+xml",
            ),
        ),
    ],
)
def test_document_with_macros_is_refused(content):
    assert refusal(content, "a.docx") == (
        "macros",
        "“a.docx” contains macros. Save it without macros and send it again.",
    )


def test_zip_that_is_no_document_is_refused():
    assert refusal(originals.archive({"a.txt": b"x"}), "a.docx")[0] == "damaged"


def test_zip_bomb_is_refused(monkeypatch):
    monkeypatch.setattr(files, "MAX_UNZIPPED_BYTES", 1_000_000)
    bomb = originals.docx("x", more={"word/media/a.png": b"\0" * 1_000_001})
    assert len(bomb) < 3_000

    assert refusal(bomb, "a.docx") == (
        "bomb",
        "“a.docx” unpacks to more than can be taken. Remove pictures or sheets from it.",
    )


def test_zip_bomb_that_lies_about_its_size_is_refused(monkeypatch):
    monkeypatch.setattr(files, "MAX_UNZIPPED_BYTES", 1_000_000)
    honest = originals.docx("x", more={"word/media/a.png": b"\0" * 1_000_001})
    lying = honest.replace(struct.pack("<I", 1_000_001), struct.pack("<I", 10))
    assert lying != honest

    assert refusal(lying, "a.docx")[0] == "damaged"


def test_archive_of_very_many_parts_is_refused(monkeypatch):
    monkeypatch.setattr(files, "MAX_ZIP_ENTRIES", 10)
    many = originals.docx("x", more={f"word/{n}.xml": b"x" for n in range(11)})

    assert refusal(many, "a.docx")[0] == "bomb"


@pytest.mark.parametrize(("width", "height"), [(8_001, 8_000), (30_000, 30_000)])
def test_picture_of_very_many_pixels_is_refused(width, height):
    assert refusal(png_of(width, height), "a.png") == (
        "pixels",
        "“a.png” has too many pixels. Make the picture smaller or scan it coarser.",
    )


def test_picture_with_a_damaged_piece_is_refused():
    content = bytearray(originals.image("PNG"))
    content[-20] ^= 0xFF

    assert refusal(bytes(content), "a.png")[0] == "damaged"


def test_large_photo_is_checked_in_little_memory():
    buffer = io.BytesIO()
    Image.new("L", (8_000, 7_999)).save(buffer, "JPEG")

    upload = SimpleUploadedFile("a.jpg", buffer.getvalue())

    assert files.recognise(upload, "a.jpg").label == "jpg"
