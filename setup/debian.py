"""What set-up takes from Debian: Python's venv, a font; for the tests Chromium, PostgreSQL."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from setup.stamps import SetupError, say

SKIP = "XINGHUO_SKIP_BROWSER"
SKIP_POSTGRES = "XINGHUO_SKIP_POSTGRES"
POSTGRES = "postgresql-15"
POSTGRES_PROGRAMS = Path("/usr/lib/postgresql/15/bin")
# Where the tools that Debian shares between the versions of PostgreSQL are told what to do.
POSTGRES_OPTIONS = Path("/etc/postgresql-common/createcluster.d/xinghuo.conf")
FONT = "fonts-noto-cjk"
FONTS = (
    Path("/usr/share/fonts"), Path("/usr/local/share/fonts"),
    Path("~/.local/share/fonts").expanduser(), Path("~/.fonts").expanduser(),
)  # fmt: skip


def skip_browser() -> bool:
    """Tell whether the person asked for tests without a browser."""
    return os.environ.get(SKIP) == "yes"


def has_font() -> bool:
    """Tell whether there is the Chinese font that reports and maps are written with."""
    return any(next(folder.rglob("Noto*CJK*"), None) for folder in FONTS)


def install_font() -> None:
    """Install the Chinese font of the reports; where that cannot be, say so and go on."""
    if has_font():
        return
    say("Chinese font for the reports, about 60 MB", "报告用的中文字体，约 60 MB")
    try:
        install([FONT], otherwise="Everything else works without it.（其他功能不受影响。）")
    except SetupError as error:
        print(
            f"!!! {error}\n!!! Reports as DOCX and PDF need {FONT}"
            "（没有中文字体，生成不了 DOCX 和 PDF 报告）",
            file=sys.stderr,
        )


def missing_for_browser() -> list[str]:
    """Return the Debian packages that the browser tests still need."""
    packages = []
    if not shutil.which("chromium"):
        packages.append("chromium")
    if not has_font():
        packages.append(FONT)
    try:
        ctypes.CDLL("libatomic.so.1")  # Playwright's driver will not start without it
    except OSError:
        packages.append("libatomic1")
    return packages


def install_for_browser() -> None:
    """
    Install what the browser tests still need.

    Raises
    ------
    SetupError
        If something is missing and cannot be installed from here.
    """
    packages = missing_for_browser()
    if packages:
        say("Browser and Chinese font for the tests", "测试用的浏览器和中文字体")
        install(
            packages,
            otherwise=f"or leave the browser tests out:  {SKIP}=yes make test\n"
            "（浏览器测试缺少上述软件：请先安装，或用上面的变量跳过这部分测试。）",
        )


def skip_postgres() -> bool:
    """Tell whether the person asked for tests without PostgreSQL."""
    return os.environ.get(SKIP_POSTGRES) == "yes"


def postgres_programs() -> Path | None:
    """Return the folder of PostgreSQL's programs: Debian's, else those on the path."""
    if (POSTGRES_PROGRAMS / "initdb").exists():
        return POSTGRES_PROGRAMS
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found else None


def install_for_postgres() -> None:
    """
    Install the PostgreSQL that the tests start for themselves; no server is left running.

    Raises
    ------
    SetupError
        If it is missing and cannot be installed from here.
    """
    if postgres_programs():
        return
    say("PostgreSQL for the tests; no server is set up", "测试用的 PostgreSQL，不会建立服务")
    otherwise = (
        f"or leave these tests out:  {SKIP_POSTGRES}=yes make test\n"
        "（PostgreSQL 测试缺少上述软件：请先安装，或用上面的变量跳过这部分测试。）"
    )
    if administrator() is None:
        install(["postgresql-common", POSTGRES], otherwise=otherwise)  # raises, naming both
    # The shared part first: it reads what keeps the other from making and starting a cluster.
    with no_cluster():
        install(["postgresql-common"], otherwise=otherwise)
        install([POSTGRES], otherwise=otherwise)


@contextmanager
def no_cluster() -> Iterator[None]:
    """Keep Debian from making a cluster while this lasts; afterwards all is as it was."""
    before = administrator() or []
    folder = POSTGRES_OPTIONS.parent
    made = [path for path in (folder.parent, folder) if not path.exists()]

    def run(*order: str, given: str = "") -> None:
        done = subprocess.run([*before, *order], input=given, text=True, capture_output=True,
                              check=False)  # fmt: skip
        if done.returncode:
            raise SetupError(f"{done.stderr.strip()}\nCannot run {' '.join(order)}.")

    run("mkdir", "-p", str(folder))
    run("tee", str(POSTGRES_OPTIONS), given="create_main_cluster = false\n")
    try:
        yield
    finally:
        run("rm", "-f", str(POSTGRES_OPTIONS))
        for path in reversed(made):  # Debian's own files in it keep it
            subprocess.run([*before, "rmdir", "--ignore-fail-on-non-empty", str(path)],
                           check=False, capture_output=True)  # fmt: skip


def administrator() -> list[str] | None:
    """Return what goes before a command to run it as administrator; None if that cannot be."""
    if os.geteuid() == 0:
        return []
    if not shutil.which("sudo"):
        return None
    asked = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)
    return ["sudo", "-n"] if asked.returncode == 0 else None


def install(packages: list[str], *, otherwise: str) -> None:
    """
    Install Debian `packages` if this person may.

    Raises
    ------
    SetupError
        If not; the message names the packages, the command to run and what to do `otherwise`.
    """
    names = " ".join(packages)
    advice = f"Run:  sudo apt-get install {names}\n{otherwise}"
    before = administrator()
    if before is None or not shutil.which("apt-get"):
        raise SetupError(f"Missing: {names}; it may not be installed from here.\n{advice}")
    say(f"apt-get install {names}", "安装 Debian 软件包")
    quiet = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-o", "DPkg::Lock::Timeout=300"]
    for order in (["update", "-qq"], ["install", "-qq", "--no-install-recommends", "-y"]):
        done = subprocess.run(
            [*before, *quiet, *order, *(packages if order[0] == "install" else [])],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
        )  # fmt: skip
    if done.returncode:
        raise SetupError(f"{done.stdout.strip()}\napt-get could not install {names}.\n{advice}")
