"""What a visit of the table carries."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Ask:
    """What a visit carries: the parts of its address, its query, and what is posted."""

    args: tuple[Any, ...] = ()
    data: dict[str, Any] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)
