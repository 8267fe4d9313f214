"""The first visitors of a server that has just started ask for everything at once."""

from __future__ import annotations

import os
import subprocess
import sys

from serving import ROOT

_MANY = """
import sys, threading
sys.setswitchinterval(0.0001)
failed = []
def first(module):
    from layers.drawing_libraries import import_drawing_libraries
    try:
        import_drawing_libraries()
        __import__(module)
    except BaseException as error:
        failed.append(f"{module}: {error!r}")
modules = ["layers.palette", "layers.base_map", "layers.figure_content", "views.resources"]
threads = [threading.Thread(target=first, args=(module,)) for module in modules]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
sys.exit("; ".join(failed) or 0)
"""


def test_threads_that_are_first_at_once_all_get_the_drawing_libraries() -> None:
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-c", _MANY], env=environment, capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode == 0, done.stderr[-2000:]
