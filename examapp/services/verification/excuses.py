"""Are excuses, which decide who may sit, the ones that the ledger has?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from examapp.services.exams.excuses import sealed
from examapp.services.verification.findings import Finding, differing, recorded
from examapp.store.exam_days import Excuse
from examapp.store.exams import Exam
from examapp.store.people import User


def check_excuses(db: Session) -> Iterator[Finding]:
    """What was asked, what was decided and by whom, what was taken back."""
    filed, decided = recorded(db, "excuse.filed"), recorded(db, "excuse.decided")
    withdrawn = recorded(db, "excuse.withdrawn")
    rows = db.execute(
        select(Excuse, Exam.public_id, User.public_id)
        .join(Exam, Exam.id == Excuse.exam_id)
        .join(User, User.id == Excuse.user_id)
        .order_by(Excuse.id)
    )
    for excuse, exam, person in rows:
        where = f"excuse {excuse.public_id}"
        about = {"exam": exam, "person": person, "kind": excuse.kind}
        said = filed.pop(excuse.public_id, None)
        asked = {"ground": excuse.ground, "reason": excuse.reason}
        yield from differing(where, about | _sealed("excuse", asked, said), said)
        yield from _check_decision(where, excuse, about, decided.get(excuse.public_id))
        if (excuse.withdrawn_at is not None) != (excuse.public_id in withdrawn):
            yield Finding(where, "whether it was withdrawn is not as the ledger has it")
    for public_id in filed:
        yield Finding(f"excuse {public_id}", "it was filed but is gone")


def _check_decision(
    where: str, excuse: Excuse, about: dict[str, Any], said: dict[str, Any] | None
) -> Iterator[Finding]:
    if excuse.decided_at is None and said is None:
        return
    found = about | {"approved": excuse.approved} | _sealed("remark", excuse.note, said)
    yield from differing(f"{where}, decision", found, said)


def _sealed(name: str, value: object, said: dict[str, Any] | None) -> dict[str, str]:
    return {name: sealed(name, value, (said or {}).get("salt", ""))[name]}
