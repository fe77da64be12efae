"""The law library: the shelf; the pages of a law are its neighbours in this folder."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext
from markupsafe import Markup, escape

from examapp.clock import local_date, now
from examapp.core.law.text import paragraphs
from examapp.core.texts import in_language
from examapp.services.laws import shelf as laws
from examapp.services.laws import shelving
from examapp.services.laws.reading import lines_of
from examapp.store.laws import Article
from examapp.web.access import may
from examapp.web.languages import authored
from examapp.web.laws import compare_views, note_views, reading_views, search_views
from examapp.web.names import name
from examapp.web.paging import page_of
from examapp.web.transaction import db

room = Blueprint("laws", __name__, url_prefix="/laws")
search_views.add_to(room)
compare_views.add_to(room)
note_views.add_to(room)
reading_views.add_to(room)


@room.app_template_filter("paragraphs")
def paragraphs_of(article: Article) -> tuple[tuple[str, ...], ...]:
    """The lines of a provision by paragraph: the first one, and the items that it introduces."""
    return paragraphs(lines_of(article))


@room.app_template_filter("law_title")
def law_title(title: dict[str, str]) -> Markup:
    """A law's title; most have a Chinese one alone, which is no lack of a translation."""
    said = in_language(title, authored())
    if not said.fallback:
        return escape(said.text)
    return Markup('<span lang="zh-Hans-CN">{}</span>').format(said.text)


@room.app_template_filter("oddity_said")
def oddity_said(oddity: dict[str, Any]) -> str:
    """What an import found, in the reader's language."""
    words, facts = str(oddity.get("words", oddity.get("code", ""))), oddity.get("facts") or {}
    said = str(gettext(words))
    try:
        return said % facts if facts else said
    except (KeyError, TypeError, ValueError):  # kept by an older import, with other facts
        return said


@room.get("")
def shelf() -> str:
    """The laws of the register by level; or the whole library, narrowed down by words and kind."""
    today = local_date(now())
    entries = laws.shelf(db(), today=today)
    if "whole" in request.args:
        return _whole(entries, today)
    return render_template(
        "laws/shelf.html",
        levels=shelving.by_level(entries),
        total=len(entries),
        texts=sum(entry.edition.text_digest is not None for entry in entries),
        news_of=lambda entry: shelving.news_of(entry, today),
        may_import=may("law_desk.upload"),
    )


def _whole(entries: list[laws.OnRegister], today: date) -> str:
    words, kind = request.args.get("words", "").strip(), request.args.get("kind", "")
    kinds = shelving.kinds(entries)
    found = [entry for entry in entries if shelving.fits(entry, words, kind)]
    return render_template(
        "laws/whole.html",
        page=page_of(found, request.args.get("page", type=int)),
        words=words,
        kind=kind if kind in kinds else "",
        kind_choices=[(code, name("law_kind", code)) for code in kinds],
        pages=lambda n: url_for("laws.shelf", whole=1, words=words, kind=kind or None, page=n),
        total=len(entries),
        news_of=lambda entry: shelving.news_of(entry, today),
    )
