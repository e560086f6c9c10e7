"""What the kinds share: the addresses and the dates of items as their sources write them. Pure."""

import re
from datetime import UTC, timedelta, timezone
from urllib.parse import urljoin, urlsplit
from zoneinfo import ZoneInfo, available_timezones

from monitor.documents import Moment, moment, zone_of

TIMEZONE = "Time zone of dates that are written without one; else that of the source's language, else UTC."
SESSION = re.compile(r";jsessionid=[^?#/]*|(?<=[?&])(?:jsessionid|phpsessid|sid)=[0-9a-z.!-]{16,}&?", re.I)


def address(base: str, link: str) -> str:
    """The absolute web address of a link without session numbers, or "" when it leads to no web page."""
    if not link.strip():
        return ""
    try:
        url = urljoin(base, link.replace("\n", "").replace("\r", "").replace("\t", "").strip().replace(" ", "%20"))
        parts = urlsplit(url)
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return ""
    return SESSION.sub("", url).rstrip("?&")


def known_zone(name: str | None) -> str | None:
    """What is wrong with the name of a time zone, or None."""
    return None if name is None or name in available_timezones() else f'"{name}" is no time zone. Allowed: names such as "Asia/Shanghai"'


def dated(written: str, language: str | None, named: str | None) -> Moment:
    """A written date; one without an offset is read in the zone `named`, else in the zone of `language`, else in UTC."""
    minutes = zone_of(language)
    if named is None:
        return moment(written, timezone(timedelta(minutes=minutes or 0)), assumed=minutes)
    when, zone = moment(written)
    if when is None or zone:
        return when, zone
    local = when.astimezone(ZoneInfo(named)) if zone == 0 else when.replace(tzinfo=ZoneInfo(named))
    return local.astimezone(UTC), int((local.utcoffset() or timedelta()).total_seconds() // 60)
