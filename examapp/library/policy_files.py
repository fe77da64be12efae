"""content/policies/*.yaml: a place's rules as data (docs/formats.md)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from examapp.core import assessment
from examapp.core.canonical import digest
from examapp.library.faults import FileFault
from examapp.library.yaml_lines import BadYamlError, read


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
    """All policy packs of a content folder, and every fault in them."""
    packs: list[AuthoredPolicy] = []
    faults: list[FileFault] = []
    for path in sorted((content / "policies").glob("*.yaml")):
        name = f"{content.name}/policies/{path.name}"
        try:
            document = read(path)
        except BadYamlError as error:
            faults.append(FileFault(name, error.line, error.why))
            continue
        data = document.data
        if not isinstance(data, dict) or data.get("id") != path.stem:
            faults.append(FileFault(name, 1, f"the id is the file's name, {path.stem}"))
            continue
        before = len(faults)
        for index, indicator in enumerate(data.get("indicators") or []):
            try:
                assessment.indicator_from_data(indicator)
            except (KeyError, TypeError, ValueError) as error:
                line = document.line("indicators", index)
                faults.append(FileFault(name, line, f"indicator {index + 1}: {error!r}"))
        if not isinstance(data.get("year"), int):
            faults.append(
                FileFault(name, document.line("year"), "year is the first year it holds for")
            )
        if len(faults) == before:
            packs.append(AuthoredPolicy(data["id"], data["year"], data))
    return packs, faults
