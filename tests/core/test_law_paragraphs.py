"""Lines of an article by paragraph (款)."""

import pytest

from examapp.core.law.text import paragraphs


@pytest.mark.parametrize(
    ("lines", "sizes"),
    [
        (("第一款。", "第二款。"), [1, 1]),
        (("有下列情形之一的：", "（一）甲；", "（二）乙。", "第二款。"), [3, 1]),
        (("由下列人员组成：", "委员长，", "副委员长若干人，", "委员若干人。", "第二款。"), [4, 1]),
        (("第一款。", "由下列人员组成：", "主席，", "委员若干人。", "第三款。"), [1, 3, 1]),
        (("（一）甲；", "（二）乙。"), [2]),
        ((), []),
    ],
)
def test_a_list_belongs_to_the_paragraph_that_introduces_it(lines, sizes):
    found = paragraphs(lines)
    assert [len(paragraph) for paragraph in found] == sizes
    assert tuple(line for paragraph in found for line in paragraph) == lines
