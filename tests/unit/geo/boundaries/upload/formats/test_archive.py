"""Archives: what is taken out of them, and what they are refused for."""

from __future__ import annotations

import random
import stat
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pilotzones.geo.boundaries.upload.formats.archive import unpack
from pilotzones.geo.errors import IntakeError
from pilotzones.geo.sandbox.limits import UPLOAD, Limits
from tests.helpers.boundary_files import archive_of, parts_of, three_counties, written

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return parts_of(written(three_counties(), tmp_path_factory.mktemp("parts") / "x.shp"))


def _unpacked(archive: Path, limits: Limits = UPLOAD) -> list[str]:
    folder = archive.parent / f"out{random.random()}"
    folder.mkdir()
    datasets = unpack(archive, folder, file="z.zip", limits=limits)
    assert [dataset.path.name for dataset in datasets] == ["input.shp"] * len(datasets)
    return sorted(path.name for path in folder.rglob("input.*"))


def _refusal(archive: Path, limits: Limits = UPLOAD) -> str:
    with pytest.raises(IntakeError) as refused:
        _unpacked(archive, limits)
    assert refused.value.problems
    return str(refused.value)


def test_only_the_parts_are_taken_under_names_of_ours(parts: dict[str, bytes], tmp_path: Path) -> None:
    inside = {"地图/" + name: content for name, content in parts.items()}
    extra = {
        "地图/x.shp.xml": b"<a/>",
        "地图/x.sbn": b"",
        "__MACOSX/地图/._x.shp": b"x",
        "地图/._x.shp": b"x",
        "readme": b"x",
    }
    wanted = ["input.cpg", "input.dbf", "input.prj", "input.shp", "input.shx"]
    assert _unpacked(archive_of(tmp_path / "z.zip", inside | extra)) == wanted


@pytest.mark.parametrize("name", ["../x.txt", "/etc/x", "a/../../x", "a\\..\\x", "C:/x"])
def test_entries_outside_the_folder(name: str, parts: dict[str, bytes], tmp_path: Path) -> None:
    assert "outside its folder" in _refusal(archive_of(tmp_path / "z.zip", parts | {name: b"x"}))
    assert sorted(path.name for path in tmp_path.rglob("x*")) == []


def test_symbolic_link(parts: dict[str, bytes], tmp_path: Path) -> None:
    archive = archive_of(tmp_path / "z.zip", {name: content for name, content in parts.items() if name != "x.dbf"})
    link = zipfile.ZipInfo("x.dbf")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(archive, "a") as sink:
        sink.writestr(link, "/etc/passwd")
    assert "symbolic link" in _refusal(archive)


def test_number_of_entries(parts: dict[str, bytes], tmp_path: Path) -> None:
    extra = {f"{number}.txt": b"x" for number in range(UPLOAD.members - len(parts))}
    assert _unpacked(archive_of(tmp_path / "z.zip", parts | extra))
    assert f"{UPLOAD.members + 1} entries" in _refusal(
        archive_of(tmp_path / "z.zip", parts | extra | {"one.txt": b"x"})
    )


def test_two_shapefiles_none_or_half_of_one(parts: dict[str, bytes], tmp_path: Path) -> None:
    twice = parts | {"b/" + name: content for name, content in parts.items()}
    assert len(_unpacked(archive_of(tmp_path / "z.zip", twice))) == 2 * len(parts)
    assert "holds no data set" in _refusal(archive_of(tmp_path / "z.zip", {"a.txt": b"x"}))
    assert "a DXF drawing" in _refusal(archive_of(tmp_path / "z.zip", {"a.dxf": b"  0\nSECTION\n"}))
    assert "holds no data set" in _refusal(archive_of(tmp_path / "z.zip", {}))
    alone = {"x.shp": parts["x.shp"], "y.shx": parts["x.shx"], "y.dbf": parts["x.dbf"]}
    assert "no .shx, .dbf" in _refusal(archive_of(tmp_path / "z.zip", alone))


@pytest.mark.parametrize(("name", "said"), [("word/document.xml", "a Word document"), ("OFD.xml", "an OFD document")])
def test_documents_that_are_archives(name: str, said: str, tmp_path: Path) -> None:
    assert said in _refusal(archive_of(tmp_path / "z.zip", {name: b"<a/>"}))


def test_bombs(parts: dict[str, bytes], tmp_path: Path) -> None:
    assert "more than 100 times" in _refusal(archive_of(tmp_path / "a.zip", parts | {"x.sbn": bytes(50_000_000)}))
    limits = replace(UPLOAD, unpacked_bytes=sum(map(len, parts.values())))
    assert _unpacked(archive_of(tmp_path / "c.zip", parts), limits)
    assert "unpacked it would be" in _refusal(archive_of(tmp_path / "c.zip", parts | {"y": b"1"}), limits)


def _packed(archive: Path) -> int:
    with zipfile.ZipFile(archive) as opened:
        return opened.getinfo("x.sbn").compress_size


def test_ratio_at_its_limit(parts: dict[str, bytes], tmp_path: Path) -> None:
    size, packed = 2_000_000, 0
    while packed == 0 or size % packed:
        # A little smaller, until it is packed a whole number of times.
        size -= size % packed if packed else 0
        archive = archive_of(tmp_path / "b.zip", parts | {"x.sbn": bytes(size)})
        packed = _packed(archive)
    ratio = size // packed
    assert _unpacked(archive, replace(UPLOAD, ratio=ratio))
    assert f"more than {ratio - 1} times" in _refusal(archive, replace(UPLOAD, ratio=ratio - 1))
    # A small member may be all zeros.
    assert _unpacked(archive_of(tmp_path / "c.zip", parts | {"x.sbn": bytes(900_000)}), replace(UPLOAD, ratio=2))


def test_header_that_lies_about_the_size(parts: dict[str, bytes], tmp_path: Path) -> None:
    content = random.Random(1).randbytes(10_000) * 40
    archive = archive_of(tmp_path / "b.zip", parts | {"x.shp": content})
    raw = archive.read_bytes()
    archive.write_bytes(raw.replace(len(content).to_bytes(4, "little"), (300_000).to_bytes(4, "little")))
    message = _refusal(archive)
    assert "larger than it says" in message or "damaged" in message


def test_locked_archive(parts: dict[str, bytes], tmp_path: Path) -> None:
    archive = archive_of(tmp_path / "z.zip", parts)
    raw = bytearray(archive.read_bytes())
    # Bit 0 of the flags, in the local and in the central headers: encrypted.
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = raw.find(magic)
        while place >= 0:
            raw[place + offset] |= 1
            place = raw.find(magic, place + 4)
    archive.write_bytes(raw)
    assert "locked" in _refusal(archive)


def test_any_flipped_archive_is_read_or_refused(parts: dict[str, bytes], tmp_path: Path) -> None:
    archive = archive_of(tmp_path / "z.zip", parts)
    raw, dice = archive.read_bytes(), random.Random(3)
    for _ in range(300):
        flipped = bytearray(raw)
        # Headers are at both ends; what lies between is compressed and has a checksum.
        flipped[dice.choice((dice.randrange(200), dice.randrange(len(raw) - 400, len(raw))))] = dice.randrange(256)
        archive.write_bytes(flipped)
        try:
            _unpacked(archive)
        except IntakeError as refused:
            assert refused.problems  # noqa: PT017 - reading it is as good an answer
