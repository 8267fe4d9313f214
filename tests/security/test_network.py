"""Hostile files opened where there is no network, and the system counts every attempt to reach one (T-G2).

A listener hears only what calls it. In a network namespace of its own the kernel counts every connection and every packet that
any process tried to send, whatever library it used and wherever it was to go.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.helpers.browsing import ROOT

if TYPE_CHECKING:
    from pathlib import Path

# Runs inside the namespace: first what must be counted, then what must not.
_INSIDE = """
import json, socket, subprocess, sys
from pathlib import Path

COUNTED = {"Tcp": ("ActiveOpens",), "Udp": ("OutDatagrams",), "Ip": ("OutRequests", "OutNoRoutes")}

def attempts():
    lines = [line.split() for line in Path("/proc/net/snmp").read_text().splitlines()]
    tables = {names[0][:-1]: dict(zip(names[1:], map(int, values[1:])))
              for names, values in zip(lines[::2], lines[1::2]) if names[0][:-1] in COUNTED}
    six = dict(line.split() for line in Path("/proc/net/snmp6").read_text().splitlines())
    found = {f"{table}.{name}": tables[table][name] for table, names in COUNTED.items() for name in names}
    return found | {name: int(six[name]) for name in ("Ip6OutNoRoutes", "Udp6OutDatagrams")}

def risen(before):
    return {name: count - before[name] for name, count in attempts().items() if count > before[name]}

subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
before = attempts()
for place in (("127.0.0.1", 9), ("192.0.2.1", 80)):
    try:
        socket.create_connection(place, timeout=1).close()
    except OSError:
        pass
control = risen(before)

from pilotzones.geo.errors import PilotzonesError
from pilotzones.geo.boundaries.upload.reader import UPLOAD, inspect_boundary_file, read_boundary_file
from tests.helpers.hostile_files import hostile_files
from tests.helpers.boundary_files import three_counties, written

folder, files = Path(sys.argv[1]), []
for number, address in enumerate(sys.argv[3:]):
    (folder / str(number)).mkdir()
    files += hostile_files(folder / str(number), address, every_zip=sys.argv[2] == "True")
good = [written(three_counties(), folder / f"good.{kind}") for kind in ("geojson", "gpkg", "fgb", "kml", "shp")]
before, opened, leaked = attempts(), [], []
for path in files:
    read, problems = inspect_boundary_file(path, limits=UPLOAD, repair=True)
    if read is not None:
        opened.append(path.name)
    leaked += [path.name for problem in problems if "secret" in str(problem).replace(path.name, "")]
for address in ("http://192.0.2.1/x", "/vsicurl/http://192.0.2.1/x", "WFS:http://192.0.2.1/x"):
    try:
        read_boundary_file(Path(address))
        opened.append(address)
    except PilotzonesError:
        pass
read = [len(read_boundary_file(path).counties) for path in good]
print(json.dumps({"control": control, "files": len(files), "opened": opened, "leaked": leaked, "read": read,
                  "attempts": risen(before)}))
"""


def test_no_hostile_file_makes_any_process_try_the_network(tmp_path: Path, thorough: bool) -> None:
    addresses = ("http://192.0.2.1/x", "http://127.0.0.1:9/x", "ftp://198.51.100.1/x")[: 3 if thorough else 1]
    command = [
        "unshare",
        "--map-root-user",
        "--net",
        sys.executable,
        "-c",
        _INSIDE,
        str(tmp_path),
        str(thorough),
        *addresses,
    ]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")])}
    try:
        allowed = subprocess.run([*command[:3], "ip", "link"], capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        allowed = False
    if not allowed:
        pytest.skip("no network namespace can be made here (unshare and ip, Linux); the listener's tests ran")
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    # The count does see a call to this computer, and one to elsewhere.
    assert found["control"]["Tcp.ActiveOpens"] == 1
    assert found["control"]["Ip.OutNoRoutes"] >= 1
    assert found["files"] == (24 if thorough else 15) * len(addresses)
    assert (found["opened"], found["leaked"], found["attempts"]) == ([], [], {})
    assert found["read"] == [3] * 5
