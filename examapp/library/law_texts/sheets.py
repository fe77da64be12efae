"""One file, read: the instruments in it, and what was odd about the file itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from examapp.core.law.text import ProvisionKind
from examapp.core.refusals import N_
from examapp.library.law_texts import kinds
from examapp.library.law_texts.decoding import Decoded
from examapp.library.law_texts.findings import Oddity
from examapp.library.law_texts.heads import is_untitled
from examapp.library.law_texts.instruments import Instrument, divide
from examapp.library.law_texts.typography import Typography, without_stray_spaces

MENDED = {
    "invisible": N_("Invisible (zero-width) characters taken out: %(count)s."),
    "punctuation": N_("Half-width punctuation made full-width: %(count)s."),
    "quotes": N_("Straight quotation marks made “ ”: %(count)s."),
    "odd-quotes": N_("Straight quotation marks without a partner, left as they are: %(count)s."),
    "private": N_("Characters that no font shows (private use), left as they are: %(count)s."),
    "pictures": N_("Pictures left out: %(count)s."),
    "numbering": N_(
        "Paragraphs numbered by Word itself: %(count)s. Their numbers are not in the text;"
        " save the document as plain text first."
    ),
}
NOTED = {
    "spaces": N_("Articles with stray spaces between characters, closed: %(count)s."),
    "label": N_("Article numbers with stray spaces or digits, or glued to the text: %(count)s."),
    "quoted": N_("Quoted articles, taken as words of the article that quotes them: %(count)s."),
    "unnumbered": N_("Headings without a number: %(count)s."),
    "wrapped": N_("Headings on two lines, joined: %(count)s."),
    "stray": N_("Lines between a heading and its first article, kept with the text before:"
                " %(count)s."),
}  # fmt: skip
BEFORE = N_("Lines above the title left out: %(count)s.")
AFTER = N_("Lines of the web site below the law left out: %(count)s.")
MARKED = N_("The file begins with a byte-order mark.")
CUT_CHARACTER = N_("The file's last character is cut in two: the file is truncated.")
ENCODED = N_("The file is not in UTF-8; it was read as %(encoding)s.")


@dataclass(frozen=True)
class Sheet:
    """One instrument of one file; oddities of the file are told with its first instrument."""

    file: str
    instrument: Instrument
    oddities: tuple[Oddity, ...]


def read_sheets(file: str, read: Callable[[], bytes], *, as_printed: bool) -> list[Sheet]:
    """Every instrument in one file."""
    page, written = kinds.page(file, read())
    typography = Typography(as_printed=as_printed)
    instruments = divide(typography.mended(page.lines))
    met = [*page.met, *typography.met]
    sheets: list[Sheet] = []
    first = 0
    for instrument in instruments:
        if not as_printed:
            _close_spaces(instrument)
        end = page.last if instrument is instruments[-1] else instrument.last
        here = [one for one in met if first < one[2] <= end]
        oddities = (*_mended(file, here), *_noted(file, instrument))
        of_file = () if sheets else _written(file, written)
        sheets.append(Sheet(file, instrument, (*of_file, *oddities)))
        first = end
    return sheets


def _close_spaces(instrument: Instrument) -> None:
    """Mend sentences, but no annexes: their columns are set with spaces."""
    for draft in instrument.body.drafts:
        lines = [without_stray_spaces(line) for line in draft.lines]
        if draft.kind is not ProvisionKind.ANNEX and lines != draft.lines:
            draft.lines[:] = lines
            instrument.body.notes.append(("spaces", draft.line))


def _mended(file: str, met: Sequence[tuple[str, int, int]]) -> Iterator[Oddity]:
    """What was mended or left out, by kind, with the first line of each."""
    for kind, words in MENDED.items():
        here = [(count, line) for name, count, line in met if name == kind]
        if here:
            count = sum(count for count, _ in here)
            yield Oddity(kind, words, {"count": count}, here[0][1], file)


def _written(file: str, written: Decoded | None) -> Iterator[Oddity]:
    if written and written.marked:
        yield Oddity("byte-order-mark", MARKED, {}, 1, file)
    if written and written.encoding != "utf-8":
        yield Oddity("encoding", ENCODED, {"encoding": written.encoding.upper()}, None, file)
    if written and written.cut:
        yield Oddity("cut-character", CUT_CHARACTER, {}, None, file)


def _noted(file: str, instrument: Instrument) -> list[Oddity]:
    found = []
    for kind, words in NOTED.items():
        lines = [line for noted, line in instrument.body.notes if noted == kind]
        if lines:
            found.append(Oddity(kind, words, {"count": len(lines)}, lines[0], file))
    before = [line for line in instrument.head.before if not is_untitled(line.text)]
    for code, words, left in (("before", BEFORE, before), ("after", AFTER, instrument.tail)):
        if left:
            found.append(Oddity(code, words, {"count": len(left)}, left[0].number, file))
    return found
