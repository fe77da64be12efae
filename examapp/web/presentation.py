"""How values are shown: moments in the bureau's zone, points rounded only here, texts."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from flask import Flask, g, url_for
from flask_babel import format_date, format_datetime
from flask_babel import gettext as _
from markupsafe import Markup, escape

from examapp.clock import local_date, now
from examapp.core.citations import Citation
from examapp.core.texts import in_language
from examapp.library.rich_text import render
from examapp.services.laws.citing import laws_with_words, speaker
from examapp.web.languages import authored
from examapp.web.transaction import db


def install(app: Flask) -> None:
    """Give the templates their filters."""
    app.add_template_filter(moment)
    app.add_template_filter(day)
    app.add_template_filter(clock_time)
    app.add_template_filter(to_second)
    app.add_template_filter(points)
    app.add_template_filter(text)
    app.add_template_filter(texts)
    app.add_template_filter(emphasised)
    app.add_template_filter(unmarked)
    app.add_template_filter(hours)
    app.add_template_filter(cited)
    app.add_template_filter(article_url)
    app.add_template_filter(rich)


def moment(value: datetime | None) -> str:
    """Day and time in the bureau's zone, to the minute."""
    if value is None:
        return ""
    pattern = "yyyy-MM-dd HH:mm" if authored() == "zh" else "d MMM yyyy, HH:mm"
    return str(format_datetime(value, pattern))


def day(value: date | datetime | None) -> str:
    """A day; a moment's day in the bureau's zone."""
    if value is None:
        return ""
    pattern = "yyyy年M月d日" if authored() == "zh" else "d MMMM yyyy"
    if isinstance(value, datetime):
        return str(format_datetime(value, pattern))
    return str(format_date(value, pattern, rebase=False))


def clock_time(value: datetime) -> str:
    """The time of day in the bureau's zone, with the day where it is not today's."""
    same_day = local_date(value) == local_date(now())
    return str(format_datetime(value, "HH:mm")) if same_day else moment(value)


def to_second(value: datetime) -> str:
    """The time of day to the second, with the day where it is not today's."""
    same_day = local_date(value) == local_date(now())
    return str(format_datetime(value, "HH:mm:ss" if same_day else "yyyy-MM-dd HH:mm:ss"))


def points(value: Fraction | int | str | None) -> str:
    """Points for reading: whole where whole, else with at most two decimals."""
    if value is None:
        return ""
    exact = Fraction(value)
    if exact.denominator == 1:
        return str(exact.numerator)
    quotient = Decimal(exact.numerator) / Decimal(exact.denominator)
    return format(quotient.quantize(Decimal("0.01"), ROUND_HALF_UP).normalize(), "f")


def text(value: Mapping[str, str] | None) -> Markup:
    """An authored text in the reader's language; another language is marked as such."""
    language, value = authored(), value or {}
    if value.get(language):
        return escape(value[language])
    said = in_language(value, language)
    if not said.fallback:
        return escape(said.text)
    tag = {"zh": "zh-Hans-CN", "en": "en"}[said.language]
    note = _("(not translated)")
    return Markup('<span lang="{}">{}</span> <span class="fallback-note">{}</span>').format(
        tag, said.text, note
    )


def texts(value: Mapping[str, str] | None) -> str:
    """The same without mark-up, for titles and attributes."""
    return in_language(value or {}, authored()).text


_EMPHASIS = re.compile(r"\*\*(.+?)\*\*")


def emphasised(said: str) -> Markup:
    """A question's words, with what its author emphasised (**not**) set off."""
    return Markup(_EMPHASIS.sub(r"<strong>\1</strong>", str(escape(said))))  # noqa: S704 - escaped


def unmarked(said: str) -> str:
    """A question's words without the marks of emphasis, for titles and lists."""
    return _EMPHASIS.sub(r"\1", said)


def hours(minutes: int) -> str:
    """Minutes as hours with at most one decimal; 90 is 1.5."""
    tenths = Decimal(minutes) / 60
    return str(tenths.quantize(Decimal("0.1"), ROUND_HALF_UP).normalize().__format__("f"))


def cited(value: Citation) -> str:
    """A citation read aloud in the reader's language."""
    language = authored()
    if "speaker" not in g or g.speaker[0] != language:
        g.speaker = (language, speaker(db(), language))
    return str(g.speaker[1](value))


def article_url(value: Citation, edition: date | None = None) -> str:
    """Where a citation leads: to the article's words, or to what is known of its law.

    `edition` is the day of adoption of the edition meant; without it the one in force.
    """
    if "laws_with_words" not in g:
        g.laws_with_words = laws_with_words(db())
    law: dict[str, Any] = {"code": value.law, "edition": edition}
    if value.law not in g.laws_with_words:
        return url_for("laws.law", **law, _anchor=f"article-{value.article}")
    place = f"paragraph-{value.paragraph}" if value.paragraph else None
    return url_for("laws.article", **law, key=value.article, _anchor=place)


def _of_edition(value: Citation, adopted: date | None) -> str:
    if adopted is None:
        return cited(value)
    return cited(value) + str(_("(edition adopted on %(day)s)", day=day(adopted)))


def rich(
    value: Mapping[str, str],
    now: Callable[[Citation], tuple[Citation, date | None]] = lambda cite: (cite, None),
) -> Markup:
    """An authored Markdown text in the reader's language, made safe.

    `now` says where a reference of its author's stands today, and the edition if an older one.
    """
    said = in_language(value, authored())
    html = render(
        said.text, lambda cite: _of_edition(*now(cite)), lambda cite: article_url(*now(cite))
    )
    if not said.fallback:
        return html
    tag = {"zh": "zh-Hans-CN", "en": "en"}[said.language]
    note = _("This text has not been translated yet.")
    return Markup('<p class="fallback-note">{}</p><div lang="{}">{}</div>').format(note, tag, html)
