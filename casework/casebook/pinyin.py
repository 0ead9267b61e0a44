"""Pinyin of names, for search: made at write time only, since pypinyin takes a third of a second to import."""

from __future__ import annotations

import os
import unicodedata
from functools import lru_cache

FIRST_CHINESE = "\u2e80"
"""The first sign of the first CJK block; what stands after it is written without spaces."""

SURNAME_READINGS = {
    "单": "shan", "曾": "zeng", "仇": "qiu", "解": "xie", "查": "zha", "区": "ou", "朴": "piao", "盖": "ge",
    "翟": "zhai", "任": "ren", "华": "hua", "乐": "yue", "员": "yun", "尉": "yu", "万": "wan", "缪": "miao",
    "宓": "fu", "黑": "he", "重": "chong", "秘": "bi", "种": "chong", "折": "she", "召": "shao", "覃": "qin",
    "洗": "xian", "冼": "xian", "晟": "cheng", "谌": "chen", "句": "gou", "阚": "kan", "那": "na", "燕": "yan",
}  # fmt: skip
"""How these characters are read as a surname, where that differs from the common reading or is doubtful.
Both readings are indexed. General knowledge; a reading too many finds too much, never too little."""


@lru_cache(maxsize=16384)
def readings(character: str) -> tuple[str, ...]:
    """The readings of one character, the common one first; itself in lower case where it is no Chinese."""
    if character < FIRST_CHINESE:
        return (character.lower(),) if character.isalnum() else ()
    # Names are read character by character: the table of phrases, two thirds of the import, is not asked for.
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")
    os.environ.setdefault("PYPINYIN_NO_DICT_COPY", "1")
    from pypinyin import Style, pinyin

    found = pinyin(character, style=Style.NORMAL, heteronym=False, errors="ignore")
    if not found:
        return ()
    plain = found[0][0].replace("ü", "v")
    return (plain, plain.replace("v", "u")) if "v" in plain else (plain,)


@lru_cache(maxsize=65536)
def keys(name: str) -> str:
    """The search words of a name: joined pinyin from each syllable on, the first syllable, initials from the first two.

    王秀兰 gives `wangxiulan xiulan lan wang wxl xl`; a surname with two readings gives both. The first syllable is a
    word of its own because a surname is typed most, and would be the beginning of ten thousand other words. Of other
    writing each word counts as a syllable: Maria da Silva gives `mariadasilva dasilva silva maria mds ds`. A name of
    one such word gives nothing: it is found as it is written.
    """
    syllables = [options for part in parts(name) if (options := readings(part) if len(part) == 1 else (part,))]
    if not syllables or (len(syllables) == 1 and name.isascii()):
        return ""
    paths = [[options[0] for options in syllables]]
    second = SURNAME_READINGS.get(name[0])
    if second and second != paths[0][0]:
        paths.append([second, *paths[0][1:]])
    for at, options in enumerate(syllables):
        if len(options) > 1:
            paths.append([*paths[0][:at], options[1], *paths[0][at + 1 :]])
    words: dict[str, None] = {}
    for path in paths:
        for start in range(len(path)):
            words["".join(path[start:])] = None
        words[path[0]] = None
        for start in range(min(2, len(path) - 1)):
            words["".join(syllable[0] for syllable in path[start:])] = None
    return " ".join(words)


def parts(name: str) -> list[str]:
    """The parts of a name that are joined: each Chinese character, and each word of other writing in lower case."""
    if name and min(name) >= FIRST_CHINESE:
        return list(name)
    found: list[str] = []
    inside = False
    for character in name.lower():
        if character >= FIRST_CHINESE:
            found.append(character)
            inside = False
        elif not (character.isalnum() or unicodedata.combining(character)):
            inside = False
        elif inside:
            found[-1] += character
        else:
            found.append(character)
            inside = True
    return found
