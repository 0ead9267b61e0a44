"""The way in: the terminal's environment first, then the command line; nothing else is imported before it."""

from __future__ import annotations

import os

# Read once, when Textual is first imported. With the kitty protocol on, several terminals drop Chinese input.
os.environ.setdefault("TEXTUAL_DISABLE_KITTY_KEY", "1")
# Without that protocol a lone escape is told from the start of a sequence by waiting: milliseconds.
os.environ.setdefault("ESCDELAY", "25")
os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")
if os.environ.get("SSH_TTY") or os.environ.get("SSH_CONNECTION"):
    os.environ.setdefault("TEXTUAL_FPS", "20")
    os.environ.setdefault("TEXTUAL_SMOOTH_SCROLL", "0")


def main() -> int:
    """Run `casework` with the arguments of the process and give its exit code."""
    from casework.cli import main as run

    return run()


if __name__ == "__main__":
    raise SystemExit(main())
