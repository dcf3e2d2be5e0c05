"""The installation's secret keys: made at the first run, kept outside the database.

Each key is 32 random bytes in `$SHANGLIANG_DATA/keys/<name>`, readable by its owner
alone. An environment variable `SHANGLIANG_KEY_<NAME>` (64 hex digits) overrides the file.
"""

from __future__ import annotations

import os
import secrets
from functools import cache
from pathlib import Path

NAMES = ("django", "seal", "lookup", "sign")
LENGTH = 32


def data_folder() -> Path:
    """The folder for database, files and keys: `SHANGLIANG_DATA`, else `var` where we stand."""
    return Path(os.environ.get("SHANGLIANG_DATA", "var")).resolve()


@cache
def key(name: str) -> bytes:
    """The key called `name` (one of NAMES), 32 bytes; made and stored if this is the first run.

    Raises KeyError for an unknown name and ValueError for a key of the wrong length.
    """
    if name not in NAMES:
        raise KeyError(name)
    given = os.environ.get(f"SHANGLIANG_KEY_{name.upper()}")
    value = bytes.fromhex(given) if given else _from_file(data_folder() / "keys" / name)
    if len(value) != LENGTH:
        raise ValueError(f"key {name!r} must be {LENGTH} bytes long")
    return value


def _from_file(path: Path) -> bytes:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Two processes may start at once: each writes a file of its own, and the one whose
    # link comes first wins. A half-written key can never be read under the final name.
    if not path.exists():
        draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            os.write(descriptor, secrets.token_bytes(LENGTH))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_bytes()
