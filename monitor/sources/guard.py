"""The door to the network: which addresses may be asked, and a transport that connects to nothing else.

A name is resolved once, every address it has is judged, and the connection goes to a judged address itself, so a second answer of the
name server cannot lead elsewhere. Redirects pass the same door because each is a new request.
"""

import asyncio
import ipaddress
import socket
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

import httpcore
import httpx

from monitor.errors import Refused

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

CLOSED_V4 = {
    "0.0.0.0/8": "this network",
    "10.0.0.0/8": "a private network",
    "100.64.0.0/10": "a carrier's private network",
    "127.0.0.0/8": "this machine itself",
    "169.254.0.0/16": "a link-local network",
    "172.16.0.0/12": "a private network",
    "192.0.0.0/24": "reserved for protocols",
    "192.0.2.0/24": "reserved for documentation",
    "192.88.99.0/24": "reserved for 6to4 relays",
    "192.168.0.0/16": "a private network",
    "198.18.0.0/15": "reserved for measurements",
    "198.51.100.0/24": "reserved for documentation",
    "203.0.113.0/24": "reserved for documentation",
    "224.0.0.0/4": "multicast",
    "240.0.0.0/4": "reserved",
}
CLOSED_V6 = {
    "::1/128": "this machine itself",
    "::/96": "an IPv4 address in disguise",
    "fc00::/7": "a private network",
    "fe80::/10": "a link-local network",
    "fec0::/10": "a private network",
    "ff00::/8": "multicast",
    "64:ff9b:1::/48": "a private translation of IPv4",
    "2001:db8::/32": "reserved for documentation",
    "2001::/23": "reserved for protocols",
    "2002::/16": "an IPv4 address in disguise",
    "3fff::/20": "reserved for documentation",
}
GLOBAL_V6 = ip_network("2000::/3")
TRANSLATED = ip_network("64:ff9b::/96")
LIMITS = httpx.Limits(max_connections=20, max_keepalive_connections=20, keepalive_expiry=5.0)


@cache
def closed(version: int) -> tuple[tuple[Network, str], ...]:
    table = CLOSED_V4 if version == 4 else CLOSED_V6
    return tuple((ip_network(network), why) for network, why in table.items())


def refusal(address: str, port: int, allowed: frozenset[str]) -> str | None:
    """Why a connection to this IP address is refused; None when it may be made.

    Only addresses of the public Internet pass, unless `allowed` names the address, "address:port" or a network that holds it.
    """
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return f"{address} is no IP address"
    ip = embedded(ip) or ip
    if named(str(ip), port, allowed) or any(ip in network for network in networks(allowed)):
        return None
    for network, why in closed(ip.version):
        if ip in network:
            return f"{ip} is {why}"
    return None if isinstance(ip, IPv4Address) or ip in GLOBAL_V6 else f"{ip} is reserved"


def embedded(ip: IPv4Address | IPv6Address) -> IPv4Address | None:
    """The IPv4 address that a mapped or translated IPv6 address really leads to."""
    if isinstance(ip, IPv4Address):
        return None
    return ip.ipv4_mapped or (IPv4Address(int(ip) & 0xFFFFFFFF) if ip in TRANSLATED else None)


def named(host: str, port: int, allowed: frozenset[str]) -> bool:
    """Whether `allowed` names this host, with or without the port."""
    bracketed = f"[{host}]" if ":" in host else host
    return not allowed.isdisjoint({host, bracketed, f"{bracketed}:{port}"})


@cache
def networks(allowed: frozenset[str]) -> tuple[Network, ...]:
    return tuple(ip_network(entry, strict=False) for entry in allowed if "/" in entry)


def check_url(url: str) -> None:
    """Raises Refused unless `url` is http or https and names a host."""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - the property raises when the port is no number
    except ValueError as error:
        raise Refused(f"{url} is no web address: {error}") from error
    if parts.scheme not in ("http", "https"):
        raise Refused(f'{url} has the scheme "{parts.scheme}". Allowed: http, https')
    if not parts.hostname:
        raise Refused(f"{url} names no host")


class Guarded(httpcore.AsyncNetworkBackend):
    """Connects only to addresses that `refusal` lets pass. Raises Refused; httpcore's own errors otherwise."""

    def __init__(self, allowed: frozenset[str]) -> None:
        self.allowed = allowed
        self.inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        addresses = await self.judged(host, port, timeout)
        share = None if timeout is None else max(1.0, timeout / len(addresses))
        for address in addresses[:-1]:
            try:
                return await self.inner.connect_tcp(address, port, share, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return await self.inner.connect_tcp(addresses[-1], port, share, local_address, socket_options)

    async def judged(self, host: str, port: int, timeout: float | None) -> list[str]:
        """Every address of `host`. Raises Refused when one of them is refused."""
        addresses = await resolve(host, port, timeout)
        if not named(host, port, self.allowed):
            for address in addresses:
                if why := refusal(address, port, self.allowed):
                    raise Refused(f'{host}:{port} is refused: {why}. To allow it, name "{host}:{port}" in fetch.allow_private')
        return addresses

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ARG002
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,  # noqa: ARG002 - the interface of httpcore
    ) -> httpcore.AsyncNetworkStream:
        raise Refused(f"the socket {path} is refused: only web addresses are asked")

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


async def resolve(host: str, port: int, seconds: float | None) -> list[str]:
    """The addresses of `host` in the system's order, each once."""
    try:
        async with asyncio.timeout(seconds):
            found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except TimeoutError as error:
        raise httpcore.ConnectTimeout(f"the name server did not answer for {host}") from error
    except (OSError, UnicodeError) as error:
        raise httpcore.ConnectError(f"the host name {host} is not known") from error
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


@contextmanager
def as_httpx() -> Iterator[None]:
    """httpcore's errors become httpx's of the same name."""
    try:
        yield
    except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol) as error:
        raise getattr(httpx, type(error).__name__)(str(error)) from error


class Stream(httpx.AsyncByteStream):
    """The body of a response as httpx wants it."""

    def __init__(self, inner: AsyncIterator[bytes]) -> None:
        self.inner = inner

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with as_httpx():
            async for part in self.inner:
                yield part

    async def aclose(self) -> None:
        with as_httpx():
            await self.inner.aclose()  # type: ignore[attr-defined]


class Transport(httpx.AsyncBaseTransport):
    """A pool of connections behind the guard, as httpx wants it."""

    def __init__(self, pool: httpcore.AsyncConnectionPool) -> None:
        self.pool = pool

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        check_url(str(request.url))
        url = httpcore.URL(scheme=request.url.raw_scheme, host=request.url.raw_host, port=request.url.port, target=request.url.raw_path)
        inner = httpcore.Request(request.method, url, headers=request.headers.raw, content=request.stream, extensions=request.extensions)
        with as_httpx():
            answer = await self.pool.handle_async_request(inner)
        return httpx.Response(answer.status, headers=answer.headers, stream=Stream(answer.stream), extensions=answer.extensions)  # type: ignore[arg-type]

    async def aclose(self) -> None:
        await self.pool.aclose()


def transport(allowed: frozenset[str], *, limits: httpx.Limits = LIMITS) -> httpx.AsyncBaseTransport:
    """A transport for `httpx.AsyncClient(transport=...)` that reaches public addresses and those in `allowed`.

    httpx consults no proxy of the environment when a transport is given, so nothing passes by the guard.
    """
    return Transport(
        httpcore.AsyncConnectionPool(
            ssl_context=httpx.create_ssl_context(),
            max_connections=limits.max_connections,
            max_keepalive_connections=limits.max_keepalive_connections,
            keepalive_expiry=limits.keepalive_expiry,
            network_backend=Guarded(allowed),
        )
    )
