"""How items and study sections name an article: `ports-law:15.2`, and how that is read aloud."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from examapp.core.refusals import N_, Fault, Invalid

_NUMBER = r"[1-9][0-9]{0,3}"  # no leading zero: one place has one spelling
PATTERN = re.compile(
    rf"(?P<law>[a-z0-9-]+):(?P<article>preamble|{_NUMBER}(?:-{_NUMBER})?)"
    rf"(?:\.(?P<paragraph>{_NUMBER}))?(?:\((?P<item>{_NUMBER})\))?"
)
INLINE = re.compile(r"\[\[(" + PATTERN.pattern + r")\]\]")

_DIGITS = "零一二三四五六七八九"


@dataclass(frozen=True, order=True)
class Citation:
    """An article of a law, with paragraph (款) and item (项) where one is meant."""

    law: str
    article: str
    paragraph: int | None = None
    item: int | None = None

    def __str__(self) -> str:
        paragraph = f".{self.paragraph}" if self.paragraph else ""
        item = f"({self.item})" if self.item else ""
        return f"{self.law}:{self.article}{paragraph}{item}"

    @property
    def article_key(self) -> tuple[str, str]:
        """Law and article: what an item and a section have in common."""
        return self.law, self.article


def parse(text: str) -> Citation:
    """Read `law:article[.paragraph][(item)]`; Invalid names what is wrong with it."""
    match = PATTERN.fullmatch(text.strip())
    if not match:
        words = N_('"%(text)s" is not a citation: write law:article, such as constitution:33.2')
        raise Invalid([Fault("", words, {"text": text})])
    paragraph, item = match["paragraph"], match["item"]
    return Citation(
        match["law"],
        match["article"],
        int(paragraph) if paragraph else None,
        int(item) if item else None,
    )


def parse_all(texts: Iterable[str]) -> tuple[tuple[Citation, ...], list[Fault]]:
    """The citations among the texts, blank ones left out, and a fault for each that is none."""
    found: list[Citation] = []
    faults: list[Fault] = []
    for text in texts:
        try:
            found += [parse(text)] if text.strip() else []
        except Invalid as invalid:
            faults += [Fault("cites", fault.words, fault.facts) for fault in invalid.faults]
    return tuple(found), faults


def numeral(number: int) -> str:
    """A whole number from 1 to 9999 in Chinese, as articles are numbered: 120 is 一百二十."""
    if not 1 <= number <= 9999:
        raise ValueError(f"no article is numbered {number}")
    said, gap = "", False
    for unit, word in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            said += ("零" if gap and said else "") + _DIGITS[digit] + word
        gap = not digit
    return said[1:] if said.startswith("一十") else said


def spoken_zh(citation: Citation) -> str:
    """The place within the law in Chinese: 第一百二十条之一第二款第（三）项."""
    if citation.article == "preamble":
        return "序言"
    number, _, extra = citation.article.partition("-")
    said = f"第{numeral(int(number))}条" + (f"之{numeral(int(extra))}" if extra else "")
    if citation.paragraph:
        said += f"第{numeral(citation.paragraph)}款"
    return said + (f"第（{numeral(citation.item)}）项" if citation.item else "")


def spoken_en(citation: Citation) -> str:
    """The place within the law in English: Article 120-1, paragraph 2, item 3."""
    if citation.article == "preamble":
        return "Preamble"
    said = f"Article {citation.article}"
    if citation.paragraph:
        said += f", paragraph {citation.paragraph}"
    return said + (f", item {citation.item}" if citation.item else "")
