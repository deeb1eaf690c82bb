"""Where words stand: in every column of every table, and in every file on the disk."""

import contextlib
import html
import io
import unicodedata
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
from django.conf import settings
from django.db import connection

_COLUMNS = """
    SELECT c.table_name, c.column_name, c.data_type
    FROM information_schema.columns c
    JOIN information_schema.tables t USING (table_schema, table_name)
    WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE'
    ORDER BY 1, 2
"""


def in_tables(*words: str) -> set[str]:
    """`table.column` of each column that holds one of the words, whatever its type: as text, or
    inside what is kept as bytes."""
    found = set()
    with connection.cursor() as cursor:
        cursor.execute(_COLUMNS)
        for table, column, kind in cursor.fetchall():
            if kind == "bytea":
                cursor.execute(f'SELECT "{column}" FROM "{table}" WHERE "{column}" IS NOT NULL')
                held = any(_in_bytes(bytes(row[0]), words) for row in cursor.fetchall())
            else:
                like = " OR ".join([f'"{column}"::text ILIKE %s'] * len(words))
                cursor.execute(
                    f'SELECT 1 FROM "{table}" WHERE {like} LIMIT 1', [f"%{one}%" for one in words]
                )
                held = cursor.fetchone() is not None
            if held:
                found.add(f"{table}.{column}")
    return found


def on_disk(*words: str) -> list[str]:
    """The files of the portal that hold one of the words."""
    files = (one for one in sorted(Path(settings.MEDIA_ROOT).rglob("*")) if one.is_file())
    return [one.name for one in files if _in_bytes(one.read_bytes(), words)]


def _in_bytes(content: bytes, words: tuple[str, ...]) -> bool:
    texts = [unicodedata.normalize("NFC", text).casefold() for text in _texts(content)]
    return any(word.casefold() in text for word in words for text in texts)


def _texts(content: bytes) -> Iterator[str]:
    yield content.decode(errors="ignore")
    if content.startswith(b"PK"):
        with contextlib.suppress(zipfile.BadZipFile), zipfile.ZipFile(io.BytesIO(content)) as parts:
            for name in parts.namelist():
                yield html.unescape(parts.read(name).decode(errors="ignore"))
    if content.startswith(b"%PDF"):
        with contextlib.closing(pypdfium2.PdfDocument(content)) as document:
            for page in document:
                yield page.get_textpage().get_text_bounded()
