"""One registry names every action; keys, key line, palette, help and key sheet derive from it."""

from __future__ import annotations

import pytest
from textual.binding import Binding

from casework import language
from casework.language import _
from casework.tui import actions


def test_no_two_actions_share_a_key_where_both_could_act() -> None:
    assert actions.clashes() == []


def test_no_key_needs_a_protocol_that_drops_chinese_input() -> None:
    used = {key for action in actions.ACTIONS.values() for key in actions.all_keys(action)}
    assert not used & actions.FORBIDDEN_KEYS


PLAIN_KEYS = {
    "slash", "question_mark", "left_square_bracket", "right_square_bracket", "escape", "enter", "up", "down",
    "left", "right", "home", "end", "pageup", "pagedown", "space", "full_stop", "asterisk", "plus",
    "minus", "equals_sign", "backspace", "delete", "tab", *(f"f{n}" for n in range(1, 11)),
}  # fmt: skip


def test_every_key_survives_every_terminal() -> None:
    for action in actions.ACTIONS.values():
        for key in actions.all_keys(action):
            name = key.removeprefix("ctrl+")
            assert name in PLAIN_KEYS or (len(name) == 1 and name.isalnum()), key


def test_every_action_is_said_in_both_languages() -> None:
    language.set_language("zh_CN")
    for action in actions.ACTIONS.values():
        if action.id != "app.language":
            assert _(action.label) != action.label, action.id
        assert _(action.hint) != action.hint, action.id


def test_the_keys_of_the_design() -> None:
    keys = {action.id: actions.all_keys(action) for action in actions.ACTIONS.values()}
    assert keys["visit.log"] == ["v"]
    assert keys["visit.no_answer"] == ["n"]
    assert keys["check.start"] == ["c"]
    assert keys["followup.start"] == ["f"]
    assert keys["app.undo"] == ["u"]
    assert keys["app.find"] == ["slash"]
    assert keys["form.save"] == ["ctrl+s"]
    assert keys["screen.back"] == ["escape"]
    assert keys["app.quit"] == ["q", "ctrl+q"]


def test_save_lock_quit_and_the_leak_screen_act_in_text_fields_too() -> None:
    priority = {b.key for b in actions.bindings("app", "form") if isinstance(b, Binding) and b.priority}
    assert priority == {"ctrl+s", "ctrl+l", "ctrl+q", "ctrl+g"}


def test_the_users_own_keys_replace_the_default_ones() -> None:
    good, problems = actions.checked_keymap({"visit.log": "z"})
    assert problems == []
    assert actions.key_text(actions.ACTIONS["visit.log"], good) == "z"


@pytest.mark.parametrize(
    ("keymap", "said"),
    [
        ({"visit.lgo": "z"}, "visit.lgo"),
        ({"visit.log": "ctrl+i"}, "visit.log"),
        ({"visit.log": ""}, "visit.log"),
        ({"visit.log": "n"}, "visit.no_answer"),
    ],
)
def test_a_mistake_in_the_keymap_is_said_and_the_default_key_kept(keymap: dict[object, object], said: str) -> None:
    good, problems = actions.checked_keymap(keymap)
    assert good == {}
    assert len(problems) == 1
    assert said in problems[0].values.values()


def test_the_key_sheet_names_every_action_in_its_language() -> None:
    chinese, english = actions.key_sheet("zh_CN"), actions.key_sheet("en")
    assert "| `v` | 走访 |" in chinese
    assert "| `v` | Visit |" in english
    assert english.count("\n| ") >= len(actions.ACTIONS)
    assert language.language() == "zh_CN"
