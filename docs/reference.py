"""Write docs/configuration.md and docs/commands.md from the options and commands themselves: `python docs/reference.py`."""

import dataclasses
import sys
import types
import typing
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

import click

from monitor import config, registry
from monitor.alerts import channels
from monitor.cli import COMMANDS, group
from monitor.options import key_of
from monitor.sources import kinds

HERE = Path(__file__).parent
INTRODUCTION = """# Configuration

`config.toml` is one TOML file; `monitor init` writes a commented one and `monitor check` says everything that is wrong with it at once.
Unknown keys are errors. Durations are written `"90s"`, `"15m"`, `"6h"`, `"2d"`, `"1w"`. A secret is never written in the file:
`NAME_env` names an environment variable that holds it, `NAME_file` a file. This page is written from the program's own options by
`python docs/reference.py`, and a test holds it against them.
"""


def configuration() -> str:
    """The page docs/configuration.md."""
    parts = [INTRODUCTION]
    for name, table in config.TABLES.items():
        parts += [f"## [{name}]\n", rows(table)]
    parts += ["## [sources.NAME]\n", rows(config.SourceOptions)]
    for kind, module in modules(kinds):
        parts += [f'### kind = "{kind}"\n', first_sentence(module), rows(module.Options)]
    parts += ["## [channels.NAME]\n", "`kind` says which of these it is.\n"]
    for kind, module in modules(channels):
        parts += [f'### kind = "{kind}"\n', first_sentence(module), rows(module.Options)]
    parts += ["## [[alerts]]\n", "One table for each rule; a list that is left out means any.\n", rows(config.RuleOptions)]
    return "\n".join(parts)


def modules(package: types.ModuleType) -> Iterator[tuple[str, types.ModuleType]]:
    for kind in registry.names(package):
        yield kind, registry.load(package, kind)


def first_sentence(module: types.ModuleType) -> str:
    return (module.__doc__ or "").strip().split("\n\n")[0].replace("\n", " ") + "\n"


def rows(table: type) -> str:
    """A table of a class's options; an options class without any says so."""
    hints = typing.get_type_hints(table)
    lines = [f"| `{written(f)}` | {kind_of(hints[f.name])} | {default_of(f)} | {f.metadata['doc']} |" for f in dataclasses.fields(table)]
    return "\n".join(["| key | value | default | meaning |", "| --- | --- | --- | --- |", *lines]) + "\n" if lines else "No further keys.\n"


def written(f: dataclasses.Field[Any]) -> str:
    return f"{f.name}_env` or `{f.name}_file" if f.metadata.get("secret") else key_of(f)


def kind_of(hint: Any) -> str:
    arguments = typing.get_args(hint)
    if typing.get_origin(hint) in (types.UnionType, typing.Union):
        return kind_of(next(a for a in arguments if a is not type(None)))
    if typing.get_origin(hint) is Literal:
        return ", ".join(f"`{a}`" for a in arguments)
    if typing.get_origin(hint) is tuple:
        return f"list of {kind_of(arguments[0])}"
    if dataclasses.is_dataclass(hint):
        return "table: " + ", ".join(f"`{f.name}`" for f in dataclasses.fields(hint))
    words = {str: "text", int: "whole number", float: "number", bool: "`true` or `false`", timedelta: "duration"}
    return words.get(hint, "table")


def default_of(f: dataclasses.Field[Any]) -> str:
    if f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING:
        return "needed"
    value = f.default if f.default is not dataclasses.MISSING else None
    if isinstance(value, timedelta):
        seconds = int(value.total_seconds())
        unit, size = next((u, s) for u, s in (("w", 604800), ("d", 86400), ("h", 3600), ("m", 60), ("s", 1)) if seconds % s == 0)
        return f"`{seconds // size}{unit}`"
    if value is None or value == ():
        return ""
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def commands() -> str:
    """The page docs/commands.md: every command's own help."""
    context = click.Context(group, info_name="monitor")
    parts = ["# Commands\n", "Written from the commands' own help by `python docs/reference.py`; a test holds it against them.\n"]
    for name in COMMANDS:
        command = group.get_command(context, name)
        assert command is not None
        parts += list(help_of(command, name, context))
    return "\n".join(parts)


def help_of(command: click.Command, name: str, parent: click.Context) -> Iterator[str]:
    context = click.Context(command, info_name=name, parent=parent, max_content_width=100, terminal_width=100)
    yield f"## {context.command_path}\n\n```\n{command.get_help(context)}\n```\n"
    if isinstance(command, click.Group):
        for inner, under in command.commands.items():
            yield from help_of(under, inner, context)


PAGES = {"configuration.md": configuration, "commands.md": commands}

if __name__ == "__main__":
    for file, page in PAGES.items():
        (HERE / file).write_text(page(), encoding="utf-8")
        sys.stdout.write(f"{HERE / file}\n")
