"""YAML with the line of every value, so that a fault can be found by the person who mends it."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

Path_ = tuple[Any, ...]
# libyaml reads ten times faster, but trusts its stack: only our own files are given to it.
_FAST = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader


class BadYamlError(Exception):
    """The file is not well-formed; `line` says where."""

    def __init__(self, line: int, why: str) -> None:
        self.line, self.why = line, why
        super().__init__(f"line {line}: {why}")


@dataclass(frozen=True)
class Document:
    """A file's data, and the line (from 1) on which each part of it begins."""

    data: Any
    lines: dict[Path_, int]

    def line(self, *path: Any) -> int:
        """The line of a part, or of the nearest part around it that exists."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read(path: Path) -> Document:
    """Read one file; BadYamlError where it is not UTF-8 or not YAML, or repeats a key."""
    try:
        return _parse(path.read_text(encoding="utf-8-sig"), _FAST)
    except UnicodeDecodeError as error:
        raise BadYamlError(1, f"not UTF-8 (byte {error.start})") from error


def parse(text: str) -> Document:
    """Read YAML from a text, whoever sent it."""
    return _parse(text, yaml.SafeLoader)


def _parse(text: str, kind: type[Any]) -> Document:
    try:
        loader = kind(text)
        node = loader.get_single_node()
        lines: dict[Path_, int] = {}
        data = _value(loader, node, (), lines) if node else None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        last = len(text.splitlines()) or 1  # the mark of what never ends lies behind the end
        raise BadYamlError(min(line, last), error.problem or "not YAML") from error
    except (yaml.YAMLError, ValueError) as error:
        raise BadYamlError(1, str(error)) from error
    return Document(data, lines)


def _value(loader: Any, node: yaml.Node, path: Path_, lines: dict[Path_, int]) -> Any:
    lines[path] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        return _mapping(loader, node, path, lines)
    if isinstance(node, yaml.SequenceNode):
        return [_value(loader, child, (*path, i), lines) for i, child in enumerate(node.value)]
    return loader.construct_object(node)


def _mapping(
    loader: Any, node: yaml.MappingNode, path: Path_, lines: dict[Path_, int]
) -> dict[Any, Any]:
    found: dict[Any, Any] = {}
    for key_node, value_node in node.value:
        key = _key(loader, key_node)
        if key in found:
            raise BadYamlError(key_node.start_mark.line + 1, f'the key "{key}" stands here twice')
        found[key] = _value(loader, value_node, (*path, key), lines)
        lines[(*path, key)] = key_node.start_mark.line + 1
    return found


def _key(loader: Any, node: yaml.Node) -> Any:
    """A key as its author means it: YAML 1.1 would read `on:` as true."""
    if node.tag == "tag:yaml.org,2002:bool":
        return node.value
    key = loader.construct_object(node, deep=True)
    if not isinstance(key, Hashable):
        raise BadYamlError(node.start_mark.line + 1, "a key is a word, not a list")
    return key
