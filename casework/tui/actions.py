"""Every action of the app, named once: bindings, footer, palette, help, key sheet and the user's keymap derive from it.

An action `visit.log` is carried out by a method `action_visit_log` of the screen on top or, failing that, of
the app; its key runs `act('visit.log')`, so that a key which cannot act now says why (`why_not`). Nothing here imports
a screen.

Keys that need the kitty keyboard protocol are out: without it ctrl+h, i, j, m and [ are backspace, tab, newline, enter
and escape.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from textual.binding import Binding, BindingType

from casework.domain.phrase import N_, Phrase
from casework.language import _, language, set_language
from casework.tui.action import Action as Action
from casework.tui.campaign_actions import CAMPAIGN_ACTIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

FORBIDDEN_KEYS = frozenset({"ctrl+h", "ctrl+i", "ctrl+j", "ctrl+m", "ctrl+left_square_bracket", "ctrl+enter"})

SCOPES = {
    "app": N_("Everywhere"),
    "door": N_("At a door"),
    "arrangement": N_("Where nobody is met"),
    "round": N_("On the round"),
    "planner": N_("Planning the day"),
    "stairwell": N_("In the stairwell"),
    "residents": N_("Residents"),
    "followups": N_("Follow-ups"),
    "errand": N_("Asking back and promises"),
    "promises": N_("In the list of promises"),
    "outdoors": N_("About a stair or building"),
    "board": N_("On the list and board of follow-ups"),
    "matrix": N_("At the figures of follow-ups"),
    "case_step": N_("At a step of a follow-up"),
    "places": N_("Places"),
    "place": N_("At a place outdoors"),
    "campaigns": N_("Campaigns"),
    "campaign": N_("On a campaign's board"),
    "forecast": N_("At a campaign's forecast"),
    "rules": N_("Rules of the schedule"),
    "rule_form": N_("In a rule"),
    "spells": N_("Spells of weather"),
    "followup_form": N_("In a new follow-up"),
    "joint_visit": N_("On the sheet of a joint visit"),
    "household": N_("On a household's page"),
    "visit": N_("On the visit sheet"),
    "evidence": N_("At photos and files"),
    "picture": N_("Looking at a photo"),
    "list": N_("In a list"),
    "stairs": N_("Walking the stairwell"),
    "check": N_("In a check"),
    "leak": N_("At a gas leak"),
    "form": N_("In a form"),
    "import": N_("At an import"),
    "backup": N_("At the backups"),
    "unlock": N_("While locked"),
    "setup": N_("At the first start"),
    "recovery": N_("At the recovery key"),
    "over": N_("On a screen above another"),
    "dialog": N_("In a question"),
}
"""Where an action holds; the names are the headings of help and key sheet, in that order."""


def _registry(*actions: Action) -> dict[str, Action]:
    found = {action.id: action for action in actions}
    if len(found) != len(actions):
        raise ValueError("an action is named twice")
    return found


ACTIONS: dict[str, Action] = _registry(
    # everywhere
    Action("app.round", "1", "app", N_("Round"),
           N_("Where to go next: due work in walking order, urgent first")),
    Action("app.residents", "2", "app", N_("Residents"), N_("Find anyone, and the household's whole story")),
    Action("app.followups", "3", "app", N_("Follow-ups"), N_("Who owes what by when")),
    Action("app.campaigns", "4", "app", N_("Campaigns"), N_("How far, how fast, when it is finished; who is left, door by door")),
    Action("app.places", "5", "app", N_("Places"), N_("What is checked outdoors: how it stands and when it is due")),
    Action("app.find", "slash", "app", N_("Find"),
           N_("Find a person or a door by name, pinyin, address or phone"), 60),
    Action("app.undo", "u", "app", N_("Undo"), N_("Undo the last thing saved, and say what it was"), 70),
    Action("app.help", "question_mark,f1", "app", N_("Help"),
           N_("The keys of this screen and of the whole app"), 90),
    Action("app.palette", "ctrl+p", "app", N_("All actions"), N_("Type a word and choose what to do"), 95),
    Action("app.lock", "", "app", N_("Lock"),
           N_("Lock the casebook; what is half typed is kept"), 0, "ctrl+l"),
    Action("app.language", "f2", "app", N_("中文 / English"), N_("Switch between Chinese and English")),
    Action("app.theme", "f3", "app", N_("Dark / light"), N_("Switch between dark and light colours")),
    Action("app.import", "", "app", N_("Import a register"),
           N_("Read households and residents from a spreadsheet")),
    Action("app.import_cases", "", "app", N_("Import cases"),
           N_("Take in cases of the hotline or another system from a file")),
    Action("app.backup", "", "app", N_("Back up"), N_("Write an encrypted copy of the casebook")),
    Action("app.supplier", "", "app", N_("Gas supplier's number"),
           N_("Set the emergency number of the gas supplier: it is shown at a leak")),
    Action("app.followup_about", "", "app", N_("Follow-up about a place"),
           N_("Open a follow-up about a building, a stair, a place or an address")),
    Action("area.add", "", "app", N_("Add building"), N_("Add a building, or the grid or compound above it")),
    Action("app.leak", "", "app", N_("Gas leak"),
           N_("Go outside first: what to do and whom to call, at once"), 0, "ctrl+g"),
    Action("app.retry", "ctrl+r", "app", N_("Save again"), N_("Try the save that failed once more")),
    Action("app.quit", "q", "app", N_("Quit"), N_("Leave casework; half-typed forms are kept"), 0, "ctrl+q"),
    # at a door: wherever a household is under the cursor
    Action("visit.log", "v", "door", N_("Visit"), N_("Log a visit to this household"), 10),
    Action("visit.met", "m", "door", N_("Met"),
           N_("Log at once that somebody was met and there is nothing to note; u undoes it"), 15),
    Action("visit.no_answer", "n", "door", N_("No answer"),
           N_("Log at once that nobody answered; u undoes it"), 20),
    Action("check.start", "c", "door", N_("Check"), N_("Start a safety check of this household"), 30),
    Action("followup.start", "f", "door", N_("Follow-up"), N_("Open a follow-up for this household"), 40),
    Action("stairwell.show", "s", "door", N_("Stairwell"), N_("The building as floors by doors"), 50),
    Action("household.open", "enter", "door", N_("Open"), N_("The household's whole story"), 5),
    Action("contact.reveal", "r", "door", N_("Show masked"),
           N_("Show phone and ID numbers and sensitive tags; it is recorded that you did")),
    Action("household.edit", "e", "household", N_("Change"), N_("Change something of this household"), 35),
    Action("household.history", "h", "household", N_("History"),
           N_("What was written about this household and its people, by whom and when"), 55),
    Action("resident.add", "a", "door", N_("Add resident"), N_("Add a person to this household"), 75, everywhere=True),
    Action("household.add", "d", "door", N_("Add door"), N_("Add a household to this building"), 76, everywhere=True),
    Action("resident.edit", "p", "household", N_("Change resident"),
           N_("Put a person's name, numbers, tags or contacts right"), 37),
    Action("household.files", "f9", "household", N_("Photos"),
           N_("Photos and files of this household's visits, checks and follow-ups"), 57),
    Action("app.grid", "g", "door", N_("Grid"), N_("Choose the grid whose round is walked")),
    # the plan of the day
    Action("plan.open", "p", "round", N_("Plan"),
           N_("Plan the walk of the day: where, how much, in which order; see what is left out and why"), 45),
    Action("plan.switch", "tab", "round", N_("Plan / all"), N_("Switch between the planned walk and the whole round"), 42),
    Action("plan.left", "x", "round", N_("Left out"), N_("What the plan leaves out, and why"), 43),
    Action("plan.here", "h", "round", N_("From here"),
           N_("Plan the rest of the day anew from the door under the cursor"), 44),
    Action("plan.print", "f6", "round", N_("Print plan"), N_("Print the planned walk: a spreadsheet, a receipt or a page")),
    Action("plan.clear", "", "round", N_("Forget the plan"), N_("Forget the plan of today; what was logged stays")),
    Action("planner.mark", "space", "planner", N_("Choose"), N_("Choose this building, or leave it out again"), 10),
    Action("planner.mark_all", "asterisk", "planner", N_("All"), N_("Choose all buildings, or none")),
    Action("planner.much", "n", "planner", N_("How much"), N_("Say how many doors, or how many hours of work"), 14),
    Action("planner.hours", "h", "planner", N_("Hours"), N_("Choose the hours of the day"), 16),
    Action("planner.direction", "d", "planner", N_("Direction"), N_("Top floor first, or bottom floor first"), 18),
    Action("planner.campaign", "c", "planner", N_("Campaign"), N_("Plan the doors of a campaign"), 20),
    Action("planner.kinds", "t", "planner", N_("Work"), N_("Choose which kind of work is planned"), 22),
    Action("planner.company", "m", "planner", N_("Two of us"),
           N_("Say whether somebody goes along: some doors are not for one alone"), 24),
    Action("planner.view", "tab", "planner", N_("Left out"), N_("Switch between the walk and what is left out"), 12),
    Action("planner.preview", "right", "planner", N_("To the walk"), N_("Go to the walk on the right, to read it down")),
    Action("planner.buildings", "left", "planner", N_("To the buildings"), N_("Go back to the buildings on the left")),
    Action("planner.print", "f6", "planner", N_("Print"), N_("Print this plan without keeping it"), 28),
    Action("planner.save", "", "planner", N_("Keep"), N_("Keep this plan: the round shows its walk"), 5, "ctrl+s"),
    # the rules of the schedule
    Action("rules.show", "f7", "round", N_("Rules"),
           N_("Who is due for what, and how often: see the rules and change them"), everywhere=True),
    Action("rules.edit", "enter", "rules", N_("Change"), N_("Change this rule; what it changes is shown before you save"), 5),
    Action("rules.add", "a", "rules", N_("New rule"), N_("A rule of your own: like the one under the cursor, or empty"), 10),
    Action("rules.off", "x", "rules", N_("Off / on"),
           N_("Switch this rule off, or on again; what that changes is shown before"), 20),
    Action("rules.restore", "r", "rules", N_("As shipped"),
           N_("Take your own version away: the catalog's rule counts again"), 30),
    Action("spells.show", "w", "rules", N_("Weather"),
           N_("Rain storms, heat waves and other spells: record one, or that one is over"), 40, everywhere=True),
    Action("spells.add", "a", "spells", N_("Record"), N_("Record a spell of weather that is warned of, has begun or is over"), 10),
    Action("spells.end", "e,enter", "spells", N_("It is over"), N_("Record the last day of this spell"), 20),
    Action("rule_form.condition", "", "rule_form", N_("Condition"), N_("Add a condition: all of them must hold"), 12, "f5"),
    Action("rule_form.change", "", "rule_form", N_("Change"), N_("Change the condition under the cursor"), 14, "f6"),
    Action("rule_form.drop", "", "rule_form", N_("Take away"), N_("Take the condition under the cursor away"), 16, "f7"),
    Action("rule_form.preview", "", "rule_form", N_("What changes"),
           N_("Go to what the rule would change, to read it down"), 18, "f9"),
    # where nobody is met
    Action("booking.add", "o", "arrangement", N_("Book"),
           N_("Book a visit here for a day and an hour; or move or cancel the one that is booked"), 44),
    Action("notice.left", "t", "arrangement", N_("Notice left"),
           N_("Record that a notice hangs at this door: a call is waited for"), 45),
    Action("notice.print", "y", "arrangement", N_("Print notice"),
           N_("Make the notice for this door, or for all that need one: for Word, or for a receipt printer"), 46),
    Action("booking.move", "", "arrangement", N_("Move the booking"), N_("Another day or hour for the visit booked here")),
    Action("booking.cancel", "", "arrangement", N_("Cancel the booking"), N_("The visit booked here does not take place: say why")),
    Action("arrangement.list", "i", "arrangement", N_("To be arranged"),
           N_("The doors with a booked visit or a notice, those that need one, and those the community was told of"), 52,
           everywhere=True),
    # stairwell
    Action("stairwell.next_building", "right_square_bracket", "stairwell", N_("Next building"),
           N_("Go to the next building")),
    Action("stairwell.previous_building", "left_square_bracket", "stairwell", N_("Previous building"),
           N_("Go to the building before")),
    # follow-ups
    Action("followup.accept", "y", "followups", N_("Accept"), N_("The owner takes this follow-up and answers for it"), 6),
    Action("followup.verify", "v", "followups", N_("Resident's word"),
           N_("Ask the resident: put right, not put right, came back, not reached"), 7),
    Action("followup.not_reached", "n", "followups", N_("Not reached"),
           N_("Log at once that the resident was not reached; u undoes it"), 8),
    Action("followup.resume", "c", "followups", N_("Go on"), N_("A suspended follow-up goes on; its clock runs again"), 9),
    Action("followup.begin", "s", "followups", N_("Begin"), N_("Work on this follow-up begins"), 10),
    Action("followup.finish", "e", "followups", N_("Done"),
           N_("The work is done: say what was done and by whom; then the resident is asked"), 11),
    Action("followup.reopen", "o", "followups", N_("Reopen"), N_("Take a closed follow-up up again"), 12),
    Action("followup.assign", "a", "followups", N_("Assign"),
           N_("Say who owns this follow-up, or those that are marked, and until when"), 20),
    Action("followup.return", "b", "followups", N_("Return"), N_("Give this follow-up back, with the reason"), 22),
    Action("followup.note", "t", "followups", N_("Note"), N_("Add a note to this follow-up"), 23),
    Action("followup.close", "x", "followups", N_("Close"), N_("Close this follow-up with a result"), 24),
    Action("followup.steps", "full_stop", "followups", N_("Steps"), N_("Every step that this follow-up allows now"), 15),
    Action("followup.extend", "l", "followups", N_("Extend"), N_("A later due day, with the reason"), 40),
    Action("followup.wait", "w", "followups", N_("Wait"),
           N_("Wait for the resident until an agreed day; the clock stands still"), 42),
    Action("followup.suspend", "p", "followups", N_("Suspend"),
           N_("Set this follow-up aside until a day, with the reason; the clock stops"), 44),
    Action("followup.promise", "z", "followups", N_("Promises"),
           N_("Note what a party promised, or say whether a promise was kept"), 46),
    Action("followup.joint_visit", "m", "followups", N_("Joint visit"), N_("Several parties on the spot about this follow-up"), 48),
    Action("followup.help", "h", "followups", N_("Helper"), N_("Somebody helps, or no longer; the owner stays the same"), 50),
    Action("followup.link", "equals_sign", "followups", N_("Same problem"),
           N_("Say that another follow-up is about the same problem, or why it is not"), 52),
    Action("followup.ask_again", "i", "followups", N_("Asked again"),
           N_("The same person asks again and says nothing new: tell the progress"), 54),
    Action("followup.others", "right_square_bracket", "followups", N_("Other times"),
           N_("Open another follow-up of the same problem"), 55),
    Action("followup.household", "d", "followups", N_("Household"), N_("The household that it is about")),
    Action("followup.reveal", "r", "followups", N_("Show number"),
           N_("Show the telephone number of who reported it; it is recorded that you did")),
    Action("board.view", "tab", "board", N_("Board"), N_("Switch between the list and the board by state"), 16),
    Action("board.filter", "g", "board", N_("Filter"),
           N_("Choose what is shown by typing: owner, state, category, age, overdue, repeats"), 27),
    Action("board.clear", "backspace,delete", "board", N_("Show all"), N_("Take every filter away"), 28),
    Action("board.mark", "space", "board", N_("Mark"), N_("Mark this follow-up, to assign several at once"), 29),
    Action("board.mark_all", "asterisk", "board", N_("Mark all"), N_("Mark all that are shown, or none")),
    Action("board.left", "left", "board", N_("State before"), N_("On the board: the state to the left")),
    Action("board.right", "right", "board", N_("Next state"), N_("On the board: the state to the right")),
    Action("board.matrix", "f5", "board", N_("Figures"),
           N_("What went from which state to which in a time, and what came of it"), 58),
    Action("matrix.week", "w", "matrix", N_("Week"), N_("This week"), 10),
    Action("matrix.month", "m", "matrix", N_("Month"), N_("This month"), 12),
    Action("matrix.quarter", "s", "matrix", N_("Quarter"), N_("This quarter"), 14),
    Action("matrix.custom", "c", "matrix", N_("From and to"), N_("Choose the first and the last day"), 16),
    Action("matrix.before", "left", "matrix", N_("Before"), N_("The time before, of the same length"), 50),
    Action("matrix.after", "right", "matrix", N_("After"), N_("The time after, of the same length"), 52),
    Action("case_step.who", "", "case_step", N_("Who did it"), N_("Say who did the work"), 12, "f6"),
    Action("case_step.day", "", "case_step", N_("Day"), N_("Choose another day"), 14, "f7"),
    *CAMPAIGN_ACTIONS,
    # places outdoors
    Action("place.open", "enter", "places", N_("Open"), N_("The place with its checks and follow-ups"), 5),
    Action("place.check", "c", "place", N_("Check it"), N_("Start the check of this place"), 10),
    Action("place.followup", "f", "place", N_("Follow-up"), N_("Open a follow-up for this place"), 20),
    Action("place.followups", "o", "place", N_("Its follow-ups"), N_("Choose a follow-up of this place and open it"), 47),
    Action("place.edit", "e", "place", N_("Change"), N_("Put kind, name, number or address right"), 43),
    Action("place.add", "a", "places", N_("Add place"), N_("Add a place outdoors"), 30, everywhere=True),
    Action("place.filter", "g", "places", N_("Filter"), N_("Show one kind, or the places of all grids"), 35),
    Action("followup.hand_off", "f8", "followups", N_("Hand-off sheet"),
           N_("Make the sheet for the department: a page for one, a spreadsheet for those that are marked"), 33),
    Action("followup.files", "f9", "followups", N_("Photos"), N_("Photos and files behind this follow-up"), 35),
    Action("followup_form.category", "", "followup_form", N_("Category"),
           N_("Choose another category"), 12, "f5"),
    Action("followup_form.owner", "", "followup_form", N_("Owner"), N_("Say who owns it"), 14, "f6"),
    Action("followup_form.due", "", "followup_form", N_("Due day"), N_("Say by when"), 16, "f7"),
    Action("followup_form.reporter", "", "followup_form", N_("Reported by"),
           N_("Say who reported it: somebody of the household, a neighbour, with a phone"), 18, "ctrl+b"),
    Action("followup_form.funder", "", "followup_form", N_("Funded by"),
           N_("Say who funds what is not on the community's own list"), 0, "ctrl+f"),
    Action("followup_form.same", "", "followup_form", N_("Same problem"),
           N_("Link it with the earlier one under the cursor: the same problem again"), 20, "f9"),
    Action("followup_form.different", "", "followup_form", N_("Different"),
           N_("Say why it is another problem than the earlier ones"), 22, "f10"),
    Action("followup_form.reopen", "", "followup_form", N_("Reopen that one"),
           N_("Take the earlier one up again instead of opening a new one"), 24, "ctrl+o"),
    Action("followup_form.asked", "", "followup_form", N_("Asked again"),
           N_("Nothing new: note on the open one that it was asked about again"), 26, "ctrl+a"),
    # asking back, promises, joint visits
    Action("verify.ask", "w", "errand", N_("Ask back"),
           N_("Ask the resident whether it is put right"), 4),
    Action("promise.list", "z", "errand", N_("Promises"),
           N_("What was promised here: kept or not kept"), 6),
    Action("followup.about", "b", "outdoors", N_("Stair, building"),
           N_("Open a follow-up about this stair or building, or an address"), 48),
    Action("promises.kept", "y", "promises", N_("Kept"), N_("This promise was kept"), 10),
    Action("promises.broken", "n", "promises", N_("Not kept"), N_("This promise was not kept: say why"), 20),
    Action("promises.add", "a", "promises", N_("One more"), N_("Note one more promise"), 30),
    Action("promises.case", "o", "promises", N_("Follow-up"), N_("The follow-up that it belongs to"), 40),
    Action("joint_visit.promise", "", "joint_visit", N_("Promises"),
           N_("Type what each party promised, one after another"), 12, "f5"),
    Action("joint_visit.drop", "", "joint_visit", N_("Take one back"),
           N_("Take the last promise out of the sheet"), 14, "f6"),
    # on the visit sheet
    Action("visit.files", "", "visit", N_("Photos"), N_("Attach photos and files to this visit"), 35, "f9"),
    # photos and files
    Action("evidence.view", "enter", "evidence", N_("Look"), N_("Look at the one under the cursor"), 10),
    Action("evidence.add", "a", "evidence", N_("Attach"), N_("Choose one more photo or file"), 20),
    Action("evidence.words", "t", "evidence", N_("Note"), N_("Say in words what it shows"), 30),
    Action("evidence.remove", "d,delete", "evidence", N_("Take off"), N_("Take this photo or file off"), 40),
    Action("picture.outside", "o", "picture", N_("Open outside"), N_("Open it with another program"), 10),
    Action("picture.way", "m", "picture", N_("Other drawing"),
           N_("Draw pictures in another way: pixels, blocks, characters"), 20),
    Action("picture.previous", "left,pageup", "picture", N_("Previous"), N_("The photo before"), 25),
    Action("picture.next", "right,pagedown", "picture", N_("Next"), N_("The next photo"), 26),
    # lists
    Action("list.cursor_up", "up,k", "list", N_("Up"), N_("One line up")),
    Action("list.cursor_down", "down,j", "list", N_("Down"), N_("One line down")),
    Action("list.page_up", "pageup", "list", N_("Page up"), N_("One page up")),
    Action("list.page_down", "pagedown", "list", N_("Page down"), N_("One page down")),
    Action("list.first", "home", "list", N_("First"), N_("To the first line")),
    Action("list.last", "end", "list", N_("Last"), N_("To the last line")),
    Action("list.select", "enter", "list", N_("Choose"), N_("Open the line under the cursor")),
    # checks
    Action("check.all_in_order", "a", "check", N_("All in order"),
           N_("Answer every plain question that is still open with in order"), 5),
    Action("check.carry", "equals_sign", "check", N_("As last time"),
           N_("Take over the last check's answers, measured values excepted"), 6),
    Action("check.could_not", "x", "check", N_("Could not check"), N_("This could not be checked")),
    Action("check.not_applicable", "minus", "check", N_("Not applicable"), N_("There is no such thing here")),
    Action("check.declined", "d", "check", N_("Declined"), N_("The resident did not want this checked")),
    Action("check.fixed", "e", "check", N_("Fixed"),
           N_("It was put right on the spot: say in a word how"), 20),
    Action("check.note", "t", "check", N_("Note"), N_("Put a note to this answer"), 25),
    Action("check.owner", "o", "check", N_("Owner"), N_("Say who puts this hazard right"), 26),
    Action("check.due", "w", "check", N_("Due day"), N_("Say by when this hazard is put right"), 27),
    Action("check.files", "p", "check", N_("Photo"), N_("Attach photos and files to this answer"), 29),
    Action("check.whole_files", "P", "check", N_("Photos of all"), N_("Attach photos and files to the check as a whole")),
    Action("check.clear", "backspace,delete", "check", N_("Clear"), N_("Take this answer away")),
    Action("check.next_open", "tab", "check", N_("Next open"), N_("Go to the next question that needs an answer"), 28),
    # at a gas leak
    Action("leak.outside", "enter", "leak", N_("We are outside"),
           N_("Everyone is out: now the facts, with their times"), 10),
    # forms
    Action("form.save", "", "form", N_("Save"), N_("Save this form"), 10, "ctrl+s"),
    Action("screen.back", "escape", "over", N_("Back"), N_("Go back; what is typed is kept as a draft"), 45),
    Action("form.late", "f4", "form", N_("When it was"), N_("Say when it took place, if not now"), 30),
    Action("form.discard", "f8", "form", N_("Throw the draft away"),
           N_("Empty the form and forget what was typed")),
    # imports and backups
    Action("import.start", "i", "import", N_("Import"), N_("Bring the rows into the register"), 10, "ctrl+s"),
    Action("import.try", "t", "import", N_("Try"), N_("Count what would come of it; nothing is kept"), 20),
    Action("import.sheet", "b", "import", N_("Sheet"), N_("Choose another sheet of the file"), 30),
    Action("import.file", "o", "import", N_("File"), N_("Choose another file"), 40),
    Action("backup.now", "b", "backup", N_("Back up now"), N_("Write a backup beside the casebook"), 10, "ctrl+s"),
    Action("backup.elsewhere", "o", "backup", N_("To a folder"),
           N_("Write a backup to a folder, such as a USB stick"), 20),
    # while locked
    Action("unlock.open", "enter", "unlock", N_("Open"), N_("Open the casebook"), 10),
    Action("unlock.recovery", "", "unlock", N_("Recovery key"),
           N_("The passphrase is forgotten: use the printed recovery key"), 20, "f9"),
    Action("unlock.other", "", "unlock", N_("Another casebook"),
           N_("Open another file, restore a backup, set up a new casebook, or try the demo"), 30, "f10"),
    # set-up
    Action("recovery.save", "", "recovery", N_("Save for printing"),
           N_("Write the recovery key to a text file, to print it"), 10, "f9"),
    # questions
    Action("dialog.yes", "y,enter", "dialog", N_("Yes"), N_("Yes, do it"), 10),
    Action("dialog.no", "n,escape", "dialog", N_("No"), N_("No, go back"), 20),
    # the stairwell's own cursor
    Action("stairs.up", "up,k", "stairs", N_("Up"), N_("One floor up")),
    Action("stairs.down", "down,j", "stairs", N_("Down"), N_("One floor down")),
    Action("stairs.left", "left,h", "stairs", N_("Left"), N_("To the door on the left")),
    Action("stairs.right", "right,l", "stairs", N_("Right"), N_("To the door on the right")),
    Action("stairs.select", "enter", "stairs", N_("Choose"), N_("Open the door under the cursor")),
)  # fmt: skip


def in_scope(*scopes: str) -> Iterator[Action]:
    """The actions of some scopes, in the order of the registry."""
    return (action for action in ACTIONS.values() if action.scope in scopes)


def bindings(*scopes: str) -> list[BindingType]:
    """The bindings of some scopes, each running `act` on the node that holds them. English until translated."""
    found: list[BindingType] = []
    for action in in_scope(*scopes):
        for keys, priority in ((action.keys, False), (action.priority_keys, True)):
            if keys:
                found.append(
                    Binding(
                        keys,
                        f"act({action.id!r})",
                        action.label,
                        show=bool(action.footer),
                        priority=priority,
                        tooltip=action.hint,
                        id=action.id,
                    )
                )
    return found


def widget_bindings(scope: str) -> list[BindingType]:
    """The bindings of a widget's own scope: `list.cursor_up` runs the widget's `action_cursor_up`."""
    return [
        Binding(a.keys, a.id.partition(".")[2], a.label, show=False, tooltip=a.hint, id=a.id) for a in in_scope(scope)
    ]


def only(*ids: str) -> list[BindingType]:
    """The bindings of some actions, for a screen that takes part of a scope."""
    found = [binding for binding in bindings(*SCOPES) if isinstance(binding, Binding)]
    return [binding for binding in found if binding.id in ids]


def all_keys(action: Action, keymap: Mapping[str, str] | None = None) -> list[str]:
    """The keys of an action: the user's, or else the default ones."""
    keys = (keymap or {}).get(action.id, ",".join(k for k in (action.keys, action.priority_keys) if k))
    return [key.strip() for key in keys.split(",") if key.strip()]


_KEY_NAMES = {
    "escape": "esc", "question_mark": "?", "slash": "/", "left_square_bracket": "[",
    "right_square_bracket": "]",
    "pageup": "pgup", "pagedown": "pgdn", "full_stop": ".", "asterisk": "*", "comma": ",", "plus": "+", "minus": "-",
    "equals_sign": "=",
}  # fmt: skip


def key_name(key: str) -> str:
    """A key as it is printed on a keyboard: `/`, `esc`, `ctrl+s`."""
    return _KEY_NAMES.get(key, key)


def key_text(action: Action, keymap: Mapping[str, str] | None = None) -> str:
    """The first key of an action as shown in the key line and palette; empty for palette-only actions."""
    keys = all_keys(action, keymap)
    return key_name(keys[0]) if keys else ""


def checked_keymap(keymap: Mapping[object, object]) -> tuple[dict[str, str], list[Phrase]]:
    """The usable part of a user's keymap, and a sentence for each entry that is not: a typing error there must cost
    neither the start nor the other keys.
    """
    good: dict[str, str] = {}
    problems: list[Phrase] = []
    for name, keys in keymap.items():
        action = ACTIONS.get(str(name))
        if action is None:
            problems.append(Phrase(N_("Your keymap names {name}, which is no action."), {"name": str(name)}))
            continue
        wanted = [key.strip() for key in str(keys).split(",") if key.strip()]
        if not wanted or any(key in FORBIDDEN_KEYS for key in wanted):
            problems.append(
                Phrase(N_("Your keymap gives {name} a key that terminals cannot send."), {"name": action.id})
            )
            continue
        good[action.id] = ",".join(wanted)
    for first, second, key in clashes(good):
        for action_id in (first, second):
            if good.pop(action_id, None) is not None:
                problems.append(
                    Phrase(N_("Your keymap gives {key} to two actions: {one} and {other}."),
                           {"key": key_name(key), "one": first, "other": second})
                )  # fmt: skip
                break
    return good, problems


def clashes(keymap: Mapping[str, str] | None = None) -> list[tuple[str, str, str]]:
    """Pairs of actions of one scope, or of a scope and the whole app, that share a key: `(one, other, key)`."""
    taken: dict[tuple[str, str], str] = {}
    found = []
    for action in sorted(ACTIONS.values(), key=lambda a: a.scope != "app"):
        for key in all_keys(action, keymap):
            other = taken.get((action.scope, key)) or taken.get(("app", key))
            if other is not None and other != action.id:
                found.append((other, action.id, key))
            taken[(action.scope, key)] = action.id
    return found


def footer_actions(scopes: Iterable[str]) -> list[Action]:
    """What the key line shows for some scopes, best first."""
    wanted = {*scopes, "app"}
    return sorted((a for a in ACTIONS.values() if a.footer and a.scope in wanted), key=lambda a: a.footer)


def key_sheet(code: str) -> str:
    """All keys as a Markdown page in a language, for the README and for `casework keys`.

    Raises:
        ValueError: the language is not one of ours.
    """
    before = language()
    set_language(code)
    try:
        lines = []
        for scope, heading in SCOPES.items():
            lines += [f"**{_(heading)}**", "", f"| {_('Key')} | {_('Action')} | |", "|---|---|---|"]
            for action in in_scope(scope):
                keys = " ".join(f"`{key_name(key)}`" for key in all_keys(action)) or f"({_('palette')})"
                lines.append(f"| {keys} | {_(action.label)} | {_(action.hint)} |")
            lines.append("")
        return "\n".join(lines)
    finally:
        set_language(before)


def described(binding: Binding, label: str, hint: str) -> Binding:
    """The same binding with its texts in another language."""
    return replace(binding, description=label, tooltip=hint)
