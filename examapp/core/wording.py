"""How a question may be worded: what gives its answer away, or lets it be read in two ways."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from statistics import fmean

from examapp.core.items import LANGUAGES, ItemContent, Kind
from examapp.core.refusals import N_, Fault

LONGER = 1.6
CHARACTERS = {"zh": 6, "en": 24}
FEW = 10
MOST_LONGEST = 0.4
MOST_AT_ONE_PLACE = 0.45
MOST_OF_ONE_TRUTH = 0.7
MOST_OF_ONE_SIZE = 0.75
_ALL = {
    "zh": re.compile(
        r"^(?:以上|上述)[^，。]{0,4}(?:都|均|皆|全)|(?:以上|上述)(?:各项|选项|说法|答案)"
        r"|^(?:全部|都|均)不?(?:正确|错误|是|对)"
    ),
    "en": re.compile(r"\b(?:all|none|both|neither) of (?:the )?(?:above|these)\b", re.I),
}
_VAGUE = {
    "zh": re.compile(r"通常|往往|大概|一般来说|一般情况下|大多数情况"),
    "en": re.compile(r"\b(?:usually|often|probably|perhaps|maybe|in most cases)\b", re.I),
}
_NEGATIVE = {
    "zh": re.compile(
        r"(?:下列|以下|哪)[^。；]*?(?:不(?:属于|正确|符合|包括|是|构成|适用|需要|应当|可以)|错误|除外)"
        r"[^，。；]{0,14}(?:的?是|的?有|的)?(?:（　　）|？)"
    ),
    "en": re.compile(
        r"(?:which|what)\b.*\b(?:not|incorrect|wrong|false|except)\b.*(?:____|\?)", re.I
    ),
}
_HAN = "一-鿿"
_HALF_WIDTH = re.compile(f'[{_HAN}][,;:?!()"]|[,;:?!()"][{_HAN}]')
_BLANK = {"zh": "（　　）", "en": "____"}


def wording_faults(content: ItemContent) -> Iterator[Fault]:
    """Everything that a machine can say against a question's words, at its part and language.

    Such a question is well formed and can be asked; a good author would word it otherwise.
    """
    for language in LANGUAGES:
        yield from _stem_faults(content, language)
        yield from _option_faults(content, language)
    for part, text in _chinese_parts(content):
        if found := half_width(text):
            facts = {"words": found}
            yield Fault(f"{part}.zh", N_('half-width punctuation in "%(words)s"'), facts)


def half_width(chinese: str) -> str:
    """The first half-width sign beside a Chinese character, with it; empty where there is none."""
    found = _HALF_WIDTH.search(chinese)
    return found[0] if found else ""


def _chinese_parts(content: ItemContent) -> Iterator[tuple[str, str]]:
    yield "stem", content.stem.get("zh", "")
    yield from ((f"option {option}", text.get("zh", "")) for option, text in content.options)
    yield "rationale", content.rationale.get("zh", "")


def _stem_faults(content: ItemContent, language: str) -> Iterator[Fault]:
    stem, place = content.stem.get(language, ""), f"stem.{language}"
    if content.kind is Kind.JUDGEMENT:
        if found := _VAGUE[language].search(stem):
            facts = {"words": found[0]}
            yield Fault(place, N_('"%(words)s" lets the statement be judged in two ways'), facts)
        if _BLANK[language] in stem:
            yield Fault(place, N_("a statement to be judged has no blank"))
        return
    if "**" not in stem and _NEGATIVE[language].search(stem):
        words = N_("the stem asks for what is not so; emphasise the word, as in **not**")
        yield Fault(place, words)
    if not (_BLANK[language] in stem or stem.rstrip("*").endswith(("？", "?"))):
        facts = {"blank": _BLANK[language]}
        yield Fault(place, N_('the stem asks nothing: it has no "%(blank)s" and no "?"'), facts)


def _option_faults(content: ItemContent, language: str) -> Iterator[Fault]:
    if content.kind is Kind.JUDGEMENT:
        return
    for option, text in content.options:
        if found := _ALL[language].search(text.get(language, "")):
            facts = {"words": found[0]}
            words = N_('"%(words)s" is about the other options')
            yield Fault(f"option {option}.{language}", words, facts)
    right, wrong = _lengths(content, language)
    if right and wrong:
        longer = max(right) if content.kind is Kind.SINGLE else fmean(right)
        usual = fmean(wrong)
        if longer > LONGER * usual and longer - max(wrong) >= CHARACTERS[language]:
            words = N_(
                "the right answer shows by its length: %(right)s characters, the others %(wrong)s"
            )
            yield Fault(f"key.{language}", words, {"right": round(longer), "wrong": round(usual)})


def _lengths(content: ItemContent, language: str) -> tuple[list[int], list[int]]:
    sizes = {option: len(text.get(language, "")) for option, text in content.options}
    right = [size for option, size in sizes.items() if option in content.key]
    return right, [size for option, size in sizes.items() if option not in content.key]


def key_is_longest(content: ItemContent, language: str) -> bool:
    """Whether the right option of a single choice is longer than every other."""
    right, wrong = _lengths(content, language)
    return bool(right and wrong) and max(right) > max(wrong)


def habits(items: Sequence[ItemContent]) -> Iterator[str]:
    """Habits by which a candidate could guess: of a topic's items, or of the whole bank's.

    A group of fewer than ten items shows none.
    """
    single = [item for item in items if item.kind is Kind.SINGLE and len(item.options) == 4]
    if len(single) >= FEW:
        places = [_place(item) for item in single]
        for place in range(4):
            share = places.count(place) / len(places)
            if share > MOST_AT_ONE_PLACE:
                yield f"{share:.0%} of the single-choice keys stand at {'ABCD'[place]}"
            elif not share:
                yield f"no single-choice key stands at {'ABCD'[place]}"
        for language in LANGUAGES:
            longest = sum(key_is_longest(item, language) for item in single) / len(single)
            if longest > MOST_LONGEST:
                yield f"{language}: in {longest:.0%} of the single-choice items the key is longest"
    truths = ["".join(item.key) for item in items if item.kind is Kind.JUDGEMENT]
    yield from _one_sided(truths, MOST_OF_ONE_TRUTH, "true/false items have the key")
    sizes = [str(len(item.key)) for item in items if item.kind is Kind.MULTIPLE]
    yield from _one_sided(sizes, MOST_OF_ONE_SIZE, "multiple-choice items have as many keys as")


def _place(item: ItemContent) -> int:
    return next(place for place, option in enumerate(item.option_ids) if option in item.key)


def _one_sided(values: Sequence[str], most: float, said: str) -> Iterator[str]:
    for value, count in Counter(values).most_common(1):
        if len(values) >= FEW // 2 and count > most * len(values):
            yield f"{count / len(values):.0%} of the {said} {value}"
