"""The schema, as numbered steps from an empty file. A released step is never edited: a change is a new step.

`PRAGMA user_version` holds the number of the last step taken, `PRAGMA application_id` says that the file is ours.
"""

import re
from collections.abc import Callable
from pathlib import Path

from monitor.errors import StoreFailed
from monitor.store.backup import copy
from monitor.store.connection import Connection
from monitor.store.views import create_views

APPLICATION_ID = 0x52454D4E  # "REMN"
KINDS = {"text": str, "int": int, "real": float, "blob": bytes}
WORD = re.compile(r"(?P<name>\w+)(?::(?P<kind>\w+))?(?:>(?P<table>\w+)\.(?P<column>\w+))?(?P<optional>\?)?")

FIELDS = """type direction focus status certainty jurisdictions actors recipients destinations materials
            instrument? date? effective? until?"""


def table(db: Connection, name: str, key: str, columns: str) -> None:
    """A STRICT table, made by sqlite-utils. A column is written `name`, `name:int`, `name>table.column`; `?` at its end lets it be NULL."""
    words = [found for word in columns.split() if (found := WORD.fullmatch(word))]
    db.utils.table(name).create(
        {word["name"]: KINDS[word["kind"] or "text"] for word in words},
        pk=key,
        foreign_keys=[(word["name"], word["table"], word["column"]) for word in words if word["table"]],
        not_null={word["name"] for word in words if not word["optional"]},
        strict=True,
    )


def sorted_table(db: Connection, name: str, columns: str, key: str) -> None:
    """A table that is its own index: rows lie in the order of their key, so a lookup by its beginning touches nothing else."""
    db.run(f"CREATE TABLE {name} ({columns}, PRIMARY KEY ({key})) STRICT, WITHOUT ROWID")


def unique(db: Connection, name: str, column: str) -> None:
    db.run(f"CREATE UNIQUE INDEX {name}_{column} ON {name} ({column})")


def first(db: Connection) -> None:
    """Sources, items, articles, mentions, events, the outbox."""
    table(db, "meta", "key", "key value")
    sources(db)
    articles(db)
    mentions(db)
    events(db)
    outbox(db)


def sources(db: Connection) -> None:
    table(db, "source", "name", "name kind url every_seconds:real outlet official:int language? follow expect_per_week:real? active:int")
    table(
        db,
        "source_state",
        "name",
        """name next_check? etag? last_modified? body_hash? moved_to? failures:int health since? message
           last_check? last_success? last_item?""",
    )
    table(db, "source_outcome", "id", "id:int source at outcome detail counts")
    db.run("CREATE INDEX source_outcome_source ON source_outcome (source, id)")
    table(
        db,
        "item",
        "n",
        """n:int id source key url title summary content published? zone:int? language?
           first_seen outcome? outcome_at? attempt:int due? article?""",
    )
    unique(db, "item", "id")
    db.run("CREATE INDEX item_due ON item (due, n) WHERE due IS NOT NULL")
    db.run("CREATE INDEX item_source ON item (source, first_seen)")
    db.run("CREATE INDEX item_article ON item (article) WHERE article IS NOT NULL")


def articles(db: Connection) -> None:
    table(
        db,
        "article",
        "n",
        """n:int id source url outlet title text language fetched published? zone:int? official:int fingerprint
           duplicate_of? revision:int text_from first_fetched""",
    )
    unique(db, "article", "id")
    db.run("CREATE INDEX article_url ON article (url)")
    db.run("CREATE INDEX article_published ON article (published)")
    db.run("CREATE INDEX article_fetched ON article (fetched)")
    table(db, "article_revision", "n", "n:int article>article.id revision:int title text published? fetched replaced_at")
    db.run("CREATE UNIQUE INDEX article_revision_of ON article_revision (article, revision)")
    sorted_table(db, "article_band", "band TEXT NOT NULL, article INTEGER NOT NULL REFERENCES article (n)", "band, article")
    db.run("CREATE INDEX article_band_article ON article_band (article)")


def mentions(db: Connection) -> None:
    table(
        db,
        "mention",
        "n",
        f"""n:int id article>article.id {FIELDS} evidence surface claimant? numbers correction:int confidence:real extractor why
            words seen superseded_at?""",
    )
    unique(db, "mention", "id")
    db.run("CREATE INDEX mention_article ON mention (article)")
    db.run("CREATE INDEX mention_seen ON mention (seen)")
    table(db, "mention_revision", "n", "n:int mention>mention.id replaced_at reading")
    db.run("CREATE INDEX mention_revision_of ON mention_revision (mention)")


def events(db: Connection) -> None:
    table(
        db,
        "event",
        "n",
        f"""n:int id {FIELDS} ref? summary modifies known? last_seen? mentions:int outlets:int official:int revision:int
            claims numbers sources text day retired_at? merged_into?""",
    )
    unique(db, "event", "id")
    db.run("CREATE INDEX event_day ON event (day, n) WHERE retired_at IS NULL")
    db.run("CREATE INDEX event_type ON event (type, day)")
    db.run("CREATE INDEX event_last_seen ON event (last_seen)")
    table(db, "judgement", "id", "id mention>mention.id event>event.id judged_by why at score:real reasons retracted_at?")
    db.run("CREATE INDEX judgement_event ON judgement (event)")
    db.run("CREATE INDEX judgement_mention ON judgement (mention)")
    table(db, "baseline", "id", "id event loaded_at withdrawn_at?")
    sorted_table(db, "event_key", "key TEXT NOT NULL, seen INTEGER NOT NULL, event INTEGER NOT NULL REFERENCES event (n)", "key, seen, event")
    db.run("CREATE INDEX event_key_event ON event_key (event, key, seen)")
    for kind in ("material", "jurisdiction", "destination", "company", "instrument", "outlet"):
        child = f"event_{kind}"
        sorted_table(db, child, "value TEXT NOT NULL COLLATE NOCASE, event INTEGER NOT NULL REFERENCES event (n)", "value, event")
        db.run(f"CREATE INDEX {child}_event ON {child} (event, value)")
    table(db, "facet", "id", "id:int kind value events:int")
    db.run("CREATE UNIQUE INDEX facet_value ON facet (kind, value)")
    table(db, "event_facets", "event", "event:int>event.n facets:blob")
    db.run("CREATE VIRTUAL TABLE event_text USING fts5 (head, body, cjk, tokenize = 'porter unicode61 remove_diacritics 2')")
    table(db, "change", "n", "n:int id event>event.id field before? after? reason at severity severity_reason mention?")
    unique(db, "change", "id")
    db.run("CREATE INDEX change_event ON change (event)")
    db.run("CREATE INDEX change_at ON change (at)")
    db.run("CREATE INDEX change_mention ON change (mention)")


def outbox(db: Connection) -> None:
    table(db, "alert", "n", "n:int id rule event? change>change.id? severity reason at channels")
    unique(db, "alert", "id")
    db.run("CREATE INDEX alert_at ON alert (at)")
    db.run("CREATE INDEX alert_event ON alert (event)")
    db.run("CREATE INDEX alert_change ON alert (change)")
    table(
        db,
        "delivery",
        "n",
        """n:int id channel recipient? alert>alert.id? status due created attempt:int said
           message_id message_type timestamp subject text html data thread?""",
    )
    unique(db, "delivery", "id")
    db.run("CREATE INDEX delivery_due ON delivery (due, n) WHERE status = 'pending'")
    db.run("CREATE INDEX delivery_alert ON delivery (alert)")
    db.run("CREATE INDEX delivery_created ON delivery (created)")
    sorted_table(
        db,
        "delivery_file",
        """delivery TEXT NOT NULL REFERENCES delivery (id), position INTEGER NOT NULL, name TEXT NOT NULL, media_type TEXT NOT NULL,
           content BLOB NOT NULL""",
        "delivery, position",
    )
    table(db, "delivery_attempt", "id", "id:int delivery>delivery.id attempt:int at outcome")
    db.run("CREATE INDEX delivery_attempt_of ON delivery_attempt (delivery, id)")
    sorted_table(db, "digest_sent", "day TEXT NOT NULL, audience TEXT NOT NULL, at TEXT NOT NULL", "day, audience")


STEPS: tuple[Callable[[Connection], None], ...] = (first,)


def version(db: Connection) -> int:
    """The number of the last step that the file has taken; 0 for an empty file. Raises StoreFailed when the file is not ours or too new."""
    found, taken = db.value("PRAGMA application_id"), int(db.value("PRAGMA user_version"))
    empty = db.value("SELECT count(*) FROM sqlite_master") == 0
    if found != APPLICATION_ID and not (found == 0 and taken == 0 and empty):
        raise StoreFailed(f"{db.path}: is a database of another program (application id {found}); name a file of this one or a new one")
    if taken > len(STEPS):
        raise StoreFailed(f"{db.path}: was made by a newer version (schema {taken}, this one knows up to {len(STEPS)}); upgrade the program")
    return taken


def migrate(db: Connection, steps: tuple[Callable[[Connection], None], ...] = STEPS) -> Path | None:
    """Takes the steps that are missing, all in one transaction. The path of the copy kept of an older file, or None when none was older."""
    taken = version(db)
    if taken == len(steps):
        return None
    kept = keep_copy(db, taken) if taken else None
    with db.transaction():
        for step in steps[version(db) :]:
            step(db)
        create_views(db)
        db.run(f"PRAGMA application_id = {APPLICATION_ID}")
        db.run(f"PRAGMA user_version = {len(steps)}")
    return kept


def keep_copy(db: Connection, taken: int) -> Path:
    """A copy of the file as it was, beside it; one that is there already is left alone, since it is the older."""
    kept = db.path.with_name(f"{db.path.name}.schema-{taken}")
    if not kept.exists():
        copy(db.path, kept)
    return kept
