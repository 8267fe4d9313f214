"""The short way to a map: who may listen, what they hear, and when it ends."""

from __future__ import annotations

import asyncio
import gc
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from pilotzones.layers.server.routes import routes
from pilotzones.layers.webmap.push_channel import ShortWay

_OWN = {"host": "maps.example.org", "origin": "https://maps.example.org"}


@pytest.fixture
def client() -> TestClient:
    return TestClient(Starlette(routes=routes(base_path="maps")))


def _address(way: ShortWay) -> str:
    return f"/maps/short-way/{way.key}"


def test_a_map_hears_what_is_told_while_it_listens(client: TestClient) -> None:
    way = ShortWay()
    way.tell("before anybody listens")
    with client.websocket_connect(_address(way), headers=_OWN) as socket:
        for text in ("一", "{{7*191}}"):
            way.tell(text)
            assert socket.receive_text() == text
    way.tell("after they left")


@pytest.mark.parametrize("key", ["", "unknown", "../assets"])
def test_nobody_listens_without_a_key(client: TestClient, key: str) -> None:
    with pytest.raises(WebSocketDisconnect), client.websocket_connect(f"/maps/short-way/{key}", headers=_OWN):
        pass


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null", "https://maps.example.org:444"])
def test_no_page_of_another_site_listens(client: TestClient, origin: str) -> None:
    way = ShortWay()
    with (
        pytest.raises(WebSocketDisconnect),
        client.websocket_connect(_address(way), headers=_OWN | {"origin": origin}),
    ):
        pass


def test_keys_cannot_be_guessed() -> None:
    keys = {ShortWay().key for _ in range(100)}
    assert len(keys) == 100
    assert min(map(len, keys)) >= 16


def test_of_several_who_listen_the_last_one_hears(client: TestClient) -> None:
    way = ShortWay()
    with client.websocket_connect(_address(way)) as first, client.websocket_connect(_address(way)) as last:
        with pytest.raises(WebSocketDisconnect):
            first.receive_text()
        way.tell("to the last")
        assert last.receive_text() == "to the last"


def test_a_word_from_the_other_end_ends_it(client: TestClient) -> None:
    way = ShortWay()
    with client.websocket_connect(_address(way)) as socket:
        socket.send_text("x" * 1000)
        with pytest.raises(WebSocketDisconnect):
            socket.receive_text()


def test_it_ends_with_the_session_that_holds_it(client: TestClient) -> None:
    way = ShortWay()
    address = _address(way)
    del way
    gc.collect()
    with pytest.raises(WebSocketDisconnect), client.websocket_connect(address):
        pass


class _SlowSocket:
    """One whose messages take their time."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.free = asyncio.Event()

    async def accept(self) -> None:
        pass

    async def receive(self) -> dict[str, Any]:
        return await asyncio.Future()

    async def send_text(self, text: str) -> None:
        self.sent.append(text)
        await self.free.wait()


def test_who_is_slow_hears_the_newest_and_nothing_piles_up() -> None:
    async def told() -> list[str]:
        way, socket = ShortWay(), _SlowSocket()
        listening = asyncio.create_task(way.lead_to(cast("Any", socket)))
        await asyncio.sleep(0)
        for number in range(100):
            way.tell(str(number))
            await asyncio.sleep(0)
            await asyncio.sleep(0)
        socket.free.set()
        await asyncio.sleep(0.01)
        listening.cancel()
        return socket.sent

    # In a thread of its own: a browser of another test may have a loop in this one.
    with ThreadPoolExecutor(1) as apart:
        assert apart.submit(asyncio.run, told()).result() == ["0", "99"]
