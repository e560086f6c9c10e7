"""Items that sources showed and what became of each, and the articles behind them with their earlier texts."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Literal

from monitor.model import Article, Item
from monitor.store.codec import marks, stamp
from monitor.store.connection import Connection
from monitor.store.nouns import ARTICLES, ITEMS

Added = Literal["new", "unchanged", "revised"]
BATCH = 500
SIMILAR_PER_BAND = 200


class Articles:
    """The item ledger and the articles. Nothing is deleted: a changed article keeps its older text as a revision."""

    def __init__(self, connection: Connection) -> None:
        self.db = connection

    # ---- items

    def new_items(self, source: str, items: Iterable[Item]) -> list[Item]:
        """Those of `items` that this source has not shown before, each once, in their order."""
        asked = {item.id: item for item in items}
        known: set[str] = set()
        ids = list(asked)
        for start in range(0, len(ids), BATCH):
            some = ids[start : start + BATCH]
            known.update(self.db.column(f"SELECT id FROM item WHERE source = ? AND id IN ({marks(len(some))})", (source, *some)))
        return [item for item in asked.values() if item.id not in known]

    def save_items(self, items: Iterable[Item], now: datetime) -> None:
        """Enters items as pending; those that are known stay as they are."""
        rows = [(*ITEMS.row(item), stamp(now), stamp(now), 0) for item in items]
        with self.db.transaction():
            self.db.many(ITEMS.insert("item", ("first_seen", "due", "attempt"), end="ON CONFLICT DO NOTHING"), rows)

    def pending(self, now: datetime, limit: int = 100) -> list[tuple[Item, int]]:
        """Items that wait for their first or next attempt, with the attempts made so far; the longest waiting first."""
        rows = self.db.all(f"SELECT {ITEMS.select()}, attempt FROM item WHERE due <= ? ORDER BY due, n LIMIT ?", (stamp(now), limit))
        return [(ITEMS.noun(row[:-1]), row[-1]) for row in rows]

    def item_outcome(self, item_id: str, outcome: str, now: datetime, retry_at: datetime | None = None, article: str | None = None) -> None:
        """Writes down how an attempt at an item ended. Without `retry_at` it is final, and the entry's own content is let go."""
        due = None if retry_at is None else stamp(retry_at)
        self.db.run(
            "UPDATE item SET outcome = ?, outcome_at = ?, attempt = attempt + 1, due = ?, article = coalesce(?, article), "
            "content = CASE WHEN ? IS NULL THEN '' ELSE content END WHERE id = ?",
            (outcome, stamp(now), due, article, due, item_id),
        )

    def item_outcomes(self, since: datetime) -> dict[str, int]:
        """How the attempts since a moment ended, counted; the most frequent first."""
        sql = "SELECT outcome, count(*) AS number FROM item WHERE outcome_at >= ? GROUP BY outcome ORDER BY number DESC, outcome"
        return {str(outcome): int(number) for outcome, number in self.db.all(sql, (stamp(since),))}

    # ---- articles

    def add(self, article: Article, bands: Iterable[str] = ()) -> Added:
        """Stores an article under its id. The same text again only fills in what was unknown; another text becomes a revision.

        `bands` are those of its fingerprint, by which `similar` finds it.
        """
        with self.db.transaction():
            row = self.db.one("SELECT title, text, revision FROM article WHERE id = ?", (article.id,))
            if row is None:
                self.write(article, bands)
                return "new"
            if row[:2] == (article.title, article.text):
                self.fill_in(article)
                return "unchanged"
            self.keep_revision(article)
            self.write(replace(article, revision=row[2] + 1), bands)
            return "revised"

    def write(self, article: Article, bands: Iterable[str]) -> None:
        self.db.run(ARTICLES.upsert("article", once=("first_fetched",)), (*ARTICLES.row(article), stamp(article.fetched)))
        number = self.db.value("SELECT n FROM article WHERE id = ?", (article.id,))
        self.db.run("DELETE FROM article_band WHERE article = ?", (number,))
        self.db.many("INSERT INTO article_band (band, article) VALUES (?, ?) ON CONFLICT DO NOTHING", [(band, number) for band in bands])

    def fill_in(self, article: Article) -> None:
        """Takes over a publication time and a duplicate's original that were not known before."""
        published = None if article.published is None else stamp(article.published)
        self.db.run(
            "UPDATE article SET zone = CASE WHEN published IS NULL THEN coalesce(?, zone) ELSE zone END, published = coalesce(published, ?), "
            "duplicate_of = coalesce(duplicate_of, ?) WHERE id = ?",
            (article.zone, published, article.duplicate_of, article.id),
        )

    def keep_revision(self, article: Article) -> None:
        self.db.run(
            "INSERT INTO article_revision (article, revision, title, text, published, fetched, replaced_at) "
            "SELECT id, revision, title, text, published, fetched, ? FROM article WHERE id = ?",
            (stamp(article.fetched), article.id),
        )

    def get(self, article_id: str) -> Article | None:
        row = self.db.one(f"SELECT {ARTICLES.select()} FROM article WHERE id = ?", (article_id,))
        return ARTICLES.noun(row) if row else None

    def by_url(self, url: str) -> Article | None:
        """The article at an address; the one stored last when several were."""
        row = self.db.one(f"SELECT {ARTICLES.select()} FROM article WHERE url = ? ORDER BY n DESC LIMIT 1", (url,))
        return ARTICLES.noun(row) if row else None

    def revisions(self, article_id: str) -> list[Article]:
        """The earlier texts of an article, the oldest first."""
        now = self.get(article_id)
        rows = self.db.all(
            "SELECT revision, title, text, published, fetched FROM article_revision WHERE article = ? ORDER BY revision", (article_id,)
        )
        return [earlier(now, *row) for row in rows] if now else []

    def similar(self, bands: Iterable[str]) -> list[tuple[str, str]]:
        """Ids and fingerprints of articles that share a band, at most the newest 200 of each."""
        newest = "SELECT article FROM article_band WHERE band = ? ORDER BY article DESC LIMIT ?"
        numbers = {number for band in set(bands) for number in self.db.column(newest, (band, SIMILAR_PER_BAND))}
        return self.db.all(f"SELECT id, fingerprint FROM article WHERE n IN ({marks(len(numbers))}) ORDER BY n", tuple(numbers))

    def all(self, since: datetime | None = None) -> Iterator[Article]:
        """All articles in order of arrival, or those fetched since; read in batches, so that writing may go on meanwhile."""
        last = 0
        while rows := self.db.all(
            f"SELECT {ARTICLES.select()}, n FROM article WHERE n > ? AND fetched >= ? ORDER BY n LIMIT ?",
            (last, stamp(since) if since else "", BATCH),
        ):
            yield from (ARTICLES.noun(row[:-1]) for row in rows)
            last = rows[-1][-1]


def earlier(now: Article, revision: int, title: str, text: str, published: str | None, fetched: str) -> Article:
    return replace(
        now,
        revision=revision,
        title=title,
        text=text,
        published=datetime.fromisoformat(published) if published else None,
        fetched=datetime.fromisoformat(fetched),
    )
