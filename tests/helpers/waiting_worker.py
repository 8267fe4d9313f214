"""A worker that leaves its result as soon as a file is there, whose path its order names; at once when it names none."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tests.helpers.waiting import wait_until


def main() -> None:
    """Carry out the order on standard input."""
    order = json.load(sys.stdin)
    if order["until"]:
        wait_until(Path(order["until"]).exists, 60)
    Path(order["result"]).write_text("done", encoding="utf-8")


if __name__ == "__main__":
    main()
