"""Chinese first, English beside it: which language a request speaks, and the words for it."""

from __future__ import annotations

import os
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask, g, request, session
from flask_babel import Babel, get_locale, get_translations
from markupsafe import Markup

from examapp.clock import zone

CHOICES = (("zh_Hans_CN", "中文"), ("en", "English"))
HTML = {"zh_Hans_CN": "zh-Hans-CN", "en": "en"}
AUTHORED = {"zh_Hans_CN": "zh", "en": "en"}
WORDS = Path(__file__).parent.parent / "translations"


def install(app: Flask, instance: Path) -> None:
    """Compile the catalogues where needed, and choose the language of every request."""
    compiled = instance / "translations"
    compile_catalogues(compiled)
    Babel(
        app,
        default_locale="zh_Hans_CN",
        default_timezone=str(zone()),
        default_translation_directories=str(compiled),
        locale_selector=choose,
    )
    app.jinja_env.globals.update({"_": words, "gettext": words})
    app.context_processor(_context)


_said: dict[tuple[str, str], Markup] = {}


def words(msgid: str, /, **facts: object) -> Markup:
    """The `_` of the templates, which are all HTML; each text is looked up once a language.

    Jinja's own looks every one up anew each time, which was half the cost of the exam page.
    """
    key = (authored(), msgid)
    said = _said.get(key)
    if said is None:
        said = _said[key] = Markup(get_translations().ugettext(msgid))  # noqa: S704 - our own words
    return said % facts


def merged(locale: str) -> Catalog:
    """All words of a locale: every file of its folder in one catalogue."""
    whole = Catalog(locale=locale, fuzzy=False)
    for path in sorted((WORDS / locale).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=locale, charset="utf-8"):
                if message.id:
                    whole.add(message.id, message.string, context=message.context)
    return whole


def compile_catalogues(folder: Path) -> None:
    """Write the compiled words anew; a half-written file is never seen."""
    for code, _ in CHOICES:
        path = folder / code / "LC_MESSAGES" / "messages.mo"
        path.parent.mkdir(parents=True, exist_ok=True)
        sources = list((WORDS / code).glob("*.po"))
        newest = max((source.stat().st_mtime for source in sources), default=0.0)
        if path.exists() and path.stat().st_mtime > newest:
            continue
        fresh = path.with_suffix(f".{os.getpid()}")
        with fresh.open("wb") as file:
            write_mo(file, merged(code))
        fresh.replace(path)


def choose() -> str:
    """The choice of the person, else of this browser's session, else the browser's language."""
    chosen = session.get("language")
    if chosen not in HTML:
        person = g.get("person")
        chosen = person.locale if person else None
    if chosen in HTML:
        return str(chosen)
    wanted = request.accept_languages.best_match(
        ["zh", "zh-CN", "zh-Hans-CN", "en", "en-US", "en-GB"]
    )
    return "en" if wanted and wanted.startswith("en") else "zh_Hans_CN"


def authored() -> str:
    """The code that authored texts use for the language of this request: zh or en.

    Settled once a request: a page asks for it hundreds of times.
    """
    try:
        code = g.get("authored")
        if code is None:
            code = g.authored = AUTHORED.get(str(get_locale()), "zh")
    except RuntimeError:  # outside a request
        return "zh"
    return str(code)


def _context() -> dict[str, object]:
    code = str(get_locale())
    return {"locale_code": code, "lang": HTML.get(code, "zh-Hans-CN"), "languages": CHOICES}
