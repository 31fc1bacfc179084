"""`tradecore listen`: every event of a user, as it happens."""

import asyncio
import json
import os
import re
import signal
import stat
import sys
from collections.abc import Callable, Coroutine
from contextlib import aclosing, suppress
from typing import Any

import rich_click as click

from tradecore.core import Tradecore
from tradecore.model.change import Event
from tradecore.model.users import Caller
from tradecore_adapters.websocket.user_events import user_event
from tradecore_app.commands.acting import Remote, as_user, refuse_user

# What an event is about, by the field with its id.
_SUBJECTS = ("analysisId", "recommendationId", "orderId", "digestId", "alertId")
# Control characters that JSON leaves as they are, and that some terminals obey.
_CONTROLS = re.compile("[\x7f-\x9f]")
_PLAIN = re.compile(r"[\w.:+-]+")


@click.command()
@click.option(
    "--since", type=click.IntRange(0), help="First print what is stored after this position; 0 prints everything."
)
@click.option("--json", "as_json", is_flag=True, help="Print each event as a line of JSON, as a raw WebSocket has it.")
@click.option("--user", metavar="EMAIL", help="Whose events; by default the local user of the command line.")
@click.pass_obj
def listen(remote: Remote, since: int | None, as_json: bool, user: str | None) -> None:
    """Print every event of a user as it happens: time, position, name, id and fields. Ctrl-C ends it."""
    server, email = remote
    line = _json_line if as_json else _text_line

    def show(name: str, fields: dict[str, Any]) -> None:
        click.echo(line(name, fields))

    with suppress(KeyboardInterrupt):
        if server:
            from tradecore_app.commands.remote import at_server, listen_at

            refuse_user(user)
            at_server(server, email, lambda client: _until_stopped(listen_at(client, since, show)))
        else:
            as_user(user, lambda core, caller: _until_stopped(_listen(core, caller, since, show)))


async def _listen(core: Tradecore, caller: Caller, since: int | None, show: Callable[[str, Any], None]) -> None:
    async with core.watch_user(by=caller, since=since) as watch, aclosing(watch.events()) as events:
        async for event in events:
            # Without steps, all of them are events of the log.
            if isinstance(event, Event) and (named := user_event(event)):
                show(*named)


async def _until_stopped(work: Coroutine[Any, Any, None]) -> None:
    """Do the work until it ends, until SIGINT, or until the pipe that it prints to has no reader any more."""
    task, loop, pipe = asyncio.ensure_future(work), asyncio.get_running_loop(), _stdout_pipe()
    stopped = False

    def stop() -> None:
        nonlocal stopped
        stopped = True
        if pipe is not None:
            loop.remove_reader(pipe)
        task.cancel()

    # A signal that comes just before the loop begins to wait wakes only a loop that has a handler of its own for it.
    loop.add_signal_handler(signal.SIGINT, stop)
    if pipe is not None:
        loop.add_reader(pipe, stop)
    try:
        await task
    except BrokenPipeError:
        stop()
    except asyncio.CancelledError:
        if not stopped:
            raise
    if stopped:
        # Whatever is still buffered for a reader that has ended would fail once more when the process ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _stdout_pipe() -> int | None:
    """The file descriptor of standard output where that is a pipe; an event loop notices when its reader ends."""
    with suppress(OSError, ValueError):
        number = sys.stdout.fileno()
        if stat.S_ISFIFO(os.fstat(number).st_mode):
            return number
    return None


def _json_line(name: str, fields: dict[str, Any]) -> str:
    # In ASCII, so that no terminal and no pipe loses a character.
    return json.dumps({"event": name, "data": fields}, separators=(",", ":"))


def _text_line(name: str, fields: dict[str, Any]) -> str:
    subject = next((field for field in _SUBJECTS if field in fields), None)
    known = {"timestamp", "position", "seq", subject}
    rest = [f"{field}={_value(value)}" for field, value in fields.items() if field not in known]
    id = fields[subject] if subject else ""
    return "  ".join([fields["timestamp"], f"{fields['position']:>6}", name, id, *rest])


def _value(value: Any) -> str:
    """A value on one line: words as they are, all else as JSON."""
    if isinstance(value, str) and _PLAIN.fullmatch(value):
        return value
    return _CONTROLS.sub(lambda match: f"\\u{ord(match[0]):04x}", json.dumps(value, ensure_ascii=False))
