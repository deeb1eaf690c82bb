"""The Vietnamese catalogue: complete, without guesses, one translation for each term."""

import csv
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import polib
import pytest
from django.conf import settings

CATALOGUE = settings.BASE_DIR / "locale/vi/LC_MESSAGES/django.po"
GLOSSARY = settings.BASE_DIR / "locale/glossary.csv"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]")


def entries() -> list[polib.POEntry]:
    """The messages in use."""
    return [entry for entry in polib.pofile(str(CATALOGUE)) if not entry.obsolete]


def translations(entry: polib.POEntry) -> list[str]:
    """Every Vietnamese form of a message."""
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def terms() -> list[tuple[str, str]]:
    """English and Vietnamese terms of the glossary."""
    with GLOSSARY.open(encoding="utf-8", newline="") as file:
        return [(row["english"], row["vietnamese"]) for row in csv.DictReader(file)]


def breaches(found: list[polib.POEntry], glossary: list[tuple[str, str]]) -> list[str]:
    """Messages that name a term and translate it otherwise; the longest term decides."""
    wrong = []
    for entry in found:
        text = PLACEHOLDER.sub("", entry.msgid).lower()
        for english, vietnamese in sorted(glossary, key=lambda pair: -len(pair[0])):
            pattern = re.compile(rf"\b{re.escape(english)}s?\b")
            if pattern.search(text):
                text = pattern.sub("", text)
                if not all(vietnamese in form.lower() for form in translations(entry)):
                    wrong.append(f"{entry.msgid!r}: {english} → {vietnamese}, not {entry.msgstr!r}")
    return wrong


@pytest.fixture(scope="session")
def extracted(tmp_path_factory: pytest.TempPathFactory) -> set[tuple[str | None, str]]:
    """What the code and templates ask to be translated, extracted anew."""
    copy = tmp_path_factory.mktemp("catalogue") / "project"
    kept = ("core", "accounts", "units", "campaign", "criteria", "awards", "reports")
    for name in (*kept, "templates"):
        skip = shutil.ignore_patterns("data", "__pycache__", "migrations")
        shutil.copytree(settings.BASE_DIR / name, copy / name, ignore=skip)
    (copy / "locale/vi/LC_MESSAGES").mkdir(parents=True)
    subprocess.run(
        [sys.executable, "-m", "django", "makemessages", "--locale=vi", "--no-location"],
        cwd=copy,
        check=True,
        capture_output=True,
        env={"PATH": _path(), "PYTHONPATH": str(copy)},
    )
    fresh = polib.pofile(str(copy / "locale/vi/LC_MESSAGES/django.po"))
    return {(entry.msgctxt, entry.msgid) for entry in fresh}


def _path() -> str:
    return ":".join([str(Path(sys.executable).parent), "/usr/local/bin", "/usr/bin", "/bin"])


def test_every_message_of_the_project_is_in_the_catalogue(
    extracted: set[tuple[str | None, str]],
) -> None:
    kept = {(entry.msgctxt, entry.msgid) for entry in entries()}
    assert sorted(msgid for _context, msgid in extracted - kept) == []
    assert sorted(msgid for _context, msgid in kept - extracted) == []


def test_every_message_is_translated_for_certain() -> None:
    open_ones = [
        entry.msgid for entry in entries() if "fuzzy" in entry.flags or not all(translations(entry))
    ]
    assert open_ones == []


def test_translations_keep_the_places_of_values() -> None:
    wrong = [
        entry.msgid
        for entry in entries()
        for form in translations(entry)
        if not set(PLACEHOLDER.findall(form))
        <= set(PLACEHOLDER.findall(entry.msgid + (entry.msgid_plural or "")))
    ]
    assert wrong == []


def test_the_reader_is_not_addressed_as_a_friend() -> None:
    friendly = re.compile(r"\b(bạn|nhé)\b", re.IGNORECASE)
    found = [form for entry in entries() for form in translations(entry) if friendly.search(form)]
    assert found == []


def test_the_glossary_has_one_line_a_term() -> None:
    counted = Counter(english for english, _vietnamese in terms())
    assert [english for english, count in counted.items() if count > 1] == []


def test_a_term_is_translated_in_one_way() -> None:
    assert breaches(entries(), terms()) == []


def test_a_second_translation_of_a_term_is_caught() -> None:
    entry = polib.POEntry(msgid="Send the self-assessment", msgstr="Gửi bản tự chấm")
    assert breaches([entry], terms()) == [
        "'Send the self-assessment': self-assessment → tự đánh giá, not 'Gửi bản tự chấm'"
    ]
