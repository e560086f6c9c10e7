# ruff: noqa: E501  patterns read better on one line
"""Lines that a page shows around its story: bylines, captions, related links, headline lists, share bars. Never evidence.

Works on lines and keeps character offsets into `Article.whole`, so that what remains can be quoted exactly.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

LEADS = (
    r"related\b(?! (?:items|goods|technolog|to\b))|read (?:more|also|next|on)\b|also (?:read|interesting|on the site|in this issue|on our site)\b|more (?:from|on|stories|local|news)\b[^.]*(?::|$)|most (?:read|viewed|popular|shared)"
    r"|trending\b|popular (?:this|now|on|today)|recommended\b|explore\b|up next\b|next up\b|see also\b|baca juga|from the archive|from our archive|in other news"
    r"|sign[ -]?up\b|subscribe\b|subscribers\b|follow (?:us|the|topic)|share (?:this|url)?\s*[:|]|share\b(?=.{0,3}$)|\[?share\]|tags?\s*:|topics?\s*:|click here|download (?:the|our)|join our|log in\b|support us\b"
    r"|photo(?:s|graph)?\b\s*(?:illustration)?\s*[:|]|\(?photo\)?[:)]|\[photo|file photo|image\s*[:|]|picture\s*[:|]|caption\s*[:|]|video\s*[:|]|watch\s*:|chart\s*:|graphic\s*:|infographic|credit\s*:|source\s*:"
    r"|\(?(?:reporting|writing|editing|compiled|edited|translated|additional reporting) by\b|by (?:our|dr\.?|staff)\b.{0,40}$|editor\s*:|\[editor|copyright\b|©|\(c\) |all rights reserved|attorney advertising"
    r"|this (?:note|alert|story|article) is (?:general|for information|auto-generated)|advertisement\b|sponsored\b|newsletter\b.{0,20}$|cookie|privacy|terms of use|comments are closed|contact (?:your|the editor)|unsubscribe|\(with files"
    r"|forward(?:ed)? this|got a tip|ranking of the day|latest news|other headlines|headlines\s*:|top stories|quiz of the week"
)
LEADS_ZH = r"相关(?:阅读|新闻|链接|报道)|相關(?:閱讀|新聞|連結|報導)|延伸(?:阅读|閱讀)|推荐(?:阅读)?\s*[:：]|推薦|热门|《?熱門|阅读更多|往期|上一篇|下一篇|下一版|下期|【?本版另|责任编辑|責任編輯|【?纠错|【?責任|编辑[:：]|編輯[:：]|来源[:：]|來源[:：]|记者[:：]|图[:：]|图源|圖[:：]|▲|摄影|攝影|扫码|扫一扫|点击|點擊|关注(?:我们|“|「)|免责声明|免責聲明|版权|版權|转载|轉載|浏览次数|訂戶|订户|退[订訂]|广告|廣告|（?(?:图|圖)(?:片|為|为)?[:：/／]|□|☞|——\s*转发|想第一时间|想查證|附件?[:：]|Copyright|ADVERTISEMENT"
LEAD = re.compile(rf"\W{{0,3}}(?:{LEADS})", re.IGNORECASE)
LEAD_ZH = re.compile(rf"[\s★※#*【\[（(]{{0,3}}(?:{LEADS_ZH})")
GLUED = re.compile(r"(?:Related|Explore|Recommended|Read [Mm]ore|Also [Rr]ead|Trending|Advertisement)(?=[A-Z\u4e00-\u9fff])")
LIST_OPENERS = re.compile(
    r"\W*(?:most (?:read|viewed|popular)|explore|recommended|trending|related(?: stories| articles)?|more (?:stories|local|from.*)|also (?:on|in).{0,30}|popular.{0,15}|latest|top stories|read more|headlines)\W*$|《?(?:熱門|热门)\w{0,4}》?$|相关(?:新闻|阅读)$",
    re.IGNORECASE,
)
BYLINE = re.compile(r"(?:by|text|words|analysis by)[: ]+(?:[A-Z][\w.’'-]+[ ,&|]*){1,6}(?:, .{0,40})?$|[\w.+-]+@[\w-]+\.\w+$", re.IGNORECASE)
CAPTION = re.compile(
    r"^(?:FILE PHOTO|File photo|PHOTO|Photo|Image|Picture)\b|/ ?(?:Reuters|AFP|AP|Getty(?: Images)?|Xinhua|EPA)\.?$|\((?:archive|file|資料圖片|资料图片?|檔案照片)\)\.?$",
    re.IGNORECASE,
)
SEPARATED = re.compile(r"\s[|•·¦｜]\s")
SENTENCE_END = re.compile(r"[.!?。！？”\"')）]\s*$")
NUMBERED = re.compile(r"\s*(?:\d+[.)]|[-•*·–])\s+")


@dataclass(frozen=True, slots=True)
class Line:
    """Characters `start` to `end` of the whole; `noise` says why it is none of the story, or is empty."""

    start: int
    end: int
    text: str
    noise: str = ""


def lines(whole: str) -> Iterator[tuple[int, str]]:
    start = 0
    for line in whole.split("\n"):
        yield start, line
        start += len(line) + 1


def reason(line: str) -> str:
    """Why a line by itself is no part of the story, or nothing."""
    text = line.strip()
    if LEAD.match(text) or GLUED.match(text) or LEAD_ZH.match(text):
        return "page furniture"
    if CAPTION.search(text):
        return "caption"
    if len(text) < 90 and BYLINE.fullmatch(text):
        return "byline"
    if len(SEPARATED.findall(text)) >= 2 and not SENTENCE_END.search(text) and len(text) < 400:
        return "list of links"
    return ""


def headline_like(line: str) -> bool:
    """A line of a list of headlines: short, without the end of a sentence, or numbered."""
    text = line.strip()
    return len(text) < 140 and (bool(NUMBERED.match(text)) or not SENTENCE_END.search(text))


def mark(title: str, text: str) -> tuple[Line, ...]:
    """The lines of title and text with their offsets into `title + blank line + text`; lines of page furniture carry a reason.

    A heading such as "Most read" makes noise of the headlines below it, until a line that reads like prose.
    """
    out = [Line(0, len(title), title)]
    listing = False
    for start, line in lines(text):
        if not line.strip():
            continue
        offset = start + len(title) + 2
        why = reason(line)
        if LIST_OPENERS.fullmatch(line.strip()):
            listing, why = True, "heading of a list"
        elif listing and headline_like(line):
            why = why or "headline list"
        elif not why:
            listing = False
        out.append(Line(offset, offset + len(line), line, why))
    return tuple(out)
