"""Looks a law over: gaps and order of its numbers, signs that it was cut off, doubtful words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from examapp.core.law.numbers import article_label
from examapp.core.law.text import Heading, Level, ProvisionKind
from examapp.core.refusals import N_
from examapp.library.law_texts.body import Draft
from examapp.library.law_texts.findings import Oddity
from examapp.library.law_texts.joining import Joined, repeated
from examapp.library.law_texts.patterns import number_in
from examapp.library.law_texts.typography import closed_up

GAPS = N_("Numbers missing: %(count)s (%(labels)s).")
ORDER = N_("%(label)s stands out of order.")
TWICE = N_("%(label)s stands here twice with different words; the law cannot be imported so.")
REPEATED = N_("%(label)s stands here twice word for word; it was taken once.")
CUT = N_("The text ends in the middle of a sentence: it seems to be truncated.")
UNCLOSED = N_(
    "Nothing near the end says from when the law is in force: the text may be truncated."
    " The last article is %(label)s."
)
CONTENTS = N_("The table of contents lists headings that the text does not have: %(labels)s.")
HEADINGS = N_("The heading %(label)s does not follow the one before it.")
EMPTY = N_("%(label)s has no words.")
_ENDS = "。！？”’）】》…"
_MOST_LABELS = 500
_CLOSING = ("施行", "生效", "废止", "起实施", "起执行")


def gaps(joined: Joined) -> tuple[str, ...]:
    """Labels of the articles (or points) missing in the sequence."""
    kind = numbered_kind(joined)
    drafts = [draft for draft in joined.body.drafts if draft.kind is kind]
    missing: list[str] = []
    if drafts and len(missing) < _MOST_LABELS:
        there = {draft.order for draft in drafts}
        numbers = {number for number, _ in there}
        start = min(numbers) if "修正案" in joined.head.title else 1
        missing += [_label(kind, n, 0) for n in range(start, max(numbers)) if n not in numbers]
        highest: dict[int, int] = {}
        for number, extra in there:
            highest[number] = max(highest.get(number, 0), extra)
        for number, extra in sorted(highest.items()):
            absent = (e for e in range(1, extra) if (number, e) not in there)
            missing += [_label(kind, number, e) for e in absent]
    return tuple(missing[:_MOST_LABELS])


def numbered_kind(joined: Joined) -> ProvisionKind:
    """Articles, or for an amendment that has none, points."""
    kinds = {draft.kind for draft in joined.body.drafts}
    return ProvisionKind.ARTICLE if ProvisionKind.ARTICLE in kinds else ProvisionKind.POINT


def _label(kind: ProvisionKind, number: int, extra: int) -> str:
    label = article_label(f"{number}-{extra}" if extra else str(number))
    return label if kind is ProvisionKind.ARTICLE else label[1:-1]


def check(joined: Joined, missing: Sequence[str]) -> Iterator[Oddity]:
    """Everything doubtful about the sequence and the end of a law."""
    if missing:
        shown = "、".join(missing[:10]) + ("……" if len(missing) > 10 else "")
        yield Oddity("gaps", GAPS, {"count": len(missing), "labels": shown})
    yield from _order(joined)
    yield from _repetitions(joined)
    yield from _end(joined)
    yield from _contents(joined)
    yield from _headings(joined)


def _about(joined: Joined, code: str, words: str, draft: Draft, *, grave: bool = False) -> Oddity:
    file = joined.drafts_of.get(id(draft), joined.files[0])
    facts = {"label": draft.label or draft.key}
    return Oddity(code, words, facts, draft.line, file, grave)


def _order(joined: Joined) -> Iterator[Oddity]:
    kind, last = numbered_kind(joined), (0, 0)
    for draft in joined.body.drafts:
        if draft.kind is not kind:
            continue
        if draft.order < last:
            yield _about(joined, "order", ORDER, draft)
        last = max(last, draft.order)
        if not draft.lines:
            yield _about(joined, "empty", EMPTY, draft)


def _repetitions(joined: Joined) -> Iterator[Oddity]:
    same, other = repeated(joined.body.drafts)
    yield from (_about(joined, "repeated", REPEATED, draft) for draft in same)
    yield from (_about(joined, "twice", TWICE, draft, grave=True) for draft in other)


def _end(joined: Joined) -> Iterator[Oddity]:
    drafts = [draft for draft in joined.body.drafts if draft.kind is not ProvisionKind.ANNEX]
    if not drafts:
        return
    last = drafts[-1]
    annexed = last is not joined.body.drafts[-1]
    headed = isinstance(joined.body.entries[-1], Heading) and not annexed
    if headed or (last.lines and last.lines[-1][-1] not in _ENDS):
        yield _about(joined, "cut", CUT, last)
    closes = any(word in line for d in drafts[-3:] for line in d.lines for word in _CLOSING)
    articles = numbered_kind(joined) is ProvisionKind.ARTICLE
    if articles and not closes and "宪法" not in joined.head.title:  # that never says it
        yield _about(joined, "unclosed", UNCLOSED, last)


def _headings(joined: Joined) -> Iterator[Oddity]:
    """Parts and chapters go on by one, or begin again."""
    last: dict[Level, int] = {}
    for heading in (e for e in joined.body.entries if isinstance(e, Heading) and e.label):
        number = number_in(heading.label.strip("第分编章节"))
        if heading.level is not Level.SECTION and number not in (last.get(heading.level, 0) + 1, 1):
            yield Oddity("headings", HEADINGS, {"label": heading.label})
        last[heading.level] = number


def _contents(joined: Joined) -> Iterator[Oddity]:
    """Headings that the table of contents names and the text lacks."""
    headings = (e for e in joined.body.entries if isinstance(e, Heading))
    there = {heading.label or heading.title for heading in headings}
    there |= {closed_up(draft.label) for draft in joined.body.drafts}
    listed = {
        f"第{article_label(str(number))[1:-1]}{unit}" if number else unit
        for unit, number in joined.listed
    }
    if absent := sorted(listed - there):
        yield Oddity("contents", CONTENTS, {"labels": "、".join(absent[:10])})
