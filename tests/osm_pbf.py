"""A small road network as an OSM PBF file, for the routing engines; format as on wiki.osm.org."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Sequence


def _varint(value: int) -> bytes:
    found = bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    found.append(value)
    return bytes(found)


def _zigzag(value: int) -> int:
    return value << 1 if value >= 0 else (-value << 1) - 1


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _bytes(field: int, value: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(value)) + value


def _packed(field: int, values: Iterable[int]) -> bytes:
    return _bytes(field, b"".join(map(_varint, values)))


def _steps(values: Sequence[int]) -> list[int]:
    """Return the zigzag differences of `values`, the first from 0."""
    return [_zigzag(b - a) for a, b in zip([0, *values[:-1]], values, strict=True)]


def _blob(kind: bytes, content: bytes) -> bytes:
    blob = _number(2, len(content)) + _bytes(3, zlib.compress(content))
    header = _bytes(1, kind) + _number(3, len(blob))
    return struct.pack(">I", len(header)) + header + blob


def osm_pbf(
    nodes: Sequence[tuple[float, float]], ways: Sequence[tuple[Sequence[int], dict[str, str]]]
) -> bytes:
    """
    Return a PBF file of `nodes` (lon, lat in degrees) and `ways` (positions of nodes, tags).

    Node i has the number i + 1; coordinates are kept to 7 decimals.
    """
    words = [b""]

    def word(text: str) -> int:
        data = text.encode()
        if data not in words:
            words.append(data)
        return words.index(data)

    ids = list(range(1, len(nodes) + 1))
    dense = _packed(1, _steps(ids))
    dense += _packed(8, _steps([round(lat * 1e7) for _, lat in nodes]))
    dense += _packed(9, _steps([round(lon * 1e7) for lon, _ in nodes]))
    groups = [_bytes(2, dense)]
    for number, (refs, tags) in enumerate(ways, 1):
        way = _number(1, number) + _packed(2, map(word, tags))
        way += _packed(3, map(word, tags.values()))
        way += _packed(8, _steps([at + 1 for at in refs]))
        groups.append(_bytes(3, way))
    table = b"".join(_bytes(1, one) for one in words)
    # Each group holds one kind of thing.
    nodes_and_ways = _bytes(2, groups[0]) + _bytes(2, b"".join(groups[1:]))
    block = _bytes(1, table) + nodes_and_ways
    features = _bytes(4, b"OsmSchema-V0.6") + _bytes(4, b"DenseNodes")
    return _blob(b"OSMHeader", features) + _blob(b"OSMData", block)
