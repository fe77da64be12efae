"""Every text of the interface, as the code and the templates have it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import extract_from_dir

ROOT = Path(__file__).parent.parent / "examapp"
KEYWORDS = {
    "_": None, "_l": None, "gettext": None, "lazy_gettext": None, "N_": None,
    "ngettext": (1, 2), "lazy_ngettext": (1, 2),
}  # fmt: skip
METHODS = [("**.py", "python"), ("**.html", "jinja2")]


def messages() -> Iterator[tuple[str, int, str | tuple[str, ...]]]:
    """(file, line, text); a plural is a pair."""
    for file, line, message, _comments, _context in extract_from_dir(
        str(ROOT), method_map=METHODS, keywords=KEYWORDS
    ):
        yield file, line, message
