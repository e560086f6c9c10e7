"""Small nouns to fill a database with."""

from datetime import UTC, datetime
from typing import Any

from monitor import store
from monitor.model import Article, Event, Judgement, Mention, Span

NOW = datetime(2025, 11, 15, 8, 30, tzinfo=UTC)


class Make:
    """Nouns with only what a test is about."""

    now = NOW

    def article(self, name: str = "a", **fields: Any) -> Article:
        told = {"source": "wire", "outlet": "Wire", "title": f"Title {name}", "text": f"Text {name}", "language": "en", "fetched": NOW}
        return Article(**{"id": name, "url": f"https://example.org/{name}"} | told | fields)

    def mention(self, name: str = "m", article: str = "a", **fields: Any) -> Mention:
        quote = fields.pop("quote", f"quote {name}")
        spans = (Span(start=0, end=len(quote), quote=quote),)
        return Mention(**{"id": name, "article": article, "type": "control_introduced", "evidence": spans} | fields)

    def event(self, name: str = "e", **fields: Any) -> Event:
        return Event(**{"id": name, "type": "control_introduced", "summary": f"Summary {name}", "known": NOW} | fields)

    def judgement(self, mention: str = "m", event: str = "e", **fields: Any) -> Judgement:
        told = {"id": f"{mention}-{event}", "by": "machine", "why": "same number", "at": NOW}
        return Judgement(**{"mention": mention, "event": event} | told | fields)

    def told(self, database: store.Database, event: Event, *mentions: Mention) -> None:
        """An event with its mentions, their articles and the judgements that join them."""
        with database.transaction():
            for mention in mentions:
                if database.articles.get(mention.article) is None:
                    database.articles.add(self.article(mention.article))
                database.history.add_mention(mention)
                database.history.add_judgement(self.judgement(mention.id, event.id))
            database.history.save_event(event, (f"key:{event.id}",))
