"""Campaign shapes: which fields a campaign file has and of which type each is.

Pydantic is imported inside the functions only, and only when a file is read: a campaign that runs is made from what
was kept of its file when it was started.
"""

from functools import lru_cache
from typing import Any

from casework.domain.campaign import CampaignSubject


class CampaignError(ValueError):
    """A campaign file with a mistake; the text says which key and why."""


@lru_cache(maxsize=1)
def _shape() -> Any:
    from datetime import date
    from typing import Annotated

    from pydantic import BaseModel, ConfigDict, Field, model_validator

    from casework.domain.visit import Mode, Outcome

    Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
    Said = Annotated[str, Field(min_length=1)]
    YearDay = Annotated[str, Field(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$")]
    Count = Annotated[int, Field(ge=1, le=100_000_000)]
    Days = Annotated[int, Field(ge=0, le=3650)]

    class Shape(BaseModel):
        model_config = ConfigDict(extra="forbid", strict=True)

    class Words(Shape):
        zh: Said
        en: Said

    class AnswerShape(Shape):
        checklist: Key
        question: Key
        words: Annotated[list[Said], Field(alias="is", min_length=1)]

    class VisitShape(Shape):
        outcome: Annotated[list[Annotated[Outcome, Field(strict=False)]], Field(min_length=1)]
        modes: list[Annotated[Mode, Field(strict=False)]] = list(Mode)
        times: Annotated[int, Field(ge=1, le=366)] = 1
        apart_days: Annotated[int, Field(ge=1, le=366)] = 1

    class WayShape(Shape):
        answer: AnswerShape | None = None
        check: Key | None = None
        visit: VisitShape | None = None
        followup: Key | None = None
        device: Key | None = None
        last: bool = False
        earlier: bool = False

        @model_validator(mode="after")
        def _one_way(self) -> Any:
            given = [
                key for key in ("answer", "check", "visit", "followup", "device") if getattr(self, key) is not None
            ]
            if len(given) != 1:
                raise ValueError("exactly one of answer, check, visit, followup, device")
            if self.last and given[0] not in ("answer", "check"):
                raise ValueError("last: only a check can be the last one")
            return self

    class RecheckShape(Shape):
        after_days: Days | None = None
        share: Annotated[float, Field(gt=0, le=1)] = 1.0
        seed: int = 0
        after_spell: Key | None = None
        spell_days: Days = 0

        @model_validator(mode="after")
        def _some_time(self) -> Any:
            if self.after_days is None and self.after_spell is None:
                raise ValueError("after_days or after_spell is needed")
            return self

    class FileShape(Shape):
        name: Key
        version: Said
        label: Words
        text: Words
        subject: Annotated[CampaignSubject, Field(strict=False)]
        when: dict[str, Any] = {}
        done: list[WayShape] = []
        recheck: RecheckShape | None = None
        goal: Count | None = None
        starts: YearDay | None = None
        deadline: YearDay | None = None
        lead: Said | None = None
        sponsor: Key | None = None
        funder: Key | None = None
        budget_per_door: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
        unit: Words | None = None
        source: Said
        effective: date

        @model_validator(mode="after")
        def _counter_or_units(self) -> Any:
            if self.subject is CampaignSubject.COUNTER:
                if self.when or self.done or self.recheck:
                    raise ValueError("a counter has neither when nor done nor recheck")
                if self.goal is None:
                    raise ValueError("a counter needs a goal")
            elif not self.done:
                raise ValueError("done: what counts as done is needed")
            return self

    return FileShape


def validated(raw: dict[str, Any]) -> dict[str, Any]:
    """The table of a campaign file in its full form, as JSON takes it.

    Raises:
        CampaignError: a field is missing, unknown or of another type; the first one found.
    """
    from pydantic import ValidationError

    try:
        made = _shape().model_validate(raw)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "-"
        raise CampaignError(f"{where}: {first['msg'].removeprefix('Value error, ')}") from None
    kept: dict[str, Any] = made.model_dump(mode="json", by_alias=True, exclude_none=True)
    return kept
