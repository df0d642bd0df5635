"""
What takes too long for `make test`: many writers, conflicting edits, kills, walks, bad inputs.

    python -m tests.soak [--parts writers,editors,kills,walks,fuzz,layers,tours] [--seconds 60] …

One line for each part and database; exit code 1 if anything is wrong anywhere.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import subprocess
import sys
import tempfile
import time
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path

from setup import debian
from tests import conftest

PARTS = ("writers", "editors", "kills", "walks", "fuzz", "layers", "tours")
DATABASES = ("sqlite", "postgresql")
ROOT = Path(__file__).resolve().parents[1]


def server() -> AbstractContextManager[str]:
    """Start a PostgreSQL server; give `user@host:port`."""
    programs = debian.postgres_programs()
    if programs is None:
        raise SystemExit(f"No PostgreSQL programs; apt-get install {debian.POSTGRES}")
    return conftest.running_postgres(programs, conftest._other_user())


def new_database(kind: str, folder: Path, address: str) -> str:
    """Return the URL of a database of this kind that holds nothing."""
    name = f"soak_{time.monotonic_ns()}"
    if kind == "sqlite":
        return f"sqlite:///{folder / name}.db"
    import psycopg

    with psycopg.connect(f"postgresql://{address}/postgres", autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
    return f"postgresql+psycopg://{address}/{name}"


def run_part(part: str, module: str, arguments: list[str]) -> bool:
    """Run one part in a process of its own, print its line, and say whether all was right."""
    start = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    lines = done.stdout.strip().splitlines()
    try:
        told = json.loads(lines[-1])
    except (IndexError, ValueError):
        told = {"said": "; ".join(lines)[:2000]}
    wrong = told.pop("wrong", []) or ([] if done.returncode == 0 else [done.stderr[-2000:]])
    figures = " · ".join(f"{name} {value}" for name, value in told.items())
    verdict = "ok" if done.returncode == 0 else "WRONG"
    print(f"{part}: {verdict} · {figures} ({time.monotonic() - start:.0f} s)", flush=True)
    for one in wrong[:20]:
        print(f"    {one}", flush=True)
    return done.returncode == 0


def main(arguments: list[str]) -> int:
    """Run the chosen parts on the chosen databases."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--parts", default=",".join(PARTS))
    parser.add_argument("--databases", default=",".join(DATABASES))
    parser.add_argument("--writers", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=60, help="of the writers")
    parser.add_argument("--editors", type=int, default=16)
    parser.add_argument("--edits", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=1000, help="on SQLite; of PostgreSQL a fifth")
    parser.add_argument("--walks", type=int, default=30, help="of 100 steps")
    parser.add_argument("--inputs", type=int, default=100_000, help="of the fuzz")
    parser.add_argument("--layers", type=int, default=5_000, help="bad boundary files")
    parser.add_argument(
        "--tours", type=int, default=100, help="days of each size, a fifth of those for changes"
    )
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    parts, databases = given.parts.split(","), given.databases.split(",")
    unknown = {*parts} - {*PARTS} | {*databases} - {*DATABASES}
    if unknown:
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    well = True
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="xinghuo-soak-")))
        asked = {"writers", "editors", "kills"} & {*parts} and "postgresql" in databases
        address = stack.enter_context(server()) if asked else ""
        for kind in databases:

            def run(part: str, module: str, *options: object, kind: str = kind) -> bool:
                url = new_database(kind, folder, address)
                return run_part(f"{part} {kind}", module, [url, *map(str, options)])

            if "writers" in parts:
                well &= run("writers", "tests.writers", "--writers", given.writers,
                            "--seconds", given.seconds)  # fmt: skip
            if "editors" in parts:
                well &= run("editors", "tests.writers", "--editors", given.editors,
                            "--edits", given.edits)  # fmt: skip
            if "kills" in parts:
                kills = given.kills if kind == "sqlite" else given.kills // 5
                well &= run("kills", "tests.kills", "--kills", kills, "--seed", given.seed)
        if "walks" in parts:
            options = ["--walks", str(given.walks), "--seed", str(given.seed)]
            well &= run_part("walks sqlite", "tests.walk", options)
        if "fuzz" in parts and importlib.util.find_spec("tests.fuzz"):
            options = ["--count", str(given.inputs), "--seed", str(given.seed)]
            well &= run_part("fuzz", "tests.fuzz", options)
        if "layers" in parts:
            options = ["--count", str(given.layers), "--seed", str(given.seed)]
            well &= run_part("layers", "tests.fuzz_layers", options)
        if "tours" in parts:
            options = ["--count", str(given.tours), "--seed", str(given.seed)]
            well &= run_part("tours", "tests.soak_tours", options)
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
