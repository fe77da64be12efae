"""content/laws.yaml, topics.yaml and posts.yaml: what the platform knows by code."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from examapp.core.citations import Citation
from examapp.library.faults import FileFault
from examapp.library.yaml_lines import BadYamlError, read

T = TypeVar("T")


@dataclass(frozen=True)
class RegisteredEdition:
    """Facts of one edition of a law."""

    adopted: date
    effective: date
    articles: int
    chapters: int
    repealed: date | None = None


@dataclass(frozen=True)
class RegisteredLaw:
    """A law that matters here; the newest edition stands last."""

    code: str
    kind: str
    title: dict[str, str]
    short_title: dict[str, str]
    editions: tuple[RegisteredEdition, ...]

    def has(self, cite: Citation) -> bool:
        """Whether the newest edition can have the cited article."""
        if cite.article == "preamble":
            return self.code == "constitution"
        return 1 <= int(cite.article.partition("-")[0]) <= self.editions[-1].articles


@dataclass(frozen=True)
class NamedCode:
    """A topic or a post: a code and what people call it."""

    code: str
    title: dict[str, str]


@dataclass(frozen=True)
class Registers:
    """All registers of a content folder."""

    laws: dict[str, RegisteredLaw]
    topics: dict[str, NamedCode]
    posts: dict[str, NamedCode]
    faults: tuple[FileFault, ...]


def read_registers(content: Path) -> Registers:
    """Read the three registers, with every fault in them."""
    faults: list[FileFault] = []
    laws = _read(content / "laws.yaml", _law, faults)
    topics = _read(content / "topics.yaml", _named, faults)
    posts = _read(content / "posts.yaml", _named, faults)
    return Registers(laws, topics, posts, tuple(faults))


def _read(path: Path, make: Callable[[dict[str, Any]], T], faults: list[FileFault]) -> dict[str, T]:
    name = f"{path.parent.name}/{path.name}"
    try:
        document = read(path)
    except (BadYamlError, FileNotFoundError) as error:
        faults.append(FileFault(name, getattr(error, "line", 1), str(error)))
        return {}
    found: dict[str, T] = {}
    for index, data in enumerate(document.data or []):
        line = document.line(index)
        try:
            code, entry = data["id"], make(data)
        except (KeyError, TypeError, ValueError) as error:
            faults.append(FileFault(name, line, f"entry {index + 1}: missing or wrong: {error}"))
            continue
        if code in found:
            faults.append(FileFault(name, line, f"{code} stands here twice"))
        found[code] = entry
    return found


def _both(text: dict[str, str]) -> dict[str, str]:
    return {"zh": text["zh"], "en": text["en"]}


def _named(data: dict[str, Any]) -> NamedCode:
    return NamedCode(data["id"], _both(data["title"]))


def _law(data: dict[str, Any]) -> RegisteredLaw:
    editions = tuple(_edition(edition) for edition in data["editions"])
    if not editions:
        raise ValueError("a law needs an edition")
    return RegisteredLaw(
        data["id"],
        data["kind"],
        _both(data["title"]),
        _both(data["short"]),
        tuple(sorted(editions, key=lambda edition: edition.adopted)),
    )


def _edition(data: dict[str, Any]) -> RegisteredEdition:
    return RegisteredEdition(
        adopted=_day(data["adopted"]),
        effective=_day(data["effective"]),
        articles=int(data["articles"]),
        chapters=int(data["chapters"]),
        repealed=_day(data["repealed"]) if data.get("repealed") else None,
    )


def _day(value: Any) -> date:
    if not isinstance(value, date):
        raise ValueError(f"{value!r} is not a date")
    return value


def citation_faults(registers: Registers, cites: tuple[Citation, ...]) -> Iterator[str]:
    """What is wrong with citations as far as the register of laws can tell."""
    for cite in cites:
        law = registers.laws.get(cite.law)
        if law is None:
            yield f'"{cite}": content/laws.yaml knows no law "{cite.law}"'
        elif not law.has(cite):
            yield f'"{cite}": {law.short_title["en"]} has {law.editions[-1].articles} articles'
