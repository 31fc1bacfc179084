"""Seals a process: from then on it connects to allowed addresses only, reads no files but code, and starts nothing."""

import os
import resource
import sys
from collections.abc import Callable, Sequence
from ipaddress import ip_address
from typing import Any

from tradecore_adapters.addresses import Network, is_allowed

_CODE = (".py", ".pyc", ".so", ".pem")
_DEVICES = frozenset({"/dev/null", "/dev/urandom"})
_FORBIDDEN = ("subprocess.", "os.", "syslog.", "shutil.", "ftplib.", "socket.bind", "ctypes.dlopen", "pty.")
_HARMLESS = frozenset({"os.listdir", "os.scandir", "os.putenv", "os.unsetenv", "os.walk", "os.fwalk"})
_MAX_MEMORY = 1 << 30


def seal(networks: Sequence[Network], on_refusal: Callable[[], None]) -> None:
    """Refuse, until this process ends, what code that reads URLs of users has no business with.

    The check is an audit hook of the interpreter, which nothing can remove. What is refused raises PermissionError;
    `on_refusal` is called in its thread before that for an address that is neither public nor in `networks`.
    """
    resource.setrlimit(resource.RLIMIT_AS, (_MAX_MEMORY, _MAX_MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    def check(event: str, args: tuple[Any, ...]) -> None:
        if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
            address = args[1]
            if address is not None and not _may_connect(address, networks):
                on_refusal()
                raise PermissionError("the address is not allowed")
        elif event == "open":
            if not _may_open(*args):
                raise PermissionError("files are not opened")
        elif event.startswith(_FORBIDDEN) and event not in _HARMLESS:
            raise PermissionError(f"{event} is not allowed")

    sys.addaudithook(check)


def _may_connect(address: object, networks: Sequence[Network]) -> bool:
    """Whether a resolved address is allowed. Names, and sockets of this machine, are not."""
    if not isinstance(address, tuple) or not address or not isinstance(address[0], str):
        return False
    try:
        return is_allowed(ip_address(address[0].partition("%")[0]), networks)
    except ValueError:
        return False


def _may_open(path: object, mode: object, flags: int) -> bool:
    if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC):
        return False
    if isinstance(path, int):
        return True
    name = os.fsdecode(path) if isinstance(path, str | bytes | os.PathLike) else ""
    return name in _DEVICES or os.path.realpath(name).endswith(_CODE)
