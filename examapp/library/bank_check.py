"""What is wrong with authored items, readings and guides taken together; every fault at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from examapp.core import place_rules
from examapp.core.glossary import Glossary
from examapp.core.items import LANGUAGES, Use
from examapp.core.study import fits
from examapp.library import bank_style, guide_style
from examapp.library.calendar_files import read_calendar
from examapp.library.faults import FileFault
from examapp.library.glossary_file import read_glossary
from examapp.library.guide_files import AuthoredGuide, AuthoredSection, read_guides
from examapp.library.policy_files import AuthoredPolicy, read_policies
from examapp.library.question_files import AuthoredItem, read_bank
from examapp.library.reading_files import AuthoredReading, read_readings
from examapp.library.registers import Registers, citation_faults, read_registers


@dataclass(frozen=True)
class Report:
    """All faults of the authored files, and what is worth knowing but no fault."""

    faults: list[FileFault]
    information: list[str]


def check_everything(content: Path, question_bank: Path) -> Report:
    """Read all authored files and check each by itself and all together."""
    registers = read_registers(content)
    bank = read_bank(question_bank)
    readings, reading_faults = read_readings(question_bank)
    guides, guide_faults = read_guides(content)
    packs, pack_faults = read_policies(content)
    _days, day_faults = read_calendar(content, registers)
    terms, term_faults = read_glossary(content, registers)
    files = [bank.faults, reading_faults, guide_faults, pack_faults, day_faults, term_faults]
    alone = [*registers.faults, *(fault for found in files for fault in found)]
    together = [
        *faults(bank.items, readings, guides, registers),
        *_strange_topics(packs, registers),
    ]
    style = style_faults(bank.items, guides, terms)
    return Report(sorted({*alone, *together, *style}), _information(bank.items, readings))


def style_faults(
    items: Sequence[AuthoredItem], guides: Sequence[AuthoredGuide], terms: Glossary
) -> list[FileFault]:
    """What a good question or guide would not do, though it could be loaded and used."""
    found = [
        *bank_style.style_faults(items, guides, terms),
        *guide_style.style_faults(guides, terms),
    ]
    return sorted(set(found))


def _strange_topics(packs: Iterable[AuthoredPolicy], registers: Registers) -> Iterator[FileFault]:
    for pack in packs:
        exam = place_rules.from_data(pack.content).exam
        for line in exam.spec.lines if exam else ():
            if line.topic not in registers.topics:
                words = f'exam: content/topics.yaml knows no topic "{line.topic}"'
                yield FileFault(f"content/policies/{pack.code}.yaml", 1, words)


def _information(items: Sequence[AuthoredItem], readings: Sequence[AuthoredReading]) -> list[str]:
    unread = drafts(items, readings)
    if not unread:
        return []
    named = ", ".join(item.code for item in unread[:5]) + (", ..." if len(unread) > 5 else "")
    return [f"{len(unread)} of {len(items)} items are drafts, read by no second person: {named}"]


def faults(
    items: Sequence[AuthoredItem],
    readings: Sequence[AuthoredReading],
    guides: Sequence[AuthoredGuide],
    registers: Registers,
) -> list[FileFault]:
    """Every fault, in order of file and line."""
    found = [
        *_item_faults(items, registers),
        *_same_stems(items),
        *_reading_faults(items, readings),
        *_guide_faults(guides, registers),
        *_checks_too_small(guides, read_items(items, readings)),
    ]
    return sorted(set(found))


def read_items(
    items: Iterable[AuthoredItem], readings: Iterable[AuthoredReading]
) -> list[AuthoredItem]:
    """Items in force: more readers of the present state chose the key than something else."""
    balance: Counter[tuple[str, str]] = Counter()
    keys = {(item.code, item.content.digest): item.content.key for item in items}
    for reading in readings:
        state = (reading.code, reading.digest)
        if state in keys:
            balance[state] += 1 if reading.choice == keys[state] else -1
    return [item for item in items if balance[item.code, item.content.digest] > 0]


def drafts(
    items: Sequence[AuthoredItem], readings: Iterable[AuthoredReading]
) -> list[AuthoredItem]:
    """Items whose present state no second reader has agreed with: not a fault, but not in use."""
    in_force = {item.code for item in read_items(items, readings)}
    return [item for item in items if item.code not in in_force]


def _fault(item: AuthoredItem, words: str) -> FileFault:
    return FileFault(item.file, item.line, f"item {item.code}: {words}")


def _item_faults(items: Sequence[AuthoredItem], registers: Registers) -> Iterator[FileFault]:
    codes = {item.code for item in items}
    for item in items:
        content = item.content
        for words in citation_faults(registers, content.cites):
            yield _fault(item, words)
        if content.topic not in registers.topics:
            yield _fault(item, f'content/topics.yaml knows no topic "{content.topic}"')
        if item.code in content.enemies:
            yield _fault(item, "a question is not its own enemy")
        for enemy in sorted(content.enemies - codes):
            yield _fault(item, f'the enemy "{enemy}" does not exist')


def _same_stems(items: Iterable[AuthoredItem]) -> Iterator[FileFault]:
    first: dict[tuple[str, str], AuthoredItem] = {}
    for item in items:
        for language in LANGUAGES:
            stem = " ".join(item.content.stem.get(language, "").split())
            known = first.setdefault((language, stem), item)
            if known is not item:
                where = f"{known.file}:{known.line}"
                yield _fault(item, f"the {language} stem is that of {known.code} ({where})")


def _reading_faults(
    items: Iterable[AuthoredItem], readings: Iterable[AuthoredReading]
) -> Iterator[FileFault]:
    by_code = {item.code: item for item in items}
    seen: set[tuple[str, str, str]] = set()
    for reading in readings:
        item = by_code.get(reading.code)
        if item is None:
            yield _reading_fault(reading, "there is no such item")
        elif reading.digest == item.content.digest and reading.choice != item.content.key:
            chose, key = ", ".join(sorted(reading.choice)), ", ".join(sorted(item.content.key))
            yield _reading_fault(reading, f"{reading.reader} chose {chose}, the key is {key}")
        elif reading.digest == item.content.digest and not reading.agrees:
            yield _reading_fault(reading, "the recorded key is not that of the item")
        state = (reading.code, reading.digest, reading.reader)
        if state in seen:
            yield _reading_fault(reading, f"{reading.reader} has read this state already")
        seen.add(state)


def _reading_fault(reading: AuthoredReading, words: str) -> FileFault:
    return FileFault(reading.file, reading.line, f"reading of {reading.code}: {words}")


def _guide_faults(guides: Iterable[AuthoredGuide], registers: Registers) -> Iterator[FileFault]:
    for guide in guides:
        if guide.topic not in registers.topics:
            words = f'guide {guide.code}: content/topics.yaml knows no topic "{guide.topic}"'
            yield FileFault(guide.file, 1, words)
        for post in guide.posts:
            if post not in registers.posts:
                words = f'guide {guide.code}: content/posts.yaml knows no post "{post}"'
                yield FileFault(guide.file, 1, words)
        for section in guide.sections:
            for words in citation_faults(registers, section.cites):
                yield _section_fault(guide, section, words)


def _checks_too_small(
    guides: Iterable[AuthoredGuide], in_force: Sequence[AuthoredItem]
) -> Iterator[FileFault]:
    study = [item for item in in_force if item.content.use is Use.STUDY]
    for guide in guides:
        for section in guide.sections:
            there = sum(fits(section.cites, item.content.cites) for item in study)
            if there < section.check_items:
                words = (
                    f"the check asks {section.check_items} study questions that cite its "
                    f"articles and have been read, and there are {there}"
                )
                yield _section_fault(guide, section, words)


def _section_fault(guide: AuthoredGuide, section: AuthoredSection, words: str) -> FileFault:
    return FileFault(guide.file, section.line, f"section {section.code}: {words}")
