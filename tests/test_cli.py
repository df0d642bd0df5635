"""The command line: answers on standard output, problems as sentences, the exit codes."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from geo import cli
from geo.commands import terminal
from geo.dictionary import data_dictionary
from geo.modes import MODES
from geo.roads import SPEED_CLASSES
from geo.schema import TABLES
from geo.store import Store
from tests.region import put_rows

ROOT = Path(__file__).parents[1]
HOLIDAY = "date,off,name\n2027-01-01,yes,元旦\n"


@pytest.fixture
def run(toy_data, monkeypatch, capfdbinary):
    """Give a function that runs a command in this process: (exit code, stdout, stderr)."""
    monkeypatch.setenv("XINGHUO_DATA", str(toy_data))
    monkeypatch.delenv("XINGHUO_DATABASE_URL", raising=False)
    monkeypatch.setenv("XINGHUO_NOW", "2026-11-23T10:00")

    def run(*args: str) -> tuple[int, str, str]:
        capfdbinary.readouterr()
        with pytest.raises(SystemExit) as left:
            cli.main([str(arg) for arg in args])
        sys.stdout.flush()
        out, err = capfdbinary.readouterr()
        return left.value.code or 0, out.decode("utf-8"), err.decode("utf-8")

    return run


@pytest.fixture
def built(run):
    assert run("build")[0] == 0
    return run


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_build_makes_the_store_and_says_what_is_in_it(run, toy_data):
    code, out, err = run("build")
    assert (code, err) == (0, "")
    assert "数据版本 1" in out and "乡镇街道 4" in out
    assert (toy_data / "xinghuo.db").exists()


def test_build_if_missing_keeps_what_is_there(built):
    code, out, _ = built("build", "--if-missing", "--json")
    facts = json.loads(out)
    assert (code, facts["revision"], facts["rows"]["venues"]) == (0, 1, 3)


def test_build_refuses_to_lose_changes_unless_forced(built, tmp_path):
    file = tmp_path / "holidays.csv"
    file.write_text(HOLIDAY, encoding="utf-8")
    assert built("import", "holidays", file)[0] == 0
    code, out, err = built("build")
    assert (code, out) == (1, "")
    assert "--force" in err and err.count("\n") == 1
    assert built("build", "--force")[0] == 0
    assert len(rows_of(built("export", "holidays")[1])) == 2


def test_problems_of_data_are_lines_on_standard_error(run, toy_data):
    path = toy_data / "venues.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",museum,", ",muzeum,"))
    (toy_data / "holidays.csv").unlink()
    code, out, err = run("build")
    assert (code, out) == (1, "")
    lines = err.splitlines()
    assert len(lines) == 3
    assert lines[0].startswith("场馆站点：venues.csv 第 4 行“kind”列：“muzeum”")
    assert "找不到文件 holidays.csv" in lines[1]
    assert "2 处问题" in lines[2]
    assert not (toy_data / "xinghuo.db").exists()


def test_import_says_what_changed_and_a_dry_run_changes_nothing(built, tmp_path):
    file = tmp_path / "节假日.csv"
    file.write_text(HOLIDAY, encoding="utf-8")
    code, out, err = built("import", "holidays", file, "--dry-run")
    assert (code, err) == (0, "")
    assert out == "节假日：新增 1 行，修改 0 行，与已有相同 0 行（试运行，没有写入）\n"
    facts = json.loads(built("import", "holidays", file, "--json")[1])
    assert facts == {
        "table": "holidays", "new": 1, "changed": 0, "unchanged": 0, "dry_run": False,
        "revision": 2,
    }  # fmt: skip
    assert json.loads(built("import", "holidays", file, "--json")[1])["unchanged"] == 1


def test_an_import_with_a_bad_row_writes_nothing_and_exits_with_1(built, tmp_path):
    file = tmp_path / "holidays.csv"
    file.write_text(HOLIDAY + "2027-02-30,yes,春节\n2027-02-06,也许,春节\n", encoding="utf-8")
    code, out, err = built("import", "holidays", file)
    assert (code, out) == (1, "")
    assert [line.split("：")[1] for line in err.splitlines()[:2]] == [
        "第 3 行“date”列", "第 4 行“off”列",
    ]  # fmt: skip
    assert len(rows_of(built("export", "holidays")[1])) == 2


def test_an_import_shows_the_headers_it_took_for_a_column_by_likeness(built, tmp_path):
    file = tmp_path / "节假日.csv"
    file.write_text("日期,是否放假,名称,备注\n2027-01-01,是,元旦,x\n", encoding="utf-8")
    code, out, err = built("import", "holidays", file)
    assert (code, out) == (0, "节假日：新增 1 行，修改 0 行，与已有相同 0 行\n")
    assert err == "表头“是否放假”认作 off\n没有用到的列：备注\n"


def test_a_template_is_a_workbook_with_what_the_store_has_to_choose_from(built, tmp_path):
    file = tmp_path / "场馆.xlsx"
    assert built("template", "venues", "-o", file) == (0, "", f"写好了 {file}\n")
    with zipfile.ZipFile(file) as archive:
        assert "山口镇" in archive.read("xl/sharedStrings.xml").decode()
    code, out, err = built("import", "venues", file)
    assert (code, out) == (1, "") and "表头下面没有数据" in err
    code, out, err = built("template", "venues", "-o", tmp_path / "场馆.csv")
    assert (code, out) == (1, "") and ".xlsx" in err
    assert "没有名为 heroes 的表" in built("template", "heroes")[2]


def test_export_writes_csv_to_standard_output_and_other_formats_to_files(built, tmp_path):
    code, out, _ = built("export", "venues")
    assert code == 0
    assert [row["venue_id"] for row in rows_of(out)] == ["h1", "m1", "s1"]
    public = [column.name for column in TABLES["venues"].columns if column.audience == "public"]
    assert list(rows_of(out)[0]) == public
    for suffix in (".csv", ".xlsx", ".geojson", ".gpkg"):
        file = tmp_path / f"venues{suffix}"
        code, out, err = built("export", "venues", "-o", file)
        assert (code, out, err) == (0, "", f"写好了 {file}\n")
        assert file.stat().st_size > 100
    assert built("export", "venues", "--headers", "zh")[1].startswith("\ufeff编号,名称,")


def test_names_of_people_are_exported_only_when_asked_for(built, tmp_path):
    file = tmp_path / "promoters.csv"
    file.write_text("promoter_id,name,phone\np1,张三,13800000000\n", encoding="utf-8")
    assert built("import", "promoters", file)[0] == 0
    code, out, err = built("export", "promoters")
    assert (code, out) == (1, "") and "个人信息" in err
    assert built("export", "promoters", "--audience", "personal")[0] == 1
    reason = "给张三打电话"
    given = built("export", "promoters", "--audience", "personal", "--reason", reason)
    assert rows_of(given[1])[0]["name"] == "张三"


def test_coverage_of_townships_has_the_promised_columns(built):
    code, out, err = built("coverage", "townships", "--as-of", "2025-06-01")
    assert (code, err) == (0, "")
    rows = rows_of(out)
    assert {"township_code", "name", "county_code", "reporting_unit", "stations", "covered"} <= set(
        rows[0]
    )
    shown = [(row["name"], row["reporting_unit"], row["stations"], row["covered"]) for row in rows]
    assert shown == [
        ("岱庙街道", "泰山区", "0", "false"), ("财源街道", "泰山区", "0", "false"),
        ("山口镇", "岱岳区", "1", "true"), ("祝阳镇", "高新区", "0", "false"),
    ]  # fmt: skip
    day_before = rows_of(built("coverage", "townships", "--as-of", "2025-05-31")[1])
    assert {row["covered"] for row in day_before} == {"false"}


def test_coverage_of_villages_and_sums_of_all_levels(built, tmp_path, toy):
    from geo import files

    for name in ("promoters", "promoter_villages"):
        file = tmp_path / f"{name}.csv"
        content = files.write_table(toy[name], table=name, suffix=".csv", audience="personal")
        file.write_bytes(content)
        assert built("import", name, file)[0] == 0
    rows = rows_of(built("coverage", "villages")[1])
    assert {"village_code", "name", "township_code", "promoters", "covered"} <= set(rows[0])
    covered = [row["village_code"] for row in rows if row["covered"] == "true"]
    assert covered == ["370902001001", "370902001002", "370911101001"]

    (city,) = rows_of(built("coverage", "city")[1])
    assert (city["townships"], city["townships_covered"], city["townships_share"]) == (
        "4", "1", "0.25",
    )  # fmt: skip
    assert (city["villages"], city["villages_covered"], city["villages_share"]) == ("6", "3", "0.5")
    for level, key in (("counties", "name"), ("units", "reporting_unit")):
        parts = rows_of(built("coverage", level)[1])
        assert [row[key] for row in parts] == ["泰山区", "岱岳区", "高新区"][: len(parts)]
        for column in ("townships", "townships_covered", "villages", "villages_covered"):
            assert sum(int(row[column]) for row in parts) == int(city[column])


def test_figures_with_demonstration_rows_say_so(run, toy_data):
    venues = toy_data / "venues.csv"
    header = venues.read_text(encoding="utf-8").splitlines()[0].split(",")
    station = {
        "venue_id": "d1", "name": "演示站", "kind": "station", "status": "open", "demo": "yes",
        "township_code": "370902001000", "position_precision": "unknown",
        "opened_on": "2025-01-01",
    }  # fmt: skip
    (toy_data / "demo").mkdir()
    row = ",".join(station.get(name, "") for name in header)
    text = f"{','.join(header)}\n{row}\n"
    (toy_data / "demo" / "venues.csv").write_text(text, encoding="utf-8")
    assert run("build")[0] == 0
    (city,) = rows_of(run("coverage", "city")[1])
    assert city["townships_covered"] == "2"
    assert "演示数据 1 行" in city["notice"]
    (bare,) = rows_of(run("coverage", "city", "--no-demo")[1])
    assert bare["townships_covered"] == "1" and "notice" not in bare
    assert "演示数据 1 行" in run("export", "venues")[1]

    assert json.loads(run("demo", "remove", "--json")[1]) == {"venues": 1}
    assert run("demo", "remove")[1] == "没有演示数据\n"
    assert "演示" not in run("export", "venues")[1]


def test_coverage_goes_into_a_workbook_for_people(built, tmp_path):
    import openpyxl

    file = tmp_path / "覆盖.xlsx"
    assert built("coverage", "townships", "-o", file)[0] == 0
    book = openpyxl.load_workbook(file)
    assert [cell.value for cell in book.worksheets[0][1]][:2] == ["乡镇街道代码", "名称"]
    book.close()


def test_check_lists_notes_and_fails_only_on_errors(built, toy_data):
    code, out, _ = built("check")
    lines = out.splitlines()
    assert (code, lines[-1]) == (0, "0 处错误，2 条提示")
    assert all(line.startswith("提示　场馆站点：") for line in lines[:-1])
    found = json.loads(built("check", "--json")[1])
    assert {(p["level"], p["code"]) for p in found} == {("note", "position_unknown")}

    store = Store(f"sqlite:///{toy_data / 'xinghuo.db'}")
    venues = store.read("venues")
    venues.loc[venues["venue_id"] == "s1", "township_code"] = None
    put_rows(store, "venues", venues)
    store.close()
    code, out, _ = built("check")
    assert code == 1
    assert out.startswith("错误　场馆站点：") and "1 处错误" in out


def test_check_warns_when_the_service_is_public_without_an_approval_number(built, monkeypatch):
    monkeypatch.setenv("XINGHUO_PUBLIC", "yes")
    code, out, _ = built("check")
    assert code == 0
    assert out.count("没有审图号") == 2


def test_boundaries_are_built_checked_and_imported(built, toy_data, tmp_path):
    layer = toy_data / "boundaries" / "townships.geojson"
    before = layer.read_bytes()
    code, out, _ = built("boundaries", "build", "-o", tmp_path / "made.geojson")
    assert (code, out) == (0, f"写好了 {tmp_path / 'made.geojson'}\n")
    assert built("boundaries", "check", layer)[0] == 0
    assert built("boundaries", "check")[1] == "0 处错误，0 条提示\n"
    assert layer.read_bytes() == before

    official = tmp_path / "official.geojson"
    content = json.loads(before)
    del content["layer"]
    official.write_text(json.dumps(content), encoding="utf-8")
    args = ["--kind", "official", "--source", "市局", "--date", "2025-01-02"]
    code, out, err = built(
        "boundaries", "import", official, *args, "--approval-number", "鲁SG(2025)001号"
    )
    assert (code, err) == (0, "")
    store = Store(f"sqlite:///{toy_data / 'xinghuo.db'}")
    info = store.layer("township")[1]
    store.close()
    assert (info.kind, info.source, str(info.compiled_on), info.approval_number) == (
        "official", "市局", "2025-01-02", "鲁SG(2025)001号",
    )  # fmt: skip


def test_a_layer_with_a_township_missing_is_refused(built, toy_data, tmp_path):
    content = json.loads((toy_data / "boundaries" / "townships.geojson").read_bytes())
    content["features"].pop()
    file = tmp_path / "part.geojson"
    file.write_text(json.dumps(content), encoding="utf-8")
    code, out, err = built("boundaries", "import", file, "--kind", "schematic")
    assert (code, out) == (1, "")
    assert "祝阳镇" in err and "没有写入任何数据" in err
    assert built("boundaries", "check", file)[0] == 1


def test_demonstration_data_can_be_made_and_built_in(run, toy_data):
    code, out, err = run("demo", "make", "--seed", "3")
    assert (code, err, len(out.splitlines())) == (0, "", 3)
    assert sorted(path.name for path in (toy_data / "demo").iterdir()) == [
        "promoter_villages.csv", "promoters.csv", "venues.csv",
    ]  # fmt: skip
    assert run("build")[0] == 0
    (city,) = rows_of(run("coverage", "city")[1])
    assert "演示数据" in city["notice"]


def test_the_data_dictionary_is_up_to_date(run, tmp_path):
    file = tmp_path / "data.md"
    assert run("docs", "data", "-o", file)[0] == 0
    assert file.read_text(encoding="utf-8") == data_dictionary()
    assert (ROOT / "docs" / "data.md").read_text(encoding="utf-8") == data_dictionary(), (
        "run python -m geo docs data"
    )


def test_the_data_dictionary_has_every_column_of_every_table():
    text = data_dictionary()
    for table in TABLES.values():
        section = text.split(f"`{table.name}`（")[1].split("\n## ")[0]
        for column in table.columns:
            assert f"| `{column.name}` | {column.zh} |" in section, (table.name, column.name)
            assert all(stored in section for stored, _, _ in column.choices)
    of_tables, _, of_travel = text.partition("## 路网表")
    widths = {line.count("|") for line in of_tables.splitlines() if line.startswith("|")}
    assert widths == {9}
    for name in [*MODES, *SPEED_CLASSES]:
        assert f"| `{name}` | " in of_travel


# --- what goes wrong --------------------------------------------------------------------


@pytest.mark.parametrize(
    "args",
    [
        ["nonsense"], ["build", "--nonsense"], ["import", "venues"], ["coverage", "planets"],
        ["coverage", "townships", "--as-of", "gestern"], ["export", "venues", "--headers", "fr"],
        ["serve", "--port", "99999"], ["boundaries", "import", "x.geojson", "--kind", "wrong"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_wrong_usage_exits_with_2(run, args):
    code, out, err = run(*args)
    assert (code, out) == (2, "")
    assert "Traceback" not in err and "--help" in err


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["check"], "还没有数据库"),
        (["export", "venues"], "还没有数据库"),
        (["demo", "remove"], "还没有数据库"),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_without_a_store_a_command_says_how_to_get_one(run, toy_data, args, said):
    code, out, err = run(*args)
    assert (code, out) == (1, "")
    assert said in err and "python -m geo build" in err
    assert not (toy_data / "xinghuo.db").exists()


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["import", "venues", "absent.csv"], "找不到文件 absent.csv"),
        (["import", "heroes", "absent.csv"], "没有名为 heroes 的表"),
        (["export", "heroes"], "没有名为 heroes 的表"),
        (["export", "venues", "-o", "venues.doc"], "venues.doc|.doc"),
        (["export", "counties", "-o", "counties.geojson"], "需要坐标"),
        (["export", "venues", "-o", "absent/venues.csv"], "写不了 absent/venues.csv"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_expected_errors_are_one_sentence_and_exit_with_1(built, args, said):
    code, out, err = built(*args)
    assert (code, out) == (1, "")
    assert any(part in err for part in said.split("|"))
    assert err.count("\n") == 1


def test_a_bad_setting_is_a_sentence(run, monkeypatch):
    monkeypatch.setenv("XINGHUO_PORT", "viele")
    code, _, err = run("build")
    assert code == 1 and "XINGHUO_PORT" in err


def test_serve_builds_a_missing_store_and_starts_streamlit(run, toy_data, monkeypatch):
    started = []
    monkeypatch.setattr(os, "execv", lambda path, command: started.append((path, command)))
    monkeypatch.setenv("XINGHUO_ADDRESS", "127.0.0.5")
    code, out, _ = run("serve", "--port", "8765")
    assert code == 0 and "建好了" in out
    assert (toy_data / "xinghuo.db").exists()
    ((path, command),) = started
    assert path == sys.executable
    assert command[1:5] == ["-m", "streamlit", "run", str(ROOT / "serve.py")]
    assert command[command.index("--server.port") + 1] == "8765"
    assert command[command.index("--server.address") + 1] == "127.0.0.5"


# --- as a program -----------------------------------------------------------------------


def test_help_comes_at_once_and_does_not_wait_for_pandas():
    program = "import sys; sys.argv = ['geo', '--help']\nimport runpy\n"
    program += "try: runpy.run_module('geo', run_name='__main__')\n"
    program += "except SystemExit: print('pandas' in sys.modules, 'sqlalchemy' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "False False"
    assert "coverage" in done.stdout


def test_the_program_runs_and_a_closed_pipe_is_no_traceback(toy_data):
    environment = os.environ | {"XINGHUO_DATA": str(toy_data), "XINGHUO_DATABASE_URL": ""}
    command = f"{sys.executable} -m geo"
    script = f"{command} build && {command} export villages | head -1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert "village_code,name" in done.stdout
    assert done.stderr == ""


def test_today_is_the_date_in_china(monkeypatch):
    from datetime import date, datetime

    monkeypatch.setenv("XINGHUO_NOW", "2026-12-31T23:30")
    assert terminal.today() == date(2026, 12, 31)
    monkeypatch.delenv("XINGHUO_NOW")
    assert terminal.today() == datetime.now(terminal.CHINA_TIME).date()
