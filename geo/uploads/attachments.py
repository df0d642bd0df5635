"""Uploaded pictures and documents, examined by a process of their own with limits.

The process gets the file's bytes on standard input and answers with one line of JSON,
followed by the bytes to keep. It imports the standard library, Pillow and `archives` only; a
hostile file takes down nothing but itself.
"""

from __future__ import annotations

import io
import json
import re
import resource
import sys
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from geo.archives import DAMAGED

if TYPE_CHECKING:
    from PIL import Image

JPEG, PNG, WEBP = "image/jpeg", "image/png", "image/webp"
PDF = "application/pdf"
_OFFICE = "application/vnd.openxmlformats-officedocument."
DOCX, XLSX = _OFFICE + "wordprocessingml.document", _OFFICE + "spreadsheetml.sheet"
SUFFIXES = {JPEG: ".jpg", PNG: ".png", WEBP: ".webp", PDF: ".pdf", DOCX: ".docx", XLSX: ".xlsx"}
# Bytes of the file as it is handed in.
LIMITS = dict.fromkeys((JPEG, PNG, WEBP, PDF), 20 * 2**20) | dict.fromkeys((DOCX, XLSX), 10 * 2**20)

MAX_PIXELS = 64_000_000
LONGEST_EDGE = 4096  # pixels of a picture as it is kept
QUALITY = 90
MAX_MEMBERS, MAX_UNPACKED, MAX_RATIO = 2000, 200 * 2**20, 200
MEMORY, CPU_S = 2**30, 20

_ZIP, _PDF = b"PK\x03\x04", b"%PDF-"
_MAIN_PARTS = {"word/document.xml": DOCX, "xl/workbook.xml": XLSX}
_OFFICE_ACTIVE = re.compile(r"vbaproject|vbadata|activex|/embeddings/.*\.(?!xlsx$|docx$|pptx$)")
_PDF_ACTIVE = re.compile(rb"/(JavaScript|JS|Launch|RichMedia)(?![A-Za-z0-9])")
_PDF_STREAM = re.compile(rb"\bstream\r?\n.*?endstream", re.DOTALL)
_PDF_OBJECTS = re.compile(rb"/ObjStm\b.{0,400}?\bstream\r?\n", re.DOTALL)
_MAX_OBJECTS = 16 * 2**20


class AttachmentError(Exception):
    """The file is not kept: a code of `geo.errors.SENTENCES` and its facts."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


def kind_of(data: bytes) -> str:
    """
    Return the media type that the first bytes of `data` have; DOCX stands for any zip file.

    Raises
    ------
    AttachmentError
        If it is none of those that are kept.
    """
    if data.startswith(b"\xff\xd8\xff"):
        return JPEG
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return WEBP
    if data.startswith(_PDF):
        return PDF
    if data.startswith(_ZIP):
        return DOCX
    raise AttachmentError("evidence_type")


def examined(data: bytes) -> tuple[bytes, str]:
    """
    Return the bytes to keep of an uploaded file, and their media type.

    A picture is drawn anew: upright, at most `LONGEST_EDGE` pixels long, in sRGB, and
    without anything else that was in the file (EXIF with its position, comments, a film or
    another file behind it). A document is kept as it is, its author and dates included.

    Raises
    ------
    AttachmentError
        If the file is of another kind, of two kinds at once, broken, too large when unpacked,
        or has macros or scripts in it.
    """
    kind = kind_of(data)
    if kind not in {DOCX} and zipfile.is_zipfile(io.BytesIO(data)):
        raise AttachmentError("evidence_mixed", first=SUFFIXES[kind][1:].upper(), second="ZIP")
    if kind != PDF and _PDF in data[:1024]:
        raise AttachmentError("evidence_mixed", first=SUFFIXES[kind][1:].upper(), second="PDF")
    if kind == PDF:
        _examine_pdf(data)
        return data, kind
    if kind == DOCX:
        return data, _examine_office(data)
    return _redrawn(data, kind), kind


def _redrawn(data: bytes, kind: str) -> bytes:
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = None  # our own limit is checked before anything is unpacked
    try:
        picture: Image.Image = Image.open(
            io.BytesIO(data), formats=[kind.partition("/")[2].upper()]
        )
        if picture.width * picture.height > MAX_PIXELS:
            size = f"{picture.width}×{picture.height}"
            limit = f"{MAX_PIXELS // 1_000_000} 百万像素"
            raise AttachmentError("evidence_too_large", what="图片", size=size, limit=limit)
        picture.draft("RGB", (LONGEST_EDGE, LONGEST_EDGE))  # a large JPEG is read reduced
        picture.load()
        with suppress(Exception):  # an EXIF block that cannot be read has no orientation
            ImageOps.exif_transpose(picture, in_place=True)
        picture = _plain(picture)
        picture.thumbnail((LONGEST_EDGE, LONGEST_EDGE), Image.Resampling.LANCZOS)
        picture.info.clear()  # what encoders would write again: profile, EXIF, XMP, comment
        out = io.BytesIO()
        if kind == PNG:
            picture.save(out, "PNG")
        elif kind == WEBP:
            picture.save(out, "WEBP", quality=QUALITY, method=2, exif=b"", xmp=b"")
        else:
            picture.convert("L" if picture.mode == "L" else "RGB").save(
                out, "JPEG", quality=QUALITY
            )
    except MemoryError:
        raise
    except (OSError, SyntaxError, ValueError, EOFError, KeyError, IndexError, TypeError):
        raise AttachmentError("evidence_damaged") from None
    return out.getvalue()


def _plain(picture: Image.Image) -> Image.Image:
    """Return the picture in a mode that every format knows, its colours in sRGB."""
    from PIL import ImageCms

    profile = picture.info.get("icc_profile")
    if picture.mode.startswith("I"):  # 16 bits
        picture = picture.convert("I").point(lambda value: value / 256).convert("L")
    if picture.mode in {"P", "PA", "1"} or "transparency" in picture.info:
        picture = picture.convert("RGBA" if "transparency" in picture.info else "RGB")
    if profile and picture.mode in {"RGB", "CMYK"}:
        with suppress(ImageCms.PyCMSError, OSError, ValueError):
            given = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            wanted = ImageCms.createProfile("sRGB")
            converted = ImageCms.profileToProfile(picture, given, wanted, outputMode="RGB")
            picture = converted or picture
    if picture.mode == "LA":
        return picture.convert("RGBA")
    return picture if picture.mode in {"L", "RGB", "RGBA"} else picture.convert("RGB")


def _examine_office(data: bytes) -> str:
    """Return DOCX or XLSX, or refuse the zip file; nothing is unpacked but its list of parts."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            unpacked = sum(member.file_size for member in members)
            if len(members) > MAX_MEMBERS or unpacked > min(
                MAX_UNPACKED, MAX_RATIO * max(len(data), 4096)
            ):
                size, limit = f"{unpacked / 2**20:.0f} MB", f"{MAX_UNPACKED // 2**20} MB"
                raise AttachmentError("evidence_too_large", what="解压后", size=size, limit=limit)
            names = [member.filename for member in members]
            kinds = [kind for part, kind in _MAIN_PARTS.items() if part in names]
            if not kinds or "[Content_Types].xml" not in names:
                raise AttachmentError("evidence_type")
            if any(member.flag_bits & 1 for member in members):
                raise AttachmentError("evidence_damaged")
            if archive.getinfo("[Content_Types].xml").file_size > 2**20:
                raise AttachmentError("evidence_damaged")
            types = archive.read("[Content_Types].xml").decode("utf-8", "replace")
            starts = min(member.header_offset for member in members)
            if len(kinds) > 1 or starts or archive.comment:
                raise AttachmentError("evidence_mixed", first="DOCX / XLSX", second="ZIP")
    except AttachmentError:
        raise
    except DAMAGED:
        raise AttachmentError("evidence_damaged") from None
    if not data[-22:].startswith(b"PK\x05\x06"):  # something follows the end of the archive
        raise AttachmentError("evidence_mixed", first="DOCX / XLSX", second="?")
    if any(_OFFICE_ACTIVE.search(name.lower()) for name in names) or "macroEnabled" in types:
        raise AttachmentError("evidence_active")
    return kinds[0]


def _examine_pdf(data: bytes) -> None:
    end = data.rfind(b"%%EOF")
    if end < 0:
        raise AttachmentError("evidence_damaged")
    if data[end + 5 :].strip(b"\0\t\n\f\r "):
        raise AttachmentError("evidence_mixed", first="PDF", second="?")
    if any(_PDF_ACTIVE.search(_unescaped(part)) for part in _pdf_objects(data)):
        raise AttachmentError("evidence_active")


def _pdf_objects(data: bytes) -> Iterator[bytes]:
    """Give what of a PDF file is not the inside of a stream, and packed objects unpacked."""
    yield _PDF_STREAM.sub(b"", data)
    for head in _PDF_OBJECTS.finditer(data):
        with suppress(zlib.error):
            yield zlib.decompressobj().decompress(data[head.end() :], _MAX_OBJECTS)


def _unescaped(part: bytes) -> bytes:
    """Return the names of a PDF part as they are meant: /J#53 is /JS."""
    return re.sub(rb"#([0-9A-Fa-f]{2})", lambda found: bytes([int(found[1], 16)]), part)


def main() -> None:
    """Examine the file on standard input; print the reply and the bytes to keep."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    reply: dict[str, Any]
    kept = b""
    try:
        kept, kind = examined(sys.stdin.buffer.read())
        reply = {"media_type": kind}
    except AttachmentError as refused:
        reply = {"code": refused.code, "facts": refused.facts}
    except MemoryError:
        limit = f"{MEMORY // 2**20} MB"
        facts = {"what": "读它所需的内存", "size": "超限", "limit": limit}
        reply = {"code": "evidence_too_large", "facts": facts}
    sys.stdout.buffer.write(json.dumps(reply).encode() + b"\n" + kept)
    sys.stdout.buffer.flush()
