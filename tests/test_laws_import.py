"""./run laws import: a dry run needs nothing; an import is whole, and twice changes nothing."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from examapp.commands.laws import laws
from tests.library import law_samples as sample


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv("EXAMAPP_INSTANCE", str(tmp_path / "instance"))
    monkeypatch.delenv("EXAMAPP_DATABASE_URL", raising=False)

    def invoke(*arguments: object):
        return CliRunner().invoke(laws, ["import", *map(str, arguments)])

    return invoke


@pytest.fixture
def files(tmp_path):
    folder = tmp_path / "laws"
    folder.mkdir()
    (folder / "b.md").write_text(
        sample.FIRST_LAYOUT.replace("第二条", "第二十条"), encoding="utf-8"
    )
    (folder / "a.zip").write_bytes(
        sample.archive({"甲/a.txt": sample.PLAIN.replace("示例法", "甲法")})
    )
    return folder


def test_a_dry_run_prints_a_list_and_leaves_nothing_behind(run, files, tmp_path):
    done = run("--dry-run", "--json", files)
    assert done.exit_code == 0
    second, first = json.loads(done.stdout)
    assert first == {
        "files": [f"{files}/b.md"],
        "title": "中华人民共和国示例法",
        "adopted": "2019-04-23",
        "effective": None,
        "articles": 6,
        "chapters": 3,
        "gaps": [f"第{n}条" for n in ["二", "六", "七", "八", "九", "十"]]
        + [f"第十{n}条" for n in ["一", "二", "三", "四", "五", "六", "七", "八", "九"]],
        "warnings": first["warnings"],
    }
    assert any("out of order" in warning for warning in first["warnings"])
    assert second["title"] == "中华人民共和国甲法"
    assert second["files"] == [f"{files}/a.zip/甲/a.txt"]
    assert not (tmp_path / "instance").exists()


def test_refused_files_are_named_and_the_list_is_still_printed(run, files):
    (files / "c.docx").write_bytes(b"\x89PNG\r\n\x1a\n")
    done = run("--dry-run", "--json", files, files / "none.md")
    assert done.exit_code == 1
    assert len(json.loads(done.stdout)) == 2
    assert f"{files}/c.docx: This is a picture" in done.stderr
    assert f"{files}/none.md: There is no such file." in done.stderr


def test_the_table_names_the_laws_and_what_was_odd(run, files):
    done = run("--dry-run", files)
    assert "2019-04-23  –                  6         3  中华人民共和国示例法" in done.stdout
    assert "2 laws" in done.stdout


def test_importing_twice_changes_nothing(run, files):
    first, again = (json.loads(run("--json", files).stdout) for _ in range(2))
    assert [row["outcome"] for row in first] == ["imported", "imported"]
    assert [row["outcome"] for row in again] == ["unchanged", "unchanged"]


def test_a_law_that_cannot_be_told_is_refused_alone(run, files):
    twice = sample.PLAIN.replace("第四条", "第三条").replace("示例法", "乙法")
    (files / "c.txt").write_text(twice, encoding="utf-8")
    done = run("--json", files)
    assert done.exit_code == 1
    outcomes = {row["title"][7:]: row["outcome"] for row in json.loads(done.stdout)}
    assert outcomes == {"乙法": "refused", "甲法": "imported", "示例法": "imported"}


def test_a_folder_without_laws_is_said_to_have_none(run, tmp_path):
    (tmp_path / "empty").mkdir()
    done = run("--dry-run", tmp_path / "empty")
    assert (done.exit_code, done.stdout.splitlines()[-1]) == (1, "no law was found")
