"""Views for people, notebooks and Datasette: stable names and columns, described in docs/database.md."""

from monitor.store.connection import Connection

FIELDS = """type, {t}.direction, {t}.focus, {t}.status, {t}.certainty, {t}.jurisdictions, {t}.actors, {t}.recipients, {t}.destinations,
    {t}.materials, {t}.instrument, {t}.date, {t}.effective, {t}.until"""

VIEWS = {
    "events": f"""
        SELECT event.id, event.{FIELDS.format(t="event")}, event.summary, event.ref, event.modifies, event.known, event.last_seen, event.mentions,
            event.outlets, event.official, event.revision, event.claims, event.numbers, event.sources
        FROM event WHERE event.retired_at IS NULL""",
    "mentions": f"""
        SELECT mention.id, judgement.event, mention.article, mention.{FIELDS.format(t="mention")}, mention.evidence ->> '$[0].quote' AS quote,
            mention.evidence, mention.surface, mention.claimant, mention.numbers, mention.correction, mention.confidence, mention.extractor,
            mention.why, mention.seen, article.title, article.url, article.outlet, article.published, article.language, article.official,
            judgement.judged_by, judgement.why AS judged_why
        FROM mention JOIN article ON article.id = mention.article
        LEFT JOIN judgement ON judgement.mention = mention.id AND judgement.retracted_at IS NULL
        WHERE mention.superseded_at IS NULL""",
    "articles": """
        SELECT article.id, article.source, article.url, article.outlet, article.title, article.text, article.language, article.published,
            article.fetched, article.official, article.duplicate_of, article.revision, article.text_from
        FROM article""",
    "alerts": """
        SELECT alert.id, alert.at, alert.rule, alert.severity, alert.reason, alert.event, event.type, event.summary, alert.change,
            change.field, change.before, change.after, change.reason AS change_reason, change.mention, alert.channels
        FROM alert LEFT JOIN change ON change.id = alert.change LEFT JOIN event ON event.id = alert.event""",
}


def create_views(db: Connection) -> None:
    """Makes the views anew; they hold no data."""
    for name, sql in VIEWS.items():
        db.utils.create_view(name, sql, replace=True)
