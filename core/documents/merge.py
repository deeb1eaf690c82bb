"""Several tagged PDF files as one, with one tree of tags and one of bookmarks.

Libraries that join pages leave both behind; a paper without tags cannot be read aloud. They are
joined here as ISO 32000-1 describes them: bookmarks in 12.3.3, tags in 14.7.
"""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from pikepdf import ObjectStreamMode, Pdf


def merged(files: Sequence[bytes]) -> bytes:
    """The pages of all files, in order, as one file with the metadata of the first."""
    if len(files) == 1:
        return files[0]
    target = BytesIO()
    with Pdf.open(BytesIO(files[0])) as whole:
        for file in files[1:]:
            with Pdf.open(BytesIO(file)) as part:
                _append(whole, part)
        whole.save(target, object_stream_mode=ObjectStreamMode.generate, deterministic_id=True)
    return target.getvalue()


def _append(whole: Pdf, part: Pdf) -> None:
    before = len(whole.pages)
    # First the pages: what is copied after them points to the copies.
    whole.pages.extend(part.pages)
    for index in range(before, len(whole.pages)):
        whole.pages[index].obj.StructParents = index
    _adopt_tags(whole.Root.StructTreeRoot, whole.copy_foreign(part.Root.StructTreeRoot), before)
    if "/Outlines" in part.Root:
        _adopt_bookmarks(whole.Root.Outlines, whole.copy_foreign(part.Root.Outlines))


def _adopt_tags(tree: Any, other: Any, before: int) -> None:
    """Hang the other's elements below this tree's document; `before` pages precede the other's."""
    (document,), (others_document,) = tree.K, other.K
    for element in others_document.K:
        element.P = document
        document.K.append(element)
    numbers = iter(other.ParentTree.Nums)
    for page, elements in zip(numbers, numbers, strict=True):
        tree.ParentTree.Nums.extend([int(page) + before, elements])


def _adopt_bookmarks(outline: Any, other: Any) -> None:
    """Chain the other's bookmarks behind this outline's."""
    outline.Last.Next, other.First.Prev = other.First, outline.Last
    outline.Last = other.Last
    outline.Count += other.Count
    bookmark = other.First
    while bookmark is not None:
        bookmark.Parent = outline
        bookmark = bookmark.get("/Next")
