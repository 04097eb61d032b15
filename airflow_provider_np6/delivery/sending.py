"""The one thing that deliveries need of the client, and how they make many calls at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import islice
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from airflow_provider_np6.api.call import Call

T = TypeVar("T")
Item = TypeVar("Item")
Result = TypeVar("Result")


class Send(Protocol):
    """Sends a call and returns what it means; thread-safe. The client's own ``send``."""

    def __call__(self, call: Call[T], /) -> T:
        """Send it."""


def each(work: Callable[[Item], Result], items: Iterable[Item], concurrency: int) -> Iterator[tuple[Item, Result]]:
    """``work`` on every item, ``concurrency`` at once, pairs in the order of completion.

    No more items are taken than there is room for, so that a consumer that stops early stops the calls, too.
    An exception of ``work`` ends the iteration.
    """
    waiting = iter(items)
    with ThreadPoolExecutor(max_workers=concurrency, thread_name_prefix="np6") as pool:
        running: dict[Future[Result], Item] = {pool.submit(work, item): item for item in islice(waiting, concurrency)}
        try:
            while running:
                done, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    item = running.pop(future)
                    result = future.result()
                    yield item, result
                    for following in islice(waiting, 1):
                        running[pool.submit(work, following)] = following
        finally:
            for future in running:
                future.cancel()
