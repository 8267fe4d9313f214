"""A worker that leaves its result as soon as a file is there, whose path its order names; at once when it names none."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from pilotzones.geo.sandbox.limits import Limits
from pilotzones.geo.sandbox.worker_process import limit_process
from tests.helpers.waiting import wait_until


def main() -> None:
    """Carry out the order on standard input; it says with its number that it has begun, where the order wants it."""
    order = json.load(sys.stdin)
    if "begun" in order:
        limit_process(Limits(**order["limits"]))
        Path(order["begun"]).write_text(str(os.getpid()), encoding="utf-8")
    if order["until"]:
        wait_until(Path(order["until"]).exists, 60)
    Path(order["result"]).write_text("done", encoding="utf-8")


if __name__ == "__main__":
    main()
