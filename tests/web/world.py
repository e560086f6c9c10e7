"""A small world told by articles written for these tests: a control, its suspension, a Chinese notice, a quota, and hostile text."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from monitor.articles import duplicates
from monitor.config import Config
from monitor.model import Article, Delivery, Mention, Message, Rule, Source, SourceState, Span, digest
from monitor.run import knowing
from monitor.run.opening import open_history
from monitor.store import Database

NOW = datetime(2025, 11, 20, 9, 0, tzinfo=UTC)
RULES = knowing.Rules(rules=(Rule(name="Everything that matters", channels=("desk",)),), base_url="http://127.0.0.1:8060")
EVIL = "<script>document.title='marker'</script><img src=x onerror=\"document.title='marker'\">"

CONTROL: dict[str, Any] = {
    "type": "control_introduced",
    "direction": "tightening",
    "status": "announced",
    "jurisdictions": ("CN",),
    "actors": ("Ministry of Commerce",),
    "materials": ("holmium", "erbium"),
    "instrument": "Announcement No. 57 of 2025",
    "numbers": ("CN:2025:57",),
    "date": "2025-10-09",
    "effective": "2025-11-08",
}
SUSPENSION: dict[str, Any] = {
    "type": "control_suspended",
    "direction": "easing",
    "status": "in_force",
    "jurisdictions": ("CN",),
    "actors": ("Ministry of Commerce",),
    "materials": ("holmium", "erbium"),
    "date": "2025-11-07",
    "effective": "2025-11-10",
    "until": "2026-11-10",
    "instrument": "Announcement No. 70 of 2025",
    "numbers": ("CN:2025:70", "CN:2025:57"),
}
GRANT: dict[str, Any] = {
    "type": "licence_granted",
    "direction": "easing",
    "status": "in_force",
    "certainty": "reported",
    "jurisdictions": ("CN",),
    "actors": ("Ministry of Commerce",),
    "recipients": ("Northwind Magnetics",),
    "destinations": ("EU",),
    "materials": ("ndfeb_magnets",),
    "date": "2025-11-12",
}
QUOTA: dict[str, Any] = {
    "type": "quota_set",
    "direction": "tightening",
    "status": "announced",
    "jurisdictions": ("ID",),
    "actors": ("Ministry of Trade",),
    "materials": ("nickel",),
    "date": "2025-11-18",
    "effective": "2025-12-15",
    "until": "2026-12-31",
    "instrument": "Regulation 18 of 2025",
    "numbers": ("ID:2025:regulation-18",),
}
BAN: dict[str, Any] = {
    "type": "export_banned",
    "direction": "tightening",
    "jurisdictions": ("MM",),
    "materials": ("terbium",),
    "date": "2025-11-15",
    "recipients": (EVIL,),
}


def article(name: str, outlet: str, title: str, text: str, published: datetime, **more: Any) -> Article:
    whole = f"{title}\n\n{text}"
    told = {"source": "wire", "url": f"https://{name}.example.org/story", "language": "en", "fetched": published + timedelta(minutes=3)} | more
    return Article(
        id=digest("article", name), outlet=outlet, title=title, text=text, published=published, fingerprint=duplicates.fingerprint(whole), **told
    )


def mention(told: Article, quote: str, fields: dict[str, Any], surface: tuple[tuple[str, str], ...] = (), **more: Any) -> Mention:
    start = told.whole.index(quote)
    spans = tuple((name, span(told, words, start)) for name, words in surface)
    return Mention(
        id=digest("mention", told.id, quote), article=told.id, evidence=(span(told, quote),), surface=spans, extractor="by hand", why="hand",
        **fields | more,
    )  # fmt: skip


def span(told: Article, words: str, after: int = 0) -> Span:
    at = told.whole.index(words, after)
    return Span(start=at, end=at + len(words), quote=words)


def stories() -> list[tuple[Article, list[Mention]]]:
    """The articles in order of publication, each with its mentions."""
    first = article(
        "ministry", "Ministry of Commerce", "商务部公告2025年第57号 公布对钬、铒相关物项实施出口管制的决定",
        "经国务院批准,决定对钬、铒相关物项实施出口管制。出口经营者应当申请许可。\n\n本公告自2025年11月8日起正式实施。",
        datetime(2025, 10, 9, 1, 0, tzinfo=UTC), language="zh", official=True, zone=480,
    )  # fmt: skip
    second = article(
        "harbour", "Harbour Ledger", "China adds holmium and erbium to its export licence list",
        "Exporters of holmium and erbium will need a licence from 8 November, China's commerce ministry said on Thursday.\n\n"
        "The announcement, No. 57 of 2025, covers metals, alloys and oxides. Traders in Rotterdam expect a wait of weeks.",
        datetime(2025, 10, 9, 6, 30, tzinfo=UTC),
    )  # fmt: skip
    third = article(
        "harbour-2", "Harbour Ledger", "Beijing suspends October's controls for a year",
        "China suspended its controls on holmium and erbium until 10 November 2026, in Announcement No. 70 of 2025.\n\n"
        "The rules of No. 57, announced in October, had been due to bite this week.",
        datetime(2025, 11, 7, 8, 0, tzinfo=UTC),
    )  # fmt: skip
    fourth = article(
        "alloy", "Alloy Letter", "First general licences for magnets are said to be out",
        "Northwind Magnetics has received a general licence for shipments to Europe, two people familiar with the matter said.",
        datetime(2025, 11, 12, 11, 0, tzinfo=UTC),
    )  # fmt: skip
    fifth = article(
        "straits", "Straits Metals", "Indonesia sets nickel ore quota for 2026",
        "Indonesia will cap nickel ore sales under Regulation 18 of 2025 from 15 December, its trade ministry announced.",
        datetime(2025, 11, 18, 4, 0, tzinfo=UTC),
    )  # fmt: skip
    hostile = article(
        "evil", f"Outlet {EVIL}", f"Terbium ban {EVIL}", f"Myanmar has banned exports of terbium. {EVIL}\n\n\u202eright to left\u202c <b>bold</b>",
        datetime(2025, 11, 15, 4, 0, tzinfo=UTC), url="javascript:alert(1)",
    )  # fmt: skip
    return [
        (first, [mention(first, "决定对钬、铒相关物项实施出口管制", CONTROL)]),
        (second, [mention(second, "Exporters of holmium and erbium will need a licence from 8 November", CONTROL, (("effective", "8 November"),))]),
        (
            third,
            [
                mention(
                    third, "China suspended its controls on holmium and erbium until 10 November 2026", SUSPENSION, (("until", "10 November 2026"),)
                )
            ],
        ),
        (fourth, [mention(fourth, "Northwind Magnetics has received a general licence for shipments to Europe", GRANT, claimant="two people")]),
        (hostile, [mention(hostile, f"Myanmar has banned exports of terbium. {EVIL}", BAN)]),
        (
            fifth,
            [
                mention(
                    fifth,
                    "Indonesia will cap nickel ore sales under Regulation 18 of 2025 from 15 December",
                    QUOTA,
                    (("instrument", "Regulation 18"),),
                )
            ],
        ),
    ]


def build(path: Path) -> None:
    """Writes the world into a new database beside the shipped register."""
    with open_history(path, NOW) as database:
        sources(database)
        for told, mentions in stories():
            with database.transaction():
                knowing.learn(database, told, tuple(mentions), RULES, Config(), told.fetched)
        merged_away(database)
        deliveries(database)


def merged_away(database: Database) -> None:
    """An event that turned out to be the grant."""
    grant = next(event for event in database.history.events() if event.type == "licence_granted" and event.mentions)
    database.history.save_event(replace(grant, id="ev-merged-away", mentions=0), ())
    database.history.retire_event("ev-merged-away", grant.id, NOW)


def sources(database: Database) -> None:
    wire = Source(name="wire", kind="feed", url="https://wire.example.org/feed", every=timedelta(minutes=30), outlet="The Wire")
    old = Source(name="old-port", kind="page", url="https://old-port.example.org/", every=timedelta(hours=6), outlet="Old Port Gazette")
    database.sources.sync((wire, old), NOW)
    database.sources.save(
        SourceState(name="wire", health="ok", last_check=NOW, last_success=NOW, last_item=NOW, next_check=NOW + timedelta(minutes=30))
    )
    told = f"answered 503 {EVIL}"
    database.sources.save(SourceState(name="old-port", health="failing", failures=4, since=NOW - timedelta(days=2), message=told, last_check=NOW))
    database.sources.record("wire", "changed", "", {"items": 12, "new": 2}, NOW)
    database.sources.record("old-port", "failed", told, {}, NOW)


def deliveries(database: Database) -> None:
    alert = next(iter(database.outbox.alerts(limit=1)), None)
    for number, status in enumerate(("delivered", "failed", "pending")):
        message = Message(id=f"msg-{number}", type="event.new", timestamp=NOW, subject=f"Nickel quota {EVIL if number else ''}", text="text")
        made = Delivery(
            id=f"dl-{number}", channel="desk", message=message, due=NOW, created=NOW - timedelta(minutes=number * 10), alert=alert and alert.id
        )
        database.outbox.add_delivery(made)
        if status != "pending":
            tried = Delivery(
                id=made.id,
                channel="desk",
                message=message,
                due=NOW,
                created=NOW,
                attempt=1,
                status=status,
                said=f"said {EVIL}",  # type: ignore[arg-type]
            )
            database.outbox.save(tried)
            database.outbox.record_attempt(tried, f"{status}: 250 {EVIL}", NOW)
