"""The sample metro: 35 real counties with fictional people, for trying the program."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from envoy_app.domain.changes import Changes, Topic
from envoy_app.domain.demands import DemandState
from envoy_app.domain.errors import InputError
from envoy_app.domain.history import ChangeKind
from envoy_app.domain.imports import ImportKind, ImportReport
from envoy_app.domain.time import today
from envoy_app.io.atomic import write_atomically
from envoy_app.io.workbooks.sample_workbooks import write_demands, write_roster
from envoy_app.persistence.unit_of_work import UnitOfWork
from envoy_app.services.sample_demands import SampleDemand, make_demands
from envoy_app.services.sample_people import SamplePerson, make_absences, make_people, make_sharing
from envoy_app.services.sample_words import Month, Setting, next_month

if TYPE_CHECKING:
    from envoy_app.services.workspace import Workspace

ENVOYS = 520
ROSTER_FILE = "特派员名册(示例).xlsx"
DEMAND_FILE = "服务需求(示例).xlsx"
_TITLE = "科技特派员服务需求汇总表（示例）"
_FOOTNOTE = "注：期望时间可填具体日期、旬或月份；时长可填半天、1天、2天。本表内容均为虚构。"

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class SampleFiles:
    """The two workbooks of the sample."""

    roster: Path
    demand: Path


@dataclass(frozen=True, slots=True)
class SampleCounts:
    """What loading the sample brought."""

    envoys: int
    demands: int
    absent: int


class SampleService:
    """Writes the sample's workbooks and loads them as a user's own would be."""

    def __init__(self, workspace: Workspace, *, today: Callable[[], date] = today) -> None:
        """`today` decides the sample's month, the next whole one; replaced in tests."""
        self._workspace = workspace
        self._today = today

    @property
    def month(self) -> Month:
        """The month that the demands are for."""
        return next_month(self._today())

    def write_workbooks(self, folder: Path, seed: int = 1, envoys: int = ENVOYS) -> SampleFiles:
        """Write roster and demands into a folder; the same seed and month give the same cells.

        Raises:
            InputError: the folder cannot be written.
        """
        setting = self._setting()
        people = [_person_row(item) for item in make_people(setting, seed, envoys)]
        demands = make_demands(setting, seed, self.month)
        rows = [_demand_row(number, item) for number, item in enumerate(demands, 1)]
        today = self._today()
        subtitle = (
            "填报单位：成都都市圈科技特派员管理办公室（示例）    "
            f"填报日期：{today.year}年{today.month}月{today.day}日"
        )
        return SampleFiles(
            roster=write_atomically(folder / ROSTER_FILE, lambda path: write_roster(path, people)),
            demand=write_atomically(
                folder / DEMAND_FILE,
                lambda path: write_demands(path, _TITLE, subtitle, _FOOTNOTE, rows),
            ),
        )

    def load(self, seed: int = 1, on_progress: Progress = lambda text: None) -> Changes:
        """Fill an empty database with the sample.

        Args:
            seed: another seed gives other people.
            on_progress: is told in Chinese what is being done; what it raises stops the loading
                with nothing written.

        Raises:
            InputError: the database holds envoys already.
        """
        with TemporaryDirectory(prefix="envoy-sample-") as folder:
            on_progress("正在编写示例名册和服务需求")
            files = self.write_workbooks(Path(folder), seed)
            counts = self.load_workbooks(files, seed, on_progress)
        return Changes(
            frozenset({Topic.ROSTER, Topic.DEMANDS}),
            f"载入示例数据：特派员 {counts.envoys} 人、服务需求 {counts.demands} 条",
        )

    def load_workbooks(
        self, files: SampleFiles, seed: int = 1, on_progress: Progress = lambda text: None
    ) -> SampleCounts:
        """Import the sample's workbooks, accept the demands, set absences, mark all as sample.

        Whoever wants to stop raises from `on_progress`: it is not called once writing began.

        Raises:
            InputError: the database holds envoys already, or a workbook was changed so that the
                import finds fault with it.
        """
        if not self._workspace.is_empty:
            raise InputError("数据库里已有特派员，示例数据只能载入空的数据库，请另建一个数据库。")
        reports = []
        for path, kind in ((files.roster, ImportKind.ROSTER), (files.demand, ImportKind.DEMAND)):
            on_progress(f"正在读取“{path.name}”")
            reports.append(self._read(path, kind))
        on_progress("正在写入数据库")
        # One transaction: rows without the sample's mark must never be seen, not even after a
        # power cut.
        with self._workspace.context.uow() as uow:
            uow.describe("载入示例数据", ChangeKind.SAMPLE)
            for report in reports:
                self._workspace.imports.apply_within(uow, report)
            counts = self._mark(uow, seed)
            uow.commit()
        return counts

    def _setting(self) -> Setting:
        reference = self._workspace.reference
        return Setting(reference.gazetteer(), reference.vocabulary(), reference.standards())

    def _read(self, path: Path, kind: ImportKind) -> ImportReport:
        report = self._workspace.imports.read(path, kind)
        if report.problem_count:
            raise InputError(
                f"示例文件“{path.name}”有 {report.problem_count} 处问题，没有导入，请重新生成示例。"
            )
        return report

    def _mark(self, uow: UnitOfWork, seed: int) -> SampleCounts:
        """Set what the workbooks have no column for."""
        envoys, demands = uow.envoys.all(), uow.demands.all()
        absences = make_absences(envoys, self.month, seed)
        sharing = make_sharing(envoys, seed)
        uow.envoys.save_all(
            replace(
                envoy,
                sample=True,
                absences=absences.get(envoy.id, ()),
                sharing=sharing[envoy.id],
            )
            for envoy in envoys
        )
        uow.demands.save_all(
            replace(demand, sample=True, state=DemandState.ACCEPTED) for demand in demands
        )
        return SampleCounts(len(envoys), len(demands), len(absences))


def _person_row(person: SamplePerson) -> tuple[object, ...]:
    return (
        person.name, person.gender, person.birth, person.id_number, person.organisation,
        person.post, person.title, person.education, person.major, person.specialties,
        person.phone, person.base_county, person.team_county, person.team_role, person.remarks,
    )  # fmt: skip


def _demand_row(number: int, demand: SampleDemand) -> tuple[object, ...]:
    return (
        number, demand.county, demand.town, demand.site, demand.industry, demand.content,
        demand.mode, demand.headcount, demand.rank, demand.window, demand.duration,
        demand.contact, demand.phone, demand.urgency,
    )  # fmt: skip
