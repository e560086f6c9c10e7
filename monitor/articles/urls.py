"""One address for one article, however it was linked."""

import re
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urlsplit

from monitor.model import digest

TRACKING = re.compile(
    r"(?:utm_|mc_|pk_|mtm_|hsa_|oly_|vero_|guce_)\w+|fbclid|gclid|dclid|gbraid|wbraid|msclkid|twclid|igshid|yclid|mkt_tok|cmpid|ncid|ocid|"
    r"ref|ref_src|referrer|spm|smid|sref|xtor|ftag|icid|itid|taid|guccounter|__twitter_impression|at_medium|at_campaign|_hsenc|_hsmi",
    re.I,
)
PORTS = {"http": 80, "https": 443}
INDEX = re.compile(r"/(?:index|default)\.(?:html?|php|aspx?|jsp)$", re.I)


def canonical(url: str) -> str:
    """The address without what does not choose the article: tracking parameters, fragment, default port, order of parameters.

    http and https, and a leading "www.", lead to the same article nearly everywhere, so they count as one.
    """
    parts = urlsplit(url.strip())
    query = urlencode(sorted(pair for pair in parse_qsl(parts.query, keep_blank_values=True) if not TRACKING.fullmatch(pair[0])))
    path = INDEX.sub("/", quote(unquote(re.sub("%2f", "%252F", parts.path, flags=re.I)), safe="/:@!$&'()*+,;=~-._%")).rstrip("/")
    return f"https://{host(parts)}{path}{'?' if query else ''}{query}"


def host(parts: SplitResult) -> str:
    name = (parts.hostname or "").rstrip(".").removeprefix("www.")
    name = f"[{name}]" if ":" in name else name
    return name if parts.port in (None, PORTS.get(parts.scheme)) else f"{name}:{parts.port}"


def article_id(url: str) -> str:
    """The id of the article at this address."""
    return digest("article", canonical(url))


def path(url: str) -> str:
    """The path of an address."""
    return urlsplit(url).path
