"""A few words in letters that can be read across a room, two pixels a cell.

Only the letters of *go outside first* are here: nothing else in the app is so urgent. The Chinese ones are 16
pixels wide and high (drawn after Noto Sans CJK, SIL Open Font License), the Latin ones 5 by 7.
"""

from __future__ import annotations

_CHINESE = {
    "先": "0080 0880 0880 1ffe 1080 3080 2080 0080 7fff 0630 0620 0420 0420 0c21 1821 703f",
    "到": "0000 0003 7fc3 1833 1333 31b3 7fb3 44f3 0433 0433 7fb3 0c33 0403 0403 0fc3 7f03",
    "室": "0100 0100 fffe c006 c006 3ff8 0420 0c30 0ffc 7f04 0100 0100 7ffc 0100 0100 fffe",
    "外": "0c08 0c18 0818 1f98 18d8 31d8 31b8 7938 4d18 071c 021e 061b 0c18 0818 3818 6018",
}

_LATIN = {
    "G": "0e 11 10 17 11 11 0e", "O": "0e 11 11 11 11 11 0e", "U": "11 11 11 11 11 11 0e",
    "T": "1f 04 04 04 04 04 04", "S": "0f 10 10 0e 01 01 1e", "I": "1f 04 04 04 04 04 1f",
    "D": "1e 11 11 11 11 11 1e", "E": "1f 10 10 1e 10 10 1f", "F": "1f 10 10 1e 10 10 10",
    "R": "1e 11 11 1e 14 12 11", " ": "00 00 00 00 00 00 00",
}  # fmt: skip

_HALVES = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}


def huge(text: str, *, ascii_only: bool = False) -> list[str]:
    """The lines of a text in huge letters, all of one width.

    Args:
        text: characters that are drawn here.
        ascii_only: one `#` a pixel, twice as high, for a terminal without block characters.

    Raises:
        KeyError: a character is not drawn here.
    """
    rows = _rows(text)
    return [row.replace("0", " ").replace("1", "#") for row in rows] if ascii_only else _halved(rows)


def _rows(text: str) -> list[str]:
    """The pixels of a line of text, as rows of 0 and 1."""
    rows: list[str] = []
    for character in text:
        chinese = character in _CHINESE
        size, gap = (16, "00") if chinese else (5, "0")
        for n, row in enumerate((_CHINESE if chinese else _LATIN)[character].split()):
            if n == len(rows):
                rows.append("")
            rows[n] += f"{int(row, 16):0{size}b}{gap}"
    return rows


def _halved(rows: list[str]) -> list[str]:
    if len(rows) % 2:
        rows = [*rows, "0" * len(rows[0])]
    pairs = zip(rows[::2], rows[1::2], strict=True)
    return ["".join(_HALVES[a == "1", b == "1"] for a, b in zip(*pair, strict=True)) for pair in pairs]
