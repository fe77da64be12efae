"""content/zh, content/en: the Markdown of a guide in one language, cut into its sections."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from examapp.core.citations import INLINE
from examapp.library.faults import FileFault

BRACKETS = re.compile(r"\[\[.*?\]\]")
EXAMPLE = "[[constitution:33.2]]"
HEADING = re.compile(r"##[ \t]+(?P<title>.+?)[ \t]*\{#(?P<code>[a-z0-9-]+)\}[ \t]*")


@dataclass(frozen=True)
class SectionText:
    """A section as one language has it; `line` is its heading's, `body_line` its text's."""

    title: str
    body: str
    line: int
    body_line: int


@dataclass(frozen=True)
class GuideText:
    """A guide as one language has it; sections by code, in the file's order."""

    title: str
    summary: str
    sections: dict[str, SectionText]


NO_TEXT = SectionText("", "", 1, 1)


def read_text(content: Path, language: str, code: str, wrong: list[FileFault]) -> GuideText:
    """Read one language's file of a guide; what is wrong with it is added to `wrong`."""
    path = content / language / f"{code}.md"
    name = f"{content.name}/{language}/{code}.md"
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except FileNotFoundError:
        wrong.append(FileFault(name, 1, "this file is missing: a guide stands in both languages"))
        return GuideText("", "", {})
    except UnicodeDecodeError as error:
        wrong.append(FileFault(name, 1, f"not UTF-8 (byte {error.start})"))
        return GuideText("", "", {})
    wrong.extend(_bad_references(lines, name))
    title = ""
    summary: list[str] = []
    sections: dict[str, tuple[str, list[str], int]] = {}
    current = summary
    for number, line in enumerate(lines, 1):
        heading = HEADING.fullmatch(line)
        if heading:
            current = []
            if heading["code"] in sections:
                wrong.append(
                    FileFault(name, number, f'section "{heading["code"]}" stands here twice')
                )
            sections[heading["code"]] = (heading["title"], current, number)
        elif line.startswith("# ") and not title:
            title = line[2:].strip()
        elif line.startswith("## "):
            wrong.append(
                FileFault(name, number, "a section's heading ends with its id: {#some-id}")
            )
        else:
            current.append(line)
    if not title:
        wrong.append(FileFault(name, 1, "the first line is the guide's title: # Title"))
    parts = {code: _part(*found) for code, found in sections.items()}
    return GuideText(title, "\n".join(summary).strip(), parts)


def _part(title: str, body: list[str], line: int) -> SectionText:
    blank = next((n for n, words in enumerate(body) if words.strip()), 0)
    return SectionText(title, "\n".join(body).strip(), line, line + 1 + blank)


def _bad_references(lines: list[str], name: str) -> Iterator[FileFault]:
    """Double brackets that no page would turn into an article."""
    for number, line in enumerate(lines, 1):
        for found in BRACKETS.finditer(line):
            if not INLINE.fullmatch(found[0]):
                words = f"{found[0]} names no article: write [[law:article]], such as {EXAMPLE}"
                yield FileFault(name, number, words)
