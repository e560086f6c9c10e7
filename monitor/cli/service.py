"""Commands around the service: init, check, run, sources, opml, serve."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from monitor.cli.common import config_option, configuration, database_option, history, json_option, moment, placed, print_json, print_table
from monitor.errors import BadInput


@click.command()
@click.argument("file", default="config.toml", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--force", is_flag=True, help="Overwrite a file that is there.")
def init(file: Path, force: bool) -> None:
    """Write a commented config.toml to start from.

    It names real sources, a watch list and rules to adapt; its channels are commented out until you have secrets for them.
    """
    from monitor.resources import default_config

    if file.exists() and not force:
        raise BadInput(f"{file}: is there already; --force overwrites it")
    file.write_text(default_config(), encoding="utf-8")
    click.echo(f'{file} written. Next: edit it, "monitor check", then "monitor run".')


@click.command()
@placed
@click.option("--online", is_flag=True, help="Also poll each source once and say what it showed; stores nothing.")
@json_option
def check(config: Path | None, database: Path | None, online: bool, as_json: bool) -> None:
    """Say everything that is wrong with a config.toml.

    Exits 0 when it can be used; 2 with every fault listed when it cannot. Warnings (rules that can never fire, or that another
    rule swallows) do not change the exit code. With --online, exits 1 when a source could not be read.
    """
    from monitor.run.checking import online_report, warnings

    loaded = configuration(config, database)
    told = warnings(loaded)
    rows = asyncio.run(online_report(loaded, datetime.now(UTC))) if online else []
    if as_json:
        print_json({"ok": True, "warnings": told, "sources": rows})
    else:
        click.echo(f"{loaded.path}: {len(loaded.sources)} sources, {len(loaded.channels)} channels, {len(loaded.rules)} rules: ready to run")
        for warning in told:
            click.echo(f"warning: {warning}", err=True)
        if rows:
            print_table(("source", "outcome", "items", "newest", "detail"), [tuple(row.values()) for row in rows])
    if any(row["outcome"] == "failed" for row in rows):
        raise click.exceptions.Exit(1)


@click.command()
@placed
@click.option("--once", is_flag=True, help="One round of everything due, then exit.")
@click.option("--as-if", metavar="MOMENT", help="For rehearsals: the clock starts at this moment (ISO 8601).")
@click.option("--log", "log_format", type=click.Choice(["text", "json"]), default="text", show_default=True, help="One line a check, on stderr.")
@json_option
def run(config: Path | None, database: Path | None, once: bool, as_if: str | None, log_format: str, as_json: bool) -> None:
    """Run the service: poll, extract, merge, alert, deliver, digest.

    Ends within seconds on SIGTERM or Ctrl-C; what was under way is taken up again at the next start. A second service on the same
    database says so and exits 1.
    """
    from monitor.run.starting import account, run_service

    counts = run_service(configuration(config, database), once=once, log_format=log_format, as_if=moment(as_if, "--as-if"))
    if once:
        print_json(counts) if as_json else click.echo(account(counts))


@click.command()
@placed
@click.argument("name", required=False)
@json_option
def sources(config: Path | None, database: Path | None, name: str | None, as_json: bool) -> None:
    """Show the health of every source.

    With NAME, also the last outcomes of that source.
    """
    with history(config, database) as stored:
        states = [s for s in stored.sources.all() if name in (None, s.name)]
        if name is not None and not states:
            raise BadInput(f'there is no source "{name}" in this database. Known: {", ".join(s.name for s in stored.sources.all()) or "none yet"}')
        outcomes: list[Any] = stored.sources.outcomes(name, 20) if name else []
    if as_json:
        print_json({"sources": states, "outcomes": outcomes})
        return
    columns = ("source", "health", "since", "last check", "last item", "next check", "message")
    print_table(columns, [(s.name, s.health, s.since, s.last_check, s.last_item, s.next_check, s.message) for s in states], empty="no sources yet")
    if outcomes:
        print_table(
            ("at", "outcome", "items", "new", "detail"), [(o.at, o.outcome, o.counts.get("items"), o.counts.get("new"), o.detail) for o in outcomes]
        )


@click.command()
@click.argument("direction", type=click.Choice(["import", "export"]))
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@config_option
@click.option("--every", default="30m", show_default=True, help="How often imported feeds are asked.")
def opml(direction: str, file: Path, config: Path | None, every: str) -> None:
    """Move subscriptions in and out as OPML.

    "export" writes the feeds of the configuration to FILE; "import" prints the config.toml lines for the feeds in FILE.
    """
    from monitor.run import opml as subscriptions

    if direction == "export":
        file.write_text(subscriptions.written(configuration(config).sources), encoding="utf-8")
        click.echo(f"{file} written.")
    else:
        click.echo(subscriptions.as_toml(subscriptions.read(file), every))


@click.command()
@config_option
@database_option
@click.option("--listen", metavar="HOST:PORT", help="Where to listen; else the configuration says, else 127.0.0.1:8060.")
def serve(config: Path | None, database: Path | None, listen: str | None) -> None:
    """Serve the analysts' pages and the HTTP API.

    Reads the database beside a running service; ends on Ctrl-C.
    """
    from monitor.run.serving import serve_pages

    serve_pages(config, database, listen)
