"""Write the reference pages that follow from the code: settings and the command line.

`python tools/make_reference.py` rewrites docs/reference/settings.md and docs/reference/command-line.md; a test demands
that they are up to date.
"""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import click
from pydantic import AliasChoices
from pydantic_core import PydanticUndefined

from tradecore_app.cli import COMMANDS
from tradecore_app.settings import Settings

FOLDER = Path(__file__).parents[1] / "docs/reference"

_SETTINGS = """\
# Settings

Read once, from the environment, when a process starts. A setting that is not right is refused with its name and a
sentence; its value is never printed. Written by `tools/make_reference.py` from `tradecore_app/settings.py`.

| variable | default | meaning |
| --- | --- | --- |
"""

_COMMANDS = """\
# The command line

Exit code 0 when it worked, 1 with one sentence on standard error when it was refused, 2 when it was not understood.
Written by `tools/make_reference.py` from the commands themselves.
"""


def settings_page() -> str:
    """Every field of Settings as a row. Raises ValueError for one that does not say what it is for."""
    rows = []
    for name, field in Settings.model_fields.items():
        if not field.description:
            raise ValueError(f"The setting {name} has no description.")
        alias = field.validation_alias
        spelled = [str(each) for each in alias.choices if each != name] if isinstance(alias, AliasChoices) else [name]
        default = "" if field.default in (None, PydanticUndefined) else field.default
        shown = (
            ",".join(default)
            if isinstance(default, tuple)
            else str(default).lower()
            if isinstance(default, bool)
            else str(default)
        )
        names = " or ".join(f"`{each}`" for each in spelled)
        meaning = field.description.replace("|", "\\|")
        rows.append(f"| {names} | {f'`{shown}`' if shown else ''} | {meaning} |\n")
    return _SETTINGS + "".join(rows)


def commands_page() -> str:
    """Every command with its options, as it describes itself."""
    parts = [_COMMANDS]
    for name, (module, _) in COMMANDS.items():
        command = getattr(import_module(f"tradecore_app.commands.{module}"), name)
        parts += _described(command, f"tradecore {name}")
    return "\n".join(parts)


def _described(command: click.Command, path: str) -> Iterator[str]:
    context = click.Context(command, info_name=path)
    formatter = click.HelpFormatter(width=100)
    command_usage = " ".join(command.collect_usage_pieces(context))
    options = [param.get_help_record(context) for param in command.get_params(context)]
    listed = [record for record in options if record and "--help" not in record[0]]
    yield f"## `{path} {command_usage}`\n"
    yield f"{' '.join((command.help or '').split())}\n"
    if listed:
        formatter.write_dl(listed)
        yield f"```\n{formatter.getvalue()}```\n"
    if isinstance(command, click.Group):
        for sub in command.list_commands(context):
            found = command.get_command(context, sub)
            if found is not None:
                yield from _described(found, f"{path} {sub}")


PAGES = {"settings.md": settings_page, "command-line.md": commands_page}

if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for page, write in PAGES.items():
        (FOLDER / page).write_text(write(), "utf-8")
        print(f"wrote {page}")
