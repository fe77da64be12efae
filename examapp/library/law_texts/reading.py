"""The way in: files, folders, archives and uploads become laws with a report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

from examapp.core.law.text import Entry, Heading, LawText
from examapp.core.refusals import N_, Fault
from examapp.library.law_texts import sources
from examapp.library.law_texts.checking import check, gaps
from examapp.library.law_texts.editions import against_register, confirmed, days
from examapp.library.law_texts.findings import (
    Oddity,
    ReadFiles,
    ReadLaw,
    Refused,
    UnreadableError,
)
from examapp.library.law_texts.instruments import is_head, is_law, is_part
from examapp.library.law_texts.joining import (
    Joined,
    continues,
    join,
    name_of,
    overlapping,
    prefix_of,
    repeated,
)
from examapp.library.law_texts.sheets import Sheet, read_sheets
from examapp.library.registers import RegisteredLaw

NO_LAW = N_("No law was found in this file.")
UNREAD = N_("The file cannot be read (%(error)s).")
ONLY_HEAD = N_("This file has a law's title but no words of it, and no parts stand beside it.")
TITLE_FROM_NAME = N_("No title was found; the file's name was taken.")


def read_paths(
    paths: Iterable[Path | str],
    *,
    register: Iterable[RegisteredLaw] = (),
    as_printed: bool = False,
) -> ReadFiles:
    """All laws in files, folders (with all below) and .zip archives.

    `register` fills in effective dates that a text does not tell. Typography that cannot be
    meant (half-width punctuation, straight quotation marks) is mended unless `as_printed`.
    """
    return _gathered(read_each(paths, register=register, as_printed=as_printed))


def read_upload(
    name: str, data: bytes, *, register: Iterable[RegisteredLaw] = (), as_printed: bool = False
) -> ReadFiles:
    """All laws in one uploaded file."""
    found = sources.from_upload(name, data)
    return _gathered(_read(found, tuple(register), as_printed=as_printed))


def read_each(
    paths: Iterable[Path | str],
    *,
    register: Iterable[RegisteredLaw] = (),
    as_printed: bool = False,
) -> Iterator[ReadLaw | Refused | str]:
    """Laws, refused files and names passed over, one by one, so that memory stays flat."""
    return _read(sources.find(paths), tuple(register), as_printed=as_printed)


def _gathered(found: Iterable[ReadLaw | Refused | str]) -> ReadFiles:
    laws: list[ReadLaw] = []
    refused: list[tuple[str, Fault]] = []
    skipped: list[str] = []
    for one in found:
        if isinstance(one, ReadLaw):
            laws.append(one)
        elif isinstance(one, Refused):
            refused.append((one.file, one.reason))
        else:
            skipped.append(one)
    return ReadFiles(tuple(sorted(laws, key=in_order)), tuple(refused), tuple(skipped))


def in_order(law: ReadLaw) -> tuple[str, str, tuple[str, ...]]:
    """By title, older editions first."""
    return law.text.title, str(law.text.adopted or ""), law.files


def _read(
    found: Iterable[sources.Found], register: Sequence[RegisteredLaw], *, as_printed: bool
) -> Iterator[ReadLaw | Refused | str]:
    files: list[sources.Source] = []
    for one in found:
        if isinstance(one, sources.Source):
            files.append(one)
        else:
            yield one
    for (_, name), group in groupby(sorted(files, key=_together), key=_together):
        yield from _group(list(group), name, register, as_printed=as_printed)


def _together(source: sources.Source) -> tuple[str, str]:
    """Files that may be parts of one law: of one folder, with the same words before `__`."""
    prefix = prefix_of(source.name) if "__" in source.path.stem else ""
    return str(source.path.parent), prefix


def _group(
    group: list[sources.Source],
    name: str,
    register: Sequence[RegisteredLaw],
    *,
    as_printed: bool,
) -> Iterator[ReadLaw | Refused]:
    """Laws of files that may belong together: whole ones at once, then those in parts.

    The last whole law is kept back as long as parts may follow that continue it.
    """
    heads: list[Sheet] = []
    parts: list[Sheet] = []
    whole: Sheet | None = None
    for source in group:
        try:
            sheets = read_sheets(source.name, source.read, as_printed=as_printed)
        except UnreadableError as error:
            yield Refused(source.name, Fault("", error.words, error.facts))
            continue
        except OSError as error:
            yield Refused(source.name, Fault("", UNREAD, {"error": error.strerror}))
            continue
        found = [s for s in sheets if is_law(s.instrument) or is_head(s.instrument)]
        if not found:
            yield Refused(source.name, Fault("", NO_LAW))
        for sheet in found:
            if is_part(sheet.instrument):
                parts.append(sheet)
            elif is_head(sheet.instrument):
                heads.append(sheet)
            elif whole and parts:
                yield _law(join(sheet, []), register)
            else:
                if whole:
                    yield _law(join(whole, []), register)
                whole = sheet
    yield from _joined(heads, parts, whole, name, register)


def _joined(
    heads: list[Sheet],
    parts: list[Sheet],
    whole: Sheet | None,
    name: str,
    register: Sequence[RegisteredLaw],
) -> Iterator[ReadLaw | Refused]:
    """The law whose parts were found; a head, or a first part with a title, leads them."""
    head = heads.pop(0) if heads and parts else None
    if parts and not head and whole and continues(whole, parts):
        head, whole = whole, None
    if whole:
        yield _law(join(whole, []), register)
    if head or (parts and not overlapping(parts)):
        yield _law(join(head, parts), register, name=name)
    else:
        yield from (_law(join(None, [part]), register, name=name) for part in parts)
    yield from (Refused(sheet.file, Fault("", ONLY_HEAD)) for sheet in heads)


def _law(joined: Joined, register: Sequence[RegisteredLaw], *, name: str = "") -> ReadLaw:
    title, oddities = joined.head.title, list(joined.oddities)
    if not title:
        title = name or name_of(joined.files[0])
        oddities.append(Oddity("title-from-name", TITLE_FROM_NAME))
    missing = gaps(joined)
    when = days(joined, title, register)
    oddities += [*check(joined, missing), *when.oddities]
    instrument = joined.head.instrument if when.adopted == joined.head.adopted else ""
    text = LawText(
        title=title,
        adopted=when.adopted,
        effective=when.effective,
        instrument=instrument,
        history=joined.head.history,
        body=_body(joined),
    )
    if confirmed(text, register):  # complete, though it does not say from when it holds
        oddities = [oddity for oddity in oddities if oddity.code != "unclosed"]
    return ReadLaw(joined.files, text, missing, (*oddities, *against_register(text, register)))


def _body(joined: Joined) -> tuple[Entry, ...]:
    same, _ = repeated(joined.body.drafts)
    dropped = {id(draft) for draft in same}
    return tuple(
        e if isinstance(e, Heading) else e.finished()
        for e in joined.body.entries
        if id(e) not in dropped
    )
