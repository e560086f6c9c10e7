"""What commands share: the options --config, --database and --json, opening the history, and printing."""

import csv
import json
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, is_dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from monitor.errors import BadInput

if TYPE_CHECKING:
    from monitor.config import Config
    from monitor.store import Database

F = TypeVar("F", bound=Callable[..., Any])
DEFAULT = Path("config.toml")


def config_option(command: F) -> F:
    return click.option("--config", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="The configuration (config.toml).")(command)


def database_option(command: F) -> F:
    told = "The database; else the one that the configuration names."
    return click.option("--database", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help=told)(command)


def json_option(command: F) -> F:
    return click.option("--json", "as_json", is_flag=True, help="Print JSON instead of tables.")(command)


def placed(command: F) -> F:
    """--config and --database."""
    return config_option(database_option(command))


def configuration(config: Path | None, database: Path | None = None) -> "Config":
    from monitor.config import load

    return load(config or DEFAULT, database=database)


def location(config: Path | None, database: Path | None) -> Path:
    """Where the database is, read from as little as possible."""
    if database is not None:
        return database
    if config is None and not DEFAULT.exists():
        return Path("monitor.db")
    from monitor.config import database_path

    return database_path(config or DEFAULT)


def base_url(config: Path | None) -> str:
    """Where the pages are, for links in what is printed; the default where no configuration is."""
    from monitor.config import WebOptions

    return configuration(config).web.base_url if config or DEFAULT.exists() else WebOptions().base_url


def history(config: Path | None, database: Path | None) -> "Database":
    """The stored history for reading; a database that does not exist yet is made and answers from the baseline register."""
    from monitor.run.opening import open_history

    return open_history(location(config, database), datetime.now(UTC))


def print_json(value: Any) -> None:
    click.echo(json.dumps(plain(value), ensure_ascii=False, indent=2 if sys.stdout.isatty() else None))


def print_json_lines(rows: Iterable[Any]) -> None:
    for row in rows:
        click.echo(json.dumps(plain(row), ensure_ascii=False))


def print_csv(rows: Sequence[dict[str, Any]], columns: Sequence[str]) -> None:
    writer = csv.DictWriter(sys.stdout, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({k: ";".join(map(str, v)) if isinstance(v, list | tuple) else v for k, v in plain(row).items()})


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, title: str = "", empty: str = "nothing") -> None:
    """A table for people: boxed on a terminal, columns parted by tabs elsewhere."""
    listed = [[shown(cell) for cell in row] for row in rows]
    if not listed:
        click.echo(empty, err=True)
        return
    if not sys.stdout.isatty():
        for row in listed:
            click.echo("\t".join(cell.replace("\n", " ") for cell in row))
        return
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(*columns, title=title or None, box=box.SIMPLE_HEAD, title_justify="left", show_edge=False)
    for row in listed:
        table.add_row(*(Text(cell) for cell in row))
    Console().print(table)


def shown(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return str(value)


def plain(value: Any) -> Any:
    """`value` as JSON can hold it."""
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(v) for v in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date) else value


def day(text: str | None, option: str) -> date | None:
    """The day that an option names. Raises BadInput with what is allowed."""
    if text is None:
        return None
    if text == "today":
        return datetime.now(UTC).date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput(f'{option}: "{text}" is no day. Allowed: YYYY-MM-DD or "today"') from None


def known_name(value: str, names: Iterable[str], option: str) -> str:
    from monitor.options import nearest

    names = tuple(names)
    if value not in names:
        raise BadInput(f'{option}: "{value}" is not known{nearest(value, names) or "."} Allowed: {", ".join(sorted(names))}')
    return value


def moment(text: str | None, option: str) -> datetime | None:
    """The moment that an option names, in UTC unless it says otherwise. Raises BadInput with what is allowed."""
    if text is None:
        return None
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        raise BadInput(f'{option}: "{text}" is no moment. Allowed: ISO 8601, such as 2025-10-09T20:00:00Z') from None
    return read if read.tzinfo else read.replace(tzinfo=UTC)
