"""Holds for every test: a busy machine makes none fail."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("casework", deadline=None)
settings.load_profile("casework")
