"""Spellings of Vietnamese names: where the tones of a syllable may stand."""

import unicodedata

TONES = (
    "\N{COMBINING GRAVE ACCENT}",
    "\N{COMBINING ACUTE ACCENT}",
    "\N{COMBINING TILDE}",
    "\N{COMBINING HOOK ABOVE}",
    "\N{COMBINING DOT BELOW}",
)


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


# óa and oá, úy and uý: the same syllables, in the older and in the newer spelling.
OLDER_AND_NEWER = tuple(
    (_composed(first + tone + second), _composed(first + second + tone))
    for first, second in ("oa", "oe", "uy")
    for tone in TONES
)


def key(name: str) -> str:
    """Equal for names that differ only in capitals and in where tones stand (Hòa, Hoà)."""
    syllables = unicodedata.normalize("NFD", name.casefold()).split()
    return " ".join("".join(sorted(one, key=TONES.__contains__)) for one in syllables)


def spellings(words: str) -> set[str]:
    """`words` as written, and in lower case all in the older and all in the newer spelling."""
    older = newer = words.lower()
    for old, new in OLDER_AND_NEWER:
        older, newer = older.replace(new, old), newer.replace(old, new)
    return {words, older, newer}
