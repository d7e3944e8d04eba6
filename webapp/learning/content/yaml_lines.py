"""YAML that remembers its lines, so that what is wrong can be pointed at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

LONGEST = 1_000_000  # bytes of one file: far more than any module needs


class UnreadableFile(Exception):
    """A file that is not YAML, or not text at all; ``line`` is where it stops making sense."""

    def __init__(self, message: str, line: int = 1) -> None:
        super().__init__(message)
        self.line = line


class _Loader(yaml.SafeLoader):
    """YAML as people mean it: a key said twice is a mistake, and no anchors."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.events.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise UnreadableFile(
                "an asterisk at the start of a value means something else in YAML: put the value in quotes",
                mark.line + 1,
            )
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for key, _ in node.value:
            name = self.construct_object(key, deep=True)
            if name in seen:
                raise UnreadableFile(f"{name} stands here for the second time", key.start_mark.line + 1)
            seen.add(name)
        return super().construct_mapping(node, deep)


@dataclass(frozen=True, slots=True)
class Document:
    """What a file says, and where it says it."""

    path: Path
    data: Any
    root: yaml.Node | None

    def line(self, place: Iterable[str | int]) -> int:
        """The line of a value, named by the keys and numbers that lead to it, or of the nearest thing around it."""
        node, line = self.root, 1
        for step in place:
            found = None
            if isinstance(node, yaml.MappingNode):
                for key, value in node.value:
                    if key.value == str(step):
                        found, line = value, key.start_mark.line + 1
            elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
                found = node.value[step]
                line = found.start_mark.line + 1
            if found is None:
                break
            node = found
        return line


def read(path: Path) -> Document:
    """One YAML file.

    Raises:
        UnreadableFile: it is not there, too long, not UTF-8 or not YAML.
    """
    try:
        raw = path.read_bytes()
        if len(raw) > LONGEST:
            raise UnreadableFile(f"the file is longer than {LONGEST // 1000:,} kB")
        text = raw.decode("utf-8")
    except FileNotFoundError:
        raise UnreadableFile("there is no such file") from None
    except UnicodeDecodeError as error:
        raise UnreadableFile("the file is not UTF-8 text", raw[: error.start].count(b"\n") + 1) from None
    try:
        loader = _Loader(text)
        root = loader.get_single_node()
        data = None if root is None else loader.construct_document(root)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        said = error.problem or error.context or "this is not YAML"
        raise UnreadableFile(f"this is not YAML: {said}", mark.line + 1 if mark else 1) from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise UnreadableFile(f"this is not YAML: {error}") from None
    return Document(path, data, root)
