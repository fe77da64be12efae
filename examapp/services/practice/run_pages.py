"""What a run shows: its questions, and after the hand-in the keys and rationales."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from sqlalchemy.orm import Session

from examapp.core.items import ItemContent, Kind, from_data
from examapp.services.practice.runs import kept_back_in, revisions_of
from examapp.store.practice import PracticeRun


@dataclass(frozen=True)
class Asked:
    """One place of a run as it is asked: nothing of its key or rationale.

    `kept_back`: an exam uses the item by now, so that nothing of it is shown at all.
    """

    place: int
    kind: Kind
    points: Fraction
    stem: dict[str, str]
    options: tuple[tuple[str, dict[str, str]], ...]
    kept_back: bool = False


@dataclass(frozen=True)
class Marked:
    """One place of a run that was handed in.

    `content` is None while the item stands in the pool of an exam that is not released: a
    run from before such an exam must not give its keys away afterwards. `counted` is False
    where the item was kept back already when the run was handed in.
    """

    asked: Asked
    chosen: frozenset[str]
    content: ItemContent | None
    counted: bool
    revision_id: int = 0

    @property
    def right(self) -> bool:
        return self.content is not None and self.chosen == self.content.key


@dataclass(frozen=True)
class Tally:
    """What came of the places that may be shown: places and points, exact."""

    asked: int
    right: int
    points: Fraction
    most: Fraction
    kept_back: int


def questions(db: Session, run: PracticeRun) -> list[Asked]:
    """What is asked, place by place, options in the order drawn."""
    revisions = revisions_of(db, run)
    hidden = kept_back_in(db, revisions)
    found = []
    for place, revision in enumerate(revisions, 1):
        _, order, points = run.items[place - 1]
        content = from_data(revision.content)
        gone = revision.item_id in hidden
        found.append(_asked(place, content, () if gone else order, points, gone))
    return found


def _asked(
    place: int, content: ItemContent, order: Sequence[str], points: str, gone: bool
) -> Asked:
    texts = dict(content.options)
    options = tuple((option_id, texts[option_id]) for option_id in order)
    stem = {} if gone else content.stem
    return Asked(place, content.kind, Fraction(points), stem, options, gone)


def marked(db: Session, run: PracticeRun) -> list[Marked]:
    """A handed-in run place by place, with key and rationale where they may be shown.

    Options stand in the author's order, because rationales call them by its letters.
    """
    revisions = revisions_of(db, run)
    hidden = kept_back_in(db, revisions)
    choices = run.choices or {}
    found = []
    for place, revision in enumerate(revisions, 1):
        content = from_data(revision.content)
        gone = run.handed_in_at is None or revision.item_id in hidden
        order = () if gone else content.option_ids
        asked = _asked(place, content, order, run.items[place - 1][2], gone)
        chosen = frozenset(choices.get(str(place), ()))
        told, counted = None if gone else content, str(place) in choices
        found.append(Marked(asked, chosen, told, counted, revision.id))
    return found


def tally(places: Sequence[Marked]) -> Tally:
    """The sums over what was counted and may be shown: a sum would tell of what is hidden."""
    shown = [place for place in places if place.counted and place.content]
    return Tally(
        asked=len(shown),
        right=sum(place.right for place in shown),
        points=sum((p.asked.points for p in shown if p.right), Fraction(0)),
        most=sum((p.asked.points for p in shown), Fraction(0)),
        kept_back=sum(place.asked.kept_back for place in places),
    )
