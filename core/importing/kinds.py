"""Kinds of lists that can be brought in; a domain app declares its own when it starts."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from import_export import resources

from core.importing.columns import Line, Progress
from core.journal import HasKey
from core.models import Import
from core.workflow import Verdict


@dataclass(frozen=True)
class Place:
    """What a list is brought into: its key, its name, its page."""

    key: int
    name: str
    url: str


@dataclass
class Staged:
    """A row as it goes into staging; the names are those of `core.models.ImportRow`.

    Attributes:
        line: as the sheet counts, from 1; 0 of what is not in the file.
        errors: sentences by the name of the resource's field.
    """

    line: int
    outcome: str
    label: str
    key: int | None = None
    data: dict[str, Any] = field(default_factory=dict)
    changes: list[tuple[str, str, str]] = field(default_factory=list)
    before: dict[str, Any] | None = None
    errors: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Compared:
    """What a file would do: its rows, and the state of what they were compared with."""

    rows: Iterable[Staged]
    seen: dict[str, Any]


#: The choice that leaves a row out; it is offered of every row that is asked.
LEAVE = "leave"


class ImportKind(ABC):
    """A kind of list: where it may be brought in, its columns, and what its rows do.

    Attributes:
        code: as the rows name it; never changed.
        label: what the list is, in words; also the name of the sheet in the template.
        asks_reason: whether it holds personal data, so that bringing it in and taking it out for
            editing asks why.
    """

    code: str
    label: Any
    asks_reason: bool = False

    @abstractmethod
    def places(self, user: Any) -> Sequence[Place]:
        """Where `user` may bring such a list in."""

    @abstractmethod
    def place(self, user: Any, key: int) -> Place | None:
        """One of them; None where `user` may not."""

    @abstractmethod
    def resource(self, key: int) -> resources.Resource:
        """The columns of a list for a place, each a `columns.ListColumn`."""

    @abstractmethod
    def known(self, user: Any, key: int, reason: str) -> list[Any]:
        """What the portal knows, for the template: rows that `resource` exports. Journals the
        export. Raises Refused."""

    @abstractmethod
    def compare(self, subject: Import, lines: Iterable[Line]) -> Compared:
        """What the lines would do; nothing is written. Raises Refused."""

    @abstractmethod
    def write(self, subject: Import, progress: Progress) -> None:
        """Write the staged rows, inside an act. Raises Refused where anything has changed since
        they were compared."""

    @abstractmethod
    def undo(self, subject: Import, progress: Progress) -> None:
        """Take back what was written, inside an act. Raises Refused where something was built on
        it."""

    @abstractmethod
    def may(self, user: Any, subject: Import) -> Verdict:
        """Whether `user` may still write what the import holds, and if not, why not."""

    @abstractmethod
    def right(self, user: Any, subject: Import) -> HasKey | None:
        """The appointment in whose right it is written."""

    @abstractmethod
    def is_open(self, user: Any, subject: Import) -> bool:
        """Whether `user` may see the values of the rows now."""

    @abstractmethod
    def open(self, user: Any, subject: Import, reason: str) -> None:
        """Open the values to `user`, saying why, where that is asked. Raises Refused."""


KINDS: dict[str, ImportKind] = {}


def declare(*kinds: ImportKind) -> None:
    """Make kinds known; a domain app calls it once, when it starts.

    Raises:
        ValueError: a code is taken by another kind.
    """
    for kind in kinds:
        if type(KINDS.get(kind.code, kind)) is not type(kind):
            raise ValueError(f"two kinds of list are called {kind.code}")
        KINDS[kind.code] = kind
