"""What the round asks besides visits and checks: asking the resident whether it is put right, looking whether a promise
was kept; and new follow-ups about what is no household.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from casework.domain.phrase import N_, Phrase
from casework.tui import dialogs

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from casework.casebook.book import Casebook
    from casework.casebook.views import FollowupRow
    from casework.tui.screens.base import BaseScreen

NOBODY_ASKED = Phrase(N_("Nobody is to be asked here: no follow-up was reported done."))
NO_PROMISE = Phrase(N_("Nothing was promised here in a follow-up."))


def asking(book: Casebook, household_id: str | None, place_id: str | None = None) -> list[FollowupRow]:
    """The follow-ups of a door, or of a place, of which it is to be asked whether they are put right."""
    from casework.casebook import followups

    if household_id is None and place_id is None:
        return []
    wanted = followups.FollowupFilter(household_id=household_id, place_id=place_id, asking=True)
    return followups.page(book, wanted, limit=len(dialogs.DIGITS))


def with_promises(book: Casebook, household_id: str | None, place_id: str | None = None) -> list[FollowupRow]:
    """The open follow-ups of a door, or of a place, in which a promise is open."""
    from casework.casebook import followups

    if household_id is None and place_id is None:
        return []
    wanted = followups.FollowupFilter(household_id=household_id, place_id=place_id)
    return [row for row in followups.page(book, wanted) if row.promises_open]


def one_of(
    screen: BaseScreen, question: object, cases: Sequence[FollowupRow], then: Callable[[FollowupRow], None]
) -> None:
    """Go on with the only one, or ask which."""
    if len(cases) == 1:
        then(cases[0])
        return
    options = [(case, Phrase(N_("{number}  {what}"), {"number": case.number, "what": case.title})) for case in cases]
    dialogs.choose(screen, question, options, lambda case: then(case) if case is not None else None)


def ask(screen: BaseScreen, cases: Sequence[FollowupRow], back: Callable[[Any], None], mode: str = "") -> None:
    """Open the sheet on which the resident's answer is noted."""

    def then(case: FollowupRow) -> None:
        screen.casework.open("followup_verify", f"{case.id}/{mode}" if mode else case.id, then=back)

    one_of(screen, Phrase(N_("About which follow-up do you ask?")), cases, then)


def offer(screen: BaseScreen, household_id: str | None, back: Callable[[Any], None]) -> None:
    """Somebody was met at a door where it is to be asked whether something is put right: ask in the same knock."""
    cases = asking(screen.book, household_id)
    if not cases:
        return
    said = Phrase(N_("Ask at once whether it is put right? {number}: {what}"),
                  {"number": cases[0].number, "what": cases[0].title})  # fmt: skip
    dialogs.confirm(screen, said, lambda yes: ask(screen, cases, back, "door") if yes else None)


def ask_about(screen: BaseScreen, household_id: str, back: Callable[[Any], None]) -> None:
    """Ask what a new follow-up is about: the stair or the building of a door, or an address in words."""
    from casework.casebook import households

    story = households.story(screen.book, household_id, visits=1)
    home = story.household
    options: list[tuple[str, object]] = []
    if home.building_id and home.unit:
        stair = Phrase(N_("This stair: {building}, stair {unit}"), {"building": story.building, "unit": home.unit})
        options.append((f"building/{home.building_id}/{home.unit}", stair))
    if home.building_id:
        whole = Phrase(N_("The whole building: {building}"), {"building": story.building})
        options.append((f"building/{home.building_id}/", whole))
    options.append(("address/", Phrase(N_("An address in words"))))
    _open(screen, options, back)


def ask_about_grid(screen: BaseScreen) -> None:
    """Ask what a new follow-up is about: an address in words, a building or a place of the grid."""
    from casework.casebook import areas, places

    book = screen.book
    options: list[tuple[str, object]] = [("address/", Phrase(N_("An address in words")))]
    options += [(f"building/{one.id}/", one.name) for one in areas.buildings(book, book.grid_id)]
    options += [
        (f"place/{one.place.id}", one.place.name) for one in places.page(book, places.PlaceFilter(grid_id=book.grid_id))
    ]
    _open(screen, options, lambda _result: None)


def _open(screen: BaseScreen, options: Sequence[tuple[str, object]], back: Callable[[Any], None]) -> None:
    def then(subject: str | None) -> None:
        if subject is not None:
            screen.casework.open("followup_form", subject, then=back)

    dialogs.choose(screen, Phrase(N_("What is it about?")), options, then)
