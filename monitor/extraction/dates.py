# ruff: noqa: E501  patterns read better on one line
"""Dates in English and Chinese text, resolved against the document's own local date. Pure.

A date keeps the precision that the text gives: "2025", "2025-04", "2025-04-04". Without a document date only absolute dates resolve.
`find` also says what stands before and after a date, because that tells the day of an act from the start and the end of its validity.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Role = Literal["date", "effective", "until"]
Lean = Literal["past", "future", "near"]

MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
MONTHS |= {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name} | {"sept": 9}
WEEKDAYS = {name.lower(): number for number, name in enumerate(calendar.day_name)}
WEEKDAYS |= {"mon": 0, "tue": 1, "tues": 1, "wed": 2, "thu": 3, "thurs": 3, "fri": 4, "sat": 5, "sun": 6}
NUMBERS = {
    w: n
    for n, w in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty".split()
    )
} | {"a": 1, "an": 1, "thirty": 30, "sixty": 60, "ninety": 90, "forty-five": 45, "several": 0}
SEASONS = {"spring": (3, 5), "summer": (6, 8), "autumn": (9, 11), "fall": (9, 11), "winter": (12, 2)}
MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)\b\.?)(?![a-z])"
DAY = r"(?:3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?\b"
YEAR = r"(?:19|20)\d\d\b"
WEEKDAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
COUNT = r"(?:\d+|a|an|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|eighteen|thirty|sixty|ninety)"

EN = re.compile(
    rf"""(?ix)\b(?:
    (?P<iso>(?:19|20)\d\d-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)\b(?!-)
  | (?:{WEEKDAY},?\s+)?(?P<d1>{DAY})\s+(?:of\s+)?(?P<m1>{MONTH})(?:,?\s+(?P<y1>{YEAR})|(?P<rel1>\s+(?:of\s+)?(?:last|this|next|that|the\s+following)\s+year))?
  | (?:{WEEKDAY},?\s+)?(?P<m2>{MONTH})\s+(?P<d2>{DAY})(?!\d)(?:,?\s+(?P<y2>{YEAR})|(?P<rel2>,?\s+(?:of\s+)?(?:last|this|next|that)\s+year))?
  | (?:(?P<lead>last|next|this|early|mid|late|the\s+end\s+of|end-?|mid-)\s*-?)?(?P<m3>{MONTH})(?:,?\s+(?:of\s+)?(?P<y3>{YEAR})|(?P<rel3>,?\s+(?:of\s+)?(?:last|this|next|that|the\s+same|the\s+following)\s+year))?
  | (?P<season>(?:last|this|next|the)\s+(?:spring|summer|autumn|fall|winter)|(?:spring|summer|autumn|winter)\s+(?:of\s+)?{YEAR})
  | (?P<quarter>Q[1-4]\s+{YEAR}|(?:first|second|third|fourth)\s+(?:quarter|half)\s+of\s+{YEAR})
  | (?P<wd>(?:(?:last|this|next|on)\s+)?{WEEKDAY})(?:\s+(?P<wdweek>last\s+week|this\s+week|next\s+week|week))?
  | (?P<word>the\s+day\s+before\s+yesterday|yesterday|today|tonight|tomorrow|this\s+(?:morning|afternoon|evening)|last\s+night|overnight|earlier\s+in\s+the\s+day)
  | (?P<span>(?:last|this|next|the\s+previous|the\s+past|earlier\s+this|later\s+this|early\s+this|late\s+last|early\s+next|early\s+last|mid)\s+(?:week|month|year|weekend)|(?:at\s+)?the\s+weekend|the\s+turn\s+of\s+the\s+year|new\s+year(?:'s\s+day)?)
  | (?P<ago>{COUNT}\s+(?:days?|weeks?|fortnight|months?|years?)\s+(?:ago|earlier|before|on))
  | (?P<hence>(?:in|within)\s+{COUNT}\s+(?:days?|weeks?|months?|years?)(?:['’]s?\s+time|\s+from\s+now)?)
  | (?P<theday>(?:on|of|since|from|by|until|to)\s+the\s+(?P<d4>\d{{1,2}})(?:st|nd|rd|th))
  | (?P<year>(?<![\w.,/\#-]){YEAR})(?!\s*(?:tonnes|tons|kg|yuan|companies|firms|%))
    )"""
)

DIGIT_ZH = {c: n for n, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0, "两": 2, "兩": 2, "元": 1}
NUM_ZH = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
ZH = re.compile(
    rf"""(?x)(?:
    (?P<full>(?P<y1>(?:19|20)\d\d|[一二][〇○零一二三四五六七八九]{{3}})年(?:(?P<m1>{NUM_ZH})月(?:份)?(?:(?P<d1>{NUM_ZH})[日号號])?)?(?P<ny1>元旦)?)
  | (?P<rely>前年|去年|今年|明年|后年|後年|上年|当年|當年|翌年)(?:(?P<m2>{NUM_ZH})月(?:份)?(?:(?P<d2>{NUM_ZH})[日号號])?)?(?P<ny2>元旦)?(?P<season2>[春夏秋冬])?(?P<end2>年?底|年?初)?
  | (?P<relm>上上个?月|上个月|上個月|上月|本月|这个月|這個月|当月|下个月|下個月|下月)(?:(?P<d3>{NUM_ZH})[日号號])?
  | (?<![\d.])(?P<m4>{NUM_ZH})月(?:份)?(?:(?P<d4>{NUM_ZH})[日号號])?
  | (?<![\d月一二三四五六七八九十])(?P<d5>\d{{1,2}})[日号號](?![公令])
  | (?P<wd>(?P<wdrel>上|本|这|這|下)?(?:个|個)?(?:周|週|星期|礼拜|禮拜)(?P<wdn>[一二三四五六日天])(?!来|年))
  | (?P<word>前天|昨天|昨日|昨晚|昨夜|今天|今日|今晨|今早|今晚|今午|今起|明天|明日|当天|當天|当日|當日|同日|晚间|晚間)
  | (?P<week>(?:上|本|这|這|下)(?:个|個)?(?:周|週|星期|礼拜)(?![一二三四五六日天]))
  | (?P<ago>(?P<agon>\d+|[一二两兩三四五六七八九十]+)(?P<agou>天|日|周|週|个月|個月|年)前)
  | (?P<bound>月初|月底|年初|年底|元旦)
    )"""
)


@dataclass(frozen=True, slots=True)
class Found:
    """A date at characters `start` to `end` of a sentence; `value` is partial ISO; `kind` says how it was written; `vague` is set for a bare year."""

    start: int
    end: int
    text: str
    value: str
    kind: str

    @property
    def vague(self) -> bool:
        return self.kind == "year"


def partial(year: int, month: int | None = None, day: int | None = None) -> str | None:
    """The ISO string of what is known; None for a day that the calendar lacks."""
    if month is None:
        return f"{year:04d}"
    if day is None:
        return f"{year:04d}-{month:02d}"
    if not 1 <= month <= 12 or not 1 <= day <= calendar.monthrange(year, month)[1]:
        return None
    return f"{year:04d}-{month:02d}-{day:02d}"


def shift_months(when: date, months: int) -> date:
    """The same day `months` later, or the month's last day where it has no such day."""
    index = when.year * 12 + when.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(when.day, calendar.monthrange(year, month + 1)[1]))


def nearest_year(month: int, day: int | None, anchor: date, lean: Lean) -> int:
    """The year that a month without one means: the latest past one, the next one to come, or the one nearest to the document."""
    here = (month, day or (anchor.day if month == anchor.month else 1))
    if lean == "near":
        return min(
            (anchor.year - 1, anchor.year, anchor.year + 1),
            key=lambda year: abs((year - anchor.year) * 365 + (here[0] - anchor.month) * 30.4 + here[1] - anchor.day),
        )
    if lean == "future":
        return anchor.year + (here < (anchor.month, anchor.day))
    return anchor.year - (here > (anchor.month, anchor.day))


def year_of(relative: str, anchor: date) -> int | None:
    """The year of "October last year": of the calendar, not twelve months back."""
    words = relative.lower()
    if "last" in words:
        return anchor.year - 1
    if "next" in words or "following" in words:
        return anchor.year + 1
    return anchor.year if "this" in words else None


def count(text: str) -> int:
    return int(text) if text.isdigit() else NUMBERS.get(text.lower(), 0)


def number_zh(text: str) -> int:
    """The number that Chinese numerals up to 99 or digits write."""
    if text.isdigit():
        return int(text)
    if "十" in text:
        tens, ones = text.split("十", 1)
        return (DIGIT_ZH.get(tens, 1) if tens else 1) * 10 + (DIGIT_ZH.get(ones, 0) if ones else 0)
    return DIGIT_ZH.get(text, 0)


def weekday(number: int, relative: str, anchor: date, lean: Lean) -> date:
    """The weekday meant: today or the latest one, "next" and looks ahead the coming one, "last" at least a day back."""
    back = (anchor.weekday() - number) % 7
    if "next" in relative or ("this" in relative and back > 3) or (lean == "future" and back):
        return anchor + timedelta(days=7 - back)
    if "last" in relative:
        return anchor - timedelta(days=back or 7)
    return anchor - timedelta(days=back)


def with_month(month: int, day: int | None, year: str | None, relative: str | None, lead: str, anchor: date | None, lean: Lean) -> str | None:
    if year:
        return partial(int(year), month, day)
    if anchor is None:
        return None
    if relative and (told := year_of(relative, anchor)) is not None:
        return partial(told, month, day)
    if lead.startswith("next"):
        return partial(anchor.year + (month <= anchor.month), month, day)
    if lead.startswith("last"):
        return partial(anchor.year - (month >= anchor.month), month, day)
    if lead.startswith("this"):
        return partial(anchor.year, month, day)
    return partial(nearest_year(month, day, anchor, lean), month, day)


def of_words(words: str, anchor: date) -> str | None:
    days = {"yesterday": 1, "last night": 1, "overnight": 0, "the day before yesterday": 2, "tomorrow": -1}
    return (anchor - timedelta(days=days.get(words, 0))).isoformat()


def of_span(words: str, anchor: date) -> str | None:
    """ "last month", "this year", "last week" (the month that its days lie in)."""
    if "new year" in words:
        return f"{anchor.year}-01-01"
    if "turn of" in words:
        return None
    step = -1 if re.match(r"last|late last|early last|the previous|the past", words) else 1 if "next" in words else 0
    if "year" in words:
        return str(anchor.year + step)
    if "month" in words:
        return shift_months(anchor.replace(day=1), step).isoformat()[:7]
    if "weekend" in words:
        back = anchor - timedelta(days=(anchor.weekday() - 5) % 7 or (7 if step else 0))
        return back.isoformat()[:7]
    return (anchor - timedelta(days=anchor.weekday()) + timedelta(days=7 * step)).isoformat()[:7]


def moved(amount: int, unit: str, sign: int, anchor: date) -> str | None:
    """ "three days ago" is a day, "two weeks ago" and "six months ago" a month, "two years ago" a year."""
    if not amount:
        return None
    if unit.startswith("day"):
        return (anchor + timedelta(days=sign * amount)).isoformat()
    if unit.startswith(("week", "fortnight")):
        days = amount * (7 if unit.startswith("week") else 14)
        return (anchor + timedelta(days=sign * days)).isoformat()[: 10 if days in (7, 14) else 7]
    if unit.startswith("year") and amount == 1:
        amount, unit = 12, "month"
    if unit.startswith("month"):
        return shift_months(anchor.replace(day=1), sign * amount).isoformat()[:7]
    return str(anchor.year + sign * amount)


def of_season(words: str, anchor: date | None) -> str | None:
    year = re.search(YEAR, words)
    if year:
        return year[0]
    if anchor is None:
        return None
    first = SEASONS[words.split()[-1]][0]
    if words.startswith("next"):
        return str(anchor.year + (first <= anchor.month))
    return str(anchor.year - (first > anchor.month))


def english_value(m: re.Match[str], anchor: date | None, lean: Lean) -> tuple[str | None, str]:
    """The value of a match and the kind of its writing."""
    if m["iso"]:
        return m["iso"], "absolute"
    for n in "123":
        if month := m[f"m{n}"]:
            if n == "3" and month.lower() in ("may", "march", "mar", "dec") and month.islower():
                return None, ""
            day = int(re.sub(r"\D", "", m[f"d{n}"])) if n != "3" else None
            lead = (m["lead"] or "").lower() if n == "3" else ""
            value = with_month(MONTHS[month.rstrip(".").lower()], day, m[f"y{n}"], m[f"rel{n}"], lead, anchor, lean)
            return value, "absolute" if m[f"y{n}"] else "month" if n == "3" else "day"
    if m["season"]:
        return of_season(m["season"].lower(), anchor), "season"
    if m["quarter"]:
        return re.search(YEAR, m["quarter"])[0], "year"  # type: ignore[index]
    if m["year"]:
        return m["year"], "year"
    return (relative_value(m, anchor, lean), "relative") if anchor else (None, "")


def relative_value(m: re.Match[str], anchor: date, lean: Lean) -> str | None:
    if m["wd"]:
        words = m["wd"].lower()
        relative = f"{words} {(m['wdweek'] or '').lower()}"
        name = re.sub(r"^(?:last|this|next|on)\s+", "", words)
        return weekday(WEEKDAYS[name], relative, anchor, lean).isoformat()
    if m["word"]:
        return of_words(" ".join(m["word"].lower().split()), anchor)
    if m["span"]:
        return of_span(" ".join(m["span"].lower().split()), anchor)
    if m["ago"] or m["hence"]:
        words = (m["ago"] or m["hence"]).lower().split()
        amount, unit = (words[0], words[1]) if m["ago"] else (words[1], words[2])
        if m["ago"] and words[2] in ("before", "on", "earlier") and not (words[2] == "on" and unit.startswith("year")):
            return None
        return moved(count(amount), unit, -1 if m["ago"] else 1, anchor)
    if m["theday"]:
        day = int(m["d4"])
        base = (
            anchor
            if (day <= anchor.day) != (lean == "future") or day == anchor.day
            else shift_months(anchor.replace(day=1), 1 if lean == "future" else -1)
        )
        return partial(base.year, base.month, day)
    return None


def chinese_value(m: re.Match[str], anchor: date | None, lean: Lean) -> tuple[str | None, str]:
    if m["full"]:
        return full_zh(m)
    if anchor is None:
        return None, ""
    if m["rely"]:
        return relative_year_zh(m, anchor), "day" if m["d2"] else "month" if m["m2"] else "relative"
    if m["relm"]:
        step = {"上上": -2, "上": -1, "下": 1}.get(m["relm"][:2] if m["relm"].startswith("上上") else m["relm"][0], 0)
        base = shift_months(anchor.replace(day=1), step)
        return partial(base.year, base.month, number_zh(m["d3"]) if m["d3"] else None), "relative"
    if m["m4"]:
        month, day = number_zh(m["m4"]), number_zh(m["d4"]) if m["d4"] else None
        if not 1 <= month <= 12:
            return None, ""
        return partial(nearest_year(month, day, anchor, lean), month, day), "day" if day else "month"
    if m["d5"]:
        day = number_zh(m["d5"])
        base = (
            anchor
            if (day <= anchor.day) != (lean == "future") or day == anchor.day
            else shift_months(anchor.replace(day=1), 1 if lean == "future" else -1)
        )
        return partial(base.year, base.month, day), "relative"
    return relative_zh(m, anchor, lean), "relative"


def full_zh(m: re.Match[str]) -> tuple[str | None, str]:
    year = m["y1"]
    number = int(year) if year.isdigit() else int("".join(str(DIGIT_ZH[c]) for c in year))
    if m["ny1"]:
        return f"{number}-01-01", "absolute"
    month, day = (number_zh(m[k]) if m[k] else None for k in ("m1", "d1"))
    return partial(number, month, day), "absolute" if month else "year"


def relative_year_zh(m: re.Match[str], anchor: date) -> str | None:
    step = {"前": -2, "去": -1, "上": -1, "今": 0, "明": 1, "后": 2, "後": 2, "翌": 1}.get(m["rely"][0])
    if step is None:
        return None
    year = anchor.year + step
    if m["ny2"]:
        return f"{year}-01-01"
    if m["m2"]:
        return partial(year, number_zh(m["m2"]), number_zh(m["d2"]) if m["d2"] else None)
    return f"{year}-12" if m["end2"] and "底" in m["end2"] else f"{year}-01" if m["end2"] else str(year)


def relative_zh(m: re.Match[str], anchor: date, lean: Lean) -> str | None:
    if m["wd"]:
        number = "一二三四五六日".find(m["wdn"].replace("天", "日"))
        monday = anchor - timedelta(days=anchor.weekday())
        if m["wdrel"]:
            return (monday + timedelta(days=number + 7 * {"上": -1, "下": 1}.get(m["wdrel"], 0))).isoformat()
        return weekday(number, "", anchor, lean).isoformat()
    if m["word"]:
        days = {"前天": 2, "昨": 1, "明": -1}
        back = days.get(m["word"], days.get(m["word"][0], 0))
        return (anchor - timedelta(days=back)).isoformat()
    if m["week"]:
        step = {"上": -1, "下": 1}.get(m["week"][0], 0)
        return (anchor - timedelta(days=anchor.weekday()) + timedelta(days=7 * step)).isoformat()[:7]
    if m["ago"]:
        unit = {"天": "day", "日": "day", "周": "week", "週": "week", "年": "year"}.get(m["agou"], "month")
        return moved(number_zh(m["agon"]), unit, -1, anchor)
    if m["bound"] == "元旦":
        return f"{anchor.year}-01-01"
    return anchor.isoformat()[:7] if m["bound"].startswith("月") else f"{anchor.year}-{'12' if m['bound'] == '年底' else '01'}"


ENDING = re.compile(
    r"(?:\b(?:until|till|through|by|before|to|not before|next|valid to|up to(?: and including)?)|至|到|直至|截至|推到|延至)\W*(?:the\s+|midnight\s+(?:on\s+)?)?$",
    re.IGNORECASE,
)
STARTING = re.compile(
    r"(?:\b(?:from|as of|starting|start|starts|beginning|begins?|effective|apply|applies|on or after|operative|binding|effect|force|applicable)(?: (?:on|from|in|as of))?|自|从|從|于)\W*(?:the\s+|midnight\s+(?:on\s+)?)?$",
    re.IGNORECASE,
)
MODAL = re.compile(
    r"\b(?:will|shall|is to|are to|due|expires?|ends?|deadline|would|could|might|plans? to|expected to|(?-i:may))\b[^.;:]{0,45}$|(?:将|將|拟|擬)[^，。；]{0,12}$",
    re.IGNORECASE,
)
OVER = re.compile(
    r"\b(?:was|were|had|did|since|last|told|said|has|have|took|came|been|expired|ended|lapsed|ran|announced|agreed|signed)\b[^.;]{0,30}$|(?:已|曾)[^，。；]{0,10}$",
    re.IGNORECASE,
)


def leaning(before: str, after: str) -> Lean:
    """Where a date without a year lies: `before` and `after` are the words around it."""
    if OVER.search(before):
        return "near" if STARTING.search(before) else "past"
    if ENDING.search(before) or MODAL.search(before):
        return "future"
    return "near" if STARTING.search(before) or after[:1] == "起" else "past"


def find(text: str, anchor: date | None, language: str = "en") -> tuple[Found, ...]:
    """Every date of a sentence, in order. `anchor` is the document's local date; without it relative dates stay unknown."""
    pattern, value_of = (ZH, chinese_value) if language == "zh" else (EN, english_value)
    out = []
    for m in pattern.finditer(text):
        value, kind = value_of(m, anchor, leaning(text[max(0, m.start() - 60) : m.start()], text[m.end() : m.end() + 3]))
        if value:
            out.append(Found(m.start(), m.end(), m[0], value, kind))
    return tuple(out)


def resolve(text: str, anchor: date | None, language: str = "en") -> str | None:
    """The first date of a phrase, or None."""
    found = find(text, anchor, language)
    return found[0].value if found else None


# ---- which date is which ------------------------------------------------------------------------------------------------

UNTIL = re.compile(
    r"(?:\b(?:until|till|through|up to and including|up to|expir\w*(?: on)?|ends? on|ended(?: on| in)?|ran out(?: on)?|runs? out(?: on)?|lapse[sd]?(?: on)?|valid to|runs? to|not before|before|ends|end|to|by|last day[^.]{0,12}|deadline[^.]{0,15}|no later than|over on)"
    r"|至|到|截至|为止|到期日?为?|终止于|直至|延长到|推到|延至)\W*(?:the\s+(?:end\s+of\s+)?|midnight\s+(?:on\s+)?|end\s+of\s+)?$",
    re.IGNORECASE,
)
UNTIL_AFTER = re.compile(
    r"^\s*(?:为止|止|到期|終止|终止|届满|失效|結束|结束|才恢复)|^,?\s*(?:when (?:it|they) (?:expire|lapse|end)|expir)", re.IGNORECASE
)
EFFECTIVE = re.compile(
    r"(?:\b(?:effective(?: from| on| as of)?|(?:take|takes|took|taking|come|comes|came|coming|enter|enters|entered|entering|go|goes|went|put|be|is|was|were|are|been)\s+(?:in)?(?:to)?\s*(?:effect|force|operation)(?: on| from| as of| in| at| since)?"
    r"|in force(?: since| from)?|in effect(?: since| from)?|appl(?:y|ies|ied|icable)(?: as)?(?: from| since| on| as of)?|as of|as from|from|starting(?: on| from| in)?|start(?:s|ed)?(?: on| in| from)?|beginning(?: on| in| from)?|beg[iau]ns?(?: on| in)?|since|binding (?:from|on)|commenc\w+(?: on)?|bite[s]?(?: on| from)?|kick(?:s|ed)? in(?: on)?|operative(?: from)?)"
    r"|自|从|從|于|生效日期为)\W*(?:the\s+(?:start\s+of\s+)?|midnight\s+(?:on\s+)?|early\s+)?$",
    re.IGNORECASE,
)
EFFECTIVE_AFTER = re.compile(r"^\s*(?:零时|零時)?(?:起|开始|開始|生效|施行|实施|實施|执行)|^\s*(?:onwards?|onward)", re.IGNORECASE)
STRONG_EFFECT = re.compile(
    r"effect|in force|into force|appl(?:y|ies|ied|icable)|as of|as from|\bstart|\bbeg[iau]n|\bfrom\b|binding|commenc|bite|kick|operative|自|生效|施行|实施|實施|执行|起",
    re.IGNORECASE,
)


def role(text: str, found: Found) -> Role:
    """What a date is to its sentence: the day of the act, its entry into force, or its end."""
    before, after = text[max(0, found.start - 60) : found.start], text[found.end : found.end + 25]
    own = found.text.lower()
    if UNTIL_AFTER.match(after) or UNTIL.search(before) or own.startswith(("until ", "by the ", "to the ")):
        return "until"
    if EFFECTIVE_AFTER.match(after) or EFFECTIVE.search(before) or own.startswith(("since ", "from the ")):
        return "effective"
    return "date"


DURATION = re.compile(
    rf"(?:for|another|by|of|further|extra)?\s*(?:a\s+(?:further|full)\s+|another\s+|the\s+next\s+)?(?P<n>{COUNT})[\s-]+(?P<u>day|week|month|year)s?\b|(?P<nz>\d+|[一二两兩三四五六七八九十半]+)(?P<uz>天|日|周|个月|個月|年)",
    re.IGNORECASE,
)


def ending(start: str, text: str) -> str | None:
    """The end of a term that `text` states ("90 days from 14 May") and that begins on the full date `start`; None when it states none."""
    found = DURATION.search(text)
    if not found or len(start) != 10:
        return None
    begin = date.fromisoformat(start)
    amount = count(found["n"]) if found["n"] else number_zh(found["nz"])
    unit = (found["u"] or {"天": "day", "日": "day", "周": "week", "年": "year"}.get(found["uz"], "month")).lower()
    if not amount:
        return None
    if unit in ("day", "week"):
        return (begin + timedelta(days=amount * (7 if unit == "week" else 1))).isoformat()
    return shift_months(begin, amount * (12 if unit == "year" else 1)).isoformat()
