"""`envoy demo`: the sample metro from workbooks to paper, without a window."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from envoy_app.domain.coverage import CountyCoverage, CoverageState
from envoy_app.domain.errors import InputError
from envoy_app.domain.geography import Gazetteer
from envoy_app.domain.plans import PlanView
from envoy_app.domain.vocabulary import Vocabulary
from envoy_app.services.planning import PlanRequest
from envoy_app.services.printing import DOCUMENTS
from envoy_app.services.sample import SampleService
from envoy_app.services.workspace import Workspace, open_workspace

DATABASE = "envoy.db"
WORKBOOK = "排班方案.xlsx"
SHOWN_COUNTIES = 5

Report = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class DemoOutcome:
    """What the demo left in its folder; exit code 1 where a county is not fully covered."""

    exit_code: int
    database: Path
    workbooks: tuple[Path, ...]
    documents: tuple[Path, ...]
    view: PlanView


def run_demo(
    folder: Path,
    seed: int,
    report: Report,
    time_limit: float = 45,
    *,
    today: date | None = None,
) -> DemoOutcome:
    """Make the sample, import it, plan the next full month, print and export.

    Args:
        folder: gets database, workbooks and PDFs; made where missing.
        seed: of the people, the demands and the solver.
        report: is given ten lines for people, in Chinese.
        time_limit: seconds for the solver.
        today: the month after this day is planned; the computer's day where None.

    Raises:
        InputError: the folder holds a database already, or cannot be written.
        EnvironmentProblem: no Chinese font, or a folder no database may be in.
    """
    path = folder / DATABASE
    if path.exists():
        raise InputError(f"“{folder}”里已有数据库 {DATABASE}，示例不会覆盖它，请换一个文件夹。")
    _make_folder(folder)
    workspace = open_workspace(path)
    try:
        return _Demo(workspace, folder, seed, report, today).run(time_limit)
    finally:
        workspace.close()


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"无法建立文件夹“{folder}”，请换一个位置。") from error


class _Demo:
    def __init__(
        self, workspace: Workspace, folder: Path, seed: int, report: Report, today: date | None
    ) -> None:
        self._workspace = workspace
        self._folder = folder
        self._seed = seed
        self._report = report
        self._sample = SampleService(workspace, today=lambda: today) if today else workspace.sample

    def run(self, time_limit: float) -> DemoOutcome:
        workbooks = self._load()
        view = self._plan(time_limit)
        self._tell_plan(view)
        documents = tuple(self._print(key, title, view) for key, title in DOCUMENTS.items())
        made = self._workspace.exports.plan_workbook(self._folder / WORKBOOK, plan_id=view.info.id)
        self._report(f"已导出“{made.name}”；全部文件在“{self._folder}”，都标有示例字样。")
        done = all(item.state in _DONE for item in view.coverage)
        return DemoOutcome(
            0 if done else 1, self._workspace.path, (*workbooks, made), documents, view
        )

    def _load(self) -> tuple[Path, Path]:
        files = self._sample.write_workbooks(self._folder, self._seed)
        self._report(
            f"已编写示例工作簿“{files.roster.name}”和“{files.demand.name}”（种子 {self._seed}）。"
        )
        counts = self._sample.load_workbooks(files, self._seed)
        self._report(
            f"已导入数据库“{DATABASE}”：特派员 {counts.envoys} 人（{counts.absent} 人部分日期"
            f"请假或上课），服务需求 {counts.demands} 条，全部受理，没有问题行。"
        )
        return files.roster, files.demand

    def _plan(self, time_limit: float) -> PlanView:
        month = self._sample.month
        name = f"{month.start.year}年{month.start.month}月下乡服务排班"
        self._report(f"正在排班：{name}，最多用 {time_limit:g} 秒……")
        request = PlanRequest(
            start=month.start, end=month.end, name=name, time_limit=time_limit, seed=self._seed
        )
        return self._workspace.planning.run(request)

    def _tell_plan(self, view: PlanView) -> None:
        reference = self._workspace.reference
        lines = plan_lines(view, reference.gazetteer(), reference.vocabulary())
        for line in lines:
            self._report(line)

    def _print(self, key: str, title: str, view: PlanView) -> Path:
        path = self._workspace.printing.render(
            key, self._folder / f"{title}.pdf", plan_id=view.info.id
        )
        self._workspace.printing.document_made(view.info.id)
        self._report(f"已打印“{path.name}”，共 {self._workspace.printing.page_count(path)} 页。")
        return path


_DONE = (CoverageState.COVERED, CoverageState.NONE)


def plan_lines(view: PlanView, gazetteer: Gazetteer, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Return four lines: what was held, how hard it is on people, coverage, what falls short."""
    people = view.effort
    states = Counter(item.state for item in view.coverage)
    covered = "、".join(
        f"{state.label} {states[state]}" for state in CoverageState if states[state]
    )
    short = [item for item in view.coverage if item.state not in _DONE]
    held = (
        f"排班完成，用时 {view.info.seconds:.0f} 秒：应排 {len(view.visits)} 次，已排 "
        f"{len(view.held)} 次，未排 {len(view.unscheduled)} 次。"
    )
    effort = (
        f"派出特派员 {people.people} 人，平均每人 {people.average_days:.1f} 天，行车共 "
        f"{view.info.cost.travel_minutes / 60:,.0f} 小时。"
    )
    counties = f"{len(view.coverage)} 个县（市、区）的覆盖情况：{covered}。"
    return held, effort, counties, _shortfalls(short, gazetteer, vocabulary)


def _shortfalls(
    short: Sequence[CountyCoverage], gazetteer: Gazetteer, vocabulary: Vocabulary
) -> str:
    if not short:
        return "没有未达标的县（市、区）。"
    ordered = sorted(short, key=lambda item: -item.shortfall)
    texts = [_shortfall(item, gazetteer, vocabulary) for item in ordered[:SHOWN_COUNTIES]]
    more = len(ordered) - SHOWN_COUNTIES
    rest = f"；另有 {more} 个县见“{DOCUMENTS['coverage-matrix']}”" if more > 0 else ""
    return f"未达标：{'；'.join(texts)}{rest}。"


def _shortfall(item: CountyCoverage, gazetteer: Gazetteer, vocabulary: Vocabulary) -> str:
    lines = [line for line in item.lines if line.shortfall]
    parts = "、".join(
        f"{'每月最低次数' if line.specialty is None else vocabulary.name(line.specialty)}"
        f"差 {line.shortfall} 次"
        for line in lines
    )
    reasons = "，".join(reason.rstrip("。") for reason in item.reasons[:1])
    return f"{gazetteer.by_code[item.county].name}{parts}" + (f"（{reasons}）" if reasons else "")
