"""E-mail through an SMTP server. Each recipient is a delivery of its own, so that one bad address takes nothing from the others.

Messages about one event share a `References` id, so mail programs show them as one thread; the `Message-ID` is the delivery's, so a repeat
after a crash is recognisable. What the server refuses for now (4xx) is tried again, what it refuses for good (5xx) is not; a refused login
says nothing about the message and is tried again.
"""

import asyncio
import smtplib
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr, parseaddr
from typing import Literal

import httpx

from monitor.model import Delivered, Delivery, GiveUp, Later, Message, Outcome
from monitor.options import option, shown

PORTS = {"starttls": 587, "tls": 465, "none": 25}
ADDRESS = r"[^@\s<>\",;:]+@[A-Za-z0-9.-]+"
SAID = 300


def address_fault(value: str) -> str | None:
    name, address = parseaddr(value)
    good = value.isascii() or not name.isascii()
    local, _, domain = address.partition("@")
    return None if good and local and domain else f'{shown(value)} is no address. Allowed: "monitor@example.org" or "Monitor <monitor@example.org>"'


def nobody(addresses: tuple[str, ...]) -> str | None:
    return None if addresses else 'names no recipient. Allowed: one address or more, such as "desk@example.org"'


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    host: str = option("The SMTP server.")
    from_: str = option('The sender, "monitor@example.org" or "Monitor <monitor@example.org>".', check=address_fault)
    to: tuple[str, ...] = option(
        "The recipients; each gets a mail of its own.", pattern=ADDRESS, allowed='addresses such as "desk@example.org"', check=nobody
    )  # fmt: skip
    port: int | None = option("Its port; else 587 for starttls, 465 for tls, 25 for none.", default=None, minimum=1, maximum=65535)
    security: Literal["starttls", "tls", "none"] = option("How the connection is encrypted.", default="starttls")
    user: str | None = option("Login name; no login when left out.", default=None)
    password: str | None = option("Login password.", default=None, secret=True)
    ca_file: str | None = option("A PEM file of authorities to trust besides the system's.", default=None)
    unsubscribe: str | None = option(
        "Where a reader ends the subscription: a mailto: or https: address; else a mail to the sender.", default=None,
        pattern=r"(mailto:|https://)[\x21-\x7e]+", allowed="an address that begins with mailto: or https://",
    )  # fmt: skip
    timeout: timedelta = option("Longest wait for the server.", default=timedelta(seconds=30), minimum=1, maximum=300)

    @property
    def sender(self) -> str:
        return parseaddr(self.from_)[1]

    @property
    def domain(self) -> str:
        return self.sender.rpartition("@")[2]


def recipients(options: Options) -> tuple[str | None, ...]:
    """The addresses, each with a delivery and an outcome of its own."""
    return options.to


async def send(options: Options, delivery: Delivery, client: httpx.AsyncClient, now: datetime) -> Outcome:  # noqa: ARG001 - the shape of all channels
    """One attempt to hand the mail over; a connection for each mail, in a thread of its own."""
    if delivery.recipient is None:
        return GiveUp("the delivery names no recipient")
    return await asyncio.to_thread(handed_over, options, mail(options, delivery, now), delivery.recipient)


def handed_over(options: Options, made: EmailMessage, recipient: str) -> Outcome:
    """Talk to the server; every refusal becomes an outcome. Blocks."""
    try:
        with connection(options) as server:
            try:
                login(options, server)
            except smtplib.SMTPException as error:
                return Later(f"login refused: {refusal(error)}")
            server.send_message(made, from_addr=options.sender, to_addrs=[recipient])
            return Delivered(f"accepted by {options.host}")
    except smtplib.SMTPRecipientsRefused as error:
        code, said = error.recipients[recipient]
        return final(code, f"{recipient} refused: {code} {words(said)}")
    except smtplib.SMTPResponseException as error:
        return final(error.smtp_code, f"refused: {refusal(error)}")
    except (smtplib.SMTPException, OSError) as error:
        return Later(f"{options.host} could not be reached: {error or type(error).__name__}"[:SAID])


def connection(options: Options) -> smtplib.SMTP:
    """An open, encrypted connection. The name given to the server is the sender's domain: asking the system for its own may take long."""
    port, timeout = options.port or PORTS[options.security], options.timeout.total_seconds()
    if options.security == "tls":
        return smtplib.SMTP_SSL(options.host, port, local_hostname=options.domain, timeout=timeout, context=trust(options))
    server = smtplib.SMTP(options.host, port, local_hostname=options.domain, timeout=timeout)
    if options.security == "starttls":
        server.starttls(context=trust(options))
    return server


def trust(options: Options) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if options.ca_file:
        context.load_verify_locations(options.ca_file)
    return context


def login(options: Options, server: smtplib.SMTP) -> None:
    if options.user is not None:
        server.login(options.user, options.password or "")


def final(code: int, why: str) -> Outcome:
    return GiveUp(why) if code >= 500 else Later(why)


def refusal(error: smtplib.SMTPException) -> str:
    return f"{error.smtp_code} {words(error.smtp_error)}" if isinstance(error, smtplib.SMTPResponseException) else str(error)


def words(said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return " ".join(text.split())[:SAID]


def mail(options: Options, delivery: Delivery, now: datetime) -> EmailMessage:
    """The mail of a delivery: text, HTML and files, with the headers that thread it and say that no person wrote it. Pure."""
    message, made = delivery.message, EmailMessage(policy=SMTP)
    name, sender = parseaddr(options.from_)
    made["From"] = formataddr((name or "Rare-earth monitor", sender))
    made["To"] = delivery.recipient or ""
    made["Subject"] = " ".join(message.subject.split())
    made["Date"] = format_datetime(now.astimezone(UTC))
    made["Message-ID"] = f"<{delivery.id}@{options.domain}>"
    for header, value in (*threading(options, message), *automatic(options)):
        made[header] = value
    made.set_content(message.text)
    if message.html:
        made.add_alternative(message.html, subtype="html")
    for file, media, content in message.files:
        main, _, sub = media.partition("/")
        made.add_attachment(content, maintype=main, subtype=sub, filename=file)
    return made


def threading(options: Options, message: Message) -> tuple[tuple[str, str], ...]:
    if message.thread is None:
        return ()
    root = f"<{message.thread}.thread@{options.domain}>"
    return ("In-Reply-To", root), ("References", root)


def automatic(options: Options) -> tuple[tuple[str, str], ...]:
    """Headers that keep out-of-office answers away and let readers leave; one-click leaving (RFC 8058) needs an https address."""
    leave = options.unsubscribe or f"mailto:{options.sender}?subject=unsubscribe"
    headers = (("Auto-Submitted", "auto-generated"), ("X-Auto-Response-Suppress", "All"), ("List-Unsubscribe", f"<{leave}>"))
    return (*headers, ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")) if leave.startswith("https:") else headers
