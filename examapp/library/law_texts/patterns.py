"""How a law's lines look: articles, headings, numbered points, annexes, titles and dates."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from examapp.core.law.numbers import number_of
from examapp.core.law.text import Level
from examapp.library.law_texts.typography import closed_up, plain_digits

_DIGIT = "零〇○一二两三四五六七八九十百千0-9０-９"
_NUMBER = f"[{_DIGIT}][{_DIGIT} 　]{{0,16}}"
_ARTICLE = re.compile(
    rf"第[ 　]?(?P<number>{_NUMBER})条(?:[ 　]?之[ 　]?(?P<extra>[一二三四五六七八九十]{{1,3}}))?"
    r"(?P<gap>[ 　]*)"
)
_HEADING = re.compile(
    rf"第[ 　]?(?P<number>{_NUMBER})(?P<unit>分[ 　]?编|编|章|节)(?P<gap>[ 　]*)(?P<title>.*)"
)
_POINT = re.compile(r"([一二三四五六七八九十百]{1,5})[ 　]?[、.．][ 　]*")
_ANNEX = re.compile(
    r"附[ 　]?(?:件|表|录|图)?[ 　]?(?P<number>[一二三四五六七八九十]{1,3}|[0-9０-９]{1,2})?"
    r"(?:[：:、.．　 ]+(?P<title>.*))?"
)
_TITLE_END = re.compile(
    r"(?:法|法典|条例|规定|办法|规则|细则|决定|决议|修正案|解释|准则|通则|章程|规程|意见|公约|标准|纲要)"
    r"(?:[（(][^（）()]{1,20}[）)])*$"
)
_DATE = re.compile(
    r"([0-9]{4})(?:\s?年\s?([0-9]{1,2})\s?月\s?([0-9]{1,2})\s?日"
    r"|[-./]([0-9]{1,2})[-./]([0-9]{1,2})(?![0-9]))"
)
_HAN_DATE = re.compile(
    r"([一二三四五六七八九〇○零]{4})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})日"
)
_LEVELS = {"编": Level.PART, "分编": Level.SUBPART, "章": Level.CHAPTER, "节": Level.SECTION}
_RUNS_ON = re.compile(
    r"[的至和或及与、，。；第款项]|规定|所[列称指规述]|中[的所规]|以[外下上前后]|之(?![一二三四五六七八九十])|修改"
)
_UNUSUAL = re.compile("[ 　0-9０-９]")
_SENTENCE = re.compile("[。；：]")
EVENT = re.compile("通过|公布|发布|修订|修正|批准|修改|印发|制定|令第|公告")


@dataclass(frozen=True)
class Label:
    """第一百二十条之一 at the beginning of a line, and the words after it.

    `loose`: no space parts it from them; `mended`: it had spaces inside or Arabic digits.
    """

    number: int
    extra: int
    rest: str
    loose: bool
    mended: bool

    @property
    def order(self) -> tuple[int, int]:
        return self.number, self.extra


def article_at(text: str) -> Label | None:
    """The article label that the line begins with, and the words after it."""
    match = _ARTICLE.match(text) if text[:1] == "第" else None
    if not match:
        return None
    rest = text[match.end() :]
    loose = bool(rest) and not match["gap"]
    if loose and _RUNS_ON.match(rest):
        return None
    number = number_in(match["number"])
    extra = number_of(match["extra"]) if match["extra"] else 0
    mended = bool(_UNUSUAL.search(match[0].rstrip(" 　")))
    return Label(number, extra, rest.lstrip("：: 　"), loose, mended) if number else None


def number_in(text: str) -> int:
    """The number that a label says, spaces inside and full-width digits or not; 0 for none."""
    try:
        return number_of(re.sub("[ 　]", "", plain_digits(text)))
    except ValueError:
        return 0


def heading_at(text: str) -> tuple[Level, int, str, str] | None:
    """Level, number, unit and title where the line is a heading such as 第一章　总则."""
    match = _HEADING.fullmatch(text) if text[:1] == "第" and len(text) <= 80 else None
    if not match or _SENTENCE.search(match["title"]) or match["title"].endswith("，"):
        return None
    runs_on = not match["gap"] and _RUNS_ON.match(match["title"])
    if runs_on or not (number := number_in(match["number"])):
        return None
    unit = match["unit"].replace(" ", "").replace("　", "")
    return _LEVELS[unit], number, unit, closed_up(match["title"])


def point_at(text: str) -> tuple[int, str, str] | None:
    """Number, label and words of a numbered point such as 三、."""
    match = _POINT.match(text)
    return (number_in(match[1]), match[1], text[match.end() :]) if match else None


def annex_at(text: str) -> tuple[str, str] | None:
    """Label and title where the line begins an annex: 附件一, 附：…, 附录 2 …"""
    if text[:1] != "附" or len(text) > 80 or closed_up(text) == "附则":
        return None
    match = _ANNEX.fullmatch(text)
    if not match or _SENTENCE.search(match["title"] or ""):
        return None
    label = text[: match.start("title")] if match["title"] else text
    return re.sub("[ 　：:、.．]", "", label), (match["title"] or "").strip()


def is_title(text: str) -> bool:
    """Whether the line can be the title of a law, decision or amendment."""
    if not 2 <= len(text) <= 100 or re.search("[。；，：]", text) or text[0] in "（(“":
        return False
    if not _TITLE_END.search(text):
        return False
    return not (article_at(text) or heading_at(text) or point_at(text) or annex_at(text))


def dates_in(text: str) -> list[tuple[date, str]]:
    """Every day that a line names, with the words up to the next one."""
    text = plain_digits(text)
    found = sorted([*_DATE.finditer(text), *_HAN_DATE.finditer(text)], key=lambda m: m.start())
    ends = [*(match.start() for match in found[1:]), len(text)][: len(found)]
    days = [(_day(match), text[match.end() : end]) for match, end in zip(found, ends, strict=True)]
    return [(day, words) for day, words in days if day]


def is_event(text: str) -> bool:
    """Whether a line of a head tells when something was adopted, changed or comes into force."""
    return bool(dates_in(text)) and bool(EVENT.search(text) or "施行" in text)


def _day(match: re.Match[str]) -> date | None:
    try:
        return date(*(number_of(part) for part in match.groups() if part))
    except ValueError:
        return None
