"""Population grids: sums by hand, beside a sum cell by cell, and what is refused."""

import json
import pickle
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
import shapely
from affine import Affine

from geo.check import validate
from geo.errors import ArgumentError, CrsError, FileError
from geo.population import rasters
from geo.population.raster_reader import read_sums
from tests.conftest import toy_tables
from tests.region import raw_from_frame

CODES = ["370902001000", "370902002000"]


def from_origin(west, north, width, height):
    """Do what rasterio's function of that name does, without its deprecated product."""
    return Affine(width, 0, west, 0, -height, north)


# Two squares side by side, four by four cells of 0.1° each.
TWO = [shapely.box(117, 36, 117.4, 36.4), shapely.box(117.4, 36, 117.8, 36.4)]
ORIGIN = from_origin(117, 36.4, 0.1, 0.1)


@pytest.fixture
def here(monkeypatch):
    """Read in this process: another one takes its time to start."""

    def read(request, folder):
        rasters.answer_into(Path(folder), pickle.loads(request))
        return 0

    monkeypatch.setattr(rasters, "_apart", read)


def layer_of(shapes=TWO, codes=CODES):
    return gpd.GeoDataFrame({"township_code": codes}, geometry=list(shapes), crs="EPSG:4326")


def tiff(folder, values, transform=ORIGIN, crs="EPSG:4326", name="grid.tif", **options):
    values = np.asarray(values)
    bands = values if values.ndim == 3 else values[None]
    options = {"driver": "GTiff", "count": len(bands), "dtype": values.dtype, "crs": crs,
               "height": bands.shape[1], "width": bands.shape[2], "transform": transform,
               } | options  # fmt: skip
    with rasterio.open(folder / name, "w", **options) as made:
        made.write(bands)
    return folder / name


def summed(path, layer=None, **options):
    return rasters.read_population(
        path, layer_of() if layer is None else layer, year=2020, **options
    )


def persons(found):
    return dict(zip(found.townships["township_code"], found.townships["persons"], strict=True))


EIGHT = np.arange(32, dtype="float32").reshape(4, 8)


@pytest.mark.usefixtures("here")
def test_each_cell_counts_where_its_centre_lies(tmp_path):
    found = summed(tiff(tmp_path, EIGHT), cells=True)
    assert persons(found) == {CODES[0]: EIGHT[:, :4].sum(), CODES[1]: EIGHT[:, 4:].sum()}
    assert found.townships["cells"].tolist() == [16, 16]
    assert not found.townships["cut"].any() and len(found.unknown) == 0
    assert found.cell_m == pytest.approx(11_100, rel=0.01)  # 0.1° of latitude
    cells = found.cells
    assert len(cells) == 31 and cells["persons"].sum() == EIGHT.sum()  # one holds nobody
    last = cells.iloc[-1]
    assert (last["lon"], last["lat"]) == pytest.approx((117.75, 36.05))
    assert (last["persons"], last["township_code"], last["year"]) == (31, CODES[1], 2020)


@pytest.mark.usefixtures("here")
def test_a_cell_at_the_edge_counts_wholly_or_not_at_all(tmp_path):
    """The border goes through the fourth column, right of its middle; then left of it."""
    for border, columns in ((117.36, 4), (117.34, 3)):
        shapes = [shapely.box(117, 36, border, 36.4), shapely.box(border, 36, 117.8, 36.4)]
        found = summed(tiff(tmp_path, EIGHT), layer_of(shapes))
        assert persons(found)[CODES[0]] == EIGHT[:, :columns].sum()
        assert sum(persons(found).values()) == EIGHT.sum()
    # A centre on the very border counts once, for the lower code; in whatever order they come.
    border = 117 + 3.5 * 0.1
    shapes = [shapely.box(border, 36, 117.8, 36.4), shapely.box(117, 36, border, 36.4)]
    found = summed(tiff(tmp_path, EIGHT), layer_of(shapes, CODES[::-1]))
    assert persons(found)[CODES[0]] in (EIGHT[:, :4].sum(), EIGHT[:, :3].sum())
    assert sum(persons(found).values()) == EIGHT.sum()


@pytest.mark.usefixtures("here")
def test_cells_without_a_value_count_for_nobody(tmp_path):
    values = EIGHT.copy()
    values[0, 0], values[1, 1] = -99999, np.nan
    found = summed(tiff(tmp_path, values, nodata=-99999))
    assert persons(found)[CODES[0]] == EIGHT[:, :4].sum() - 0 - 9
    assert found.townships["cells"].tolist() == [14, 16]
    nothing = np.full((4, 8), -99999, dtype="float32")
    nothing[:, 4:] = 1
    found = summed(tiff(tmp_path, nothing, nodata=-99999))
    assert found.unknown["township_code"].tolist() == [CODES[0]]  # unknown, and not nobody
    assert found.known["persons"].tolist() == [16]


@pytest.mark.usefixtures("here")
def test_a_scale_and_whole_numbers_are_understood(tmp_path):
    path = tiff(tmp_path, EIGHT.astype("uint16"))
    with rasterio.open(path, "r+") as grid:
        grid.scales, grid.offsets = [0.5], [1.0]
    assert persons(summed(path))[CODES[0]] == (EIGHT[:, :4] / 2 + 1).sum()


@pytest.mark.usefixtures("here")
def test_a_township_that_the_grid_ends_in_is_unknown(tmp_path):
    found = summed(tiff(tmp_path, EIGHT[:, :6]))
    assert found.townships["cut"].tolist() == [False, True]
    assert found.unknown["township_code"].tolist() == [CODES[1]]
    rows = rasters.population_rows(found, basis="栅格", source="x", note="")
    assert rows["place_code"].tolist() == [CODES[0]]


def brute_force(values, transform, crs, areas):
    """Sum cell by cell, through GeoPandas."""
    rows, columns = np.indices(values.shape)
    x = transform.c + (columns.ravel() + 0.5) * transform.a
    y = transform.f + (rows.ravel() + 0.5) * transform.e
    points = gpd.GeoSeries(gpd.points_from_xy(x, y), crs=crs).to_crs("EPSG:4326")
    return [float(values.ravel()[points.within(area).to_numpy()].sum()) for area in areas]


@pytest.mark.parametrize(("crs", "corner", "side"), [
    ("EPSG:4326", (116.9, 36.5), 0.0071), ("EPSG:4490", (116.9, 36.5), 0.0071),
    ("EPSG:4548", (490_000, 4_042_000), 713.0), ("EPSG:32650", (490_000, 4_042_000), 713.0),
])  # fmt: skip
def test_sums_are_those_of_a_sum_cell_by_cell_and_nothing_is_lost(
    tmp_path, monkeypatch, crs, corner, side
):
    random = np.random.default_rng(3)
    values = random.gamma(0.5, 40, size=(90, 160))
    transform = from_origin(*corner, side, side)
    angles = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    wheel = shapely.Polygon(np.column_stack([
        117.4 + (0.2 + 0.05 * np.sin(5 * angles)) * np.cos(angles), 36.2 + 0.15 * np.sin(angles),
    ]))  # fmt: skip
    halves = [wheel & shapely.box(117, 35, 117.41, 37), wheel & shapely.box(117.41, 35, 118, 37)]
    path = tiff(tmp_path, values, transform, crs, tiled=True, blockxsize=16, blockysize=16,
                compress="deflate")  # fmt: skip
    monkeypatch.setattr("geo.population.raster_reader.STRIP_CELLS", 1500)  # many strips
    found = read_sums(path, np.array(halves, dtype=object), points=True, combine=1)
    assert found.persons == pytest.approx(brute_force(values, transform, crs, halves))
    whole = read_sums(path, np.array([wheel], dtype=object), points=False, combine=1)
    assert found.persons.sum() == pytest.approx(whole.persons[0])
    assert found.counted.sum() == whole.counted[0] and not found.cut.any()
    assert found.points[:, 2].sum() == pytest.approx(found.persons.sum())
    for many in (2, 7):
        fewer = read_sums(path, np.array(halves, dtype=object), points=True, combine=many).points
        assert len(fewer) < len(found.points) / many
        for area in (0, 1):
            mine = fewer[:, 3] == area
            assert fewer[mine, 2].sum() == pytest.approx(found.persons[area])
        middle = np.average(fewer[:, :2], axis=0, weights=fewer[:, 2])
        every = np.average(found.points[:, :2], axis=0, weights=found.points[:, 2])
        assert middle == pytest.approx(every, abs=1e-4)


@pytest.mark.usefixtures("here")
def test_a_grid_with_its_south_on_top_is_the_same_grid(tmp_path):
    upside = Affine(0.1, 0, 117, 0, 0.1, 36)
    found = summed(tiff(tmp_path, EIGHT[::-1].copy(), upside))
    assert persons(found) == persons(summed(tiff(tmp_path, EIGHT, name="b.tif")))


@pytest.mark.usefixtures("here")
def test_whole_persons_add_up_to_the_whole(tmp_path):
    values = np.zeros((4, 8), dtype="float64")
    values[0, 0], values[0, 5] = 10.4, 20.3  # 30.7: one more than the whole parts
    found = summed(tiff(tmp_path, values))
    rows = rasters.population_rows(found, basis="栅格", source="grid.tif", note="示意")
    assert rows["persons"].tolist() == [11, 20]
    tables = toy_tables()
    checked = validate(raw_from_frame("populations", rows), tables)
    pd.testing.assert_frame_equal(checked, rows)
    assert rows["year"].tolist() == [2020, 2020] and not rows["demo"].any()


def refused(path, **options):
    with pytest.raises(FileError) as caught:
        summed(path, **options)
    assert caught.value.params["file"] == path.name and path.name in str(caught.value)
    return caught.value.code


@pytest.mark.usefixtures("here")
def test_files_that_are_no_population_grid_are_refused(tmp_path):
    assert refused(tiff(tmp_path, np.stack([EIGHT, EIGHT]))) == "raster_bands"
    assert refused(tiff(tmp_path, EIGHT, crs=None)) == "raster_crs"
    turned = Affine(0.1, 0.02, 117, 0.02, -0.1, 36.4)
    assert refused(tiff(tmp_path, EIGHT, turned)) == "raster_turned"
    assert refused(tiff(tmp_path, EIGHT - 1)) == "raster_negative"
    wild = EIGHT.copy()
    wild[0, 0] = np.inf
    assert refused(tiff(tmp_path, wild)) == "raster_negative"
    assert refused(tiff(tmp_path, EIGHT, from_origin(100, 30, 0.1, 0.1))) == "raster_elsewhere"
    assert refused(tiff(tmp_path, EIGHT.astype("complex64"))) == "raster_unreadable"
    text = tmp_path / "text.tif"
    text.write_bytes(b"place_code,persons\n")
    assert refused(text) == "raster_unreadable"
    half = tmp_path / "half.tif"
    half.write_bytes(tiff(tmp_path, np.tile(EIGHT, (40, 1))).read_bytes()[:-200])
    assert refused(half) == "raster_unreadable"
    assert refused(tmp_path / "nowhere.tif") == "file_missing"
    with pytest.raises(ArgumentError):
        summed(tiff(tmp_path, EIGHT), combine=0)
    with pytest.raises(CrsError):
        summed(tiff(tmp_path, EIGHT), layer_of().to_crs("EPSG:4548"))


def test_other_formats_and_files_beside_it_are_not_opened(tmp_path):
    inner = tiff(tmp_path, EIGHT)
    virtual = tmp_path / "virtual.tif"
    virtual.write_text(
        '<VRTDataset rasterXSize="8" rasterYSize="4"><SRS>EPSG:4326</SRS><VRTRasterBand '
        f'dataType="Float32" band="1"><SimpleSource><SourceFilename>{inner}</SourceFilename>'
        "</SimpleSource></VRTRasterBand></VRTDataset>"
    )
    assert refused(virtual) == "raster_unreadable"


@pytest.mark.usefixtures("here")
def test_what_the_library_makes_of_a_file_is_one_answer(tmp_path, monkeypatch):
    for error, code in ((MemoryError, "raster_too_large"), (KeyError, "raster_unreadable")):

        def broken(*_args, error=error, **_options):
            raise error

        monkeypatch.setattr(rasters, "read_sums", broken)
        assert refused(tiff(tmp_path, EIGHT)) == code


def test_a_process_that_dies_is_told_as_a_file_too_large(tmp_path, monkeypatch):
    monkeypatch.setattr(rasters, "_PROGRAM", "import os; os._exit(3)")
    assert refused(tiff(tmp_path, EIGHT)) == "raster_too_large"


def test_a_grid_in_one_huge_piece_is_refused_before_it_is_unpacked(tmp_path):
    path = tiff(tmp_path, np.zeros((5000, 5000), dtype="uint8"), from_origin(117, 36.4, 1e-4, 1e-4),
                tiled=True, blockxsize=5008, blockysize=5008, compress="deflate")  # fmt: skip
    assert path.stat().st_size < 200_000
    assert refused(path) == "raster_too_large"


def test_more_cells_than_anybody_can_use_are_refused_with_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setattr("geo.population.raster_reader.MAX_POINTS", 10)
    path, areas = tiff(tmp_path, EIGHT), np.array(TWO, dtype=object)
    with pytest.raises(FileError) as caught:
        read_sums(path, areas, points=True, combine=1)
    assert caught.value.code == "raster_many_cells"
    combine = caught.value.params["combine"]
    assert len(read_sums(path, areas, points=True, combine=combine).points) <= 10


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
def test_the_command_writes_the_rows_and_says_what_they_are(
    tmp_path, monkeypatch, capsys, store, store_url
):
    from geo.cli import main

    def run(*args):
        monkeypatch.setenv("XINGHUO_DATABASE_URL", store_url)
        with pytest.raises(SystemExit) as ended:
            main([str(arg) for arg in args])
        said = capsys.readouterr()
        return ended.value.code or 0, said.out, said.err

    from geo.boundaries import LayerInfo

    layer = gpd.GeoDataFrame(
        {"township_code": toy_tables()["townships"]["township_code"], "name": list("甲乙丙丁"),
         "county_code": ["370902"] * 2 + ["370911"] * 2},
        geometry=[shapely.box(117 + n / 10, 36, 117.1 + n / 10, 36.4) for n in range(4)],
        crs="EPSG:4326",
    )  # fmt: skip
    store.put_layer(layer, LayerInfo("township", "schematic", "示意", None, ""))
    path = tiff(tmp_path, EIGHT[:, :3])
    asked = ("population", "raster", path, "--year", 2020, "--source", "https://example.org/w")
    code, out, err = run(*asked, "--dry-run")
    assert (code, err) == (0, "") and "试运行" in out and "示意图" in out and "丁" in out
    assert len(store.read("populations")) == 0
    cells = tmp_path / "cells.csv"
    code, out, _ = run(*asked, "--json", "--cells", cells)
    facts = json.loads(out)
    assert (code, facts["new"], facts["unknown"]) == (0, 3, ["370911102000"])
    assert facts["persons"] == int(EIGHT[:, :3].sum()) == store.read("populations")["persons"].sum()
    assert len(pd.read_csv(cells)) == 11
    rows = store.read("populations")
    assert rows["note"].str.contains("示意边界").all() and rows["year"].eq(2020).all()
    assert rows["source_url"].eq("https://example.org/w").all()
    assert json.loads(run(*asked, "--json")[1])["unchanged"] == 3
    code, _, err = run("population", "raster", tmp_path / "no.tif", "--year", 2020, "--source", "x")
    assert code == 1 and "no.tif" in err
