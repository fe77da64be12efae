"""The shelf, guides, sections and notes."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from examapp.clock import local_date, now
from examapp.core.people import Role
from examapp.core.refusals import Invalid
from examapp.services.laws import notes as law_notes
from examapp.services.laws.references import following_references
from examapp.services.laws.subjects import why_section
from examapp.services.study import notes as own_notes
from examapp.services.study import progress, reading
from examapp.services.study import shelf as shelves
from examapp.services.study.notes import NoteChanged
from examapp.store.study import Note, Section
from examapp.web import transaction
from examapp.web.signed_in import me
from examapp.web.study import check_views
from examapp.web.study.forms import NoteForm
from examapp.web.transaction import db

room = Blueprint("study", __name__, url_prefix="/study")
check_views.add_to(room)
SECTION = "/guides/<guide>/<section>"


def this_year() -> int:
    """The year to which study is credited now."""
    return local_date(now()).year


def counts() -> bool:
    """Whether study is credited to this person: checks are for cadres."""
    return me().has(Role.CADRE)


@room.get("")
def shelf() -> str:
    """All guides by level, the reader's own first."""
    year = this_year()
    last = reading.last_opened(db(), me())
    first = progress.next_section(db(), me(), year=year)
    return render_template(
        "study/shelf.html",
        levels=shelves.by_level(shelves.on_shelf(db(), me(), year=year)),
        last=last,
        first=first[1] if first else None,
        year=year,
        minutes=progress.year_minutes(db(), me().id, year),
        counts=counts(),
    )


@room.get("/guides/<guide>", endpoint="guide")
def guide_page(guide: str) -> str:
    """One guide with its contents."""
    entry = shelves.guide(db(), me(), guide, year=this_year())
    return render_template("study/guide.html", entry=entry, year=this_year(), counts=counts())


@room.get(SECTION, endpoint="section")
@transaction.writes
def section_page(guide: str, section: str) -> str:
    """One section to read; opening it keeps the place."""
    found = shelves.section(db(), guide, section)
    reading.keep_position(db(), me(), found, now=now())
    return _page(found, _form_of(own_notes.note_of(db(), me(), found)))


@room.post(SECTION)
def note(guide: str, section: str) -> str | Response | tuple[str, int]:
    """Save the note beside a section; a conflict shows both texts and keeps both."""
    found = shelves.section(db(), guide, section)
    form = NoteForm()
    if not form.validate_on_submit():
        return _page(found, form), 422
    body, revision = form.body.data or "", form.revision.data or 0
    try:
        own_notes.save_note(db(), me(), found, body, revision=revision, now=now())
    except Invalid as refusal:
        form.place(refusal)
        return _page(found, form), 422
    except NoteChanged:
        return _conflict(found, form), 409
    flash(_("Your note is saved."), "success")
    return redirect(_address(found), 303)


def _conflict(section: Section, form: NoteForm) -> str:
    """Show what the other window saved; the next save of this form is upon that."""
    theirs = own_notes.note_of(db(), me(), section)
    form.revision.process_data(theirs.revision if theirs else 0)
    form.revision.raw_data = None
    return _page(section, form, theirs)


def _form_of(note: Note | None) -> NoteForm:
    body, revision = (note.body, note.revision) if note else ("", 0)
    return NoteForm(formdata=None, body=body, revision=revision)


def _address(section: Section) -> str:
    return url_for("study.section", guide=section.guide.code, section=section.code)


def _page(section: Section, form: NoteForm, theirs: Note | None = None) -> str:
    year = this_year()
    entry = shelves.guide(db(), me(), section.guide.code, year=year)
    before, after = shelves.neighbours(entry, section)
    return render_template(
        "study/section.html",
        entry=entry,
        section=section,
        cites=shelves.cites(section),
        follow=following_references(db(), section.id, today=local_date(now())),
        held=why_section(db(), section.id, local_date(now())),
        before=before,
        after=after,
        form=form,
        theirs=theirs,
        note_open=request.method == "POST",
        year=year,
        counts=counts(),
    )


@room.get("/notes")
def notes() -> str:
    """All of the reader's own notes."""
    return render_template(
        "study/notes.html",
        guides=own_notes.my_notes(db(), me()),
        laws=law_notes.my_notes(db(), me()),
    )
