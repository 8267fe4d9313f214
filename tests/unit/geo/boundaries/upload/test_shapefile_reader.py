"""Shapefiles in archives, and the encodings of their tables."""

from __future__ import annotations

import random
import stat
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pilotzones.geo.boundaries.upload.gdal_reader import read_with_gdal
from pilotzones.geo.boundaries.upload.shapefile_reader import unpack
from pilotzones.geo.errors import IntakeError
from pilotzones.geo.files.limits import UPLOAD, Limits
from tests.helpers.boundary_files import BOX, archive_of, frame_of, parts_of, three_counties, written

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return parts_of(written(three_counties(), tmp_path_factory.mktemp("parts") / "x.shp"))


def _unpacked(archive: Path, limits: Limits = UPLOAD) -> list[str]:
    folder = archive.parent / f"out{random.random()}"
    folder.mkdir()
    assert unpack(archive, folder, file="z.zip", limits=limits) == folder / "input.shp"
    return sorted(path.name for path in folder.iterdir())


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
    extra = {f"{number}.txt": b"x" for number in range(20 - len(parts))}
    assert _unpacked(archive_of(tmp_path / "z.zip", parts | extra))
    assert "21 entries" in _refusal(archive_of(tmp_path / "z.zip", parts | extra | {"one.txt": b"x"}))


def test_two_shapefiles_none_or_half_of_one(parts: dict[str, bytes], tmp_path: Path) -> None:
    twice = parts | {"b/" + name: content for name, content in parts.items()}
    assert "2 shapefiles" in _refusal(archive_of(tmp_path / "z.zip", twice))
    assert "0 shapefiles" in _refusal(archive_of(tmp_path / "z.zip", {"doc.kml": b"<kml/>"}))
    assert "0 shapefiles" in _refusal(archive_of(tmp_path / "z.zip", {}))
    alone = {"x.shp": parts["x.shp"], "y.shx": parts["x.shx"], "y.dbf": parts["x.dbf"]}
    assert "no .shx and no .dbf" in _refusal(archive_of(tmp_path / "z.zip", alone))


def test_bombs(parts: dict[str, bytes], tmp_path: Path) -> None:
    assert "more than 100 times" in _refusal(archive_of(tmp_path / "a.zip", parts | {"x.sbn": bytes(50_000_000)}))
    limits = replace(UPLOAD, unpacked_bytes=sum(map(len, parts.values())))
    assert _unpacked(archive_of(tmp_path / "c.zip", parts), limits)
    assert "unpacked it would be" in _refusal(archive_of(tmp_path / "c.zip", parts | {"y": b"1"}), limits)


def _packed(archive: Path) -> int:
    with zipfile.ZipFile(archive) as opened:
        return opened.getinfo("x.sbn").compress_size


def test_ratio_at_its_limit(parts: dict[str, bytes], tmp_path: Path) -> None:
    archive = tmp_path / "b.zip"
    sizes = range(1_000, 2_000)
    size = next(size for size in sizes if size % _packed(archive_of(archive, {"x.sbn": bytes(size)})) == 0)
    ratio = size // _packed(archive)
    archive_of(archive, parts | {"x.sbn": bytes(size)})
    assert _unpacked(archive, replace(UPLOAD, ratio=ratio))
    assert f"more than {ratio - 1} times" in _refusal(archive, replace(UPLOAD, ratio=ratio - 1))


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


def _with_text(folder: Path, text: bytes, column: bytes, *, cpg: str | None = None, mark: int = 0) -> Path:
    """A shapefile whose text is put there byte by byte: what GDAL would make of an encoding is not the question."""
    shp = written(frame_of({"adcode": ["330402"], "N" * len(column): ["X" * len(text)]}, BOX), folder / "x.shp")
    dbf = shp.with_suffix(".dbf")
    raw = bytearray(dbf.read_bytes().replace(b"X" * len(text), text).replace(b"N" * len(column), column))
    raw[29] = mark
    dbf.write_bytes(raw)
    shp.with_suffix(".cpg").unlink(missing_ok=True)
    if cpg is not None:
        shp.with_suffix(".cpg").write_text(cpg)
    return shp


@pytest.mark.parametrize(
    ("encoding", "cpg", "mark", "warned"),
    [
        ("GBK", None, 0, 0),
        ("GBK", "GBK", 0, 0),
        ("GBK", "936", 0, 0),
        ("GBK", "ANSI 936\n", 0, 0),
        ("GBK", None, 0x4D, 0),
        ("GBK", "UTF-8", 0, 1),
        ("GBK", "ISO-8859-1", 0, 0),
        ("UTF-8", None, 0, 0),
        ("UTF-8", "UTF-8", 0, 0),
        ("UTF-8", "65001", 0x57, 0),
        ("UTF-8", None, 0x57, 0),
        ("GB18030", None, 0, 0),
        ("GB18030", "GB18030", 0, 0),
        ("BIG5", "BIG5", 0, 0),
        ("BIG5", None, 0x4F, 0),
    ],
)
def test_encodings(encoding: str, cpg: str | None, mark: int, warned: int, tmp_path: Path) -> None:
    name = {"GB18030": "㐀𠀀区", "BIG5": "嘉義市"}.get(encoding, "南湖区")
    column = "name" if encoding == "BIG5" else "名称"
    shp = _with_text(tmp_path, name.encode(encoding), column.encode(encoding), cpg=cpg, mark=mark)
    read = read_with_gdal(shp, "shapefile", file="x.shp", limits=UPLOAD)
    assert read.columns == {"adcode": ["330402"], column: [name]}
    assert sum("which it is not" in problem.message for problem in read.problems) == warned


def test_text_in_no_encoding(tmp_path: Path) -> None:
    shp = _with_text(tmp_path, b"\xff\xff\x80\xff", b"name")
    problems = read_with_gdal(shp, "shapefile", file="x.shp", limits=UPLOAD).problems
    assert "neither UTF-8 nor GB18030" in problems[-1].message
    assert problems[-1].severity == "error"


def test_garbage_in_a_column_nobody_reads_is_no_matter(tmp_path: Path) -> None:
    shp = _with_text(tmp_path, b"\xff\xff\x80\xff", b"REMARK")
    assert read_with_gdal(shp, "shapefile", file="x.shp", limits=UPLOAD).columns == {"adcode": ["330402"]}
