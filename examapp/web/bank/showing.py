"""What the pages of the question bank show of a revision: previews and differences."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext
from markupsafe import Markup

from examapp.core.item_changes import Change, Clash, Piece, pieces
from examapp.core.items import LANGUAGES, ItemContent, Kind
from examapp.core.wording import wording_faults
from examapp.web.names import name, topic_name
from examapp.web.refusals import said_fault


def _(words: str, **facts: str) -> str:
    return str(gettext(words, **facts))


HTML_LANGUAGE = {"zh": "zh-Hans-CN", "en": "en"}


@dataclass(frozen=True)
class ShownOption:
    """An option of a preview: the letter candidates see, its text, whether it is right."""

    letter: str
    text: dict[str, str]
    right: bool


@dataclass(frozen=True)
class Preview:
    """A question in one language, as a candidate would see it and with its key."""

    language: str
    html_language: str
    stem: str
    options: tuple[ShownOption, ...]
    rationale: str


@dataclass(frozen=True)
class ShownChange:
    """A part that differs, in words: what it is called, the way from before to after."""

    place: str
    difference: Markup
    who: str = ""


def previews(content: ItemContent) -> list[Preview]:
    """The question in both languages."""
    return [_preview(content, language) for language in LANGUAGES]


def hints(content: ItemContent) -> list[tuple[str, str]]:
    """What a good author would word otherwise: the part, and why."""
    return [(place_name(fault.place), said_fault(fault)) for fault in wording_faults(content)]


def _preview(content: ItemContent, language: str) -> Preview:
    judgement = content.kind is Kind.JUDGEMENT
    return Preview(
        language=language,
        html_language=HTML_LANGUAGE[language],
        stem=content.stem.get(language, ""),
        options=tuple(
            ShownOption("" if judgement else option_id, text, option_id in content.key)
            for option_id, text in content.options
        ),
        rationale=content.rationale.get(language, ""),
    )


def shown_changes(changes: list[Change]) -> list[ShownChange]:
    """Differences between two revisions, for reading."""
    return [ShownChange(place_name(c.place), _marked(c.place, c.before, c.after)) for c in changes]


def shown_clashes(clashes: list[Clash]) -> list[tuple[str, str, str, str]]:
    """Differences between theirs and mine: part, theirs, mine, who changed it."""
    return [
        (place_name(c.place), _said(c.place, c.theirs), _said(c.place, c.mine), _who(c))
        for c in clashes
    ]


def _who(clash: Clash) -> str:
    if clash.they_changed and clash.i_changed:
        return _("changed by both of you")
    return _("changed by them") if clash.they_changed else _("changed by you")


def place_name(place: str) -> str:
    """What a part of a question is called."""
    part, _dot, language = place.partition(".")
    words = {
        "topic": _("Topic"),
        "kind": _("Kind"),
        "difficulty": _("Difficulty"),
        "use": _("Used in"),
        "asks": _("What it asks"),
        "stem": _("The question"),
        "rationale": _("Explanation"),
        "key": _("Right answer"),
        "cites": _("Articles that decide it"),
        "enemies": _("Questions that give this one away"),
    }
    if part.startswith("option "):
        said = _("Option %(letter)s", letter=option_word(part.removeprefix("option ")))
    else:
        said = words[part]
    if not language:
        return said
    return _("%(part)s (%(language)s)", part=said, language=name("language", language))


def option_word(option_id: str) -> str:
    """The letter of an option; true and false in words."""
    return {"true": _("true"), "false": _("false")}.get(option_id, option_id)


def _said(place: str, value: str) -> str:
    """A part's value in the reader's words where it is a code."""
    if place == "topic":
        return topic_name(value) if value else ""
    if place in ("kind", "difficulty", "use", "asks"):
        return name(place, value)
    if place == "key":
        return ", ".join(option_word(option) for option in value.split(", "))
    return value


def _marked(place: str, before: str, after: str) -> Markup:
    return Markup("").join(_piece(p) for p in pieces(_said(place, before), _said(place, after)))


def _piece(piece: Piece) -> Markup:
    if piece.how == "kept":
        return Markup("{}").format(piece.text)
    if piece.how == "gone":
        return Markup('<del><span class="visually-hidden">{}</span>{}</del>').format(
            _("[removed:]"), piece.text
        )
    return Markup('<ins><span class="visually-hidden">{}</span>{}</ins>').format(
        _("[added:]"), piece.text
    )
