"""A small bureau served by the real server: granian in processes of its own, on either database."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from examapp.authored import load_authored
from examapp.clock import now
from examapp.config import ROOT, Settings, from_environment
from examapp.core.items import Kind
from examapp.core.people import Role
from examapp.core.scoring import Band
from examapp.core.spec import Counts, ExamSpec, SpecLine
from examapp.services.exams.publishing import publish
from examapp.services.exams.setting import ExamDraft, create
from examapp.services.people.accounts import NewPerson, add
from examapp.services.people.persons import by_id
from examapp.services.people.signing_in import HASHER
from examapp.store.engine import make_engine, reading
from examapp.store.people import Unit, User

PASSWORD = "granite river seven"
UNITS = (
    ("port", "港政管理处", "Port Administration Division"),
    ("legal", "政策法规处", "Policy and Legal Affairs Division"),
    ("elsewhere", "航运管理处", "Shipping Administration Division"),
)
PEOPLE = {
    "trainer": ("林妍", "legal", (Role.TRAINER,)),
    "personnel": ("赵红", "port", (Role.PERSONNEL,)),
    "admin": ("管理员", "top", (Role.ADMIN,)),
    "auditor": ("沈静", "top", (Role.AUDITOR,)),
    "late": ("王海燕", "port", (Role.CADRE,)),
    "stranger": ("周国平", "elsewhere", (Role.CADRE,)),
    **{f"cadre{n}": (f"考生{n}", "legal", (Role.CADRE,)) for n in range(14)},
    **{f"waiter{n}": (f"候考{n}", "legal", (Role.CADRE,)) for n in range(6)},
}
NEWCOMER = ("chenmin", "陈敏", "port", (Role.CADRE,))
READY_WITHIN = 60.0
# What these tests study and draw from: four guides load in a moment, the whole shelf does not.
GUIDES = {
    "constitution-principles": "constitution.principles",
    "constitution-rights": "constitution.rights",
    "rule-of-law-concept": "rule-of-law.concept",
    "port-and-shipping": "ports.port-shipping",
}


def small_shelf(folder: Path) -> dict[str, str]:
    """The settings for content with all registers, but only four guides and their questions."""
    content, bank = folder / "content", folder / "question_bank"
    named = [f"guides/{g}.yaml" for g in GUIDES] + [
        f"{c}/{g}.md" for g in GUIDES for c in ("zh", "en")
    ]
    for path in [*named, "policies", *(p.name for p in (ROOT / "content").glob("*.yaml"))]:
        _link(content / path, ROOT / "content" / path)
    for topic in GUIDES.values():
        for path in (topic, f"readings/{topic}.yaml"):
            _link(bank / path, ROOT / "question_bank" / path)
    return {"EXAMAPP_CONTENT": str(content), "EXAMAPP_QUESTION_BANK": str(bank)}


def _link(here: Path, there: Path) -> None:
    here.parent.mkdir(parents=True, exist_ok=True)
    here.symlink_to(there)


@dataclass
class House:
    """A bureau on a database, and the server in front of it."""

    database_url: str
    instance: Path
    workers: int = 1
    whole_shelf: bool = False
    shelf: dict[str, str] = field(init=False)
    port: int = 0
    engine: Engine = field(init=False)
    process: subprocess.Popen[bytes] | None = None
    exam: str = ""
    one_time_password: str = ""

    def __post_init__(self) -> None:
        self.shelf = {} if self.whole_shelf else small_shelf(self.instance / "authored")
        settings = self.settings
        self.engine = make_engine(settings.database_url, sealing_key=settings.sealing_key)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def settings(self) -> Settings:
        """As the server reads them: the same keys."""
        return from_environment(
            {"EXAMAPP_INSTANCE": str(self.instance), "EXAMAPP_DATABASE_URL": self.database_url}
            | self.shelf
        )

    def reads(self) -> Session:
        """A session that only looks, and never waits for a writer."""
        return Session(reading(self.engine))

    def writes(self) -> Session:
        """A session for what a test itself moves, as time would."""
        return Session(self.engine, expire_on_commit=False)

    def furnish(self) -> None:
        """The authored content, the people, and an exam that is open now."""
        settings = self.settings
        moment = now()
        with self.writes() as db, db.begin():
            load_authored(db, settings, now=moment - timedelta(days=2))
            units = _units(db)
            users = {name: _add(db, name, *facts, units) for name, facts in PEOPLE.items()}
            _, self.one_time_password = _add(db, *NEWCOMER, units)
            shared = HASHER.hash(PASSWORD)
            for user, _ in users.values():
                _set_hash(user, shared)
            db.flush()
            self.exam = _exam(db, users["trainer"][0], units["top"], moment)

    def start(self) -> None:
        """Serve; returns when the server is ready."""
        self.port = self.port or _free_port()
        command = (
            "from examapp.serving import serve; "
            f"serve(host='127.0.0.1', port={self.port}, workers={self.workers})"
        )
        environment = os.environ | {
            "PYTHONPATH": str(ROOT), "EXAMAPP_INSTANCE": str(self.instance),
            "EXAMAPP_DATABASE_URL": self.database_url, "EXAMAPP_HTTPS": "0",
        } | self.shelf  # fmt: skip
        with (self.instance / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-c", command], cwd=ROOT, env=environment, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip
        self._wait()

    def _wait(self) -> None:
        end = time.monotonic() + READY_WITHIN
        while not _answers(f"{self.url}/readyz"):
            if time.monotonic() > end or (self.process and self.process.poll() is not None):
                raise RuntimeError((self.instance / "server.log").read_text()[-3000:])
            time.sleep(0.05)

    def kill(self) -> None:
        """Pull the plug: every process of the server at once, with nothing said before."""
        self._signal(signal.SIGKILL)

    def ended(self) -> bool:
        """Whether the server ended by itself."""
        return self.process is not None and self.process.poll() is not None

    def workers_alive(self) -> list[int]:
        """The processes that answer requests, the oldest first."""
        above = self.process.pid if self.process else 0
        found = Path(f"/proc/{above}/task/{above}/children").read_text().split()
        commands = {int(pid): _command(pid) for pid in found}
        return [pid for pid, said in commands.items() if said and b"caretaker" not in said]

    def kill_worker(self, chance: random.Random) -> None:
        """Kill a worker; the others go on, and the server starts another.

        Not before the one killed last has come again, and not that one: granian takes a worker
        that dies twice in 5.5 seconds for a crash loop and ends.
        """
        end = time.monotonic() + 10
        while len(self.workers_alive()) < self.workers:
            if self.ended() or time.monotonic() > end:
                raise RuntimeError((self.instance / "server.log").read_text()[-3000:])
            time.sleep(0.01)
        os.kill(chance.choice(self.workers_alive()[:-1]), signal.SIGKILL)

    def stop(self) -> None:
        """Ask the server to end."""
        self._signal(signal.SIGTERM)

    def _signal(self, which: signal.Signals) -> None:
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, which)
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(timeout=10)
        self.process = None

    def close(self) -> None:
        self.stop()
        self.engine.dispose()

    def faults(self) -> list[str]:
        """What the server wrote about faults of its own."""
        lines = (self.instance / "server.log").read_text().splitlines()
        return [line for line in lines if "unexpected fault" in line or "Traceback" in line]


def _command(pid: str) -> bytes:
    """How the process was started; empty where it has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def _set_hash(user: User, hashed: str) -> None:
    """One hash for all: hashing sixteen times the same would take a second."""
    user.password_hash, user.must_change_password = hashed, False
    user.initial_expires_at = None


def _units(db: Session) -> dict[str, Unit]:
    top = Unit(code="top", name="海州港口管理局", name_en="Haizhou Port Administration Bureau")
    db.add(top)
    db.flush()
    units = {"top": top}
    for position, (code, name, name_en) in enumerate(UNITS):
        units[code] = Unit(
            code=code, name=name, name_en=name_en, parent_id=top.id, position=position
        )
        db.add(units[code])
    db.flush()
    return units


def _add(
    db: Session, username: str, name: str, unit: str, roles: tuple[Role, ...],
    units: dict[str, Unit],
) -> tuple[User, str]:  # fmt: skip
    new = NewPerson(
        username, name, units[unit].id, "port-administration", "staff", "civil-servants",
        frozenset(roles),
    )  # fmt: skip
    return add(db, new, by=None, now=now() - timedelta(days=1))


def _exam(db: Session, trainer: User, unit: Unit, moment: datetime) -> str:
    """Six questions, open for hours, with tries enough for every test."""
    lines = tuple(
        SpecLine("constitution", kind, None, count, Fraction(points))
        for kind, count, points in ((Kind.SINGLE, 3, 2), (Kind.MULTIPLE, 2, 3),
                                    (Kind.JUDGEMENT, 1, 1))
    )  # fmt: skip
    draft = ExamDraft(
        title={"zh": "练习考试", "en": "Practice exam"},
        spec=ExamSpec(
            lines, 60, Fraction(8), (Band("good", Fraction(10)),), 10, Counts.BEST, Fraction(5)
        ),
        opens_at=moment - timedelta(hours=1),
        closes_at=moment + timedelta(hours=5),
        unit_ids=(unit.id,),
        audiences=(),
        release_on_close=False,
        certificate_years=3,
    )
    person = by_id(db, trainer.id)
    assert person
    exam = create(db, draft, by=person, now=moment - timedelta(hours=2))
    publish(db, exam, by=person, now=moment - timedelta(hours=2))
    return exam.public_id


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


def user_of(db: Session, username: str) -> User:
    return db.scalars(select(User).where(User.username == username)).one()
