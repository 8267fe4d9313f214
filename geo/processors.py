"""How many processors this process may use."""

from __future__ import annotations

import math
import os
from pathlib import Path
from typing import Final

__all__ = ["count_processors"]

# The share of the processors that the control group of a container gets: of version 2, and of version 1.
_QUOTA: Final = Path("/sys/fs/cgroup/cpu.max")
_OLD_QUOTA: Final = (Path("/sys/fs/cgroup/cpu/cpu.cfs_quota_us"), Path("/sys/fs/cgroup/cpu/cpu.cfs_period_us"))


def count_processors() -> int:
    """Count the processors that this process may use: those it is bound to, and no more than its container is given.

    Returns
    -------
    int
        At least 1.
    """
    if hasattr(os, "process_cpu_count"):
        available = os.process_cpu_count()
    elif hasattr(os, "sched_getaffinity"):
        available = len(os.sched_getaffinity(0))
    else:
        available = os.cpu_count()
    quota = _read_quota()
    return min(available or 1, quota) if quota else available or 1


def _read_quota() -> int | None:
    """Read how many processors the control group may use, a part of one counted as one; None without a limit."""
    try:
        if _QUOTA.is_file():
            quota, period = _QUOTA.read_text(encoding="ascii").split()
        else:
            quota, period = (path.read_text(encoding="ascii") for path in _OLD_QUOTA)
        # Without a limit the quota is "max", or -1.
        processors = math.ceil(int(quota) / int(period))
    except (OSError, ValueError, ZeroDivisionError):
        return None
    return processors if processors > 0 else None
