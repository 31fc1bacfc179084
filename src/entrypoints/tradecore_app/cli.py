"""The command line: finds the command that was asked for, and turns a refusal into one sentence and an exit code."""

import sys
from importlib import import_module

import rich_click as click

# command: where it lives, and what the overview says; nothing is imported before it is needed.
COMMANDS: dict[str, tuple[str, str]] = {
    "serve": ("serve", "Start the HTTP server, with a worker in the same process."),
    "worker": ("serve", "Run jobs for servers that share the store."),
    "migrate": ("upkeep", "Bring the store's schema up to date."),
    "doctor": ("upkeep", "Check that everything that is configured works."),
    "users": ("accounts", "Manage accounts."),
    "keys": ("accounts", "Manage keys to the news API."),
    "analyze": ("analyze", "Analyse a symbol and follow the desk at work."),
    "news": ("news", "Tell what is new since the last time, each thing once."),
    "sources": ("sources", "Manage the feeds that news are read from."),
    "portfolio": ("portfolio", "Show what you have and what is recommended; take in what you own."),
    "backtest": ("backtest", "Let the desk decide on past days, and see what came of it."),
}

# What can be asked of a server elsewhere.
REMOTE = ("analyze",)


class Overview(click.RichGroup):
    """A group that imports a command when it is run, not when it is listed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order of the table above."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command itself when it is about to run; for a listing, its name and what it is for."""
        if cmd_name not in COMMANDS:
            return None
        module, purpose = COMMANDS[cmd_name]
        if ctx.resilient_parsing or cmd_name not in sys.argv:
            return click.RichCommand(name=cmd_name, help=purpose)
        command: click.Command = getattr(import_module(f"tradecore_app.commands.{module}"), cmd_name)
        return command


@click.group(cls=Overview, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="tradecore")
@click.option("--server", envvar="TRADECORE_SERVER", help="Let this server do it: https://host:port.")
@click.option("--email", envvar="TRADECORE_EMAIL", help="Your account there; its password is TRADECORE_PASSWORD.")
@click.pass_context
def cli(context: click.Context, server: str | None, email: str | None) -> None:
    """The backend for trading assistants and news agents.

    Everything is configured by environment variables that begin with TRADECORE_; without any, it runs on SQLite in
    ./data with sample prices and a rule-based desk.
    """
    if server and context.invoked_subcommand not in REMOTE:
        raise click.UsageError(f"--server works with {', '.join(REMOTE)}; the other commands run where their data are.")
    context.obj = (server, email)


def main() -> None:
    """Run a command. Exit code 1 with one sentence when it is refused, 2 when it is not understood."""
    try:
        cli()
    except Exception as error:
        # Imported only now: `tradecore --help` answers without the core.
        from tradecore.model.errors import Refusal

        if not isinstance(error, Refusal):
            raise
        click.echo(f"tradecore: {error}", err=True)
        sys.exit(1)
