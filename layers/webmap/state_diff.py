"""What one map is sent, state by state: the first state whole, every later one as what differs from it.

A filter changes a few hundred bytes of a state of four thousand. The first state is also kept in the geometry store
under its content hash: a map that was mounted anew meanwhile fetches it there, so no message depends on another.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pilotzones.layers.webmap.geometry.store import AnyStore, get_shared_store
from pilotzones.layers.webmap.state import MapState

__all__ = ["MapMessages", "merge_patch"]


def merge_patch(base: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Return what turns `base` into `wanted`, as a JSON Merge Patch (RFC 7396).

    Parameters
    ----------
    base, wanted : mapping of str
        JSON objects. A value that is None counts as absent, as the RFC has it.

    Returns
    -------
    dict
        None deletes.
    """
    patch: dict[str, Any] = {key: None for key, value in base.items() if value is not None and wanted.get(key) is None}
    for key, value in wanted.items():
        old = base.get(key)
        if value is None or value == old:
            continue
        patch[key] = merge_patch(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return patch


class MapMessages:
    """The messages to one map of one visitor.

    Parameters
    ----------
    store : GeometryStore, optional
        Where the first state is kept; the process's own by default.
    """

    def __init__(self, *, store: AnyStore | None = None) -> None:
        self._store = get_shared_store() if store is None else store
        self._address = ""
        self._base: dict[str, Any] = {}
        self._last: tuple[dict[str, Any], str] = ({}, "")

    def write_next(self, state: MapState) -> str:
        """Write what brings the map to a state.

        Parameters
        ----------
        state : MapState

        Returns
        -------
        str
            JSON: ``{"name", "state"}`` for a whole state, with a ``patch`` for what only this visitor may know,
            ``{"base", "patch"}`` for a difference. The same text as before for the same state as before.

        Raises
        ------
        PayloadError
            When the state cannot be drawn as it is.
        """
        data = _key_lists(state.to_data(), known=self._base)
        if data != self._last[0]:
            self._last = (data, _dump_json(self._compute_difference(data) or self._write_whole(data)))
        return self._last[1]

    def _compute_difference(self, data: dict[str, Any]) -> dict[str, Any] | None:
        """Return None when there is nothing to differ from, or so much differs that the whole is as short."""
        if not self._address or self._store.find_entry(self._address) is None:
            return None
        message = {"base": self._address, "patch": merge_patch(self._base, data)}
        return message if 2 * len(_dump_json(message)) < len(_dump_json(data)) else None

    def _write_whole(self, data: dict[str, Any]) -> dict[str, Any]:
        # The address of a basemap may hold the visitor's own key: it never enters the store that all share. And what is
        # wanted once only is no part of what later states differ from.
        self._base = data | {"basemap": None, "announces": None}
        self._address = self._store.put(_dump_json(self._base).encode())
        message = {"name": self._address, "state": self._base}
        patch = merge_patch(self._base, data)
        return message | {"patch": patch} if patch else message


def _key_lists(data: dict[str, Any], *, known: Mapping[str, Any]) -> dict[str, Any]:
    """Return lists as objects, so that a patch names only the entries that differ; the browser orders them again."""
    data["layers"] = {layer["id"]: layer for layer in data["layers"]}
    if data["legend"] is not None:
        items = data["legend"]["items"]
        labels = [item["label"] for item in items]
        if len(set(labels)) == len(labels):
            data["legend"]["items"] = dict(zip(labels, items, strict=True))
            order = (known.get("legend") or {}).get("order", ())
            # What is only left out needs no other order.
            data["legend"]["order"] = order if [label for label in order if label in labels] == labels else labels
    return data


def _dump_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
