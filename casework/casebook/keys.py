"""The key of a casebook: 32 random bytes that never change, stored only wrapped, beside the file.

`FILE.keys` is JSON with one wrap a worker (Argon2id of the passphrase, t=3, 64 MiB) and one for the printed
recovery key. Changing a passphrase re-wraps the key and keeps the previous file as `.keys.1`. A wrap that does
not open is never deleted. A demo's key stands there open: it protects nobody.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from casework.casebook import files
from casework.casebook.errors import Damaged, Locked, WrongSecret
from casework.domain.phrase import N_, Phrase

if TYPE_CHECKING:
    from pathlib import Path

KEY_BYTES = 32
ARGON_PASSES = 3
ARGON_KIB = 64 * 1024
ARGON_LANES = 1
_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


@dataclass(frozen=True, slots=True)
class Passphrase:
    """A worker's own passphrase."""

    text: str

    def __repr__(self) -> str:
        return "Passphrase(***)"


@dataclass(frozen=True, slots=True)
class RecoveryKey:
    """The key that was printed at set-up."""

    text: str

    def __repr__(self) -> str:
        return "RecoveryKey(***)"


Secret = Passphrase | RecoveryKey


def beside(path: Path) -> Path:
    """Where the wraps of a casebook file stand."""
    return path.with_name(path.name + ".keys")


def create(path: Path, secret: Passphrase | None, worker_id: str) -> tuple[bytes, str]:
    """Make a key, wrap it, write the wraps. Returns the key and the recovery key's text ('' for an open casebook)."""
    key = os.urandom(KEY_BYTES)
    wraps: list[dict[str, Any]]
    recovery = ""
    if secret is None:
        wraps = [{"kind": "open", "key": _b64(key)}]
    else:
        recovery, seed = _new_recovery()
        wraps = [_wrap_passphrase(key, secret, worker_id), _wrap_recovery(key, seed)]
    _write(path, wraps)
    return key, recovery


def is_open(path: Path) -> bool:
    """Whether the casebook opens without a passphrase (a demo)."""
    return any(wrap.get("kind") == "open" for wrap in _read(path))


def unlock(path: Path, secret: Secret | None) -> bytes:
    """The key of a casebook.

    Raises:
        Locked: a secret is needed and none was given.
        WrongSecret: no wrap opens with this one.
        Damaged: the key file is missing or broken.
    """
    wraps = _read(path)
    if secret is None:
        for wrap in wraps:
            if wrap.get("kind") == "open":
                return _unb64(wrap["key"])
        raise Locked()
    for wrap in wraps:
        key = _open_wrap(wrap, secret)
        if key is not None:
            return key
    raise WrongSecret()


def rewrap(path: Path, key: bytes, secret: Passphrase, worker_id: str) -> None:
    """Set a worker's passphrase: her wrap is replaced, all others stay."""
    kept = [wrap for wrap in _read(path) if wrap.get("kind") != "open" and wrap.get("worker") != worker_id]
    _write(path, [_wrap_passphrase(key, secret, worker_id), *kept], keep_previous=True)


def new_recovery(path: Path, key: bytes) -> str:
    """Replace the printed recovery key; the old one opens nothing any more."""
    text, seed = _new_recovery()
    kept = [wrap for wrap in _read(path) if wrap.get("kind") != "recovery"]
    _write(path, [*kept, _wrap_recovery(key, seed)], keep_previous=True)
    return text


def derive(key: bytes, purpose: str) -> bytes:
    """A key for another purpose (black box), from which this one cannot be found."""
    return hashlib.blake2b(purpose.encode(), key=key, digest_size=32, person=b"casework").digest()


def _read(path: Path) -> list[dict[str, Any]]:
    try:
        wraps = json.loads(beside(path).read_text(encoding="utf-8"))["wraps"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Damaged(
            Phrase(
                N_(
                    "The key file of this casebook is missing or damaged; without it the data cannot be read. "
                    "Nothing was changed. Copy the .keys file back beside the casebook, or restore a backup."
                )
            )
        ) from error
    return list(wraps)


def _write(path: Path, wraps: list[dict[str, Any]], keep_previous: bool = False) -> None:
    text = json.dumps({"v": 1, "wraps": wraps}, indent=1, sort_keys=True)
    files.write_atomically(beside(path), text.encode(), keep_previous=keep_previous)


def _stretch(text: str, salt: bytes, passes: int, kib: int, lanes: int) -> bytes:
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

    return Argon2id(salt=salt, length=32, iterations=passes, lanes=lanes, memory_cost=kib).derive(text.encode())


def _seal(wrapping: bytes, key: bytes, purpose: bytes) -> dict[str, str]:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = os.urandom(12)
    return {"nonce": _b64(nonce), "box": _b64(AESGCM(wrapping).encrypt(nonce, key, purpose))}


def _unseal(wrapping: bytes, wrap: dict[str, Any], purpose: bytes) -> bytes | None:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        return AESGCM(wrapping).decrypt(_unb64(wrap["nonce"]), _unb64(wrap["box"]), purpose)
    except (InvalidTag, ValueError, KeyError):
        return None


def _wrap_passphrase(key: bytes, secret: Passphrase, worker_id: str) -> dict[str, Any]:
    salt = os.urandom(16)
    wrapping = _stretch(secret.text, salt, ARGON_PASSES, ARGON_KIB, ARGON_LANES)
    return {
        "kind": "passphrase",
        "worker": worker_id,
        "kdf": {"salt": _b64(salt), "passes": ARGON_PASSES, "kib": ARGON_KIB, "lanes": ARGON_LANES},
        **_seal(wrapping, key, b"passphrase"),
    }


def _wrap_recovery(key: bytes, seed: bytes) -> dict[str, Any]:
    return {"kind": "recovery", **_seal(derive(seed, "recovery"), key, b"recovery")}


def _open_wrap(wrap: dict[str, Any], secret: Secret) -> bytes | None:
    if isinstance(secret, Passphrase) and wrap.get("kind") == "passphrase":
        kdf = wrap["kdf"]
        wrapping = _stretch(secret.text, _unb64(kdf["salt"]), kdf["passes"], kdf["kib"], kdf["lanes"])
        return _unseal(wrapping, wrap, b"passphrase")
    if isinstance(secret, RecoveryKey) and wrap.get("kind") == "recovery":
        seed = _seed_of(secret.text)
        return None if seed is None else _unseal(derive(seed, "recovery"), wrap, b"recovery")
    return None


def _new_recovery() -> tuple[str, bytes]:
    letters = "".join(_ALPHABET[byte & 31] for byte in os.urandom(28))
    letters += _check_letters(letters)
    return "-".join(letters[i : i + 5] for i in range(0, 30, 5)), letters.encode()


def _check_letters(letters: str) -> str:
    digest = hashlib.blake2b(letters.encode(), digest_size=2).digest()
    return _ALPHABET[digest[0] & 31] + _ALPHABET[digest[1] & 31]


def _seed_of(text: str) -> bytes | None:
    letters = "".join(text.upper().split()).replace("-", "")
    if len(letters) != 30 or _check_letters(letters[:28]) != letters[28:]:
        return None
    return letters.encode()


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _unb64(text: str) -> bytes:
    return base64.b64decode(text)
