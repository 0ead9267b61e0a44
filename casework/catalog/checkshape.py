"""Check shapes: which fields a checklist file has and of which type each is, and the error for a file with
a mistake.

Pydantic is imported inside the functions only: it costs a tenth of a second and no screen needs it.
"""

from functools import lru_cache
from typing import Any

from casework.domain.check import HazardLevel, SubjectKind
from casework.domain.phrase import N_, Phrase


class ChecklistError(Exception):
    """A checklist file with a mistake: which file, which question (empty for the file itself), and the
    reason.
    """

    def __init__(self, file: str, question: str, reason: Phrase) -> None:
        super().__init__(f"{file}: {question or '-'}: {reason.text} {dict(reason.values)}")
        self.file = file
        self.question = question
        self.reason = reason

    @property
    def phrase(self) -> Phrase:
        """The whole of it in one sentence."""
        values = {"file": self.file, "question": self.question, "reason": self.reason}
        if self.question:
            return Phrase(N_("{file}, question {question}: {reason}"), values)
        return Phrase(N_("{file}: {reason}"), {"file": self.file, "reason": self.reason})


@lru_cache(maxsize=1)
def _shape() -> Any:
    from datetime import date
    from typing import Annotated

    from pydantic import BaseModel, ConfigDict, Field

    from casework.domain.household import Fuel

    Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
    Said = Annotated[str, Field(min_length=1)]

    class Shape(BaseModel):
        model_config = ConfigDict(extra="forbid", strict=True)

    class Words(Shape):
        zh: Said
        en: Said

    class HazardShape(Shape):
        level: Annotated[HazardLevel, Field(strict=False)]
        label: Words
        advice: Words
        fixable_on_spot: bool
        department: str
        category: str
        days: Annotated[int, Field(ge=0, le=365)] | Key
        leak: bool = False

    class RowShape(Shape):
        type: Said
        name: Key
        label: Words
        hint: Words | None = None
        group: str = ""
        required: bool = False
        relevant: str = ""
        constraint: str = ""
        constraint_message: Words | None = None
        calculation: str = ""
        in_order: str = ""
        unit: Words | None = None
        limit: str = ""
        hazard: dict[str, HazardShape] = {}
        carry: bool | None = None
        appearance: str = ""
        source: str = ""
        effective: date | None = None

    class ChoiceShape(Shape):
        name: Key
        label: Words

    class GroupShape(Shape):
        label: Words
        relevant: str = ""

    class ParameterShape(Shape):
        value: Annotated[float, Field(allow_inf_nan=False)]
        source: Said
        effective: date

    class IntervalShape(Shape):
        months: Annotated[int, Field(ge=1, le=120)]
        source: Said
        effective: date

    class CompletionShape(Shape):
        more_than: Annotated[float, Field(ge=0, lt=1)] = 0.5
        needs: list[Key] = []
        source: Said
        effective: date

    class AppliesShape(Shape):
        fuel: list[Annotated[Fuel, Field(strict=False)]] = []
        tags: list[Key] = []
        place_kinds: list[Key] = []
        age_from: Annotated[int, Field(ge=0, le=150)] | None = None

    class FileShape(Shape):
        name: Key
        version: Said
        title: Words
        subject: Annotated[SubjectKind, Field(strict=False)]
        interval: IntervalShape
        source: Said
        effective: date
        applies: AppliesShape = AppliesShape()
        completion: CompletionShape | None = None
        groups: dict[Key, GroupShape] = {}
        parameters: dict[Key, ParameterShape] = {}
        choices: dict[Key, Annotated[list[ChoiceShape], Field(min_length=1)]] = {}
        survey: Annotated[list[RowShape], Field(min_length=1)]

    return FileShape


def validated(raw: dict[str, Any], file: str) -> Any:
    """The file's content with every field of the right type.

    Raises:
        ChecklistError: a field is missing, unknown or of the wrong type; the first one found.
    """
    from pydantic import ValidationError

    try:
        return _shape().model_validate(raw)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
    place = first["loc"]
    question = ""
    if len(place) > 1 and place[0] == "survey" and isinstance(place[1], int):
        row = raw["survey"][place[1]]
        question = str(row.get("name") or f"#{place[1] + 1}") if isinstance(row, dict) else f"#{place[1] + 1}"
        place = place[2:]
    field = ".".join(str(part) for part in place)
    if first["type"] == "missing":
        reason = Phrase(N_("{field} is missing"), {"field": field})
    elif first["type"] == "extra_forbidden":
        reason = Phrase(N_("{field} is no word that a checklist knows"), {"field": field})
    else:
        reason = Phrase(N_("{field} is not right: {detail}"), {"field": field, "detail": first["msg"]})
    raise ChecklistError(file, question, reason)
