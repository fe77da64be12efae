"""Laws that nobody passed: made of words drawn by chance, for tests and benchmarks."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence

from examapp.core.law.numbers import article_label
from examapp.core.law.text import Entry, Heading, LawText, Level, Provision, ProvisionKind

WORDS = """
渡口管理站 灯塔看守人 磨坊主 邮差行会 果园合作社 陶窑监督员 驿站站长 蜂场场主 水车管理所 集市委员会
钟楼值守员 船坞检验师 盐田公所 织布作坊 林场护林队 石匠协会 谷仓保管员 桥梁养护所 牧场联合会
造纸工坊

每日清晨 霜降以前 收到通报后三日内 集市开放期间 汛期结束以后 每季度末 交接班次时 试航开始前
接到申诉之日起十日内 停业整修期间 年度清点时 夜间值守中

清点 登记 公布 检验 修缮 封存 移交 复核 标明 保管 抽查 更换 核发 收回 丈量 晾晒 编号 称量 转运 估价

渡船票据 灯油存量 磨盘尺寸 信袋封签 果树名册 窑炉温度记录 马匹健康证明 蜂箱位置图 水闸钥匙
摊位分配表
报时铜钟 船底涂料样品 盐垛高度 布匹染料配方 巡山日志 石料来源说明 谷物湿度数据 桥墩裂缝照片 羊群耳标

不得隐瞒短缺数量 可以委托邻近乡里代办 费用由双方平均承担 结果应当张贴在门前 遇有争执的先行记录
损坏部分照价补足 未完成的顺延至次日 并且邀请两名见证人到场 原件至少留存五年 由年长者主持抓阄决定
不能到场的以书信说明缘由 超出限额的另行申报

芦 花 杏 铁 白 鹭 洲 槐 荫 石 榴 望 江 柳 乌 篷 竹 影 鸽 雁 回 蓑 月 牙 青 瓦 梨 枫 鱼 骨 麦 垛
松 鹤
云 溪 茶 棠 兰 芝 鹿 鸣 雪 岭 沙 泉 莲 藕 菱 荷 橘 柚 桑 麻 葵 蓝 霞 虹 露 霜 岚 烟 萤 蝉
"""
WHO, WHEN, DOES, WHAT, HOW, NAMES = (block.split() for block in WORDS.split("\n\n"))


def where(chance: random.Random) -> str:
    """A place on no map."""
    return "".join(chance.sample(NAMES, 2)) + chance.choice("镇湾巷坡沟渡桥滩铺集")


def sentence(chance: random.Random) -> str:
    """One rule of a dozen words."""
    two = chance.sample(WHAT, 2)
    return (
        f"{where(chance)}的{chance.choice(WHO)}应当在{chance.choice(WHEN)}{chance.choice(DOES)}{two[0]}，"
        f"{chance.choice(DOES)}{where(chance)}的{two[1]}，{chance.choice(HOW)}。"
    )


def words(chance: random.Random, most: int = 4) -> str:
    """The lines of one article: one to so many sentences, some in paragraphs of their own."""
    said = [sentence(chance) for _ in range(chance.randint(1, most))]
    return "".join(one + chance.choice(("", "\n")) for one in said).strip()


def article(number: int | str, text: str) -> Provision:
    """One article with these lines."""
    key = str(number)
    return Provision(ProvisionKind.ARTICLE, key, article_label(key), tuple(text.split("\n")))


def law(*texts: str, title: str = "中华人民共和国示例法") -> LawText:
    """A law of these articles, numbered from 1."""
    return of([article(number, text) for number, text in enumerate(texts, 1)], title)


def of(body: Iterable[Entry], title: str = "中华人民共和国示例法") -> LawText:
    """A law of these headings and provisions."""
    return LawText(title, None, None, "", (), tuple(body))


def in_chapters(chapters: Sequence[Sequence[str]]) -> LawText:
    """A law of chapters, each of some articles."""
    body: list[Entry] = []
    number = 0
    for at, texts in enumerate(chapters, 1):
        body.append(Heading(Level.CHAPTER, article_label(str(at))[:-1] + "章", f"示例{at}"))
        for text in texts:
            number += 1
            body.append(article(number, text))
    return of(body)


def drawn(seed: int, articles: int) -> LawText:
    """A law of so many articles, always the same for a seed."""
    chance = random.Random(seed)
    return law(*(words(chance) for _ in range(articles)))
