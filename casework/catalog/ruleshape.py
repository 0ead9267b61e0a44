"""Rule shapes: what a rule of the schedule may say when a file or a screen hands it in, and the error for a mistake.

Pydantic is imported inside the functions only; see `casework.catalog.conditionshape`.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from casework.catalog import shelf
from casework.catalog.conditionshape import condition_shape, first_mistake

if TYPE_CHECKING:
    from collections.abc import Mapping

    from casework.domain.schedule_rules import ScheduleRule


@lru_cache(maxsize=1)
def rule_shape() -> Any:
    """The Pydantic model of one rule of the schedule."""
    from typing import Annotated, Literal

    from pydantic import BaseModel, ConfigDict, Field, field_validator

    from casework.catalog import checks
    from casework.domain.visit import Mode  # noqa: TC001 - Pydantic reads it from the annotation

    Said = Annotated[str, Field(min_length=1, max_length=500)]
    Day = Annotated[date, Field(strict=False)]

    class Shape(BaseModel):
        model_config = ConfigDict(extra="forbid", strict=True)

    class Both(Shape):
        zh: Said
        en: Said

    class SpellShape(Shape):
        kind: Said | list[Said]
        from_: Annotated[Literal["start", "end"], Field(alias="from")] = "start"
        days: Annotated[int, Field(ge=-60, le=366)] = 0
        lasts: Annotated[int, Field(ge=1, le=366)] | None = None

    class RuleShape(Shape):
        label: Both
        subject: Literal["resident", "household", "place"]
        what: Said
        every_days: Annotated[int, Field(ge=1, le=3660)] | None = None
        once: bool = False
        within_days: Annotated[int, Field(ge=1, le=3660)] = 1
        on: Day | None = None
        before: Annotated[int, Field(ge=0, le=365)]
        after: Annotated[int, Field(ge=0, le=365)]
        priority: Annotated[int, Field(ge=1, le=9)]
        modes: Annotated[list[Annotated[Mode, Field(strict=False)]], Field(min_length=1)] | None = None
        when: condition_shape() = Field(default_factory=condition_shape())  # type: ignore[valid-type]
        season: Said | Annotated[list[Said], Field(min_length=1)] | None = None
        spell: SpellShape | None = None
        starts_on: Day | None = None
        ends_on: Day | None = None
        source: str = ""
        effective: Day | None = None

        @field_validator("what")
        @classmethod
        def _known(cls, what: str) -> str:
            if what != "visit" and what not in checks.names():
                raise ValueError(f"there is no checklist {what!r}; there are visit, {', '.join(checks.names())}")
            return what

        @field_validator("season")
        @classmethod
        def _season(cls, season: str | list[str] | None) -> str | list[str] | None:
            for one in [season] if isinstance(season, str) else season or ():
                if one not in shelf.seasons():
                    raise ValueError(f"there is no season {one!r}; there are {', '.join(shelf.seasons())}")
            return season

    here = {**globals(), **locals()}
    RuleShape.model_rebuild(_types_namespace=here)
    return RuleShape


def validated_rule(key: str, entry: Mapping[str, Any], file: str = "schedule.toml") -> ScheduleRule:
    """The rule that a table of a file or a screen makes.

    Raises:
        shelf.CatalogError: it has a mistake; file, rule, key and reason are named, the first one found.
    """
    from pydantic import ValidationError

    from casework.catalog.rules import read_rule

    try:
        rule_shape().model_validate(dict(entry))
        return read_rule(key, entry)
    except ValidationError as error:
        raise shelf.CatalogError(file, key, first_mistake(error)) from error
    except KeyError as error:
        raise shelf.CatalogError(file, key, f"{error.args[0]} is missing") from error
    except (TypeError, ValueError) as error:
        raise shelf.CatalogError(file, key, str(error)) from error
