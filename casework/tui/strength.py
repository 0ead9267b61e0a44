"""How well a passphrase guards, in plain words.

Whoever steals the laptop must try each one through Argon2id with 64 MiB, a few a second on each core. The guess
counts signs, not cleverness: a sentence of the worker's own is the best there is, in either script.
"""

from __future__ import annotations

import math

from casework.domain.phrase import N_, Phrase

SHORTEST = 6
"""Signs that a passphrase must have. Six Chinese characters are already more than eight Latin letters."""

WEAK_BITS, GOOD_BITS = 36.0, 52.0
"""Below the first a thief needs days, above the second more than a life, at 1,000 tries a second."""

_CHARACTER_BITS = 9.0
"""A Chinese character: some 500 common ones, as people choose them."""

DIFFERENT = Phrase(N_("The two passphrases are not the same. Type the second one again."))


def too_short(text: str) -> bool:
    """Whether it is refused."""
    return len(text.strip()) < SHORTEST


def bits(text: str) -> float:
    """A guess at the information in a passphrase. A sign that repeats or goes on from the last counts one bit."""
    pool = 10 * any(c.isdigit() for c in text) + 26 * any(c.islower() for c in text)
    pool += 26 * any(c.isupper() for c in text) + 20 * any(c.isascii() and not c.isalnum() for c in text)
    each = math.log2(pool) if pool else 0.0
    found, before = 0.0, -10
    for sign in text:
        if abs(ord(sign) - before) <= 1:
            found += 1.0
        else:
            found += each if sign.isascii() else _CHARACTER_BITS
        before = ord(sign)
    return found


def hint(text: str) -> Phrase:
    """What to say about a passphrase while it is typed."""
    if not text:
        return Phrase(N_("A short sentence of your own is best: easy to keep in mind, hard to guess."))
    if too_short(text):
        return Phrase(N_("Too short: at least {n} characters."), {"n": SHORTEST})
    found = bits(text)
    if found < WEAK_BITS:
        return Phrase(N_("Weak: a thief's computer finds it within days. Add a few words."))
    if found < GOOD_BITS:
        return Phrase(N_("Fair: one more word makes it strong."))
    return Phrase(N_("Strong."))
