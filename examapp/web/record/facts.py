"""What the facts of an entry are called, and how their values read."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup, escape

from examapp.services.record_pages import EntryPage
from examapp.web.names import name, post_name
from examapp.web.presentation import day, moment, texts

FACTS = {
    "adopted": _l("Adopted"),
    "agreed": _l("Agrees with the author"),
    "answered": _l("Answered"),
    "answers": _l("Answers the proposal"),
    "approved": _l("Approved"),
    "article": _l("Article"),
    "articles": _l("Articles"),
    "asked": _l("Questions asked"),
    "audience": _l("Audience"),
    "band": _l("Band"),
    "because": _l("Reason"),
    "before": _l("Minutes before"),
    "candidate": _l("Candidate"),
    "capacity": _l("Places"),
    "changes": _l("Digest of what became of the articles"),
    "choice": _l("Choice"),
    "choices": _l("Digest of the choices"),
    "cites": _l("Where the citations go"),
    "closes_at": _l("Closes at"),
    "code": _l("Code"),
    "confirmed_by": _l("Confirmed by"),
    "counts": _l("They count"),
    "deadline": _l("Deadline"),
    "decision": _l("Decision"),
    "digest": _l("Digest"),
    "earned": _l("Points by question"),
    "edition": _l("Edition adopted on"),
    "effective": _l("In force since"),
    "exam": _l("Exam"),
    "excuse": _l("Digest of ground and reason"),
    "fills": _l("Papers can be drawn"),
    "from": _l("before"),
    "history": _l("Digest of all saves"),
    "holds": _l("Tolerance that can be held"),
    "item": _l("Question"),
    "items": _l("Digests of the questions"),
    "kind": _l("What is asked for"),
    "law": _l("Law"),
    "lease": _l("Device number"),
    "late": _l("Late choices"),
    "late_responses": _l("Digest of the late choices"),
    "level": _l("Papers are level"),
    "minutes": _l("Minutes"),
    "most": _l("Full marks"),
    "moves": _l("Citations that moved"),
    "name": _l("Name"),
    "name_en": _l("Name in English"),
    "new": _l("Newer edition"),
    "new_text": _l("Digest of the newer text"),
    "number": _l("Number"),
    "of": _l("About"),
    "old": _l("Older edition"),
    "old_text": _l("Digest of the older text"),
    "opens_at": _l("Opens at"),
    "outcome": _l("Outcome"),
    "paper": _l("Digest of the paper"),
    "pause": _l("Pause"),
    "parent": _l("Belongs to"),
    "person": _l("Person"),
    "points": _l("Points"),
    "pool": _l("Digest of the pool"),
    "pool_items": _l("Questions in the pool"),
    "position": _l("Place in the list"),
    "post": _l("Post"),
    "proposed_by": _l("Proposed by"),
    "rank_band": _l("Rank"),
    "reader": _l("Second reader"),
    "reason": _l("Reason"),
    "remark": _l("Digest of the remark"),
    "replaced": _l("Digest of the text before"),
    "responses": _l("Digest of the responses"),
    "right": _l("Answered rightly"),
    "roles": _l("Roles"),
    "section": _l("Section"),
    "salt": _l("Random addition"),
    "score": _l("Number of the score"),
    "seconds": _l("Seconds"),
    "seed": _l("Seed"),
    "seed_commitment": _l("Commitment to the seed"),
    "signed": _l("Signed with the password"),
    "sitting": _l("Sitting"),
    "sittings": _l("Sittings"),
    "source": _l("Source"),
    "spec": _l("Digest of the exam's rules"),
    "started_at": _l("Started at"),
    "target": _l("Every paper is expected to bring"),
    "title": _l("Title"),
    "to": _l("after"),
    "try": _l("Number of the try"),
    "unit": _l("Unit"),
    "units": _l("Units"),
    "user": _l("Person"),
    "valid_from": _l("Valid from"),
    "valid_until": _l("Valid until"),
    "year": _l("Year"),
}
TABLES = {
    "roles": "role",
    "rank_band": "rank",
    "audience": "audience",
    "outcome": "outcome",
    "band": "band",
    "kind": "excuse_kind",
}
ROLES = "user.roles-changed"
MOST_SHOWN = 100  # a pause of thousands names every sitting with its new end


def fact_name(code: str) -> str:
    """What a fact is called; the code itself where it has no name yet."""
    return str(FACTS.get(code, code))


def told(fact: str, value: Any, found: EntryPage) -> str | Markup:
    """A value in words where it has any, else as the record has it."""
    if found.entry.event == ROLES:
        fact = "roles"
    if isinstance(value, dict):
        return _inner(fact, value, found)
    if isinstance(value, list) and len(value) > MOST_SHOWN:
        return str(_("%(n)s of them", n=len(value)))
    if isinstance(value, list):
        return escape(_(", ")).join(told(fact, one, found) for one in value) or "–"
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    return _word(fact, str(value), found)


def _inner(fact: str, value: dict[str, Any], found: EntryPage) -> Markup:
    parts = [
        Markup("{}{}{}").format(
            fact_name(key), _(": "), told(fact if key in ("from", "to") else key, inner, found)
        )
        for key, inner in value.items()
    ]
    return Markup("<br>").join(parts)


def _word(fact: str, value: str, found: EntryPage) -> str | Markup:
    if fact in TABLES:
        return name(TABLES[fact], value)
    if fact == "post":
        return post_name(value)
    if value in found.names:
        return texts(found.names[value])
    if fact == "name" and value == "changed":
        return str(_("changed (names do not stand in the record)"))
    return _time(value) or (Markup("<code>{}</code>").format(value) if len(value) >= 40 else value)


def _time(value: str) -> str:
    try:
        if len(value) == 10:
            return day(date.fromisoformat(value))
        if len(value) >= 20 and value[4] == value[7] == "-":
            return moment(datetime.fromisoformat(value))
    except ValueError:
        pass
    return ""
