"""The body of a law: lines become headings, articles, points, the preamble and annexes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from examapp.core.law.numbers import article_label
from examapp.core.law.text import Heading, Level, Provision, ProvisionKind
from examapp.core.refusals import N_
from examapp.library.law_texts.findings import UnreadableError
from examapp.library.law_texts.lines import Line
from examapp.library.law_texts.patterns import Label, annex_at, article_at, heading_at, point_at
from examapp.library.law_texts.quotations import Quotations
from examapp.library.law_texts.typography import closed_up

MOST_PROVISIONS = 5000
TOO_MANY = N_("The file has more than %(most)s articles: no law has.")


@dataclass
class Draft:
    """A provision while its lines are gathered; `line` is where it begins."""

    kind: ProvisionKind
    key: str
    label: str
    line: int
    order: tuple[int, int] = (0, 0)
    title: str = ""
    lines: list[str] = field(default_factory=list)

    def finished(self) -> Provision:
        return Provision(self.kind, self.key, self.label, tuple(self.lines), self.title)


@dataclass
class Body:
    """What was read: entries in order, and notes (kind, line) about how."""

    entries: list[Heading | Draft] = field(default_factory=list)
    notes: list[tuple[str, int]] = field(default_factory=list)

    @property
    def drafts(self) -> list[Draft]:
        return [entry for entry in self.entries if isinstance(entry, Draft)]


class _Reader:
    """Goes through the lines once; knows the last article, point and annex."""

    def __init__(self, *, decides: bool, amends: bool) -> None:
        self.body = Body()
        self._decides = decides
        self._open: Draft | None = None
        self._kind: ProvisionKind | None = None
        self._last = (0, 0)
        self._annexes = 0
        self._headed: Heading | None = None
        self._quotations = Quotations(amends=amends)

    def read(self, line: Line) -> None:
        takes = (self._annex, self._article, self._point, self._heading, self._preamble)
        if not any(take(line) for take in takes):
            self._text(line)
        self._quotations.read(line.text)

    def _begin(self, draft: Draft, words: str) -> bool:
        if len(self.body.entries) >= MOST_PROVISIONS:
            raise UnreadableError(TOO_MANY, most=MOST_PROVISIONS)
        self._open, self._headed = draft, None
        self.body.entries.append(draft)
        if words:
            draft.lines.append(words)
        return True

    def _article(self, line: Line) -> bool:
        if self._kind is ProvisionKind.POINT or not (label := article_at(line.text)):
            return False
        if not self._is_article(label, line):
            return False
        self._kind, self._last = ProvisionKind.ARTICLE, label.order
        if label.mended or label.loose:
            self.body.notes.append(("label", line.number))
        number, extra = label.order
        key = f"{number}-{extra}" if extra else str(number)
        draft = Draft(ProvisionKind.ARTICLE, key, article_label(key), line.number, label.order)
        return self._begin(draft, label.rest)

    def _is_article(self, label: Label, line: Line) -> bool:
        """In its turn; or out of turn, but neither quoted nor in an annex nor glued to words."""
        number, extra = self._last
        following = label.order in ((number + 1, 0), (number, extra + 1))
        first = self._kind is None
        if line.quoted or self._quotations.quotes(line.text, in_turn=following):
            self.body.notes.append(("quoted", line.number))
            return False
        if self._annexes or (self._decides and self._kind is None):
            return following
        return following or first or not label.loose

    def _point(self, line: Line) -> bool:
        if self._kind is ProvisionKind.ARTICLE or self._annexes or line.quoted:
            return False
        if not (found := point_at(line.text)):
            return False
        number, label, words = found
        if number <= self._last[0] or (self._kind is None and number != 1):
            return False
        if number > self._last[0] + 1 and self._quotations.open:
            return False
        self._kind, self._last = ProvisionKind.POINT, (number, 0)
        draft = Draft(ProvisionKind.POINT, f"point-{number}", label, line.number, self._last)
        return self._begin(draft, words)

    def _annex(self, line: Line) -> bool:
        begun = self._kind is not None or (line.heading and not self.body.entries)
        if not begun or line.quoted or not (found := annex_at(line.text)):
            return False
        self._annexes += 1
        label, title = found
        key = f"annex-{self._annexes}"
        draft = Draft(ProvisionKind.ANNEX, key, label, line.number, (self._annexes, 0), title)
        return self._begin(draft, "")

    def _heading(self, line: Line) -> bool:
        if self._annexes or line.quoted:
            return False
        if closed_up(line.text) == "附则" and not (self._headed and not self._headed.title):
            return self._head(Heading(Level.CHAPTER, "", "附则"))
        found = heading_at(line.text)
        if not found or self._quotations.quotes_heading(line.text):
            return False
        level, number, unit, title = found
        label = f"第{article_label(str(number))[1:-1]}{unit}"
        return self._head(Heading(level, label, title))

    def _head(self, heading: Heading) -> bool:
        self._open = None
        self.body.entries.append(heading)
        self._headed = heading if heading.label else None
        return True

    def _preamble(self, line: Line) -> bool:
        if self.body.entries or closed_up(line.text) not in ("序言", "前言"):
            return False
        kind = ProvisionKind.PREAMBLE
        return self._begin(Draft(kind, "preamble", closed_up(line.text), line.number), "")

    def _text(self, line: Line) -> None:
        if self._headed and _is_short(line):
            self._name_on(self._headed, line)
        elif self._is_bare_heading(line):
            self.body.notes.append(("unnumbered", line.number))
            self._head(Heading(Level.CHAPTER, "", closed_up(line.text)))
        elif self._open:
            self._open.lines.append(line.text)
        else:
            self._after_heading(line)

    def _is_bare_heading(self, line: Line) -> bool:
        return line.heading and not line.quoted and not self._annexes and _is_short(line)

    def _name_on(self, heading: Heading, line: Line) -> None:
        """The title of a chapter stands, or goes on, on the line below its number."""
        if heading.title:
            self.body.notes.append(("wrapped", line.number))
        whole = heading.title + closed_up(line.text)
        self.body.entries[-1], self._headed = Heading(heading.level, heading.label, whole), None

    def _after_heading(self, line: Line) -> None:
        """Words between a heading and its first article belong to what stands before it."""
        if before := self.body.drafts:
            self.body.notes.append(("stray", line.number))
            before[-1].lines.append(line.text)
        else:
            self._begin(Draft(ProvisionKind.PREAMBLE, "preamble", "", line.number), line.text)


def _is_short(line: Line) -> bool:
    return len(line.text) <= 40 and line.text[-1] not in "。；：，"


def read_body(lines: Iterable[Line], *, decides: bool = False, amends: bool = True) -> Body:
    """Headings and provisions of one law, or of one part of it.

    A text that `decides` about other laws may name their articles; its own begin with 1. One
    that `amends` laws quotes whole articles of them.
    """
    reader = _Reader(decides=decides, amends=amends)
    for line in lines:
        reader.read(line)
    return reader.body
