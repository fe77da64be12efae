"""A law changes: import page, held list, exams and a running sitting, two trainers, verify."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import pytest
from sqlalchemy import select

from examapp.clock import local_date, now
from examapp.core.items import Kind
from examapp.core.ledger import first_break
from examapp.core.people import Role
from examapp.core.spec import SpecLine
from examapp.services.bank.loading import load_topics
from examapp.services.bank.revisions import current
from examapp.services.ledger import entries
from examapp.services.people.persons import by_id
from examapp.services.people.signing_in import HASHER
from examapp.services.sittings import starting
from examapp.services.verification.citations import check_citations
from examapp.services.verification.held import check_changes, check_decisions
from examapp.services.verification.laws import check_laws
from examapp.services.verification.withdrawals import check_withdrawals
from examapp.store.bank import Item, ItemRevision
from examapp.store.exams import PaperItem
from examapp.store.laws import Law
from tests.bureau import make_exam, make_item, make_spec, make_user
from tests.flows.house import PASSWORD, user_of
from tests.services.test_laws_held import NEW, OLD

pytestmark = pytest.mark.browser
NUMBERS = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"]
ARTICLES = ("4", "4", "4", "4", "9", "1", "3", "5", "6", "7")
HELD = {"3", "5", "6", "7"}
CHECKS = (check_laws, check_changes, check_decisions, check_citations, check_withdrawals)


def markdown(title, day, words):
    """A law as a public collection has it."""
    articles = [
        f"**第{number}条**\u3000{text}".replace("\n", "\n\n")
        for number, text in zip(NUMBERS, words, strict=True)
    ]
    head = f"# {title}\n\n{day}示例代表大会第一次会议通过\n\n"
    return (head + "\n\n".join(articles) + "\n").encode()


def bring(trainer, title, day, words):
    """Upload a text, read the report, confirm."""
    trainer.go("/laws/import")
    file = {"name": "law.md", "mimeType": "text/markdown", "buffer": markdown(title, day, words)}
    trainer.page.set_input_files("[name=files]", file)
    trainer.press("form[enctype] button.btn-primary")
    trainer.look()
    trainer.press("#confirm button.btn-primary")
    trainer.look()


def write_items(house, title, topic):
    """Questions on articles of the law, each read by a second person."""
    with house.writes() as db, db.begin():
        load_topics(db, [(topic, {"zh": title, "en": topic})])
        code = db.scalars(select(Law.code).where(Law.title["zh"].as_string() == title)).one()
        for number, article in enumerate(ARTICLES):
            make_item(db, f"{topic}-{number}-{article}", topic=topic, cites=f"{code}:{article}")
    return {f"{topic}-{n}-{article}" for n, article in enumerate(ARTICLES) if article in HELD}


def set_exam(house, topic, opens):
    """An exam of three single choices on the topic; its public id and row id."""
    spec = make_spec(
        lines=(SpecLine(topic, Kind.SINGLE, None, 3, Fraction(2)),),
        cut_score=Fraction(4),
        bands=(),
    )
    with house.writes() as db, db.begin():
        trainer = by_id(db, user_of(db, "trainer").id)
        made = make_exam(
            db, trainer, spec=spec, opens_at=opens, closes_at=opens + timedelta(hours=9)
        )
        return made.public_id


def paper(house, exam, username, at):
    """Begin an exam, or go on: the codes on the paper in order."""
    with house.writes() as db, db.begin():
        person = by_id(db, user_of(db, username).id)
        sitting = starting.start(db, person, exam, device="pc", now=at)
        rows = select(Item.code).join(ItemRevision).join(PaperItem)
        found = rows.where(PaperItem.paper_id == sitting.paper_id).order_by(PaperItem.position)
        return list(db.scalars(found))


def second_trainer(house, username):
    with house.writes() as db, db.begin():
        make_user(db, username, Role.TRAINER, password_hash=HASHER.hash(PASSWORD))
    return username


def listed(trainer, topic):
    """Ids of this topic's questions on the held list."""
    trainer.go("/held")
    trainer.look()
    notes = trainer.page.locator("table.cards tbody th p").all_inner_texts()
    return {note.split(" ")[0] for note in notes if note.startswith(topic)}


@pytest.mark.parametrize(("language", "width"), [("zh", 1280), ("en", 360)])
def test_a_law_changes_and_only_what_rests_on_it_waits(house, visitors, language, width):
    title, topic = f"示例港口法（{language}）", f"flow-{language}"
    trainer = visitors(house, language, width)
    trainer.sign_in("trainer")
    bring(trainer, title, "2020年1月1日", OLD)
    held = write_items(house, title, topic)
    assert listed(trainer, topic) == set()
    moment = now()
    running = set_exam(house, topic, moment - timedelta(hours=1))
    coming = set_exam(house, topic, moment + timedelta(hours=1))
    before = paper(house, running, "cadre0", moment)

    bring(trainer, title, "2026年1月1日", NEW)
    assert listed(trainer, topic) == held
    assert paper(house, running, "cadre0", now()) == before
    later = moment + timedelta(hours=2)
    for number in range(6):
        assert not set(paper(house, coming, f"cadre{number}", later)) & held
    trainer.go(f"/lottery/{coming}")
    trainer.look()

    case = f"{topic}-6-3"
    trainer.go(f"/held/questions/{case}")
    trainer.look()
    trainer.page.fill("[name=reason]", "the period is not asked about")
    trainer.press("main form button.btn-primary")
    trainer.look()
    other = visitors(house, language, width)
    other.sign_in(second_trainer(house, f"second-{language}"))
    other.look()
    other.go("/held?show=answers")
    other.look()
    other.press(f"a[href$='/{case}']")
    other.look()
    other.press("button[value=confirm]")
    other.look()
    assert listed(trainer, topic) == held - {case}
    with house.reads() as db:
        running_codes = select(Item.code).join(ItemRevision)
        today = current(local_date(now()))
        assert case in set(db.scalars(running_codes.where(ItemRevision.id.in_(today))))
        assert first_break(entries(db)) is None
        assert [str(finding) for check in CHECKS for finding in check(db)] == []
