"""A JPEG encoder for pictures of flat 8×8 blocks: baseline JPEG in which every block has a mean and nothing else.

It is enough for generated avatars, and needs no imaging library (ITU-T T.81; the Huffman table is its K.3).
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

Colour = tuple[int, int, int]

BLOCK_PIXELS = 8

_DC_COUNTS = (0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0)
"""How many Huffman codes there are of each length: for the size in bits of a difference, 0 to 11."""
_AC_COUNTS = (1, *[0] * 15)
"""One code, of one bit: end of block."""
_COMPONENTS = (1, 2, 3)


def encode(blocks: Sequence[Sequence[Colour]]) -> bytes:
    """Return a JPEG file of ``8 × len(blocks)`` rows in which each block has one colour.

    Args:
        blocks: Rows of red, green and blue from 0 to 255, all of one length.

    Raises:
        ValueError: There are no blocks, or the rows differ in length.
    """
    width = len(blocks[0]) if blocks else 0
    if not width or any(len(row) != width for row in blocks):
        raise ValueError("a picture is at least one row of blocks, and its rows are of one length")
    frame = struct.pack(">BHHB", 8, len(blocks) * BLOCK_PIXELS, width * BLOCK_PIXELS, 3)
    # A block of one value v has the coefficient 8·v: divided by 8 it is v itself, so nothing is lost but in colour.
    tables = bytes([0]) + bytes([8] * 64)
    return b"".join(
        (
            b"\xff\xd8",
            _segment(0xE0, b"JFIF\x00" + struct.pack(">HBHHBB", 0x0101, 0, 1, 1, 0, 0)),
            _segment(0xDB, tables),
            _segment(0xC0, frame + bytes(value for number in _COMPONENTS for value in (number, 0x11, 0))),
            _segment(0xC4, bytes([0x00, *_DC_COUNTS, *range(12)])),
            _segment(0xC4, bytes([0x10, *_AC_COUNTS, 0])),
            _segment(0xDA, bytes([3, 1, 0, 2, 0, 3, 0, 0, 63, 0])),
            _scan(blocks),
            b"\xff\xd9",
        )
    )


def _segment(marker: int, content: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


def _codes() -> tuple[str, ...]:
    """Return the Huffman code of each size as bits (T.81, annex C)."""
    codes, value = [], 0
    for length, count in enumerate(_DC_COUNTS, 1):
        for _ in range(count):
            codes.append(f"{value:0{length}b}")
            value += 1
        value <<= 1
    return tuple(codes)


_CODES = _codes()


def _scan(blocks: Sequence[Sequence[Colour]]) -> bytes:
    """Return the entropy-coded blocks: of each component how far it is from the block before, then end of block."""
    bits: list[str] = []
    before = (0, 0, 0)
    for row in blocks:
        for colour in row:
            values = _levels(colour)
            for value, last in zip(values, before, strict=True):
                bits.append(_difference(value - last) + "0")
            before = values
    text = "".join(bits)
    text += "1" * (-len(text) % 8)
    return int(text, 2).to_bytes(len(text) // 8, "big").replace(b"\xff", b"\xff\x00")


def _difference(value: int) -> str:
    """Return a difference as bits: its size, then the value; a negative one as its ones' complement."""
    size = abs(value).bit_length()
    if not size:
        return _CODES[0]
    return _CODES[size] + f"{value if value > 0 else value + (1 << size) - 1:0{size}b}"


def _levels(colour: Colour) -> Colour:
    """Return luminance and the two chrominances of a colour (JFIF), each less 128."""
    red, green, blue = colour
    luminance = 0.299 * red + 0.587 * green + 0.114 * blue
    return (
        round(luminance) - 128,
        max(-128, min(127, round(0.564 * (blue - luminance)))),
        max(-128, min(127, round(0.713 * (red - luminance)))),
    )
