"""Boundary files of the toy region, in every format and CRS, whole, faulty and hostile."""

import json
import sqlite3
import zipfile
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely import box
from shapely.geometry import MultiPolygon, Point, Polygon

from geo.boundaries import LayerInfo
from geo.crs import METRIC_CRS, STORED_CRS, wgs84_to_bd09, wgs84_to_gcj02
from geo.errors import ArgumentError, FileError
from geo.layers.faults import NOTE_CODES
from geo.layers.importing import plan_layer
from geo.layers.plan import Features, plan_features, settled
from geo.layers.shapes_reader import read_features

OFFICIAL = LayerInfo("township", "official", "市自然资源局", date(2025, 1, 2), "鲁SG(2025)001号")
CODES = ["370902001000", "370902002000", "370911101000", "370911102000"]
NAMES = ["岱庙街道", "财源街道", "山口镇", "祝阳镇"]
SOUTH, NORTH = 36.1, 36.2687
# Borders between the four, from south to north: the middle one is the counties'.
BENDS = {
    117.1: [(117.1, SOUTH), (117.11, 36.15), (117.09, 36.21), (117.1, NORTH)],
    117.2: [(117.2, SOUTH), (117.2, NORTH)],
    117.4: [(117.4, SOUTH), (117.41, 36.18), (117.4, NORTH)],
}


def strip(west, east):
    """Return the polygon between two of the borders, or the outer edges."""
    left = BENDS.get(west, [(west, SOUTH), (west, NORTH)])
    right = BENDS.get(east, [(east, SOUTH), (east, NORTH)])
    return Polygon([*right, *left[::-1]])


def toy_layer(**changed):
    """Return the four townships as a file would have them; `changed` shapes by code."""
    shapes = [strip(117.0, 117.1), strip(117.1, 117.2), strip(117.2, 117.4), strip(117.4, 117.6)]
    shapes = [changed.get(f"t{code[:9]}", shape) for code, shape in zip(CODES, shapes, strict=True)]
    columns = {"XZQDM": [code[:9] for code in CODES], "XZQMC": NAMES}
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=STORED_CRS)


@pytest.fixture
def outlines():
    return gpd.GeoDataFrame(
        {"county_code": ["370902", "370911"], "name": ["泰山区", "岱岳区"]},
        geometry=[box(117.0, SOUTH, 117.2, NORTH), box(117.2, SOUTH, 117.6, NORTH)],
        crs=STORED_CRS,
    )


def features(layer, crs="EPSG:4326"):
    fields = layer.drop(columns="geometry").astype(object)
    return Features(fields.where(fields.notna(), None), layer.geometry.to_numpy(), crs)


def codes(problems):
    return [problem.code for problem in problems]


def told(problems, code):
    """Return what is said with `code`, which must be told once."""
    (found,) = [problem for problem in problems if problem.code == code]
    return found.sentence("zh")


def written(table, path, **options):
    table.to_file(path, **options)
    return path


def upload(path, tmp_path):
    """Return the file in a folder of its own under the name of every upload."""
    folder = tmp_path / f"private-{path.name}"
    folder.mkdir()
    (folder / "upload").write_bytes(path.read_bytes())
    return folder / "upload"


def zipped(path, stem, members=(".shp", ".shx", ".dbf", ".prj")):
    """Pack a shapefile under the names `stem`, which may lead anywhere."""
    with zipfile.ZipFile(path.with_suffix(".zip"), "w", zipfile.ZIP_DEFLATED) as archive:
        for suffix in members:
            archive.write(path.with_suffix(suffix), stem + suffix)
    return path.with_suffix(".zip")


# --- coordinates ---------------------------------------------------------------------------


@pytest.mark.parametrize("epsg", [
    4326, 4490,  # degrees
    4548, 4527, 4547, 4526,  # CGCS2000, 3 degrees: 117 and 114 E, without and with the zone
    4509, 4498,  # 6 degrees, without and with the zone
    32650, 3857,
])  # fmt: skip
def test_a_layer_is_the_same_from_every_crs(epsg, toy, outlines, tmp_path):
    path = written(toy_layer().to_crs(epsg), tmp_path / "layer.gpkg")
    read = read_features(upload(path, tmp_path))
    plan = plan_features(read, toy, outlines, level="township")
    assert (codes(plan.problems), codes(plan.notes)) == ([], ["boundary_read"])
    assert plan.layer["township_code"].tolist() == CODES
    assert plan.layer["name"].tolist() == NAMES
    assert plan.layer["county_code"].tolist() == [code[:6] for code in CODES]
    away = shapely.hausdorff_distance(plan.layer.geometry.to_numpy(), toy_layer().geometry)
    assert away.max() < 2e-9
    assert shapely.coverage_is_valid(plan.layer.geometry.to_numpy())


def test_gcj02_and_bd09_are_undone_when_told_and_suspected_when_not(toy, outlines):
    for datum, shift in (("gcj02", wgs84_to_gcj02), ("bd09", wgs84_to_bd09)):
        moved = toy_layer()
        moved.geometry = shapely.transform(
            moved.geometry.to_numpy(), lambda at, f=shift: np.column_stack(f(at[:, 0], at[:, 1]))
        )
        plan = plan_features(features(moved), toy, outlines, level="township", datum=datum)
        away = shapely.hausdorff_distance(plan.layer.geometry.to_numpy(), toy_layer().geometry)
        assert away.max() < 2e-9 and plan.problems == []
        plan = plan_features(features(moved), toy, outlines, level="township")
        assert codes(plan.problems) == ["boundary_shifted"]
        assert f"--datum {datum}" in told(plan.problems, "boundary_shifted")
        # Who says that it is not is believed, and hears how far it is off.
        plan = plan_features(features(moved), toy, outlines, level="township", datum="cgcs2000")
        assert "boundary_shifted" not in codes(plan.problems)
        assert {"boundary_differs", "boundary_far"} & set(codes(plan.problems + plan.notes))


def refused(layer, crs, toy, **given):
    with pytest.raises(FileError) as error:
        plan_features(features(layer, crs), toy, None, level="township", **given)
    return error.value.code, error.value.sentence("zh")


def test_a_file_without_a_crs_is_asked_for_it_with_what_would_fit(toy):
    zone = toy_layer().to_crs(4527)
    code, said = refused(zone, "", toy)
    assert code == "layer_crs_missing" and "EPSG:4527" in said
    plan = plan_features(features(zone, ""), toy, None, level="township", crs="epsg:4527")
    assert plan.problems == []
    assert plan_features(features(toy_layer(), ""), toy, None, level="township", datum="cgcs2000")
    assert "EPSG:4490" in refused(toy_layer(), "", toy)[1]


def test_what_lies_elsewhere_is_refused_with_what_would_fit(toy):
    code, said = refused(toy_layer().to_crs(4527), "EPSG:4548", toy)
    assert code == "layer_outside" and "EPSG:4527" in said
    swapped = toy_layer()
    swapped.geometry = shapely.transform(swapped.geometry.to_numpy(), lambda at: at[:, ::-1])
    code, said = refused(swapped, "EPSG:4490", toy)
    assert code == "layer_outside" and "写反" in said


@pytest.mark.parametrize("crs", ["EPSG:4214", "EPSG:4610", "EPSG:2364", "EPSG:2413"])
def test_beijing_1954_and_xian_1980_are_refused(crs, toy):
    code, said = refused(toy_layer(), crs, toy)
    assert code == "layer_crs_shift"
    assert ("北京 1954" in said) == (crs in {"EPSG:4214", "EPSG:2413"})


def test_other_datums_and_crs_that_are_none_are_refused(toy):
    local = 'LOCAL_CS["x",UNIT["m",1]]'
    for crs in ("EPSG:4269", "EPSG:5773", "EPSG:4978", local, "nonsense"):
        assert refused(toy_layer(), crs, toy)[0] == "layer_crs_unknown"
    for wrong in ({"crs": "+proj=longlat"}, {"datum": "xian80"}):
        with pytest.raises(ArgumentError):
            plan_features(features(toy_layer()), toy, None, level="township", **wrong)


def test_what_the_operator_says_goes_before_what_the_file_says(toy):
    zone = toy_layer().to_crs(4527)
    plan = plan_features(features(zone, "EPSG:4548"), toy, None, level="township", crs="EPSG:4527")
    assert plan.problems == [] and "boundary_crs_told" in codes(plan.notes)


# --- formats -------------------------------------------------------------------------------


def same_as_toy(read, toy):
    plan = plan_features(read, toy, None, level="township")
    assert plan.problems == [] and plan.layer["name"].tolist() == NAMES
    assert {*plan.matched["file_name"]} == {*NAMES}
    assert plan.matched["matched_by"].tolist() == ["code"] * 4


@pytest.mark.parametrize("encoding", ["gbk", "utf-8"])
def test_a_zipped_shapefile_is_read_whatever_it_says_of_its_encoding(encoding, toy, tmp_path):
    path = written(toy_layer().to_crs(4548), tmp_path / "a.shp", encoding=encoding)
    (tmp_path / "outside.shp").write_bytes(b"mine")
    packed = zipped(path, "../outside")  # a name that leads out of the folder
    file = upload(packed, tmp_path)
    same_as_toy(read_features(file), toy)
    assert (tmp_path / "outside.shp").read_bytes() == b"mine"
    assert not [*file.parent.glob("outside*")]


def test_geojson_kml_and_flatgeobuf_are_read(toy, tmp_path):
    plain = written(toy_layer(), tmp_path / "a.geojson")
    same_as_toy(read_features(upload(plain, tmp_path)), toy)
    wide = tmp_path / "gbk.geojson"
    wide.write_bytes(plain.read_bytes().decode("utf-8").encode("gb18030"))
    same_as_toy(read_features(upload(wide, tmp_path)), toy)
    wide = tmp_path / "utf16.geojson"
    wide.write_bytes(plain.read_bytes().decode("utf-8").encode("utf-16"))
    same_as_toy(read_features(upload(wide, tmp_path)), toy)
    kml = written(toy_layer(), tmp_path / "a.kml", driver="LIBKML")
    same_as_toy(read_features(upload(kml, tmp_path)), toy)
    with zipfile.ZipFile(tmp_path / "a.kmz", "w") as archive:
        archive.write(kml, "doc.kml")
    same_as_toy(read_features(upload(tmp_path / "a.kmz", tmp_path)), toy)
    path = written(toy_layer().to_crs(4490), tmp_path / "a.fgb")
    same_as_toy(read_features(upload(path, tmp_path)), toy)


def test_geojson_in_metres_without_a_crs_is_asked_for_it(toy, tmp_path):
    path = written(toy_layer().to_crs(4548), tmp_path / "a.geojson")
    content = json.loads(path.read_bytes())
    del content["crs"]
    path.write_text(json.dumps(content), encoding="utf-8")
    read = read_features(upload(path, tmp_path))
    with pytest.raises(FileError, match="EPSG:4548"):
        plan_features(read, toy, None, level="township")
    assert plan_features(read, toy, None, level="township", crs="4548").problems == []


def test_of_several_layers_one_must_be_named(toy, tmp_path):
    path = written(toy_layer(), tmp_path / "a.gpkg", layer="乡镇")
    written(toy_layer(), path, layer="县", mode="a")
    points = toy_layer().set_geometry([Point(117, 36)] * 4, crs=STORED_CRS)
    written(points, path, layer="驻地", mode="a")
    file = upload(path, tmp_path)
    with pytest.raises(FileError) as error:
        read_features(file)
    assert error.value.params["layers"] == "乡镇、县"
    file = file.with_name("layer.gpkg")
    same_as_toy(read_features(file, layer="乡镇"), toy)
    with pytest.raises(FileError):
        read_features(file, layer="驻地")


# --- what is no layer, or means harm ---------------------------------------------------------


def code_of(path, **options):
    with pytest.raises(FileError) as error:
        read_features(path, **options)
    assert error.value.sentence("zh") and error.value.sentence("en")
    return error.value.code


def raw(tmp_path, content, count=[0]):  # noqa: B006 - a new folder each time
    count[0] += 1
    folder = tmp_path / f"raw-{count[0]}"
    folder.mkdir()
    (folder / "upload").write_bytes(content)
    return folder / "upload"


def archive(tmp_path, members):
    path = tmp_path / "made.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(name, content)
    return raw(tmp_path, path.read_bytes())


def test_files_of_other_kinds_are_refused(tmp_path):
    vrt = b'<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>/etc/passwd'
    for content in (b"", b"PK", b"%PDF-1.7", b"name,code\n", vrt, b"\x00" * 100):
        assert code_of(raw(tmp_path, content)) == "layer_type"
    assert code_of(raw(tmp_path, b"\x00\x00\x27\x0a" + b"\x00" * 96)) == "layer_parts"
    for content in (b"PK\x03\x04" + b"x" * 50, b"{", b"fgb\x03" + b"x" * 90, b"<kml><Doc",
                    b"SQLite format 3\x00" + b"x" * 90, b'{"type": "Topology"}'):  # fmt: skip
        assert code_of(raw(tmp_path, content)) in {"layer_unreadable", "layer_empty"}


def test_an_archive_holds_one_boundary_file_and_unpacks_to_no_more(tmp_path):
    shape = b"\x00\x00\x27\x0a"
    assert code_of(archive(tmp_path, {"a.txt": b"x"})) == "layer_parts"
    assert code_of(archive(tmp_path, {"a.shp": shape, "b.shp": shape})) == "layer_parts"
    assert code_of(archive(tmp_path, {"a.shp": shape, "b.dbf": b"x"})) == "layer_parts"
    assert code_of(archive(tmp_path, {"a.gpkg": b"<kml>"})) == "layer_type"
    assert code_of(archive(tmp_path, {"a.geojson": b"{" + b" " * 5_000_000})) == "layer_too_large"
    many = {f"{number}.txt": b"" for number in range(201)}
    assert code_of(archive(tmp_path, many)) == "layer_too_large"


def test_a_kml_with_a_document_type_and_a_geopackage_with_virtual_tables_are_refused(tmp_path):
    bomb = b'<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY a "b">]><kml>&a;</kml>'
    assert code_of(raw(tmp_path, bomb)) == "layer_unreadable"
    path = written(toy_layer(), tmp_path / "a.gpkg")
    with sqlite3.connect(path) as database:
        database.execute("CREATE VIRTUAL TABLE evil USING fts5(body)")
    database.close()
    assert code_of(raw(tmp_path, path.read_bytes())) == "layer_unreadable"


def test_a_file_that_says_it_is_schematic_does_not_become_official(toy_data, tmp_path):
    path = toy_data / "boundaries" / "townships.geojson"
    assert code_of(raw(tmp_path, path.read_bytes())) == "layer_schematic"
    assert len(read_features(raw(tmp_path, path.read_bytes()), official=False).shapes) == 4


def test_broken_files_are_read_or_refused_and_nothing_else(toy, tmp_path):
    rng = np.random.default_rng(3)
    whole = [
        written(toy_layer(), tmp_path / "a.gpkg"),
        written(toy_layer(), tmp_path / "a.geojson"),
        zipped(written(toy_layer(), tmp_path / "a.shp", encoding="utf-8"), "乡镇"),
        written(toy_layer(), tmp_path / "a.kml", driver="LIBKML"),
        written(toy_layer(), tmp_path / "a.fgb"),
    ]
    read = 0
    for number in range(60):
        content = bytearray(whole[number % 5].read_bytes())
        for at in rng.integers(0, len(content), 1 + number // 5):
            content[at] = rng.integers(0, 256)
        if number % 3 == 0:
            del content[int(rng.integers(len(content) // 2, len(content))) :]
        try:
            found = read_features(raw(tmp_path, bytes(content)))
            plan_features(found, toy, None, level="township")
            read += 1
        except FileError as error:
            assert error.sentence("zh")
    assert 3 < read < 57


# --- the process of its own -------------------------------------------------------------------


def test_a_plan_made_apart_is_the_plan(toy, outlines, tmp_path):
    layer = toy_layer(t370902001=strip(117.0, 117.1).buffer(0.02))
    path = zipped(written(layer.to_crs(4548), tmp_path / "a.shp", encoding="gbk"), "a")
    plan = plan_layer(path, toy, outlines, level="township", info=OFFICIAL)
    here = plan_features(
        read_features(upload(path, tmp_path)), toy, outlines, level="township"
    )  # fmt: skip
    assert plan.problems == here.problems and plan.problems
    assert plan.notes == here.notes
    assert plan.layer.geom_equals_exact(here.layer, 0).all() and plan.layer.crs == STORED_CRS
    assert plan.layer.drop(columns="geometry").equals(here.layer.drop(columns="geometry"))
    assert plan.matched.equals(here.matched)
    with pytest.raises(FileError) as error:
        plan_layer(b"%PDF", toy, outlines, level="township", info=OFFICIAL, name="扫描.pdf")
    assert error.value.code == "layer_type" and "扫描.pdf" in error.value.sentence()


def test_what_is_asked_wrongly_is_refused_before_anything_is_read(toy, tmp_path):
    with pytest.raises(FileError) as error:
        plan_layer(tmp_path / "none.zip", toy, None, level="township", info=OFFICIAL)
    assert error.value.code == "file_missing"
    with pytest.raises(FileError) as error:
        plan_layer(tmp_path, toy, None, level="township", info=OFFICIAL)
    assert error.value.code == "layer_unreadable"
    nameless = LayerInfo("township", "official", " ")
    with pytest.raises(FileError) as error:
        plan_layer(b"{}", toy, None, level="township", info=nameless)
    assert error.value.code == "layer_source_missing"
    with pytest.raises(ArgumentError):
        plan_layer(b"{}", toy, None, level="county", info=OFFICIAL)
    large = tmp_path / "large.geojson"
    with large.open("wb") as file:
        file.truncate(201 * 2**20)
    with pytest.raises(FileError, match="200 MB"):
        plan_layer(large, toy, None, level="township", info=OFFICIAL)


# --- geometry ---------------------------------------------------------------------------------


def planned(layer, toy, outlines=None, **given):
    return plan_features(features(layer), toy, outlines, level="township", **given)


def test_a_township_that_is_missing_and_one_that_is_not_in_the_list(toy, outlines):
    layer = toy_layer()
    layer.loc[3, ["XZQDM", "XZQMC"]] = ["370911199", "天平街道"]
    plan = planned(layer, toy, outlines)
    assert "天平街道 370911199" in told(plan.problems, "boundary_unlisted")
    assert "祝阳镇" in told(plan.problems, "boundary_missing")
    # The county that lacks it is told as differing, with where it went.
    assert "岱岳区" in told(plan.problems, "boundary_far")
    assert plan.layer["name"].tolist() == NAMES[:3]


def test_a_township_in_two_features_is_one_polygon(toy, outlines):
    layer = toy_layer()
    whole = layer.geometry[2]
    south, north = (whole.intersection(box(117, low, 118, low + 0.1)) for low in (36.08, 36.18))
    halves = toy_layer().iloc[[2]].set_geometry([north], crs=STORED_CRS)
    layer.loc[2, "geometry"] = south
    plan = planned(gpd.GeoDataFrame(pd.concat([layer, halves], ignore_index=True)), toy, outlines)
    assert plan.problems == []
    assert "山口镇" in told(plan.notes, "boundary_dissolved")
    assert plan.layer.geometry[2].geom_type == "Polygon"
    assert plan.layer.geometry[2].symmetric_difference(whole).area < 3e-8  # 1 cm all around


def test_a_township_of_two_parts_with_an_exclave_stays_as_it_is(toy):
    exclave = box(117.45, 36.15, 117.46, 36.16)
    east = strip(117.4, 117.6).difference(exclave)
    layer = toy_layer(
        t370902001=MultiPolygon([strip(117.0, 117.1), exclave]), t370911102=east
    )  # fmt: skip
    plan = planned(layer, toy)
    assert plan.problems == []
    assert plan.layer.geometry[0].geom_type == "MultiPolygon"
    assert plan.layer.geom_equals(layer.geometry).all()


def test_a_wide_gap_is_an_error_with_its_size_place_and_neighbours(toy, outlines):
    hole = box(117.19, 36.14, 117.21, 36.16)  # 1.8 km by 2.2 km on the counties' border
    layer = toy_layer()
    layer.geometry = layer.geometry.difference(hole)
    plan = planned(layer, toy, outlines)
    said = told(plan.problems, "boundary_gap_large")
    assert "财源街道、山口镇" in said and "3.99 km²" in said and "117.20" in said
    # Where the outlines leave it out too it is an exclave, and only told.
    around = outlines.assign(geometry=outlines.geometry.difference(hole))
    plan = planned(layer, toy, around)
    assert plan.problems == [] and "boundary_gap_beyond" in codes(plan.notes)


def test_a_wide_overlap_is_an_error_and_a_small_one_is_told_and_given_away(toy, outlines):
    layer = toy_layer(t370902002=strip(117.1, 117.2).union(box(117.19, 36.14, 117.21, 36.16)))
    said = told(planned(layer, toy, outlines).problems, "boundary_overlap_large")
    assert "财源街道、山口镇" in said and "2 km²" in said
    bump = box(117.19, 36.15, 117.2005, 36.1505)  # 45 m by 55 m into the neighbour
    plan = planned(toy_layer(t370902002=strip(117.1, 117.2).union(bump)), toy, outlines)
    assert plan.problems == []
    assert "2496 m²" in told(plan.notes, "boundary_overlap_small")
    shapes = plan.layer.geometry.to_numpy()
    assert shapely.coverage_is_valid(shapes)
    assert shapely.union_all(shapes).area == pytest.approx(0.6 * (NORTH - SOUTH), rel=1e-6)


@pytest.mark.parametrize("shift", [4e-6, -4e-6])
def test_a_hair_between_neighbours_is_closed_and_told(shift, toy, outlines):
    # 0.36 m along 19 km, closed at both ends or overlapping: nobody's land.
    border = [(117.2, SOUTH), (117.2 + shift, 36.12), (117.2 + shift, 36.2), (117.2, NORTH)]
    east = Polygon([*border[::-1], *[(117.4, SOUTH), (117.41, 36.18), (117.4, NORTH)]])
    plan = planned(toy_layer(t370911101=east), toy, outlines)
    assert plan.problems == []
    assert "财源街道、山口镇" in told(plan.notes, "boundary_slivers")
    shapes = plan.layer.geometry.to_numpy()
    assert shapely.coverage_is_valid(shapes)
    assert not shapely.get_num_interior_rings(shapely.union_all(shapes))


def test_a_hair_open_at_its_end_is_closed_too(toy, outlines):
    east = Polygon([(117.200005, SOUTH), (117.4, SOUTH), (117.41, 36.18), (117.4, NORTH),
                    (117.200005, NORTH)])  # fmt: skip
    plan = planned(toy_layer(t370911101=east), toy, outlines)
    assert plan.problems == [] and "boundary_slivers" in codes(plan.notes)
    assert shapely.union_all(plan.layer.geometry.to_numpy()).geom_type == "Polygon"


def test_a_border_vertex_that_only_one_side_has_is_put_into_both(toy, outlines):
    west = Polygon([(117.2, SOUTH), (117.2, 36.15), (117.2, NORTH), *BENDS[117.1][::-1]])
    plan = planned(toy_layer(t370902002=west), toy, outlines)
    assert plan.problems == []
    assert shapely.coverage_is_valid(plan.layer.geometry.to_numpy())


def test_a_small_loop_is_mended_and_a_bow_tie_is_not(toy, outlines):
    ring = [*strip(117.0, 117.1).exterior.coords]
    at = ring.index((117.0, SOUTH))
    loop = [(117.0, SOUTH), (117.0005, 36.1002), (117.0001, 36.1002), (117.0005, SOUTH)]
    looped = Polygon([*ring[:at], *loop, *ring[at + 1 :]])
    assert not looped.is_valid
    plan = planned(toy_layer(t370902001=looped), toy, outlines)
    assert plan.problems == [] and plan.layer.geometry[0].is_valid
    assert "岱庙街道" in told(plan.notes, "boundary_mended")
    tie = Polygon([(117.4, SOUTH), (117.6, NORTH), (117.6, SOUTH), (117.4, NORTH)])
    plan = planned(toy_layer(t370911102=tie), toy, outlines)
    assert "祝阳镇" in told(plan.problems, "boundary_unsafe")


def test_rings_the_wrong_way_round_repeated_points_and_heights_are_no_fault(toy, outlines):
    ring = [*strip(117.0, 117.1).exterior.coords]
    twice = [point for point in ring[::-1] for _ in (1, 2)]
    odd = Polygon([(lon, lat, 100.0) for lon, lat in twice])
    plan = planned(toy_layer(t370902001=odd), toy, outlines)
    assert codes(plan.problems + plan.notes) == ["boundary_read"]
    shape = plan.layer.geometry[0]
    assert not shape.has_z and shape.exterior.is_ccw
    assert len(shape.exterior.coords) == len(ring)


def test_points_empty_shapes_and_numbers_that_are_none_are_left_out(toy, outlines):
    label = toy_layer().iloc[[0]].set_geometry([Point(117.05, 36.2)], crs=STORED_CRS)
    empty = toy_layer().iloc[[1]].set_geometry([Polygon()], crs=STORED_CRS)
    plan = planned(
        gpd.GeoDataFrame(pd.concat([toy_layer(), label, empty], ignore_index=True)), toy, outlines
    )
    assert plan.problems == [] and "2 个" in told(plan.notes, "boundary_not_area")
    with np.errstate(invalid="ignore"):
        broken = Polygon([(117.0, SOUTH), (117.1, np.nan), (117.1, NORTH)])
    plan = planned(toy_layer(t370902001=broken), toy, outlines)
    assert "岱庙街道" in told(plan.problems, "boundary_invalid")


def test_counties_are_planned_like_townships(toy, outlines):
    file = outlines.rename(columns={"county_code": "PAC", "name": "NAME"})
    plan = plan_features(features(file), toy, outlines, level="county")
    assert codes(plan.problems + plan.notes) == ["boundary_read"]
    assert list(plan.layer.columns) == ["county_code", "name", "geometry"]
    file.geometry = [box(117.0, SOUTH, 117.21, NORTH), box(117.21, SOUTH, 117.6, NORTH)]
    plan = plan_features(features(file), toy, outlines, level="county")
    differs = [p.sentence() for p in plan.notes if p.code == "boundary_differs"]
    assert len(differs) == 2 and "岱岳区" in differs[1] and "泰山区" in differs[1]


def test_notes_and_errors_do_not_share_a_code(toy, outlines):
    layer = toy_layer(t370902002=strip(117.1, 117.2).union(box(117.19, 36.14, 117.21, 36.16)))
    plan = planned(layer, toy, outlines)
    assert not {*codes(plan.problems)} & {*NOTE_CODES}
    assert {*codes(plan.notes)} <= {*NOTE_CODES}
    for problem in plan.problems + plan.notes:
        assert problem.sentence("zh") and problem.sentence("en")


def test_a_settled_layer_is_settled(toy):
    layer = planned(toy_layer(), toy).layer
    again, found = settled(layer, toy, level="township")
    assert found == [] and again.geom_equals_exact(layer, 0).all()
    assert codes(settled(layer.iloc[1:], toy, level="township")[1]) == ["boundary_missing"]
    moved = layer.assign(county_code="370902")
    assert codes(settled(moved, toy, level="township")[1]) == ["mismatch", "mismatch"]
    with pytest.raises(ValueError, match="坐标系"):
        settled(layer.to_crs(METRIC_CRS), toy, level="township")


def test_cells_of_any_type_are_text_on_one_line(toy, tmp_path):
    content = json.loads(written(toy_layer(), tmp_path / "a.geojson").read_bytes())
    odd = {"list": [1, 2], "none": None, "number": 12.0, "half": 1.5, "deep": {"a": 1},
           "day": "2025-01-02", "text": "a\u202eb\x07 \n c" + "x" * 500}  # fmt: skip
    for feature in content["features"]:
        feature["properties"] |= odd
    read = read_features(raw(tmp_path, json.dumps(content).encode()))
    same_as_toy(read, toy)
    first = read.fields.iloc[0]
    assert (first["number"], first["half"], first["none"]) == ("12", "1.5", None)
    assert first["text"].startswith("a b c") and len(first["text"]) <= 200
    assert read.fields.map(lambda cell: cell is None or isinstance(cell, str)).all(axis=None)


def test_more_vertices_or_columns_than_the_limits_are_refused(tmp_path, monkeypatch):
    from geo.layers import shapes_reader

    path = written(toy_layer(), tmp_path / "a.gpkg")
    monkeypatch.setattr(shapes_reader, "MAX_VERTICES", 10)
    assert code_of(raw(tmp_path, path.read_bytes())) == "layer_too_large"
    monkeypatch.undo()
    more = pd.DataFrame(1, index=range(4), columns=[f"c{number}" for number in range(201)])
    wide = pd.concat([toy_layer(), more], axis=1)
    path = written(wide, tmp_path / "b.gpkg")
    assert code_of(raw(tmp_path, path.read_bytes())) == "layer_too_large"
    many = pd.concat([toy_layer()] * 1251)
    path = written(gpd.GeoDataFrame(many), tmp_path / "c.fgb")
    assert code_of(raw(tmp_path, path.read_bytes())) == "layer_too_large"
