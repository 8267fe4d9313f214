"""Rights that a worker process gives up before it opens a stranger's file: the network, and all files but those it needs.

Linux only, and only what its kernel grants a user without rights: a user namespace with a network of its own, in which there
is nobody to call, and Landlock (landlock.io), which leaves the libraries readable and one folder writable. Both are reached
through the C library that Python has loaded already. Elsewhere the limits on time, memory and size are all there is.
"""

from __future__ import annotations

import contextlib
import ctypes
import mimetypes
import os
import signal
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Final

__all__ = ["drop_rights", "end_with_parent"]

# <linux/sched.h>, <linux/prctl.h>
_CLONE_NEWUSER: Final = 0x10000000
_CLONE_NEWNET: Final = 0x40000000
_PR_SET_PDEATHSIG: Final = 1
_PR_SET_NO_NEW_PRIVS: Final = 38
# <asm-generic/unistd.h>: the same on every architecture.
_LANDLOCK_CREATE_RULESET: Final = 444
_LANDLOCK_ADD_RULE: Final = 445
_LANDLOCK_RESTRICT_SELF: Final = 446
# <linux/landlock.h>
_VERSION_FLAG: Final = 1
_PATH_BENEATH: Final = 1
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_READ: Final = _EXECUTE | _READ_FILE | _READ_DIR
_ALL_OF_VERSION_1: Final = (1 << 13) - 1
_FILE_RIGHTS: Final = _EXECUTE | _WRITE_FILE | _READ_FILE
# Right to rename between folders and to truncate: from these versions on.
_LATER_RIGHTS: Final = ((2, 1 << 13), (3, 1 << 14))
# What libraries look at when they are loaded.
_SYSTEM_FOLDERS: Final = (
    "/usr",
    "/lib",
    "/lib64",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/sys/devices/system",
    "/proc/cpuinfo",
    "/proc/meminfo",
    *map(str, mimetypes.knownfiles),
)
_DEVICES: Final = ("/dev/null", "/dev/zero", "/dev/urandom", "/dev/random")
_LIBRARY_VARIABLES: Final = ("LD_LIBRARY_PATH", "PROJ_DATA", "PROJ_LIB", "GDAL_DATA")


class _RulesetAttributes(ctypes.Structure):
    _fields_ = (("handled_access_fs", ctypes.c_uint64),)


class _PathAttributes(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed_access", ctypes.c_uint64), ("parent_fd", ctypes.c_int32))


def drop_rights(folder: Path) -> frozenset[str]:
    """Give up what this process does not need; call it before any thread is started.

    Parameters
    ----------
    folder : Path
        The one folder that stays writable.

    Returns
    -------
    frozenset of str
        What was given up: "network" and "files", as far as the system could.
    """
    if sys.platform != "linux":
        return frozenset()
    libc = ctypes.CDLL(None, use_errno=True)
    dropped = set()
    if libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) == 0:
        dropped.add("network")
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 and _restrict_files(libc, folder):
        dropped.add("files")
    return frozenset(dropped)


def end_with_parent(parent: int) -> None:
    """Let the system kill this process when its parent ends, even by SIGKILL; call it after `drop_rights`, which undoes it.

    Parameters
    ----------
    parent : int
        Number of the process that started this one.
    """
    if sys.platform != "linux":
        return
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        # It ended before the request was made.
        os._exit(1)


def _restrict_files(libc: ctypes.CDLL, folder: Path) -> bool:
    version = libc.syscall(_LANDLOCK_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(_VERSION_FLAG))
    if version < 1:
        return False
    every = _ALL_OF_VERSION_1
    for since, right in _LATER_RIGHTS:
        every |= right if version >= since else 0
    attributes = _RulesetAttributes(every)
    rules = libc.syscall(
        _LANDLOCK_CREATE_RULESET,
        ctypes.byref(attributes),
        ctypes.c_size_t(ctypes.sizeof(attributes)),
        ctypes.c_uint32(0),
    )
    if rules < 0:
        return False
    try:
        _allow(libc, rules, _list_library_folders(), _READ)
        _allow(libc, rules, _DEVICES, _READ_FILE | _WRITE_FILE)
        _allow(libc, rules, (str(folder),), every)
        return bool(libc.syscall(_LANDLOCK_RESTRICT_SELF, ctypes.c_int(rules), ctypes.c_uint32(0)) == 0)
    finally:
        os.close(rules)


def _allow(libc: ctypes.CDLL, rules: int, paths: Iterable[str], rights: int) -> None:
    for path in paths:
        with contextlib.suppress(OSError):
            opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
            try:
                allowed = rights if Path(path).is_dir() else rights & _FILE_RIGHTS
                rule = _PathAttributes(allowed, opened)
                libc.syscall(
                    _LANDLOCK_ADD_RULE,
                    ctypes.c_int(rules),
                    ctypes.c_int(_PATH_BENEATH),
                    ctypes.byref(rule),
                    ctypes.c_uint32(0),
                )
            finally:
                os.close(opened)


def _list_library_folders() -> set[str]:
    """List folders and files from which Python and its libraries are loaded."""
    named = [part for name in _LIBRARY_VARIABLES for part in os.environ.get(name, "").split(os.pathsep)]
    packages = [path for path in sys.path if path]
    # The folder `pilotzones` of a checkout holds links to the folders beside it.
    links = [
        str(link.resolve()) for path in packages for link in Path(path, "pilotzones").glob("*") if link.is_symlink()
    ]
    found: set[str] = {
        sys.prefix,
        sys.base_prefix,
        sys.exec_prefix,
        *_SYSTEM_FOLDERS,
        *filter(None, named),
        *packages,
        *links,
    }
    return found | {os.path.realpath(path) for path in found}
