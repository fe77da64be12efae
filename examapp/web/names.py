"""What codes are called: roles, kinds, states, bands - one table for every page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask, current_app, g
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from jinja2 import pass_context

from examapp.library.registers import read_registers
from examapp.services.bank.topics import titles
from examapp.web.languages import authored
from examapp.web.law_names import LAW_NAMES
from examapp.web.transaction import db

NAMES: dict[str, dict[str, Any]] = {
    **LAW_NAMES,
    "role": {
        "cadre": _l("Cadre"),
        "trainer": _l("Trainer"),
        "personnel": _l("Personnel officer"),
        "admin": _l("Administrator"),
        "auditor": _l("Auditor"),
    },
    "rank": {"leading": _l("Leading cadre"), "staff": _l("Staff")},
    "audience": {
        "leading-cadres": _l("Leading cadres"),
        "civil-servants": _l("Civil servants"),
        "enforcement": _l("Law-enforcement officers"),
        "support": _l("Support staff"),
    },
    "kind": {
        "single": _l("Single choice"),
        "multiple": _l("Multiple choice"),
        "judgement": _l("True or false"),
    },
    "difficulty": {"easy": _l("Easy"), "medium": _l("Medium"), "hard": _l("Hard")},
    "use": {"exam": _l("Exams"), "study": _l("Section checks only")},
    "asks": {"recall": _l("Know the rule"), "apply": _l("Apply it to a case")},
    "language": {"zh": _l("Chinese"), "en": _l("English")},
    "item_state": {
        "in-force": _l("In force"),
        "held": _l("Held"),
        "waiting": _l("Waits for a reader"),
        "disputed": _l("Readers disagree"),
        "retired": _l("Retired"),
    },
    "level": {"first-duty": _l("First duty"), "general": _l("General list"), "post": _l("By post")},
    "exam_state": {
        "draft": _l("Draft"),
        "announced": _l("Announced"),
        "open": _l("Open"),
        "closed": _l("Closed"),
        "released": _l("Results released"),
        "cancelled": _l("Cancelled"),
    },
    "counts": {
        "best": _l("The best try counts"),
        "last": _l("The last try counts"),
        "first": _l("The first try counts"),
    },
    "progress": {
        "not-yet": _l("Not yet"),
        "sitting": _l("Sitting now"),
        "handed-in": _l("Handed in"),
        "lapsed": _l("Time ran out"),
        "exempted": _l("Exempted"),
    },
    "ground": {
        "retiring": _l("Retiring within two years"),
        "maternity": _l("Maternity leave"),
        "illness": _l("Serious illness"),
        "duty": _l("Official duty"),
        "other": _l("Another ground"),
    },
    "excuse_kind": {
        "make_up": _l("Sit the make-up exam"),
        "exemption": _l("Be exempted from this exam"),
    },
    "excuse_standing": {
        "waiting": _l("Waits for a decision"),
        "approved": _l("Approved"),
        "refused": _l("Refused"),
        "withdrawn": _l("Withdrawn"),
    },
    "day_state": {
        "not-begun": _l("Not begun"),
        "connected": _l("Connected"),
        "silent": _l("No contact"),
        "paused": _l("Paused"),
        "handed-in": _l("Handed in"),
        "lapsed": _l("Time ran out"),
        "exempted": _l("Exempted"),
    },
    "outcome": {"passed": _l("Passed"), "failed": _l("Not passed")},
    "band": {"excellent": _l("Excellent"), "good": _l("Good"), "pass": _l("Pass")},
    "standing": {
        "valid": _l("Valid"),
        "not-yet": _l("Not yet valid"),
        "expired": _l("Expired"),
        "revoked": _l("Revoked"),
    },
    "head": {
        "study": _l("Study"),
        "exam": _l("Legal exam"),
        "abiding": _l("Abiding by law"),
        "deciding": _l("Deciding by law"),
        "administering": _l("Administering by law"),
        "handling": _l("Handling affairs by law"),
    },
    "practice": {
        "topic": _l("By topic"),
        "wrong": _l("My wrong questions"),
        "mock": _l("Mock exam"),
        "theme": _l("On one theme"),
    },
    "event": {
        "user.added": _l("Person added"),
        "user.roles-changed": _l("Roles changed"),
        "user.unit-changed": _l("Unit changed"),
        "user.disabled": _l("Person disabled"),
        "user.enabled": _l("Person enabled"),
        "user.details-changed": _l("Details of a person changed"),
        "user.password-reset": _l("One-time password given"),
        "unit.added": _l("Unit added"),
        "unit.renamed": _l("Unit renamed"),
        "unit.moved": _l("Unit moved"),
        "item.revised": _l("Question revised"),
        "item.retired": _l("Question retired"),
        "item.brought-back": _l("Question brought back"),
        "item.read": _l("Question read by a second person"),
        "law.compared": _l("Editions of a law compared"),
        "citation.moved": _l("Citations followed the law’s new numbers"),
        "hold.proposed": _l("Release of a held question proposed"),
        "hold.confirmed": _l("Release of a held question confirmed"),
        "hold.refused": _l("Release of a held question refused"),
        "pool.reduced": _l("Questions left the pool of an exam"),
        "exam.published": _l("Exam published"),
        "exam.cancelled": _l("Exam cancelled"),
        "slot.added": _l("Time slot added"),
        "slot.removed": _l("Time slot removed"),
        "slot.booked": _l("Time slot booked"),
        "excuse.filed": _l("Excuse asked for"),
        "excuse.decided": _l("Excuse decided on"),
        "excuse.withdrawn": _l("Excuse withdrawn"),
        "exam.released": _l("Results released"),
        "exam.paused": _l("Exam paused"),
        "exam.resumed": _l("Exam resumed"),
        "exam.extra-time": _l("Extra time given"),
        "paper.drawn": _l("Paper drawn"),
        "sitting.taken-over": _l("Continued on another device"),
        "sitting.freed": _l("Freed for another computer"),
        "sitting.submitted": _l("Paper handed in"),
        "sitting.lapsed": _l("Time ran out"),
        "sitting.scored": _l("Scored"),
        "late.decided": _l("Late choices decided on"),
        "certificate.issued": _l("Certificate issued"),
        "certificate.revoked": _l("Certificate revoked"),
        "study.credited": _l("Study credited"),
        "evidence.declared": _l("Study declared"),
        "evidence.withdrawn": _l("Declared study withdrawn"),
        "evidence.confirmed": _l("Study confirmed"),
        "evidence.refused": _l("Study not confirmed"),
        "law.imported": _l("Text of a law imported"),
        "law.replaced": _l("Text of a law replaced"),
    },
}


def install(app: Flask) -> None:
    """Give templates a filter for each table, and for topics and posts."""
    for table in NAMES:
        app.add_template_filter(_filter(_namer(table)), f"{table}_name")
    app.add_template_filter(topic_name)
    app.add_template_filter(post_name)


def _filter(namer: Callable[[object], str]) -> Callable[[object, object], str]:
    """Jinja must not work out `'exam'|use_name` once for all: the language changes."""

    @pass_context
    def spoken(_context: object, code: object) -> str:
        return namer(code)

    return spoken


def _namer(table: str) -> Callable[[object], str]:
    def name(code: object) -> str:
        return str(NAMES[table].get(str(code), code))

    return name


def name(table: str, code: object) -> str:
    """What a code of a table is called in the reader's language."""
    return _namer(table)(code)


def choices(table: str) -> list[tuple[str, str]]:
    """A table as the choices of a form field."""
    return [(code, str(words)) for code, words in NAMES[table].items()]


def topic_name(code: str) -> str:
    """What a topic is called; the code itself where it is unknown."""
    if "topics" not in g:
        g.topics = titles(db())
    title = g.topics.get(code)
    return str(title[authored()]) if title else code


def post_name(code: str) -> str:
    """What a post is called; empty for none."""
    posts = current_app.extensions.get("posts")
    if posts is None:
        registers = read_registers(current_app.extensions["settings"].content)
        posts = current_app.extensions["posts"] = {
            p.code: p.title for p in registers.posts.values()
        }
    return str(posts[code][authored()]) if code in posts else code


def post_choices() -> list[tuple[str, str]]:
    """All posts as the choices of a form field, with none first."""
    post_name("")
    posts = current_app.extensions["posts"]
    return [("", _("none")), *((code, title[authored()]) for code, title in posts.items())]
