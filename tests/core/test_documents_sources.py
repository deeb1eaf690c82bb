"""What a paper may open, and the typeface that it needs."""

import shutil
from pathlib import Path

import pytest
from weasyprint import HTML
from weasyprint.urls import FatalURLFetchingError

from core.documents import fonts
from core.documents.checks import typeface_is_complete
from core.documents.fetcher import AddressRefused, PaperFetcher

RECORDS = {"photo": ("image/png", b"bytes of the photo")}


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "file:/etc/passwd",
        "FILE:///etc/passwd",
        "/etc/passwd",
        "http://example.org/x.css",
        "https://example.org/x.css",
        "ftp://example.org/x.css",
        "data:text/css,p{}",
        "static:../manage.py",
        "static:documents/../../manage.py",
        "static:%2e%2e/manage.py",
        "static:/etc/passwd",
        "static://etc/passwd",
        "static:documents",
        "static:",
        "static:no-such-file.css",
        "font:../../etc/passwd",
        "font:comic",
        "record:another",
        "record:",
        "",
    ],
)
def test_refuses_what_is_not_the_papers(address: str) -> None:
    with pytest.raises(AddressRefused):
        PaperFetcher(RECORDS).fetch(address)


def test_opens_static_files_fonts_and_records() -> None:
    fetcher = PaperFetcher(RECORDS)
    style = fetcher.fetch("static:documents/paper.css")
    assert (style.content_type, b"@page" in style.read()) == ("text/css", True)
    assert fetcher.fetch("font:regular").read()[:4] == b"\x00\x01\x00\x00"
    photo = fetcher.fetch("record:photo")
    assert (photo.content_type, photo.read()) == RECORDS["photo"]


@pytest.mark.parametrize(
    "markup",
    [
        "<img src='file:///etc/passwd'>",
        "<link rel=stylesheet href='http://127.0.0.1:9/x.css'>",
        "<p style='background: url(file:///etc/passwd)'>x</p>",
        "<object data='file:///etc/passwd'></object>",
        "<style>@import 'file:///etc/passwd';</style>",
    ],
)
def test_a_template_that_names_something_else_ends_the_rendering(markup: str) -> None:
    with pytest.raises(FatalURLFetchingError):
        HTML(string=markup, url_fetcher=PaperFetcher({})).write_pdf()


def test_this_machine_has_the_typeface_with_every_vietnamese_letter() -> None:
    faces = fonts.faces()
    assert {name: path.name for name, path in faces.items()} == fonts.FACES
    assert [fonts.missing_letters(path) for path in faces.values()] == [set()] * 4
    assert typeface_is_complete() == []


def test_there_are_134_vietnamese_letters_beside_the_latin_ones() -> None:
    assert len({letter for letter in fonts.VIETNAMESE if not letter.isascii()}) == 134


def test_an_incomplete_set_of_files_is_passed_over(tmp_path: Path) -> None:
    for folder, faces in (("a", ["regular", "bold"]), ("b", list(fonts.FACES))):
        (tmp_path / folder).mkdir()
        for face in faces:
            shutil.copy(fonts.faces()[face], tmp_path / folder)
    assert fonts.find_faces([tmp_path])["regular"].parent == tmp_path / "b"


def test_a_typeface_without_vietnamese_letters_is_refused(tmp_path: Path) -> None:
    """Under the right names, but with the glyphs of another kind of font."""
    mono = next(Path("/usr/share/fonts").rglob("d050000l.*"), None) or _font_without(tmp_path)
    for name in fonts.FACES.values():
        shutil.copy(mono, tmp_path / name)
    assert "ế" in fonts.missing_letters(tmp_path / fonts.FACES["regular"])
    with pytest.raises(fonts.FontsMissing):
        fonts.find_faces([tmp_path])


def _font_without(folder: Path) -> Path:
    from fontTools import subset

    source = fonts.faces()["regular"]
    target = folder / "ascii.ttf"
    subset.main([str(source), "--unicodes=U+0020-007E", f"--output-file={target}"])
    return target


def test_a_server_without_the_typeface_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fonts, "DIRECTORIES", (tmp_path,))
    fonts.faces.cache_clear()
    try:
        (error,) = typeface_is_complete()
    finally:
        fonts.faces.cache_clear()
    assert error.id == "core.E030"
    assert "fonts-liberation2" in error.msg
    assert str(tmp_path) in error.msg
