"""Terms that are called the same everywhere: what the English of a Chinese text must say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from examapp.core.citations import INLINE

_NAMED = re.compile(r"《([^《》]+)》")


@dataclass(frozen=True)
class Term:
    """A Chinese term, the beginnings of English words for it, and words that are not used."""

    chinese: str
    english: tuple[str, ...]
    never: tuple[str, ...] = ()


@dataclass(frozen=True)
class Glossary:
    """All terms, and by which English names the laws are called, by Chinese name."""

    terms: tuple[Term, ...] = ()
    laws: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def faults(self, chinese: str, english: str) -> Iterator[str]:
        """Where the English departs from what the Chinese terms and names of laws are called."""
        said = _plain(english)
        left = _NAMED.sub("\n", chinese)
        for term in self.terms:
            # A longer term stands before the ones within it, and takes its characters with it.
            if term.chinese not in left:
                continue
            left = left.replace(term.chinese, "\n")
            if not any(word in said for word in term.english):
                yield f"{term.chinese} is called {' or '.join(term.english)} in English"
            for word in term.never:
                if word in said:
                    yield f'{term.chinese} is not called "{word}" in English'
        yield from self._laws_otherwise(chinese, said)

    def _laws_otherwise(self, chinese: str, said: str) -> Iterator[str]:
        for name in dict.fromkeys(_NAMED.findall(chinese)):
            called = self.laws.get(name)
            if called and not any(_plain(one) in said for one in called):
                yield f"《{name}》 is called {called[-1]} in English"


def _plain(english: str) -> str:
    return " ".join(english.lower().replace("’", "'").split())


def glossary(terms: Iterable[Term], laws: dict[str, tuple[str, ...]]) -> Glossary:
    """A glossary whose longer terms stand first."""
    plain = [
        Term(term.chinese, tuple(map(_plain, term.english)), tuple(map(_plain, term.never)))
        for term in terms
    ]
    return Glossary(tuple(sorted(plain, key=lambda term: -len(term.chinese))), laws)


def without_references(text: str) -> str:
    """A guide's text without its [[law:article]] references, which a page puts into words."""
    return INLINE.sub("", text)
