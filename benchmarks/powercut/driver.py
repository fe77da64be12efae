"""The traced program: candidates whose saves go through the services, one commit each.

    python -m benchmarks.powercut.driver DATABASE_URL FILE --saves 300

Each promise (a save confirmed, a receipt given) is one line to FILE, written after the commit as
the server's answer would be. Two engines take turns as two workers do; now and then somebody
reads for long, and now and then everything is closed and opened as on a restart.
"""

from __future__ import annotations

import json
import os
import random
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any

import click
from sqlalchemy import Engine, event, select, text
from sqlalchemy.orm import Session

from examapp.core.sittings import spell
from examapp.services.people.persons import Person, by_id
from examapp.services.sittings import closing, papers, saving, starting
from examapp.store.engine import make_engine, reading
from examapp.store.exams import Exam
from examapp.store.people import User
from tests.bureau import NOW

SEALING_KEY = b"a key of this recording only, ok"
WORKERS = 2
SAVES_A_SITTING = 15
AT_ONCE = 2
READS_EVERY, READS_FOR = 60, 20
RESTARTS_EVERY, FIRST_RESTART = 400, 17


@dataclass(frozen=True)
class Saved:
    """A promise: this response is kept."""

    sitting: str
    lease: int
    seq: int
    position: int
    choice: str


@dataclass(frozen=True)
class HandedIn:
    """A promise: these responses are what is scored."""

    sitting: str
    digest: str


@dataclass
class Desk:
    """A candidate and the sitting that they are in."""

    person: Person
    exam: str
    sitting: str = ""
    seq: int = 0
    options: dict[int, tuple[bool, list[str]]] = field(default_factory=dict)


@dataclass
class House:
    """The engines, as a server's workers have them."""

    url: str
    synchronous: str | None
    checkpoint_pages: int | None
    engines: list[Engine] = field(default_factory=list)
    reader: Session | None = None

    def engine(self, turn: int) -> Engine:
        while len(self.engines) < WORKERS + 1:
            self.engines.append(self._make())
        return self.engines[turn % WORKERS]

    def _make(self) -> Engine:
        engine = make_engine(self.url, sealing_key=SEALING_KEY)

        @event.listens_for(engine, "connect")
        def worsen(connection: Any, _record: object) -> None:
            if self.synchronous:
                connection.execute(f"PRAGMA synchronous = {self.synchronous}")
            if self.checkpoint_pages:
                connection.execute(f"PRAGMA wal_autocheckpoint = {self.checkpoint_pages}")

        return engine

    def begin_reading(self) -> None:
        self.reader = Session(reading(self.engines[WORKERS]))
        self.reader.execute(text("SELECT count(*) FROM responses"))

    def end_reading(self) -> None:
        if self.reader:
            self.reader.close()
        self.reader = None

    def close(self) -> None:
        self.end_reading()
        for engine in self.engines:
            engine.dispose()
        self.engines.clear()


@click.command()
@click.argument("url")
@click.argument("promises", type=click.Path(dir_okay=False))
@click.option("--saves", type=int, required=True)
@click.option("--synchronous", help="Worse than the product's, for the control.")
@click.option("--checkpoint-pages", type=int, help="Another than SQLite's own.")
def main(
    url: str, promises: str, saves: int, synchronous: str | None, checkpoint_pages: int | None
) -> None:
    """Save, promise, save, promise."""
    house = House(url, synchronous, checkpoint_pages)
    chance = random.Random(1)
    line = os.open(promises, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    desks = _desks(house.engine(0))
    for number in range(saves):
        desk = desks[_turn(number) % len(desks)]
        _promise(line, _save(house.engine(number), desk, number, chance))
        if desk.seq == SAVES_A_SITTING:
            _promise(line, _hand_in(house.engine(number + 1), desk, number))
        _disturb(house, number)
    house.close()


def _turn(number: int) -> int:
    """Two sit at once, each saves every other time; when both are done the next two come."""
    return number // (SAVES_A_SITTING * AT_ONCE) * AT_ONCE + number % AT_ONCE


def _promise(line: int, promise: Saved | HandedIn) -> None:
    os.write(line, json.dumps(asdict(promise)).encode() + b"\n")


def _disturb(house: House, number: int) -> None:
    if number % READS_EVERY == READS_EVERY - 1:
        house.begin_reading()
    if number % READS_EVERY == READS_FOR:
        house.end_reading()
    if number % RESTARTS_EVERY == FIRST_RESTART:
        house.close()


def _desks(engine: Engine) -> list[Desk]:
    with Session(reading(engine)) as db:
        exam = db.scalars(select(Exam.public_id)).one()
        ids = db.scalars(select(User.id).where(User.username.like("candidate%")).order_by(User.id))
        people = [by_id(db, user) for user in ids]
    return [Desk(person, exam) for person in people if person]


def _save(engine: Engine, desk: Desk, number: int, chance: random.Random) -> Saved:
    now = NOW + timedelta(seconds=number)
    with Session(engine) as db, db.begin():
        if not desk.sitting:
            _start(db, desk, number)
        desk.seq += 1
        position = chance.choice(sorted(desk.options))
        many, ids = desk.options[position]
        choice = frozenset(chance.sample(ids, chance.randint(0, len(ids) if many else 1)))
        saving.save(
            db, desk.person, desk.sitting,
            lease_no=1, seq=desk.seq, position=position, choice=choice, now=now,
        )  # fmt: skip
    return Saved(desk.sitting, 1, desk.seq, position, spell(choice))


def _start(db: Session, desk: Desk, number: int) -> None:
    now = NOW + timedelta(seconds=number)
    sitting = starting.start(db, desk.person, desk.exam, device="pc", now=now)
    desk.sitting, desk.seq = sitting.public_id, 0
    desk.options = {
        item.position: (item.kind == "multiple", [option for option, _ in item.options])
        for item in papers.shown(db, sitting)
    }


def _hand_in(engine: Engine, desk: Desk, number: int) -> HandedIn:
    with Session(engine) as db, db.begin():
        receipt = closing.submit(db, desk.person, desk.sitting, now=NOW + timedelta(seconds=number))
    handed_in = HandedIn(desk.sitting, receipt.digest)
    desk.sitting, desk.seq = "", 0
    return handed_in


if __name__ == "__main__":
    main()
