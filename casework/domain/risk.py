"""Risk: a suggested colour with its reasons, which a worker may overrule with words.

No machine decision: the colour orders the round, shows why it is suggested, and gives way to the worker's own
(Personal Information Protection Law, article 24). Weights and limits are catalog data (`tags.toml`,
`risk.toml`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from casework.domain.phrase import N_, Label, Phrase
from casework.domain.resident import Resident, RiskLevel, Tag, age_on

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import date


@dataclass(frozen=True, slots=True)
class Weight:
    """What a tag, an age or a finding adds, in points, and how the reason names it; a sensitive one is not named
    unless it is revealed.
    """

    points: int
    label: Label
    sensitive: bool = False


@dataclass(frozen=True, slots=True)
class RiskWeights:
    """The catalog's weights. `ages` are (age in full years, points), of which only the highest reached
    counts.
    """

    tags: Mapping[str, Weight]
    ages: tuple[tuple[int, int], ...]
    findings: Mapping[str, Weight]
    yellow_from: int
    red_from: int

    def points(self, tags: Collection[str], age: int | None, findings: Collection[str] = ()) -> int:
        """The sum in points. Each tag and finding counts once; an unknown one counts nothing."""
        total = sum(self.tags[tag].points for tag in set(tags) if tag in self.tags)
        total += sum(self.findings[key].points for key in set(findings) if key in self.findings)
        return total + self.age_points(age)

    def age_points(self, age: int | None) -> int:
        """What the age adds, in points: of the ages reached only the highest counts."""
        return 0 if age is None else max((points for least, points in self.ages if age >= least), default=0)

    def level(self, tags: Collection[str], age: int | None, findings: Collection[str] = ()) -> RiskLevel:
        """The colour that the points suggest."""
        points = self.points(tags, age, findings)
        if points >= self.red_from:
            return RiskLevel.RED
        return RiskLevel.YELLOW if points >= self.yellow_from else RiskLevel.GREEN


def suggest(
    born: date | None,
    tags: Iterable[Tag],
    day: date,
    weights: RiskWeights,
    findings: Iterable[str] = (),
    *,
    in_full: bool = False,
) -> tuple[RiskLevel, tuple[Phrase, ...]]:
    """The colour that tags, age and open findings suggest on a day, and why, the heaviest reason first.

    `findings` are keys of the catalog's `risk.toml` (`open_critical_hazard`). Green has no reasons unless
    something counted without reaching yellow. What is sensitive is one reason without name or points, unless all is
    asked for `in_full`: the points alone would name it.
    """
    held = {tag.tag for tag in tags if tag.holds_on(day)}
    found = set(findings)
    age = None if born is None else age_on(born, day)
    weighed = [weights.tags[key] for key in held if key in weights.tags]
    weighed += [weights.findings[key] for key in found if key in weights.findings]
    weighed = sorted((one for one in weighed if one.points), key=lambda one: (-one.points, one.label.en))
    named = [one for one in weighed if in_full or not one.sensitive]
    reasons = [Phrase(N_("{what} (+{points})"), {"what": one.label, "points": one.points}) for one in named]
    years = weights.age_points(age)
    if years:
        reasons.append(Phrase(N_("{age} years old (+{points})"), {"age": age, "points": years}))
    if len(named) < len(weighed):
        reasons.append(Phrase(N_("what is masked")))
    return weights.level(held, age, found), tuple(reasons)


def of_resident(
    resident: Resident, day: date, weights: RiskWeights, findings: Iterable[str] = (), *, in_full: bool = False
) -> tuple[RiskLevel, tuple[Phrase, ...], bool]:
    """The colour that counts for a person, why (as `suggest` says it), and whether a worker set it: an override wins,
    with its words.
    """
    if resident.risk_override is not None:
        why = resident.risk_reason or Phrase(N_("no reason was given"))
        return resident.risk_override, (Phrase(N_("Set by hand: {why}"), {"why": why}),), True
    level, reasons = suggest(resident.born, resident.tags, day, weights, findings, in_full=in_full)
    return level, reasons, False
