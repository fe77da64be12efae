"""Uploads that wait for a word, what they would do, and what confirming them does."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from examapp.core.law.numbers import article_label
from examapp.core.law.text import LawText, Provision, ProvisionKind
from examapp.core.people import Role
from examapp.core.refusals import Fault, Invalid, NotFound
from examapp.services.laws import confirming, planning, uploads
from examapp.services.laws.held import held_revisions, held_sections
from examapp.services.laws.importing import STAND_IN
from examapp.services.laws.planning import Would
from examapp.services.laws.register import EditionFacts, LawFacts, load_laws
from examapp.services.laws.uploads import Waiting
from examapp.store.laws import Edition, LawUpload
from tests.bureau import NOW, make_item, make_person, make_shelf
from tests.services.study_builders import guide_facts, load, section_facts

TITLE = "中华人民共和国示例法"
FIRST, SECOND = date(2020, 3, 1), date(2026, 4, 1)
TODAY = NOW.date()
WORDS = {
    "1": "为了规范示例的编写和使用，保护读者的利益，制定本法。",
    "2": "示例应当清楚、准确，不得使读者产生误解。",
    "3": "示例局负责全国示例工作的监督管理。",
    "4": "编写示例应当注明编写日期和编写人的姓名。",
    "5": "违反本法规定的，由示例局责令改正。",
}
LATER = {**WORDS, "3": "国务院示例主管部门依照规定统筹各地的检查、评估与奖励，每年公布一次结果。"}
del LATER["5"]


def text(words=WORDS, *, adopted=FIRST, effective=None, title=TITLE):
    body = tuple(
        Provision(ProvisionKind.ARTICLE, key, article_label(key), (line,))
        for key, line in words.items()
    )
    return LawText(title, adopted, effective, "", (), body)


def waiting(*texts, grave=False):
    return [Waiting(n, (f"{n}.md",), one, grave=grave) for n, one in enumerate(texts, 1)]


@pytest.fixture
def trainer(db):
    return make_person(db, "trainer", Role.TRAINER)


def keep(db, person, *texts, now=NOW, **fields):
    return uploads.keep(db, person, waiting(*texts, **fields), [], source="x", now=now)


def take_in(db, person, *texts):
    upload = keep(db, person, *texts)
    take = {law.number for law in upload.laws}
    return confirming.confirm(
        db, person, upload.public_id, take=take, replacing=(), now=NOW
    )  # fmt: skip


def plan(db, *texts, today=TODAY, **fields):
    return planning.plans(db, waiting(*texts, **fields), today=today)


def known(db, *editions, title=TITLE):
    load_laws(
        db,
        [
            LawFacts(
                "example-law", "law", {"zh": title, "en": "Example Law"},
                {"zh": "示例法", "en": "Example Law"}, editions,
            )
        ],
        now=NOW,
    )  # fmt: skip


# ---- waiting ----


def test_an_upload_comes_back_as_it_was_kept(db, trainer):
    odd = {"code": "gap", "words": "x %(n)s", "facts": {"n": 3}, "line": 2, "file": "a"}
    law = Waiting(1, ("a.md", "b.md"), text(), ("第六条",), (odd,), grave=True)
    refused = [("c.md", Fault("", "No law was found in this file.", {}))]
    kept = uploads.keep(db, trainer, [law], refused, source="a.md", now=NOW)
    db.expire_all()
    found = uploads.mine(db, trainer, kept.public_id, now=NOW)
    assert found.laws == (law,)
    assert [(file, why.words) for file, why in found.refused] == [
        (refused[0][0], refused[0][1].words)
    ]


def test_it_waits_a_day_and_for_its_owner_alone(db, trainer):
    other = make_person(db, "other", Role.TRAINER)
    kept = keep(db, trainer, text())
    assert uploads.waiting(db, trainer, now=NOW) == kept.public_id
    assert uploads.waiting(db, other, now=NOW) is None
    for person, now in ((other, NOW), (trainer, NOW + uploads.KEPT)):
        with pytest.raises(NotFound):
            uploads.mine(db, person, kept.public_id, now=now)
        with pytest.raises(NotFound):
            confirming.confirm(db, person, kept.public_id, take={1}, replacing=(), now=now)


def test_a_new_upload_throws_away_ones_earlier_one_and_all_that_are_a_day_old(db, trainer):
    other, third = (make_person(db, name, Role.TRAINER) for name in ("other", "third"))
    keep(db, other, text(), now=NOW - uploads.KEPT)
    kept = keep(db, third, text(), now=NOW - uploads.KEPT + timedelta(minutes=1))
    keep(db, trainer, text())
    mine = keep(db, trainer, text())
    assert set(db.scalars(select(LawUpload.public_id))) == {kept.public_id, mine.public_id}


def test_too_much_at_once_is_refused(db, trainer, monkeypatch):
    monkeypatch.setattr(uploads, "MOST_BYTES", 100)
    with pytest.raises(Invalid):
        keep(db, trainer, text())


@pytest.mark.parametrize(
    ("adopted", "effective", "place"),
    [
        (None, None, "adopted"),
        (date(1948, 12, 31), None, "adopted"),
        (TODAY + timedelta(days=2), None, "adopted"),
        (FIRST, FIRST - timedelta(days=1), "effective"),
        (FIRST, date(2050, 1, 1), "effective"),
    ],
)
def test_days_that_cannot_be_are_refused(db, trainer, adopted, effective, place):
    kept = keep(db, trainer, text(adopted=None))
    with pytest.raises(Invalid) as refusal:
        uploads.set_days(
            db, trainer, kept.public_id, 1, adopted=adopted, effective=effective, now=NOW
        )
    assert [fault.place for fault in refusal.value.faults] == [place]


def test_days_fill_in_and_never_overwrite(db, trainer):
    kept = keep(db, trainer, text(), text(adopted=None))
    for number in (1, 2):
        kept = uploads.set_days(
            db, trainer, kept.public_id, number, adopted=SECOND, effective=SECOND, now=NOW
        )
    assert [law.text.adopted for law in kept.laws] == [FIRST, SECOND]
    assert [law.text.effective for law in kept.laws] == [SECOND, SECOND]
    with pytest.raises(NotFound):
        uploads.set_days(db, trainer, kept.public_id, 3, adopted=SECOND, effective=None, now=NOW)


# ---- what it would do ----


def test_what_each_text_would_do(db, trainer):
    known(db, EditionFacts(SECOND, SECOND, 5, 1))
    take_in(db, trainer, text(title="甲法"))
    told = plan(
        db,
        text(title="乙法"),
        text(LATER, adopted=TODAY),
        text(adopted=FIRST),
        text(adopted=SECOND),
        text(title="甲法"),
        text(LATER, title="甲法"),
        text(adopted=None, title="丙法"),
        text({}, title="丁法"),
        text(adopted=None),
        text(title=" 示例法"),
    )
    assert [one.would for one in told] == [
        Would.NEW_LAW,
        Would.NEWER,
        Would.OLDER,
        Would.FILLS,
        Would.SAME,
        Would.DIFFERS,
        Would.DAY_MISSING,
        Would.REFUSED,
        Would.FILLS,
        Would.OLDER,
    ]
    assert plan(db, text(), grave=True)[0].would is Would.REFUSED


def test_a_file_is_better_than_the_fetched_collection_and_so_is_one_that_tells_the_day(db, trainer):
    take_in(db, trainer, text(title="甲法"), text(title="乙法", effective=TODAY))
    edition = db.scalars(select(Edition).join(Edition.law).where(Edition.adopted == FIRST)).first()
    told = [plan(db, text(LATER, title="甲法"))[0].would, plan(db, text(title="甲法"))[0].would]
    told.append(plan(db, text(title="甲法", effective=TODAY))[0].would)
    edition.source = f"{STAND_IN} 0.1.1"
    told.append(plan(db, text(LATER, title="甲法"))[0].would)
    assert told == [Would.DIFFERS, Would.SAME, Would.BETTER, Would.BETTER]


def test_from_when_it_would_hold(db):
    known(db, EditionFacts(SECOND, date(2026, 7, 1), 5, 1))
    told = plan(
        db,
        text(adopted=SECOND, effective=date(2026, 9, 9)),
        text(title="乙法", effective=date(2021, 1, 1)),
        text(title="乙法"),
    )
    assert [(one.effective, one.assumed) for one in told] == [
        (date(2026, 7, 1), False),
        (date(2021, 1, 1), False),
        (FIRST, True),
    ]


@pytest.mark.parametrize("ahead", [False, True])
def test_the_preview_counts_exactly_what_is_held_afterwards(db, trainer, ahead):
    known(db, EditionFacts(FIRST, FIRST, 5, 1))
    take_in(db, trainer, text())
    make_shelf(db)
    for number, cite in enumerate(["1", "3", "3", "4", "5", "2"]):
        make_item(db, f"i{number}", cites=f"example-law:{cite}")
    make_item(db, "unread", cites="example-law:3", read=False)
    make_item(db, "noise", cites="law-x:3")
    load(
        db,
        guide_facts(
            "g", section_facts("s1", cites="example-law:5 law-x:1"),
            section_facts("s2", cites="example-law:2"),
        ),
    )  # fmt: skip
    begins = TODAY + timedelta(days=30) if ahead else SECOND
    newer = text(LATER, adopted=SECOND, effective=begins)
    (effect,) = plan(db, newer)[0].effects
    assert (effect.items, effect.sections) == (3, 1)
    assert effect.day == max(begins, TODAY)
    assert effect.counts["modified"] == effect.counts["removed"] == 1
    take_in(db, trainer, newer)
    for day, expected in ((effect.day, (4, 1)), (effect.day - timedelta(days=1), (0, 0))):
        if day < TODAY:
            continue
        held = held_revisions(day).subquery(), held_sections(day).subquery()
        found = tuple(db.scalar(select(func.count()).select_from(one)) for one in held)
        # the unread revision is held as well, but nobody would have been asked it
        assert found == expected


def test_texts_of_one_upload_are_compared_with_each_other(db):
    known(db, EditionFacts(FIRST, FIRST, 5, 1), EditionFacts(SECOND, SECOND, 4, 1))
    make_shelf(db)
    item = make_item(db, "i", cites="example-law:3")
    assert item is not None
    alone = plan(db, text(LATER, adopted=SECOND))[0].effects
    together = plan(db, text(LATER, adopted=SECOND), text())[0].effects
    assert alone[0].counts is None
    assert together[0].counts["modified"] == 1


# ---- confirming ----


def test_only_what_was_taken_comes_in_and_the_rest_is_forgotten(db, trainer):
    kept = keep(db, trainer, text(title="甲法"), text(title="乙法"))
    done = confirming.confirm(db, trainer, kept.public_id, take={2, 99}, replacing=(), now=NOW)
    assert [one.title for one in done.imported] == ["乙法"]
    assert db.scalar(select(func.count()).select_from(LawUpload)) == 0
    with pytest.raises(NotFound):
        confirming.confirm(db, trainer, kept.public_id, take={1}, replacing=(), now=NOW)


@pytest.mark.parametrize("most", [9, 1])
def test_large_imports_go_step_by_step(db, trainer, monkeypatch, most):
    monkeypatch.setattr(confirming, "AT_ONCE", most)
    kept = keep(db, trainer, *(text(title=title) for title in ("甲法", "乙法", "丙法")))
    titles = []
    for left in (2, 1, 0):
        done = confirming.confirm(
            db, trainer, kept.public_id, take={1, 2, 3}, replacing=(), now=NOW
        )
        titles += [one.title for one in done.imported]
        assert len(done.rest) == left
    assert titles == ["甲法", "乙法", "丙法"]


def test_what_must_not_be_imported_is_left_out_even_if_ticked(db, trainer):
    kept = uploads.keep(db, trainer, waiting(text(), grave=True), [], source="x", now=NOW)
    done = confirming.confirm(db, trainer, kept.public_id, take={1}, replacing={1}, now=NOW)
    assert not done.imported
    assert db.scalar(select(func.count()).select_from(Edition)) == 0
