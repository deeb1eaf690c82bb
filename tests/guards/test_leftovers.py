"""Nothing is left lying about: templates, static files, icons and tag libraries are all used."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.template import engines
from django.template.base import Lexer, TokenType

ROOT: Path = settings.BASE_DIR
TEMPLATES = ROOT / "templates"
STATIC = ROOT / "static"
APPS = ("core", "accounts", "units", "campaign", "criteria", "awards", "reports")
# Templates that are named by their stem alone, in the module that puts the address together.
BY_STEM = {"core/documents/": "core/documents/html.py"}


def sources() -> Iterator[tuple[str, str]]:
    """Every file that may name a template or a static file, with its text."""
    for folder in (*APPS, "templates", "static", "script"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in (".py", ".html", ".css", ".js") and "migrations" not in path.parts:
                yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")


def unnamed(files: list[str], root: str, texts: list[tuple[str, str]]) -> list[str]:
    """Files below `root` that nothing but themselves names."""
    return [
        name
        for name in files
        if not any(_names(path, text, name) for path, text in texts if path != f"{root}/{name}")
    ]


def _names(path: str, text: str, name: str) -> bool:
    stem = f'"{Path(name).stem}"'
    by_stem = any(name.startswith(below) and path == at for below, at in BY_STEM.items())
    return name in text or (by_stem and stem in text)


def below(folder: Path) -> list[str]:
    """The files below a folder, as they are named."""
    return [str(p.relative_to(folder)) for p in sorted(folder.rglob("*")) if p.is_file()]


def unused_libraries(source: str) -> list[str]:
    """Tag libraries, or single names of one, that a template loads and does not use."""
    code = (TokenType.BLOCK, TokenType.VAR)
    tokens = [t for t in Lexer(source).tokenize() if t.token_type in code]
    used = {t.contents.split()[0] for t in tokens if t.token_type == TokenType.BLOCK}
    used |= {name for t in tokens for name in re.findall(r"\|\s*(\w+)", t.contents)}
    found = []
    for token in tokens:
        match token.contents.split():
            case ["load", *names, "from", _library]:
                found += [name for name in names if name not in used]
            case ["load", *libraries]:
                found += [name for name in libraries if not used & gives(name)]
    return found


def gives(library: str) -> set[str]:
    """The tags and filters of a library."""
    loaded = engines["django"].engine.template_libraries[library]  # type: ignore[attr-defined]
    return {*loaded.tags, *loaded.filters}


def test_every_template_is_used() -> None:
    assert unnamed(below(TEMPLATES), "templates", list(sources())) == []


def test_every_static_file_is_used() -> None:
    texts = list(sources())
    # A style sheet names its neighbours from where it stands.
    texts += [(f"{path}#", text.replace("../", "")) for path, text in texts if ".css" in path]
    assert unnamed(below(STATIC), "static", texts) == []


def test_a_file_that_nothing_names_is_caught() -> None:
    texts = [("a/b.py", 'render("used.html")'), ("templates/orphan.html", "orphan.html")]
    assert unnamed(["used.html", "orphan.html"], "templates", texts) == ["orphan.html"]


@pytest.mark.parametrize("name", below(TEMPLATES))
def test_every_library_that_a_template_loads_is_used(name: str) -> None:
    assert unused_libraries((TEMPLATES / name).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("source", "unused"),
    [
        ("{% load i18n %}{% translate 'x' %}", []),
        ("{% load i18n static %}{% translate 'x' %}", ["static"]),
        ("{% load humanize_not from i18n %}", ["humanize_not"]),
        ("{% load l10n %}{{ value|localize }}", []),
        ("{% load l10n %}{# {{ value|localize }} #}", ["l10n"]),
    ],
)
def test_a_library_that_is_not_used_is_caught(source: str, unused: list[str]) -> None:
    assert unused_libraries(source) == unused


def icons() -> list[str]:
    """The names of the drawn icons."""
    return re.findall(r'id="([\w-]+)"', (STATIC / "img/icons.svg").read_text(encoding="utf-8"))


def test_every_icon_is_drawn_somewhere() -> None:
    texts = [text for path, text in sources() if not path.endswith(".css")]
    quoted = {name for text in texts for name in re.findall(r"[\"'#]([\w-]+)[\"']", text)}
    assert [name for name in icons() if name.removeprefix("icon-") not in quoted] == []
