"""content/policies/*.yaml: a place's rules as data (docs/formats.md)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from examapp.core import assessment, place_rules
from examapp.core.canonical import digest, plain
from examapp.library.faults import FileFault
from examapp.library.yaml_lines import BadYamlError, Document, read

KNOWN = ("id", "year", "title", "notice", "exam", *place_rules.PARTS, "indicators")


@dataclass(frozen=True)
class AuthoredPolicy:
    """A policy pack: from which year it holds, and its content as data."""

    code: str
    year: int
    content: dict[str, Any]

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical content: a changed rule is another pack."""
        return digest(self.content)


def read_policies(content: Path) -> tuple[list[AuthoredPolicy], list[FileFault]]:
    """All policy packs of a content folder without a fault, and every fault in the others."""
    packs: list[AuthoredPolicy] = []
    faults: list[FileFault] = []
    for path in sorted((content / "policies").glob("*.yaml")):
        name = f"{content.name}/policies/{path.name}"
        try:
            document = read(path)
        except BadYamlError as error:
            faults.append(FileFault(name, error.line, error.why))
            continue
        found = [FileFault(name, line, words) for line, words in _faults(document, path.stem)]
        faults += found
        if not found:
            data = plain(document.data)
            packs.append(AuthoredPolicy(data["id"], data["year"], data))
    return packs, faults


def _faults(document: Document, stem: str) -> Iterator[tuple[int, str]]:
    data = document.data
    if not isinstance(data, dict) or data.get("id") != stem:
        yield 1, f"the id is the file's name, {stem}"
        return
    try:
        plain(data)
    except TypeError:
        yield 1, 'a figure with decimals stands in quotes: points: "12.5"'
    if type(data.get("year")) is not int:
        yield document.line("year"), "year is the first year it holds for"
    title = data.get("title")
    if not isinstance(title, dict) or not (title.get("zh") and title.get("en")):
        yield document.line("title"), "title must have zh and en"
    for name in data:
        if name not in KNOWN:
            yield document.line(name), f"there is no field {name}"
    indicators = data.get("indicators", [])
    if not isinstance(indicators, list) or not (indicators or data.get("exam")):
        yield document.line("indicators"), "indicators is a list of at least one rule"
        return
    if isinstance(title, dict):
        try:
            place_rules.from_data(data)
        except KeyError as error:
            yield document.line("exam"), f"{error.args[0]} is missing"
        except ValueError as error:
            place = str(error).split(maxsplit=1)[0].rstrip(":")
            yield document.line(place if place in data else "exam"), str(error)
    yield from _indicator_faults(document, indicators)


def _indicator_faults(document: Document, indicators: list[Any]) -> Iterator[tuple[int, str]]:
    codes: set[str] = set()
    for index, data in enumerate(indicators):
        line, who = document.line("indicators", index), f"indicator {index + 1}"
        if not isinstance(data, dict):
            yield line, f"{who}: is not a rule with its parts"
            continue
        try:
            made = assessment.indicator_from_data(data)
        except KeyError as error:
            yield line, f"{who}: {error.args[0]} is missing"
        except (TypeError, ValueError) as error:
            yield line, f"{who}: {error}"
        else:
            if made.code in codes:
                yield line, f"{who}: the code {made.code} stands here twice"
            codes.add(made.code)
