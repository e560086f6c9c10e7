"""Commands that carry data out: export, backup."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import click

from monitor.cli.common import history, placed, plain
from monitor.errors import BadInput


@click.command()
@click.argument("what", type=click.Choice(["events", "mentions", "alerts"]), default="events")
@placed
@click.option("--format", "kind", type=click.Choice(["csv", "jsonl", "parquet"]), default="jsonl", show_default=True)
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="A file; else standard output (not for Parquet).")
def export(what: Literal["events", "mentions", "alerts"], config: Path | None, database: Path | None, kind: str, output: Path | None) -> None:
    """Write events or mentions as CSV, JSON lines or Parquet.

    Columns are those of the documented views (docs/database.md). In CSV, lists are JSON.
    """
    from monitor.store import rows

    if kind == "parquet" and output is None:
        raise BadInput("--output: Parquet needs a file")
    with history(config, database) as stored:
        found = rows(stored, what)
        if kind == "parquet":
            assert output is not None
            as_parquet(list(found), output)
        elif output is None:
            write(found, kind, sys.stdout)
        else:
            with output.open("w", encoding="utf-8", newline="") as file:
                write(found, kind, file)


def write(rows: Iterator[dict[str, Any]], kind: str, file: Any) -> None:
    import csv

    if kind == "jsonl":
        for row in rows:
            file.write(json.dumps(plain(row), ensure_ascii=False) + "\n")
        return
    writer: Any = None
    for row in rows:
        if writer is None:
            writer = csv.DictWriter(file, list(row), lineterminator="\n")
            writer.writeheader()
        writer.writerow({name: json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value for name, value in row.items()})


def as_parquet(rows: list[dict[str, Any]], output: Path) -> None:
    """Parquet through pyarrow, which is asked for only here: `pip install rare-earth-monitor[parquet]`."""
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise BadInput('Parquet needs pyarrow: pip install "rare-earth-monitor[parquet]"') from None
    plainly = [
        {
            k: json.dumps(v, ensure_ascii=False) if isinstance(v, dict) or (isinstance(v, list) and v and isinstance(v[0], dict)) else v
            for k, v in row.items()
        }
        for row in rows
    ]
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(plainly), output)


@click.command()
@click.argument("destination", type=click.Path(path_type=Path, dir_okay=False))
@placed
def backup(destination: Path, config: Path | None, database: Path | None) -> None:
    """Write a consistent copy of the database.

    Works beside a running service; DESTINATION must not exist yet.
    """
    from monitor.cli.common import location
    from monitor.store import backup as copy
    from monitor.store import open_reader

    with open_reader(location(config, database)) as stored:
        copied = copy(stored, destination)
    click.echo(f"{copied} written, {copied.stat().st_size:,} bytes.")
