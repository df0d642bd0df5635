"""How Chinese characters are read: every living reading of each, and one for a whole name.

The dictionary of pypinyin, mended where local names are read otherwise and freed of
readings that only old texts have (大 tai, 宁 zhu), which would bring false hits.
"""

from __future__ import annotations

import re
from functools import lru_cache

from pypinyin import Style, lazy_pinyin, pinyin

# Names that the dictionary reads wrongly.
LOCAL_NAMES = {
    "东都镇": ("dong", "du", "zhen"),
    "果都镇": ("guo", "du", "zhen"),
    "翟镇": ("zhai", "zhen"),
}
# Readings that no name of today has.
_OBSOLETE_TABLE = """
事zi 他tuo 伯mo,ba 体ben,cui 其ji 列li 前jian 化huo 区ou 南na 厂han,yan,an 古ku 台yi,si
合ge 团qiu 园wan 圣ku 塔da 夏jia 大tai 太ta 宁zhu 家jie,gu 屯zhun 市fu 平pian,bing,beng
广yan,an 庄peng 彭pang,bang 愁qiao,jiu 房pang 技qi 接xie,sha,cha 方pang,wang,feng
明meng 景ying 服bi,bo 朝zhu 期ji 杜tu 果luo,guan 校qiao 桃tiao,zhao 横guang,huang
汶min,men 沙suo 港hong 溪qi 王yu 百mo 省xian 研xing 示qi,zhi 祝zhou,chu 穴jue 粥yu 精qing
红gong 缩su 肥bi 育zhou,yo 胜xing,qing 能tai,nai,xiong 草zao 角lu,gu 谷lu 造cao 遗wei
部pou 震shen 青jing 革ji 齐ji 重tong 洼gui
"""
_OBSOLETE = {entry[0]: frozenset(entry[1:].split(",")) for entry in _OBSOLETE_TABLE.split()}
_LOCAL = re.compile("|".join(LOCAL_NAMES))


@lru_cache(maxsize=32768)
def readings(char: str) -> tuple[str, ...]:
    """
    Return the readings of `char` without tones, the usual one first; ü is v.

    A letter or digit reads as itself; a sign without a reading has none.
    """
    if char.isascii():
        return (char,) if char.isalnum() else ()
    found = pinyin(char, style=Style.NORMAL, heteronym=True, errors="ignore", v_to_u=False)
    heard = found[0] if found else []
    obsolete = _OBSOLETE.get(char, frozenset())
    return tuple(dict.fromkeys(one for one in heard if one and one not in obsolete))


def _apart(signs: str) -> list[str]:
    return list(signs)


def syllables(text: str) -> list[str]:
    """Return how `text` is read as a whole, a syllable per character; signs read as themselves."""
    said: list[str] = []
    place = 0
    for local in _LOCAL.finditer(text):
        said += lazy_pinyin(text[place : local.start()], errors=_apart)  # type: ignore[arg-type]
        said += LOCAL_NAMES[local[0]]
        place = local.end()
    return said + lazy_pinyin(text[place:], errors=_apart)  # type: ignore[arg-type]
