"""Reading YAML so that every value knows the line it stands on.

PyYAML's own loaders forget where a value came from; here the node tree is turned into plain Python
values and, beside them, a table from each value's path to its line. Stricter than YAML itself: a
key is text and stands once in its mapping.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from core.data_files import DataFilesRefused, Fault

# PyYAML brings libyaml on the usual platforms; it composes ten times as fast.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

#: Where a value stands in its file: keys and list indexes from the top, `("targets", 3, "quote")`.
Place = tuple[str | int, ...]


class PlanFilesRefused(DataFilesRefused):
    """The plan files are not loaded."""


@dataclass(frozen=True, slots=True)
class YamlFile:
    """The content of one file, and the line of each of its values."""

    name: str
    data: Any
    lines: Mapping[Place, int]

    def line_of(self, place: Place) -> int:
        """The line of a value, or of the nearest thing around it that the file has."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)


def read(path: Path) -> YamlFile:
    """Read one YAML file.

    Raises:
        PlanFilesRefused: it is no UTF-8, no YAML, or uses a key twice or a key that is no text.
    """
    return parse(path.name, path.read_bytes())


def parse(name: str, content: bytes) -> YamlFile:
    """Read the content of a YAML file, which faults call `name`.

    Raises:
        PlanFilesRefused: as `read`.
    """
    try:
        root = yaml.compose(content.decode("utf-8"), Loader=_LOADER)
    except UnicodeDecodeError as error:
        raise PlanFilesRefused([Fault(name, 1, f"not UTF-8: {error.reason}")]) from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise PlanFilesRefused([Fault(name, line, f"not YAML: {error.problem}")]) from error
    except yaml.YAMLError as error:
        raise PlanFilesRefused([Fault(name, 1, f"not YAML: {error}")]) from error
    reader = _Reader(name)
    try:
        data = reader.value(root, ()) if root is not None else None
    except RecursionError as error:
        raise PlanFilesRefused([Fault(name, 1, "not YAML: nested too deeply")]) from error
    if reader.faults:
        raise PlanFilesRefused(reader.faults)
    return YamlFile(name, data, reader.lines)


class _Reader:
    """Walks a node tree once, collecting values, lines and faults."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.lines: dict[Place, int] = {}
        self.faults: list[Fault] = []
        self._scalars = yaml.constructor.SafeConstructor()

    def value(self, node: yaml.Node, place: Place) -> Any:
        """The Python value of a node; its line and those below it are noted on the way."""
        self.lines.setdefault(place, node.start_mark.line + 1)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*place, i)) for i, item in enumerate(node.value)]
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, place)
        try:
            return self._scalars.construct_object(node)
        except (yaml.YAMLError, ValueError) as error:
            self._refuse(node, f"cannot be read: {error}")
            return None

    def _mapping(self, node: yaml.MappingNode, place: Place) -> dict[str, Any]:
        """A mapping with its keys as written: YAML 1.1 would read the key `on` as true."""
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = key_node.value
            if not isinstance(key_node, yaml.ScalarNode):
                self._refuse(key_node, "a key must be text")
            elif key in found:
                self._refuse(key_node, f"{key} is given twice")
            else:
                self.lines[*place, key] = key_node.start_mark.line + 1
                found[key] = self.value(value_node, (*place, key))
        return found

    def _refuse(self, node: yaml.Node, reason: str) -> None:
        self.faults.append(Fault(self.file, node.start_mark.line + 1, reason))
