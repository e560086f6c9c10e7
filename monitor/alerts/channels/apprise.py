"""Slack, Teams, Discord, Telegram, ntfy and a hundred more, through the library of that name: a secret list of its addresses.

Each address is a delivery of its own: that one of three was reached is not delivery. What is stored of an address is its kind and a hash,
since the address itself holds the token.
"""

import asyncio
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import httpx
from apprise import Apprise, AppriseResult, NotifyFormat

from monitor.model import Delivered, Delivery, GiveUp, Later, Outcome, digest
from monitor.options import option

SAID = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    urls: str = option("Apprise addresses such as slack://…, one a line or parted by blanks.", secret=True)
    length: Literal["short", "full"] = option("The first paragraph (280 characters) or the whole text.", default="full")
    timeout: timedelta = option("Longest wait for a service.", default=timedelta(seconds=30), minimum=1, maximum=300)


def addresses(options: Options) -> dict[str, str]:
    """{recipient: address}; the recipient's name tells no secret and stays the same when the list is reordered."""
    return {f"{url.partition(':')[0]}-{digest(url)[:6]}": url for url in options.urls.split()}


def recipients(options: Options) -> tuple[str | None, ...]:
    """A name for each address, with an outcome of its own."""
    return tuple(addresses(options))


async def send(options: Options, delivery: Delivery, client: httpx.AsyncClient, now: datetime) -> Outcome:  # noqa: ARG001 - the shape of all channels
    """One attempt through one address. The library says yes or no and logs why: what it logged is what the outcome says."""
    known = addresses(options)
    url = known.get(delivery.recipient or "")
    if url is None:
        return GiveUp(f"there is no address {delivery.recipient} in urls any more")
    service = Apprise()
    if not service.add(url):
        return Later(f"{delivery.recipient} is no address that Apprise knows")
    message = delivery.message
    text = message.text.split("\n\n")[0] if options.length == "short" else message.text
    try:
        async with asyncio.timeout(options.timeout.total_seconds()):
            result = await service.async_notify(title=message.subject, body=text, body_format=NotifyFormat.TEXT, log_level=logging.WARNING)
    except TimeoutError:
        return Later(f"no answer within {options.timeout.total_seconds():g} s")
    return Delivered("accepted") if result else Later(complaint(result, url))


def complaint(result: AppriseResult, url: str) -> str:
    """What the library logged about the failure; the address, should it be quoted, is left out."""
    told = " ".join(entry.message for entry in result.logs()).replace(url, "the address")
    return " ".join(told.split())[:SAID] or "the service did not accept it"
