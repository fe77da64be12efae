"""Are the tallies, by which items count as easy or hard, what the scores say?"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from examapp.services.exams.tallies import Tally, count
from examapp.services.verification.findings import Finding
from examapp.store.bank import Item, ItemRevision
from examapp.store.exams import Exam, ItemTally


def check_tallies(db: Session) -> Iterator[Finding]:
    """Count again, for every exam that has tallies."""
    exams = db.execute(
        select(Exam.id, Exam.public_id).where(Exam.id.in_(select(ItemTally.exam_id)))
    ).all()
    for exam_id, public_id in exams:
        counted = count(db, exam_id)
        rows = db.execute(
            select(ItemTally, Item.code)
            .join(ItemRevision, ItemRevision.id == ItemTally.revision_id)
            .join(Item, Item.id == ItemRevision.item_id)
            .where(ItemTally.exam_id == exam_id)
        )
        for tally, code in rows:
            again = counted.pop(tally.revision_id, Tally(0, 0))
            if (tally.seen, tally.right) != (again.seen, again.right):
                yield Finding(
                    f"tally of item {code} in exam {public_id}",
                    f"says {tally.right} of {tally.seen} right, "
                    f"the scores say {again.right} of {again.seen}",
                )
        if counted:
            yield Finding(f"exam {public_id}", f"tallies of {len(counted)} items are missing")
