"""All tables in one place, so that migrations and tests see every one."""

from examapp.store import (
    assessments,
    bank,
    certificates,
    exams,
    laws,
    ledger,
    people,
    sittings,
    study,
)
from examapp.store.base import Base

metadata = Base.metadata
ROOMS = (assessments, bank, certificates, exams, laws, ledger, people, sittings, study)
