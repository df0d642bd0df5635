"""Bad boundary files: a plan or a sentence each; the worst is refused early and cheaply."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import shapely
from shapely.geometry import Polygon

from geo.errors import FileError
from geo.layers import importing
from geo.layers.crossings import SAMPLE, estimated_crossings
from tests import fuzz_layers

ROOT = Path(__file__).resolve().parents[1]


def test_a_file_of_millions_of_crossings_is_refused_within_its_bars(tmp_path):
    path = tmp_path / "worst.gpkg"
    fuzz_layers.crossing_layer(2_000).to_file(path, driver="GPKG")
    program = (
        "import sys, json, resource; from pathlib import Path; from tests import fuzz_layers as f\n"
        "from geo.errors import FileError\n"
        "try: f.plan_layer(Path(sys.argv[1]), f.tables(), None, level='township',"
        " info=f._INFO)\n"
        "except FileError as error: said = [error.code, error.sentence('zh')]\n"
        "used = resource.getrusage(resource.RUSAGE_CHILDREN)\n"
        "print(json.dumps([*said, used.ru_maxrss, used.ru_utime + used.ru_stime]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(path)],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    code, said, peak_kb, cpu_s = json.loads(done.stdout)
    assert code == "layer_tangled" and "worst.gpkg" in said and "互相交叉" in said
    assert peak_kb < fuzz_layers.MOST_KB and cpu_s < fuzz_layers.MOST_S / 2


def test_bad_boundary_files_give_a_plan_or_a_sentence():
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz_layers", "--count", "30", "--seed", "20261125"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout, done.stderr
    told = json.loads(done.stdout)
    assert told["wrong"] == [] and done.returncode == 0
    assert told["inputs"] == 30 and len(told["outcomes"]) >= 6
    assert told["outcomes"]["plan"] and told["outcomes"]["layer_tangled"]


def test_a_file_is_made_again_from_its_number_alone():
    made = [fuzz_layers.bad_layer(5, number) for number in range(20)]
    assert made == [fuzz_layers.bad_layer(5, number) for number in range(20)]


def brute(shapes):
    """Count the pairs of edges that cross in the inside of both, one by one."""
    edges = [
        shapely.LineString(pair)
        for ring in shapely.get_rings(shapes)
        for pair in zip(ring.coords[:-1], ring.coords[1:], strict=True)
    ]
    return sum(one.crosses(other) for at, one in enumerate(edges) for other in edges[:at])


@pytest.mark.parametrize("seed", range(4))
def test_few_edges_are_counted(seed):
    at = np.random.default_rng(seed).uniform(0, 1, (40, 2))
    shapes = np.array([Polygon(at), None, shapely.box(0.2, 0.2, 0.8, 0.8), shapely.Point(0, 0)])
    kept = np.array([shapes[0], shapes[2]])
    assert estimated_crossings(shapes) == brute(kept)
    assert estimated_crossings(np.array([shapely.GeometryCollection([*kept])])) == brute(kept)


def test_many_edges_are_estimated_and_shared_borders_do_not_cross():
    teeth = 2 * SAMPLE
    found = estimated_crossings(fuzz_layers.crossing_layer(teeth).geometry.to_numpy())
    exact = 0.64 * teeth**2  # the teeth stand from 0.1 to 0.9 across
    assert abs(found / exact - 1) < 0.2
    early = estimated_crossings(
        fuzz_layers.crossing_layer(teeth).geometry.to_numpy(), enough=1000
    )  # fmt: skip
    assert 1000 < early < exact
    grid = [shapely.segmentize(shapely.box(x, y, x + 1, y + 1), 0.004)
            for x in range(3) for y in range(3)]  # fmt: skip
    assert estimated_crossings(np.array(grid)) == 0
    assert estimated_crossings(np.array([], dtype=object)) == 0


def test_what_dies_is_told_by_what_it_was_allowed(tmp_path):
    assert "20 秒、220 MB" in importing._overrun(tmp_path, "a").sentence("zh")
    (tmp_path / importing._LOOKED).touch()
    assert "60 秒、640 MB" in importing._overrun(tmp_path, "a").sentence("zh")


def test_what_breaks_the_law_is_reported(monkeypatch):
    made = fuzz_layers.Run()
    monkeypatch.setattr(fuzz_layers, "plan_layer", lambda *_, **__: 1 / 0)
    made.hand_in(1, 1)
    assert "ZeroDivisionError" in made.faults[0]
    made._cost(400_000, 1.0)
    assert "400000 kB" in made.faults[1]
    with pytest.raises(FileError):
        raise importing._overrun(Path("none"), "a")
