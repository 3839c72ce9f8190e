"""Storage under faults, in figures: `python -m tests.bench.faults_table --kills 2000`.

    --kills N        kills in each phase (2,000)
    --cuts N         power cuts over all phases together (10,000), and N / 50 with weaker settings
    --writes N       failing writing calls in each phase; 0 for every one in every way
    --mutations N    damaged database files (1,000)
    --restores N     rounds of backup and restore (500)
    --only WHAT...   kills, cuts, writes, weaker, mutations, restores
    --phases NAME... only these phases; two processes can share the work so

Prints a table for each; ends with 1 where anything was lost, half-applied, corrupt, untold,
crashed, overwritten or left running. All of it takes about three hours on two cores.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic

from tests.faults.checking import WHOLE, Tally
from tests.faults.damage import HARMLESS, TOLD, full_database, mutations
from tests.faults.killing import adopt_orphans, kills
from tests.faults.limits import size_limits
from tests.faults.restores import restore_rounds
from tests.faults.rounds import failing_writes, power_cuts, weaker
from tests.faults.workloads import PHASES, Kit, make_kit

WEAKER = (("TRUNCATE", "NORMAL"), ("TRUNCATE", "OFF"), ("WAL", "NORMAL"), ("DELETE", "FULL"))
SAFE = (("TRUNCATE", "FULL"), ("WAL", "FULL"), ("DELETE", "EXTRA"))
GOOD = {WHOLE, TOLD, HARMLESS}

Rows = Iterator[tuple[str, Tally]]


def _phases(names: list[str], work: Callable[[str], Tally]) -> Rows:
    for name in names:
        yield name, work(name)


def _kills(kit: Kit, folder: Path, words: argparse.Namespace) -> Rows:
    adopt_orphans()
    return _phases(words.phases, lambda name: kills(kit, folder, name, words.kills))


def _cuts(kit: Kit, folder: Path, words: argparse.Namespace) -> Rows:
    count = -(-words.cuts // len(PHASES))
    yield from _phases(words.phases, lambda name: power_cuts(kit, folder, name, count, seed=3))
    for name in words.phases:
        found = power_cuts(kit, folder, name, max(10, count // 5), seed=4, twice=True)
        yield f"{name}, again while opening", found


def _writes(kit: Kit, folder: Path, words: argparse.Namespace) -> Rows:
    count = words.writes or None
    yield from _phases(words.phases, lambda name: failing_writes(kit, folder, name, count))
    if "import" in words.phases:
        step = 4096 if not words.writes else 460_000 // words.writes + 1
        yield "any size of file", size_limits(kit, folder, range(0, 460_000, step))


def _weaker(kit: Kit, folder: Path, words: argparse.Namespace) -> Rows:
    for mode, synchronous in (*SAFE, *WEAKER):
        with weaker(mode, synchronous):
            yield (
                f"{mode}, {synchronous}",
                power_cuts(kit, folder, "save", max(50, words.cuts // 50)),
            )


def _mutations(kit: Kit, folder: Path, words: argparse.Namespace) -> Rows:
    content = full_database(kit, folder / "full")
    yield from mutations(content, folder / "damaged", words.mutations).items()


def _restores(kit: Kit, folder: Path, words: argparse.Namespace) -> Rows:
    yield "backup, changes, restore", restore_rounds(kit, folder, words.restores)


TABLES = {
    "kills": _kills,
    "cuts": _cuts,
    "writes": _writes,
    "weaker": _weaker,
    "mutations": _mutations,
    "restores": _restores,
}


def _show(title: str, rows: Rows) -> bool:
    """Print a table as it comes; return whether all in it is good."""
    good, started = True, monotonic()
    print(f"\n| {title} | rounds | outcome | seconds |\n|---|---|---|---|", flush=True)
    for name, tally in rows:
        outcome = ", ".join(f"{count:,} {word}" for word, count in sorted(tally.counts.items()))
        print(f"| {name} | {tally.total:,} | {outcome} | {monotonic() - started:.0f} |", flush=True)
        for word in tally.wrong if title != "weaker" else ():
            print(f"  {word}", file=sys.stderr)
        good = good and tally.counts.keys() <= GOOD
        started = monotonic()
    return good


def main() -> int:
    """Print the tables that were asked for; return 1 where something came out wrong."""
    parser = argparse.ArgumentParser(description="Storage under faults, in figures.")
    parser.add_argument("--kills", type=int, default=2000)
    parser.add_argument("--cuts", type=int, default=10_000)
    parser.add_argument("--writes", type=int, default=0)
    parser.add_argument("--mutations", type=int, default=1000)
    parser.add_argument("--restores", type=int, default=500)
    parser.add_argument("--phases", nargs="+", choices=PHASES, default=list(PHASES))
    parser.add_argument("--only", nargs="+", choices=TABLES, default=list(TABLES))
    words = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        kit = make_kit(Path(made) / "kit")
        found = {
            title: _show(title, TABLES[title](kit, Path(made) / title, words))
            for title in words.only
        }
    # Weaker settings are there to fail.
    return 0 if all(good for title, good in found.items() if title != "weaker") else 1


if __name__ == "__main__":
    sys.exit(main())
