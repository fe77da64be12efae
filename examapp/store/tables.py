"""All tables in one place, so that migrations and tests see every one."""

from examapp.store import (
    assessments,
    bank,
    certificates,
    exam_days,
    exams,
    held,
    laws,
    ledger,
    people,
    practice,
    sittings,
    study,
)
from examapp.store.base import Base

metadata = Base.metadata
ROOMS = (
    assessments,
    bank,
    certificates,
    exam_days,
    exams,
    held,
    laws,
    ledger,
    people,
    practice,
    sittings,
    study,
)
