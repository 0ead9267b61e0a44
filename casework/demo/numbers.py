"""Made-up numbers that cannot be mistaken for real ones: citizen ids, telephones.

A citizen id here is formally valid (GB 11643: area, birth date, order, check digit) and has the order code 000 for
women and 999 for men, which a registry does not give out (DOMAIN 9). A telephone begins with 154, a prefix that
no operator has, or with 027-0000, since no subscriber's number begins with 0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

AREAS = (
    420103, 420102, 420104, 420105, 420106, 420107, 420111, 420112, 420113, 420114, 420115, 420116, 420117,
    420202, 420203, 420204, 420205, 420222, 420281, 420302, 420303, 420304, 420322, 420323, 420324, 420325, 420381,
    420502, 420503, 420504, 420505, 420506, 420525, 420526, 420527, 420528, 420529, 420581, 420582, 420583,
    420602, 420606, 420607, 420624, 420625, 420626, 420682, 420683, 420684, 420702, 420703, 420704,
    420802, 420804, 420822, 420881, 420882, 420902, 420921, 420922, 420923, 420981, 420982, 420984,
    421002, 421003, 421022, 421024, 421081, 421083, 421087, 421088, 421102, 421121, 421122, 421123, 421124, 421125,
    421126, 421127, 421181, 421182, 421202, 421221, 421222, 421223, 421224, 421281, 421303, 421321, 421381,
    422801, 422802, 422822, 422823, 422825, 422826, 422827, 422828, 429004, 429005, 429006, 429021,
)  # fmt: skip
"""The counties and districts of Hubei (GB/T 2260), Jianghan first. The code is the place of first registration."""

_CHECK = "10X98765432"
_FEMALE, _MALE = "000", "999"


class CitizenIds:
    """Citizen ids, no two alike, in constant memory: the n-th person of a birthday and sex gets the n-th area.

    Enough for about a million people with ages as they are found; the 104th woman or man of one birthday
    would repeat the first one's number, so it raises instead.
    """

    __slots__ = ("_areas", "_days", "_given")

    def __init__(self) -> None:
        self._areas = [(str(code), _weighed(str(code), 0)) for code in AREAS]
        self._days: dict[date, tuple[str, int, int]] = {}
        self._given: dict[tuple[bool, date], int] = {}

    def __call__(self, born: date, female: bool) -> str:
        """The next id for a birthday and sex.

        Raises:
            ValueError: every area was used for this birthday and sex.
        """
        known = self._days.get(born)
        if known is None:
            text = f"{born.year:04d}{born.month:02d}{born.day:02d}"
            number = born.toordinal()
            # Seven of ten first registered here, the others anywhere in the province.
            known = (text, _weighed(text, 6), 0 if number % 10 < 7 else number % len(AREAS))
            self._days[born] = known
        text, weight, start = known
        key = (female, born)
        count = self._given.get(key, 0)
        if count >= len(AREAS):
            raise ValueError("more people of one birthday and sex than areas")
        self._given[key] = count + 1
        area, area_weight = self._areas[(start + count) % len(AREAS)]
        order, order_weight = (_FEMALE, 0) if female else (_MALE, 126)
        return f"{area}{text}{order}{_CHECK[(area_weight + weight + order_weight) % 11]}"


_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def _weighed(digits: str, start: int) -> int:
    return sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS[start:], strict=False))


def mobile(number: int) -> str:
    """The mobile telephone with a running number below 100,000,000."""
    return f"154{number:08d}"


def landline(number: int) -> str:
    """The landline of Wuhan with a running number below 10,000."""
    return f"027-0000{number:04d}"
