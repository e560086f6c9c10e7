"""The sentences that prove an event or a change, with outlet, date and link."""

from monitor.model import Article, Event, Evidence, Mention
from monitor.store import Database

MOST = 6


def of_mention(database: Database, mention_id: str | None) -> tuple[Evidence, ...]:
    """The evidence of one mention; empty when there is none."""
    mention = database.history.mention(mention_id) if mention_id else None
    article = database.articles.get(mention.article) if mention else None
    return quoted(mention, article) if mention and article else ()


def quoted(mention: Mention, article: Article) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(
            quote=span.quote,
            url=article.url,
            outlet=article.outlet,
            published=article.published,
            language=article.language,
            official=article.official,
        )
        for span in mention.evidence
    )


def of_event(database: Database, event: Event, most: int = MOST) -> tuple[Evidence, ...]:
    """The first sentence of each of the event's first articles, official ones before others; else the register's sentence with its first source."""
    witnesses = sorted(database.history.witnesses(event.id), key=lambda pair: (not pair[0].official, pair[0].known))
    articles = [(witness.mention, database.articles.get(witness.mention.article)) for witness, _ in witnesses[:most]]
    found = [evidence for mention, article in articles if article for evidence in quoted(mention, article)[:1]]
    if found:
        return tuple(found)
    return (Evidence(quote=event.summary, url=event.sources[0], outlet="baseline register"),) if event.summary and event.sources else ()
