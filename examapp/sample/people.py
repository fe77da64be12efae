"""The sample bureau's units and people; every name is invented."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from examapp.core.people import Role
from examapp.services.people.accounts import NewPerson, add
from examapp.services.people.persons import Person, by_id
from examapp.services.people.signing_in import set_password
from examapp.store.people import Unit, User

BUREAU = ("top", "海州港口管理局", "Haizhou Port Administration Bureau")
UNITS = (
    ("office", "办公室", "General Office", "general-office", 9),
    ("legal", "政策法规处", "Policy and Legal Affairs Division", "legal-affairs", 8),
    ("port", "港政管理处", "Port Administration Division", "port-administration", 14),
    ("shipping", "航运管理处", "Shipping Administration Division", "shipping-administration", 12),
    ("safety", "安全监督处", "Safety Supervision Division", "work-safety", 10),
    ("personnel", "组织人事处", "Personnel Division", "personnel", 7),
)
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾萧田董袁潘于蒋蔡"
GIVEN = (
    "建国", "志强", "海燕", "秀英", "文静", "立军", "晓峰", "雅琴", "永刚", "美玲",
    "振华", "丽娟", "国平", "春梅", "少云", "思远", "佳怡", "明辉", "玉兰", "德胜",
)  # fmt: skip
ACCOUNTS = {
    "cadre": ("chenmin", "陈敏", "port", (Role.CADRE,)),
    "trainer": ("linyan", "林妍", "legal", (Role.CADRE, Role.TRAINER)),
    "second trainer": ("hewei", "何伟", "legal", (Role.CADRE, Role.TRAINER)),
    "personnel": ("zhaohong", "赵红", "personnel", (Role.CADRE, Role.PERSONNEL)),
    "admin": ("admin", "管理员", "office", (Role.ADMIN,)),
    "auditor": ("shenjing", "沈静", "office", (Role.AUDITOR,)),
}


@dataclass
class Bureau:
    """Everybody of the sample, with a made-up diligence and knowledge for the history."""

    top: Unit
    cadres: list[Person] = field(default_factory=list)
    by_account: dict[str, Person] = field(default_factory=dict)


def build(db: Session, password: str, *, chance: random.Random, now: datetime) -> Bureau:
    """Units and people; the named accounts get the demo's password."""
    code, name, name_en = BUREAU
    top = Unit(code=code, name=name, name_en=name_en)
    db.add(top)
    db.flush()
    bureau = Bureau(top)
    units = {}
    for position, (code, name, name_en, _post, _count) in enumerate(UNITS):
        units[code] = Unit(
            code=code, name=name, name_en=name_en, parent_id=top.id, position=position
        )
        db.add(units[code])
    db.flush()
    posts = {code: post for code, _, _, post, _ in UNITS}
    for account, (username, name, code, roles) in ACCOUNTS.items():
        # Personnel officers of the bureau look after the whole of it, not their division alone.
        unit = top if account == "personnel" else units[code]
        new = NewPerson(
            username, name, unit.id, posts[code], "staff", "civil-servants", frozenset(roles)
        )
        user = _add(db, new, now)
        set_password(user, password)
        user.must_change_password = False
        person = _person(db, user)
        bureau.by_account[account] = person
        if Role.CADRE in roles:
            bureau.cadres.append(person)
    names = _names(chance)
    for code, _, _, post, count in UNITS:
        for number in range(count):
            leading = number == 0
            new = NewPerson(
                f"{code}{number + 1:02d}",
                next(names),
                units[code].id,
                post,
                "leading" if leading else "staff",
                "leading-cadres" if leading else "civil-servants",
                frozenset({Role.CADRE}),
            )
            user = _add(db, new, now)
            user.must_change_password = False  # they came in long ago: see their history
            bureau.cadres.append(_person(db, user))
    return bureau


def _add(db: Session, new: NewPerson, now: datetime) -> User:
    return add(db, new, by=None, now=now)[0]


def _person(db: Session, user: User) -> Person:
    db.flush()
    person = by_id(db, user.id)
    if person is None:
        raise LookupError(user.username)
    return person


def _names(chance: random.Random) -> Iterator[str]:
    used: set[str] = {name for _, name, _, _ in ACCOUNTS.values()}
    while True:
        name = chance.choice(SURNAMES) + chance.choice(GIVEN)
        if name not in used:
            used.add(name)
            yield name
