"""Markdown to HTML that is safe to show: bleach first, nh3 behind it, in this one place."""

from __future__ import annotations

from collections.abc import Callable

import bleach
import markdown
import nh3
from markupsafe import Markup, escape

from examapp.core import citations
from examapp.core.citations import INLINE, Citation

TAGS = {
    "p",
    "h3",
    "h4",
    "h5",
    "ul",
    "ol",
    "li",
    "strong",
    "em",
    "blockquote",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "br",
    "hr",
    "code",
    "pre",
    "span",
}
CITE = '<span class="cite">{}</span>'


def render(text: str, spoken: Callable[[Citation], str]) -> Markup:
    """Safe HTML of an authored text; `[[law:article]]` is read aloud by `spoken`.

    No links, pictures, attributes or raw HTML come through: what an author cannot need,
    a stolen account cannot use.
    """
    html = markdown.markdown(text, extensions=["tables", "sane_lists"], output_format="html")
    safe = nh3.clean(
        bleach.clean(html, tags=TAGS, attributes={}, strip=True), tags=TAGS, attributes={}
    )
    return Markup(INLINE.sub(lambda found: _cite(found[1], spoken), safe))  # noqa: S704 - cleaned above


def _cite(text: str, spoken: Callable[[Citation], str]) -> str:
    return CITE.format(escape(spoken(citations.parse(text))))
