"""The extractor beside the event loop: loaded when the first relevant article comes, used by one thread."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from monitor.errors import ExtractionFailed
from monitor.extraction import extract
from monitor.model import Article, Mention


class Reading:
    """Extracts in a thread of its own, one article after the other."""

    def __init__(self) -> None:
        self.thread = ThreadPoolExecutor(1, thread_name_prefix="extraction")
        self.extractor: extract.Extractor | None = None

    async def mentions(self, article: Article) -> tuple[Mention, ...]:
        return await asyncio.get_running_loop().run_in_executor(self.thread, self.extracted, article)

    def extracted(self, article: Article) -> tuple[Mention, ...]:
        if self.extractor is None:
            self.extractor = extract.load()
        try:
            return next(iter(self.extractor.mentions((article,))))[1]
        except Exception as error:  # a fault of ours in one text must not stop all others; it is recorded and logged whole
            raise ExtractionFailed(f"{article.url}: the extractor failed on this text: {error!r}") from error

    def close(self) -> None:
        self.thread.shutdown(wait=True, cancel_futures=True)
