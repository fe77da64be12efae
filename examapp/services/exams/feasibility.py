"""Can a pool give equal papers? Shown by drawing them before the exam is published."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from sqlalchemy.orm import Session

from examapp.core.canonical import digest
from examapp.core.draw import Candidate, Lottery
from examapp.core.ease import DEFAULT_PRIOR, EasePrior
from examapp.core.papers import PoolTooSmall
from examapp.core.plan import Plan, plan
from examapp.core.refusals import N_, RuleBroken
from examapp.core.spec import ExamSpec
from examapp.services.exams import pools

ON_A_PAGE, AT_PUBLICATION = 240, 3000


class NotLevel(RuleBroken):
    """Papers would differ by more than the spec's tolerance."""

    code = "not_level"
    words = N_(
        "Papers from this pool would differ by up to %(largest)s points of %(points)s, "
        "more than the tolerance of %(tolerance)s. Let more questions be written for "
        "these topics, or set the tolerance to at least %(holds)s."
    )


@dataclass(frozen=True)
class Feasibility:
    """What trial papers showed.

    `target` and `largest` (the largest deviation) are points; `holds` is the tolerance, in
    points of 100, that all `papers` kept; `most_used` is the share of papers on which the
    commonest item stood.
    """

    target: Fraction
    papers: int
    largest: Fraction
    holds: Fraction
    most_used: Fraction
    tolerance: Fraction

    @property
    def suggested(self) -> Fraction:
        """The tolerance that can be held, rounded upward to a twentieth of a point."""
        return Fraction(-(-self.holds * 20 // 1), 20)

    @property
    def level(self) -> bool:
        """Whether every trial paper kept the tolerance."""
        return self.holds <= self.tolerance


def feasibility(
    db: Session,
    spec: ExamSpec,
    people: int,
    *,
    day: date,
    prior: EasePrior = DEFAULT_PRIOR,
    most: int = ON_A_PAGE,
) -> Feasibility | None:
    """Draw trial papers from what may be asked on a day, for so many; None where it cannot."""
    try:
        made = plan(spec, pools.in_force(db, spec, prior, day=day).items)
        return tried(made, bytes.fromhex(digest(spec.as_data())), people, most=most)
    except PoolTooSmall:
        return None


def tried(made: Plan, seed: bytes, people: int, *, most: int = AT_PUBLICATION) -> Feasibility:
    """Draw the papers of the first candidates and measure them; raises PoolTooSmall."""
    drawn_from, tries = Lottery(made, seed), made.spec.tries
    papers = max(min(people * tries, most), 1)
    used: Counter[str] = Counter()
    largest = Fraction(0)
    for slot in range(papers):
        drawn = drawn_from.draw(Candidate(slot // tries + 1, "trial", slot % tries + 1))
        largest = max(largest, abs(drawn.deviation))
        used.update(place.digest for place in drawn.paper)
    commonest = used.most_common(1)[0][1] if used else 0
    return Feasibility(
        target=made.target,
        papers=papers,
        largest=largest,
        holds=largest * 100 / made.spec.points,
        most_used=Fraction(commonest, papers),
        tolerance=made.spec.tolerance or Fraction(0),
    )
