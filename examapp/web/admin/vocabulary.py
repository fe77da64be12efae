"""What people may write into the import's columns: the names of the pages, in both languages."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from flask import current_app
from flask_babel import force_locale

from examapp.library.people_sheet import Code, Words
from examapp.store.people import Unit
from examapp.web.admin.choices import unit_name
from examapp.web.languages import CHOICES
from examapp.web.names import choices, post_choices


def vocabulary() -> Words:
    """Names in the reader's language first, then in the other; codes are understood anyway."""
    return Words(
        post=_posts(),
        rank_band=_both(partial(choices, "rank")),
        audience=_both(partial(choices, "audience")),
        roles=_both(partial(choices, "role")),
    )


def explained(units: Iterable[tuple[int, Unit]]) -> list[Code]:
    """The second sheet of the template: what to write into which column."""
    return [
        *(Code("unit", unit.code, unit_name(unit)) for _depth, unit in units),
        *(Code("post", name) for _code, name in post_choices() if _code),
        *(Code("rank_band", name) for _code, name in choices("rank")),
        *(Code("audience", name) for _code, name in choices("audience")),
        *(Code("roles", name) for _code, name in choices("role")),
    ]


Pairs = Callable[[], list[tuple[str, str]]]


def _posts() -> dict[str, str]:
    known = {name: code for code, name in post_choices()}
    for code, title in current_app.extensions["posts"].items():
        for name in title.values():
            known.setdefault(name, code)
    return known


def _both(pairs: Pairs) -> dict[str, str]:
    known = {name: code for code, name in pairs()}
    for locale, _label in CHOICES:
        with force_locale(locale):
            known = known | {name: code for code, name in pairs() if name not in known}
    return known
