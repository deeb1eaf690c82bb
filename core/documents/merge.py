"""Several tagged PDF files as one, with one tree of structure.

pypdf joins pages, fonts and bookmarks but leaves the tags behind; a paper without them cannot
be read aloud. The trees are joined here, as ISO 32000-1, 14.7 describes them.
"""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from pypdf import PdfReader, PdfWriter
from pypdf.generic import NameObject, NumberObject


def merged(files: Sequence[bytes]) -> bytes:
    """The pages of all files, in order, as one file with the metadata of the first."""
    if len(files) == 1:
        return files[0]
    writer = PdfWriter(clone_from=BytesIO(files[0]))
    for file in files[1:]:
        _append(writer, PdfReader(BytesIO(file)))
    target = BytesIO()
    writer.write(target)
    return target.getvalue()


def _append(writer: PdfWriter, reader: PdfReader) -> None:
    before = len(writer.pages)
    writer.append(reader)
    for index, page in enumerate(writer.pages[before:], start=before):
        page[NameObject("/StructParents")] = NumberObject(index)
    # The pages are known to the writer by now, so that the clone's elements point to them.
    tree = reader.root_object["/StructTreeRoot"].clone(writer)
    _adopt(writer.root_object["/StructTreeRoot"], tree, before)


def _adopt(tree: Any, other: Any, before: int) -> None:
    """Hang the content of the other tree into this one; `before` pages precede the other's."""
    document = _document(tree)
    for element in _document(other)["/K"]:
        element.get_object()[NameObject("/P")] = document.indirect_reference
        document["/K"].append(element)
    numbers = tree["/ParentTree"]["/Nums"]
    others = other["/ParentTree"]["/Nums"]
    for key, elements in zip(others[::2], others[1::2], strict=True):
        numbers.append(NumberObject(key + before))
        numbers.append(elements)


def _document(tree: Any) -> Any:
    return tree["/K"][0].get_object()
