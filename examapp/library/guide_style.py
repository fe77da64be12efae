"""Guides as reading: sections of a length that can be read, with a case, errors and citations."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from examapp.core.citations import INLINE
from examapp.core.glossary import Glossary, without_references
from examapp.core.items import LANGUAGES
from examapp.core.wording import half_width
from examapp.library.faults import FileFault
from examapp.library.guide_files import AuthoredGuide, AuthoredSection

LEAST_SECTIONS, MOST_SECTIONS = 4, 10
LEAST, MOST = 600, 1500
PARTS = {
    "zh": ("### 工作中的例子", "### 容易弄错的地方"),
    "en": ("### A case from work", "### What people get wrong"),
}
_CHINESE = re.compile("[㐀-鿿，。、；：？！“”‘’（）《》—…0-9]")


def style_faults(guides: Iterable[AuthoredGuide], terms: Glossary) -> Iterator[FileFault]:
    """Everything that a machine can say against well-formed guides."""
    for guide in guides:
        many = len(guide.sections)
        if not LEAST_SECTIONS <= many <= MOST_SECTIONS:
            words = f"{many} sections; a guide has {LEAST_SECTIONS} to {MOST_SECTIONS}"
            yield FileFault(guide.file, 1, f"guide {guide.code}: {words}")
        for section in guide.sections:
            for words in _section_faults(section, terms):
                yield FileFault(guide.file, section.line, f"section {section.code}: {words}")


def _section_faults(section: AuthoredSection, terms: Glossary) -> Iterator[str]:
    chinese = section.body.get("zh", "")
    size = characters(chinese)
    if not LEAST <= size <= MOST:
        yield f"{size} Chinese characters; a section has {LEAST} to {MOST}"
    if not 3 <= section.check_items <= 5:
        yield f"its check has {section.check_items} items; 3 to 5 are usual"
    for language in LANGUAGES:
        body = section.body.get(language, "")
        for part in PARTS[language]:
            if part not in body:
                yield f'{language}: the part "{part}" is missing'
        if not INLINE.search(body):
            yield f"{language}: no article is cited in the text"
    if found := half_width(without_references(chinese)):
        yield f'zh: half-width punctuation in "{found}"'
    cited = {language: _cited(section.body.get(language, "")) for language in LANGUAGES}
    for cite in sorted(cited["zh"] ^ cited["en"]):
        yield f"{cite} is cited in one language only"
    texts = (without_references(section.body.get(language, "")) for language in LANGUAGES)
    yield from terms.faults(*texts)


def _cited(body: str) -> set[str]:
    return {match[1] for match in INLINE.finditer(body)}


def characters(markdown: str) -> int:
    """How many Chinese characters a text has, signs and figures with them, references apart."""
    return len(_CHINESE.findall(without_references(markdown)))
