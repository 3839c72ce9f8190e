"""Commands on a database: demo, plan, print; how commands open it."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from envoy_app.cli.problems import stop_on_interrupt
from envoy_app.cli.terminal import DONE, NEEDS_ATTENTION, print_json, say
from envoy_app.domain.coverage import CoverageState
from envoy_app.domain.errors import EnvironmentProblem, InputError
from envoy_app.domain.plans import PlanView
from envoy_app.services.planning import PlanProgress, PlanRequest
from envoy_app.services.workspace import Workspace, default_database, open_workspace


@contextmanager
def writable(path: Path | None) -> Iterator[Workspace]:
    """Open the database, made where there is none."""
    workspace = open_workspace(path)
    try:
        yield workspace
    finally:
        workspace.close()


@contextmanager
def existing(path: Path | None) -> Iterator[Workspace]:
    """Open a database that must be there: a name mistyped must not make an empty one."""
    where = path or default_database()
    if not where.exists():
        raise InputError(
            f"找不到数据库“{where}”，请检查 --db 的路径，或先用 envoy import 导入名册。"
        )
    with writable(where) as workspace:
        yield workspace


@contextmanager
def for_reading(path: Path | None) -> Iterator[Workspace]:
    """Open the database, or where there is none yet a passing one: reading makes no files."""
    where = path or default_database()
    if where.exists():
        with writable(where) as workspace:
            yield workspace
        return
    with (
        TemporaryDirectory(prefix="envoy-") as folder,
        writable(Path(folder) / "a.db") as scratch,
    ):
        yield scratch


def demo(arguments: argparse.Namespace) -> int:
    """Build the sample metro in a folder, plan it and print it."""
    from envoy_app.services.demo import run_demo

    outcome = run_demo(arguments.folder, arguments.seed, say, arguments.time_limit)
    return outcome.exit_code


def _tell_progress(progress: PlanProgress) -> None:
    if progress.score is not None and progress.covered is not None:
        say(
            f"{progress.seconds:6.1f} 秒  {progress.phase}  已覆盖 {progress.covered}/"
            f"{progress.counties} 县  已排 {progress.held}/{progress.visits} 项"
        )


def plan(arguments: argparse.Namespace) -> int:
    """Plan a range of days; exit 1 where a county is not fully covered."""
    request = PlanRequest(
        start=arguments.start,
        end=arguments.end,
        name=arguments.name,
        time_limit=arguments.time_limit,
    )
    with existing(arguments.db) as workspace, stop_on_interrupt() as stopped:
        if not arguments.json:
            _tell_shortages(workspace, request, stopped)
        view = workspace.planning.run(request, _tell_progress, stopped)
        names = {county.code: county.name for county in workspace.reference.gazetteer().counties}
    if arguments.json:
        print_json(_plan_json(view, names))
    return _tell_plan(view, names)


def _tell_shortages(
    workspace: Workspace, request: PlanRequest, stopped: Callable[[], bool]
) -> None:
    """Say what no plan will cure, a line each; planning goes on whatever becomes of it."""
    try:
        found = workspace.planning.preflight(request, stopped)
    except EnvironmentProblem as problem:
        say(str(problem))
        return
    for shortage in found:
        say(f"必然的缺口：{shortage.text}")


def _plan_json(view: PlanView, names: dict[str, str]) -> dict[str, object]:
    info = view.info
    tiers = ("coverage", "unscheduled", "disruption", "cost")
    return {
        "plan": info.id,
        "name": info.name,
        "version": info.version_no,
        "status": info.status,
        "from": info.start.isoformat(),
        "to": info.end.isoformat(),
        "score": {tier: getattr(info.score, tier) for tier in tiers},
        "bounds": {tier: getattr(info.bounds, tier) for tier in tiers},
        "counties": [
            {
                "county": item.county,
                "name": names[item.county],
                "state": item.state.value,
                "visits": item.visits_held,
                "shortfall": item.shortfall,
                "reasons": list(item.reasons),
            }
            for item in view.coverage
        ],
        "unscheduled": [
            {"visit": visit.id, "county": visit.county, "reasons": list(visit.reasons)}
            for visit in view.unscheduled
        ],
    }


def _tell_plan(view: PlanView, names: dict[str, str]) -> int:
    covered = f"已覆盖 {view.covered_counties}/{len(view.coverage)} 县"
    held = f"已排 {len(view.held)}/{len(view.visits)} 项"
    say(f"{view.info.title}（编号 {view.info.id}）：{covered}，{held}")
    short = [item for item in view.coverage if item.shortfall]
    for item in short:
        say(f"  {names[item.county]}：差 {item.shortfall} 次。{''.join(item.reasons)}")
    all_covered = all(
        item.state in (CoverageState.COVERED, CoverageState.NONE) for item in view.coverage
    )
    return DONE if all_covered else NEEDS_ATTENTION


def print_document(arguments: argparse.Namespace) -> int:
    """Print a document of a plan into a PDF."""
    with existing(arguments.db) as workspace:
        path = workspace.printing.render(
            arguments.doc, arguments.output, plan_id=arguments.plan, counties=arguments.county
        )
        workspace.printing.document_made(arguments.plan)
        say(f"已写好“{path}”，共 {workspace.printing.page_count(path)} 页。")
    return DONE
