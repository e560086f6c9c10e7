"""Pure functions over hostile documents, run in child processes that can be killed: a bomb costs a child, never the service.

Children are forked from a server process that has loaded the parsers once. They have a limit on memory, are killed when a call takes
too long, and end when the service ends, however it ends.
"""

import asyncio
import contextlib
import logging
import multiprocessing
import resource
import signal
import threading
from collections.abc import Callable
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import connection, parent_process
from typing import Any, ParamSpec, TypeVar

from pebble import ProcessExpired, ProcessPool

from monitor.errors import MonitorError, ParseFailed

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

PRELOADED = ["monitor.sources.kinds.feed", "monitor.sources.kinds.page", "monitor.articles.text"]
CALLS_OF_A_CHILD = 1000

log = logging.getLogger(__name__)


class Children:
    """A pool of `workers` child processes; a call gets `seconds` and each child `megabytes` of memory beyond its code."""

    def __init__(self, workers: int = 1, seconds: float = 10, megabytes: int = 300) -> None:
        self.workers, self.seconds, self.megabytes = workers, seconds, megabytes
        self.context = multiprocessing.get_context("forkserver")
        self.context.set_forkserver_preload(PRELOADED)
        self.pool = self.new_pool()

    def new_pool(self) -> ProcessPool:
        return ProcessPool(
            max_workers=self.workers, max_tasks=CALLS_OF_A_CHILD, initializer=prepare, initargs=(self.megabytes,), context=self.context
        )

    async def call(self, function: Callable[Arguments, Result], *args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        """What `function` returns for these arguments, computed in a child; both must be picklable.

        Raises the function's own MonitorError, and ParseFailed for everything else that happens to it: time, memory, a crash.
        """
        if not self.pool.active:
            log.warning("the child processes broke down and are started again")
            self.pool = self.new_pool()
        future = asyncio.wrap_future(self.pool.schedule(function, args=args, kwargs=kwargs, timeout=self.seconds))
        await settled(future)
        error = future.exception()
        if error is None:
            return future.result()
        if isinstance(error, MonitorError):
            raise error
        raise ParseFailed(self.sentence(error)) from error

    def sentence(self, error: BaseException) -> str:
        """What went wrong in a child, for the reader of the log."""
        if isinstance(error, TimeoutError):
            return f"reading the document took longer than {self.seconds:g} s"
        if isinstance(error, MemoryError):
            return f"reading the document took more than {self.megabytes} MB"
        if isinstance(error, ProcessExpired):
            return f"reading the document broke the process that read it (exit code {error.exitcode})"
        if isinstance(error, BrokenProcessPool):
            return "the process that reads documents could not be started"
        return f"reading the document failed: {type(error).__name__}: {error}"

    def close(self) -> None:
        """Ends the children; calls that still run are given up."""
        self.pool.stop()  # type: ignore[no-untyped-call]
        self.pool.join()


async def settled(future: asyncio.Future[Any]) -> None:
    """Waits until the future has a result or an error; a cancelled wait cancels the call, which kills the child."""
    try:
        await asyncio.wait({future})
    except asyncio.CancelledError:
        future.cancel()
        raise


def prepare(megabytes: int) -> None:
    """Readies a child: it ends with its parent, leaves Ctrl-C to it, keeps to its memory, and does not write into its log."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=watch_parent, daemon=True).start()
    limit_memory(megabytes)
    logging.disable(logging.CRITICAL)


def watch_parent() -> None:
    """Ends this child when the service has ended, even when it was killed and could tell nobody."""
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        signal.raise_signal(signal.SIGKILL)


def limit_memory(megabytes: int) -> None:
    """Limits what the child may allocate beyond what it has now, so that a bomb ends as a MemoryError."""
    with contextlib.suppress(ValueError):
        resource.setrlimit(resource.RLIMIT_DATA, (now_allocated() + megabytes * 2**20, resource.RLIM_INFINITY))


def now_allocated() -> int:
    """Bytes of data that this process has; 0 where the system does not tell."""
    try:
        with open("/proc/self/status", encoding="ascii") as status:  # noqa: PTH123 - a file of the kernel
            return next((int(line.split()[1]) * 1024 for line in status if line.startswith("VmData:")), 0)
    except OSError:
        return 0
