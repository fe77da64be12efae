"""Practice: when an item once answered wrong comes back, and a shorter paper of the same shape."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from fractions import Fraction
from math import ceil

from fsrs import Card as Memory
from fsrs import Rating, Scheduler, State

from examapp.core.refusals import N_, RuleBroken
from examapp.core.scoring import Band
from examapp.core.spec import Cell, ExamSpec, shortages

RIGHT_TO_RETIRE = 3
LEAST_MOCK = 5

# No steps of minutes and no fuzz: whole days, and the same answers give the same days.
_SCHEDULER = Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False)


class PracticeNotPossible(RuleBroken):
    """No item of this kind may be shown now."""

    code = "practice_not_possible"
    words = N_(
        "There are no questions to practise here now. Questions of an exam are kept back "
        "until its results are released."
    )


class MockNotPossible(RuleBroken):
    """The items that may be shown now fill not even a short paper of this shape."""

    code = "mock_not_possible"
    words = N_(
        "There are too few questions for a mock of this exam now. Practise by topic instead."
    )


@dataclass(frozen=True)
class Card:
    """How well a person knows an item that they once answered wrong; whole days only."""

    stability: float
    difficulty: float
    reviewed_on: date
    due_on: date
    right_in_row: int = 0
    retired_on: date | None = None

    def is_due(self, today: date) -> bool:
        """Whether it is to be asked again: on its day or later, until it is retired."""
        return self.retired_on is None and self.due_on <= today


def review(card: Card | None, right: bool, day: date) -> Card | None:
    """The card after an answer; None while the item was never answered wrong.

    Wrong is FSRS's Again, right its Good. A card retires after three right answers in a
    row, each on its day or later: an answer before its day is too easy to prove anything.
    An answer that becomes known late counts as given after those that are known already.
    """
    if card is None and right:
        return None
    day = max(day, card.reviewed_on) if card else day
    memory = _remembered(card, Rating.Good if right else Rating.Again, day)
    counts = right and card is not None and day >= card.due_on
    row = 0 if not right or card is None else card.right_in_row + counts
    done = card.retired_on if card and right else None
    if row >= RIGHT_TO_RETIRE:
        done = done or day
    return Card(
        memory.stability or 0.0, memory.difficulty or 0.0, day, memory.due.date(), row, done
    )


def _remembered(card: Card | None, rating: Rating, day: date) -> Memory:
    at = datetime.combine(day, time(), UTC)
    # With an id and a due day FSRS asks neither clock nor chance.
    memory = Memory(card_id=0, due=at)
    if card:
        memory.state, memory.step = State.Review, None
        memory.stability, memory.difficulty = card.stability, card.difficulty
        memory.last_review = datetime.combine(card.reviewed_on, time(), UTC)
    return _SCHEDULER.review_card(memory, rating, at)[0]


def friendly(codes: Sequence[str], enemies: Mapping[str, Collection[str]], most: int) -> list[str]:
    """The first codes in their order, leaving out whom an earlier one gives away."""
    chosen: list[str] = []
    for code in codes:
        barred = any(code in enemies[other] or other in enemies[code] for other in chosen)
        if not barred and len(chosen) < most:
            chosen.append(code)
    return chosen


def shorter(spec: ExamSpec, cells: Iterable[Cell]) -> ExamSpec | None:
    """The longest paper of the spec's shape that these items fill, shorter than the spec.

    None where not even LEAST_MOCK items can be had. Minutes, cut score and bands shrink
    with the paper.
    """
    held = list(cells)
    for size in range(min(spec.items - 1, len(held)), LEAST_MOCK - 1, -1):
        scaled = scale(spec, size)
        if not shortages(scaled, held):
            return scaled
    return None


def scale(spec: ExamSpec, size: int) -> ExamSpec:
    """The spec with `size` items, shared out by largest remainders; empty lines fall out."""
    exact = [Fraction(line.count * size, spec.items) for line in spec.lines]
    counts = [int(share) for share in exact]
    by_remainder = sorted(range(len(exact)), key=lambda i: counts[i] - exact[i])
    for index in by_remainder[: size - sum(counts)]:
        counts[index] += 1
    lines = tuple(replace(line, count=n) for line, n in zip(spec.lines, counts, strict=True) if n)
    small = replace(spec, lines=lines)
    ratio = small.points / spec.points
    return replace(
        small,
        minutes=-(-spec.minutes * size // spec.items),
        cut_score=_shrunk(spec.cut_score, ratio, small.points),
        bands=tuple(Band(b.code, _shrunk(b.least, ratio, small.points)) for b in spec.bands),
    )


def _shrunk(least: Fraction, ratio: Fraction, most: Fraction) -> Fraction:
    """A threshold of the shorter paper, up to the next whole point."""
    return min(Fraction(ceil(least * ratio)), most)
