"""The JSON body of a message, always under 20 kB: what is too long is shortened, and the body says what. Pure."""

import json
import re
from typing import Any

from monitor.model import Message

LIMIT = 19_500  # bytes; the contract says under 20 kB
# (entries of a list, characters of a text): tried in turn until the body fits
BUDGETS = ((100, 2000), (30, 800), (12, 500), (6, 300), (3, 160), (1, 60), (1, 15))
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def body(message: Message) -> str:
    """What a webhook receiver gets: {"type", "timestamp", "data"}. The same message gives the same bytes at every attempt."""
    head = {"type": message.type, "timestamp": message.timestamp.isoformat().replace("+00:00", "Z")}
    return packed({**head, "data": fitted(message.data, LIMIT - 200)})


def packed(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def fitted(data: dict[str, Any], limit: int = LIMIT - 200) -> dict[str, Any]:
    """`data` within `limit` bytes, with `trimmed` naming every list and text that was shortened; empty when nothing was."""
    for entries, characters in BUDGETS:
        notes: list[str] = list(data.get("trimmed", ()))
        kept = shortened({k: v for k, v in data.items() if k != "trimmed"}, entries, characters, "", notes)
        made = {**kept, "trimmed": notes[:40]}
        if len(packed(made).encode()) <= limit:
            return made
    raise ValueError(f"the message cannot be shortened to {limit} bytes: it has too many fields")


def shortened(value: Any, entries: int, characters: int, where: str, notes: list[str]) -> Any:
    if isinstance(value, dict):
        return {key: shortened(inner, entries, characters, f"{where}.{key}".lstrip("."), notes) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        if len(value) > entries:
            notes.append(f"{where}: {entries} of {len(value)} shown")
        return [shortened(inner, entries, characters, where, notes) for inner in value[:entries]]
    return cut(value, characters, where, notes) if isinstance(value, str) else value


def cut(text: str, characters: int, where: str, notes: list[str]) -> str | None:
    """The text, or its beginning; a web address is never cut but left out, since half of one leads somewhere else."""
    text = CONTROL.sub("", text)
    if where.rpartition(".")[2] in ("url", "link"):
        allowed = max(characters, 1000 if characters > 60 else 200)
        if len(text) <= allowed:
            return text
        notes.append(f"{where}: left out, {len(text)} characters")
        return None
    if len(text) <= characters:
        return text
    notes.append(f"{where}: {characters} of {len(text)} characters shown")
    return text[: characters - 1] + "…"
