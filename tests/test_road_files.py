"""The road table of an operator: what is taken, and what is refused in which words."""

import numpy as np
import pandas as pd
import pytest

from geo import road_files
from geo.errors import FileError, TableError
from geo.road_files import read_roads, roads_of

ROWS = pd.DataFrame(
    {
        "from": [7, 8], "to": [8, 9], "metres": [1000.0, 1200.0],
        "speed_class": ["secondary", "local"], "from_lon": [117.0, 117.01],
        "from_lat": [36.0, 36.0], "to_lon": [117.01, 117.02], "to_lat": [36.0, 36.0],
        "one_way": [False, True],
    }
)  # fmt: skip


def changed(**cells):
    frame = ROWS.astype(object)
    for name, value in cells.items():
        frame.loc[1, name] = value
    return frame


def written(tmp_path, frame, name="roads.parquet"):
    frame.to_parquet(tmp_path / name)
    return tmp_path / name


def test_a_table_of_two_stretches(tmp_path):
    roads = read_roads(written(tmp_path, ROWS))
    assert roads.start.tolist() == [0, 1] and roads.end.tolist() == [1, 2]
    assert roads.metres.tolist() == [1000, 1200]
    assert roads.one_way.tolist() == [False, True]
    assert np.hypot(*(roads.nodes_m[0] - roads.nodes_m[1])) == pytest.approx(901.8, abs=0.5)
    assert not roads_of(ROWS.drop(columns="one_way")).one_way.any()
    text = ROWS.assign(**{"from": ["a", "b"], "to": ["b", "c"]})
    assert roads_of(text).end.tolist() == [1, 2]


def test_a_file_is_read_again_when_it_has_changed(tmp_path):
    path = written(tmp_path, ROWS)
    assert read_roads(path) is read_roads(path)
    before = read_roads(path)
    written(tmp_path, ROWS.assign(metres=[1000.0, 5000.0]).head(2).iloc[::-1])
    assert read_roads(path) is not before


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"metres": -1}, "第 2 行“metres”列：“-1”不是长度"),
        ({"metres": None}, "不是长度"),
        ({"metres": float("inf")}, "不是长度"),
        ({"metres": 500}, "比两端的直线距离（902 米）还短"),
        ({"speed_class": "fast"}, "可用的：expressway、trunk"),
        ({"speed_class": None}, "“speed_class”列：是空的"),
        ({"to": None}, "“to”列：是空的"),
        ({"to_lon": 36.0, "to_lat": 117.0}, "不是经纬度"),
        ({"from_lat": None}, "不是经纬度"),
        ({"from_lat": 36.0001}, "相差 12 米"),
        ({"one_way": "perhaps"}, "看不懂"),
        ({"one_way": None}, "看不懂"),
    ],
)
def test_every_wrong_cell_is_told(cells, said):
    with pytest.raises(TableError) as caught:
        roads_of(changed(**cells))
    assert any(said in problem.sentence() for problem in caught.value.problems)


def test_all_problems_are_told_at_once_but_not_too_many(monkeypatch):
    with pytest.raises(TableError) as caught:
        roads_of(changed(metres=-1, speed_class="fast", to=None))
    assert len(caught.value.problems) == 3
    monkeypatch.setattr(road_files, "MAX_PROBLEMS", 2)
    with pytest.raises(TableError) as caught:
        roads_of(changed(metres=-1, speed_class="fast", to=None))
    assert len(caught.value.problems) == 2


def test_files_that_cannot_be_used(tmp_path, monkeypatch):
    with pytest.raises(FileError, match="缺少列 metres、to_lat"):
        read_roads(written(tmp_path, ROWS.drop(columns=["metres", "to_lat"]), "a.parquet"))
    with pytest.raises(FileError, match="没有行"):
        read_roads(written(tmp_path, ROWS.head(0), "b.parquet"))
    (tmp_path / "c.parquet").write_bytes(b"from,to\n1,2\n")
    with pytest.raises(FileError, match=r"c\.parquet 用不了"):
        read_roads(tmp_path / "c.parquet")
    whole = (tmp_path / "b.parquet").read_bytes()
    (tmp_path / "d.parquet").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(FileError, match=r"d\.parquet 用不了"):
        read_roads(tmp_path / "d.parquet")
    with pytest.raises(FileError, match="用不了"):
        read_roads(tmp_path / "nowhere.parquet")
    with pytest.raises(FileError, match="用不了"):
        read_roads(tmp_path)
    path = written(tmp_path, ROWS, "e.parquet")
    for limit, said in (("MAX_BYTES", "MB"), ("MAX_ROWS", "行"), ("MAX_UNPACKED_BYTES", "GB")):
        with monkeypatch.context() as patch:
            patch.setattr(road_files, limit, 1)
            with pytest.raises(FileError, match=said):
                read_roads(path)
