"""A made-up law in editions: its texts, and the bureau that rests on it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from examapp.core.law.numbers import article_label
from examapp.core.law.text import LawText, Provision, ProvisionKind
from examapp.services.laws.importing import Incoming, import_texts
from examapp.services.laws.register import EditionFacts, LawFacts, load_laws
from examapp.store.bank import Item, ItemCitation, ItemRevision
from examapp.store.laws import Edition, Law
from tests.bureau import NOW

FIRST, SECOND, THIRD = date(2020, 1, 1), date(2026, 1, 1), date(2026, 3, 1)

# Sentences with few words in common, so that no article is taken for another one.
WORDS = {
    "lamps": "船舶夜间航行应当悬挂桅灯，并保持灯光清晰可见。",
    "pilots": "引航员登轮以前，须核对潮汐表和水深记录。",
    "fees": "港务费按照吨位收取，每季度公布收支账目。",
    "fish": "禁渔期内任何单位不得在河口撒网捕捞。\n违反规定的，没收渔具。",
    "wharf": "码头经营者负责修缮系缆桩、护舷和爬梯。",
    "cranes": "起重设备每半年检验一次；检验不合格的立即停用。\n检验报告保存五年。",
    "grain": "散装粮食装卸时采取防尘措施。",
    "storms": "台风警报发布后，小型船只一律进入避风锚地。",
    "guide": "违反本法第四条的，由渔政机构处理。",
    "crew": "海员出海前接受体检，体检费用由雇主承担。",
    "logs": "航海日志用墨水书写，不得涂改。",
    "tugs": "拖轮协助靠泊时听从船长指挥。",
}


def make_law(
    db: Session, *editions: EditionFacts, code: str = "harbour", title: str = "示例港口法"
) -> Law:
    """A law of the register; without editions with one of 2020."""
    known = editions or (EditionFacts(FIRST, FIRST, 12, 0),)
    titles = {"zh": title, "en": f"Law {code}"}
    load_laws(db, [LawFacts(code, "law", titles, titles, known)], now=NOW)
    return db.scalars(select(Law).where(Law.code == code)).one()


def give_text(
    db: Session,
    law: Law,
    adopted: date,
    words: list[str],
    *,
    effective: date | None = None,
    preamble: str = "",
    replace: bool = False,
    now: datetime = NOW,
) -> Edition:
    """Import an edition's words, one article each."""
    text = law_text(law.title["zh"], adopted, words, effective=effective, preamble=preamble)
    [done] = import_texts(db, [Incoming(text)], source="test.md", by=None, replace=replace, now=now)
    assert done.refusal is None, done.refusal
    return db.get_one(Edition, done.edition_id)


def law_text(
    title: str,
    adopted: date,
    words: list[str],
    *,
    effective: date | None = None,
    preamble: str = "",
) -> LawText:
    """The text of an edition as a reader of files gives it."""
    first = [provision(ProvisionKind.PREAMBLE, "preamble", "序言", preamble)] if preamble else []
    articles = [
        provision(ProvisionKind.ARTICLE, str(n), article_label(str(n)), text)
        for n, text in enumerate(words, 1)
    ]
    return LawText(title, adopted, effective, "", (), (*first, *articles))


def provision(kind: ProvisionKind, key: str, label: str, text: str) -> Provision:
    return Provision(kind, key, label, tuple(text.split("\n")))


def cited_by(db: Session, code: str) -> list[str]:
    """Where the newest revision of an item stands now: `law:article adopted`."""
    rows = db.execute(
        select(ItemCitation, Edition.adopted)
        .join(Edition, Edition.id == ItemCitation.edition_id)
        .join(ItemRevision, ItemRevision.id == ItemCitation.revision_id)
        .join(Item, Item.id == ItemRevision.item_id)
        .where(Item.code == code)
        .order_by(ItemRevision.number.desc(), ItemCitation.position)
    )
    return [f"{cite.law}:{cite.article} {adopted}" for cite, adopted in rows]
