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
# Links, pictures and raw HTML are not for authors; without their rules such marks stay
# visible as typed, and the rules' time, which grows with the square of the brackets, is saved.
UNUSED = (
    "html_block",
    "html",
    "reference",
    "link",
    "image_link",
    "image_reference",
    "short_reference",
    "short_image_ref",
    "autolink",
    "automail",
    "setextheader",
)
LONGEST = 60_000
CITE = '<span class="cite">{}</span>'
LINKED = '<a class="cite cite-inline" href="{url}">{}</a>'


def render(
    text: str,
    spoken: Callable[[Citation], str],
    url_of: Callable[[Citation], str] | None = None,
) -> Markup:
    """Safe HTML of an authored text; `[[law:article]]` is read aloud by `spoken`.

    Where `url_of` says to which address a citation leads, it is a link.

    No links, pictures, attributes or raw HTML come through: what an author cannot need,
    a stolen account cannot use. A text that Markdown cannot take in reasonable time is
    shown as it was typed.
    """
    html = _html(text) if len(text) <= LONGEST else _as_typed(text)
    safe = nh3.clean(
        bleach.clean(html, tags=TAGS, attributes={}, strip=True), tags=TAGS, attributes={}
    )
    return Markup(INLINE.sub(lambda found: _cite(found[1], spoken, url_of), safe))  # noqa: S704 - cleaned above


def _html(text: str) -> str:
    maker = markdown.Markdown(extensions=["tables", "sane_lists"], output_format="html")
    for registry in (maker.preprocessors, maker.inlinePatterns, maker.parser.blockprocessors):
        for name in UNUSED:
            if name in registry:
                registry.deregister(name)
    try:
        return maker.convert(text)
    except RecursionError:
        return _as_typed(text)


def _as_typed(text: str) -> str:
    return f"<pre>{escape(text)}</pre>"


def _cite(
    text: str, spoken: Callable[[Citation], str], url_of: Callable[[Citation], str] | None
) -> str:
    cite = citations.parse(text)
    form = LINKED if url_of else CITE
    return form.format(escape(spoken(cite)), url=escape(url_of(cite)) if url_of else "")
