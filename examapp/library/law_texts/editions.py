"""Which edition a text is: adopted when, in force from when, as text, name and register tell."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from examapp.core.law.text import LawText, ProvisionKind
from examapp.core.refusals import N_
from examapp.library.law_texts.findings import Oddity
from examapp.library.law_texts.joining import Joined, day_in_name
from examapp.library.law_texts.patterns import dates_in
from examapp.library.registers import RegisteredEdition, RegisteredLaw

NO_DAY = N_("Nothing says when this law was adopted or changed: which edition is it?")
NAMED_DAY = N_("The newest day in the head is %(head)s; the file's name says %(name)s: taken.")
OTHER_NAMED_DAY = N_("The newest day in the head is %(head)s; the file's name says %(name)s.")
NO_EFFECT = N_("The text does not say from when this edition is in force.")
ARTICLES = N_("The register expects %(expected)s articles; the text has %(found)s.")
CHAPTERS = N_("The register expects %(expected)s chapters; the text has %(found)s.")
EFFECT = N_("The register says in force from %(expected)s; the text says %(found)s.")
_AT_ONCE = re.compile(r"自(?:公布|发布|通过)之日起(?:施行|实施|生效)")
_IN_FORCE = re.compile("施行|实施|生效")
_SENTENCE = re.compile("[。；]")
_CLAUSE = 60
_FORMAL = "中华人民共和国"


@dataclass(frozen=True)
class Days:
    """When the edition was adopted and holds, and what is doubtful about it."""

    adopted: date | None
    effective: date | None
    oddities: tuple[Oddity, ...] = ()


def days(joined: Joined, title: str, register: Iterable[RegisteredLaw]) -> Days:
    """Adopted: the newest day of the head, or a newer one in the file's name. Effective: as the
    head or the last article tells, else as the register knows."""
    editions = _editions(title, register)
    adopted, doubts = _adopted(joined, editions)
    known = next((edition for edition in editions if edition.adopted == adopted), None)
    effective = _effective(joined, adopted)
    if known and effective and known.effective != effective:
        facts = {"expected": str(known.effective), "found": str(effective)}
        doubts.append(Oddity("effective-differs", EFFECT, facts))
    effective = effective or (known.effective if known else None)
    if not effective:
        doubts.append(Oddity("effective-unknown", NO_EFFECT))
    return Days(adopted, effective, tuple(doubts))


def against_register(text: LawText, register: Iterable[RegisteredLaw]) -> list[Oddity]:
    """Where the register knows this edition with other numbers of articles or chapters."""
    found = []
    for edition in _editions(text.title, register):
        if edition.adopted == text.adopted:
            numbers = {"expected": edition.articles, "found": len(text.articles)}
            chapters = {"expected": edition.chapters, "found": text.chapters}
            found.append(Oddity("articles-differ", ARTICLES, numbers))
            found.append(Oddity("chapters-differ", CHAPTERS, chapters))
    return [oddity for oddity in found if oddity.facts["expected"] != oddity.facts["found"]]


def confirmed(text: LawText, register: Iterable[RegisteredLaw]) -> bool:
    """Whether the register knows this edition with as many articles."""
    editions = _editions(text.title, register)
    return any(e.adopted == text.adopted and e.articles == len(text.articles) for e in editions)


def _editions(title: str, register: Iterable[RegisteredLaw]) -> tuple[RegisteredEdition, ...]:
    plain = title.removeprefix(_FORMAL)
    for law in register:
        if law.title["zh"].removeprefix(_FORMAL) == plain:
            return law.editions
    return ()


def _adopted(
    joined: Joined, editions: Iterable[RegisteredEdition]
) -> tuple[date | None, list[Oddity]]:
    """A collection's file name can know a change that the head does not list yet."""
    head = joined.head.adopted
    name = day_in_name(joined.files[0]) if len(joined.files) == 1 else None
    facts = {"head": str(head or "–"), "name": str(name)}
    if name and (not head or name > head):
        if any(edition.adopted == head for edition in editions):
            return head, [Oddity("name-differs", OTHER_NAMED_DAY, facts)]
        return name, [Oddity("day-from-name", NAMED_DAY, facts)]
    return head, [] if head else [Oddity("no-day", NO_DAY)]


def _effective(joined: Joined, adopted: date | None) -> date | None:
    if not adopted:
        return None
    if told := joined.head.in_force:
        return told
    own = [d for d in joined.body.drafts if d.kind is not ProvisionKind.ANNEX][-3:]
    for line in (line for draft in reversed(own) for line in draft.lines):
        for end in _IN_FORCE.finditer(line):
            clause = _SENTENCE.split(line[max(end.start() - _CLAUSE, 0) : end.start()])[-1]
            days_named = [day for day, _ in dates_in(clause)]
            if days_named and days_named[-1] >= adopted:
                return days_named[-1]
        if _AT_ONCE.search(line) and not joined.head.amended and joined.head.adopted == adopted:
            return adopted
    return None
