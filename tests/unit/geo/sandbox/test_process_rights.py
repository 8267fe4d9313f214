"""A worker that is taken over by a file reaches neither the network nor the files of anybody."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.browsing import ROOT

# What a program inside a worker would try; each answer is None or the name of the error.
_TRY = """
import json, os, socket, sys
from pathlib import Path
from pilotzones.geo.sandbox.process_rights import drop_rights
folder, secret, port = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
dropped = sorted(drop_rights(folder))
def attempt(act):
    try:
        act()
    except OSError as error:
        return type(error).__name__
def call():
    with socket.create_connection(("127.0.0.1", port), timeout=5):
        pass
import numpy, pyarrow, pyogrio, pyproj, shapely
pyproj.Transformer.from_crs(4547, 4326).transform(3300000, 500000)
print(json.dumps({"dropped": dropped, "call": attempt(call), "read": attempt(secret.read_bytes),
    "list": attempt(lambda: os.listdir(secret.parent)), "passwords": attempt(lambda: open("/etc/passwd").read()),
    "write": attempt(lambda: secret.with_name("new").write_bytes(b"")), "remove": attempt(secret.unlink),
    "own": attempt(lambda: (folder / "result").write_bytes(b"x")), "again": attempt(lambda: (folder / "result").read_bytes())}))
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the system takes no rights away")
def test_a_worker_reaches_nothing_but_its_folder_and_its_libraries(tmp_path: Path) -> None:
    folder, secret = tmp_path / "job", tmp_path / "other" / "secret"
    folder.mkdir()
    secret.parent.mkdir()
    secret.write_text("of another visitor", encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        arguments = [str(folder), str(secret), str(listener.getsockname()[1])]
        done = subprocess.run(
            [sys.executable, "-c", _TRY, *arguments],
            cwd=folder,
            env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    dropped = found.pop("dropped")
    if dropped != ["files", "network"]:
        pytest.skip(f"this system takes away {dropped or 'nothing'} only")
    # A network of its own has no loopback that is up.
    assert found.pop("call") is not None
    assert (found.pop("own"), found.pop("again")) == (None, None)
    assert set(found.values()) == {"PermissionError"}
    assert secret.exists()
