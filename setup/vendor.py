"""Map scripts and styles: from `package-lock.json` by npm into `static/vendor/`."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from setup import environment
from setup.stamps import SetupError, digest, is_done, mark_done, say

# in static/vendor/ -> in node_modules/. Licences travel with the files.
FILES: dict[str, str] = {
    "jquery/jquery.min.js": "jquery/dist/jquery.min.js",
    "jquery/LICENSE.txt": "jquery/LICENSE.txt",
    "leaflet/leaflet.js": "leaflet/dist/leaflet.js",
    "leaflet/leaflet.css": "leaflet/dist/leaflet.css",
    "leaflet/images/layers.png": "leaflet/dist/images/layers.png",
    "leaflet/images/layers-2x.png": "leaflet/dist/images/layers-2x.png",
    "leaflet/images/marker-icon.png": "leaflet/dist/images/marker-icon.png",
    "leaflet/images/marker-icon-2x.png": "leaflet/dist/images/marker-icon-2x.png",
    "leaflet/images/marker-shadow.png": "leaflet/dist/images/marker-shadow.png",
    "leaflet/LICENSE": "leaflet/LICENSE",
    "leaflet.markercluster/leaflet.markercluster.js": (
        "leaflet.markercluster/dist/leaflet.markercluster.js"
    ),
    "leaflet.markercluster/MarkerCluster.css": "leaflet.markercluster/dist/MarkerCluster.css",
    "leaflet.markercluster/MarkerCluster.Default.css": (
        "leaflet.markercluster/dist/MarkerCluster.Default.css"
    ),
    "leaflet.markercluster/MIT-LICENCE.txt": "leaflet.markercluster/MIT-LICENCE.txt",
}


def fetch(root: Path) -> None:
    """Fill `static/vendor/` as `package-lock.json` says, if not yet done."""
    step = "vendor.done"
    wanted = digest(root, "package.json", "package-lock.json", "setup/vendor.py")
    folder = root / "static" / "vendor"
    if is_done(root, step, wanted) and not missing(folder):
        return
    npm, paths = find_npm(root)
    say("Fetching the map scripts into static/vendor", "取得地图脚本")
    done = subprocess.run(
        [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
        cwd=root, env=os.environ | {"PATH": paths},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise SetupError(
            f"{done.stdout.strip()}\nnpm could not fetch the map scripts. Check the network and "
            "npm's registry (npm config get registry), then run make again.\n"
            "（地图脚本没有取到：请检查网络和 npm 源设置，再重新 make。）"
        )
    fill(folder, modules=root / "node_modules")
    mark_done(root, step, wanted)


def find_npm(root: Path) -> tuple[str, str]:
    """Return npm and the PATH it needs: the machine's, else one installed into `.venv`."""
    paths = os.environ.get("PATH", os.defpath)
    npm = shutil.which("npm")
    if npm and shutil.which("node"):
        return npm, paths
    environment.install(
        root,
        requirements="requirements-node.txt",
        english="No npm on this machine; installing one into .venv",
        chinese="本机没有 npm，装入 .venv",
    )
    folder = root / ".venv" / "bin"
    return str(folder / "npm"), f"{folder}{os.pathsep}{paths}"


def missing(folder: Path) -> list[str]:
    """Return the names of `FILES` that `folder` lacks or holds empty."""
    return [
        name
        for name in FILES
        if not (folder / name).is_file() or not (folder / name).stat().st_size
    ]


def fill(folder: Path, *, modules: Path) -> None:
    """
    Put every file of `FILES` from `modules` into `folder`, all or none.

    A server that is running meanwhile sees the old folder or the new one.

    Raises
    ------
    FileNotFoundError
        If a package no longer has one of the files.
    """
    fresh = folder.with_name(folder.name + ".new")
    stale = folder.with_name(folder.name + ".old")
    for leftover in (fresh, stale):
        shutil.rmtree(leftover, ignore_errors=True)
    for name, source in FILES.items():
        target = fresh / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(without_source_map((modules / source).read_bytes()))
    if folder.exists():
        folder.rename(stale)
    fresh.rename(folder)
    shutil.rmtree(stale, ignore_errors=True)


def without_source_map(content: bytes) -> bytes:
    """Drop the last line's pointer to a source map, which is not shipped and would be a 404."""
    head, mark, tail = content.rpartition(b"//# sourceMappingURL=")
    return head.rstrip() + b"\n" if mark and b"\n" not in tail.strip() else content
