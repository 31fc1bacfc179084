"""Write the reference pages that follow from the code: settings, the command line, error codes and metrics.

`python tools/make_reference.py` rewrites them in docs/reference; a test checks that they are up to date.
"""

from collections.abc import Iterator
from pathlib import Path

import click

from tradecore_adapters.http.api.error_codes import DESCRIPTIONS
from tradecore_adapters.telemetry.metrics import METRICS
from tradecore_app.cli import COMMANDS, load_command
from tradecore_app.settings import GROUPS
from tradecore_app.settings.group import variables

FOLDER = Path(__file__).parents[1] / "docs/reference"

_SETTINGS = """\
# Settings

Settings are environment variables, read once when a process starts. `TRADECORE_X_FILE` (and `DATABASE_URL_FILE`,
`API_KEY_FILE` and so on) names a file that holds the value of `TRADECORE_X`. An empty variable counts as unset.

A wrong value refuses to start, with the name of the variable and a sentence; values are never printed. So does a
variable that begins with `TRADECORE_` and is no setting: the error gives the nearest name that is one.
`TRADECORE_SERVER`, `TRADECORE_EMAIL` and `TRADECORE_PASSWORD` belong to the [command line](command-line.md). Addresses
that Kubernetes sets for a service called `tradecore` are ignored.

`open_tradecore` takes the same settings as keywords, in lower case and without the prefix: `store="memory:"`.

A setting that names an adapter, such as `TRADECORE_MARKET`, also takes those of
[other packages](../adding-an-adapter.md), whose variables are read when chosen; `tradecore adapters` lists them.

`tools/make_reference.py` writes this page from `tradecore_app/settings`.
"""

_TABLE = """
## {title}

{purpose}

| variable | default | meaning |
| --- | --- | --- |
"""

_COMMANDS = """\
# The command line

Exit code 0 means success; 1 means that the command was refused, with one sentence on standard error; 2 means that its
arguments were not understood. `tools/make_reference.py` writes this page from the commands themselves.
"""

_ERRORS = """\
# Errors

An error below `/api` is `{"success": false, "error": {"code", "message", "details"?, "requestId"?}, "timestamp"}`.
Programs decide by `code`; `message` is a sentence that can be shown to people. `details` lists invalid fields as
`{field, message}`, with the path of the field as it was sent, such as `config.researchDepth`. Every response carries
`X-Request-ID`, under which the server's log has more; a client may choose it.

With `Accept: application/problem+json` an error below `/api` has the format of RFC 9457 instead: `type` (a URN with the
code), `title`, `status`, `detail`, `instance` (a URN with the request id), `code`, and `errors` in place of `details`.

401 carries `WWW-Authenticate: Bearer`; 429 and 503 carry `Retry-After` in seconds. Live connections use the same codes.
New versions may add codes: treat an unknown one by its status. Errors below `/analyze` are `{"detail": ...}`, as
documented there.

`tools/make_reference.py` writes this page from the tables of the server.

| status | code | meaning | what to do |
| --- | --- | --- | --- |
"""

_METRICS = """\
# Metrics

`TRADECORE_METRICS=127.0.0.1:9464` makes a server or a worker serve `GET /metrics` for Prometheus there, and nowhere
else: the port of the API has no metrics. Nobody is asked for a token, so choose an address that only Prometheus
reaches, and another port for each process on a machine. Without the setting nothing is served.

Counters begin at 0 when a process starts. What is "the same in all processes" is read from the store at each scrape:
take the maximum, not the sum. Under Dramatiq, `tradecore worker` shows what its own process knows, and servers show
what the store knows; Dramatiq's own command line serves no metrics of tradecore and sends no traces. Calls of models
and ports by jobs that run in a process of their own are not counted.

The `Host` of a request is not checked, since Prometheus scrapes by whatever name the network has for a process. So a
page in a browser on the same machine could read the numbers through a name of its own; they are all that it would get.

No label holds an id, a user, a symbol or other words of requests, and a metric has at most 1,000 sets of labels. `kind`
is analysis, digest or backtest.

[deploy/prometheus.yml](../../deploy/prometheus.yml) scrapes the services of compose.yaml;
[deploy/grafana-dashboard.json](../../deploy/grafana-dashboard.json) is a dashboard for Grafana over these names.
`tools/make_reference.py` writes this page from `tradecore_adapters/telemetry/metrics.py`.

| metric | type | labels | meaning |
| --- | --- | --- | --- |
"""


def settings_page() -> str:
    """Every setting as a row of the table of its group. Raises ValueError for one without a description."""
    page = _SETTINGS
    for attribute, group in GROUPS.items():
        page += _TABLE.format(title="HTTP" if attribute == "http" else attribute.capitalize(), purpose=group.__doc__)
        for name, field in group.model_fields.items():
            if not field.description:
                raise ValueError(f"The setting {attribute}.{name} has no description.")
            names = " or ".join(f"`{variable}`" for variable in variables(field))
            default = _default(field.default)
            meaning = field.description.replace("|", "\\|")
            page += f"| {names} | {f'`{default}`' if default else ''} | {meaning} |\n"
    return page


def _default(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple):
        return ",".join(value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def commands_page() -> str:
    """Every command with its options, as it describes itself."""
    parts = [_COMMANDS]
    for name, (module, _) in COMMANDS.items():
        parts += _described(load_command(module, name), f"tradecore {name}")
    return "\n".join(parts)


def _described(command: click.Command, path: str) -> Iterator[str]:
    context = click.Context(command, info_name=path)
    formatter = click.HelpFormatter(width=100)
    command_usage = " ".join(command.collect_usage_pieces(context))
    options = [param.get_help_record(context) for param in command.get_params(context)]
    records = [record for record in options if record and "--help" not in record[0]]
    yield f"## `{path} {command_usage}`\n"
    yield f"{' '.join((command.help or '').split())}\n"
    if records:
        formatter.write_dl(records)
        yield f"```\n{formatter.getvalue()}```\n"
    if isinstance(command, click.Group):
        for sub in command.list_commands(context):
            subcommand = command.get_command(context, sub)
            if subcommand is not None:
                yield from _described(subcommand, f"{path} {sub}")


def errors_page() -> str:
    """Every error code below /api: its status, its meaning, and what to do about it."""
    rows = (
        f"| {described.status} | `{code}` | {described.meaning} | {described.remedy} |"
        for code, described in DESCRIPTIONS.items()
    )
    return _ERRORS + "\n".join(rows) + "\n"


def metrics_page() -> str:
    """Every metric: its type, its labels and its meaning."""
    rows = (f"| `{metric.name}` | {metric.kind} | {', '.join(metric.labels)} | {metric.help} |" for metric in METRICS)
    return _METRICS + "\n".join(rows) + "\n"


PAGES = {
    "settings.md": settings_page,
    "command-line.md": commands_page,
    "errors.md": errors_page,
    "metrics.md": metrics_page,
}

if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for page, write in PAGES.items():
        (FOLDER / page).write_text(write(), "utf-8")
        print(f"wrote {page}")
