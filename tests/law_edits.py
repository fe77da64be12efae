"""Editions made of others by a script, with what became of every article known."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from examapp.core.law.changes import ChangeKind
from examapp.core.law.text import LawText
from tests.made_up_laws import law, sentence, words

K = ChangeKind
Truth = dict[tuple[tuple[str, ...], tuple[str, ...]], ChangeKind]


@dataclass
class Place:
    """Some articles of the new edition that come from some of the old one."""

    texts: list[str]
    old: list[int]
    kind: ChangeKind | None = None
    near: bool = field(default=False, repr=False)


Edit = Callable[[random.Random, Place, Place], None]


def removed(chance: random.Random, place: Place, after: Place) -> None:
    place.texts, place.kind = [], K.REMOVED


def modified(chance: random.Random, place: Place, after: Place) -> None:
    text = place.texts[0]
    at = chance.randrange(len(text))
    place.texts, place.kind = [text[:at] + sentence(chance)[:20] + text[at + 5 :]], K.MODIFIED


def rewritten(chance: random.Random, place: Place, after: Place) -> None:
    kept = place.texts[0][: chance.randrange(12)]
    place.texts, place.kind = [kept + words(chance)], K.MODIFIED


def split(chance: random.Random, place: Place, after: Place) -> None:
    pieces = [piece + "。" for piece in place.texts[0].replace("\n", "").split("。") if piece]
    if len(pieces) > 1:
        half = len(pieces) // 2
        place.texts = ["".join(pieces[:half]), "".join(pieces[half:])]
        place.kind = K.SPLIT


def merged(chance: random.Random, place: Place, after: Place) -> None:
    place.texts = [place.texts[0] + "\n" + after.texts[0]]
    place.old, place.kind = place.old + after.old, K.MERGED
    after.texts, after.old = [], []


def spaced(chance: random.Random, place: Place, after: Place) -> None:
    place.texts = [place.texts[0].replace("，", ",").replace("。", "。\u3000", 1)]
    place.kind = K.TYPOGRAPHICAL


EDITS: tuple[Edit, ...] = (removed, modified, rewritten, split, merged, spaced)


def edition(old: LawText, seed: int, edits: int) -> tuple[LawText, Truth]:
    """The law after so many edits, none beside another, and after as many new articles."""
    chance = random.Random(1000 + seed)
    places = [Place([p.text], [at]) for at, p in enumerate(old.articles, 1)]
    spots = chance.sample(range(1, len(places) // 4), edits)
    for spot in spots:
        chance.choice(EDITS)(chance, places[4 * spot], places[4 * spot + 1])
    for spot in sorted(spots, reverse=True):
        if chance.random() < 0.5:
            places.insert(4 * spot - 1, Place([words(chance)], [], K.ADDED))
    return law(*(text for place in places for text in place.texts)), _truth(places)


def _truth(places: list[Place]) -> Truth:
    truth: Truth = {}
    number = 0
    for place in places:
        new = tuple(str(number + at) for at in range(1, len(place.texts) + 1))
        old = tuple(map(str, place.old))
        number += len(new)
        if old or new:
            truth[old, new] = place.kind or (K.UNCHANGED if old == new else K.RENUMBERED)
    return truth
