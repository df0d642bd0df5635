"""`python3 -m setup run|test`: do what is not yet done, and say so."""

from __future__ import annotations

import sys
from pathlib import Path

from setup import debian, engines, environment, vendor
from setup.stamps import SetupError, only_one

ROOT = Path(__file__).resolve().parents[1]
PURPOSES = ("run", "test")


def prepare(root: Path, *, purpose: str) -> None:
    """Set `root` up for running the service ("run") or also for its tests ("test")."""
    with only_one(root):
        environment.make(root)
        environment.install(
            root,
            requirements="requirements.txt",
            english="Installing the Python packages, about 700 MB",
            chinese="安装 Python 依赖，约 700 MB，首次需要几分钟",
        )
        vendor.fetch(root)
        debian.install_font()
        if purpose == "test":
            environment.install(
                root,
                requirements="requirements-dev.txt",
                english="Installing what the tests need",
                chinese="安装测试工具",
            )
            engines.fetch(root)
            if not debian.skip_browser():
                debian.install_for_browser()
            if not debian.skip_postgres():
                debian.install_for_postgres()
            else:
                print(
                    f"!!! {debian.SKIP_POSTGRES}=yes: THE TESTS ON POSTGRESQL ARE LEFT OUT"
                    "（没有运行 PostgreSQL 上的测试）",
                    file=sys.stderr,
                )


def main(arguments: list[str]) -> int:
    """Run the command; return the exit code."""
    if len(arguments) != 1 or arguments[0] not in PURPOSES:
        print(f"usage: python3 -m setup {'|'.join(PURPOSES)}", file=sys.stderr)
        return 2
    try:
        prepare(ROOT, purpose=arguments[0])
    except SetupError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
