"""The memory: mentions, judgements, events, the baseline register, and what changed."""

from collections.abc import Sequence
from datetime import datetime

from monitor.model import Change
from monitor.store.baseline import Baseline
from monitor.store.codec import conditions, packed, stamp
from monitor.store.mentions import Mentions
from monitor.store.nouns import CHANGES


class History(Mentions, Baseline):
    """Everything that is remembered of acts."""

    def save_change(self, change: Change) -> bool:
        """Stores a change; False when it is known already."""
        return self.db.run(CHANGES.insert("change", end="ON CONFLICT (id) DO NOTHING"), CHANGES.row(change)) == 1

    def change(self, change_id: str) -> Change | None:
        row = self.db.one(f"SELECT {CHANGES.select()} FROM change WHERE id = ?", (change_id,))
        return CHANGES.noun(row) if row else None

    def changes(
        self,
        since: datetime | None = None,
        until: datetime | None = None,
        *,
        event: str | None = None,
        fields: Sequence[str] = (),
        limit: int | None = None,
    ) -> list[Change]:
        """Changes with since <= at < until in order of time; of one event, or of some fields."""
        where, values = conditions(
            ("at >= ?", since and stamp(since)),
            ("at < ?", until and stamp(until)),
            ("event = ?", event),
            ("field IN (SELECT value FROM json_each(?))", packed(list(fields)) if fields else None),
        )
        sql = f"SELECT {CHANGES.select()} FROM change WHERE {where} ORDER BY at, n LIMIT ?"
        return CHANGES.nouns(self.db.all(sql, (*values, -1 if limit is None else limit)))

    def held_back(self, since: datetime, until: datetime | None = None) -> list[tuple[str, int]]:
        """What was read in a period and changed nothing, counted by reason; the most frequent first."""
        where, values = conditions(("mention.seen >= ?", stamp(since)), ("mention.seen < ?", until and stamp(until)))
        reason = "CASE mention.focus WHEN 'background' THEN 'recap of what is known' ELSE 'known news told again' END"
        sql = (
            f"SELECT {reason}, count(*) FROM mention WHERE superseded_at IS NULL AND {where} "
            "AND NOT EXISTS (SELECT 1 FROM change WHERE change.mention = mention.id) GROUP BY 1 ORDER BY 2 DESC, 1"
        )
        return [(str(told), int(count)) for told, count in self.db.all(sql, values)]
