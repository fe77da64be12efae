"""Free a sitting from its device, so that the candidate goes on at another computer."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, update
from sqlalchemy.orm import Session

from examapp.core.exam_day import PaperClosed
from examapp.core.ledger import Event
from examapp.services.exams.day_reach import require_other, sentence
from examapp.services.ledger import record
from examapp.services.people.persons import Person
from examapp.store.sittings import Sitting


def free(db: Session, sitting: Sitting, *, because: str, by: Person, now: datetime) -> int:
    """Take the sitting from its device; the next one that opens it holds it. Gives the new lease.

    What the old device had confirmed stays; what it sends from now on is refused. Asking twice
    frees once. Raises NotForOneself, Invalid or PaperClosed.
    """
    require_other(by, sitting.user_id)
    because = sentence(because)
    lease = db.execute(
        update(Sitting)
        .where(
            Sitting.id == sitting.id,
            Sitting.lease_device != "",
            Sitting.closed_at.is_(None),
            or_(Sitting.deadline > now, Sitting.paused_at.is_not(None)),
        )
        .values(lease_no=Sitting.lease_no + 1, lease_device="")
        .returning(Sitting.lease_no)
    ).scalar()
    db.refresh(sitting)
    if lease is None and sitting.closed_at is None and sitting.lease_device == "":
        return sitting.lease_no
    if lease is None:
        raise PaperClosed()
    facts = {"lease": lease, "because": because}
    record(db, Event.SITTING_FREED, sitting.public_id, facts, actor=by.public_id, now=now)
    return int(lease)
