"""Question files: every fault with file and line, and a round trip that loses nothing."""

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from examapp.core import items
from examapp.core.citations import Citation
from examapp.core.items import JUDGEMENT_OPTIONS, Asks, Difficulty, ItemContent, Kind, Use
from examapp.library.question_files import read_bank, read_text, write_items

SOUND = """\
- id: one
  topic: law.basic
  kind: single
  difficulty: easy
  cites: ["law-x:1.2"]
  stem:
    zh: 题干
    en: Stem
  options:
    A: {zh: 甲, en: a}
    B: {zh: 乙, en: b}
    C: {zh: 丙, en: c}
  key: [B]
  rationale:
    zh: 理由
    en: Why
"""
JUDGEMENT = """\
- id: one
  topic: law.basic
  kind: judgement
  difficulty: hard
  use: study
  asks: apply
  cites: ["law-x:1"]
  stem: {zh: 题干, en: Stem}
  key: false
  rationale: {zh: 理由, en: Why}
  enemies: [two]
"""


def faults(text):
    return [str(fault) for fault in read_text(text, "f.yaml").faults]


def test_a_sound_item_is_read_with_its_defaults_and_its_line():
    (item,) = read_text("# first line\n" + SOUND, "f.yaml").items
    assert (item.code, item.file, item.line) == ("one", "f.yaml", 2)
    content = item.content
    assert (content.use, content.asks) == (Use.EXAM, Asks.RECALL)
    assert (content.key, content.option_ids) == (frozenset("B"), ("A", "B", "C"))
    assert content.cites == (Citation("law-x", "1", 2),)


def test_a_true_or_false_item_gets_its_two_options():
    (item,) = read_text(JUDGEMENT, "f.yaml").items
    assert item.content.options == JUDGEMENT_OPTIONS
    assert item.content.key == {"false"}
    assert item.content.enemies == {"two"}


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("- id: one", "- code: one", 1, "an item needs an id"),
        ("- id: one", "- id: 7", 1, "an item needs an id"),
        ("  topic: law.basic\n", "", 1, "topic is missing"),
        ("kind: single", "kind: choice", 3, "kind is one of single, multiple, judgement"),
        (
            "difficulty: easy",
            "difficulty: 2",
            4,
            'difficulty is one of easy, medium, hard, not "2"',
        ),
        ("  difficulty: easy\n", "", 1, 'one of easy, medium, hard, not "None"'),
        ("difficulty: easy", "difficulty: easy\n  use: both", 5, "use is one of exam, study"),
        ("difficulty: easy", "difficulty: easy\n  asks: all", 5, "asks is one of recall, apply"),
        ("difficulty: easy", "difficulty: easy\n  answer: B", 5, 'unknown field "answer"'),
        ('["law-x:1.2"]', "law-x:1.2", 5, "cites is a list of texts"),
        ('["law-x:1.2"]', "[1.2]", 5, "cites is a list of texts"),
        ('["law-x:1.2"]', "[law-x]", 5, '"law-x" is not a citation'),
        ('["law-x:1.2"]', "[]", 5, "cite the article that decides the item"),
        ("    zh: 题干\n    en: Stem", "    甲", 6, "stem needs a text in zh and in en"),
        ("    en: Stem\n", "", 6, "the en text is missing"),
        ("en: Stem", "fr: Tige", 8, "stem: fr is not a text in zh or en"),
        ("en: Stem", "en: [1]", 8, "stem: en is not a text in zh or en"),
        ("A: {zh: 甲, en: a}", "a: {zh: 甲, en: a}", 10, 'an option is named A to F, not "a"'),
        ("A: {zh: 甲, en: a}", "AB: {zh: 甲, en: a}", 10, 'an option is named A to F, not "AB"'),
        ("A: {zh: 甲, en: a}", "A: 甲", 10, "options A needs a text in zh and in en"),
        ("A: {zh: 甲, en: a}", "A: {zh: 甲}", 9, "option A: the en text is missing"),
        ("A: {zh: 甲, en: a}", "A: {zh: 乙, en: a}", 9, "two options read the same (zh)"),
        ("    C: {zh: 丙, en: c}\n", "", 9, "give three to six options, not 2"),
        ("key: [B]", "key: B", 13, "key is a list of option letters"),
        ("key: [B]", "key: true", 13, "key is a list of option letters"),
        ("key: [B]", "key: [B, B]", 13, "key names an option twice"),
        ("key: [B]", "key: [E]", 13, 'key "E" is not one of the options A, B, C'),
        ("key: [B]", "key: [A, B]", 13, "exactly one right option, not 2"),
        ("  key: [B]\n", "", 1, "key is a list of option letters"),
        ("  key: [B]", "  key: [B]\n  enemies: two", 14, "enemies is a list of texts"),
        ("    en: Why", '    en: " "', 14, "the en text is missing"),
    ],
)
def test_each_fault_is_told_with_file_and_line(old, new, line, words):
    assert old in SOUND
    told = faults(SOUND.replace(old, new))
    assert len(told) == 1, told
    assert told[0].startswith(f"f.yaml:{line}: ")
    assert words in told[0]


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("key: false", "key: [A]", 9, "the key of a true/false item is true or false"),
        ("key: false", "key: 'false'", 9, "the key of a true/false item is true or false"),
        ("key: false", "key: false\n  options: {}", 10, "has no options of its own"),
    ],
)
def test_each_fault_of_a_true_or_false_item(old, new, line, words):
    (told,) = faults(JUDGEMENT.replace(old, new))
    assert told.startswith(f"f.yaml:{line}: item one: ")
    assert words in told


def test_nothing_stops_at_the_first_fault():
    bad = SOUND.replace("key: [B]", "key: B").replace("easy", "simple").replace("单", "x")
    good = SOUND.replace("id: one", "id: two")
    bank = read_text(bad + good, "f.yaml")
    assert [item.code for item in bank.items] == ["two"]
    assert [fault.line for fault in bank.faults] == [4, 13]


def test_an_id_that_stands_twice_names_both_places():
    (told,) = faults(SOUND + SOUND)
    assert told == "f.yaml:17: item one: this id stands already in f.yaml:1"


@pytest.mark.parametrize("text", ["id: one\n", "just words\n", "", "7"])
def test_a_file_that_is_no_list_is_told(text):
    (told,) = faults(text)
    assert told.startswith("f.yaml:1: a question file is a list of items")


def test_a_file_that_is_no_yaml_is_told():
    (told,) = faults(SOUND + "  key: [C]\n")
    assert told == 'f.yaml:17: the key "key" stands here twice'


def write(folder, name, text):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_a_folder_gives_its_name_as_topic_and_all_faults_in_order(tmp_path):
    bank = tmp_path / "bank"
    bare = SOUND.replace("  topic: law.basic\n", "")
    write(bank, "law.basic/a.yaml", bare)
    write(bank, "law.basic/b.yaml", SOUND.replace("law.basic", "law.other").replace("one", "two"))
    write(bank, "law.more/c.yaml", bare)
    write(bank, "law.more/d.yaml", "a: [")
    write(bank, "readings/law.yaml", "- nonsense")
    write(bank, "law.more/notes.txt", "not ours")
    read = read_bank(bank)
    assert [item.content.topic for item in read.items] == ["law.basic", "law.more"]
    assert [str(fault).split(": ")[0] for fault in read.faults] == [
        "bank/law.basic/b.yaml:2",
        "bank/law.more/d.yaml:1",
        "bank/law.more/c.yaml:1",
    ]


def test_white_space_around_texts_does_not_count():
    other = SOUND.replace("zh: 理由", 'zh: " 理由 "')
    assert read_text(other, "f").items[0].content == read_text(SOUND, "f").items[0].content


words = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Co", "Cn"), exclude_characters="\ufeff"),
    min_size=1,
    max_size=30,
).filter(str.strip)
texts = st.fixed_dictionaries({"zh": words.map(str.strip), "en": words.map(str.strip)})
codes = st.from_regex(r"[a-z]{1,6}-[0-9]{3}", fullmatch=True)


@st.composite
def contents(draw):
    kind = draw(st.sampled_from(Kind))
    options, key = JUDGEMENT_OPTIONS, frozenset([draw(st.sampled_from(["true", "false"]))])
    if kind is not Kind.JUDGEMENT:
        letters = "ABCDEF"[: draw(st.integers(3, 6))]
        options = tuple((letter, draw(texts)) for letter in letters)
        least = 1 if kind is Kind.SINGLE else 2
        most = 1 if kind is Kind.SINGLE else len(letters)
        key = draw(st.frozensets(st.sampled_from(letters), min_size=least, max_size=most))
    return ItemContent(
        topic=draw(st.from_regex(r"[a-z]{1,5}(\.[a-z]{1,5})?", fullmatch=True)),
        kind=kind,
        difficulty=draw(st.sampled_from(Difficulty)),
        use=draw(st.sampled_from(Use)),
        asks=draw(st.sampled_from(Asks)),
        stem=draw(texts),
        options=options,
        key=key,
        rationale=draw(texts),
        cites=(Citation("law-x", str(draw(st.integers(1, 99)))),),
        enemies=draw(st.frozensets(codes, max_size=2)),
    )


@settings(max_examples=40)
@given(st.dictionaries(codes, contents(), max_size=2))
def test_what_is_written_is_read_back_the_same(bank):
    sound = {code: content for code, content in bank.items() if not list(items.faults(content))}
    again = read_text(write_items(sound.items()), "f.yaml")
    assert again.faults == ()
    assert {item.code: item.content for item in again.items} == sound
    assert [i.content.digest for i in again.items] == [c.digest for c in sound.values()]


values = st.none() | st.integers() | words | st.lists(words, max_size=2)
fields = st.sampled_from(["id", "kind", "key", "stem", "options", "cites", "x"])


@given(st.lists(st.dictionaries(fields, values) | values))
def test_no_nonsense_breaks_the_reader(data):
    bank = read_text(yaml.safe_dump(data, allow_unicode=True), "f.yaml")
    assert bank.items == ()
    assert bool(bank.faults) == bool(data)
