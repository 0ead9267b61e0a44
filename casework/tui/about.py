"""What a new follow-up is about, as a form names it in one word of text: a door, a place, a stair, a building, words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from casework.domain.phrase import N_, Phrase
from casework.domain.text import plain

if TYPE_CHECKING:
    from casework.casebook.book import Casebook
    from casework.casebook.views import Person, SimilarCase


@dataclass(frozen=True, slots=True)
class About:
    """`ID` of a household, `place/ID`, `building/ID/UNIT` (no unit: the whole building), or `address/`: typed."""

    household_id: str | None = None
    place_id: str | None = None
    building_id: str | None = None
    unit: str = ""
    in_words: bool = False

    @classmethod
    def of(cls, subject: str) -> About:
        """What a subject names."""
        kind, slash, rest = subject.partition("/")
        if not slash:
            return cls(household_id=subject)
        if kind == "place":
            return cls(place_id=rest)
        if kind == "building":
            building, _slash, unit = rest.partition("/")
            return cls(building_id=building, unit=unit)
        return cls(in_words=True)

    def fields(self, address: str) -> dict[str, Any]:
        """The fields of an entry that say it."""
        return {
            "household_id": self.household_id, "place_id": self.place_id, "building_id": self.building_id,
            "unit": self.unit, "address": address if self.in_words else "",
        }  # fmt: skip

    def people(self, book: Casebook) -> list[Person]:
        """Who lives behind the door; nobody where it is none."""
        from casework.casebook import households
        from casework.domain.resident import LifeState

        if self.household_id is None:
            return []
        found = households.story(book, self.household_id, visits=1).people
        return [person for person in found if person.resident.life_state is not LifeState.DECEASED]

    def said(self, book: Casebook) -> object:
        """How it is named at the head of a form."""
        from casework.casebook import areas, households, places

        if self.household_id is not None:
            story = households.story(book, self.household_id, visits=1)
            names = " ".join(person.resident.name for person in story.people)
            return plain(f"{story.building} {story.household.short}  {names}")
        if self.place_id is not None:
            place = places.get(book, self.place_id)
            return plain(f"{place.name}  {place.number}  {place.address}") if place else ""
        if self.building_id is not None:
            area = areas.get(book, self.building_id)
            name = area.name if area else ""
            if self.unit:
                return Phrase(N_("{building}, stair {unit}"), {"building": plain(name), "unit": self.unit})
            return Phrase(N_("{building}, the whole building"), {"building": plain(name)})
        return Phrase(N_("An address in words"))

    def earlier(self, book: Casebook, category: str, address: str) -> list[SimilarCase]:
        """Earlier follow-ups of a category that this one may repeat."""
        from casework.casebook import followups

        return followups.similar(
            book, self.household_id, self.place_id, category, building_id=self.building_id, unit=self.unit,
            address=address.strip() if self.in_words else "",
        )  # fmt: skip
