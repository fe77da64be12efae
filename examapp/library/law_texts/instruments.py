"""Divides a file's lines into the instruments that it holds: laws, amendments, decisions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from examapp.core.law.text import ProvisionKind
from examapp.library.law_texts.body import Body, read_body
from examapp.library.law_texts.contents_list import Key, without_contents
from examapp.library.law_texts.heads import (
    Head,
    begins_history,
    decides,
    is_untitled,
    read_head,
    title_start,
)
from examapp.library.law_texts.lines import Line
from examapp.library.law_texts.patterns import annex_at, article_at, heading_at, is_title, point_at
from examapp.library.law_texts.typography import closed_up


@dataclass(frozen=True)
class Instrument:
    """Head and body of one law, or of a part of one where the head has no title.

    `listed` are the entries of its table of contents; `tail` the lines of the web site below it;
    `last` is the number of its last line.
    """

    head: Head
    body: Body
    listed: tuple[tuple[Key, Line], ...]
    tail: tuple[Line, ...]
    last: int


def divide(lines: Sequence[Line]) -> list[Instrument]:
    """Every instrument in a file's lines, in order; those without a word of law are left out."""
    starts = sorted({0, *(title_start(lines, n) for n in _titles(lines))})
    ends = [*starts[1:], len(lines)]
    spans = [lines[start:end] for start, end in zip(starts, ends, strict=True)]
    if len(spans) > 1 and _only_above(spans[0]):
        spans = [[*spans[0], *spans[1]], *spans[2:]]
    return [_instrument(span) for span in spans if span]


def _titles(lines: Sequence[Line]) -> Iterator[int]:
    """Where a title stands with its days below it, or, after articles, with a first one below.

    Below an annex only a marked heading begins another instrument: annexes have titles and
    days of their own.
    """
    begun = annexed = False
    around = zip(lines, lines[1:], lines[2:], strict=False)
    for number, (before, line, after) in enumerate(around, 1):
        begun = begun or article_at(before.text) is not None
        annexed = annexed or annex_at(before.text) is not None
        if line.quoted or (annexed and not line.heading) or not is_title(line.text):
            continue
        anew = begun and _begins_anew(after) and not heading_at(before.text)
        if begins_history(after) or anew:
            yield number


def _begins_anew(line: Line) -> bool:
    if closed_up(line.text) == "目录":
        return True
    article, heading = article_at(line.text), heading_at(line.text)
    return bool((article and article.order == (1, 0)) or (heading and heading[1] == 1))


def _only_above(lines: Sequence[Line]) -> bool:
    """Whether there is no law in these lines: what a site or a collection puts above one."""
    return not any(_begins_body(line) for line in lines)


def _instrument(lines: Sequence[Line]) -> Instrument:
    last = lines[-1].number
    lines, listed = without_contents(lines)
    start = next((n for n, line in enumerate(lines) if _begins_body(line)), len(lines))
    head = read_head(lines[:start])
    words, tail = _without_tail([*head.rest, *lines[start:]])
    deciding = decides(head.title)
    body = read_body(words, decides=deciding, amends=deciding or "修正案" in head.title)
    return Instrument(head, body, tuple(listed), tuple(tail), last)


def _begins_body(line: Line) -> bool:
    if closed_up(line.text) in ("序言", "前言", "附则"):
        return True
    point = point_at(line.text)
    return bool(article_at(line.text) or heading_at(line.text) or (point and point[0] == 1))


_SITE = (
    "责任编辑", "来源：", "来源:", "扫一扫", "【打印", "打印本页", "关闭窗口", "【关闭", "分享到",
    "相关稿件", "相关链接", "相关文档", "上一篇", "下一篇", "版权所有", "主办单位", "网站标识码",
    "京ICP", "返回顶部", "（责任编辑", "(责任编辑",
)  # fmt: skip


def _without_tail(lines: Sequence[Line]) -> tuple[Sequence[Line], Sequence[Line]]:
    """The lines without what a web site puts below a law."""
    closing = next((n for n in range(len(lines) - 1, -1, -1) if "施行" in lines[n].text), None)
    if closing is None:
        return lines, ()
    for number in range(closing + 1, len(lines)):
        if lines[number].text.startswith(_SITE):
            return lines[:number], lines[number:]
    return lines, ()


def is_law(instrument: Instrument) -> bool:
    """Whether there are words of a law in it, and not just any words."""
    head, drafts = instrument.head, instrument.body.drafts
    labelled = {draft.kind for draft in drafts if draft.label}
    if is_title(head.title) and (labelled or (drafts and head.history)):
        return True
    return bool(labelled - {ProvisionKind.POINT})


def is_part(instrument: Instrument) -> bool:
    """Whether this is a part of a law whose title stands in another file."""
    head = instrument.head
    named = head.title and not is_untitled(head.title)
    return is_law(instrument) and not (named and (head.history or is_title(head.title)))


def is_head(instrument: Instrument) -> bool:
    """Whether this is the title of a law with its days alone."""
    return not instrument.body.drafts and is_title(instrument.head.title)
