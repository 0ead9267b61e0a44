"""Commands that keep: set-up, demo, import, export, backup, restore, doctor, passphrase."""

from __future__ import annotations

import shutil
import sys
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from casework.casebook import backups, keys
from casework.casebook import doctor as diagnosis
from casework.casebook.book import Casebook
from casework.casebook.errors import WrongUse
from casework.commands.root import Session, new_passphrase, secret_for, warn
from casework.domain.phrase import N_, Phrase
from casework.domain.text import plain
from casework.language import _, language, say

PATH = click.Path(path_type=Path)


@click.command()
@click.option("--community", required=True, help="The name of the community.")
@click.option("--worker", required=True, help="Your name.")
@click.option("--open", "unlocked", is_flag=True, help="No passphrase: for trying out, never for real people.")
@click.pass_obj
def init(session: Session, community: str, worker: str, unlocked: bool) -> None:
    """Set up a casebook without the app. The recovery key is shown once: print it and lock it away."""
    secret = None if unlocked else new_passphrase()
    book, recovery = Casebook.create(session.path, community=community, worker=worker, secret=secret)
    book.close()
    lines = [_("The casebook is ready: {path}", path=session.path)]
    if recovery:
        lines += [_("Recovery key, shown once. Print it and lock it away:"), recovery]
    session.show({"path": session.path, "recovery_key": recovery or None}, lines)


@click.command()
@click.option("--residents", type=click.IntRange(1, 1_000_000), help="A made-up district of this many people.")
@click.option("--to", "target", type=PATH, help="Keep the casebook in this file instead of showing it.")
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), help="The day that the story ends.")
@click.pass_obj
def demo(session: Session, residents: int | None, target: Path | None, today: datetime | None) -> None:
    """A made-up community, without passphrase: open it, or keep it in a file (--to, or --db before the command)."""
    day = today.date() if today else None
    named = _db_named(session)
    target = target or named
    if residents is not None:
        if target is None:
            raise WrongUse(Phrase(N_("Say where the casebook goes: casework --db FILE demo --residents N")))
        _district(session, target, residents)
        return
    if target is not None:
        from casework.demo.build import build

        build(target, day, language()).close()
        session.show({"path": target}, [_("The demo is ready: {path}", path=target)])
        return
    from casework.casebook.clock import FrozenClock
    from casework.demo.cached import open_demo
    from casework.tui.start import prepare, start

    folder = Path(tempfile.mkdtemp(prefix="casework-demo-"))
    clock = FrozenClock(datetime.combine(day, datetime.now().time().replace(microsecond=0))) if day else None
    try:
        click.get_current_context().exit(start(open_demo(folder, language(), day, clock, meanwhile=prepare)))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _db_named(session: Session) -> Path | None:
    from casework.paths import default_casebook

    return None if session.path == default_casebook() else session.path


def _district(session: Session, target: Path, residents: int) -> None:
    from itertools import islice

    from casework.casebook import register
    from casework.demo.population import rows

    book, _recovery = Casebook.create(target, community=_("Made-up district"), worker=_("Demo worker"), secret=None)
    people = rows(residents)
    done = 0
    try:
        with register.bulk(book):
            while batch := list(islice(people, 5000)):
                register.apply_rows(book, batch)
                done += len(batch)
                if sys.stderr.isatty():
                    click.echo(f"\r{done:,} / {residents:,}", nl=False, err=True)
    finally:
        book.close()
    session.show({"path": target, "residents": done}, [_("{n} people in {path}", n=done, path=target)])


@click.group("import")
def import_() -> None:
    """Bring in what others keep in spreadsheets."""


@import_.command("roster")
@click.argument("file", type=PATH)
@click.option("--dry-run", is_flag=True, help="Say what would happen and change nothing.")
@click.option("--rejects", type=PATH, help="Where the rejected rows go, with their reasons.")
@click.pass_obj
def import_roster(session: Session, file: Path, dry_run: bool, rejects: Path | None) -> None:
    """Import a roster (.xlsx, .csv). Rejected rows come back as a file with their reasons; then the exit code is 1."""
    from casework.exchange.roster import import_roster as run

    def progress(done: int, total: int) -> None:
        if sys.stderr.isatty():
            click.echo(f"\r{done:,} / {total:,}", nl=False, err=True)

    with session.book() as book:
        report = run(book, file, dry_run=dry_run, rejects_to=rejects, progress=progress)
    for warning in report.warnings:
        warn(warning)
    data = {
        "added": report.added,
        "updated": report.updated,
        "unchanged": report.unchanged,
        "rejected": report.rejected,
        "rejects_file": report.rejects_file,
    }
    lines = [
        _("{added} added, {updated} updated, {unchanged} unchanged, {rejected} rejected", **{
            key: value for key, value in data.items() if key != "rejects_file"
        })
    ]  # fmt: skip
    if report.rejects_file:
        lines.append(_("The rejected rows, each with its reason: {path}", path=report.rejects_file))
    session.show(data, lines)
    if report.rejected:
        click.get_current_context().exit(1)


@import_.command("cases")
@click.argument("file", type=PATH)
@click.option("--source", default="", help="Where they are from, where the rows do not say: the hotline if not given.")
@click.option("--dry-run", is_flag=True, help="Say what would happen and change nothing.")
@click.option("--rejects", type=PATH, help="Where the rejected rows go, with their reasons.")
@click.pass_obj
def import_outside_cases(session: Session, file: Path, source: str, dry_run: bool, rejects: Path | None) -> None:
    """Import cases of the hotline or another system (.xlsx, .csv, Open311 GeoReport v2 JSON).

    The same file again changes nothing. Rejected rows come back with their reasons; then the exit code is 1.
    """
    from casework.exchange.cases import import_cases as run

    with session.book() as book:
        report = run(book, file, source=source, dry_run=dry_run, rejects_to=rejects)
    for warning in report.warnings:
        warn(warning)
    counts = {
        "added": report.added, "updated": report.updated, "unchanged": report.unchanged, "rejected": report.rejected
    }  # fmt: skip
    lines = [_("{added} added, {updated} updated, {unchanged} unchanged, {rejected} rejected", **counts)]
    if report.added:
        lines.append(_("{n} of them at a door or building of the register", n=report.placed))
    if report.rejects_file:
        lines.append(_("The rejected rows, each with its reason: {path}", path=report.rejects_file))
    session.show(
        {**counts, "skipped": report.skipped, "placed": report.placed, "rejects_file": report.rejects_file}, lines
    )
    if report.rejected:
        click.get_current_context().exit(1)


@click.command()
@click.argument("ledger", type=click.Choice(["visits", "checks", "followups", "residents", "devices", "cases"]))
@click.argument("out", type=PATH)
@click.option("--reveal", is_flag=True, help="Full phone and ID numbers; that they were exported is journalled.")
@click.option("--replace", is_flag=True, help="For cases: write over a file that is there already.")
@click.pass_obj
def export(session: Session, ledger: str, out: Path, reveal: bool, replace: bool) -> None:
    """Write a ledger as a spreadsheet; numbers and sensitive tags are masked unless revealed on purpose.

    Cases are those of the follow-ups in the shape in which other systems take them: .xlsx, .csv or GeoReport v2 .json.
    """
    from casework.exchange import casefiles
    from casework.exchange.ledgers import write

    with session.book() as book:
        if ledger == "cases":
            count = casefiles.write(book, out, reveal=reveal, replace=replace)
        else:
            count = write(book, ledger, out, reveal=reveal)
    session.show({"ledger": ledger, "rows": count, "file": out}, [_("{n} rows in {path}", n=count, path=out)])


@click.command()
@click.argument("out", type=PATH)
@click.pass_obj
def backup(session: Session, out: Path) -> None:
    """Write an encrypted copy of the casebook; it opens with the same passphrase."""
    with session.book() as book:
        made = backups.make(book, out)
    session.show({"file": made, "bytes": made.stat().st_size}, [_("Backed up to {path}", path=made)])


@click.command()
@click.argument("file", type=PATH)
@click.option("--to", "target", type=PATH, help="Where the casebook is made; the usual place if not given.")
@click.pass_obj
def restore(session: Session, file: Path, target: Path | None) -> None:
    """Make a casebook of a backup, where there is none yet."""
    to = target or session.path
    if not file.exists():
        secret = None
    else:
        with tempfile.TemporaryDirectory() as folder:
            # The wraps in the backup say whether a passphrase is needed at all.
            probe = Path(folder) / "probe"
            backups.keys_of(file, probe)
            secret = secret_for(probe)
    backups.restore(file, to, secret)
    session.show({"path": to}, [_("Restored to {path}", path=to)])


@click.command()
@click.option("--repair", is_flag=True, help="Make the derived tables anew; the journal is never touched.")
@click.pass_obj
def doctor(session: Session, repair: bool) -> None:
    """Hold everything that is kept twice against itself, and recompute what is derived; 1 if anything is found."""
    with session.book() as book:
        if repair:
            diagnosis.repair(book)
        found = diagnosis.examine(book)
        facts = _facts(book)
    data: dict[str, Any] = {
        "ops": found.ops,
        "rows": found.rows,
        "due": found.due_rows,
        "documents": found.documents,
        "findings": [{"area": f.area, "record": f.record, "what": say(f.what)} for f in found.findings],
        **facts,
    }
    lines = [f"{key}: {value}" for key, value in data.items() if key != "findings"]
    lines += [plain(f"! {say(f.what)}  {f.record}") for f in found.findings]
    lines.append(_("Nothing is wrong.") if not found.findings else _("{n} findings", n=len(found.findings)))
    session.show(data, lines)
    if found.findings:
        click.get_current_context().exit(1)


def _facts(book: Casebook) -> dict[str, Any]:
    import os

    import apsw

    doubt = book.clock_doubt()
    kept = backups.listed(book.path)
    return {
        "engine": f"SQLite {apsw.sqlite_lib_version()}, {getattr(apsw, 'mc_version', '')}",
        "backups": len(kept),
        "newest_backup": kept[-1].name if kept else None,
        "free_megabytes": shutil.disk_usage(book.path.parent).free // 1_000_000,
        "clock": say(doubt) if doubt else "ok",
        "terminal": os.environ.get("TERM", ""),
        "no_color": bool(os.environ.get("NO_COLOR")),
    }


@click.command()
@click.option(
    "--recovery", is_flag=True, help="A new printed recovery key instead; the old one opens nothing any more."
)
@click.pass_obj
def passphrase(session: Session, recovery: bool) -> None:
    """Change your passphrase: the new one is asked for, or stands in CASEWORK_NEW_PASSPHRASE_FILE."""
    import os

    with session.book() as book:
        if recovery:
            text = keys.new_recovery(book.path, book.key)
            session.show({"recovery_key": text}, [_("Recovery key, shown once. Print it and lock it away:"), text])
            return
        named = os.environ.get("CASEWORK_NEW_PASSPHRASE_FILE", "")
        if named:
            fresh = keys.Passphrase(Path(named).read_text(encoding="utf-8").splitlines()[0])
        elif sys.stdin.isatty():
            fresh = keys.Passphrase(
                click.prompt(_("New passphrase"), hide_input=True, confirmation_prompt=_("Once more"), err=True)
            )
        else:
            raise WrongUse(Phrase(N_("A new passphrase is needed: name its file in CASEWORK_NEW_PASSPHRASE_FILE.")))
        keys.rewrap(book.path, book.key, fresh, book.worker.id)
    session.show({"changed": True}, [_("The passphrase is changed.")])


COMMANDS = (init, demo, import_, export, backup, restore, doctor, passphrase)
