"""content/laws.yaml, topics.yaml and posts.yaml: what the platform knows by code."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from examapp.core.citations import Citation
from examapp.core.law.titles import title_key
from examapp.library.faults import FileFault
from examapp.library.law_register import RegisteredEdition, RegisteredLaw, read_law
from examapp.library.yaml_fields import Fields, WrongFieldError
from examapp.library.yaml_lines import BadYamlError, Document, read

__all__ = [
    "NamedCode", "RegisteredEdition", "RegisteredLaw", "Registers", "citation_faults",
    "read_registers",
]  # fmt: skip

T = TypeVar("T", "NamedCode", RegisteredLaw)


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

    def by_title(self, title: str) -> RegisteredLaw | None:
        """The law of that full or short Chinese title, however it is dressed up."""
        return self._by_title.get(title_key(title))

    @cached_property
    def _by_title(self) -> Mapping[str, RegisteredLaw]:
        laws = self.laws.values()
        short = {title_key(law.short_title["zh"]): law for law in laws}
        return short | {title_key(law.title["zh"]): law for law in laws}


def read_registers(content: Path) -> Registers:
    """Read the three registers, with every fault in them."""
    faults: list[FileFault] = []
    topics = _read(content / "topics.yaml", _named, faults)
    posts = _read(content / "posts.yaml", _named, faults)
    laws = _read(content / "laws.yaml", read_law, faults, lambda law: _strangers(law, posts))
    for topic in topics:
        if "." in topic and topic.rpartition(".")[0] not in topics:
            words = f"{topic}: the topic above it is missing"
            faults.append(FileFault(f"{content.name}/topics.yaml", 1, words))
    return Registers(laws, topics, posts, tuple(sorted(faults)))


def _read(
    path: Path,
    make: Callable[[Document, int], T],
    faults: list[FileFault],
    strangers: Callable[[T], Iterator[str]] = lambda _entry: iter(()),
) -> dict[str, T]:
    name = f"{path.parent.name}/{path.name}"
    try:
        document = read(path)
    except (BadYamlError, FileNotFoundError) as error:
        faults.append(FileFault(name, getattr(error, "line", 1), str(error)))
        return {}
    found: dict[str, T] = {}
    for index, data in enumerate(document.data or []):
        called = data.get("id") if isinstance(data, dict) else None
        called = called or f"entry {index + 1}"
        try:
            entry = make(document, index)
        except WrongFieldError as error:
            faults.append(FileFault(name, error.line, f"{called}: {error.words}"))
            continue
        line = document.line(index)
        if entry.code in found:
            faults.append(FileFault(name, line, f"{entry.code} stands here twice"))
        faults += [FileFault(name, line, f"{called}: {words}") for words in strangers(entry)]
        found[entry.code] = entry
    return found


def _named(document: Document, index: int) -> NamedCode:
    fields = Fields(document, index, known=("id", "title"))
    return NamedCode(fields.text("id"), fields.both("title"))


def _strangers(law: RegisteredLaw, posts: Mapping[str, NamedCode]) -> Iterator[str]:
    for post in law.posts:
        if post not in posts:
            yield f'content/posts.yaml knows no post "{post}"'


def citation_faults(registers: Registers, cites: tuple[Citation, ...]) -> Iterator[str]:
    """What is wrong with citations as far as the register of laws can tell."""
    for cite in cites:
        law = registers.laws.get(cite.law)
        if law is None:
            yield f'"{cite}": content/laws.yaml knows no law "{cite.law}"'
        elif not law.has(cite):
            yield f'"{cite}": {law.short_title["en"]} has {law.editions[-1].articles} articles'
