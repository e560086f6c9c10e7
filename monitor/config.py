"""config.toml becomes a `Config`, or a ConfigError that lists every fault with file, key, what is allowed and the nearest right name."""

import dataclasses
import os
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from monitor import registry
from monitor.alerts import channels as channel_kinds
from monitor.errors import BadInput, ConfigError, Fault
from monitor.model import CHANGE_FIELDS, EVENT_TYPES, Channel, Follow, Rule, Severity, Source
from monitor.options import Reader, dotted, listed, nearest, option, shown
from monitor.sources import kinds as source_kinds
from monitor.vocabulary import JURISDICTIONS, MATERIALS

NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")


def one_of(names: frozenset[str] | tuple[str, ...], also: tuple[str, ...] = (), *, brief: str = "") -> Callable[[Any], str | None]:
    """A check that each value is one of `names`; `brief` stands for a list too long to print."""

    def check(values: Any) -> str | None:
        for value in values if isinstance(values, tuple) else (values,):
            if value not in names and value not in also:
                return f"{shown(value)} is not known{nearest(str(value), [*names, *also]) or '.'} Allowed: {brief or listed([*names, *also])}"
        return None

    return check


def web_address(value: str) -> str | None:
    try:
        parts = urlsplit(value)
        parts.port  # noqa: B018 - the property raises when the port is no number
    except ValueError as error:
        return f"{shown(value)} is no address: {error}"
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return f"{shown(value)} is no web address. Allowed: http:// or https:// and a host"
    return None


def time_zone(value: str) -> str | None:
    zones = available_timezones()
    return None if value in zones else f'{shown(value)} is no time zone{nearest(value, zones) or "."} Allowed: names such as "Europe/Berlin" or "UTC"'


WATCH = ("watch",)
materials_check = one_of(MATERIALS, WATCH, brief='the ids in docs/events.md, or "watch"')
places_check = one_of(JURISDICTIONS, WATCH, brief='ISO 3166-1 codes such as "CN", "EU", or "watch"')


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitorOptions:
    database: str = option("The SQLite file, relative to this file.", default="monitor.db")
    timezone: str = option("Time zone of digests and pages.", default="UTC", check=time_zone)
    user_agent: str = option(
        "How requests introduce themselves; name a contact.",
        default="rare-earth-monitor (+https://example.org/contact)", pattern=r"[\x20-\x7e]{3,200}",
        allowed="3 to 200 plain characters",
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchOptions:
    allow_private: tuple[str, ...] = option("Private addresses that may be asked: `host`, `host:port` or a network such as `10.0.0.0/8`.", default=())
    max_bytes: int = option("Largest response, unpacked.", default=10_000_000, minimum=1_000, maximum=1_000_000_000)
    timeout: timedelta = option("Longest time for one request, redirects included.", default=timedelta(seconds=30), minimum=0.1, maximum=600)
    per_host_delay: timedelta = option("Pause between two requests to one host.", default=timedelta(seconds=1), minimum=0, maximum=3600)
    connections: int = option("Requests in flight at once.", default=20, minimum=1, maximum=200)


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchOptions:
    materials: tuple[str, ...] = option(
        "Materials you buy.", default=(), check=one_of(MATERIALS, brief="the ids in docs/events.md, such as \"dysprosium\"")
    )  # fmt: skip
    jurisdictions: tuple[str, ...] = option(
        "Governments whose rules touch you.", default=(), check=one_of(JURISDICTIONS, brief='ISO 3166-1 codes such as "CN", or "EU"')
    )  # fmt: skip
    destinations: tuple[str, ...] = option(
        "Where you buy for.", default=(), check=one_of(JURISDICTIONS, brief='ISO 3166-1 codes such as "US", or "EU"')
    )  # fmt: skip
    companies: tuple[str, ...] = option("Suppliers, customers and competitors by name.", default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Expect:
    items_per_week: float = option("Fewer items than this are reported as a quiet source.", minimum=0.01)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceOptions:
    kind: str = option("How the source publishes.")
    url: str = option("Where it is asked.", check=web_address)
    every: timedelta = option("How often it is asked.", default=timedelta(minutes=30), minimum=1, maximum=2_592_000)
    outlet: str | None = option("The name that readers see; else the source's own.", default=None)
    official: bool = option("The issuing body itself speaks here.", default=False)
    language: str | None = option(
        "Language of its texts; else told from the text.", default=None, pattern="[a-z]{2}", allowed='two letters such as "zh"'
    )
    follow: Follow = option("Which items' pages are fetched: those that may concern us, all, or none.", default="relevant")
    expect: Expect | None = option("What it should yield.", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleOptions:
    name: str = option("A name that readers of an alert understand.", pattern=r".{1,120}", allowed="1 to 120 characters")
    channels: tuple[str, ...] = option("Where it goes.")
    types: tuple[str, ...] = option("Event types; all when left out.", default=(), check=one_of(EVENT_TYPES))
    materials: tuple[str, ...] = option('Material ids, or "watch".', default=(), check=materials_check)
    jurisdictions: tuple[str, ...] = option('Whose act it is, or "watch".', default=(), check=places_check)
    destinations: tuple[str, ...] = option(
        'Whose buyers it touches, or "watch"; an act without destinations touches all.', default=(), check=places_check
    )
    companies: tuple[str, ...] = option('Names among actors and recipients, or "watch".', default=())
    changes: tuple[str, ...] = option("Kinds of change; all when left out.", default=(), check=one_of(CHANGE_FIELDS))
    certainty: tuple[str, ...] = option("`confirmed`, `reported`; both when left out.", default=(), check=one_of(("confirmed", "reported")))
    official_only: bool = option("Only what an official source asserts.", default=False)
    min_severity: Severity = option("The least severity.", default="low")


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestOptions:
    at: str = option("Local time of sending.", default="07:30", pattern=r"([01]\d|2[0-3]):[0-5]\d", allowed='a time such as "07:30"')
    channels: tuple[str, ...] = option("Where it goes.", default=())
    every: Literal["day", "week"] = option("One a day, or one a week (on Mondays).", default="day")
    skip_empty: bool = option("Send nothing on a day without anything to say.", default=False)
    days_ahead: int = option("How far deadlines are looked for.", default=30, minimum=1, maximum=400)

    @property
    def clock(self) -> time:
        return time.fromisoformat(self.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class WebOptions:
    listen: str = option(
        "Where `monitor serve` listens.", default="127.0.0.1:8060", pattern=r"[^:\s]+:\d{1,5}", allowed='host:port such as "127.0.0.1:8060"'
    )
    base_url: str = option("The pages' address as readers of alerts reach it.", default="http://127.0.0.1:8060", check=web_address)


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """A checked configuration; paths are absolute. Alert rules still say "watch" where they did: `run.watch` resolves it."""

    path: Path | None = None
    database: Path = Path("monitor.db")
    monitor: MonitorOptions = field(default_factory=MonitorOptions)
    fetch: FetchOptions = field(default_factory=FetchOptions)
    watch: WatchOptions = field(default_factory=WatchOptions)
    web: WebOptions = field(default_factory=WebOptions)
    sources: tuple[Source, ...] = ()
    channels: tuple[Channel, ...] = ()
    rules: tuple[Rule, ...] = ()
    digest: DigestOptions | None = None

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.monitor.timezone)

    def channel(self, name: str) -> Channel | None:
        return next((c for c in self.channels if c.name == name), None)


TABLES: dict[str, type] = {"monitor": MonitorOptions, "fetch": FetchOptions, "watch": WatchOptions, "web": WebOptions, "digest": DigestOptions}
GROUPS = ("sources", "channels", "alerts")


def parsed(path: Path) -> dict[str, Any]:
    """The file's tables. Raises BadInput when it cannot be read and ConfigError when it is no TOML."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BadInput(f'{path}: no such file. "monitor init" writes one, "--config FILE" names another') from None
    except OSError as error:
        raise BadInput(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise BadInput(f"{path}: is not UTF-8 text (byte {error.start})") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError((Fault(file=path.name, where="", message=f"is not TOML: {error}"),)) from error


def load(path: Path, *, environ: Mapping[str, str] | None = None, database: Path | None = None) -> Config:
    """The configuration in `path`. Raises ConfigError with all faults."""
    table, folder = parsed(path), path.resolve().parent
    reader = Reader(file=path.name, environ=os.environ if environ is None else environ, folder=folder)
    for key in table:
        if key not in TABLES and key not in GROUPS:
            known = [*TABLES, *GROUPS]
            reader.fault(key, f"unknown table{nearest(key, known) or '.'} Allowed: {listed(known)}")
    tables = {name: reader.table(table[name], kind, name) for name, kind in TABLES.items() if name in table}
    sources, channels = group(reader, table, "sources", source), group(reader, table, "channels", channel)
    rules = alert_rules(reader, table, set(table.get("channels", {})))
    known_channels(reader, "digest.channels", getattr(tables.get("digest"), "channels", ()), set(table.get("channels", {})))
    if reader.faults:
        raise ConfigError(tuple(reader.faults))
    options = tables.get("monitor") or MonitorOptions()
    return Config(path=path, database=database or folder / options.database, sources=sources, channels=channels, rules=rules, **tables)  # type: ignore[arg-type]


def database_path(path: Path) -> Path:
    """Only where the database is: for commands that read the history and need no more of the file."""
    named = parsed(path).get("monitor", {}).get("database", "monitor.db")
    if not isinstance(named, str):
        raise ConfigError((Fault(file=path.name, where="monitor.database", message=f"must be text in quotes, not {shown(named)}"),))
    return path.resolve().parent / named


def group(reader: Reader, table: dict[str, Any], name: str, make: Callable[[Reader, str, str, Any], Any]) -> tuple[Any, ...]:
    members = table.get(name, {})
    if not isinstance(members, dict):
        reader.fault(name, f"must be tables such as [{name}.some-name]")
        return ()
    for member in members:
        if not NAME.fullmatch(member):
            reader.fault(dotted(name, member), f"{shown(member)} is no name. Allowed: small letters, digits, - and _")
    return tuple(made for member, value in members.items() if (made := make(reader, dotted(name, member), member, value)) is not None)


def kind_options(reader: Reader, package: Any, where: str, table: Any, common: type | None) -> tuple[str, Any] | None:
    """(kind, its Options) of a source or channel table, or None after the faults were noted."""
    if not isinstance(table, dict):
        reader.fault(where, f"must be a table, not {shown(table)}")
        return None
    kind, kinds = table.get("kind"), registry.names(package)
    if kind is None:
        reader.fault(dotted(where, "kind"), f"is missing. Allowed: {listed(kinds)}")
        return None
    if kind not in kinds:
        reader.fault(dotted(where, "kind"), f"{shown(kind)} is no kind{nearest(str(kind), kinds) or '.'} Allowed: {listed(kinds)}")
        return None
    shared = {f.name for f in dataclasses.fields(common)} if common else {"kind"}
    options = reader.table({k: v for k, v in table.items() if k not in shared}, registry.load(package, kind).Options, where, shared)
    return kind, options


def source(reader: Reader, where: str, name: str, table: Any) -> Source | None:
    found = kind_options(reader, source_kinds, where, table, SourceOptions)
    if found is None:
        return None
    own = {f.name for f in dataclasses.fields(SourceOptions)}
    common = reader.table({k: v for k, v in table.items() if k in own}, SourceOptions, where)
    if common is None or found[1] is None:
        return None
    return Source(
        name=name, kind=found[0], url=common.url, every=common.every, outlet=common.outlet or name, official=common.official,
        language=common.language,
        follow=common.follow, expect_per_week=common.expect.items_per_week if common.expect else None, options=found[1],
    )  # fmt: skip


def channel(reader: Reader, where: str, name: str, table: Any) -> Channel | None:
    found = kind_options(reader, channel_kinds, where, table, None)
    return None if found is None or found[1] is None else Channel(name=name, kind=found[0], options=found[1])


def known_channels(reader: Reader, where: str, named: tuple[str, ...], channels: set[str]) -> None:
    for name in named:
        if name not in channels:
            reader.fault(
                where, f"there is no channel {shown(name)}{nearest(name, channels) or '.'} Allowed: {listed(channels) or 'none is configured yet'}"
            )


def alert_rules(reader: Reader, table: dict[str, Any], channels: set[str]) -> tuple[Rule, ...]:
    rows, rules, names = table.get("alerts", []), [], set()
    if not isinstance(rows, list):
        reader.fault("alerts", "must be written [[alerts]], one for each rule")
        return ()
    for number, row in enumerate(rows, 1):
        where = f"alerts[{number}]"
        options = reader.table(row, RuleOptions, where)
        if options is None:
            continue
        known_channels(reader, f"{where}.channels", options.channels, channels)
        if not options.channels:
            reader.fault(f"{where}.channels", f"names no channel. Allowed: {listed(channels) or 'none is configured yet'}")
        if options.name in names:
            reader.fault(f"{where}.name", f"{shown(options.name)} is the name of an earlier rule")
        names.add(options.name)
        rules.append(Rule(**{f.name: getattr(options, f.name) for f in dataclasses.fields(RuleOptions)}))
    return tuple(rules)
