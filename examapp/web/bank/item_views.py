"""The question bank: the list, an item with its history, retiring and bringing back."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from examapp.clock import local_date, now
from examapp.core.citations import parse
from examapp.core.item_changes import changes
from examapp.core.refusals import Invalid
from examapp.services.bank import catalogue, readings, writing
from examapp.services.bank.catalogue import Standing, Wanted
from examapp.services.exams.tallies import ease_of
from examapp.services.laws import places
from examapp.web.bank.forms import RetireForm
from examapp.web.bank.room import room
from examapp.web.bank.showing import hints, option_word, previews, shown_changes
from examapp.web.expecting import expectation
from examapp.web.languages import authored
from examapp.web.law_news.days import theme_name
from examapp.web.presentation import cited
from examapp.web.signed_in import me
from examapp.web.transaction import db

room.add_app_template_filter(option_word)


@room.get("/bank")
def items() -> str:
    """The list, searched and filtered."""
    wanted = _wanted()
    page = max(1, request.args.get("page", 1, type=int))
    today = local_date(now())
    rows, total = catalogue.find(db(), wanted, page=page, today=today)
    return render_template(
        "bank/items.html",
        rows=rows,
        total=total,
        page=page,
        pages=-(-total // catalogue.PAGE),
        wanted=wanted,
        counts=catalogue.counts(db(), wanted, today=today),
        topics=topic_choices(),
        cited=cited_by(wanted),
        without_law=url_for("bank.items", **_asked(wanted, law="", article="")),
        to_read=readings.waiting_count(db(), me()),
        url_of=lambda n: url_for("bank.items", **_asked(wanted, page=n)),
        state_url=lambda state: url_for("bank.items", **_asked(wanted, state=state)),
    )


def _wanted() -> Wanted:
    given = {name: request.args.get(name, "").strip() for name in Wanted.__dataclass_fields__}
    given["article"] = given["article"] if given["law"] else ""
    given["words"] = request.args.get("q", "").strip()[:200]
    if given["state"] not in catalogue.STATES:
        given["state"] = ""
    return Wanted(**given)


def _asked(wanted: Wanted, **other: Any) -> dict[str, Any]:
    """The address's arguments for the same list with something else."""
    asked = {**vars(wanted), **other}
    asked["q"] = asked.pop("words")
    return {name: value for name, value in asked.items() if value}


def cited_by(wanted: Wanted) -> str:
    """The law or article that the list is narrowed to, read aloud; empty for none."""
    if not wanted.law or not wanted.article:
        return theme_name(f"law:{wanted.law}") if wanted.law else ""
    try:
        return cited(parse(f"{wanted.law}:{wanted.article}"))
    except (Invalid, ValueError):
        return f"{wanted.law}:{wanted.article}"


def topic_choices() -> list[tuple[str, str]]:
    """All topics by title; those under another are indented."""
    return [
        (topic.code, "\u3000" * topic.code.count(".") + topic.title[authored()])
        for topic in catalogue.topics(db())
    ]


@room.get("/bank/items/<code>")
def item(code: str) -> str:
    """An item: preview, key, rationale, citations, readings, history."""
    standing = catalogue.standing(db(), code, today=local_date(now()))
    return _revision_page(standing, standing.newest.number)


@room.get("/bank/items/<code>/revisions/<int:number>")
def revision(code: str, number: int) -> str:
    """One revision, and what differs from another (`?against=`), else from the one before."""
    standing = catalogue.standing(db(), code, today=local_date(now()))
    return _revision_page(standing, number)


def _revision_page(standing: Standing, number: int) -> str:
    content, revision = standing.content(number), standing.revision(number)
    against = request.args.get("against", number - 1, type=int)
    before = standing.content(against) if against else None
    return render_template(
        "bank/item.html",
        standing=standing,
        revision=revision,
        ease=ease_of(db(), revision, expectation()),
        content=content,
        places=places.places_of(db(), revision),
        previews=previews(content),
        hints=hints(content) if number == standing.newest.number else [],
        against=against,
        changes=shown_changes(changes(before, content)) if before else [],
        person=me(),
    )


@room.route("/bank/items/<code>/retire", methods=["GET", "POST"])
def retire(code: str) -> str | Response | tuple[str, int]:
    """Take an item out of use, saying why."""
    standing = catalogue.standing(db(), code)
    form = RetireForm()
    if form.validate_on_submit():
        try:
            writing.retire(db(), standing.item, by=me(), reason=form.reason.data or "", now=now())
        except Invalid as refusal:
            form.place(refusal)
        else:
            flash(_("The question is retired. It is kept, with its history."), "success")
            return redirect(url_for("bank.item", code=code))
    page = render_template("bank/retire.html", standing=standing, form=form)
    return (page, 422) if form.errors else page


@room.post("/bank/items/<code>/bring-back")
def bring_back(code: str) -> Response:
    """Put a retired item back into use."""
    writing.bring_back(db(), catalogue.item_of(db(), code), by=me(), now=now())
    flash(_("The question is in use again."), "success")
    return redirect(url_for("bank.item", code=code))
