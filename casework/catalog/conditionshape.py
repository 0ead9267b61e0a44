"""Condition shapes: what a file or a screen may hand in as a condition, key by key, and the error for one with a mistake.

Pydantic is imported inside the functions only: it costs a tenth of a second and no screen needs it at the start. What
ships with the program is held to the same shape by a test.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from casework.catalog import shelf

if TYPE_CHECKING:
    from collections.abc import Mapping


@lru_cache(maxsize=1)
def condition_shape() -> Any:
    """The Pydantic model of a condition, to be a field of the model of whatever has one."""
    from typing import Annotated

    from pydantic import AfterValidator, BaseModel, ConfigDict, Field

    from casework.catalog import checks
    from casework.domain.household import Fuel, Tenure
    from casework.domain.resident import ResidenceState, RiskLevel

    def one_of(known: Any) -> Any:
        """Refuse a word that is none of the known ones; `known` is asked for when it is needed, files may change."""

        def refuse(words: str | list[str]) -> str | list[str]:
            for word in [words] if isinstance(words, str) else words:
                if word not in known():
                    raise ValueError(f"there is no {word!r} here; there are {', '.join(sorted(known()))}")
            return words

        return AfterValidator(refuse)

    Word = Annotated[str, Field(min_length=1, max_length=100)]
    Words = Word | Annotated[list[Word], Field(min_length=1, max_length=200)]
    Years = Annotated[int, Field(ge=0, le=150)]
    Tags = Annotated[Words, one_of(shelf.tags)]

    def enum(words: Any) -> Any:
        return Annotated[Words, one_of(lambda: {one.value for one in words})]

    class Shape(BaseModel):
        model_config = ConfigDict(extra="forbid", strict=True, populate_by_name=True)

    class AnswerShape(Shape):
        checklist: Annotated[Word, one_of(checks.names)]
        question: Word
        is_: Annotated[Words, Field(alias="is")]

        def model_post_init(self, _context: Any) -> None:
            known = {one.name for one in checks.load(self.checklist).questions}
            if self.question not in known:
                raise ValueError(
                    f"{self.checklist} has no question {self.question!r}; it has {', '.join(sorted(known))}"
                )

    class PersonShape(Shape):
        """What can be asked about a person alone."""

        all_: Annotated[list[PersonShape] | None, Field(alias="all", min_length=1)] = None
        any_: Annotated[list[PersonShape] | None, Field(alias="any", min_length=1)] = None
        not_: Annotated[PersonShape | None, Field(alias="not")] = None
        tag: Tags | None = None
        age_at_least: Years | None = None
        age_under: Years | None = None
        risk: enum(RiskLevel) | None = None  # type: ignore[valid-type]
        residence: enum(ResidenceState) | None = None  # type: ignore[valid-type]

    class ConditionShape(Shape):
        all_: Annotated[list[ConditionShape] | None, Field(alias="all", min_length=1)] = None
        any_: Annotated[list[ConditionShape] | None, Field(alias="any", min_length=1)] = None
        not_: Annotated[ConditionShape | None, Field(alias="not")] = None
        somebody: PersonShape | None = None
        tag: Tags | None = None
        age_at_least: Years | None = None
        age_under: Years | None = None
        risk: enum(RiskLevel) | None = None  # type: ignore[valid-type]
        residence: enum(ResidenceState) | None = None  # type: ignore[valid-type]
        fuel: enum(Fuel) | None = None  # type: ignore[valid-type]
        tenure: enum(Tenure) | None = None  # type: ignore[valid-type]
        kind: Annotated[Words, one_of(shelf.place_kinds)] | None = None
        area: Words | None = None
        answer: AnswerShape | None = None
        never_checked: Annotated[Words, one_of(checks.names)] | None = None

    here = {**globals(), **locals()}
    PersonShape.model_rebuild(_types_namespace=here)
    ConditionShape.model_rebuild(_types_namespace=here)
    return ConditionShape


def first_mistake(error: Any, key: str = "") -> str:
    """Where the first mistake of a validation stands, and what it is."""
    first: Mapping[str, Any] = error.errors(include_url=False, include_input=False)[0]
    kinds = ("constrained-str", "function-after", "list[", "str")
    where = [str(part) for part in first["loc"] if not str(part).startswith(kinds)]
    place = ".".join([key, *where] if key else where)
    said = "no such key" if first["type"] == "extra_forbidden" else first["msg"].removeprefix("Value error, ")
    return f"{place}: {said}"
