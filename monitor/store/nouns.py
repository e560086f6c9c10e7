"""How each noun is stored: the columns that are not plain."""

import json
from dataclasses import asdict
from typing import Any

from monitor.model import Alert, Article, Change, Claim, Delivery, Event, Item, Judgement, Mention, Message, SourceState, Span
from monitor.store.codec import Codec, Column, moment, packed, stamp, stamp_or_none


def pack_spans(spans: tuple[Span, ...]) -> str:
    return packed([asdict(span) for span in spans])


def unpack_spans(text: str) -> tuple[Span, ...]:
    return tuple(Span(**span) for span in json.loads(text))


def pack_surface(surface: tuple[tuple[str, Span], ...]) -> str:
    return packed([{"field": name} | asdict(span) for name, span in surface])


def unpack_surface(text: str) -> tuple[tuple[str, Span], ...]:
    return tuple((entry.pop("field"), Span(**entry)) for entry in json.loads(text))


def pack_claims(claims: tuple[Claim, ...]) -> str:
    return packed([asdict(claim) | {"known": stamp_or_none(claim.known)} for claim in claims])


def unpack_claims(text: str) -> tuple[Claim, ...]:
    return tuple(claim(entry) for entry in json.loads(text)) if text != "[]" else ()


def claim(entry: dict[str, Any]) -> Claim:
    return Claim(**entry | {"known": moment(entry["known"]) if entry["known"] else None})


STATES = Codec(SourceState)
ITEMS = Codec(Item)
ARTICLES = Codec(Article)
MENTIONS = Codec(
    Mention,
    {"evidence": Column("evidence", str, pack_spans, unpack_spans), "surface": Column("surface", str, pack_surface, unpack_surface)},
)
JUDGEMENTS = Codec(
    Judgement,
    {
        "by": Column("judged_by", str),
        "retracted": Column("retracted_at", str, stamp_or_none, lambda text: moment(text) if text else None),
    },
)
EVENTS = Codec(Event, {"claims": Column("claims", str, pack_claims, unpack_claims)})
CHANGES = Codec(Change)
ALERTS = Codec(Alert)


def delivery_row(delivery: Delivery) -> dict[str, Any]:
    """A delivery and its message, column by column; the message's files go to a table of their own."""
    message = delivery.message
    return {
        "id": delivery.id,
        "channel": delivery.channel,
        "recipient": delivery.recipient,
        "alert": delivery.alert,
        "status": delivery.status,
        "due": stamp(delivery.due),
        "created": stamp(delivery.created),
        "attempt": delivery.attempt,
        "said": delivery.said,
        "message_id": message.id,
        "message_type": message.type,
        "timestamp": stamp(message.timestamp),
        "subject": message.subject,
        "text": message.text,
        "html": message.html,
        "data": packed(message.data),
        "thread": message.thread,
    }


DELIVERY_COLUMNS = (
    "id", "channel", "recipient", "alert", "status", "due", "created", "attempt", "said",
    "message_id", "message_type", "timestamp", "subject", "text", "html", "data", "thread",
)  # fmt: skip


def delivery(row: tuple[Any, ...], files: tuple[tuple[str, str, bytes], ...]) -> Delivery:
    """The delivery of a row in the order of DELIVERY_COLUMNS."""
    of = dict(zip(DELIVERY_COLUMNS, row, strict=True))
    message = Message(
        id=of["message_id"],
        type=of["message_type"],
        timestamp=moment(of["timestamp"]),
        subject=of["subject"],
        text=of["text"],
        html=of["html"],
        data=json.loads(of["data"]),
        thread=of["thread"],
        files=files,
    )
    return Delivery(
        id=of["id"],
        channel=of["channel"],
        recipient=of["recipient"],
        alert=of["alert"],
        status=of["status"],
        due=moment(of["due"]),
        created=moment(of["created"]),
        attempt=of["attempt"],
        said=of["said"],
        message=message,
    )
