"""content/guides, content/zh, content/en: study guides as people write them (docs/formats.md)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from examapp.core import citations
from examapp.core.citations import INLINE, Citation
from examapp.core.items import LANGUAGES
from examapp.core.people import Audience
from examapp.core.refusals import Invalid
from examapp.core.study import LEVELS
from examapp.library.faults import FileFault
from examapp.library.guide_texts import NO_TEXT, GuideText, SectionText, read_text
from examapp.library.yaml_lines import BadYamlError, Document, read


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
        texts = {language: read_text(content, language, path.stem, wrong) for language in LANGUAGES}
        made = None if wrong else _guide(document, name, texts, wrong)
        if made and not wrong:
            guides.append(made)
        faults += wrong
    return guides, faults


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
    for field in ("posts", "audiences"):
        if not _is_list_of_codes(data.get(field)):
            yield FileFault(name, document.line(field), f"{field} is a list of codes")
    if data.get("level") == "post" and not data.get("posts"):
        yield FileFault(name, document.line("posts"), "a guide of level post names its posts")
    if _is_list_of_codes(data.get("audiences")):
        for audience in data.get("audiences") or []:
            if audience not in list(Audience):
                yield FileFault(name, document.line("audiences"), f'unknown audience "{audience}"')
    if not data["sections"]:
        yield FileFault(name, document.line("sections"), "a guide has at least one section")
    yield from _repeated(document, name)
    for index, section in enumerate(data["sections"]):
        yield from _section_faults(document, name, index, section)


def _repeated(document: Document, name: str) -> Iterator[FileFault]:
    seen: set[str] = set()
    for index, section in enumerate(document.data["sections"]):
        code = section.get("id") if isinstance(section, dict) else None
        if isinstance(code, str) and code in seen:
            words = f"section {code} stands here twice"
            yield FileFault(name, document.line("sections", index, "id"), words)
        seen |= {code} if isinstance(code, str) else set()


def _is_list_of_codes(value: Any) -> bool:
    return value is None or (isinstance(value, list) and all(isinstance(v, str) for v in value))


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
    cites = section.get("cites")
    if not isinstance(cites, list) or not cites:
        yield fault("cites", f"section {code}: cites is a list of the articles that it is about")
        return
    for place, cite in enumerate(cites):
        try:
            citations.parse(str(cite))
        except Invalid as error:
            line = document.line("sections", index, "cites", place)
            yield FileFault(name, line, f"section {code}: {error.faults[0]}")


def _guide(
    document: Document, name: str, texts: dict[str, GuideText], wrong: list[FileFault]
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
        posts=tuple(data.get("posts") or []),
        audiences=tuple(data.get("audiences") or []),
        position=data["position"],
        title={language: text.title for language, text in texts.items()},
        summary={language: text.summary for language, text in texts.items()},
        sections=sections,
        file=name,
    )


def _section(
    document: Document, name: str, index: int, texts: dict[str, GuideText], wrong: list[FileFault]
) -> AuthoredSection:
    data = document.data["sections"][index]
    found = {language: text.sections.get(data["id"], NO_TEXT) for language, text in texts.items()}
    cites = tuple(citations.parse(cite) for cite in data["cites"])
    for language, part in found.items():
        file = f"{name.split('/')[0]}/{language}/{document.data['id']}.md"
        if not part.body and part is not NO_TEXT:
            wrong.append(FileFault(file, part.line, f"section {data['id']} has no text"))
        wrong.extend(_unlisted(part, file, data["id"], cites))
    return AuthoredSection(
        code=data["id"],
        minutes=data["minutes"],
        check_items=data.get("check", 3),
        cites=cites,
        title={language: part.title for language, part in found.items()},
        body={language: part.body for language, part in found.items()},
        line=document.line("sections", index),
    )


def _unlisted(
    part: SectionText, file: str, code: str, cites: tuple[Citation, ...]
) -> Iterator[FileFault]:
    """References in the text whose article the section's `cites` leave out."""
    listed = {cite.article_key for cite in cites}
    for match in INLINE.finditer(part.body):
        if citations.parse(match[1]).article_key not in listed:
            line = part.body_line + part.body[: match.start()].count("\n")
            words = f"section {code}: {match[1]} is not among the section's cites"
            yield FileFault(file, line, words)
