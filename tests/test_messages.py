"""Whatever the app says, it says in Chinese and in English."""

from __future__ import annotations

import io
import re
from pathlib import Path

from babel.messages import extract, mofile, pofile

ROOT = Path(__file__).parents[1]
CATALOGUE = ROOT / "casework/locale/zh_CN/LC_MESSAGES/casework.po"
FIELD = re.compile(r"\{(\w+)\}")


def said_in_the_code() -> dict[str, str]:
    """Every message id of the code, with the first file that says it."""
    found: dict[str, str] = {}
    for file in sorted((ROOT / "casework").rglob("*.py")):
        with file.open("rb") as source:
            for _line, message, _comments, _context in extract.extract(
                "python", source, keywords={"_": None, "N_": None}, options={"encoding": "utf-8"}
            ):
                if isinstance(message, str) and message:
                    found.setdefault(message, str(file.relative_to(ROOT)))
    return found


def chinese() -> dict[str, str]:
    with CATALOGUE.open("rb") as file:
        return {str(m.id): str(m.string) for m in pofile.read_po(file, locale="zh_CN") if m.id}


def test_every_message_has_chinese() -> None:
    known = chinese()
    missing = {text: file for text, file in said_in_the_code().items() if not known.get(text)}
    assert missing == {}


def test_every_message_is_english_in_the_code() -> None:
    assert [text for text in said_in_the_code() if re.search(r"[\u4e00-\u9fff]", text.replace("中文", ""))] == []


def test_both_languages_name_the_same_values() -> None:
    wrong = {en: zh for en, zh in chinese().items() if zh and set(FIELD.findall(en)) != set(FIELD.findall(zh))}
    assert wrong == {}


def test_the_compiled_catalogue_is_fresh() -> None:
    with CATALOGUE.open("rb") as file:
        catalogue = pofile.read_po(file, locale="zh_CN")
    fresh = io.BytesIO()
    mofile.write_mo(fresh, catalogue)
    with CATALOGUE.with_suffix(".mo").open("rb") as file:
        assert {m.id: m.string for m in mofile.read_mo(file) if m.id} == {
            m.id: m.string for m in mofile.read_mo(io.BytesIO(fresh.getvalue())) if m.id
        }
