"""A TOML table becomes a frozen dataclass, and everything that is wrong with it is said at once.

Each field is declared with `option(...)`; its type is its check: `str int float bool timedelta tuple[str, ...] Literal[...] dict[str, float]`,
a nested dataclass, or one of these `| None`. Durations are written "90s", "15m", "6h", "2d", "1w". A secret field `token` is never
written in the file: `token_env` names an environment variable and `token_file` a file that hold it.
"""

import dataclasses
import difflib
import json
import re
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal, TypeVar

from monitor.errors import Fault

T = TypeVar("T")
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*([smhdw])")
MISSING = dataclasses.MISSING


def option(
    doc: str,
    *,
    default: Any = MISSING,
    minimum: float | None = None,
    maximum: float | None = None,
    pattern: str | None = None,
    allowed: str = "",
    secret: bool = False,
    check: Callable[[Any], str | None] | None = None,
) -> Any:
    """A field of an options class. `doc` is its sentence in the reference; `check` returns what is wrong with a value, or None."""
    told = {"doc": doc, "minimum": minimum, "maximum": maximum, "pattern": pattern, "allowed": allowed, "secret": secret, "check": check}
    if default is MISSING:
        return field(metadata=told)
    if isinstance(default, dict | list):
        return field(default_factory=lambda: type(default)(default), metadata=told)
    return field(default=default, metadata=told)


def nearest(name: str, names: typing.Iterable[str]) -> str:
    """A hint such as ', did you mean "materials"?', or nothing."""
    close = difflib.get_close_matches(name, list(names), n=1, cutoff=0.6)
    return f', did you mean "{close[0]}"?' if close else ""


def listed(names: typing.Iterable[str]) -> str:
    return ", ".join(sorted(names))


def duration(text: str) -> timedelta | None:
    """The duration that "90s", "15m", "6h", "2d" or "1w" writes; None when it writes none."""
    found = DURATION.fullmatch(text.strip())
    return timedelta(**{UNITS[found[2]]: float(found[1])}) if found else None


class Wrong(Exception):
    """A value is not what its field takes; the text says what is allowed."""


@dataclass(slots=True)
class Reader:
    """Reads tables of one file and gathers faults. `environ` and `folder` resolve `*_env` and `*_file`."""

    file: str
    environ: Mapping[str, str] = field(default_factory=dict)
    folder: Path = Path()
    faults: list[Fault] = field(default_factory=list)

    def fault(self, where: str, message: str) -> None:
        self.faults.append(Fault(file=self.file, where=where, message=message))

    def table(self, table: object, kind: type[T], where: str, extra: typing.Iterable[str] = ()) -> T | None:
        """An instance of `kind`, or None after the faults were noted. Names in `extra` belong to somebody else and are passed over."""
        if not isinstance(table, dict):
            self.fault(where, f"must be a table, not {shown(table)}")
            return None
        before = len(self.faults)
        hints = typing.get_type_hints(kind)
        fields = dataclasses.fields(kind)  # type: ignore[arg-type]
        meant = self.unknown(table, {name for f in fields for name in keys_of(f)}, where, extra)
        read = {f.name: self.value(table, f, hints[f.name], where) for f in fields if key_of(f) not in meant}
        values = {name: value for name, value in read.items() if value is not MISSING}
        return kind(**values) if len(self.faults) == before else None

    def unknown(self, table: dict[str, Any], names: set[str], where: str, extra: typing.Iterable[str]) -> set[str]:
        """Notes unknown keys; returns the known names that were probably meant, so that they are not called missing as well."""
        allowed = names | set(extra)
        meant = set()
        for key in table:
            if key not in allowed:
                self.fault(dotted(where, key), f"unknown key{nearest(key, allowed) or '.'} Allowed: {listed(allowed)}")
                meant.update(difflib.get_close_matches(key, sorted(allowed - table.keys()), n=1, cutoff=0.6))
        return meant

    def value(self, table: dict[str, Any], f: dataclasses.Field[Any], hint: Any, where: str) -> Any:
        if f.metadata.get("secret"):
            return self.secret(table, f, where)
        key = key_of(f)
        if key not in table:
            if f.default is MISSING and f.default_factory is MISSING:
                self.fault(dotted(where, key), f"is missing: {f.metadata['doc']}")
            return MISSING
        try:
            value = self.convert(table[key], hint, dotted(where, key))
            if value is not MISSING:
                bounds(value, f.metadata)
        except Wrong as wrong:
            self.fault(dotted(where, key), str(wrong))
            return MISSING
        return value

    def secret(self, table: dict[str, Any], f: dataclasses.Field[Any], where: str) -> Any:
        if f.name in table:
            self.fault(dotted(where, f.name), f'a secret is not written in this file: use "{f.name}_env" or "{f.name}_file"')
            return MISSING
        variable, file = table.get(f"{f.name}_env"), table.get(f"{f.name}_file")
        if variable is not None and file is not None:
            self.fault(dotted(where, f.name), f'"{f.name}_env" and "{f.name}_file" are both given: keep one')
        elif variable is not None:
            if isinstance(variable, str) and self.environ.get(variable):
                return self.environ[variable]
            self.fault(dotted(where, f"{f.name}_env"), f"the environment variable {shown(variable)} is not set or empty")
        elif file is not None:
            return self.secret_file(file, dotted(where, f"{f.name}_file"))
        elif f.default is MISSING:
            self.fault(dotted(where, f.name), f'is missing: give "{f.name}_env" or "{f.name}_file" ({f.metadata["doc"]})')
        return MISSING

    def secret_file(self, file: object, where: str) -> Any:
        path = self.folder / str(file)
        try:
            content = path.read_text(encoding="utf-8").strip()
        except OSError as error:
            self.fault(where, f"{shown(str(file))} cannot be read: {error.strerror}")
            return MISSING
        if not content:
            self.fault(where, f"{shown(str(file))} is empty")
            return MISSING
        return content

    def convert(self, value: Any, hint: Any, where: str) -> Any:
        origin, arguments = typing.get_origin(hint), typing.get_args(hint)
        if origin in (types.UnionType, typing.Union):
            return self.convert(value, next(a for a in arguments if a is not type(None)), where)
        if origin is Literal:
            if value not in arguments:
                raise Wrong(f"{shown(value)} is not allowed{nearest(str(value), map(str, arguments)) or '.'} Allowed: {listed(map(str, arguments))}")
            return value
        if origin is tuple:
            if not isinstance(value, list):
                raise Wrong(f"must be a list, not {shown(value)}")
            return tuple(self.convert(v, arguments[0], where) for v in value)
        if origin is dict:
            if not isinstance(value, dict):
                raise Wrong(f"must be a table, not {shown(value)}")
            return {k: self.convert(v, arguments[1], where) for k, v in value.items()}
        if dataclasses.is_dataclass(hint):
            made = self.table(value, hint, where)  # type: ignore[arg-type]
            return MISSING if made is None else made
        return simple(value, hint)


def simple(value: Any, hint: Any) -> Any:
    if hint is Any:
        return value
    if hint is timedelta:
        told = duration(value) if isinstance(value, str) else None
        if told is None:
            raise Wrong(f'{shown(value)} is no duration. Allowed: a number and s, m, h, d or w, such as "15m"')
        return told
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if not isinstance(value, hint) or (hint in (int, float) and isinstance(value, bool)):
        words = {str: "text in quotes", int: "a whole number", float: "a number", bool: "true or false"}
        raise Wrong(f"must be {words[hint]}, not {shown(value)}")
    return value


def bounds(value: Any, told: Mapping[str, Any]) -> None:
    size = value.total_seconds() if isinstance(value, timedelta) else value
    unit = "s" if isinstance(value, timedelta) else ""
    if told["minimum"] is not None and size < told["minimum"]:
        raise Wrong(f"{size:g}{unit} is too small. Allowed: {told['minimum']:g}{unit} or more")
    if told["maximum"] is not None and size > told["maximum"]:
        raise Wrong(f"{size:g}{unit} is too large. Allowed: {told['maximum']:g}{unit} or less")
    for one in value if isinstance(value, tuple) else (value,):
        if told["pattern"] and not re.fullmatch(told["pattern"], str(one)):
            raise Wrong(f"{shown(one)} is not allowed. Allowed: {told['allowed'] or told['pattern']}")
    if told["check"] and (wrong := told["check"](value)):
        raise Wrong(wrong)


def key_of(f: dataclasses.Field[Any]) -> str:
    """The key that a field is written as; `from_` stands for `from`, which Python keeps for itself."""
    return f.name.removesuffix("_")


def keys_of(f: dataclasses.Field[Any]) -> tuple[str, ...]:
    """The keys that may be written for a field. A secret's own name is known too, so that its fault can say what to do."""
    return (f.name, f"{f.name}_env", f"{f.name}_file") if f.metadata.get("secret") else (key_of(f),)


def dotted(where: str, key: str) -> str:
    return f"{where}.{key}" if where else key


def shown(value: object) -> str:
    """A value as the file's reader would write it."""
    if isinstance(value, bool):
        return str(value).lower()
    return (
        json.dumps(value, ensure_ascii=False)
        if isinstance(value, str)
        else "a table"
        if isinstance(value, dict)
        else "a list"
        if isinstance(value, list)
        else str(value)
    )
