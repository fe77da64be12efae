"""What the forms of this room let one choose from."""

from __future__ import annotations

from collections.abc import Iterable

from examapp.services.people.units import tree
from examapp.store.people import Unit, User
from examapp.web.admin.forms import PersonForm
from examapp.web.languages import authored
from examapp.web.names import choices, post_choices
from examapp.web.transaction import db

INDENT = "\u3000"  # a full-width space, which a <select> does not swallow


def unit_name(unit: Unit) -> str:
    """What the unit is called in the reader's language."""
    return unit.name if authored() == "zh" else unit.name_en or unit.name


def unit_choices(units: Iterable[tuple[int, Unit]]) -> list[tuple[int, str]]:
    """The tree as choices of a form, indented."""
    return [(unit.id, f"{INDENT * depth}{unit_name(unit)}") for depth, unit in units]


def unit_filter(units: Iterable[tuple[int, Unit]]) -> list[tuple[str, str]]:
    """The tree as choices of a filter."""
    return [(unit.public_id, f"{INDENT * depth}{unit_name(unit)}") for depth, unit in units]


def fill(form: PersonForm, user: User | None = None) -> None:
    """Put the choices into a form of a person; a post that is no longer listed stays."""
    form.unit_id.choices = unit_choices(tree(db()))
    posts = post_choices()
    if user and user.post not in dict(posts):
        posts.append((user.post, user.post))
    form.post.choices = posts
    form.rank_band.choices = choices("rank")
    form.audience.choices = choices("audience")
    form.roles.choices = choices("role")
