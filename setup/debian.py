"""What set-up takes from Debian: Python's venv, and for the tests Chromium and a Chinese font."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
from pathlib import Path

from setup.stamps import SetupError, say

SKIP = "XINGHUO_SKIP_BROWSER"
FONTS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))


def skip_browser() -> bool:
    """Tell whether the person asked for tests without a browser."""
    return os.environ.get(SKIP) == "yes"


def missing_for_browser() -> list[str]:
    """Return the Debian packages that the browser tests still need."""
    packages = []
    if not shutil.which("chromium"):
        packages.append("chromium")
    if not any(next(folder.rglob("NotoSansCJK*"), None) for folder in FONTS):
        packages.append("fonts-noto-cjk")
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
