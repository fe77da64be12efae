"""Laws made up for the tests, and the files in which they could come."""

from __future__ import annotations

import io
import zipfile
from html import escape

from examapp.library.law_texts.findings import ReadFiles, ReadLaw
from examapp.library.law_texts.reading import read_upload

DATED = "甲法\n2022年3月1日示例会通过\n"
TITLE = "中华人民共和国示例法"
HEAD = """2001年3月1日第九届示例大会第二次会议通过

根据2019年4月23日第十三届示例大会第十次会议《关于修改〈中华人民共和国示例法〉的决定》修正
"""
BODY = """第一章　总则
第一条　为了示例，制定本法。
第二条　本法所称示例，包括：
（一）甲类；
（二）乙类。
示例由主管部门认定。
第二章　规则
第一节　一般规定
第三条　示例应当清楚。
第三条之一　示例可以简短。
第二节　特别规定
第四条　特别示例另行规定。
第三章　附则
第五条　本法自2001年5月1日起施行。"""

FIRST_LAYOUT = f"---\nsidebar: auto\n---\n\n# {TITLE}\n\n{HEAD}\n" + "\n\n".join(
    f"**{line.split('　')[0]}**　{line.split('　')[1]}"
    if "条" in line.split("　")[0]
    else f"{'###' if '节' in line.split('　')[0] else '##'} {line}"
    if line.startswith("第")
    else line
    for line in BODY.split("\n")
)
SECOND_LAYOUT = f"""# {TITLE}

2001年3月1日 第九届示例大会第二次会议通过

2019年4月23日 第十三届示例大会第十次会议《关于修改〈{TITLE}〉的决定》修正）

<!-- INFO END -->

""" + "\n\n".join(
    f"## {line}" if "章　" in line else f"### {line}" if "节　" in line else line
    for line in BODY.replace("　", " ").replace("总则", "总 则").split("\n")
).replace("章 ", "章 ").replace("## 第", "## 第").replace("（", "(").replace("）", ")")
HEADINGS = [line for line in BODY.split("\n") if "章　" in line[:5] or "节　" in line[:5]]
AS_PUBLISHED = [
    (TITLE, True),
    ("（" + HEAD.strip().replace("\n\n", "　") + "）", True),
    ("目　　录", True),
    *((heading, False) for heading in HEADINGS),
    *(
        (line if line in HEADINGS else f"　　{line}", line in HEADINGS)
        for line in BODY.replace("总则", "总　则").replace("附则", "附　则").split("\n")
    ),
]
PLAIN = "\r\n".join(words for words, _ in AS_PUBLISHED)
HTML = (
    "<!DOCTYPE html><html><head><title>别的</title><style>p {}</style></head><body>"
    "<nav>首页 法律</nav>"
    + "".join(
        f"<p align=center>{escape(words)}</p>" if centred else f"<p>{escape(words)}</p>\n"
        for words, centred in AS_PUBLISHED
    )
    + "<div>责任编辑：某某</div><script>var 第一条</script></body></html>"
)
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def archive(members: dict[str, str | bytes]) -> bytes:
    """A zip archive of these members."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in members.items():
            made.writestr(name, data)
    return file.getvalue()


def word_body(paragraphs: list[tuple[str, bool]]) -> str:
    """The XML of a Word document's paragraphs: words, and whether they are centred."""
    made = "".join(
        f'<w:p><w:pPr><w:jc w:val="{"center" if centred else "both"}"/></w:pPr>'
        f'<w:r><w:t xml:space="preserve">{escape(words[:3])}</w:t></w:r>'
        f"<w:r><w:t>{escape(words[3:])}</w:t></w:r></w:p>"
        for words, centred in paragraphs
    )
    return f'<w:document xmlns:w="{_WORD}"><w:body>{made}</w:body></w:document>'


def word(paragraphs: list[tuple[str, bool]], *, before: str = "") -> bytes:
    """A Word document; `before` stands before its root element."""
    xml = f'<?xml version="1.0" encoding="UTF-8"?>{before}{word_body(paragraphs)}'
    return archive({"[Content_Types].xml": "<Types/>", "word/document.xml": xml})


def read(data: str | dict[str, str]) -> ReadFiles:
    """What is found in a text, or in an archive of texts."""
    if isinstance(data, str):
        return read_upload("甲.md", data.encode())
    return read_upload("甲.zip", archive(data))


def only(data: str | dict[str, str]) -> ReadLaw:
    """The one law that is found, with nothing refused."""
    found = read(data)
    assert not found.refused
    (law,) = found.laws
    return law


def codes(law: ReadLaw) -> set[str]:
    return {oddity.code for oddity in law.oddities}
