"""What the editor of a question begins with: its citations as they stand under today's law."""

from __future__ import annotations

from flask import request
from flask_babel import gettext as _

from examapp.clock import local_date, now
from examapp.services.laws import queue, subjects
from examapp.services.laws.places import places_of
from examapp.store.bank import ItemRevision
from examapp.web.presentation import day, texts
from examapp.web.transaction import db


def cites_today(revision: ItemRevision, code: str) -> dict[str, str]:
    """Fields of the form: citations where they moved to, and of a held one where they would go.

    A revision that is saved rests on the law as in force then, so old numbers must not stay.
    """
    stands = [str(place.now) for place in places_of(db(), revision) if place.now]
    if not request.args.get("held"):
        return {"cites": "\n".join(stands)}
    shown = queue.shown(db(), subjects.item_subject(db(), code), today=local_date(now()))
    for one in shown.beside:
        at = str(one.cite)
        if at in stands:
            stands[stands.index(at)] = "\n".join(one.preset.split())
    return {"cites": "\n".join(filter(None, stands)), "note": _note(shown)}


def _note(shown: queue.Shown) -> str:
    """Which law changed, for the history of the question."""
    said = dict.fromkeys(
        str(
            _(
                "%(law)s changed (adopted on %(day)s)",
                law=texts(one.hit.law.short_title),
                day=day(one.hit.newer.adopted),
            )
        )
        for one in shown.beside
    )
    return str(_("; ")).join(said)
