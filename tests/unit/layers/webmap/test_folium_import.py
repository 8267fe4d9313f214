"""The first visitors of a server that has just started ask for everything at once."""

from __future__ import annotations

import threading

import pytest

from pilotzones.layers.webmap import folium_import as drawing_libraries


def test_one_thread_at_a_time_imports_and_the_others_wait_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    inside, most, pause = 0, 0, threading.Event()

    def slow_import(name: str) -> None:
        nonlocal inside, most
        assert name == "pilotzones.layers.webmap.folium_map"
        inside += 1
        most = max(most, inside)
        # The others have every chance to come in meanwhile.
        pause.wait(0.02)
        inside -= 1

    monkeypatch.setattr(drawing_libraries, "import_module", slow_import)
    threads = [threading.Thread(target=drawing_libraries.import_drawing_libraries) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1
