"""./run laws compare: what became of every article from one edition to the next."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from examapp.core.law.changes import Change, ChangeKind, Comparison
from examapp.core.law.compare import compare
from examapp.core.law.numbers import article_label
from examapp.core.law.text import LawText
from examapp.library.law_texts.reading import read_paths

_PAIRS = {
    "unchanged": ChangeKind.UNCHANGED,
    "renumbered": ChangeKind.RENUMBERED,
    "typographical": ChangeKind.TYPOGRAPHICAL,
    "cross_reference": ChangeKind.CROSS_REFERENCE,
    "modified": ChangeKind.MODIFIED,
}
File = click.Path(exists=True, path_type=Path)


@click.command("compare")
@click.argument("old", type=File)
@click.argument("new", type=File)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def compare_(old: Path, new: Path, as_json: bool) -> None:
    """Compare two editions of a law, article by article (needs no database)."""
    left, right = _read(old), _read(new)
    found = compare(left, right)
    if as_json:
        click.echo(json.dumps(as_data(left, right, found), ensure_ascii=False, indent=1))
    else:
        click.echo("\n".join(_lines(left, right, found)))


def _read(path: Path) -> LawText:
    """The law in a file (or in the files of one law in a folder), as printed there."""
    found = read_paths([path], as_printed=True)
    if len(found.laws) == 1 and found.laws[0].text.provisions:
        return found.laws[0].text
    if len(found.laws) > 1:
        titles = "; ".join(law.text.title for law in found.laws)
        raise click.ClickException(f"{path} holds {len(found.laws)} laws, not one: {titles}")
    reasons = [reason.words % (reason.facts or {}) for _, reason in found.refused]
    raise click.ClickException(f"{path}: {' '.join(reasons) or 'no law was found in it'}")


def as_data(old: LawText, new: LawText, found: Comparison) -> dict[str, Any]:
    """The JSON that scripts outside the project read: pairs of labels such as 第一条."""
    pairs = {
        name: [[_labels(c.old)[0], _labels(c.new)[0]] for c in found.of(kind)]
        for name, kind in _PAIRS.items()
    }
    return {
        "old": {"title": old.title, "articles": len(old.articles)},
        "new": {"title": new.title, "articles": len(new.articles)},
        **pairs,
        "added": [_labels(c.new)[0] for c in found.of(ChangeKind.ADDED)],
        "removed": [_labels(c.old)[0] for c in found.of(ChangeKind.REMOVED)],
        "split": [[_labels(c.old)[0], _labels(c.new)] for c in found.of(ChangeKind.SPLIT)],
        "merged": [[_labels(c.old), _labels(c.new)[0]] for c in found.of(ChangeKind.MERGED)],
        "other": [{"old": _name(old, a), "new": _name(new, b)} for a, b in found.other],
    }


def _labels(keys: tuple[str, ...]) -> list[str]:
    return [article_label(key) for key in keys]


def _name(law: LawText, key: str | None) -> str | None:
    provision = law.provision(key) if key else None
    return provision.label or key if provision else None


def _lines(old: LawText, new: LawText, found: Comparison) -> Iterator[str]:
    yield f"old  {old.title}, {old.adopted or '–'}: {len(old.articles)} articles"
    yield f"new  {new.title}, {new.adopted or '–'}: {len(new.articles)} articles"
    counts = Counter(change.kind for change in found.changes)
    yield ", ".join(f"{kind} {counts[kind]}" for kind in ChangeKind if counts[kind])
    yield ""
    for change in found.changes:
        if change.kind is not ChangeKind.UNCHANGED:
            yield f"{change.kind:16}{_arrow(change)}"
    for a, b in found.other:
        yield f"{'other':16}{_name(old, a) or '–'} → {_name(new, b) or '–'}"


def _arrow(change: Change) -> str:
    old, new = ("、".join(_labels(keys)) or "–" for keys in (change.old, change.new))
    return f"{old} → {new}"
