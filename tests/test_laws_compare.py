"""./run laws compare: two files in, one JSON object or some lines out, and no database."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from examapp.cli import cli

OLD = """# 中华人民共和国示例法

（2019年3月1日第一届示例大会第一次会议通过）

## 第一章 总则

第一条 为了方便过河，制定本法。

第二条 渡船（含竹筏）每日清晨由船夫清点。

第三条 船夫应当在霜降以前修缮渡口石阶，费用由两岸平均承担。渡口钟楼夜间点灯，灯油存量按月公布。

第四条 违反本法第三条的，停渡三日。

第五条 马匹过河另收草料费。
"""
NEW = """# 中华人民共和国示例法

（2024年5月1日第一届示例大会第九次会议修订）

## 第一章 总则

第一条 为了方便过河，制定本法。

第二条 渡口设鸽舍一座，由邮差行会看守，来往信件不得拆阅。

第三条 渡船(含竹筏)每日清晨由船夫清点。

第四条 船夫应当在霜降以前修缮渡口石阶，费用由两岸平均承担。

第五条 渡口钟楼夜间点灯，灯油存量按月公布。

第六条 违反本法第四条的，停渡三日。

第七条 马匹过河另收草料费，骆驼加倍。
"""
REFERENCE = Path(__file__).parents[1] / ".." / "shared" / "reference" / "law_editions"


def run(*arguments):
    return CliRunner().invoke(cli, ["laws", "compare", *map(str, arguments)])


@pytest.fixture
def files(tmp_path):
    for name, text in (("old.md", OLD), ("new.md", NEW)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path / "old.md", tmp_path / "new.md"


def test_the_json_names_every_article_of_both_once(files):
    assert json.loads(run(*files, "--json").stdout) == {
        "old": {"title": "中华人民共和国示例法", "articles": 5},
        "new": {"title": "中华人民共和国示例法", "articles": 7},
        "unchanged": [["第一条", "第一条"]],
        "renumbered": [],
        "typographical": [["第二条", "第三条"]],
        "cross_reference": [["第四条", "第六条"]],
        "modified": [["第五条", "第七条"]],
        "added": ["第二条"],
        "removed": [],
        "split": [["第三条", ["第四条", "第五条"]]],
        "merged": [],
        "other": [],
    }


def test_merged_articles_and_their_new_one_are_named(files):
    assert json.loads(run(*reversed(files), "--json").stdout)["merged"] == [
        [["第四条", "第五条"], "第三条"]
    ]


def test_people_read_counts_and_what_changed(files):
    lines = run(*files).stdout.splitlines()
    assert lines[2] == (
        "unchanged 1, typographical 1, cross-reference 1, modified 1, added 1, split 1"
    )
    assert "split           第三条 → 第四条、第五条" in lines
    assert "added           – → 第二条" in lines


def test_a_file_that_holds_no_law_is_refused_by_name(files, tmp_path):
    (tmp_path / "list.txt").write_text("", encoding="utf-8")
    refused = run(files[0], tmp_path / "list.txt")
    assert refused.exit_code == 1
    assert "list.txt" in refused.output
    assert run(files[0], tmp_path / "absent.md").exit_code == 2


def test_a_folder_of_two_laws_is_refused(files, tmp_path):
    (tmp_path / "other.md").write_text(OLD.replace("示例法", "另例法"), encoding="utf-8")
    refused = run(files[0], tmp_path)
    assert refused.exit_code == 1
    assert "not one" in refused.output


@pytest.mark.skipif(not REFERENCE.exists(), reason="the shared reference data is not here")
def test_the_edition_that_was_read_by_eye_is_told_exactly():
    truth = json.loads((REFERENCE / "TRUTH.json").read_text(encoding="utf-8"))
    for pair in (pair for pair in truth if pair["confidence"] == "exact"):
        old, new = (
            REFERENCE / Path(*Path(pair[name]).parts[1:]) for name in ("old_file", "new_file")
        )
        told = json.loads(run(old, new, "--json").stdout)
        assert [a for a, _ in told["unchanged"]] == pair["unchanged_same_number"]
        assert told["modified"] == pair["modified"]
        assert not told["added"] + told["removed"] + told["split"] + told["merged"]
