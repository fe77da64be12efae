"""Items as questions: wording, likeness, habits of the keys, terms, and what no page leads to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from examapp.core.glossary import Glossary
from examapp.core.items import ItemContent, Kind
from examapp.core.likeness import given_away, near_duplicates
from examapp.core.study import fits
from examapp.core.wording import habits, wording_faults
from examapp.library.faults import FileFault
from examapp.library.guide_files import AuthoredGuide
from examapp.library.question_files import AuthoredItem


def style_faults(
    items: Sequence[AuthoredItem], guides: Iterable[AuthoredGuide], terms: Glossary
) -> Iterator[FileFault]:
    """Everything that a machine can say against well-formed items, alone and together."""
    for item in items:
        for fault in wording_faults(item.content):
            yield _fault(item, str(fault))
        for words in _term_faults(item.content, terms):
            yield _fault(item, words)
    yield from _likeness_faults(items)
    yield from _habit_faults(items)
    yield from _orphans(items, guides)


def _fault(item: AuthoredItem, words: str) -> FileFault:
    return FileFault(item.file, item.line, f"item {item.code}: {words}")


def _term_faults(content: ItemContent, terms: Glossary) -> Iterator[str]:
    parts = {"stem": content.stem, "rationale": content.rationale}
    if content.kind is not Kind.JUDGEMENT:
        parts |= {f"option {option}": text for option, text in content.options}
    for part, text in parts.items():
        for words in terms.faults(text.get("zh", ""), text.get("en", "")):
            yield f"{part}: {words}"


def _likeness_faults(items: Sequence[AuthoredItem]) -> Iterator[FileFault]:
    by_code = {item.code: item for item in items}
    contents = {item.code: item.content for item in items}
    for pair in near_duplicates(contents):
        if not _enemies(contents, pair.first, pair.second):
            words = f"is {pair.share:.0%} alike with {pair.first}: change one, or name it as enemy"
            yield _fault(by_code[pair.second], words)
    for teller, told in given_away(contents):
        if not _enemies(contents, teller, told):
            words = f"its stem says the right answer of {told}: change one, or name it as enemy"
            yield _fault(by_code[teller], words)


def _enemies(contents: dict[str, ItemContent], one: str, other: str) -> bool:
    return other in contents[one].enemies or one in contents[other].enemies


def _habit_faults(items: Sequence[AuthoredItem]) -> Iterator[FileFault]:
    """Habits of a topic stand at its first item, those of the whole bank at the bank's first."""
    topics: defaultdict[str, list[AuthoredItem]] = defaultdict(list)
    for item in items:
        topics[item.content.topic].append(item)
    for topic, group in topics.items():
        for words in habits([item.content for item in group]):
            yield FileFault(group[0].file, 1, f"topic {topic}: {words}")
    if len(topics) > 1:
        for words in habits([item.content for item in items]):
            yield FileFault(items[0].file, 1, f"the whole bank: {words}")


def _orphans(items: Iterable[AuthoredItem], guides: Iterable[AuthoredGuide]) -> Iterator[FileFault]:
    sections: defaultdict[str, list[AuthoredGuide]] = defaultdict(list)
    for guide in guides:
        sections[guide.topic].append(guide)
    for item in items:
        content = item.content
        about = sections[content.topic]
        if not about:
            yield _fault(item, f"no guide is about its topic {content.topic}")
        elif not any(fits(s.cites, content.cites) for guide in about for s in guide.sections):
            yield _fault(item, "no section of a guide on its topic cites one of its articles")
