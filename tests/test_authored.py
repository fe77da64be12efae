"""From the authored files to the database."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from examapp.authored import FaultyFilesError, load_authored
from examapp.config import from_environment
from examapp.store.laws import Law

NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
FILES = {
    "topics.yaml": "- id: a\n  title: {zh: 甲, en: A}\n",
    "posts.yaml": "- id: clerk\n  title: {zh: 文员, en: Clerk}\n",
    "laws.yaml": """
- id: sample-law
  kind: law
  title: {zh: 中华人民共和国示例法, en: Sample Law}
  short: {zh: 示例法, en: Sample Law}
  issuer: {zh: 某会, en: Some body}
  level: post
  posts: [clerk]
  in_force_since: 1999-05-01
  editions:
    - adopted: 2024-06-28
      effective: 2024-11-01
      repealed: 2026-01-01
      articles: 12
      chapters: 2
      instrument: {zh: 2024年修订, en: 2024 revision}
      news: {zh: 有变化。, en: Something changed.}
""",
}


@pytest.fixture
def settings(tmp_path):
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "bank").mkdir()
    named = {"INSTANCE": tmp_path / "i", "CONTENT": tmp_path, "QUESTION_BANK": tmp_path / "bank"}
    return from_environment({f"EXAMAPP_{name}": str(path) for name, path in named.items()})


def test_every_fact_of_a_law_reaches_the_database_and_is_brought_up_to_date(db, settings):
    load_authored(db, settings, now=NOW)
    law = db.scalar(select(Law).where(Law.code == "sample-law"))
    (edition,) = law.editions
    assert (law.issuer["en"], law.level, law.posts) == ("Some body", "post", ["clerk"])
    assert law.in_force_since == date(1999, 5, 1)
    assert (edition.effective, edition.repealed) == (date(2024, 11, 1), date(2026, 1, 1))
    assert (edition.articles, edition.chapters) == (12, 2)
    assert edition.instrument["en"] == "2024 revision"
    assert edition.news["zh"] == "有变化。"
    later = (
        FILES["laws.yaml"].replace("Some body", "Another").replace("articles: 12", "articles: 9")
    )
    (settings.content / "laws.yaml").write_text(later, encoding="utf-8")
    load_authored(db, settings, now=NOW)
    assert (law.issuer["en"], edition.articles) == ("Another", 9)


def test_files_with_a_fault_are_not_loaded_at_all(db, settings):
    (settings.content / "posts.yaml").write_text("", encoding="utf-8")
    with pytest.raises(FaultyFilesError, match='knows no post "clerk"'):
        load_authored(db, settings, now=NOW)
    assert db.scalar(select(Law)) is None
