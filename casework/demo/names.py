"""The names of the made-up community, read once from `names.toml`, in one of the two scripts."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from random import Random

DATA = Path(__file__).with_name("names.toml")

FIRST_DECADE, LAST_DECADE = 1930, 2000


@dataclass(frozen=True, slots=True)
class Other:
    """A whole name that is not surname and given name."""

    name: str
    female: bool
    decade: int


class Names:
    """Names in one script. Both scripts take the same draws, so that the same seed gives the same people."""

    def __init__(self, language: str) -> None:
        with DATA.open("rb") as file:
            data: dict[str, Any] = tomllib.load(file)
        self.latin = language != "zh_CN"
        self.data = data
        self.surnames: list[str] = []
        weights: list[int] = []
        for line in data["surnames"]:
            chinese, latin, weight = line.split()
            self.surnames.append(latin if self.latin else chinese)
            weights.append(int(weight))
        self.weights = list(accumulate(weights))
        self.given: dict[tuple[int, bool], list[str]] = {}
        for decade, lists in data["given"].items():
            for sex, lines in lists.items():
                self.given[int(decade), sex == "female"] = [self._one(line) for line in lines]
        self.others = [
            Other(row[1] if self.latin else row[0], row[2] == "female", row[3]) for row in data["others"][0]["names"]
        ]

    def _one(self, line: str) -> str:
        chinese, latin = line.split()
        return latin if self.latin else chinese

    def pick(self, pair: list[str]) -> str:
        """The text of a [Chinese, English] pair."""
        return pair[1] if self.latin else pair[0]

    def surname(self, rng: Random) -> str:
        """A surname, by frequency."""
        return rng.choices(self.surnames, cum_weights=self.weights)[0]

    def given_name(self, rng: Random, year: int, female: bool) -> str:
        """A given name of somebody born in a year."""
        decade = min(max(year // 10 * 10, FIRST_DECADE), LAST_DECADE)
        return rng.choice(self.given[decade, female])

    def full(self, surname: str, given: str) -> str:
        """Surname first, as in the register; a space between them in Latin letters."""
        return f"{surname} {given}" if self.latin else surname + given
