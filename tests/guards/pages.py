"""What every page promises, found in its markup."""

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from typing import Any

import polib
from django.conf import settings

from tests.look.markup import inline

POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "frame-ancestors 'none'; form-action 'self'"
)
LARGEST = 100 * 1024
# Templates, translations and values that nobody filled in.
LEFT_OVER = re.compile(r"\{\{|\{%|%\(\w*|\bNone\b|\bundefined\b|\bNaN\b|__proxy__|<[A-Z]\w+: ")
WITHOUT_LABEL = {"hidden", "submit", "button", "reset", "image"}
UNSEEN = {"script", "style", "template", "noscript"}
VOID = {"input", "br", "img", "meta", "link", "hr", "col", "source", "wbr", "area", "base", "embed"}


@dataclass
class Markup(HTMLParser):
    """A page, read once."""

    html: str
    lang: str = ""
    title: str = ""
    headings: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    texts: list[tuple[str, str]] = field(default_factory=list)
    fields: list[tuple[dict[str, str], bool]] = field(default_factory=list)
    labels: set[str] = field(default_factory=set)
    cut: list[str] = field(default_factory=list)
    open: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note ids, fields, labels, and what the attributes say to people."""
        said = {name: value or "" for name, value in attrs}
        if tag == "html":
            self.lang = said.get("lang", "")
        if tag == "h1":
            self.headings.append("")
        if "id" in said:
            self.ids.append(said["id"])
        if tag == "label" and "for" in said:
            self.labels.add(said["for"])
        asks = tag in ("input", "select", "textarea") and "hidden" not in said
        if tag == "textarea" and "maxlength" in said:
            self.cut.append(said.get("name", ""))
        if asks and said.get("type") not in WITHOUT_LABEL:
            self.fields.append((said, self._inside("label")))
        for name in ("title", "placeholder", "aria-label", "alt"):
            if said.get(name):
                self.texts.append((self._lang(said), said[name]))
        if tag not in VOID:
            self.open.append((tag, said))

    def handle_endtag(self, tag: str) -> None:
        """Leave a tag, with those inside it whose end may be left out."""
        if self._inside(tag):
            while self.open.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        """Note what is to be read, with its language."""
        text = " ".join(data.split())
        if not text or any(self._inside(tag) for tag in UNSEEN):
            return
        if self._inside("title") and not self._inside("svg"):
            self.title += text
        if self._inside("h1"):
            self.headings[-1] += text
        self.texts.append((self._lang({}), text))

    def _inside(self, tag: str) -> bool:
        return any(name == tag for name, _said in self.open)

    def _lang(self, own: dict[str, str]) -> str:
        around = [said["lang"] for _tag, said in self.open if "lang" in said]
        return own.get("lang") or (around[-1] if around else "")


@dataclass(frozen=True)
class Shown:
    """An answer with its body as text, how many questions the database was asked, and how many
    joins the widest of them had."""

    response: Any
    html: str
    queries: int = 0
    joins: int = 0

    @property
    def is_html(self) -> bool:
        """Whether it is a page, or part of one."""
        return str(self.response.headers.get("Content-Type", "")).startswith("text/html")


def policy_faults(shown: Shown) -> list[str]:
    """What breaks the policy of every answer: its header, and anything inline."""
    found = [f"inline: {what}" for what in inline(shown.html)]
    policy = shown.response.headers.get("Content-Security-Policy", "")
    if sorted(policy.split("; ")) != sorted(POLICY.split("; ")):
        found.append("policy")
    return found


def faults(shown: Shown, *, part: bool, language: str = "vi") -> list[str]:
    """What is wrong with a page, or with a `part` that htmx puts into one."""
    page = Markup(shown.html)
    found = policy_faults(shown)
    found += [f"id twice: {name}" for name, times in Counter(page.ids).items() if times > 1]
    found += [
        f"no label: {said}" for said, wrapped in page.fields if not _named(said, wrapped, page)
    ]
    found += [f"what is pasted is cut: {name}" for name in page.cut]
    found += [f"left over: {text}" for _lang, text in page.texts if LEFT_OVER.search(text)]
    found += [f"not translated: {text}" for text in untranslated(page, language)]
    if len(shown.html.encode()) > LARGEST:
        found.append(f"{len(shown.html.encode())} bytes")
    if not part:
        found += _frame_faults(page, language)
    return found


def _frame_faults(page: Markup, language: str) -> list[str]:
    found = []
    if page.lang != language:
        found.append(f"lang: {page.lang}")
    if len(page.headings) != 1 or not page.headings[0]:
        found.append(f"h1: {page.headings}")
    if not page.title.split("–")[0].strip() or " – " not in page.title:
        found.append(f"title: {page.title}")
    return found


def _named(said: dict[str, str], wrapped: bool, page: Markup) -> bool:
    """Whether a field has a label; one that is named by other elements names elements there are."""
    if said.get("aria-labelledby"):
        return set(said["aria-labelledby"].split()) <= set(page.ids)
    return wrapped or bool(said.get("aria-label")) or said.get("id") in page.labels


def untranslated(page: Markup, language: str) -> list[str]:
    """Texts of the page that are whole messages of the catalogue in its other language."""
    english, vietnamese = messages()
    wrong = english if language == "vi" else vietnamese
    return [text for lang, text in page.texts if lang in ("", language) and text in wrong]


@cache
def messages() -> tuple[frozenset[str], frozenset[str]]:
    """Whole messages without places for values, English and Vietnamese, that differ."""
    path = settings.BASE_DIR / "locale/vi/LC_MESSAGES/django.po"
    pairs = [
        (" ".join(entry.msgid.split()), " ".join(entry.msgstr.split()))
        for entry in polib.pofile(str(path))
        if not entry.obsolete and not entry.msgid_plural and "%" not in entry.msgid
    ]
    english = {msgid for msgid, _msgstr in pairs}
    vietnamese = {msgstr for _msgid, msgstr in pairs}
    return frozenset(english - vietnamese), frozenset(vietnamese - english)
