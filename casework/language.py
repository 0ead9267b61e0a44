"""The language of the worker: Chinese or English, chosen from the environment, switchable at any time.

English sentences are the message ids; `locale/zh_CN` holds the Chinese ones (gettext). Rules and saves hand out
`Phrase` and `Label` (`casework.domain.phrase`), and only here do they become text, so that a switch of language
re-says whatever stands on the screen.
"""

from __future__ import annotations

import gettext as _gettext
import os
from pathlib import Path
from typing import TYPE_CHECKING

from casework.domain.phrase import Label, Phrase

if TYPE_CHECKING:
    from collections.abc import Mapping

LANGUAGES = ("zh_CN", "en")
LOCALE_DIR = Path(__file__).parent / "locale"

_current = "zh_CN"
_catalogue: _gettext.NullTranslations | None = None


def from_environment(environ: Mapping[str, str] = os.environ) -> str:
    """The language that the environment asks for: CASEWORK_LANG, then LC_ALL, LC_MESSAGES, LANG; English for C and POSIX.

    Where nothing is said the answer is Chinese: it is the worker's language.
    """
    for name in ("CASEWORK_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = environ.get(name, "")
        if value:
            return "zh_CN" if value.lower().startswith("zh") else "en"
    return "zh_CN"


def set_language(code: str) -> None:
    """Switch the language.

    Raises:
        ValueError: the code is neither of `LANGUAGES`.
    """
    global _current, _catalogue
    if code not in LANGUAGES:
        raise ValueError(code)
    _current = code
    _catalogue = None


def language() -> str:
    """The code of the language that is on."""
    return _current


def _messages() -> _gettext.NullTranslations:
    global _catalogue
    if _catalogue is None:
        _catalogue = (
            _gettext.NullTranslations()
            if _current == "en"
            else _gettext.translation("casework", str(LOCALE_DIR), languages=[_current], fallback=True)
        )
    return _catalogue


def _(text: str, **values: object) -> str:
    """Say a message id in the language that is on, with its named values filled in."""
    said = _messages().gettext(text) if text else ""
    if not values:
        return said
    return said.format_map({key: say(value) for key, value in values.items()})


def say(thing: object) -> str:
    """Say a phrase, a catalog label, or anything else as its text."""
    if isinstance(thing, Phrase):
        said = _messages().gettext(thing.text) if thing.text else ""
        if not thing.values:
            return said
        return said.format_map({key: say(value) for key, value in thing.values.items()})
    if isinstance(thing, Label):
        return thing.zh if _current == "zh_CN" else thing.en
    return str(thing)


def in_all(phrase: Phrase) -> tuple[str, ...]:
    """A phrase without values in every language: words of files are known again in either."""
    chinese = _gettext.translation("casework", str(LOCALE_DIR), languages=["zh_CN"], fallback=True)
    return (phrase.text, chinese.gettext(phrase.text))
