"""Text from people and files, made harmless to show: never markup, never a terminal code, never able to move
a cursor.

What is stored stays as it was typed; `plain` is for the way to a screen, a command line or a sheet of paper.
"""

from __future__ import annotations

import re
import unicodedata

STRANGE = "\u2426"
"""Stands for what would act on a terminal or reorder the line: a reader sees that something was there. One
cell.
"""

_NEWLINES = re.compile("\r\n|[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_MARK = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
_MARKS = re.compile(f"({_MARK}{{3}}){_MARK}+")
_SELECTORS = re.compile("[\ufe00-\ufe0e\ufe0f\U000e0100-\U000e01ef]")
_BIDI = frozenset(
    [0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)],
)


class _Harmless(dict[int, str | int]):
    """What each character is shown as, worked out when first met."""

    def __missing__(self, code: int) -> str | int:
        shown: str | int = code
        category = unicodedata.category(chr(code))
        if code in (0x09, 0x0A):
            shown = " " if code == 0x09 else code
        elif code < 0x20:
            shown = chr(0x2400 + code)
        elif code == 0x7F:
            shown = "\u2421"
        elif category in ("Cc", "Cs") or code in _BIDI:
            shown = STRANGE
        elif category == "Cf":
            shown = ""
        elif category in ("Zl", "Zp"):
            shown = "\n"
        elif category == "Zs" and code != 0x3000:
            shown = " "
        self[code] = shown
        return shown


_HARMLESS = _Harmless()


def plain(text: str, lines: bool = False) -> str:
    """Text as it may be shown: on one line, or with its own line breaks where `lines` is set.

    Control characters appear as their pictures (escape as one visible sign), direction overrides and lone
    surrogates as `STRANGE`; zero-width characters, joiners and variation selectors are left out, since
    terminals disagree on their width; emoji stay. Composed form (NFC). At most three combining marks stay on
    a letter.
    """
    if text.isascii() and text.isprintable():
        return text
    if not text.isprintable():
        text = _NEWLINES.sub("\n", text)
        text = text.translate(_HARMLESS)
        if not lines:
            text = text.replace("\n", " ")
    text = _SELECTORS.sub("", text)
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    return _MARKS.sub(r"\1", text)


_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}


def halfwidth(text: str) -> str:
    """Full-width letters, digits and signs as their ordinary ones: `１２－３` is `12-3`."""
    return text if text.isascii() else text.translate(_WIDE)
