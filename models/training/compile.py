"""Turn writers' documents (.txt) into training documents (.jsonl), and print every fault.

    python models/training/compile.py --registry REGISTRY.jsonl models/training/documents/*.txt

Each FILE.txt becomes FILE.jsonl beside it. A file holds many documents; lines before the first header are notes.

    === <id> | <outlet> | <lang en|zh> | <published, ISO 8601 with zone>
    # <title>
    <paragraphs, parted by blank lines>
    --- events            (absent when there are none)
    <type> <direction> <focus> <status> <certainty> jur=CN,US act=Ministry of Commerce;He Yadong mat=dysprosium date=2025-10-09
    > exact substring of title or text that asserts it
    > another

Fields are introduced by ` jur= act= rec= dst= mat= ins= date= eff= til= ref=`; one left out is [] or null.
Codes and materials are parted by commas, names by semicolons. Exit status 1 when there is a fault; faulty files are not written.
"""

import argparse
import json
import re
import sys
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from monitor.model import EVENT_TYPES, Certainty, Direction, Focus, Status

HEADER = re.compile(r"^=== ", re.M)
FIELD = re.compile(r" (jur|act|rec|dst|mat|ins|date|eff|til|ref)=")
NAMES = {"jur": "jurisdictions", "act": "actors", "rec": "recipients", "dst": "destinations", "mat": "materials",
         "ins": "instrument", "date": "date", "eff": "effective", "til": "until", "ref": "ref"}  # fmt: skip
PARTED = {"jur": ",", "dst": ",", "mat": ",", "act": ";", "rec": ";"}
HEADS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("type", EVENT_TYPES),
    ("direction", Direction.__args__),  # type: ignore[attr-defined]
    ("focus", Focus.__args__),  # type: ignore[attr-defined]
    ("status", Status.__args__),  # type: ignore[attr-defined]
    ("certainty", Certainty.__args__),  # type: ignore[attr-defined]
)


def read_event(line: str) -> dict[str, Any]:
    head, *rest = FIELD.split(f"{line} ")
    words = head.split() if len(head.split()) == len(HEADS) else [line] * len(HEADS)
    event: dict[str, Any] = {name: word for (name, _), word in zip(HEADS, words, strict=True)}
    event |= {name: [] if short in PARTED else None for short, name in NAMES.items()}
    for short, value in zip(rest[::2], map(str.strip, rest[1::2]), strict=True):
        event[NAMES[short]] = [part.strip() for part in value.split(PARTED[short])] if short in PARTED else value
    return event | {"evidence": []}


def read_document(chunk: str) -> dict[str, Any]:
    header, _, rest = chunk.partition("\n")
    body, _, tail = rest.partition("\n--- events")
    title, _, text = body.strip().partition("\n")
    events: list[dict[str, Any]] = []
    for line in filter(None, map(str.rstrip, tail.splitlines())):
        if line.startswith("> "):
            events[-1]["evidence"].append(line[2:])
        else:
            events.append(read_event(line))
    identity, outlet, lang, published = (part.strip() for part in header.split("|"))
    return {"id": identity, "outlet": outlet, "lang": lang, "published": published, "title": title.removeprefix("# "),
            "text": text.strip(), "relevant": bool(events), "events": events}  # fmt: skip


def is_date(value: str) -> bool:
    """YYYY, YYYY-MM or YYYY-MM-DD, and a day that exists."""
    try:
        date.fromisoformat(value + "-01-01"[len(value) - 4 :])
    except ValueError:
        return False
    return len(value) in (4, 7, 10)


def faults(document: dict[str, Any], refs: set[str]) -> Iterator[str]:
    whole = f"{document['title']}\n\n{document['text']}"
    if document["lang"] not in ("en", "zh") or not document["text"] or not document["title"]:
        yield "language, title or text"
    if datetime.fromisoformat(document["published"]).tzinfo is None:
        yield "published without zone"
    for n, event in enumerate(document["events"], 1):
        where = f"event {n} ({event.get('type')})"
        yield from (f"{where}: {name} {event.get(name)}" for name, allowed in HEADS if event.get(name) not in allowed)
        codes = event["jurisdictions"] + event["destinations"]
        yield from (f"{where}: code {code}" for code in codes if not re.fullmatch(r"[A-Z]{2}", code))
        yield from (f"{where}: material {m}" for m in event["materials"] if not re.fullmatch(r"[a-z]+(_[a-z]+)*", m))
        yield from (f"{where}: empty name" for name in event["actors"] + event["recipients"] if not name)
        yield from (f"{where}: {k} {event[k]}" for k in ("date", "effective", "until") if event[k] is not None and not is_date(event[k]))
        yield from (f"{where}: evidence not in the text: {piece}" for piece in event["evidence"] if piece not in whole)
        if not event["evidence"]:
            yield f"{where}: no evidence"
        if event["ref"] is not None and event["ref"] not in refs:
            yield f"{where}: ref {event['ref']}"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--registry", type=Path, required=True, help="known acts, one JSON object with an id a line")
    parser.add_argument("files", type=Path, nargs="+")
    arguments = parser.parse_args()
    refs = {json.loads(line)["id"] for line in arguments.registry.read_text("utf-8").splitlines()}
    bad, seen = 0, set[str]()
    for path in arguments.files:
        documents = [read_document(chunk) for chunk in HEADER.split(path.read_text("utf-8"))[1:]]
        found = [f"{d['id']}: {fault}" for d in documents for fault in faults(d, refs)]
        for document in documents:
            if document["id"] in seen:
                found.append(f"{document['id']}: id seen before")
            seen.add(document["id"])
        for fault in found:
            print(f"{path}: {fault}")
        if not found:
            lines = (json.dumps(d, ensure_ascii=False) for d in documents)
            path.with_suffix(".jsonl").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        bad += len(found)
        print(f"{path}: {len(documents)} documents, {sum(len(d['events']) for d in documents)} events, {len(found)} faults")
    sys.exit(bad > 0)


if __name__ == "__main__":
    main()
