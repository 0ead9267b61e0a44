"""A Word page from a template that the user may have edited: the values are data, the template is not trusted.

Values are escaped and never read as template or markup. The template runs in a sandbox with nothing but the values:
no calls, no attributes of Python, a handful of filters.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from casework.casebook.errors import Refused
from casework.domain.phrase import N_, Phrase

if TYPE_CHECKING:
    from pathlib import Path

MOST_BYTES = 20 * 2**20
"""Of a template: a page with a seal and a logo has a hundredth of it."""

FILTERS = ("default", "first", "join", "last", "length", "lower", "trim", "upper")
"""What a template may do with a value. Others could make text without end of a short one."""

_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


Value = str | Sequence[Mapping[str, str]]
"""What a template is given under a name: a text, or a list of records of texts, of which it makes a page each."""


def fill(template: Path, values: Mapping[str, Value]) -> bytes:
    """The page or pages, as the bytes of a .docx file.

    Raises:
        Refused: the template has a mistake, tries what it may not, or is no Word document; the sentence says which.
    """
    import zipfile

    from docx.opc.exceptions import OpcError
    from docxtpl import DocxTemplate
    from jinja2 import TemplateError
    from lxml.etree import LxmlError

    try:
        if template.stat().st_size > MOST_BYTES:
            raise _unusable(template, Phrase(N_("it is too big.")))
        page = DocxTemplate(io.BytesIO(template.read_bytes()))
        page.render({key: _given(value) for key, value in values.items()}, _sandbox(), autoescape=True)
        content = io.BytesIO()
        page.save(content)
    except TemplateError as error:
        raise _unusable(template, _why(error)) from error
    except OSError as error:
        raise _unusable(template, Phrase(N_("it cannot be read."))) from error
    except (zipfile.BadZipFile, OpcError, LxmlError, KeyError, ValueError, AttributeError) as error:
        raise _unusable(template, Phrase(N_("it is no Word document (.docx), or a damaged one."))) from error
    except (TypeError, ArithmeticError, RecursionError, MemoryError) as error:
        raise _unusable(template, Phrase(N_("it reckons with values that cannot be reckoned with."))) from error
    return content.getvalue()


def _given(value: Value) -> str | list[dict[str, str]]:
    if isinstance(value, str):
        return _data(value)
    return [{key: _data(text) for key, text in record.items()} for record in value]


def _data(value: str) -> str:
    """A value as it is given to the template: nothing in it is read as one, by whatever stands behind jinja either."""
    from markupsafe import Markup, escape

    value = _NOT_XML.sub("", value)
    if "{_" not in value and "_}" not in value:
        return value
    # docxtpl turns {_{ into {{ when all is done.
    return Markup(str(escape(value)).replace("{_", "{&#95;").replace("_}", "&#95;}"))


def _sandbox() -> Any:
    """Where a template runs. `*`, `**` and `%` could make text without end."""
    from jinja2 import DictLoader, StrictUndefined
    from jinja2.exceptions import SecurityError
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    class Sandbox(ImmutableSandboxedEnvironment):
        intercepted_binops = frozenset({"*", "**", "%"})

        def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
            raise SecurityError(operator)

        def is_safe_callable(self, obj: Any) -> bool:
            return False

    sandbox = Sandbox(loader=DictLoader({}), autoescape=True, undefined=StrictUndefined)
    sandbox.globals.clear()
    sandbox.filters = {name: sandbox.filters[name] for name in FILTERS}
    return sandbox


def _why(error: Any) -> Phrase:
    from jinja2 import TemplateSyntaxError, UndefinedError
    from jinja2.exceptions import SecurityError

    if isinstance(error, SecurityError):
        return Phrase(N_("it tries what a template may not do."))
    if isinstance(error, UndefinedError):
        named = re.search(r"'(\w+)' is undefined|^'dict object' has no attribute '(\w+)'", str(error.message))
        if named:
            return Phrase(N_("there is no field {field}."), {"field": named[1] or named[2]})
        return Phrase(N_("it tries what a template may not do."))
    if isinstance(error, TemplateSyntaxError):
        near = " ".join(" ".join(getattr(error, "docx_context", ())).split())[:60]
        return Phrase(
            N_("a mistake between {{{{ }}}} or {{% %}}, near: {text}"), {"text": near or str(error.message)[:60]}
        )
    return Phrase(N_("it tries what a template may not do."))


def _unusable(template: Path, why: Phrase) -> Refused:
    return Refused(
        Phrase(
            N_("The template {file} cannot be used: {why} Nothing was written."), {"file": str(template), "why": why}
        )
    )
