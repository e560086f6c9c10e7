"""Mails through real SMTP servers on loopback, with and without TLS and login."""

import asyncio
import email
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import compat32, default
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from icalendar import Calendar
from support import NOW, delivery, message

from monitor.alerts.channels import email as channel
from monitor.model import Delivered, GiveUp, Later, Outcome
from monitor.options import Reader

FILE = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\nEND:VCALENDAR\r\n"


class Mailbox:
    """Answers as a test tells it to, and keeps what it takes in."""

    def __init__(self, refusals: dict[str, str]) -> None:
        self.refusals = refusals
        self.mails: list[bytes] = []
        self.envelopes: list[tuple[str, list[str]]] = []
        self.encrypted: list[bool] = []

    async def handle_MAIL(self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]) -> str:  # noqa: N802
        envelope.mail_from = address
        return self.refusals.get("MAIL", "250 OK")

    async def handle_RCPT(self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]) -> str:  # noqa: N802
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if "DATA" in self.refusals:
            return self.refusals["DATA"]
        assert isinstance(envelope.content, bytes)
        self.mails.append(envelope.content)
        self.envelopes.append((envelope.mail_from or "", list(envelope.rcpt_tos)))
        self.encrypted.append(session.ssl is not None or server.transport.get_extra_info("sslcontext") is not None)
        return "250 kept"


def only(box: Mailbox) -> EmailMessage:
    (content,) = box.mails
    return BytesParser(policy=default).parsebytes(content)  # type: ignore[return-value]


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed certificate and key for 127.0.0.1 in one PEM file."""
    folder = tmp_path_factory.mktemp("tls")
    command = (
        "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 -keyout key.pem -out cert.pem"
    )
    subprocess.run(command.split(), cwd=folder, check=True, capture_output=True)
    return folder / "cert.pem"


def context(certificate: Path) -> ssl.SSLContext:
    made = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    made.load_cert_chain(certificate, certificate.with_name("key.pem"))
    return made


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def server(refusals: dict[str, str] | None = None, **settings: Any) -> Iterator[tuple[Mailbox, int]]:
    box, port = Mailbox(refusals or {}), free_port()
    running = Controller(box, hostname="127.0.0.1", port=port, **settings)
    running.start()
    try:
        yield box, port
    finally:
        running.stop()


def checks_login(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: LoginPassword) -> AuthResult:
    return AuthResult(success=data == LoginPassword(login=b"desk", password=b"right"), handled=False)


def options(port: int, **others: Any) -> channel.Options:
    usual: dict[str, Any] = {"host": "127.0.0.1", "port": port, "from_": "monitor@example.org", "to": ("desk@example.org",), "security": "none"}
    return channel.Options(**{**usual, **others, "timeout": timedelta(seconds=5)})


def send(told: channel.Options, recipient: str | None = "desk@example.org", **fields: Any) -> Outcome:
    async def run() -> Outcome:
        async with httpx.AsyncClient() as client:
            return await channel.send(told, delivery(recipient=recipient, message=message(**fields)), client, NOW)

    return asyncio.run(run())


def test_a_mail_carries_text_html_and_files() -> None:
    with server() as (box, port):
        outcome = send(
            options(port), text="Die Ausfuhr – 出口管制.\n", html="<p>出口管制 &amp; more</p>", files=(("deadlines.ics", "text/calendar", FILE),),
            subject="[high] 中国: export control\nsuspended",
        )  # fmt: skip
    mail = only(box)
    assert outcome == Delivered("accepted by 127.0.0.1")
    assert box.envelopes == [("monitor@example.org", ["desk@example.org"])]
    assert mail["Subject"] == "[high] 中国: export control suspended"
    assert mail.get_body(("plain",)).get_content().strip() == "Die Ausfuhr – 出口管制."  # type: ignore[union-attr]
    assert mail.get_body(("html",)).get_content().strip() == "<p>出口管制 &amp; more</p>"  # type: ignore[union-attr]
    (attached,) = mail.iter_attachments()
    assert (attached.get_filename(), attached.get_content_type()) == ("deadlines.ics", "text/calendar")
    assert Calendar.from_ical(attached.get_content()).walk("VCALENDAR")


def test_headers_thread_an_event_and_say_that_no_person_wrote_it() -> None:
    with server() as (box, port):
        send(options(port, from_="Desk Monitor <monitor@example.org>"))
    mail = only(box)
    assert mail["Message-ID"] == "<d1@example.org>"
    assert mail["References"] == mail["In-Reply-To"] == "<e1.thread@example.org>"
    assert mail["From"] == "Desk Monitor <monitor@example.org>"
    assert mail["To"] == "desk@example.org"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Date"] == "Fri, 07 Nov 2025 06:30:00 +0000"
    assert mail["List-Unsubscribe"] == "<mailto:monitor@example.org?subject=unsubscribe>"
    assert mail["List-Unsubscribe-Post"] is None


def test_an_https_address_to_leave_allows_one_click() -> None:
    with server() as (box, port):
        send(options(port, unsubscribe="https://monitor.example/leave?who=desk"))
    assert only(box)["List-Unsubscribe"] == "<https://monitor.example/leave?who=desk>"
    assert only(box)["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_both_parsers_of_the_library_read_the_same() -> None:
    """The modern and the old policy find the same parts, so the mail does not lean on one reader's leniency."""
    with server() as (box, port):
        send(options(port), files=(("deadlines.ics", "text/calendar", FILE),))
    old, new = (email.message_from_bytes(box.mails[0], policy=policy) for policy in (compat32, default))
    assert [part.get_content_type() for part in old.walk()] == [part.get_content_type() for part in new.walk()]
    assert [part.get_content_type() for part in new.walk()] == [
        "multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/calendar",
    ]  # fmt: skip
    assert not any(part.defects for part in new.walk())
    assert max(map(len, box.mails[0].split(b"\r\n"))) <= 998


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_login_over_an_encrypted_connection(security: str, certificate: Path) -> None:
    tls = {"ssl_context": context(certificate)} if security == "tls" else {"tls_context": context(certificate), "require_starttls": True}
    with server(authenticator=checks_login, auth_required=True, auth_require_tls=security != "tls", **tls) as (box, port):
        told = options(port, security=security, user="desk", password="right", ca_file=str(certificate))
        assert send(told) == Delivered("accepted by 127.0.0.1")
    assert box.encrypted == [True]


def test_a_refused_login_is_tried_again(certificate: Path) -> None:
    """The message is not at fault: somebody mends the password, and nothing is lost."""
    with server(authenticator=checks_login, auth_required=True, tls_context=context(certificate)) as (box, port):
        outcome = send(options(port, security="starttls", user="desk", password="wrong", ca_file=str(certificate)))
    assert isinstance(outcome, Later)
    assert outcome.why.startswith("login refused: 535")
    assert "wrong" not in outcome.why
    assert box.mails == []


def test_a_certificate_that_nobody_vouches_for_is_not_trusted(certificate: Path) -> None:
    with server(tls_context=context(certificate)) as (box, port):
        outcome = send(options(port, security="starttls"))
    assert isinstance(outcome, Later)
    assert "certificate verify failed" in outcome.why
    assert box.mails == []


def test_a_server_without_encryption_gets_no_mail_that_asks_for_it() -> None:
    with server() as (box, port):
        outcome = send(options(port, security="starttls"))
    assert isinstance(outcome, Later)
    assert "STARTTLS" in outcome.why
    assert box.mails == []


@pytest.mark.parametrize(
    ("refusals", "expected"),
    [
        ({"desk@example.org": "550 no such user"}, GiveUp("desk@example.org refused: 550 no such user")),
        ({"desk@example.org": "450 mailbox busy"}, Later("desk@example.org refused: 450 mailbox busy")),
        ({"MAIL": "550 sender unknown"}, GiveUp("refused: 550 sender unknown")),
        ({"MAIL": "451 try later"}, Later("refused: 451 try later")),
        ({"DATA": "554 spam"}, GiveUp("refused: 554 spam")),
        ({"DATA": "452 disk full"}, Later("refused: 452 disk full")),
    ],
)
def test_refused_for_now_is_tried_again_and_refused_for_good_is_not(refusals: dict[str, str], expected: Outcome) -> None:
    with server(refusals) as (box, port):
        assert send(options(port)) == expected
    assert box.mails == []


def test_each_recipient_has_an_outcome_of_its_own() -> None:
    with server({"gone@example.org": "550 no such user"}) as (box, port):
        told = options(port, to=("desk@example.org", "gone@example.org"))
        outcomes = [send(told, recipient) for recipient in channel.recipients(told)]
    assert outcomes == [Delivered("accepted by 127.0.0.1"), GiveUp("gone@example.org refused: 550 no such user")]
    assert [to for _, to in box.envelopes] == [["desk@example.org"]]


def test_nobody_listening_is_tried_again() -> None:
    outcome = send(options(free_port()))
    assert isinstance(outcome, Later)
    assert "could not be reached" in outcome.why


def test_a_delivery_without_recipient_goes_nowhere() -> None:
    assert send(options(1), None) == GiveUp("the delivery names no recipient")


def table(**values: Any) -> tuple[channel.Options | None, list[str]]:
    reader = Reader(file="config.toml", environ={"PASSWORD": "right"})
    usual = {"host": "smtp.example", "from": "monitor@example.org", "to": ["desk@example.org"]}
    made = reader.table({**usual, **values}, channel.Options, "channels.desk")
    return made, [str(fault) for fault in reader.faults]


def test_options_are_read_from_a_table() -> None:
    made, faults = table(user="desk", password_env="PASSWORD", security="tls")
    assert faults == []
    assert made == channel.Options(
        host="smtp.example", from_="monitor@example.org", to=("desk@example.org",), user="desk", password="right", security="tls"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("values", "fault"),
    [
        ({"to": []}, 'to: names no recipient. Allowed: one address or more, such as "desk@example.org"'),
        ({"to": ["desk"]}, 'to: "desk" is not allowed. Allowed: addresses such as "desk@example.org"'),
        ({"to": ["a@b.example\nBcc: c@d.example"]}, 'addresses such as "desk@example.org"'),
        ({"from": "monitor"}, 'from: "monitor" is no address. Allowed: "monitor@example.org" or "Monitor <monitor@example.org>"'),
        ({"unsubscribe": "http://x"}, 'unsubscribe: "http://x" is not allowed. Allowed: an address that begins with mailto: or https://'),
        ({"security": "ssl"}, 'security: "ssl" is not allowed'),
    ],
)
def test_a_wrong_option_is_a_fault_that_says_what_is_allowed(values: dict[str, Any], fault: str) -> None:
    made, faults = table(**values)
    assert made is None
    assert len(faults) == 1
    assert fault in faults[0]
