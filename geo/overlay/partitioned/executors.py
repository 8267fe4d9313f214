"""Where the tasks of a partitioned check run: in this process, one after another, or on a Dask cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from importlib import import_module
from typing import Any, Protocol, TypeVar

from pilotzones.geo.errors import OverlayError, make_problem

__all__ = ["Executor", "connect"]

Result = TypeVar("Result")


class Executor(Protocol):
    """Runs a function for each of several arguments."""

    def __call__(self, task: Callable[..., Result], *arguments: Iterable[Any]) -> Iterator[tuple[int, Result]]:
        """Give the number and the result of each task as it finishes."""


def connect(scheduler: str | None) -> AbstractContextManager[Executor]:
    """Get what runs the tasks.

    Parameters
    ----------
    scheduler : str or None
        Address of a Dask scheduler (``tcp://host:8786``); None runs them here.

    Returns
    -------
    context manager of Executor

    Raises
    ------
    OverlayError
        When Dask is not installed, or there is no scheduler at that address.
    """
    return nullcontext(_run_here) if scheduler is None else _run_on_cluster(scheduler)


def _run_here(task: Callable[..., Result], *arguments: Iterable[Any]) -> Iterator[tuple[int, Result]]:
    return enumerate(map(task, *arguments))


@contextmanager
def _run_on_cluster(scheduler: str) -> Iterator[Executor]:
    try:
        distributed: Any = import_module("distributed")
    except ImportError:
        raise OverlayError(make_problem("", "cluster_extra")) from None
    try:
        client = distributed.Client(scheduler, timeout="20s", set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        facts = {"address": scheduler, "reason": error}
        raise OverlayError(make_problem("", "cluster_none", facts=facts)) from None
    with client:
        yield _make_executor(client, distributed.as_completed)


def _make_executor(client: Any, as_completed: Any) -> Executor:
    def run(task: Callable[..., Result], *arguments: Iterable[Any]) -> Iterator[tuple[int, Result]]:
        columns: list[Sequence[Any]] = [list(column) for column in arguments]
        # A task whose worker is lost is run again by the scheduler; it writes the same files anew.
        futures = client.map(task, *columns, pure=False)
        number_of = {future.key: number for number, future in enumerate(futures)}
        try:
            for future, result in as_completed(futures, with_results=True, loop=client.loop):
                yield number_of[future.key], result
        finally:
            client.cancel(futures)

    return run
