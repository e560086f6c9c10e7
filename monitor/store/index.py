"""What filters and search find an event by: child tables of its lists, and one full-text row."""

import json
import re
from itertools import pairwise

from monitor.model import Event
from monitor.store.connection import Connection
from monitor.store.facets import save_facets

WITNESSES_INDEXED = 40
CJK = "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
CJK_RUN = re.compile(f"[{CJK}]+")
LICENCE = re.compile("(licen)c(?=e|i)", re.IGNORECASE)
CHILDREN = ("event_material", "event_jurisdiction", "event_destination", "event_company", "event_instrument", "event_outlet")


def day(event: Event) -> str:
    """The date that an event sorts by, as far as it is known: its own, else its entry into force, else when it became known; else ''."""
    return event.date or event.effective or (event.known.date().isoformat() if event.known else "")


def grams(text: str) -> str:
    """Chinese, Japanese and Korean runs as overlapping pairs, the last character also alone: 出口管制 -> 出口 口管 管制 制.

    A run of any length is then found as a phrase of pairs, and a single character as the beginning of a pair.
    """
    return " ".join(f"{pairs(run)} {run[-1]}".strip() for run in CJK_RUN.findall(text))


def pairs(run: str) -> str:
    """The overlapping pairs of a run's characters; nothing for a single one."""
    return " ".join(map("".join, pairwise(run)))


def spaced(text: str) -> str:
    """The text without those runs, so that words written against them are words, and in one spelling of "licence"."""
    return one_spelling(CJK_RUN.sub(" ", text))


def one_spelling(text: str) -> str:
    """British "licence" and American "license" are searched as one word."""
    return LICENCE.sub(r"\1s", text)


def index(db: Connection, number: int, event: Event) -> None:
    """Brings the child tables and the full-text row of an event up to date; what is right already is not written again."""
    live = (
        "FROM judgement JOIN mention ON mention.id = judgement.mention JOIN article ON article.id = mention.article "
        "WHERE judgement.event = ? AND mention.superseded_at IS NULL AND judgement.retracted_at IS NULL"
    )
    values = {
        "material": event.materials,
        "jurisdiction": event.jurisdictions,
        "destination": event.destinations,
        "company": (*event.actors, *event.recipients),
        "instrument": event.numbers,
        "outlet": db.column(f"SELECT DISTINCT article.outlet {live}", (event.id,)),
    }
    for kind, wanted in values.items():
        children(db, f"event_{kind}", number, set(wanted))
    month = [day(event)[:7]] if day(event) else []
    save_facets(db, number, values | {"type": [event.type], "certainty": [event.certainty], "status": [event.status], "month": month})
    told = db.all(f"SELECT mention.evidence, article.title {live} ORDER BY mention.n LIMIT ?", (event.id, WITNESSES_INDEXED))
    full_text(db, number, event, told)


def children(db: Connection, table: str, number: int, wanted: set[str]) -> None:
    stored = set(db.column(f"SELECT value FROM {table} WHERE event = ?", (number,)))
    db.many(f"DELETE FROM {table} WHERE value = ? AND event = ?", [(value, number) for value in stored - wanted])
    db.many(f"INSERT INTO {table} (value, event) VALUES (?, ?) ON CONFLICT DO NOTHING", [(value, number) for value in wanted - stored])


def full_text(db: Connection, number: int, event: Event, told: list[tuple[str, str]]) -> None:
    head = " \n".join(filter(None, (event.summary, event.instrument, *event.numbers)))
    extra = db.value("SELECT text FROM event WHERE n = ?", (number,))
    kinds = (event.type.replace("_", " "), *(m.replace("_", " ") for m in event.materials))
    quotes = dict.fromkeys(quote for evidence, title in told for quote in (title, *(span["quote"] for span in json.loads(evidence))))
    body = " \n".join((*kinds, *event.actors, *event.recipients, extra, *quotes))
    row = (spaced(head), spaced(body), grams(f"{head}\n{body}"))
    stored: tuple[str, str, str] | None = db.one("SELECT head, body, cjk FROM event_text WHERE rowid = ?", (number,))
    if stored != row:
        if stored:
            db.run("DELETE FROM event_text WHERE rowid = ?", (number,))
        db.run("INSERT INTO event_text (rowid, head, body, cjk) VALUES (?, ?, ?, ?)", (number, *row))


def unindex(db: Connection, number: int) -> None:
    """Takes an event out of filters and search."""
    for table in CHILDREN:
        db.run(f"DELETE FROM {table} WHERE event = ?", (number,))
    save_facets(db, number, {})
    db.run("DELETE FROM event_text WHERE rowid = ?", (number,))
