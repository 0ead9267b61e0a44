"""When something took place, or when the next step is: two small questions that a form asks over itself.

    when.ask_moment(screen, question, then, now=book.clock.now(), moment=self.happened_at)
    when.ask_day(screen, question, then, today=book.today(), day=self.next_visit_on)

`then` gets the answer; after escape it gets `KEPT` and the form stays as it was.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final

from casework.domain.phrase import N_, Phrase
from casework.domain.text import halfwidth
from casework.language import _
from casework.tui import actions, dates
from casework.tui.dialogs import Dialog, Said

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual import events
    from textual.app import ComposeResult
    from textual.screen import Screen


class Kept:
    """Nothing was answered: what stood before stands."""


KEPT: Final = Kept()

STEP = timedelta(minutes=15)
"""How far one press goes back: the last door but one, typed in at the next."""

EARLIEST_DAYS = 366
"""How many days back a late entry may lie; what is older belongs into an import."""

AHEAD_DAYS = 3 * 366
"""How many days ahead a next step may lie."""


def read_clock(typed: str) -> time | None:
    """A time of day as it is typed: `1405`, `905`, `14:05`, `14：05`, `14.5`; None when it is none."""
    plain = halfwidth(typed).strip().replace("。", ":").replace(".", ":").replace("时", ":").rstrip("分")
    hours, colon, minutes = plain.partition(":")
    if not colon:
        if not plain.isdecimal() or not plain.isascii() or len(plain) > 4:
            return None
        hours, minutes = (plain, "0") if len(plain) < 3 else (plain[:-2], plain[-2:])
    minutes = minutes or "0"
    if not (hours + minutes).isdecimal() or not (hours + minutes).isascii():
        return None
    if int(hours) > 23 or int(minutes) > 59:
        return None
    return time(int(hours), int(minutes))


def moment_at(day: date, clock: time, now: datetime) -> datetime:
    """A day and a time of day as an instant with the offset that `now` has."""
    return datetime.combine(day, clock, now.tzinfo)


def said_moment(moment: datetime | None, now: datetime) -> str:
    """A moment in words, `None` being now: `now`, `yesterday 16:30`, `Mon 18 May 16:30`."""
    if moment is None:
        return _("now")
    clock = f"{moment:%H:%M}"
    days = (now.date() - moment.date()).days
    if days == 0:
        return _("today {time}", time=clock)
    if days == 1:
        return _("yesterday {time}", time=clock)
    day = f"{dates.weekday(moment.date())} {dates.day_text(moment.date(), now.date())}"
    return f"{day} {clock}"


class MomentDialog(Dialog):
    """When it took place. Digits type the time of day, minus and plus step by a day."""

    BINDINGS = actions.only("dialog.no")

    def __init__(self, question: object, now: datetime, moment: datetime | None) -> None:
        super().__init__()
        self.question = question
        self.now = now
        self.day = (moment or now).date()
        self.typed = f"{moment:%H%M}" if moment is not None else ""
        self._fresh = True

    def body(self) -> ComposeResult:
        """The question, what is typed, and the keys."""
        yield Said(self.question, classes="question")
        yield Said(_Shown(self), id="moment")
        yield Said("", id="wrong")
        yield Said(Phrase(N_("1405: time   b: 15 minutes back   y: yesterday   -/+: a day")), classes="keys")
        yield Said(Phrase(N_("c: calendar   n: now   enter: done   esc: back")), classes="more")

    @property
    def moment(self) -> datetime | None:
        """What is typed so far; None where it is no time."""
        clock = read_clock(self.typed) if self.typed else self.now.time().replace(second=0, microsecond=0)
        return moment_at(self.day, clock, self.now) if clock is not None else None

    def on_key(self, event: events.Key) -> None:
        """Take a key of the clock; escape goes on to the dialog's own."""
        character = halfwidth(event.character or "")
        if event.key == "escape":
            return
        event.stop()
        event.prevent_default()
        if character.isdecimal() and character.isascii():
            # What stood there gives way to the first digit.
            self.typed = character if self._fresh else (self.typed + character)[:4]
            self._fresh = False
        elif event.key == "backspace":
            self.typed, self._fresh = self.typed[:-1], False
        elif character in ("-", "+", "=") or event.key in ("left", "right", "up", "down"):
            back = character == "-" or event.key in ("left", "up")
            self._step(-1 if back else 1)
        elif character == "y":
            self.day = self.now.date() - timedelta(days=1)
        elif character == "b":
            self._back(STEP)
        elif character == "n":
            self.dismiss(None)
            return
        elif character == "c":
            ask_day(
                self, self.question, self._take_day, today=self.now.date(), day=self.day,
                earliest=self.now.date() - timedelta(days=EARLIEST_DAYS), latest=self.now.date(),
            )  # fmt: skip
            return
        elif event.key == "enter":
            self._done()
            return
        self._show(None)

    def _step(self, days: int) -> None:
        day = self.day + timedelta(days=days)
        if self.now.date() - timedelta(days=EARLIEST_DAYS) <= day <= self.now.date():
            self.day = day

    def _back(self, step: timedelta) -> None:
        """Earlier by a step; the next digit begins another time."""
        if self.moment is not None:
            earlier = self.moment - step
            self.day, self.typed, self._fresh = earlier.date(), f"{earlier:%H%M}", True

    def _take_day(self, day: date | Kept | None) -> None:
        if isinstance(day, date):
            self.day = day
        self._show(None)

    def _done(self) -> None:
        moment = self.moment
        if moment is None:
            self._show(Phrase(N_("This is no time of day. Type it as 1405.")))
        elif moment > self.now:
            self._show(Phrase(N_("This lies in the future.")))
        else:
            self.dismiss(moment)

    def _show(self, wrong: Phrase | None) -> None:
        self.query_one("#moment", Said).retranslate()
        self.query_one("#wrong", Said).say(wrong if wrong is not None else "")

    def action_dialog_no(self) -> None:
        """Leave it as it was."""
        self.dismiss(KEPT)


class _Shown:
    """The line of a dialog as it stands, said in the language that is on."""

    def __init__(self, dialog: MomentDialog) -> None:
        self.dialog = dialog

    def __str__(self) -> str:
        dialog = self.dialog
        moment = dialog.moment
        if moment is not None:
            return "  " + said_moment(moment, dialog.now)
        return f"  {dates.weekday(dialog.day)} {dates.day_text(dialog.day, dialog.now.date())} {dialog.typed}"


DAY_KEYS = Phrase(N_("-/+: a day   pgup/pgdn: a month   t: today   c: calendar"))
CALENDAR_KEYS = Phrase(N_("arrows: a day or a week   pgup/pgdn: 4 weeks"))
CLEAR = Phrase(N_("n: no day   enter: done   esc: back"))
DONE = Phrase(N_("enter: done   esc: back"))


class DayDialog(Dialog):
    """A day, from quick steps or typed in figures; `c` opens the calendar."""

    BINDINGS = actions.only("dialog.no")

    def __init__(
        self, question: object, today: date, day: date | None, earliest: date, latest: date, *, clear: bool
    ) -> None:
        super().__init__()
        self.question = question
        self.today = today
        self.day = day if day is not None else min(max(today, earliest), latest)
        self.earliest, self.latest = earliest, latest
        self.clear = clear
        self.calendar = False

    def body(self) -> ComposeResult:
        """The question, the day, the keys."""
        yield Said(self.question, classes="question")
        yield Said(_ShownDay(self), id="day")
        yield Said("", id="wrong")
        yield Said(DAY_KEYS, id="steps", classes="keys")
        yield Said(CLEAR if self.clear else DONE, classes="more")

    def on_key(self, event: events.Key) -> None:
        """Take a step; in the calendar every key but escape is the calendar's."""
        if event.key == "escape" or self.calendar:
            return
        event.stop()
        event.prevent_default()
        character = halfwidth(event.character or "")
        steps = {"-": -1, "+": 1, "=": 1, "[": -7, "]": 7}
        keys = {"left": -1, "right": 1, "up": -7, "down": 7, "pageup": -30, "pagedown": 30}
        step = steps.get(character) or keys.get(event.key)
        if step is not None:
            self._take(self.day + timedelta(days=step))
        elif character == "t":
            self._take(self.today)
        elif character == "c":
            self._open_calendar()
        elif character == "n" and self.clear:
            self.dismiss(None)
        elif event.key == "enter":
            self.dismiss(self.day)

    def _take(self, day: date) -> None:
        wrong: object = ""
        if day < self.earliest:
            day, wrong = self.earliest, Phrase(N_("No earlier day can be chosen here."))
        elif day > self.latest:
            day, wrong = self.latest, Phrase(N_("No later day can be chosen here."))
        self.day = day
        self.query_one("#day", Said).retranslate()
        self.query_one("#wrong", Said).say(wrong)

    def _open_calendar(self) -> None:
        from casework.tui.widgets.calendar import MonthCalendar

        self.calendar = True
        calendar = MonthCalendar(self.day, self.earliest, self.latest, id="calendar")
        self.query_one(".dialog").mount(calendar, after=self.query_one("#day"))
        self.query_one("#steps", Said).say(CALENDAR_KEYS)
        calendar.focus()

    def on_date_select_start_changed(self, event: Any) -> None:
        """A day was chosen in the calendar."""
        event.stop()
        self._close_calendar()
        self._take(date(event.date.year, event.date.month, event.date.day))

    def _close_calendar(self) -> None:
        self.calendar = False
        self.query("#calendar").remove()
        self.query_one("#steps", Said).say(DAY_KEYS)

    def action_dialog_no(self) -> None:
        """Close the calendar, or leave the day as it was."""
        if self.calendar:
            self._close_calendar()
        else:
            self.dismiss(KEPT)


class _ShownDay:
    """The day as it stands, said in the language that is on."""

    def __init__(self, dialog: DayDialog) -> None:
        self.dialog = dialog

    def __str__(self) -> str:
        day, today = self.dialog.day, self.dialog.today
        return f"  {dates.weekday(day)} {dates.day_text(day, today)}  ({dates.due_text(day, today)})"


def ask_moment(
    screen: Screen[Any],
    question: object,
    then: Callable[[datetime | Kept | None], None],
    *,
    now: datetime,
    moment: datetime | None = None,
) -> None:
    """Ask when it took place; `then` gets the moment, None for now, or `KEPT` after escape.

    A moment in the future is refused; it may lie up to `EARLIEST_DAYS` back.
    """
    screen.app.push_screen(MomentDialog(question, now, moment), lambda answer: then(KEPT if answer is KEPT else answer))


def ask_day(
    screen: Screen[Any],
    question: object,
    then: Callable[[date | Kept | None], None],
    *,
    today: date,
    day: date | None = None,
    earliest: date | None = None,
    latest: date | None = None,
    clear: bool = False,
) -> None:
    """Ask for a day by quick steps or in the calendar; `then` gets it, None for *no day*, or `KEPT`.

    Args:
        earliest: the first day that can be chosen; today where nothing is said.
        latest: the last one; three years ahead where nothing is said.
        clear: whether *no day* is an answer.
    """
    first = earliest if earliest is not None else today
    last = latest if latest is not None else today + timedelta(days=AHEAD_DAYS)
    screen.app.push_screen(DayDialog(question, today, day, first, last, clear=clear), then)
