"""A difference of two texts that people can read: whole numbers, no confetti of single letters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Literal

_TOKEN = re.compile(
    r"第[一二三四五六七八九十百千零〇0-9０-９]+[条款项目章节编]"
    r"|[（(][一二三四五六七八九十百]+[）)]"
    r"|[0-9０-９]+(?:[.．][0-9０-９]+)?[%％]?"
    r"|[零一二三四五六七八九十百千万亿]{2,}"
    r"|[A-Za-z]+"
    r"|.",
    re.DOTALL,
)
_ISLAND = 6  # letters; more that stay between two changes are worth showing as staying
_LONG = 3_000  # tokens; longer texts are compared by lines first
_SLIDES = 200
_EDGES = {"\n": 4, "。": 3, "；": 3, "：": 3, "，": 2, "、": 1}


@dataclass(frozen=True)
class Piece:
    """Some text that stays, goes out or comes in."""

    op: Literal["same", "out", "in"]
    text: str


@dataclass(frozen=True)
class _Step:
    """Text that stays (`out` equals `come`), or text that goes out and other that comes in."""

    same: bool
    out: str
    come: str

    @property
    def size(self) -> int:
        return max(len(self.out), len(self.come))


def pieces(old: str, new: str) -> tuple[Piece, ...]:
    """The difference in order; what goes out stands before what comes in at the same place.

    All but "in" joined is the old text, all but "out" the new one.
    """
    steps = _settle(_steps(old, new))
    while (fewer := _settle(_absorb(steps))) != steps:
        steps = fewer
    return tuple(piece for step in _slide(steps) for piece in _pieces(step))


def _pieces(step: _Step) -> Iterator[Piece]:
    if step.same:
        yield Piece("same", step.out)
        return
    if step.out:
        yield Piece("out", step.out)
    if step.come:
        yield Piece("in", step.come)


def _steps(old: str, new: str) -> Iterator[_Step]:
    left, right = _TOKEN.findall(old), _TOKEN.findall(new)
    if max(len(left), len(right)) <= _LONG:
        yield from _by(left, right)
        return
    for step in _by(old.splitlines(keepends=True), new.splitlines(keepends=True)):
        if step.same or step.size > _LONG:
            yield step
        else:
            yield from _by(_TOKEN.findall(step.out), _TOKEN.findall(step.come))


def _by(left: Sequence[str], right: Sequence[str]) -> Iterator[_Step]:
    for tag, a, b, c, d in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        yield _Step(tag == "equal", "".join(left[a:b]), "".join(right[c:d]))


def _settle(steps: Iterable[_Step]) -> list[_Step]:
    """Neighbours of one sort made one; empty steps left out."""
    settled: list[_Step] = []
    for step in steps:
        if not step.size:
            continue
        if settled and settled[-1].same == step.same:
            last = settled[-1]
            settled[-1] = _Step(step.same, last.out + step.out, last.come + step.come)
        else:
            settled.append(step)
    return settled


def _absorb(steps: Sequence[_Step]) -> Iterator[_Step]:
    """Few letters that stay between two changes become part of the change."""
    last = len(steps) - 1
    for at, step in enumerate(steps):
        if step.same and 0 < at < last and _is_island(step.out, steps[at - 1], steps[at + 1]):
            yield replace(step, same=False)
        else:
            yield step


def _is_island(text: str, before: _Step, after: _Step) -> bool:
    if "\n" in text:
        return False
    return len(text) <= max(2, min(_ISLAND, before.size, after.size))


def _slide(steps: list[_Step]) -> list[_Step]:
    """What only came in or only went out begins and ends at a line or a sentence, if it can."""
    for at in range(1, len(steps) - 1):
        before, step, after = steps[at - 1 : at + 2]
        if not step.same and not (step.out and step.come):
            words = step.out or step.come
            shift = _best_shift(before.out, words, after.out)
            whole, size = before.out + words + after.out, len(words)
            start = len(before.out) + shift
            moved = whole[start : start + size]
            steps[at - 1] = _Step(True, whole[:start], whole[:start])
            steps[at] = _Step(False, moved if step.out else "", moved if step.come else "")
            steps[at + 1] = _Step(True, whole[start + size :], whole[start + size :])
    return [step for step in steps if step.size]


def _best_shift(before: str, words: str, after: str) -> int:
    """How far the words can be moved left (below zero) or right, to stand between better edges."""
    whole, start, size = before + words + after, len(before), len(words)
    shifts = [0]
    for step in (-1, 1):
        shift = step
        while abs(shift) <= _SLIDES and _may_move(whole, start, size, shift, step):
            shifts.append(shift)
            shift += step
    return max(shifts, key=lambda by: (_edges(whole, start + by, size), -abs(by)))


def _may_move(whole: str, start: int, size: int, shift: int, step: int) -> bool:
    at = start + shift if step < 0 else start + shift - 1
    return at >= 0 and at + size < len(whole) and whole[at] == whole[at + size]


def _edges(whole: str, start: int, size: int) -> int:
    return _edge(whole, start) + _edge(whole, start + size)


def _edge(whole: str, at: int) -> int:
    return 4 if at in (0, len(whole)) else _EDGES.get(whole[at - 1], 0)
