"""The head of a law: its title, the days it was adopted and changed, from when it holds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from examapp.library.law_texts.lines import Line
from examapp.library.law_texts.patterns import EVENT, annex_at, dates_in, is_event, is_title
from examapp.library.law_texts.typography import closed_up

_FIRST_HALF = re.compile(
    r"(?:中华人民共和国|中国).{0,40}(?<![令号报])|.*(?:代表大会|常务委员会|国务院|委员会|人民政府|办公厅)|.*关于[^，。；：]{0,40}"
)
_EVENTS_APART = re.compile(r"[ 　]+(?=(?:根据|自|，)?[0-9]{4}年)|\n")
_IN_FORCE = re.compile(r"施行|起执行|生效|起实施")
_DECISION = re.compile(r"修正|决定|修正案")
_EDITION_MARK = re.compile(r"[（(][0-9]{4}年?(?:修正|修订|修改|版)(?:版|本)?[）)]$")
_LONGEST_TITLE = 100


@dataclass(frozen=True)
class Head:
    """What stands before a law's first words; `before` are lines above its title."""

    title: str
    history: tuple[str, ...]
    before: tuple[Line, ...]
    rest: tuple[Line, ...]

    @property
    def changes(self) -> list[tuple[date, str]]:
        """Days of adoption and change, with their lines."""
        return [
            (day, line)
            for line in self.history
            for day, words in dates_in(line)
            if EVENT.search(words) or not _IN_FORCE.search(words)
        ]

    @property
    def adopted(self) -> date | None:
        """The newest day of adoption, amendment or revision."""
        return max((day for day, _ in self.changes), default=None)

    @property
    def instrument(self) -> str:
        """The line about the newest change; none for a law that was never changed."""
        changed = [(day, line) for day, line in self.changes if re.search("修正|修订|修改", line)]
        if not changed:
            return ""
        newest, line = max(changed, key=lambda change: change[0])
        named = dates_in(line)
        if len(named) == 1:
            return line
        words = next(words for day, words in reversed(named) if day == newest)
        return f"{newest.year}年{newest.month}月{newest.day}日{words}".strip("、和 　")

    @property
    def amended(self) -> bool:
        """Whether its newest change only amended it, so that the last article kept its day."""
        return bool(self.instrument and _DECISION.search(self.instrument))

    @property
    def in_force(self) -> date | None:
        """The day from which this edition holds, where the head tells it."""
        told = [day for line in self._told() for day, words in dates_in(line) if _holds(words)]
        if any("同日公布施行" in line or "公布施行" in line for line in self.history):
            told += [day for day, line in self.changes if "公布施行" in line]
        adopted = self.adopted
        return max((day for day in told if not adopted or day >= adopted), default=None)

    def _told(self) -> Iterable[str]:
        return (*self.history, *(line.text for line in self.before))


def _holds(words: str) -> bool:
    return bool(_IN_FORCE.search(words[:20])) and not EVENT.search(words.split("施行")[0])


def read_head(lines: Sequence[Line]) -> Head:
    """The head among the lines before a law's first heading, article or point."""
    at = _title_at(lines)
    if at is None:
        return Head("", _events(lines), (), tuple(x for x in lines if not is_event(x.text)))
    start = title_start(lines, at)
    title = closed_up("".join(line.text for line in lines[start : at + 1]))
    end = _history_end(lines, at + 1)
    history = _events(lines[at + 1 : end]) or _events(filter(_orders, lines[:start]))
    title = _EDITION_MARK.sub("", title)
    return Head(title, history, tuple(lines[:start]), tuple(lines[end:]))


def _orders(line: Line) -> bool:
    """A line above the title about the adoption, or the day under the order that published it."""
    return is_event(line.text) or bool(dates_in(line.text) and len(line.text) <= 12)


def _title_at(lines: Sequence[Line]) -> int | None:
    titles = [n for n, line in enumerate(lines) if is_title(line.text)]
    dated = [n for n in titles if n + 1 < len(lines) and begins_history(lines[n + 1])]
    marked = [
        n
        for n, line in enumerate(lines)
        if line.heading
        and len(line.text) <= _LONGEST_TITLE
        and not is_untitled(line.text)
        and not annex_at(line.text)
    ]
    return next((found[0] for found in (dated[-1:], marked, titles[-1:]) if found), None)


def is_untitled(text: str) -> bool:
    """Whether a heading names a part of a law and not a law."""
    return closed_up(text) in ("修正案", "附则", "序言", "前言", "目录", "附件", "附录", "正文")


def decides(title: str) -> bool:
    """Whether it is a decision or an interpretation, which speaks of other laws' articles."""
    return bool(re.search(r"(?:决定|决议|解释)(?:[（(][^（）()]*[）)])?$", title))


def begins_history(line: Line) -> bool:
    """Whether a line is the first one about a law's adoption."""
    text = line.text.lstrip("（(【[*_ 　")
    return is_event(line.text) and bool(re.match(r"(?:根据|自)?[0-9０-９一二]{4}", text))


def title_start(lines: Sequence[Line], at: int) -> int:
    """Where the title begins whose last line stands at `at`."""
    start = at
    while start and _FIRST_HALF.fullmatch(above := lines[start - 1].text.strip()):
        if is_title(above) or is_event(above):
            break
        start -= 1
    return start


def _history_end(lines: Sequence[Line], start: int) -> int:
    """Past the lines with days, and past a bracket that they opened."""
    end, depth = start, 0
    while end < len(lines) and (depth > 0 or is_event(lines[end].text) or _order(lines[end])):
        text = lines[end].text
        depth += text.count("（") + text.count("(") - text.count("）") - text.count(")")
        end += 1
    return end


def _order(line: Line) -> bool:
    """Such as 国务院令第 722 号 on a line of its own."""
    return bool(re.fullmatch(r"[（(]?[^，。]{2,30}[令告][^，。]{0,15}号[）)]?", line.text))


def _events(lines: Iterable[Line]) -> tuple[str, ...]:
    found: list[str] = []
    for line in lines:
        text = line.text.strip(" 　*_")
        if text[:1] in "（(" or text.count("）") > text.count("（"):
            text = text.strip("（）()")
        found += [event.strip(" 　") for event in _EVENTS_APART.split(text)]
    return tuple(filter(None, found))
