"""Evidence files: decided by content, drawn anew, kept by hash, given to whose row it is."""

import hashlib
import io
import os
import zipfile
import zlib
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from PIL import Image, ImageCms
from PIL.ExifTags import GPS, IFD, Base
from PIL.PngImagePlugin import PngInfo

from geo import evidence
from geo.audit import audit_log
from geo.door import submit
from geo.edits import edit_of
from geo.errors import AccessError, ArgumentError, FileError, StoreError
from geo.rights import PUBLIC, Actor
from geo.rows import stored_rows
from geo.uploads import attachments
from geo.uploads.attachments import DOCX, JPEG, PDF, PNG, WEBP, XLSX, AttachmentError, examined

WHEN = {"now": datetime(2026, 11, 24, 2, 30), "today": date(2026, 11, 24)}
TODAY = {"today": WHEN["today"]}
CITY = Actor("city", "市科协", "city")
TAISHAN = Actor("taishan", "泰山区", "steward", "unit", "taishan")
DAIYUE = Actor("daiyue", "岱岳区", "steward", "unit", "daiyue")
HALL = Actor("hall", "科技馆", "reporter", "venue", "h1")
RED, BLUE = (200, 30, 30), (20, 40, 210)


def photo(form: str = "JPEG", size=(60, 40), **options) -> bytes:
    """Return a picture whose left half is red and whose right half is blue."""
    picture = Image.new("RGB", size, RED)
    picture.paste(BLUE, (size[0] // 2, 0, size[0], size[1]))
    out = io.BytesIO()
    picture.save(out, form, **options)
    return out.getvalue()


def with_position(orientation: int = 1) -> bytes:
    exif = Image.Exif()
    exif[Base.Orientation] = orientation
    exif[Base.Artist] = "SECRET"
    place = exif.get_ifd(IFD.GPSInfo)
    place[GPS.GPSLatitudeRef], place[GPS.GPSLatitude] = "N", (36.0, 11.0, 22.5)
    place[GPS.GPSLongitudeRef], place[GPS.GPSLongitude] = "E", (117.0, 7.0, 11.5)
    return exif.tobytes()


def office(main: str, extra: dict[str, bytes] | None = None, **options) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", options.get("types", "<Types/>"))
        archive.writestr(main, "<document/>")
        for name, content in (extra or {}).items():
            archive.writestr(name, content)
    return out.getvalue()


def pdf(body: bytes = b"1 0 obj\n<< /Type /Catalog >>\nendobj\n", tail: bytes = b"\n") -> bytes:
    return b"%PDF-1.7\n" + body + b"trailer << /Root 1 0 R >>\n%%EOF" + tail


def near(pixel, colour) -> bool:
    return all(abs(a - b) < 25 for a, b in zip(pixel, colour, strict=False))


# --- what is kept of a file ----------------------------------------------------------------


@pytest.mark.parametrize(("form", "kind"), [("JPEG", JPEG), ("PNG", PNG), ("WEBP", WEBP)])
def test_a_picture_is_kept_without_its_position(form, kind):
    extra = {"exif": with_position()}
    if form == "PNG":
        text = PngInfo()
        text.add_text("Comment", "SECRET")
        extra["pnginfo"] = text
    if form != "PNG":
        extra["xmp"] = b"<x:xmpmeta>SECRET</x:xmpmeta>"
    if form == "JPEG":
        extra["comment"] = b"SECRET"
    given = photo(form, **extra)
    assert b"SECRET" in given
    kept, found = examined(given)
    assert found == kind
    assert b"SECRET" not in kept and b"Exif" not in kept and b"EXIF" not in kept
    picture = Image.open(io.BytesIO(kept))
    assert (picture.format, picture.size) == (form, (60, 40))
    assert not picture.getexif() and not set(picture.info) & {"exif", "xmp", "comment", "Comment"}
    shown = picture.convert("RGB")
    assert near(shown.getpixel((5, 20)), RED) and near(shown.getpixel((55, 20)), BLUE)


# where red comes to stand when a camera was held in each of the eight ways
RED_AT = {
    1: "left",
    2: "right",
    3: "right",
    4: "left",
    5: "top",
    6: "top",
    7: "bottom",
    8: "bottom",
}


@pytest.mark.parametrize("orientation", RED_AT)
def test_a_picture_stands_upright(orientation):
    kept, _ = examined(photo(exif=with_position(orientation)))
    picture = Image.open(io.BytesIO(kept))
    assert picture.size == ((60, 40) if orientation < 5 else (40, 60))
    width, height = picture.size
    at = {"left": (5, height // 2), "right": (width - 5, height // 2),
          "top": (width // 2, 5), "bottom": (width // 2, height - 5)}  # fmt: skip
    assert near(picture.getpixel(at[RED_AT[orientation]]), RED)


def test_colours_of_another_profile_become_srgb():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    kept, _ = examined(photo(icc_profile=profile))  # does not fit the picture: is left out
    assert near(Image.open(io.BytesIO(kept)).getpixel((5, 5)), RED)
    same = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    kept, _ = examined(photo(icc_profile=same))
    assert near(Image.open(io.BytesIO(kept)).getpixel((5, 5)), RED)
    assert "icc_profile" not in Image.open(io.BytesIO(kept)).info


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16", "CMYK"])
def test_pictures_of_every_mode_are_kept(mode):
    out = io.BytesIO()
    Image.new(mode, (8, 8)).save(out, "TIFF" if mode == "CMYK" else "PNG")
    if mode == "CMYK":
        out = io.BytesIO()
        Image.new(mode, (8, 8)).save(out, "JPEG")
    kept, _ = examined(out.getvalue())
    assert Image.open(io.BytesIO(kept)).size == (8, 8)


def test_a_large_picture_is_made_smaller_and_a_small_one_is_not():
    kept, _ = examined(photo(size=(6000, 30)))
    assert Image.open(io.BytesIO(kept)).size == (4096, 20)
    kept, _ = examined(photo("PNG", size=(4096, 10)))
    assert Image.open(io.BytesIO(kept)).size == (4096, 10)


def test_what_hangs_behind_a_picture_is_dropped():
    kept, _ = examined(photo() + b"\0\0\0\x18ftypmp42 a film, as telephones append one")
    assert b"ftypmp42" not in kept


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (pdf(), PDF),
        (pdf(tail=b"\r\n\0\0\0"), PDF),
        (office("word/document.xml"), DOCX),
        (office("word/document.xml", {"word/embeddings/Sheet1.xlsx": b"chart"}), DOCX),
        (office("xl/workbook.xml"), XLSX),
    ],
)
def test_a_document_is_kept_as_it_is(data, kind):
    assert examined(data) == (data, kind)


def test_a_real_workbook_is_kept():
    out = io.BytesIO()
    openpyxl.Workbook().save(out)
    assert examined(out.getvalue())[1] == XLSX


def prefixed_zip(data: bytes) -> bytes:
    return b"PK\x03\x04" + b"x" * 60 + data


OBJECTS = zlib.compress(b"3 0 4 20 << /S /JavaScript /JS (app.alert(1)) >>")
REFUSED = {
    "evidence_type": [
        b"", b"plain text", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"<html><script>",
        b"GIF89a" + b"\0" * 20, b"\0\0\0\x18ftypheic" + b"\0" * 40, b"MZ\x90", b"BM" + b"\0" * 60,
        b" " + photo(), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", office("ppt/presentation.xml"),
        office("index.html"), b"junk %PDF-1.4",
    ],
    "evidence_mixed": [
        photo() + office("a.html"), photo("PNG") + office("xl/workbook.xml"),
        pdf() + office("x.html"), pdf(tail=b"\n<script>alert(1)</script>"),
        photo(comment=b"%PDF-1.4 as well"),
        office("word/document.xml", {"xl/workbook.xml": b""}),
        office("word/document.xml") + b"trailing",
        prefixed_zip(office("word/document.xml")),
    ],
    "evidence_active": [
        office("word/document.xml", {"word/vbaProject.bin": b""}),
        office("xl/workbook.xml", {"xl/activeX/activeX1.xml": b""}),
        office("word/document.xml", {"word/embeddings/oleObject1.bin": b""}),
        office("xl/workbook.xml", types="application/vnd.ms-excel.sheet.macroEnabled.main+xml"),
        pdf(b"1 0 obj << /OpenAction << /S /JavaScript /JS (app.alert(1)) >> >> endobj\n"),
        pdf(b"1 0 obj << /S /J#61vaScript >> endobj\n"),
        pdf(b"1 0 obj << /S /Launch /F (cmd.exe) >> endobj\n"),
        pdf(b"1 0 obj << /Type /ObjStm /Filter /FlateDecode >> stream\n" + OBJECTS
            + b"\nendstream endobj\n"),
    ],
    "evidence_damaged": [
        photo()[:200], photo("PNG")[:-30], photo("WEBP")[:60], b"\xff\xd8\xff" + b"junk" * 50,
        b"%PDF-1.7\nno end", office("word/document.xml")[:-40], b"PK\x03\x04" + b"\0" * 100,
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("code", "data"), [(code, data) for code, files in REFUSED.items() for data in files]
)
def test_other_files_are_refused(code, data):
    with pytest.raises(AttachmentError) as caught:
        examined(data)
    assert caught.value.code == code
    FileError(code, **caught.value.facts)  # its sentence is complete


def test_words_like_scripts_inside_a_compressed_stream_do_no_harm():
    body = b"1 0 obj << /Length 9 >> stream\n/JS /Launch\nendstream endobj\n"
    assert examined(pdf(body))[1] == PDF


# --- bombs, in the process of their own -------------------------------------------------------


def png_bomb(width: int, height: int) -> bytes:
    """Return a few hundred KB that claim and hold width x height black pixels."""

    def chunk(name: bytes, content: bytes) -> bytes:
        check = zlib.crc32(name + content)
        return len(content).to_bytes(4) + name + content + check.to_bytes(4)

    head = width.to_bytes(4) + height.to_bytes(4) + bytes([1, 0, 0, 0, 0])
    rows = zlib.compress(bytes((width + 7) // 8 + 1) * 1000, 9)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows)
            + chunk(b"IEND", b""))  # fmt: skip


def zip_bomb() -> bytes:
    return office("word/document.xml", {"word/media/a.xml": bytes(300 * 2**20)})


def test_bombs_take_nothing_down():
    with pytest.raises(FileError) as caught:
        evidence._examined(png_bomb(60_000, 60_000))
    assert caught.value.code == "evidence_too_large" and "60000×60000" in str(caught.value)
    with pytest.raises(FileError) as caught:
        evidence._examined(zip_bomb())
    assert caught.value.code == "evidence_too_large"
    with pytest.raises(FileError) as caught:
        evidence._examined(b"%PDF-" + bytes(20 * 2**20))
    assert "20.0 MB" in str(caught.value)


def test_a_process_that_dies_is_a_sentence(monkeypatch):
    monkeypatch.setattr(evidence, "_PROGRAM", "import os; os.abort()")
    with pytest.raises(FileError) as caught:
        evidence._examined(pdf())
    assert caught.value.code == "evidence_too_large"


def test_every_kind_that_is_kept_has_a_limit_and_a_suffix():
    assert set(attachments.SUFFIXES) == set(attachments.LIMITS)


# --- the store's side -------------------------------------------------------------------------


def add(store, folder: Path, *, actor=TAISHAN, table="venues", key=("h1",), data=None, title=""):
    return evidence.add_evidence(
        store, folder, actor=actor, table=table, key=key, data=data or pdf(), title=title, **WHEN
    )


def test_a_file_is_kept_by_its_hash_privately_and_given_back(store, tmp_path):
    folder, revision = tmp_path / "evidence", store.revision()
    number = add(store, folder, data=photo(exif=with_position()), title="  大门\n照片\x00 ")
    data, media_type, name = evidence.read_evidence(store, folder, number, actor=HALL, **TODAY)
    assert (media_type, name) == (JPEG, f"venues-{number}.jpg")
    assert not Image.open(io.BytesIO(data)).getexif()
    sha256 = hashlib.sha256(data).hexdigest()
    (path,) = [path for path in folder.rglob("*") if path.is_file()]
    assert path == folder / sha256[:2] / sha256
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == folder.stat().st_mode & 0o777 == 0o700
    listed = evidence.evidence_of(store, "venues", ("h1",), actor=HALL, **TODAY)
    assert listed["title"].tolist() == ["大门 照片"]
    assert listed.loc[0, ["login", "media_type", "size"]].tolist() == ["taishan", JPEG, len(data)]
    assert store.revision() == revision
    assert audit_log(store)["action"].tolist() == ["evidence_added"]


def test_the_same_bytes_are_kept_once_and_until_no_row_uses_them(store, tmp_path):
    first = add(store, tmp_path)
    second = add(store, tmp_path, actor=DAIYUE, key=("s1",))
    kept = [path for path in tmp_path.rglob("*") if path.is_file() and len(path.name) == 64]
    assert len(kept) == 1
    other = tmp_path / "notes.txt"
    other.write_text("not ours")
    evidence.remove_evidence(store, tmp_path, first, actor=TAISHAN, **WHEN)
    assert kept[0].exists()
    with pytest.raises(AccessError) as caught:
        evidence.read_evidence(store, tmp_path, first, actor=TAISHAN, **TODAY)
    assert caught.value.code == "evidence_gone"
    evidence.remove_evidence(store, tmp_path, second, actor=DAIYUE, **WHEN)
    assert not kept[0].exists() and other.exists()
    assert evidence.evidence_of(store, "venues", ("h1",), actor=CITY, **TODAY).empty
    assert audit_log(store)["action"].tolist() == ["evidence_removed"] * 2 + ["evidence_added"] * 2


def test_bytes_that_were_altered_or_lost_are_not_given_out(store, tmp_path):
    number = add(store, tmp_path)
    (path,) = [path for path in tmp_path.rglob("*") if path.is_file() and len(path.name) == 64]
    path.write_bytes(b"something else")
    with pytest.raises(StoreError, match="备份"):
        evidence.read_evidence(store, tmp_path, number, actor=CITY, **TODAY)
    assert add(store, tmp_path) != number  # the right bytes are put back
    evidence.read_evidence(store, tmp_path, number, actor=CITY, **TODAY)
    path.unlink()
    with pytest.raises(StoreError) as caught:
        evidence.read_evidence(store, tmp_path, number, actor=CITY, **TODAY)
    assert caught.value.code == "evidence_lost"


def test_only_whose_row_it_is_adds_sees_reads_and_removes(store, tmp_path):
    number = add(store, tmp_path, table="promoters", key=("p1",), title="同意书")
    for actor in (PUBLIC, DAIYUE, HALL):
        for action in (
            lambda actor=actor: add(store, tmp_path, actor=actor, table="promoters", key=("p1",)),
            lambda actor=actor: evidence.evidence_of(
                store, "promoters", ("p1",), actor=actor, **TODAY
            ),
            lambda actor=actor: evidence.read_evidence(
                store, tmp_path, number, actor=actor, **TODAY
            ),
            lambda actor=actor: evidence.remove_evidence(
                store, tmp_path, number, actor=actor, **WHEN
            ),
        ):
            with pytest.raises(AccessError):
                action()
    with pytest.raises(AccessError):
        add(store, tmp_path, key=("h999",))
    with pytest.raises(AccessError):  # the city's lists are the city's
        add(store, tmp_path, table="townships", key=("370902001000",))
    assert add(store, tmp_path, actor=CITY, table="townships", key=("370902001000",)) > number
    with pytest.raises(ArgumentError):
        add(store, tmp_path, table="accounts", key=("h1",))


def test_reading_a_file_about_a_person_is_logged(store, tmp_path):
    number = add(store, tmp_path, table="promoters", key=("p1",))
    evidence.read_evidence(store, tmp_path, number, actor=TAISHAN, **WHEN)
    log = audit_log(store, actions=["evidence_read"])
    assert log["row_key"].tolist() == ['["p1"]'] and log["login"].tolist() == ["taishan"]


def test_the_city_still_reads_what_proved_a_row_that_is_gone(store, tmp_path):
    number = add(store, tmp_path, key=("m1",))
    with store.reading() as connection:
        row = stored_rows(connection, "venues")["m1",]
    submit(store, [edit_of("venues", row, None)], actor=CITY, **TODAY)
    assert evidence.read_evidence(store, tmp_path, number, actor=CITY, **TODAY)[0] == pdf()
    with pytest.raises(AccessError):
        evidence.read_evidence(store, tmp_path, number, actor=TAISHAN, **TODAY)


def test_a_refused_file_leaves_nothing_behind(store, tmp_path):
    for data in (b"<svg/>", photo() + office("a.html")):
        with pytest.raises(FileError):
            add(store, tmp_path / "evidence", data=data)
    assert not (tmp_path / "evidence").exists()
    assert evidence.evidence_of(store, "venues", ("h1",), actor=CITY, **TODAY).empty


def test_a_folder_that_the_web_serves_is_refused(store, monkeypatch, tmp_path):
    monkeypatch.setattr(evidence, "_WEB_ROOT", tmp_path / "static")
    for folder in (tmp_path / "static", tmp_path / "static" / "x", tmp_path / "a/../static/y"):
        with pytest.raises(ArgumentError, match="谁都能下载"):
            add(store, folder)
    assert not list(tmp_path.rglob("*.pdf")) and not (tmp_path / "static").exists()


def test_a_folder_that_cannot_be_written_is_a_sentence(store, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(FileError) as caught:
        add(store, tmp_path / "file" / "evidence")
    assert caught.value.code == "cannot_write" and os.fspath(tmp_path) in str(caught.value)
    assert evidence.evidence_of(store, "venues", ("h1",), actor=CITY, **TODAY).empty
