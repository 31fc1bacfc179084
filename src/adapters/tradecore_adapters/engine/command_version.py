"""The version of a command: a hash of its words, and of the files that they name."""

import hashlib
import shutil
from functools import lru_cache
from pathlib import Path

_SCRIPT = b"#!"


def command_version(command: tuple[str, ...]) -> str:
    """Eight hexadecimal digits, which change with the command line and with what is in its files.

    The program itself counts where it is a script, or where the command names no other file; an interpreter does not.
    What a file imports or reads is not known here.
    """
    program = shutil.which(command[0])
    files = [file for word in command[1:] if (file := Path(word)).is_file()]
    if program is not None and (not files or _is_script(Path(program))):
        files.append(Path(program))
    parts = (*command, *map(_digest, files))
    return hashlib.sha256("\0".join(parts).encode(errors="surrogateescape")).hexdigest()[:8]


def _is_script(file: Path) -> bool:
    try:
        with file.open("rb") as content:
            return content.read(len(_SCRIPT)) == _SCRIPT
    except OSError:
        return False


def _digest(file: Path) -> str:
    """The SHA-256 of a file in hex; empty for one that cannot be read."""
    try:
        status = file.stat()
        return _digest_of(file, status.st_size, status.st_mtime_ns)
    except OSError:
        return ""


@lru_cache(256)
def _digest_of(file: Path, size: int, changed: int) -> str:
    """The digest of a file that was changed at a time; each is read once."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
