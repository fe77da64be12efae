"""One article alone with its history, and the reader's own note beside it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from examapp.clock import now
from examapp.core.citations import PATTERN, Citation
from examapp.core.refusals import Invalid, NotFound
from examapp.services.laws import histories, notes, reading, resting
from examapp.services.laws.notes import Beside
from examapp.services.study.notes import NoteChanged
from examapp.store.laws import Article
from examapp.web.access import may
from examapp.web.laws.asked import Asked, Moved, asked
from examapp.web.presentation import cited, texts
from examapp.web.signed_in import me
from examapp.web.study.forms import NoteForm
from examapp.web.transaction import db

ARTICLE = "/<code>/articles/<key>"


def add_to(room: Blueprint) -> None:
    """Put the pages of an article into the room of laws."""
    room.add_url_rule(ARTICLE, view_func=article, methods=["GET"])
    room.add_url_rule(ARTICLE, view_func=note, methods=["POST"])


def article(code: str, key: str) -> str | tuple[str, int]:
    """One article: its words, its history, its neighbours, what rests on it."""
    found = asked(code)
    if not histories.editions_with(db(), found.law, key):
        return _not_here(found, key), 404
    shown = _article(found, key)
    return _page(found, shown, _form_of(_beside(found, shown)))


def _not_here(found: Asked, key: str) -> str:
    """Citations may name an article of which no text here has the words."""
    match = PATTERN.fullmatch(f"{found.law.code}:{key}")
    if match is None or match["article"] != key:
        raise NotFound()
    heading = cited(Citation(found.law.code, key))
    rests = resting.resting_on(db(), found.law, found.edition, with_items=may("bank.item"), key=key)
    return render_template(
        "laws/no_article.html",
        asked=found,
        heading=heading,
        rests=rests.get(key),
        held=frozenset(),
        trains=may("bank.item"),
        may_study=may("study.section"),
        may_import=may("law_desk.upload"),
    )


def note(code: str, key: str) -> str | Response | tuple[str, int]:
    """Save the note beside an article; a conflict shows both texts and keeps both."""
    found = asked(code)
    shown = _article(found, key)
    form = NoteForm()
    if not form.validate_on_submit():
        return _page(found, shown, form), 422
    body, revision = form.body.data or "", form.revision.data or 0
    there = _beside(found, shown)
    upon = there[0].note if there else None
    try:
        notes.save_note(db(), me(), shown, body, upon=upon, revision=revision, now=now())
    except Invalid as refusal:
        form.place(refusal)
        return _page(found, shown, form), 422
    except NoteChanged:
        return _conflict(found, shown, form), 409
    flash(_("Your note is saved."), "success")
    return redirect(f"{_address(found, key)}#note", 303)


def _article(found: Asked, key: str) -> Article:
    there = histories.editions_with(db(), found.law, key)
    if found.edition.id in {edition.id for edition in there}:
        return reading.provision(db(), found.edition, key)
    if found.exact or not there:
        raise NotFound()
    newest = there[-1].adopted
    raise Moved(url_for("laws.article", code=found.law.code, key=key, edition=newest))


def _beside(found: Asked, shown: Article) -> list[Beside]:
    return notes.notes_on(db(), me(), found.law, found.edition).get(shown.key, [])


def _form_of(there: list[Beside]) -> NoteForm:
    body, revision = (there[0].note.body, there[0].note.revision) if there else ("", 0)
    return NoteForm(formdata=None, body=body, revision=revision)


def _conflict(found: Asked, shown: Article, form: NoteForm) -> str:
    """Show what the other window saved; the next save of this form is upon that."""
    there = _beside(found, shown)
    form.revision.process_data(there[0].note.revision if there else 0)
    form.revision.raw_data = None
    return _page(found, shown, form, theirs=there[0].note.body if there else "")


def _address(found: Asked, key: str) -> str:
    """Where the article is read: without the edition's name if it is the one of today anyhow."""
    today = reading.edition_of(found.law, on=found.today)
    edition = None if found.edition.id == today.id else found.edition.adopted
    return url_for("laws.article", code=found.law.code, key=key, edition=edition)


def _heading(found: Asked, shown: Article) -> str:
    """《宪法》第三十三条; annexes and points have no citation, so their own label stands there."""
    if shown.kind in ("article", "preamble"):
        return cited(Citation(found.law.code, shown.key))
    return f"{texts(found.law.short_title)} {shown.label}"


def _page(found: Asked, shown: Article, form: NoteForm, theirs: str | None = None) -> str:
    law, edition = found.law, found.edition
    trains = may("bank.item")
    rests = resting.resting_on(db(), law, edition, with_items=trains, key=shown.key)
    before, after = reading.neighbours(db(), shown)
    return render_template(
        "laws/article.html",
        asked=found,
        article=shown,
        heading=_heading(found, shown),
        above=reading.headings_above(db(), shown),
        before=before,
        after=after,
        wordings=histories.history(db(), law, edition, shown.key, today=found.today),
        rests=rests.get(shown.key),
        notes=_beside(found, shown) if may("laws.note") else [],
        form=form,
        theirs=theirs,
        may_note=may("laws.note"),
        note_open=request.method == "POST",
        save_at=url_for("laws.note", code=law.code, key=shown.key, edition=edition.adopted),
        may_study=may("study.section"),
        trains=trains,
        held=resting.held_items(db(), law, today=found.today) if trains else frozenset(),
    )
