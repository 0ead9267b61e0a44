"""Where things stand on this laptop: the casebook, the log."""

from __future__ import annotations

import os
from pathlib import Path


def default_casebook() -> Path:
    """The casebook that `casework` opens: CASEWORK_DB, or `casebook.casework` in the user's data folder."""
    named = os.environ.get("CASEWORK_DB", "")
    if named:
        return Path(named)
    from platformdirs import user_data_path

    return user_data_path("casework", appauthor=False) / "casebook.casework"


def log_file() -> Path:
    """Where unexpected errors are noted, without personal data."""
    from platformdirs import user_log_path

    return user_log_path("casework", appauthor=False) / "casework.log"
