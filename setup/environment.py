"""The Python environment `.venv`, filled from the pinned requirement files."""

from __future__ import annotations

import importlib
import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

from setup import debian
from setup.stamps import SetupError, digest, forget, is_done, mark_done, say

NEEDED_BYTES = 1_500_000_000


def python(root: Path) -> Path:
    """Return the path of the environment's Python."""
    return root / ".venv" / "bin" / "python"


def make(root: Path) -> None:
    """Make `.venv` if there is none that works here; an older one of another Python goes."""
    step, wanted = "venv.done", digest(root)
    if is_done(root, step, wanted) and python(root).exists():
        return
    forget(root)
    if shutil.disk_usage(root).free < NEEDED_BYTES:
        say("Little disk space: about 1.5 GB are needed", "磁盘空间可能不够：约需 1.5 GB")
    version = ".".join(map(str, sys.version_info[:3]))
    say(f"Making .venv with Python {version}", "建立 Python 环境")
    shutil.rmtree(root / ".venv", ignore_errors=True)
    if not can("ensurepip") and not can("pip"):
        debian.install(
            [f"python3.{sys.version_info.minor}-venv"],
            otherwise="and then make again.（本机 Python 缺少 venv：请先安装，再重新 make。）",
        )
    without = [] if can("ensurepip") else ["--without-pip"]
    done = subprocess.run(
        [sys.executable, "-m", "venv", *without, root / ".venv"],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise SetupError(f"{done.stdout.strip()}\nPython could not make .venv.（建立环境失败）")
    mark_done(root, step, wanted)


def can(module: str) -> bool:
    """Tell whether this Python has `module`; Debian's has neither pip nor ensurepip at first."""
    importlib.invalidate_caches()
    return importlib.util.find_spec(module) is not None


def pip(root: Path) -> list[str]:
    """Return the start of a command that runs pip on `.venv`, its own or the machine's."""
    own = list((root / ".venv" / "lib").glob("python*/site-packages/pip"))
    if own:
        return [str(python(root)), "-m", "pip"]
    return [sys.executable, "-m", "pip", "--python", str(python(root))]


def install(root: Path, *, requirements: str, english: str, chinese: str) -> None:
    """
    Install what the file `requirements` pins into `.venv`, if not yet done.

    The files list the whole resolved set, so pip need not look for anything else.

    Raises
    ------
    SetupError
        If pip fails; what it said is in the message.
    """
    step = f"{requirements}.done"
    wanted = digest(root, "requirements.txt", requirements)
    if is_done(root, step, wanted):
        return
    say(english, chinese)
    done = subprocess.run(
        [*pip(root), "install", "--quiet", "--no-input", "--no-deps",
         "--disable-pip-version-check", "--no-warn-script-location", "-r", root / requirements],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise SetupError(
            f"{done.stdout.strip()}\npip could not install {requirements}. "
            "Check the network and the package index (pip config list), then run make again.\n"
            "（依赖没有装上：请检查网络和 pip 源设置，再重新 make；已完成的步骤不会重做。）"
        )
    mark_done(root, step, wanted)
