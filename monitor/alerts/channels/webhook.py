"""Signed webhooks as Standard Webhooks describes them: `webhook-id`, `webhook-timestamp`, `webhook-signature` over the body's exact bytes.

The id stays the same over all attempts, so that a receiver can tell a repeat. Only an answer of 2xx counts as received; redirects are not
followed. See docs/webhooks.md for the receiver's side.
"""

import asyncio
import base64
import binascii
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import httpx
from standardwebhooks import Webhook

from monitor.alerts.body import body
from monitor.model import Delivered, Delivery, GiveUp, Later, Outcome
from monitor.options import option, shown

SAID = 300  # characters of an answer that are kept
READ = 4096  # bytes of an answer that are read


def web_address(value: str) -> str | None:
    parts = urlsplit(value)
    return (
        None if parts.scheme in ("http", "https") and parts.hostname else f"{shown(value)} is no web address. Allowed: http:// or https:// and a host"
    )


def secret_fault(value: str) -> str | None:
    """What is wrong with a secret, without showing it."""
    text = value.removeprefix("whsec_").rstrip("=")
    try:
        key = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except binascii.Error:
        key = b""
    return None if 24 <= len(key) <= 64 else 'is no secret. Allowed: "whsec_" and 24 to 64 bytes in base64'


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    url: str = option("Where messages are posted.", check=web_address)
    secret: str = option('The signing secret, "whsec_" and 24 to 64 bytes in base64.', secret=True, check=secret_fault)
    old_secret: str | None = option(
        "The secret before it: while both are given, messages carry both signatures.", default=None, secret=True, check=secret_fault
    )
    timeout: timedelta = option("Longest wait for an answer.", default=timedelta(seconds=15), minimum=1, maximum=30)


def recipients(options: Options) -> tuple[str | None, ...]:  # noqa: ARG001 - the shape of all channels
    """One endpoint, no recipients to tell apart."""
    return (None,)


async def send(options: Options, delivery: Delivery, client: httpx.AsyncClient, now: datetime) -> Outcome:
    """One attempt. A receiver that cannot be reached or says 408, 429 or 5xx is tried again; any other refusal is final."""
    secrets = tuple(secret for secret in (options.secret, options.old_secret) if secret)
    if faults := tuple(fault for secret in secrets if (fault := secret_fault(secret))):
        return Later(f"the channel's secret {faults[0]}")
    content = body(delivery.message)
    headers = {"Content-Type": "application/json", "Accept-Encoding": "identity", **signed(delivery.message.id, content, secrets, now)}
    limit = options.timeout.total_seconds()
    try:
        async with asyncio.timeout(limit):
            request = client.build_request("POST", options.url, content=content.encode(), headers=headers, timeout=limit)
            response = await client.send(request, stream=True, follow_redirects=False)
            try:
                return classified(response, "" if response.is_success else await said(response), now)
            finally:
                await response.aclose()
    except (httpx.TimeoutException, TimeoutError):
        return Later(f"no answer within {limit:g} s")
    except httpx.InvalidURL as error:
        return GiveUp(f"{shown(options.url)} is no web address: {error}")
    except httpx.TransportError as error:
        return Later(f"could not be reached: {error or type(error).__name__}")


def signed(id: str, content: str, secrets: tuple[str, ...], now: datetime) -> dict[str, str]:
    """The three headers of Standard Webhooks, with one signature for each secret."""
    moment = now.astimezone(UTC)
    signatures = (Webhook(secret).sign(id, moment, content) for secret in secrets)
    return {"webhook-id": id, "webhook-timestamp": str(int(moment.timestamp())), "webhook-signature": " ".join(signatures)}


async def said(response: httpx.Response) -> str:
    """The beginning of the answer on one line; nothing when it breaks off, since the status already decides."""
    read = b""
    try:
        async for chunk in response.aiter_raw():
            read += chunk
            if len(read) >= READ:
                break
    except httpx.TransportError:
        return ""
    text = " ".join(read[:READ].decode("utf-8", "replace").split())
    return "".join(c for c in text if c.isprintable())[:SAID]


def classified(response: httpx.Response, text: str, now: datetime) -> Outcome:
    """What a status means for the delivery. Pure."""
    status = response.status_code
    answer = f"answered {status} {response.reason_phrase}".rstrip() + (f": {text}" if text else "")
    if response.is_success:
        return Delivered(answer)
    if status == 410:
        return GiveUp(f"{answer}; the receiver wants nothing more", disable=True)
    if status in (408, 429) or status >= 500:
        return Later(answer, retry_after(response.headers.get("retry-after"), now))
    if 300 <= status < 400:
        return GiveUp(
            f"{answer}; it points to {shown(response.headers.get('location', ''))}, and redirects are not followed: put the right address into url"
        )
    return GiveUp(answer)


def retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds that the receiver asks to wait, told as a number or as a date; None when it says nothing that can be read."""
    if value is None:
        return None
    if value.strip().isdigit():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(0.0, (moment.replace(tzinfo=moment.tzinfo or UTC) - now).total_seconds())
