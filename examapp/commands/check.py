"""./run check: every fault of code, words, bank and content, with file and line."""

from __future__ import annotations

import subprocess
import sys

import click

from examapp.config import ROOT, from_environment
from examapp.library.bank_check import check_everything

STEPS = (
    ("lint", ["-m", "ruff", "check", "."]),
    ("format", ["-m", "ruff", "format", "--check", "--quiet", "."]),
    ("types", ["-m", "mypy"]),
    (
        "architecture, translations, documents",
        ["-m", "pytest", "-q", "--no-header", "-p", "no:cacheprovider",
         "tests/test_architecture.py", "tests/test_translations.py", "tests/test_documented.py"],
    ),
)  # fmt: skip


@click.command()
@click.option("--content-only", is_flag=True, help="Only the question bank and the content.")
def check(content_only: bool) -> None:
    """Check everything; the exit code tells whether there were faults."""
    wrong = [] if content_only else [name for name, step in STEPS if not _passes(name, step)]
    settings = from_environment()
    report = check_everything(settings.content, settings.question_bank)
    for fault in report.faults:
        click.echo(str(fault))
    for line in report.information:
        click.echo(line)
    if report.faults:
        wrong.append(f"question bank and content ({len(report.faults)} faults)")
    if wrong:
        raise click.ClickException("faults in: " + "; ".join(wrong))
    click.echo("Everything checked: no faults.")


def _passes(name: str, step: list[str]) -> bool:
    click.echo(f"- {name}")
    done = subprocess.run([sys.executable, *step], cwd=ROOT, check=False)  # noqa: S603 - our own
    return done.returncode == 0
