"""The command line: finds a command by its name, and turns a refusal into one sentence and an exit code."""

import sys
from importlib import import_module
from io import TextIOWrapper

import rich_click as click

from tradecore_app.heap import collect_cycles_less_often

# Command: its module, and its line in the overview. A module is imported when its command runs.
COMMANDS: dict[str, tuple[str, str]] = {
    "serve": ("serve", "Start the HTTP server, with a worker in the same process."),
    "worker": ("serve", "Run jobs for servers that share the store."),
    "migrate": ("moving", "Migrate the store to the current schema, or move another store into it."),
    "backup": ("moving", "Write the whole store into a file."),
    "restore": ("moving", "Copy a backup into an empty store."),
    "adapters": ("adapters", "List the adapters that settings can name."),
    "doctor": ("doctor", "Check every configured part and report what fails."),
    "events": ("events", "Show and retry events that a listener has given up on."),
    "users": ("accounts", "Manage accounts."),
    "keys": ("accounts", "Manage API keys of the news API."),
    "analyze": ("analyze", "Analyse a symbol and show the progress."),
    "compare": ("compare", "Analyse a symbol with several engines and show them side by side."),
    "history": ("analyses", "List analyses in every state."),
    "show": ("analyses", "Show the result of an analysis."),
    "watch": ("analyses", "Show the progress of an analysis until it has ended."),
    "models": ("language_models", "List the language models and their prices."),
    "usage": ("language_models", "Show what language models took."),
    "listen": ("listen", "Print every event of a user as it happens."),
    "news": ("news", "Report news, each story once."),
    "sources": ("sources", "Manage news feeds."),
    "portfolio": ("portfolio", "Show and manage positions, cash and recommendations."),
    "backtest": ("backtest", "Run the desk on past days and evaluate its decisions."),
    "mcp": ("mcp", "Serve the Model Context Protocol on standard input and output."),
    "eval": ("evaluate", "Evaluate a language model on cases that are the same everywhere."),
}

# Commands that work with --server.
REMOTE = ("analyze", "compare", "history", "show", "watch", "models", "usage", "listen", "mcp")


def load_command(module: str, name: str) -> click.Command:
    """The command of a name in a module of commands. `eval`, which is taken in Python, is `evaluate` there."""
    command: click.Command = getattr(
        import_module(f"tradecore_app.commands.{module}"), "evaluate" if name == "eval" else name
    )
    return command


class Overview(click.RichGroup):
    """A group that imports a command when it is run, not when it is listed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands, in the order of COMMANDS."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command itself when it is about to run, a placeholder with its help for listings, None if unknown."""
        if cmd_name not in COMMANDS:
            return None
        module, purpose = COMMANDS[cmd_name]
        if ctx.resilient_parsing or cmd_name not in sys.argv:
            return click.RichCommand(name=cmd_name, help=purpose)
        return load_command(module, cmd_name)


@click.group(cls=Overview, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="tradecore")
@click.option("--server", envvar="TRADECORE_SERVER", help="Run the command on this server: https://host:port.")
@click.option(
    "--email", envvar="TRADECORE_EMAIL", help="Account there; TRADECORE_PASSWORD is its password, or a personal token."
)
@click.pass_context
def cli(context: click.Context, server: str | None, email: str | None) -> None:
    """The backend for trading assistants and news agents.

    Environment variables that begin with TRADECORE_ configure it. Without any, it runs on SQLite in ./data with sample
    prices and the rule-based desk.
    """
    if server and context.invoked_subcommand not in REMOTE:
        raise click.UsageError(
            f"--server works with {', '.join(REMOTE)}; other commands run on the machine of the store."
        )
    context.obj = (server, email)


def main() -> None:
    """Run a command. Exits with 1 and one sentence when it is refused, with 2 when its arguments are wrong."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal or pipe that lacks a character shows another one; output never ends in an error.
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
    collect_cycles_less_often()
    try:
        cli()
    except Exception as error:
        # Imported only now: `tradecore --help` answers without the core.
        from tradecore.model.errors import Refusal

        if not isinstance(error, Refusal):
            raise
        click.echo(f"tradecore: {error}", err=True)
        sys.exit(1)
