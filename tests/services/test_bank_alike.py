"""Which questions of the bank are nearly the same as one that is being written."""

from dataclasses import replace

from examapp.services.bank.alike import alike_in_bank
from tests.bureau import make_content, make_item, make_shelf

STEM = "行政机关应当自受理申请之日起二十日内作出决定"


def test_every_other_item_is_compared_but_not_itself_nor_its_enemies(db):
    make_shelf(db)
    for code in ("mine", "same", "enemy"):
        make_item(db, code, stem=STEM)
    make_item(db, "other", stem="公务员的年度考核结果分为优秀、称职、基本称职和不称职四个等次")
    mine = replace(make_content(stem=STEM), enemies=frozenset({"enemy"}))
    assert alike_in_bank(db, mine, code="mine") == {"same": 1.0}
    assert list(alike_in_bank(db, mine, code=None)) == ["mine", "same"]
