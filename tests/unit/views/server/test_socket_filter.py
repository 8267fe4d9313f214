"""Messages for developers never reach Streamlit, and sockets are bounded in number."""

from __future__ import annotations

import contextlib

import pytest
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect
from streamlit.proto.BackMsg_pb2 import BackMsg

from pilotzones.views.server.socket_filter import ALLOWED, MAX_QUERY_CHARACTERS, SocketFilter

_KINDS = [field.name for field in BackMsg.DESCRIPTOR.oneofs_by_name["type"].fields]


async def _echo(socket: WebSocket) -> None:
    await socket.accept()
    with contextlib.suppress(WebSocketDisconnect):
        while True:
            await socket.send_bytes(await socket.receive_bytes())


def _client(**limits: int) -> TestClient:
    return TestClient(SocketFilter(Starlette(routes=[WebSocketRoute("/", _echo)]), **limits))


def _message(kind: str) -> bytes:
    message = BackMsg()
    field = getattr(message, kind)
    if isinstance(field, (bool, str)):
        setattr(message, kind, "x" if isinstance(field, str) else True)
    else:
        field.SetInParent()
    return message.SerializeToString()


@pytest.mark.parametrize("kind", _KINDS)
def test_only_what_a_visitor_needs_passes(kind: str) -> None:
    with _client().websocket_connect("/") as socket:
        socket.send_bytes(_message(kind))
        socket.send_bytes(_message("rerun_script"))
        first = BackMsg()
        first.ParseFromString(socket.receive_bytes())
        assert first.WhichOneof("type") == (kind if kind in ALLOWED else "rerun_script")


def test_messages_for_developers_are_among_those_refused() -> None:
    assert {"clear_cache", "set_run_on_save", "load_git_info", "debug_shutdown_runtime"} <= set(_KINDS) - ALLOWED


def test_what_is_no_message_is_left_to_streamlit() -> None:
    with _client().websocket_connect("/") as socket:
        socket.send_bytes(b"\xff\xff")
        assert socket.receive_bytes() == b"\xff\xff"


def test_the_number_of_sockets_is_bounded() -> None:
    client = _client(max_sockets=1)
    with client.websocket_connect("/"), pytest.raises(WebSocketDisconnect), client.websocket_connect("/"):
        pass
    with client.websocket_connect("/"):
        pass


def test_parameters_longer_than_any_link_are_left_out() -> None:
    for size in (MAX_QUERY_CHARACTERS, MAX_QUERY_CHARACTERS + 1):
        message = BackMsg()
        message.rerun_script.query_string = "x" * size
        message.rerun_script.page_script_hash = "page"
        with _client().websocket_connect("/") as socket:
            socket.send_bytes(message.SerializeToString())
            passed = BackMsg.FromString(socket.receive_bytes())
        assert len(passed.rerun_script.query_string) == (size if size <= MAX_QUERY_CHARACTERS else 0)
        assert passed.rerun_script.page_script_hash == "page"
