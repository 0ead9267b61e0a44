"""The command line's root: options before every command, the casebook opened for it, output as text or JSON."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from casework import language
from casework.casebook.book import Casebook
from casework.casebook.errors import CasebookError, WrongUse
from casework.casebook.keys import Passphrase, RecoveryKey, Secret
from casework.domain.phrase import N_, Label, Phrase
from casework.domain.text import plain
from casework.language import _, say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from casework.domain.receipt import Receipt


class Session:
    """What every command shares: which casebook, which language, text or JSON."""

    def __init__(self, path: Path, as_json: bool) -> None:
        self.path = path
        self.as_json = as_json

    @contextlib.contextmanager
    def book(self) -> Iterator[Casebook]:
        """The casebook, open for the length of a command."""
        book = Casebook.open(self.path, secret_for(self.path))
        for phrase in book.found:
            warn(phrase)
        from casework.casebook import campaign_upkeep, due, search_index

        try:
            due.keep_up(book)
            campaign_upkeep.keep_up(book)
            search_index.keep_up(book)
            yield book
        finally:
            book.close()

    def show(self, data: Any, lines: list[str]) -> None:
        """One JSON document, or plain lines that a screen reader reads."""
        if self.as_json:
            click.echo(json.dumps(data, ensure_ascii=False, default=jsonable, indent=1))
        else:
            for text in lines:
                click.echo(text)

    def receipt(self, receipt: Receipt, more: dict[str, Any] | None = None) -> None:
        """Show what a save did; `more` is for the JSON document."""
        data: dict[str, Any] = {
            "action": receipt.action,
            "verb": receipt.verb,
            "kind": receipt.subject_kind,
            "id": receipt.subject_id,
            "summary": say(receipt.summary),
            "follows": [say(phrase) for phrase in receipt.follows],
            "warnings": [say(phrase) for phrase in receipt.warnings],
            **(more or {}),
        }
        said = (receipt.summary, *receipt.warnings, *receipt.follows)
        self.show(data, [plain(say(phrase)) for phrase in said])


def secret_for(path: Path) -> Secret | None:
    """The passphrase: from the file that CASEWORK_PASSPHRASE_FILE names, else asked for at a terminal; None for a
    casebook without one.
    """
    from casework.casebook import keys

    if not path.exists() or not keys.beside(path).exists() or keys.is_open(path):
        return None
    named = os.environ.get("CASEWORK_PASSPHRASE_FILE", "")
    if named:
        return Passphrase(_first_line(Path(named)))
    if os.environ.get("CASEWORK_RECOVERY_KEY_FILE"):
        return RecoveryKey(_first_line(Path(os.environ["CASEWORK_RECOVERY_KEY_FILE"])))
    if sys.stdin.isatty():
        return Passphrase(click.prompt(_("Passphrase"), hide_input=True, err=True))
    return None


def new_passphrase() -> Passphrase:
    """A passphrase for a new casebook: from CASEWORK_PASSPHRASE_FILE, else asked for twice.

    Raises:
        WrongUse: there is neither.
    """
    named = os.environ.get("CASEWORK_PASSPHRASE_FILE", "")
    if named:
        return Passphrase(_first_line(Path(named)))
    if sys.stdin.isatty():
        return Passphrase(
            click.prompt(_("New passphrase"), hide_input=True, confirmation_prompt=_("Once more"), err=True)
        )
    raise WrongUse(Phrase(N_("A passphrase is needed: name its file in CASEWORK_PASSPHRASE_FILE.")))


def _first_line(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").splitlines()[0]
    except (OSError, IndexError, UnicodeDecodeError) as error:
        raise WrongUse(Phrase(N_("The passphrase file cannot be read."))) from error


def warn(what: object) -> None:
    """Say something on standard error."""
    click.echo(plain(say(what)), err=True)


def jsonable(value: Any) -> Any:
    """Dates, phrases and labels as JSON takes them."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Phrase | Label):
        return say(value)
    if isinstance(value, Path):
        return str(value)
    raise TypeError(type(value).__name__)


@click.group(context_settings={"help_option_names": ["-h", "--help"]}, invoke_without_command=True)
@click.option("--db", "db", type=click.Path(path_type=Path), help="The casebook; CASEWORK_DB names another default.")
@click.option("--lang", type=click.Choice(["zh_CN", "en"]), help="The language; CASEWORK_LANG does the same.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
@click.version_option(package_name="casework")
@click.pass_context
def root(context: click.Context, db: Path | None, lang: str | None, as_json: bool) -> None:
    """Visits, safety checks and follow-ups of a community grid worker, offline and encrypted."""
    from casework.paths import default_casebook

    if lang:
        language.set_language(lang)
    context.obj = Session(db or default_casebook(), as_json)
    if context.invoked_subcommand is None:
        from casework.cli import _app

        context.exit(_app(context.obj.path))


def _register() -> None:
    from casework.commands import (
        adding,
        arranging,
        campaigns,
        evidence,
        followup_reading,
        followups,
        handing,
        keeping,
        logging,
        outdoors,
        planning,
        reading,
        scheduling,
    )

    for module in (
        reading,
        scheduling,
        logging,
        followups,
        followup_reading,
        handing,
        adding,
        outdoors,
        arranging,
        planning,
        campaigns,
        evidence,
        keeping,
    ):
        for command in module.COMMANDS:
            _take_json(command)
            root.add_command(command)


def _take_json(command: click.Command) -> None:
    """Every command takes --json after its name as well, where people look for it."""
    if isinstance(command, click.Group):
        for inner in command.commands.values():
            _take_json(inner)
        return
    said = "One JSON document on standard output."
    names = ["--json", "json_here"]
    command.params.append(click.Option(names, is_flag=True, expose_value=False, callback=_json_here, help=said))


def _json_here(context: click.Context, _parameter: click.Parameter, value: bool) -> None:
    if value:
        context.obj.as_json = True


def run(arguments: list[str]) -> int:
    """Run a command; give its exit code."""
    if not root.commands:
        _register()
    try:
        code = root.main(arguments, prog_name="casework", standalone_mode=False)
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.ClickException as error:
        error.show()
        return 2
    except click.Abort:
        return 130
    except CasebookError:
        raise
    return code if isinstance(code, int) else 0
