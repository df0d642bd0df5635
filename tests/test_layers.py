"""The architecture of DESIGN.md as a test: import directions, purity, homes of wording and SQL."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

# geo's modules in import order: each imports only modules before it.
ORDER = """
    sentences.accounts sentences.figures sentences.files sentences.layers sentences.requests
    sentences.location sentences.rasters sentences.reasons
    sentences.reports sentences.rows sentences.siting sentences.tours sentences.travel
    sentences errors
    settings crs schema policy openings openings.day openings.clock_zh openings.chinese
    openings.entry openings.week hours
    cells keys succession references rules lineage check inspection
    layers layers.wedges layers.tessellation layers.topology boundaries
    layers.simplification
    cost modes roads siting.problem siting.request siting.writing siting
    siting.deadline siting.cover siting.program siting.conditions
    siting.parts siting.fingerprint siting.reduction siting.exchange
    siting.lagrangian siting.branching siting.proof siting.share_covering siting.set_covering
    siting.center siting.assignment siting.multipliers siting.median siting.network siting.filling
    siting.overfull siting.flow_program
    siting.cuts siting.capacity
    siting.covering siting.frontier
    siting.objectives siting.curve siting.reasons siting.stand_ins siting.stability
    population population.claims population.populations population.spreading population.demand
    itinerary.day itinerary.changes itinerary.orders itinerary.timetable itinerary.search
    itinerary.retiming itinerary.fitting itinerary.repairs itinerary.large
    itinerary.coaches itinerary
    tours.request tours.outcome tours.windows tours.candidates tours.places tours.question
    tours.form tours.changes tours.facts tours.shares tours.additions
    tours.remedies tours.duties
    tours.routes tours
    layers.coordinates layers.matching layers.crossings layers.tiling layers.faults layers.plan
    layers.whereabouts
    standing units catchment floating equity siting.thinning siting.inputs
    siting.sites siting.case siting.figures siting.notices siting.proposal siting.analysis
    periods trend
    record_effects edits rights scenarios coverage directions pinyin lettering likeness
    search
    finder demo
    masking doctor doctor.placements doctor.findings doctor.datums doctor.diagnosis doctor.rows
    duplicates duplicates.names duplicates.pairs duplicates.merging duplicates.suspects verification
    mappings
    leftovers lists
    partials clashes row_forms comparisons
    words.coverage words.exports words.finder words.handbook words.maps words.paper words.population
    words.reach words.register words.site words.siting words.outreach
    words.itinerary words.tours words.travel words
    text archives uploads uploads.headings uploads.grids uploads.markup uploads.worksheets
    uploads.sheets uploads.old_workbooks uploads.delimited uploads.features uploads.vectors
            uploads.reading uploads.children uploads.marks workbooks exports layers.files
    layers.shapes_reader
    layers.importing population.raster_reader
    population.rasters files uploads.marking
    road_files routing.answers routing.wire routing.osrm routing.valhalla routing.engines
    routing.legs routing
    travel planning outreach accessibility plans plan_facts
    plan_files
    offers templates sources sign_in.passwords uploads.attachments
    tables journal_tables rows journal database layers.storage transactions store cost_cache
    tours.answer
    tours.trips tours.telling tours.writing audit sign_in.throttle
    sign_in sign_in.places
    sign_in.accounts sign_in.sessions refusals door approval waiting undoing replay reports
    scenario_store
    tour_drafts
    evidence_rows evidence erasure
    route_proposals previews register layers.adoption people dumps backups restoration
    dictionary_demand dictionary_travel
    dictionary
    commands commands.terminal
    assets signs payloads site_payloads taps maps answers commands.siting situation reach_answers
    trend_answers fleet
    report.document report.places report.figures report.coverage_sections report.mapping
    report.record_sections report.reach_section report.next_sites report.content report.fonts
    report.looks report.labels report.legends report.drawing report.word report.workbook
    report.typeset report.making report
    tours.wording tours.tracks tours.ways tours.calendar tours.route_map tours.grids
    tours.handbook tours.papers tours.exports
    city_figures
    commands.sources commands.accounts commands.lists commands.backups commands.population
    commands.report commands.desk commands.tour cli
""".split()  # noqa: SIM905 - a list of words reads better than a list of strings
PURE = ORDER[: ORDER.index("text")]
IMPURE_IMPORTS = {
    "sqlalchemy", "alembic", "folium", "branca", "streamlit_folium", "pathlib", "os", "io",
    "random", "time", "tempfile", "subprocess", "socket", "requests", "urllib3", "sqlite3",
}  # fmt: skip
IMPURE_CALLS = re.compile(
    r"\.now\(|\.today\(|\.utcnow\(|np\.random\.(?!default_rng|Generator|PCG64|SeedSequence)"
    r"|\bopen\(|read_csv\(|read_excel\(|read_file\("
)
SQL_LIBRARIES = {"sqlalchemy", "alembic", "psycopg", "sqlite3"}
WEB = {"streamlit", "streamlit_folium", "ui", "pages"}


def modules(folder: str) -> list[Path]:
    """Return a folder's modules; of geo those of its packages too, but for the migrations."""
    if folder != "geo":
        return sorted((ROOT / folder).glob("[!_]*.py"))
    found = (path for path in (ROOT / "geo").rglob("*.py") if "migrations" not in path.parts)
    return sorted(path for path in found if path.name not in {"__main__.py"} and name_of(path))


def name_of(path: Path) -> str:
    """Return the name of a module of geo, `siting.problem`; that of a package is the package's."""
    parts = path.relative_to(ROOT / "geo").with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(path: Path) -> set[str]:
    """Return the dotted names a file imports, `from geo import maps` as geo.maps."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def geo_modules_of(names: set[str]) -> set[str]:
    """Return the modules of geo among dotted names, each as far as `ORDER` knows it."""
    found = set()
    for name in names:
        if name.startswith("geo."):
            parts = name.split(".")[1:]
            known = (".".join(parts[:length]) for length in range(len(parts), 0, -1))
            found.add(next((one for one in known if one in ORDER), parts[0]))
    return found


def test_the_list_of_modules_is_the_folder():
    assert {name_of(path) for path in modules("geo")} == set(ORDER)
    assert len(ORDER) == len(set(ORDER))


def test_every_module_and_folder_is_listed_where_a_reader_looks_first():
    listed = set(re.findall(r"[a-z_]+/?", (ROOT / "geo" / "__init__.py").read_text("utf-8")))
    folders = {path.parent.name for path in (ROOT / "geo").glob("[!_]*/__init__.py")}
    assert {f"{name}/" for name in folders} <= listed
    assert {name for name in ORDER if "." not in name} - folders <= listed


@pytest.mark.parametrize("path", modules("geo"), ids=name_of)
def test_a_geo_module_imports_only_earlier_ones(path):
    earlier = set(ORDER[: ORDER.index(name_of(path))])
    assert geo_modules_of(imported(path)) <= earlier


@pytest.mark.parametrize("path", sorted((ROOT / "geo").rglob("*.py")), ids=lambda path: path.name)
def test_geo_never_imports_the_web(path):
    assert not {name.split(".")[0] for name in imported(path)} & WEB


@pytest.mark.parametrize("name", PURE)
def test_what_stands_before_text_is_pure(name):
    path = (ROOT / "geo").joinpath(*name.split("."))
    path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    roots = {dotted.split(".")[0] for dotted in imported(path)}
    allowed = {"settings": {"pathlib"}, "siting.deadline": {"time"}}.get(name, set())
    assert not roots & IMPURE_IMPORTS - allowed
    assert not IMPURE_CALLS.search(path.read_text(encoding="utf-8"))


def test_only_maps_imports_folium_and_only_the_store_family_speaks_sql():
    # The reader of boundary files opens GeoPackages, which are SQLite files, in its own process.
    sql = {
        "layers.shapes_reader", "tables", "journal_tables", "rows", "database", "layers.storage",
        "transactions", "store", "refusals", "journal", "door", "approval", "waiting", "undoing",
        "replay", "sign_in.accounts", "reports", "evidence_rows", "erasure", "dumps", "audit",
        "sign_in.throttle", "sign_in.sessions", "sign_in.places", "scenario_store", "cost_cache",
        "tour_drafts",
    }  # fmt: skip
    for path in modules("geo"):
        roots = {dotted.split(".")[0] for dotted in imported(path)}
        assert name_of(path) == "maps" or not roots & {"folium", "branca"}, path
        assert name_of(path) in sql or not roots & SQL_LIBRARIES, path


@pytest.mark.parametrize("path", [ROOT / "app.py", *modules("pages")], ids=lambda path: path.name)
def test_a_page_has_no_geometry_no_sql_and_no_wording(path):
    names = imported(path)
    roots = {dotted.split(".")[0] for dotted in names}
    assert not roots & {
        "shapely",
        "geopandas",
        "pyproj",
        "sqlalchemy",
        "folium",
        "streamlit_folium",
    }
    assert not geo_modules_of(names) & {"store", "files", "words", "register", "tables"}
    tree = ast.parse(path.read_text(encoding="utf-8"))
    strings = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    chinese = [s for s in strings if isinstance(s, str) and re.search(r"[\u4e00-\u9fff]", s)]
    assert not chinese, chinese


def test_only_ui_pages_and_app_import_streamlit():
    for path in ROOT.rglob("*.py"):
        where = path.relative_to(ROOT).parts
        if where[0] in {"ui", "pages", "app.py", "serve.py", "tests", "benchmarks"}:
            continue
        if where[0] not in {"geo", "setup"}:
            continue
        assert "streamlit" not in {name.split(".")[0] for name in imported(path)}, path


def test_a_forbidden_import_is_seen(tmp_path):
    bad = tmp_path / "coverage.py"
    bad.write_text("import streamlit as st\nfrom geo.store import Store\nfrom geo import maps\n")
    assert imported(bad) == {"streamlit", "geo.store.Store", "geo.maps"}
    assert geo_modules_of(imported(bad)) == {"store", "maps"}
    assert geo_modules_of({"geo.words.tours", "geo.words.WORDS"}) == {"words.tours", "words"}
