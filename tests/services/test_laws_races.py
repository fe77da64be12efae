"""Two who import at once: one brings the law, the other finds it there."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from examapp.services.laws.importing import Incoming, import_texts
from examapp.services.verification.laws import check_laws
from examapp.store.engine import make_engine
from examapp.store.laws import Article, Edition, Law
from tests.at_once import AT_ONCE, at_once
from tests.bureau import NOW
from tests.conftest import DATABASES, SEALING_KEY
from tests.made_up_laws import law


@pytest.fixture(params=DATABASES)
def engine(request, fresh_databases):
    engine = make_engine(fresh_databases.url(request.param), sealing_key=SEALING_KEY)
    yield engine
    engine.dispose()


def test_a_law_that_many_import_at_once_comes_in_once(engine):
    texts = [
        replace(law("甲。", "乙。", title=title), adopted=date(2020, 1, 1))
        for title in ("示例甲法", "示例乙法")
    ]

    def act(db, number):
        mine = texts if number % 2 else texts[::-1]
        done = import_texts(db, map(Incoming, mine), source=str(number), by=None, now=NOW)
        return tuple(sorted(str(one.outcome) for one in done))

    said = Counter(at_once(engine, act))
    assert said == {("imported", "imported"): 1, ("unchanged", "unchanged"): AT_ONCE - 1}
    with Session(engine) as db:
        counts = [db.scalar(select(func.count()).select_from(t)) for t in (Law, Edition, Article)]
        assert counts == [2, 2, 4]
        assert list(check_laws(db)) == []
