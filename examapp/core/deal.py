"""Deal level papers, several at a time: choose, scatter, level, part what clashes, mend."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from examapp.core.papers import Chosen, PoolItem
from examapp.core.plan import Column, Plan
from examapp.core.stream import Stream

PASSES = 2
MENDS = 3


@dataclass(frozen=True)
class Row:
    """The items of one paper, or None where they clash and could not be parted."""

    chosen: Chosen | None
    deviation: int


class Table:
    """A deal while it is made: `entries[column][row]`, and what each row brings so far."""

    def __init__(self, plan: Plan, entries: list[list[PoolItem]]) -> None:
        self.plan, self.entries = plan, entries
        self.rows = range(plan.size)
        self.brings = [
            sum(c.weight * _ease(column[row]) for c, column in self._pairs()) for row in self.rows
        ]

    def _pairs(self) -> Iterable[tuple[Column, list[PoolItem]]]:
        return zip(self.plan.columns, self.entries, strict=True)

    def deviation(self, row: int) -> int:
        """What the row brings less the target, in whole parts."""
        return self.brings[row] - self.plan.aim

    def put(self, column: int, row: int, item: PoolItem) -> None:
        """Change one entry."""
        self.brings[row] += self._gain(column, row, item)
        self.entries[column][row] = item

    def after(self, column: int, row: int, item: PoolItem) -> int:
        """The size of the row's deviation if the item stood there."""
        return abs(self.deviation(row) + self._gain(column, row, item))

    def _gain(self, column: int, row: int, item: PoolItem) -> int:
        was = self.entries[column][row]
        return self.plan.columns[column].weight * (_ease(item) - _ease(was))

    def fits(self, column: int, row: int, item: PoolItem) -> bool:
        """Whether the item clashes with no entry of the row's other columns."""
        return not any(
            other[row].clashes(item) for at, other in enumerate(self.entries) if at != column
        )

    def clashing(self, row: int) -> Iterator[int]:
        """Columns, in order, whose entry clashes with one of an earlier column when looked at."""
        if not self._suspect(row):
            return
        for column, entries in enumerate(self.entries):
            if any(self.entries[at][row].clashes(entries[row]) for at in range(column)):
                yield column

    def _suspect(self, row: int) -> bool:
        """A quick look: does anything in the row stand twice, or have an enemy there?"""
        items = [column[row] for column in self.entries]
        codes = {item.code for item in items}
        return len(codes) < len(items) or any(item.enemies & codes for item in items)


def _ease(item: PoolItem) -> int:
    return item.ease or 0


def deal(plan: Plan, seed: bytes, number: int) -> list[Row]:
    """The papers of one deal, in the order of their places (docs/lottery.md, "Deals")."""
    stream = Stream.of(seed, "deal", str(number))
    entries = [stream.shuffle(column) for column in _choose(plan, seed, number)]
    table = Table(plan, entries)
    _level(table, stream)
    stuck = {row for row in table.rows if not _part(table, row)}
    for row in table.rows:
        if row not in stuck:
            _mend(table, row)
    return [_row(table, row, row in stuck) for row in stream.shuffle(table.rows)]


def _row(table: Table, row: int, stuck: bool) -> Row:
    if stuck:
        return Row(None, 0)
    chosen = [(entries[row], column.line) for column, entries in table._pairs()]
    return Row(chosen, table.deviation(row))


def _choose(plan: Plan, seed: bytes, number: int) -> Iterator[list[PoolItem]]:
    """Evenly spaced places of each line's list from a random start: each item equally likely.

    As many deals as the list allows share no item: a round. Each column goes through the
    round's starts from another one on, so that the whole deal lies neither high nor low.
    """
    size = plan.size
    for list_no, of in enumerate(plan.lists):
        n, dealt = len(of.items), of.line.count * size
        starts = max(1, n // dealt)
        stream = Stream.of(seed, "round", str(list_no), str(number // starts))
        shift = stream.below(n)
        for stratum in range(of.line.count):
            if stratum % 2 == 0:
                turn = (number + stream.below(starts)) % starts
            else:
                turn = starts - 1 - turn
            start, first = (turn * n + shift) // starts, stratum * size
            yield [of.items[((first + m) * n + start) // dealt] for m in range(size)]


def _level(table: Table, stream: Stream) -> None:
    """Bring every row near the target by giving the easiest entries to the poorest rows."""
    plan = table.plan
    uneven = [
        number
        for number, entries in enumerate(table.entries)
        if len({item.ease for item in entries}) > 1
    ]
    order = stream.shuffle(uneven)
    for number in order * PASSES:
        if all(abs(table.deviation(row)) <= plan.well for row in table.rows):
            return
        _rearrange(table, number)


def _rearrange(table: Table, number: int) -> None:
    weight, entries = table.plan.columns[number].weight, table.entries[number]
    rest = [table.brings[row] - weight * _ease(entries[row]) for row in table.rows]
    poorest = sorted(table.rows, key=lambda row: rest[row])
    easiest = sorted(entries, key=_ease, reverse=True)
    for row, item in zip(poorest, easiest, strict=True):
        entries[row] = item
        table.brings[row] = rest[row] + weight * _ease(item)


def _part(table: Table, row: int) -> bool:
    """Move what clashes out of a row; False where that cannot be done."""
    return all(_exchange(table, column, row) for column in table.clashing(row))


def _exchange(table: Table, column: int, row: int) -> bool:
    mine = table.entries[column][row]
    swaps = [
        (max(table.after(column, row, theirs), table.after(column, other, mine)), other)
        for other, theirs in enumerate(table.entries[column])
        if other != row and table.fits(column, row, theirs) and table.fits(column, other, mine)
    ]
    if swaps:
        _, other = min(swaps)
        theirs = table.entries[column][other]
        table.put(column, row, theirs)
        table.put(column, other, mine)
        return True
    listed = table.plan.lists[table.plan.columns[column].list_no].items
    return _put_best(table, column, row, listed)


def _put_best(table: Table, column: int, row: int, items: Iterable[PoolItem]) -> bool:
    fitting = (item for item in items if table.fits(column, row, item))
    best = min(fitting, key=lambda item: table.after(column, row, item), default=None)
    if best is None:
        return False
    table.put(column, row, best)
    return True


def _mend(table: Table, row: int) -> None:
    """Exchange single entries with what stands near them in the list, while that helps."""
    for _ in range(MENDS):
        if abs(table.deviation(row)) <= table.plan.limit:
            return
        change = _best_change(table, row)
        if change is None:
            return
        table.put(change[0], row, change[1])


def _best_change(table: Table, row: int) -> tuple[int, PoolItem] | None:
    """The column and the item by which the row comes nearest to the target, if any helps."""
    least, best = abs(table.deviation(row)), None
    for number, column in enumerate(table.plan.columns):
        for item in _near(table.plan, column):
            after = table.after(number, row, item)
            if after < least and table.fits(number, row, item):
                least, best = after, (number, item)
    return best


def _near(plan: Plan, column: Column) -> tuple[PoolItem, ...]:
    """The stretch of the line's list from which the column takes its entries."""
    of = plan.lists[column.list_no]
    n, count = len(of.items), of.line.count
    return of.items[column.stratum * n // count : -(-(column.stratum + 1) * n // count)]
