"""content/guides, content/zh, content/en: study guides as people write them (docs/formats.md)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from examapp.core import citations
from examapp.core.citations import INLINE, Citation
from examapp.core.items import LANGUAGES
from examapp.core.people import Audience
from examapp.core.refusals import Invalid
from examapp.library.faults import FileFault
from examapp.library.yaml_lines import BadYamlError, Document, read

LEVELS = ("first-duty", "general", "post")
HEADING = re.compile(r"##[ \t]+(?P<title>.+?)[ \t]*\{#(?P<code>[a-z0-9-]+)\}[ \t]*")


@dataclass(frozen=True)
class AuthoredSection:
    """A section: its facts, its title and Markdown body by language."""

    code: str
    minutes: int
    check_items: int
    cites: tuple[Citation, ...]
    title: dict[str, str]
    body: dict[str, str]
    line: int


@dataclass(frozen=True)
class AuthoredGuide:
    """A guide as its files have it."""

    code: str
    topic: str
    level: str
    posts: tuple[str, ...]
    audiences: tuple[str, ...]
    position: int
    title: dict[str, str]
    summary: dict[str, str]
    sections: tuple[AuthoredSection, ...]
    file: str


@dataclass(frozen=True)
class _Text:
    title: str
    summary: str
    sections: dict[str, tuple[str, str, int]]


def read_guides(content: Path) -> tuple[list[AuthoredGuide], list[FileFault]]:
    """All guides of a content folder, and every fault in them."""
    guides: list[AuthoredGuide] = []
    faults: list[FileFault] = []
    for path in sorted((content / "guides").glob("*.yaml")):
        name = f"{content.name}/guides/{path.name}"
        try:
            document = read(path)
        except BadYamlError as error:
            faults.append(FileFault(name, error.line, error.why))
            continue
        wrong = list(_shape_faults(document, name, path.stem))
        texts = {
            language: _read_text(content, language, path.stem, wrong) for language in LANGUAGES
        }
        if not wrong:
            guides.append(_guide(document, name, texts, wrong))
        faults += wrong
    return guides, faults


def _read_text(content: Path, language: str, code: str, wrong: list[FileFault]) -> _Text:
    path = content / language / f"{code}.md"
    name = f"{content.name}/{language}/{code}.md"
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except FileNotFoundError:
        wrong.append(FileFault(name, 1, "this file is missing: a guide stands in both languages"))
        return _Text("", "", {})
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
    joined = {c: (t, "\n".join(body).strip(), n) for c, (t, body, n) in sections.items()}
    return _Text(title, "\n".join(summary).strip(), joined)


def _shape_faults(document: Document, name: str, stem: str) -> Iterator[FileFault]:
    data = document.data
    if not isinstance(data, dict) or not isinstance(data.get("sections"), list):
        yield FileFault(name, 1, "a guide has id, topic, level, position and a list of sections")
        return
    if data.get("id") != stem:
        yield FileFault(name, document.line("id"), f"the id is the file's name, {stem}")
    if not isinstance(data.get("topic"), str):
        yield FileFault(name, document.line("topic"), "topic is missing")
    if data.get("level") not in LEVELS:
        yield FileFault(name, document.line("level"), f"level is one of {', '.join(LEVELS)}")
    if not isinstance(data.get("position"), int):
        yield FileFault(
            name, document.line("position"), "position is a number, for the order of the shelf"
        )
    for audience in data.get("audiences", []):
        if audience not in list(Audience):
            yield FileFault(name, document.line("audiences"), f'unknown audience "{audience}"')
    for index, section in enumerate(data["sections"]):
        yield from _section_faults(document, name, index, section)


def _section_faults(document: Document, name: str, index: int, section: Any) -> Iterator[FileFault]:
    def fault(field: str, words: str) -> FileFault:
        return FileFault(name, document.line("sections", index, field), words)

    if not isinstance(section, dict) or not isinstance(section.get("id"), str):
        yield fault("id", "a section needs an id")
        return
    code = section["id"]
    if not isinstance(section.get("minutes"), int) or not 5 <= section["minutes"] <= 180:
        yield fault("minutes", f"section {code}: minutes are a number from 5 to 180")
    if not isinstance(section.get("check", 3), int) or not 1 <= section.get("check", 3) <= 10:
        yield fault("check", f"section {code}: check is a number from 1 to 10")
    if not section.get("cites"):
        yield fault("cites", f"section {code}: cite the articles that the section is about")
    for cite in section.get("cites") or []:
        try:
            citations.parse(str(cite))
        except Invalid as error:
            yield fault("cites", f"section {code}: {error.faults[0]}")


def _guide(
    document: Document, name: str, texts: dict[str, _Text], wrong: list[FileFault]
) -> AuthoredGuide:
    data = document.data
    codes = [section["id"] for section in data["sections"]]
    for language, text in texts.items():
        file = f"{name.split('/')[0]}/{language}/{data['id']}.md"
        if list(text.sections) != codes:
            wrong.append(FileFault(file, 1, f"the sections are, in this order: {', '.join(codes)}"))
    sections = tuple(_section(document, name, index, texts, wrong) for index in range(len(codes)))
    return AuthoredGuide(
        code=data["id"],
        topic=data["topic"],
        level=data["level"],
        posts=tuple(data.get("posts", [])),
        audiences=tuple(data.get("audiences", [])),
        position=data["position"],
        title={language: text.title for language, text in texts.items()},
        summary={language: text.summary for language, text in texts.items()},
        sections=sections,
        file=name,
    )


def _section(
    document: Document, name: str, index: int, texts: dict[str, _Text], wrong: list[FileFault]
) -> AuthoredSection:
    data = document.data["sections"][index]
    found = {
        language: text.sections.get(data["id"], ("", "", 1)) for language, text in texts.items()
    }
    cites = tuple(citations.parse(cite) for cite in data["cites"])
    for language, (_, body, line) in found.items():
        file = f"{name.split('/')[0]}/{language}/{document.data['id']}.md"
        if not body:
            wrong.append(FileFault(file, line, f"section {data['id']} has no text"))
        wrong.extend(_unlisted(body, file, line, data["id"], cites))
    return AuthoredSection(
        code=data["id"],
        minutes=data["minutes"],
        check_items=data.get("check", 3),
        cites=cites,
        title={language: title for language, (title, _, _) in found.items()},
        body={language: body for language, (_, body, _) in found.items()},
        line=document.line("sections", index),
    )


def _unlisted(
    body: str, file: str, line: int, code: str, cites: tuple[Citation, ...]
) -> Iterator[FileFault]:
    """References in the text whose article the section's `cites` leave out."""
    listed = {cite.article_key for cite in cites}
    for match in INLINE.finditer(body):
        cite = citations.parse(match[1])
        if cite.article_key not in listed:
            at = line + body[: match.start()].count("\n") + 2
            yield FileFault(
                file, at, f"section {code}: {match[1]} is not among the section's cites"
            )
