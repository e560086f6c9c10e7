"""Mentions and the judgements that join them to events.

Evidence is append-only: a replaced mention is kept with the moment of its replacement, a retracted judgement with that of its retraction.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from monitor.errors import BadInput, StoreFailed
from monitor.model import Judgement, Mention, Witness
from monitor.store.codec import moment, packed, stamp
from monitor.store.codec import words as unpacked
from monitor.store.connection import Connection
from monitor.store.nouns import JUDGEMENTS, MENTIONS

LIVE = "mention.superseded_at IS NULL AND judgement.retracted_at IS NULL"


class Mentions:
    """What articles assert, and which event each assertion was judged to belong to."""

    def __init__(self, connection: Connection) -> None:
        self.db = connection

    def add_mention(self, mention: Mention, words: Sequence[str] = ()) -> bool:
        """Stores a mention; False when it is there already. It was seen when its article's text was fetched.

        Raises StoreFailed when its article is not stored.
        """
        seen = self.db.value("SELECT fetched FROM article WHERE id = ?", (mention.article,))
        if seen is None:
            raise StoreFailed(f"{self.db.path}: mention {mention.id} is of article {mention.article}, which is not stored")
        sql = MENTIONS.insert("mention", ("words", "seen"), end="ON CONFLICT (id) DO NOTHING")
        return self.db.run(sql, (*MENTIONS.row(mention), packed(list(words)), seen)) == 1

    def mentions(self, article_id: str) -> list[Mention]:
        """The live mentions of an article, in order of arrival."""
        sql = f"SELECT {MENTIONS.select()} FROM mention WHERE article = ? AND superseded_at IS NULL ORDER BY n"
        return MENTIONS.nouns(self.db.all(sql, (article_id,)))

    def mention(self, mention_id: str) -> Mention | None:
        """A mention, live or superseded."""
        row = self.db.one(f"SELECT {MENTIONS.select()} FROM mention WHERE id = ?", (mention_id,))
        return MENTIONS.noun(row) if row else None

    def replace_mentions(self, article_id: str, mentions: Iterable[Mention], now: datetime, words: Sequence[str] = ()) -> tuple[str, ...]:
        """Makes these the live mentions of an article; the others are superseded, and a known one keeps its id and its judgements.

        Returns the ids of events that have lost, regained or seen altered a witness: they must be folded again.
        """
        wanted = {mention.id: mention for mention in mentions}
        with self.db.transaction():
            before = {m.id: m for m in MENTIONS.nouns(self.db.all(f"SELECT {MENTIONS.select()} FROM mention WHERE article = ?", (article_id,)))}
            live = set(self.db.column("SELECT id FROM mention WHERE article = ? AND superseded_at IS NULL", (article_id,)))
            lost = live - wanted.keys()
            self.db.many("UPDATE mention SET superseded_at = ? WHERE id = ?", [(stamp(now), name) for name in lost])
            altered = {name for name, mention in wanted.items() if name in before and (name not in live or before[name] != mention)}
            for name in altered:
                self.rewrite(before[name], wanted[name], now)
            for name in wanted.keys() - before.keys():
                self.add_mention(wanted[name], words)
            return self.events_of(lost | altered)

    def rewrite(self, before: Mention, after: Mention, now: datetime) -> None:
        """Another reading of a mention with the same id takes its place; the older reading is kept."""
        if before != after:
            noun = packed(dict(zip(MENTIONS.names, MENTIONS.row(before), strict=True)))
            self.db.run("INSERT INTO mention_revision (mention, replaced_at, reading) VALUES (?, ?, ?)", (before.id, stamp(now), noun))
        changed = ", ".join(f'"{name}" = ?' for name in MENTIONS.names)
        self.db.run(f"UPDATE mention SET {changed}, superseded_at = NULL WHERE id = ?", (*MENTIONS.row(after), after.id))

    def events_of(self, mentions: Iterable[str]) -> tuple[str, ...]:
        """Ids of the events that live judgements join these mentions to."""
        sql = "SELECT event FROM judgement WHERE mention = ? AND retracted_at IS NULL"
        return tuple(sorted({event for name in mentions for event in self.db.column(sql, (name,))}))

    def add_judgement(self, judgement: Judgement) -> bool:
        """Stores a judgement; False when it is there already."""
        return self.db.run(JUDGEMENTS.insert("judgement", end="ON CONFLICT (id) DO NOTHING"), JUDGEMENTS.row(judgement)) == 1

    def retract(self, judgement_id: str, now: datetime) -> None:
        """Takes a judgement back; one that was taken back before keeps its time. Raises BadInput when there is none."""
        if self.db.run("UPDATE judgement SET retracted_at = coalesce(retracted_at, ?) WHERE id = ?", (stamp(now), judgement_id)) == 0:
            raise BadInput(f'there is no judgement "{judgement_id}"')

    def judgements(self, event_id: str | None = None, mention_id: str | None = None) -> list[Judgement]:
        """All judgements about an event or a mention, retracted ones too, in order of time."""
        where, value = ("event", event_id) if event_id is not None else ("mention", mention_id)
        return JUDGEMENTS.nouns(self.db.all(f"SELECT {JUDGEMENTS.select()} FROM judgement WHERE {where} = ? ORDER BY at, id", (value,)))

    def witnesses(self, event_id: str) -> list[tuple[Witness, Judgement]]:
        """The live mentions that live judgements join to an event, in order of arrival."""
        sql = (
            f"SELECT {MENTIONS.select('mention')}, {JUDGEMENTS.select('judgement')}, "
            "article.outlet, article.url, article.official, article.published, mention.seen, mention.words "
            "FROM judgement JOIN mention ON mention.id = judgement.mention JOIN article ON article.id = mention.article "
            f"WHERE judgement.event = ? AND {LIVE} ORDER BY mention.n"
        )
        return [witness(row) for row in self.db.all(sql, (event_id,))]


def witness(row: Sequence[Any]) -> tuple[Witness, Judgement]:
    """A row of `witnesses` as its two nouns."""
    middle = len(MENTIONS.names)
    end = middle + len(JUDGEMENTS.names)
    outlet, url, official, published, seen, told = row[end:]
    noun = Witness(
        mention=MENTIONS.noun(row[:middle]),
        outlet=outlet,
        url=url,
        official=bool(official),
        published=moment(published) if published else None,
        seen=moment(seen),
        words=unpacked(told),
    )
    return noun, JUDGEMENTS.noun(row[middle:end])
