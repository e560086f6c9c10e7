"""Cases of this room: a JSON file becomes nouns by their declared types, so that a case is a file that a person can read and write."""

import dataclasses
import json
import types
import typing
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

from monitor.alerts.facts import Facts
from monitor.model import Alert, Change, Delivery, Event, Evidence, Message, Rule, Source, SourceState, Witness

T = TypeVar("T")
CASES = Path(__file__).parents[1] / "cases" / "alerts"
BASE = "https://monitor.example"
NOW = datetime.fromisoformat("2025-11-07T06:30:00+00:00")
NOUNS: dict[str, Any] = {
    "alert": Alert, "change": Change, "event": Event, "evidence": tuple[Evidence, ...], "facts": Facts, "rule": Rule, "witness": Witness | None,
    "source": Source, "state": SourceState, "before": SourceState, "rules": tuple[Rule, ...],
}  # fmt: skip


def made(value: Any, kind: Any) -> Any:
    """A JSON value as `kind`: dataclass, tuple, moment, day or plain value."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (types.UnionType, typing.Union):
        return None if value is None else made(value, next(a for a in arguments if a is not type(None)))
    if origin is tuple and arguments[-1] is Ellipsis:
        return tuple(made(one, arguments[0]) for one in value)
    if origin is tuple:
        return tuple(made(one, inner) for one, inner in zip(value, arguments, strict=True))
    if kind is datetime:
        return datetime.fromisoformat(value)
    if kind is date:
        return date.fromisoformat(value)
    if dataclasses.is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        unknown = value.keys() - hints.keys()
        assert not unknown, f"{kind.__name__} has no {sorted(unknown)}"
        return kind(**{name: made(inner, hints[name]) for name, inner in value.items()})
    return value


def read(file: Path) -> dict[str, Any]:
    """The nouns of a case; `expect` and other keys stay as they are written."""
    case = json.loads(file.read_text(encoding="utf-8"))
    return {key: made(value, NOUNS[key]) if key in NOUNS else value for key, value in case.items()}


def event(**fields: Any) -> Event:
    """A suspension of Chinese controls, with what the test says instead."""
    usual: dict[str, Any] = {
        "id": "e1", "type": "control_suspended", "direction": "easing", "jurisdictions": ("CN",), "destinations": (), "materials": ("dysprosium",),
        "actors": ("Ministry of Commerce",), "instrument": "MOFCOM Announcement No. 70 of 2025", "date": "2025-11-07", "until": "2026-11-10",
    }  # fmt: skip
    return Event(**{**usual, **fields})


def change(**fields: Any) -> Change:
    usual: dict[str, Any] = {
        "id": "c1", "event": "e1", "field": "new", "before": None, "after": "in_force", "reason": "First seen in an official notice.", "at": NOW,
        "severity": "high", "severity_reason": "a measure on watched materials stops applying",
    }  # fmt: skip
    return Change(**{**usual, **fields})


def alert(**fields: Any) -> Alert:
    usual: dict[str, Any] = {
        "id": "a1", "rule": "Controls", "event": "e1", "change": "c1", "severity": "high", "reason": 'Rule "Controls" asks for this.', "at": NOW,
        "channels": ("buyers",),
    }  # fmt: skip
    return Alert(**{**usual, **fields})


def evidence(quote: str = "The controls are suspended.", **fields: Any) -> Evidence:
    usual: dict[str, Any] = {"url": "https://news.example/a", "outlet": "Example Wire", "published": NOW}
    return Evidence(quote=quote, **{**usual, **fields})


def message(**fields: Any) -> Message:
    usual: dict[str, Any] = {
        "id": "msg_1", "type": "event.new", "timestamp": NOW, "subject": "[high] China: export control suspended", "text": "Short.\n\nLong.\n",
        "data": {"event": None, "trimmed": []}, "html": "<p>Short.</p>", "thread": "e1",
    }  # fmt: skip
    return Message(**{**usual, **fields})


def delivery(**fields: Any) -> Delivery:
    usual: dict[str, Any] = {"id": "d1", "channel": "buyers", "message": message(), "due": NOW, "created": NOW}
    return Delivery(**{**usual, **fields})
