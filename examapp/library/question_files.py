"""question_bank/<topic>/*.yaml: questions as people write them (docs/formats.md)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from examapp.core import citations, items
from examapp.core.items import Asks, Difficulty, ItemContent, Kind, Use
from examapp.core.refusals import Invalid
from examapp.library.faults import FileFault
from examapp.library.yaml_lines import BadYamlError, Document, parse, read

FIELDS = {
    "id",
    "kind",
    "difficulty",
    "use",
    "asks",
    "cites",
    "stem",
    "options",
    "key",
    "rationale",
    "enemies",
    "topic",
}
READINGS = "readings"


@dataclass(frozen=True)
class AuthoredItem:
    """An item as a file has it: its id, its content, and where it stands."""

    code: str
    content: ItemContent
    file: str
    line: int


@dataclass(frozen=True)
class Bank:
    """What was read from a folder: items and every fault, in file order."""

    items: tuple[AuthoredItem, ...]
    faults: tuple[FileFault, ...]


def read_bank(folder: Path) -> Bank:
    """Read all topics of a question bank; nothing stops at the first fault."""
    found: list[AuthoredItem] = []
    faults: list[FileFault] = []
    for path in sorted(folder.glob("*/*.yaml")):
        if path.parent.name == READINGS:
            continue
        name = f"{folder.name}/{path.parent.name}/{path.name}"
        try:
            document = read(path)
        except BadYamlError as error:
            faults.append(FileFault(name, error.line, error.why))
            continue
        for item in read_items(document, name, path.parent.name):
            (found if isinstance(item, AuthoredItem) else faults).append(item)  # type: ignore[arg-type]
    return Bank(tuple(found), (*faults, *_repeated(found)))


def read_text(text: str, name: str) -> Bank:
    """Read items from one text in the file format, where each item names its topic."""
    try:
        document = parse(text)
    except BadYamlError as error:
        return Bank((), (FileFault(name, error.line, error.why),))
    read_ = list(read_items(document, name, None))
    found = tuple(item for item in read_ if isinstance(item, AuthoredItem))
    faults = tuple(item for item in read_ if isinstance(item, FileFault))
    return Bank(found, (*faults, *_repeated(found)))


def _repeated(found: Iterable[AuthoredItem]) -> Iterator[FileFault]:
    first: dict[str, AuthoredItem] = {}
    for item in found:
        known = first.setdefault(item.code, item)
        if known is not item:
            where = f"{known.file}:{known.line}"
            yield FileFault(
                item.file, item.line, f"item {item.code}: this id stands already in {where}"
            )


def read_items(
    document: Document, name: str, topic: str | None
) -> Iterator[AuthoredItem | FileFault]:
    """The items of one document, or the faults of those that are not well formed."""
    if not isinstance(document.data, list):
        yield FileFault(name, 1, "a question file is a list of items, each beginning with '- id:'")
        return
    for index, data in enumerate(document.data):
        yield from _read_item(document, name, topic, index, data)


def _read_item(
    document: Document, name: str, topic: str | None, index: int, data: Any
) -> Iterator[AuthoredItem | FileFault]:
    code = data.get("id") if isinstance(data, dict) else None
    line = document.line(index)
    if not isinstance(code, str) or not code:
        yield FileFault(name, line, "an item needs an id, such as penalties-017")
        return
    wrong = list(_shape_faults(data, topic))
    if not wrong:
        try:
            content = _content(data, topic or data["topic"])
        except Invalid as error:
            wrong = [(("cites",), str(fault)) for fault in error.faults]
        else:
            wrong = [((_field(f.place),), str(f)) for f in items.faults(content)]
            if not wrong:
                yield AuthoredItem(code, content, name, line)
    for path, words in wrong:
        yield FileFault(name, document.line(index, *path), f"item {code}: {words}")


def _field(place: str) -> str:
    return "options" if place.startswith("option") else place


def _shape_faults(data: dict[str, Any], topic: str | None) -> Iterator[tuple[tuple[Any, ...], str]]:
    for field in sorted(set(data) - FIELDS):
        yield (field,), f'unknown field "{field}"'
    if topic is None and not isinstance(data.get("topic"), str):
        yield ("topic",), "topic is missing"
    if topic is not None and data.get("topic", topic) != topic:
        yield ("topic",), f"the item lies in the folder of topic {topic}"
    for field, values in (("kind", Kind), ("difficulty", Difficulty), ("use", Use), ("asks", Asks)):
        given = data.get(field, {"use": "exam", "asks": "recall"}.get(field))
        if given not in list(values):
            yield (field,), f'{field} is one of {", ".join(values)}, not "{given}"'
    for field in ("stem", "rationale"):
        yield from _text_faults((field,), data.get(field))
    yield from _option_faults(data)
    for field in ("cites", "enemies"):
        given = data.get(field, [])
        if not isinstance(given, list) or not all(isinstance(entry, str) for entry in given):
            yield (field,), f"{field} is a list of texts"
    yield from _key_faults(data)


def _text_faults(path: tuple[Any, ...], text: Any) -> Iterator[tuple[tuple[Any, ...], str]]:
    said = " ".join(str(part) for part in path)
    if not isinstance(text, dict):
        yield path, f"{said} needs a text in zh and in en"
        return
    for language, words in text.items():
        if language not in items.LANGUAGES or not isinstance(words, str):
            yield (*path, language), f"{said}: {language} is not a text in zh or en"


def _option_faults(data: dict[str, Any]) -> Iterator[tuple[tuple[Any, ...], str]]:
    options = data.get("options")
    if data.get("kind") == Kind.JUDGEMENT:
        if options is not None:
            yield ("options",), "a true/false item has no options of its own"
        return
    if not isinstance(options, dict):
        yield ("options",), "options are A, B, C, ... each with zh and en"
        return
    for letter, text in options.items():
        if not isinstance(letter, str) or letter not in "ABCDEF" or len(letter) != 1:
            yield ("options", letter), f'an option is named A to F, not "{letter}"'
        yield from _text_faults(("options", letter), text)


def _key_faults(data: dict[str, Any]) -> Iterator[tuple[tuple[Any, ...], str]]:
    key = data.get("key")
    if data.get("kind") == Kind.JUDGEMENT:
        if not isinstance(key, bool):
            yield ("key",), "the key of a true/false item is true or false"
    elif not isinstance(key, list) or not all(isinstance(letter, str) for letter in key):
        yield ("key",), "key is a list of option letters, such as [B]"
    elif len(set(key)) < len(key):
        yield ("key",), "key names an option twice"


def _content(data: dict[str, Any], topic: str) -> ItemContent:
    kind = Kind(data["kind"])
    judgement = kind is Kind.JUDGEMENT
    options = (
        items.JUDGEMENT_OPTIONS
        if judgement
        else tuple((letter, _tidy(text)) for letter, text in data["options"].items())
    )
    return ItemContent(
        topic=topic,
        kind=kind,
        difficulty=Difficulty(data["difficulty"]),
        use=Use(data.get("use", Use.EXAM)),
        asks=Asks(data.get("asks", Asks.RECALL)),
        stem=_tidy(data["stem"]),
        options=options,
        key=frozenset([str(data["key"]).lower()] if judgement else data["key"]),
        rationale=_tidy(data["rationale"]),
        cites=tuple(citations.parse(cite) for cite in data.get("cites", [])),
        enemies=frozenset(data.get("enemies", [])),
    )


def _tidy(text: dict[str, str]) -> dict[str, str]:
    return {language: words.strip() for language, words in text.items()}


def write_items(entries: Iterable[tuple[str, ItemContent]]) -> str:
    """Items in the file format, each with its topic; `read_text` reads an equal content back."""
    return yaml.safe_dump(
        [_as_file(code, content) for code, content in entries],
        allow_unicode=True,
        sort_keys=False,
        width=100,
    )


def _as_file(code: str, content: ItemContent) -> dict[str, Any]:
    data = content.as_data()
    judgement = content.kind is Kind.JUDGEMENT
    entry: dict[str, Any] = {"id": code, "topic": content.topic}
    entry |= {
        field: data[field] for field in ("kind", "difficulty", "use", "asks", "cites", "stem")
    }
    if not judgement:
        entry["options"] = dict(data["options"])
    entry["key"] = content.key == {items.TRUE} if judgement else data["key"]
    entry["rationale"] = data["rationale"]
    if content.enemies:
        entry["enemies"] = data["enemies"]
    return entry
