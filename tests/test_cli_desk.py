"""The commands reach, trend and fleet: columns, notices, files, and what goes wrong."""

import csv
import io
import sys
import zipfile

import pytest

from geo import cli
from tests import routing_server


@pytest.fixture
def run(toy_data, monkeypatch, capfdbinary):
    """Give a function that runs a command on the toy region: (exit code, stdout, stderr)."""
    monkeypatch.setenv("XINGHUO_DATA", str(toy_data))
    monkeypatch.delenv("XINGHUO_DATABASE_URL", raising=False)
    monkeypatch.setenv("XINGHUO_NOW", "2026-11-23T10:00")

    def run(*args) -> tuple[int, str, str]:
        capfdbinary.readouterr()
        with pytest.raises(SystemExit) as left:
            cli.main([str(arg) for arg in args])
        sys.stdout.flush()
        out, err = capfdbinary.readouterr()
        return left.value.code or 0, out.decode("utf-8"), err.decode("utf-8")

    assert run("build")[0] == 0
    return run


def rows_of(text):
    return list(csv.DictReader(io.StringIO(text)))


def test_reach_by_township_and_village(run):
    code, out, err = run("reach", "--limit-m", 20000, "--limit-m", 5000)
    assert (code, err) == (0, "")
    rows = rows_of(out)
    assert [row["limit"] for row in rows[:2]] == ["5000.0", "20000.0"]
    assert len(rows) == 8
    assert all("示意" in row["notice"] for row in rows)
    code, out, _ = run("reach", "--level", "villages", "--minutes", 30, "--mode", "walk")
    villages = rows_of(out)
    assert len(villages) == 6
    assert {row["unit"] for row in villages} == {"min"}
    assert {row["nearest_venue_id"] for row in villages} == {"h1"}
    assert {row["precision"] for row in villages} == {"township"}


def test_reach_on_another_day_into_a_workbook(run, tmp_path):
    before = rows_of(run("reach", "--level", "city", "--as-of", "2004-05-15")[1])
    assert {row["reached"] for row in before} == {"0.0"}
    file = tmp_path / "reach.xlsx"
    assert run("reach", "--level", "equity", "-o", file)[0] == 0
    with zipfile.ZipFile(file) as book:
        said = book.read("xl/sharedStrings.xml").decode("utf-8")
    for words in ("指标", "截至日期：2026年11月23日", "数据版本：1", "权重：每个村"):
        assert words in said


def test_trend_changes_and_records(run):
    rows = rows_of(run("trend", "--from", "2025-04-01", "--to", "2025-12-31")[1])
    assert [row["as_of"] for row in rows] == ["2025-06-30", "2025-09-30", "2025-12-31"]
    assert [row["townships_covered"] for row in rows] == ["1", "1", "1"]
    assert "reach_share_3000_m" in rows[0]
    (change,) = rows_of(
        run("trend", "--changes", "townships", "--from", "2025-05-31", "--to", "2025-06-01")[1]
    )
    assert (change["township_code"], change["change"], change["record_id"], change["on"]) == (
        "370911101000", "gained", "s1", "2025-06-01",
    )  # fmt: skip
    written = rows_of(run("trend", "--since-revision", 0)[1])
    assert {"venues", "villages"} <= {row["table"] for row in written}
    assert run("trend", "--since-revision", 99)[1].count("\n") == 1


def test_trend_in_minutes(run):
    walk = rows_of(
        run("trend", "--from", "2025-10-01", "--to", "2025-12-31", "--minutes", 30,
            "--minutes", 200, "--mode", "walk")[1]
    )  # fmt: skip
    car = rows_of(run("trend", "--from", "2025-10-01", "--to", "2025-12-31", "--minutes", 30)[1])
    assert "reach_share_200_min" in walk[0] and "reach_share_3000_m" not in walk[0]
    assert float(walk[0]["reach_share_30_min"]) < float(car[0]["reach_share_30_min"])
    code, _, err = run("trend", "--minutes", 30, "--limit-m", 3000)
    assert code == 1 and "只能用一个" in err


@pytest.mark.parametrize(
    "command",
    [
        ("trend", "--minutes", 30),
        ("reach", "--minutes", 30),
        ("fleet", "reach", "--minutes", 30),
        ("fleet", "siting", "--add", 1, "--minutes", 15),
        ("report", "-o"),
    ],
)
def test_an_engine_is_asked_once(run, toy_data, tmp_path, monkeypatch, command):
    command = [*command, toy_data] if command[0] == "fleet" else list(command)
    command = [*command, tmp_path / "paper.xlsx"] if command[0] == "report" else command
    with routing_server.running() as server:
        monkeypatch.setenv("XINGHUO_ROUTING", "osrm")
        monkeypatch.setenv("XINGHUO_ROUTING_URL", server.address)
        assert run(*command)[0] == 0
        asked = len(server.paths)
        assert run(*command)[0] == 0
    assert len(server.paths) == asked > 0


def test_the_year_before_the_29th_of_february(run):
    rows = rows_of(run("trend", "--to", "2024-02-29")[1])
    assert rows[0]["as_of"] == "2023-03-31"


def test_a_fleet_of_folders_lists_the_one_that_fails(run, toy_data, tmp_path):
    code, out, _ = run("fleet", "coverage", toy_data, tmp_path / "none", toy_data)
    rows = rows_of(out)
    assert code == 1
    assert [row["townships"] for row in rows] == ["4", "", "4"]
    assert [bool(row["error"]) for row in rows] == [False, True, False]
    code, out, _ = run("fleet", "reach", toy_data, "--limit-m", 5000)
    assert code == 0
    assert "share_5000_m" in rows_of(out)[0]


def test_a_fleet_is_asked_for_sites_and_reports(run, toy_data, tmp_path):
    code, out, _ = run("fleet", "siting", toy_data, tmp_path / "none", "--add", 2)
    (row, failed) = rows_of(out)
    assert code == 1 and failed["error"]
    assert (row["sites"], row["proven"]) == ("2", "true")
    assert float(row["objective"]) == float(row["bound"]) > 0
    assert len(row["site_ids"].split(";")) == 2
    assert "示意" in row["notice"]
    to = tmp_path / "reports"
    code, out, _ = run("fleet", "report", toy_data, toy_data, "--to", to, "--suffix", ".xlsx")
    assert code == 0
    files = [row["file"] for row in rows_of(out)]
    assert len(set(files)) == 2
    assert all(zipfile.is_zipfile(file) for file in files)
    assert run("fleet", "report", toy_data)[0] == 1


def test_a_fleet_whose_cluster_does_not_answer(run, toy_data, monkeypatch):
    monkeypatch.setattr("geo.fleet.CONNECT_S", 1)
    monkeypatch.setenv("XINGHUO_CLUSTER", "tcp://127.0.0.1:9")
    code, out, err = run("fleet", "coverage", toy_data)
    assert (code, out) == (1, "")
    assert "XINGHUO_CLUSTER" in err and err.count("\n") == 1


@pytest.mark.parametrize(("args", "code"), [
    (["reach", "--level", "planets"], 2), (["reach", "--limit-m", "far"], 2),
    (["reach", "--limit-m", "-5"], 1), (["reach", "--limit-m", "5", "--minutes", "5"], 1),
    (["trend", "--from", "2026-05-01", "--to", "2026-04-01"], 1),
    (["trend", "--year-starts", "13"], 2),
    (["fleet", "coverage"], 2), (["fleet", "dreams", "data"], 2),
])  # fmt: skip
def test_wrong_usage(run, args, code):
    found, out, err = run(*args)
    assert (found, out) == (code, "")
    assert err
