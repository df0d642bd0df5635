"""Set-up: everything pinned, nothing fetched twice, nothing sent abroad; and what is served."""

import ast
import gzip
import html
import http.client
import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
import zipfile
from pathlib import Path
from unittest.mock import Mock

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from setup import debian, engines, environment, stamps, vendor
from tests.ports import free_port

ROOT = Path(__file__).resolve().parents[1]
REQUIREMENTS = [
    "requirements.txt", "requirements-dev.txt", "requirements-node.txt", "requirements-oidc.txt",
    "requirements-cluster.txt", "requirements-routing.txt",
    "benchmarks/requirements-rivals.txt",
]  # fmt: skip


def requirements(name: str) -> list[Requirement]:
    lines = (line.partition("#")[0].strip() for line in (ROOT / name).read_text().splitlines())
    return [Requirement(line) for line in lines if line and not line.startswith("-r ")]


# --- what is pinned ----------------------------------------------------------------------


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_every_requirement_names_one_exact_version(name):
    for requirement in requirements(name):
        assert re.fullmatch(r"==[\w.]+", str(requirement.specifier)), requirement
        assert requirement.url is None


def test_the_requirement_files_list_everything_that_the_listed_packages_need():
    listed = [*requirements("requirements.txt"), *requirements("requirements-dev.txt")]
    names = {canonicalize_name(requirement.name) for requirement in listed}
    for requirement in listed:
        found = importlib.metadata.distribution(requirement.name)
        assert found.version in requirement.specifier, f"{requirement} but {found.version}"
        for needed in map(Requirement, found.requires or []):
            wanted = needed.marker is None or any(
                needed.marker.evaluate({"extra": extra}) for extra in ["", *requirement.extras]
            )
            assert not wanted or canonicalize_name(needed.name) in names, f"{needed}: {requirement}"


@pytest.mark.parametrize("name", ["requirements-oidc.txt", "requirements-cluster.txt"])
def test_the_optional_packages_are_complete_and_tested_in_the_same_versions(name):
    optional = {str(requirement) for requirement in requirements(name)}
    assert optional <= {str(requirement) for requirement in requirements("requirements-dev.txt")}
    assert not optional & {str(requirement) for requirement in requirements("requirements.txt")}


# What imports optional packages, inside functions alone, and the file that lists them.
OPTIONAL = {"geo/fleet.py": "requirements-cluster.txt"}


def test_every_package_that_the_service_imports_is_a_run_time_requirement():
    always = {canonicalize_name(entry.name) for entry in requirements("requirements.txt")}
    owners = importlib.metadata.packages_distributions()
    ours = {"geo", "ui", "pages", "setup", "serve", "app"}
    sources = [ROOT / "serve.py", ROOT / "app.py"]
    for folder in ("geo", "ui", "pages"):
        sources += sorted((ROOT / folder).rglob("*.py"))
    for source in sources:
        tree = ast.parse(source.read_text(encoding="utf-8"))
        optional = OPTIONAL.get(source.relative_to(ROOT).as_posix())
        more = {canonicalize_name(one.name) for one in requirements(optional)} if optional else ()
        for node in ast.walk(tree):
            listed = always if node in tree.body else always.union(more)
            dotted = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            dotted += [node.module] if isinstance(node, ast.ImportFrom) else []
            for top in {name.partition(".")[0] for name in dotted} - ours:
                if top not in sys.stdlib_module_names:
                    assert listed & set(map(canonicalize_name, owners[top])), f"{source}: {top}"


def test_the_lock_file_has_checksums_and_no_addresses():
    wanted = json.loads((ROOT / "package.json").read_text())["dependencies"]
    text = (ROOT / "package-lock.json").read_text()
    packages = json.loads(text)["packages"]
    assert "resolved" not in text and "://" not in text
    assert packages.pop("")["dependencies"] == wanted
    locked = {path.removeprefix("node_modules/"): entry for path, entry in packages.items()}
    assert {name: entry["version"] for name, entry in locked.items()} == wanted
    assert all(entry["integrity"].startswith("sha512-") for entry in locked.values())


def test_no_file_of_the_set_up_names_a_registry():
    files = [*REQUIREMENTS, "Makefile", ".ci/run", ".npmrc", ".streamlit/config.toml"]
    for path in [*(ROOT / name for name in files), *ROOT.glob("setup/*.py")]:
        assert not re.search(r"://|index-url|registry\s*=", path.read_text()), path


# --- what is vendored --------------------------------------------------------------------


def test_every_vendored_file_is_there_after_set_up():
    assert vendor.missing(ROOT / "static" / "vendor") == []
    used = re.findall(r"vendor/([\w./-]+\.\w+)", (ROOT / "geo" / "maps.py").read_text())
    assert used and set(used) <= set(vendor.FILES)
    notice = (ROOT / "NOTICE").read_text()
    for name, version in json.loads((ROOT / "package.json").read_text())["dependencies"].items():
        assert re.search(rf"^{re.escape(name)} {version}\s", notice, re.MULTILINE | re.IGNORECASE)
        assert any(f"{name}/{licence}" in vendor.FILES and f"{name}/{licence}" in notice
                   for licence in ("LICENSE", "LICENSE.txt", "MIT-LICENCE.txt"))  # fmt: skip


def test_vendored_files_are_replaced_whole_and_a_missing_source_leaves_the_old_ones(tmp_path):
    modules, folder = tmp_path / "node_modules", tmp_path / "vendor"
    for source in vendor.FILES.values():
        (modules / source).parent.mkdir(parents=True, exist_ok=True)
        (modules / source).write_text("one\n//# sourceMappingURL=one.map\n")
    vendor.fill(folder, modules=modules)
    assert vendor.missing(folder) == []
    assert (folder / "leaflet/leaflet.js").read_text() == "one\n"
    (modules / "leaflet/dist/leaflet.js").write_text("two\n")
    (folder / "leaflet/gone.js").touch()
    vendor.fill(folder, modules=modules)
    assert (folder / "leaflet/leaflet.js").read_text() == "two\n"
    assert not (folder / "leaflet/gone.js").exists()
    (modules / "leaflet/dist/leaflet.js").unlink()
    with pytest.raises(FileNotFoundError):
        vendor.fill(folder, modules=modules)
    assert vendor.missing(folder) == []
    (folder / "leaflet/leaflet.css").write_text("")
    assert vendor.missing(folder) == ["leaflet/leaflet.css"]


def test_of_the_routing_engines_only_what_the_tests_use_is_unpacked(tmp_path):
    wheel = tmp_path / "one.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for name in ("osrm/bin/osrm-routed", "osrm/bin/osrm-datastore", "osrm/share/car.lua"):
            archive.writestr(name, name)
    engines.unpack(wheel, tmp_path / "engines")
    found = sorted(p for p in (tmp_path / "engines").rglob("*") if p.is_file())
    assert [path.name for path in found] == ["osrm-routed", "car.lua"]
    assert os.access(found[0], os.X_OK)


def test_tests_go_on_without_routing_engines(toy_root, capsys):
    (toy_root / "requirements-routing.txt").write_text("nothing==1\n")
    (toy_root / "broken").touch()
    assert engines.fetch(toy_root) is False
    assert "NO ROUTING ENGINE" in capsys.readouterr().err
    (toy_root / "broken").unlink()
    assert engines.fetch(toy_root) is True
    calls(toy_root)
    assert engines.fetch(toy_root) is True
    assert calls(toy_root) == []


# --- what set-up does, and does not do again ---------------------------------------------


@pytest.fixture
def toy_root(tmp_path, monkeypatch):
    """A root whose Python and npm only write down how they were called."""
    for name in ("requirements.txt", "requirements-node.txt", "package.json", "package-lock.json"):
        (tmp_path / name).write_text(f"{name}==1\n")
    (tmp_path / "setup").mkdir()
    (tmp_path / "setup/vendor.py").write_text("")
    (tmp_path / ".setup").mkdir()
    (tmp_path / ".venv/lib/python3.11/site-packages/pip").mkdir(parents=True)
    (tmp_path / ".venv/bin").mkdir()
    for name in ("python", "npm"):
        program = tmp_path / ".venv/bin" / name
        program.write_text(
            f'#!/bin/sh\necho "{name} $*" >> {tmp_path}/calls\n'
            f'if test -e {tmp_path}/broken; then echo "no network"; exit 1; fi\n'
        )
        program.chmod(0o755)
    monkeypatch.setenv("PATH", "/nowhere")
    return tmp_path


def calls(root: Path) -> list[str]:
    path = root / "calls"
    lines = path.read_text().splitlines() if path.exists() else []
    path.write_text("")
    return lines


def install(root: Path) -> None:
    environment.install(root, requirements="requirements.txt", english="", chinese="")


def test_packages_are_installed_once_and_again_when_a_version_changes(toy_root):
    install(toy_root)
    assert [line for line in calls(toy_root) if "-m pip install" in line]
    install(toy_root)
    assert calls(toy_root) == []
    (toy_root / "requirements.txt").write_text("requirements.txt==2\n")
    install(toy_root)
    assert len(calls(toy_root)) == 1


def test_a_failed_install_says_why_and_is_tried_again(toy_root):
    (toy_root / "broken").touch()
    with pytest.raises(stamps.SetupError, match=r"(?s)no network.*requirements\.txt.*make again"):
        install(toy_root)
    (toy_root / "broken").unlink()
    calls(toy_root)
    install(toy_root)
    assert len(calls(toy_root)) == 1


def test_without_npm_on_the_machine_one_is_installed_and_used(toy_root):
    npm, paths = vendor.find_npm(toy_root)
    assert npm == str(toy_root / ".venv/bin/npm")
    assert paths.split(":")[0] == str(toy_root / ".venv/bin")
    assert "requirements-node.txt" in calls(toy_root)[0]


def test_an_npm_that_fails_says_what_to_do(toy_root):
    vendor.find_npm(toy_root)
    (toy_root / "broken").touch()
    with pytest.raises(stamps.SetupError, match=r"(?s)no network.*npm config get registry"):
        vendor.fetch(toy_root)
    assert not stamps.is_done(toy_root, "vendor.done", "")


def test_a_moved_tree_and_a_changed_file_change_the_digest(toy_root):
    before = stamps.digest(toy_root, "requirements.txt")
    (toy_root / "requirements.txt").write_text("requirements.txt==3\n")
    assert stamps.digest(toy_root, "requirements.txt") != before
    moved = toy_root.with_name(toy_root.name + "-moved")
    toy_root.rename(moved)
    (moved / "requirements.txt").write_text("requirements.txt==1\n")
    assert stamps.digest(moved, "requirements.txt") != before


def test_missing_debian_packages_that_may_not_be_installed_are_named(monkeypatch):
    monkeypatch.setattr(debian.shutil, "which", lambda _: None)
    monkeypatch.setattr(debian, "FONTS", ())
    monkeypatch.setattr(debian.ctypes, "CDLL", Mock(side_effect=OSError))
    monkeypatch.setattr(debian, "administrator", lambda: None)
    with pytest.raises(stamps.SetupError) as caught:
        debian.install_for_browser()
    assert "sudo apt-get install chromium fonts-noto-cjk libatomic1" in str(caught.value)
    assert "XINGHUO_SKIP_BROWSER=yes make test" in str(caught.value)


def test_a_font_that_may_not_be_installed_is_named_and_keeps_nothing_else(monkeypatch, capsys):
    monkeypatch.setattr(debian, "install", Mock(side_effect=AssertionError))
    debian.install_font()  # it is there
    monkeypatch.undo()
    monkeypatch.setattr(debian, "FONTS", ())
    monkeypatch.setattr(debian, "administrator", lambda: None)
    debian.install_font()
    assert "sudo apt-get install fonts-noto-cjk" in capsys.readouterr().err


def test_a_missing_postgresql_that_may_not_be_installed_is_named(monkeypatch):
    monkeypatch.setattr(debian, "postgres_programs", lambda: None)
    monkeypatch.setattr(debian, "administrator", lambda: None)
    with pytest.raises(stamps.SetupError) as caught:
        debian.install_for_postgres()
    assert "sudo apt-get install postgresql-common postgresql-15" in str(caught.value)
    assert "XINGHUO_SKIP_POSTGRES=yes make test" in str(caught.value)


def test_postgresql_that_is_there_is_not_installed_again(monkeypatch):
    monkeypatch.setattr(debian, "install", Mock(side_effect=AssertionError))
    assert debian.postgres_programs() is not None
    debian.install_for_postgres()
    for name in ("initdb", "postgres", "pg_isready"):
        assert os.access(debian.postgres_programs() / name, os.X_OK)


@pytest.mark.parametrize("there", [False, True])
def test_debian_makes_no_cluster_while_postgresql_is_installed(tmp_path, monkeypatch, there):
    options = tmp_path / "etc" / "postgresql-common" / "createcluster.d" / "xinghuo.conf"
    if there:
        options.parent.mkdir(parents=True)
        (options.parent / "own.conf").write_text("ssl = off\n")
    seen = []

    def install(packages, *, otherwise):
        assert "XINGHUO_SKIP_POSTGRES" in otherwise
        options.parent.parent.joinpath("createcluster.conf").write_text("Debian's own")
        seen.append((packages, options.read_text()))

    monkeypatch.setattr(debian, "POSTGRES_OPTIONS", options)
    monkeypatch.setattr(debian, "postgres_programs", lambda: None)
    monkeypatch.setattr(debian, "administrator", list)
    monkeypatch.setattr(debian, "install", install)
    debian.install_for_postgres()
    off = "create_main_cluster = false\n"
    # the shared part first, for it reads the option when the other is configured
    assert seen == [(["postgresql-common"], off), (["postgresql-15"], off)]
    assert not options.exists()
    assert options.parent.exists() == there
    assert options.parent.parent.joinpath("createcluster.conf").exists()
    install_fails = Mock(side_effect=stamps.SetupError("no network"))
    monkeypatch.setattr(debian, "install", install_fails)
    with pytest.raises(stamps.SetupError):
        debian.install_for_postgres()
    assert not options.exists()


def test_the_option_is_one_that_debians_tools_read(tmp_path):
    tool, template = shutil.which("pg_conftool"), Path("/usr/share/postgresql-common")
    if tool is None or not (template / "createcluster.conf").exists():
        return  # PostgreSQL is not Debian's here
    (tmp_path / "createcluster.d").mkdir()
    text = (template / "createcluster.conf").read_text()
    (tmp_path / "createcluster.conf").write_text(
        text.replace(str(debian.POSTGRES_OPTIONS.parents[1]), str(tmp_path))
    )
    shown = [tool, tmp_path / "createcluster.conf", "show", "-bs", "create_main_cluster"]
    assert subprocess.run(shown, capture_output=True, text=True).stdout.strip() != "off"
    (tmp_path / "createcluster.d" / debian.POSTGRES_OPTIONS.name).write_text(
        "create_main_cluster = false\n"
    )
    assert subprocess.run(shown, capture_output=True, text=True).stdout.strip() == "off"


def test_tests_on_postgresql_are_left_out_only_on_request_and_loudly(monkeypatch, capsys, tmp_path):
    from setup import __main__ as program

    for name in ("make", "install"):
        monkeypatch.setattr(environment, name, Mock())
    monkeypatch.setattr(vendor, "fetch", Mock())
    monkeypatch.setattr(debian, "install_font", Mock())
    monkeypatch.setattr(engines, "fetch", Mock())
    monkeypatch.setattr(debian, "install_for_browser", Mock())
    monkeypatch.setattr(debian, "install_for_postgres", wanted := Mock())
    monkeypatch.delenv(debian.SKIP_POSTGRES, raising=False)
    program.prepare(tmp_path, purpose="run")
    assert not wanted.called
    program.prepare(tmp_path, purpose="test")
    assert wanted.call_count == 1
    assert "!!!" not in capsys.readouterr().err
    monkeypatch.setenv(debian.SKIP_POSTGRES, "yes")
    program.prepare(tmp_path, purpose="test")
    assert wanted.call_count == 1
    assert "!!! XINGHUO_SKIP_POSTGRES=yes" in capsys.readouterr().err


def dry_run(target: str, **variables: str) -> str:
    done = subprocess.run(
        ["make", "-n", target, *(f"{name}={value}" for name, value in variables.items())],
        cwd=ROOT, capture_output=True, text=True, check=True,
        env={"PATH": os.environ["PATH"], "PYTHON": sys.executable},
    )  # fmt: skip
    return done.stdout


def test_browser_tests_are_left_out_only_on_request_and_loudly():
    assert "-m browser" in dry_run("test") and '-m "not browser"' in dry_run("test")
    skipped = dry_run("test", XINGHUO_SKIP_BROWSER="yes")
    assert "-m browser" not in skipped and '-m "not browser"' in skipped
    assert "!!! XINGHUO_SKIP_BROWSER" in skipped


def test_make_has_its_targets_and_ci_runs_the_tests():
    shown = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    for target in ("run", "test", "check", "bench", "soak", "format", "clean", "help"):
        assert f"make {target} " in shown.stdout
    script = ROOT / ".ci/run"
    assert os.access(script, os.X_OK)
    assert "set -euo pipefail" in script.read_text() and "make test" in script.read_text()


# --- what is served ----------------------------------------------------------------------


def test_the_configuration_sends_nothing_abroad_and_has_no_unknown_option():
    from streamlit import config

    with (ROOT / ".streamlit/config.toml").open("rb") as file:
        options = tomllib.load(file)
    assert options["browser"] == {"gatherUsageStats": False, "serverAddress": "127.0.0.1"}
    assert options["client"]["showErrorLinks"] is False
    assert options["client"]["showErrorDetails"] == "none"
    assert options["client"]["allowedOrigins"] == []
    assert options["server"]["address"] == "127.0.0.1"
    assert options["server"]["enableAgentApi"] is False
    assert options["server"]["enableStaticServing"] is True
    named = {f"{section}.{name}" for section, table in options.items() for name in table}
    assert named <= set(config._config_options_template)


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """Serve the app on a free port; give a function that asks for a path."""
    port = free_port()
    log = tmp_path_factory.mktemp("served") / "log"
    with log.open("w") as file:
        server = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", ROOT / "serve.py",
             "--server.port", str(port)],
            cwd=ROOT, stdout=file, stderr=file,
        )  # fmt: skip

    def ask(path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        try:
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            known = {name.lower(): value for name, value in answer.getheaders()}
            return answer.status, known, answer.read()
        finally:
            connection.close()

    ask.log = log
    ask.port = port
    try:
        for _ in range(200):
            try:
                ask("/healthz")
                break
            except OSError:
                assert server.poll() is None, log.read_text()
                time.sleep(0.1)
        yield ask
    finally:
        server.terminate()
        server.wait(timeout=20)


def test_the_health_route_answers(served):
    status, headers, body = served("/healthz")
    assert (status, json.loads(body)) == (200, {"status": "ok"})
    assert headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["/", "/coverage", "/no-such-page"])
@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_the_first_page_is_chinese_and_asks_nobody_else(served, path, encoding):
    status, headers, body = served(path, **{"Accept-Encoding": encoding})
    page = body.decode()
    assert status == 200 and int(headers["content-length"]) == len(body)
    assert '<html lang="zh-CN">' in page and "<title>泰山星火科普云地图</title>" in page
    assert "需要 JavaScript" in page and "正在打开" in page
    assert "Streamlit</title>" not in page and "You need to enable" not in page
    assert "://" not in page and "service-desc" not in page and 'as="font"' not in page
    assert 'type="module"' in page and "etag" not in headers


def test_scripts_travel_packed_and_are_the_same_scripts(served):
    _, _, page = served("/")
    path = re.search(r'src="\./(static/js/index[^"]+)"', page.decode())[1]
    status, plain, body = served(f"/{path}")
    assert status == 200 and "content-encoding" not in plain
    for _ in range(2):  # packed at the first, held for the second
        status, headers, packed = served(f"/{path}", **{"Accept-Encoding": "gzip, br"})
        assert status == 200 and headers["content-encoding"] == "gzip"
        assert int(headers["content-length"]) == len(packed) < len(body) / 2
        assert gzip.decompress(packed) == body and headers["vary"] == "Accept-Encoding"
        assert headers["content-type"] == plain["content-type"]
        assert headers["cache-control"] == plain["cache-control"]
        assert headers["etag"] == "W/" + plain["etag"]
        assert "content-security-policy" in headers
    status, part, body_part = served(
        f"/{path}", **{"Accept-Encoding": "gzip", "Range": "bytes=0-9"}
    )
    assert "content-encoding" not in part and body.startswith(body_part)


def test_our_page_script_comes_with_its_words(served):
    _, _, body = served("/")
    tag = re.search(
        r'<script defer src="\.(/app/static/page\.js\?v=\w+)" data-words="([^"]+)">', body.decode()
    )
    words = json.loads(html.unescape(tag[2]))
    status, headers, script = served(tag[1])
    assert status == 200 and "immutable" in headers["cache-control"]
    source = script.decode()
    assert source == (ROOT / "static/page.js").read_text(encoding="utf-8")
    table = re.search(r"const NAMES = \{(.*?)\};", source, re.DOTALL)[1]
    used = set(re.findall(r"\bwords\.([a-z_]+)", source)) | set(re.findall(r': "([a-z_]+)"', table))
    assert used == set(words["zh"]) == set(words["en"])


def test_the_security_policy_names_no_foreign_host(served):
    for path in ("/", "/healthz", "/app/static/vendor/leaflet/leaflet.js", "/_stcore/health"):
        _, headers, _ = served(path)
        policy = headers["content-security-policy"]
        host = f"127.0.0.1:{served.port}"
        rest = policy.replace(f"ws://{host}", "").replace(f"wss://{host}", "")
        assert "://" not in rest and not re.search(r"\w\.\w|\*", rest)
        assert "script-src-attr 'none'" in policy and "frame-ancestors 'self'" in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "strict-origin-when-cross-origin"


def test_a_hostile_host_header_does_not_get_into_the_policy(served):
    _, headers, _ = served("/", Host="evil.example; script-src *")
    assert "evil" not in headers.get("content-security-policy", "")


def test_vendored_files_live_long_only_under_their_version(served):
    _, plain, _ = served("/app/static/vendor/leaflet/leaflet.js")
    status, versioned, body = served("/app/static/vendor/leaflet/leaflet.js?v=0123456789ab")
    assert status == 200 and body == (ROOT / "static/vendor/leaflet/leaflet.js").read_bytes()
    assert versioned["content-type"].startswith(("application/javascript", "text/javascript"))
    assert "immutable" in versioned["cache-control"]
    assert "immutable" not in plain.get("cache-control", "")
    _, absent, _ = served("/app/static/vendor/leaflet/none.js?v=0123456789ab")
    assert "immutable" not in absent.get("cache-control", "")


def test_a_foreign_page_gets_no_web_socket_and_nobody_abroad_is_asked(served):
    handshake = {
        "Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==", "Origin": "http://elsewhere.example",
    }  # fmt: skip
    status, _, _ = served("/_stcore/stream", **handshake)
    assert status == 403
    assert "disallowed Origin" in served.log.read_text()
    assert "external IP" not in served.log.read_text()
