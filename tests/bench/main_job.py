"""Speed and memory of the main job: `python -m tests.bench.main_job [--keep DIR]` prints a table.

Nothing here is asserted: machines are noisy. Compare rows of one run, quote ratios.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

POLL_SECONDS = 0.05


@dataclass(frozen=True)
class Measure:
    """Wall seconds and peak resident memory (MiB) of a process with its children."""

    name: str
    seconds: float
    peak_mib: float
    exit_code: int
    output: str


def _resident(process: psutil.Process) -> int:
    total = 0
    for one in [process, *process.children(recursive=True)]:
        try:
            total += one.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total


def measure(name: str, words: Sequence[str]) -> Measure:
    """Run `python words…` and watch its process tree."""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as output:
        began = time.perf_counter()
        child = subprocess.Popen([sys.executable, *words], stdout=output, stderr=output)
        watched, peak = psutil.Process(child.pid), 0
        while child.poll() is None:
            try:
                peak = max(peak, _resident(watched))
            except psutil.NoSuchProcess:
                break
            time.sleep(POLL_SECONDS)
        code = child.wait()
        seconds = time.perf_counter() - began
        output.seek(0)
        return Measure(name, seconds, peak / 2**20, code, output.read())


def _database_measures(folder: Path, rows_500: Path) -> list[Measure]:
    envoy = ["-m", "envoy_app"]
    database = str(folder / "envoy.db")
    fresh = str(folder / "bench-import.db")
    return [
        measure("import 500 rows, new database", [*envoy, "import", str(rows_500), "--db", fresh]),
        measure("import 500 rows again", [*envoy, "import", str(rows_500), "--db", fresh]),
        *(
            measure(
                f"print {doc}",
                [*envoy, "print", "--db", database, "--doc", doc, "-o", str(folder / f"{doc}.pdf")],
            )
            for doc in ("county-schedule", "coverage-matrix")
        ),
        measure("window start", ["-m", "tests.bench.window_start", database]),
    ]


def _print_table(measures: Sequence[Measure]) -> None:
    print(f"{'what':34} {'seconds':>8} {'peak MiB':>9} {'exit':>5}")
    for item in measures:
        print(f"{item.name:34} {item.seconds:8.2f} {item.peak_mib:9.0f} {item.exit_code:5}")
        if item.name == "window start" or item.exit_code not in (0, 1):
            print("    " + item.output.strip().replace("\n", "\n    "))


def main() -> None:
    """Measure the demo, then its steps on the demo's database."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", type=Path, help="an empty folder to work in and keep")
    arguments = parser.parse_args()
    rows_500 = Path(__file__).parents[1] / "io" / "data" / "01-clean-template-12.xlsx"
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.keep or Path(temporary)
        demo = measure("demo, all of it", ["-m", "envoy_app", "demo", str(folder)])
        _print_table([demo, *_database_measures(folder, rows_500)])


if __name__ == "__main__":
    main()
