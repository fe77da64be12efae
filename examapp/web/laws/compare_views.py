"""Two editions of a law beside each other."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for

from examapp.clock import local_date, now
from examapp.core.law.changes import Change
from examapp.services.laws import comparing
from examapp.services.laws.comparing import QUIET
from examapp.services.laws.reading import StandingEdition, editions
from examapp.services.laws.resting import held_items
from examapp.store.laws import Edition, Law
from examapp.web.access import may
from examapp.web.laws.asked import asked_law, day_of
from examapp.web.paging import page_of
from examapp.web.transaction import db

SIZE = 40


def add_to(room: Blueprint) -> None:
    """Put the comparison into the room of laws."""
    room.add_url_rule("/<code>/compare", view_func=compare, methods=["GET"])


def compare(code: str) -> str | tuple[str, int]:
    """What changed from `?old=` to `?new=`, both named by their day of adoption.

    Without them, from the edition before to the newest one that is here with its words.
    """
    law = asked_law(code)
    here = [entry for entry in editions(law, on=local_date(now())) if entry.has_text]
    if len(here) < 2:
        return render_template("laws/compare_none.html", law=law, editions=here)
    new = _chosen(law, "new") or here[0].edition
    old = _chosen(law, "old") or _before(here, new)
    if old.id == new.id or not (old.text_digest and new.text_digest):
        return render_template("laws/compare_none.html", law=law, editions=here, old=old, new=new)
    return _page(law, here, *sorted((old, new), key=lambda edition: edition.adopted))


def _chosen(law: Law, name: str) -> Edition | None:
    day = day_of(request.args.get(name, ""))
    return comparing.edition_adopted(law, day) if day else None


def _before(here: list[StandingEdition], new: Edition) -> Edition:
    older = [entry.edition for entry in here if entry.edition.adopted < new.adopted]
    return older[0] if older else here[-1].edition


def _page(law: Law, here: list[StandingEdition], old: Edition, new: Edition) -> str:
    changes = comparing.changes(db(), law, old, new)
    kind = request.args.get("kind", "")
    chosen = [change for change in changes if _shown(change, kind)]
    page = page_of(chosen, request.args.get("page", type=int), SIZE)
    trains = may("bank.item")
    rows = comparing.with_words(db(), law, old, new, page.rows, with_items=trains)
    return render_template(
        "laws/compare.html",
        law=law,
        editions=here,
        old=old,
        new=new,
        counts=comparing.counts(changes),
        kind=kind,
        page=page,
        pages=lambda n: url_for(
            "laws.compare",
            code=law.code,
            old=old.adopted,
            new=new.adopted,
            kind=kind or None,
            page=n,
        ),
        rows=rows,
        quiet=[change for change in changes if change.kind in QUIET],
        trains=trains,
        held=held_items(db(), law, today=local_date(now())) if trains else frozenset(),
        may_study=may("study.section"),
    )


def _shown(change: Change, kind: str) -> bool:
    return change.kind == kind if kind else change.kind not in QUIET
