"""Opens a database and wires the services on it."""

from __future__ import annotations

from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

from envoy_app.domain.coverage import shipped_minimums, shipped_standards
from envoy_app.domain.errors import EnvironmentProblem
from envoy_app.domain.geography import shipped_gazetteer
from envoy_app.domain.vocabulary import shipped_vocabulary
from envoy_app.persistence.database import Database, check_place, open_database
from envoy_app.persistence.instance_lock import InstanceLock
from envoy_app.persistence.sqlite_file import ChangeWatch
from envoy_app.services.actor import system_user
from envoy_app.services.backups import BackupService
from envoy_app.services.context import ServiceContext
from envoy_app.services.demands import DemandService
from envoy_app.services.history import HistoryService
from envoy_app.services.reference import ReferenceService
from envoy_app.services.roster import RosterService

if TYPE_CHECKING:
    from envoy_app.services.absence_cases import AbsenceService
    from envoy_app.services.calendar import CalendarService
    from envoy_app.services.editing import EditingService
    from envoy_app.services.exports import ExportService
    from envoy_app.services.imports import ImportService
    from envoy_app.services.judging import JudgingService
    from envoy_app.services.overview import OverviewService
    from envoy_app.services.plan_comparing import ComparingService
    from envoy_app.services.planning import PlanningService
    from envoy_app.services.printing import PrintService
    from envoy_app.services.sample import SampleService
    from envoy_app.services.standards import StandardsService
    from envoy_app.services.teams import TeamService
    from envoy_app.services.todo import TodoService
    from envoy_app.services.whatif import WhatIfService

APPLICATION = "envoy-scheduling"


def default_database() -> Path:
    """Return where the database is when none is named: the user's data folder."""
    return Path(platformdirs.user_data_dir(APPLICATION, appauthor=False)) / "envoy.db"


def open_workspace(
    path: Path | None = None, *, actor: str | None = None, sole: bool = False
) -> Workspace:
    """Open the database at `path`, made and filled with reference data where absent.

    `actor` is who the rows say wrote them; the system's user name where None. With `sole` no
    other process may have the database open so: AlreadyOpen is raised where one has. Raises
    EnvironmentProblem or InputError as `open_database` does.
    """
    where = path or default_database()
    if path is None:
        _make_folder(where.parent)
    who = actor or system_user()
    with ExitStack() as opened:
        if sole:
            check_place(where)
            opened.enter_context(InstanceLock(where))
        database = open_database(where)
        opened.callback(database.close)
        _seed(database, who)
        return Workspace(database, who, opened.pop_all())


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EnvironmentProblem(
            f"无法建立数据文件夹“{folder}”，请检查权限，或用 --db 指定另一个位置。"
        ) from error


def _seed(database: Database, actor: str) -> None:
    """Fill a database that has no counties with the reference data the product ships."""
    with database.reading(actor) as uow:
        if uow.counties.count():
            return
    with database.writing(actor) as uow:
        if uow.counties.count():  # another process was faster
            return
        vocabulary = shipped_vocabulary()
        uow.counties.add(shipped_gazetteer().counties)
        uow.specialties.add(vocabulary.specialties)
        uow.ambiguous_terms.add(dict(vocabulary.ambiguous))
        uow.standards.add(shipped_standards())
        uow.minimums.add(shipped_minimums())
        uow.commit()


class Workspace:
    """An open database and its services; usable from any thread. Close it when done."""

    def __init__(self, database: Database, actor: str, opened: ExitStack) -> None:
        """Wire the services; those with heavy imports come on first use.

        `opened` is what `close` lets go of.
        """
        self._opened = opened
        self._database = database
        self.path = database.path
        self.actor = actor
        self._watch = ChangeWatch(database.path)
        self.reference = ReferenceService(lambda: database.reading_along(actor), self._watch.glance)
        self.backups = BackupService(database, actor)
        self.context = ServiceContext(database, actor, self.reference, self.backups)
        self.roster = RosterService(self.context)
        self.demands = DemandService(self.context)
        self.history = HistoryService(self.context)

    def close(self) -> None:
        """Let go of the database file."""
        self._watch.close()
        self.backups.close()
        self._opened.close()

    @property
    def is_empty(self) -> bool:
        """Whether there is no envoy yet."""
        with self.context.read() as uow:
            return not uow.envoys.any()

    @property
    def is_sample(self) -> bool:
        """Whether sample data is present, so that screen and paper must say 示例."""
        with self.context.read() as uow:
            return uow.envoys.any(sample=True) or uow.demands.any(sample=True)

    @cached_property
    def calendar(self) -> CalendarService:
        """The working days and the users' edits of them."""
        from envoy_app.services.calendar import CalendarService

        return CalendarService(self.context)

    @cached_property
    def imports(self) -> ImportService:
        """Reading rosters and demands."""
        from envoy_app.services.imports import ImportService

        return ImportService(self.context)

    @cached_property
    def planning(self) -> PlanningService:
        """Making and keeping plans."""
        from envoy_app.services.planning import PlanningService

        return PlanningService(self.context)

    @cached_property
    def comparing(self) -> ComparingService:
        """Versions and variants of plans side by side, and who must be told."""
        from envoy_app.services.plan_comparing import ComparingService

        return ComparingService(self.context)

    @cached_property
    def judging(self) -> JudgingService:
        """Changes of plans by hand, judged before they are made."""
        from envoy_app.services.judging import JudgingService

        return JudgingService(self.context)

    @cached_property
    def editing(self) -> EditingService:
        """Changing plans by hand."""
        from envoy_app.services.editing import EditingService

        return EditingService(self.context, self.planning)

    @cached_property
    def absences(self) -> AbsenceService:
        """Somebody cannot come: who takes what."""
        from envoy_app.services.absence_cases import AbsenceService

        return AbsenceService(self.context, self.editing, self.roster)

    @cached_property
    def whatif(self) -> WhatIfService:
        """Variants of a plan, compared."""
        from envoy_app.services.whatif import WhatIfService

        return WhatIfService(self.context, self.planning)

    @cached_property
    def teams(self) -> TeamService:
        """Forming the counties' teams."""
        from envoy_app.services.teams import TeamService

        return TeamService(self.context)

    @cached_property
    def overview(self) -> OverviewService:
        """The key figures."""
        from envoy_app.services.overview import OverviewService

        return OverviewService(self.context)

    @cached_property
    def todo(self) -> TodoService:
        """What has to be done now, and a county in short."""
        from envoy_app.services.todo import TodoService

        return TodoService(self)

    @cached_property
    def printing(self) -> PrintService:
        """The documents."""
        from envoy_app.services.printing import PrintService

        return PrintService(self.context)

    @cached_property
    def exports(self) -> ExportService:
        """Workbooks of plans."""
        from envoy_app.services.exports import ExportService

        return ExportService(self.context)

    @cached_property
    def standards(self) -> StandardsService:
        """The coverage standard."""
        from envoy_app.services.standards import StandardsService

        return StandardsService(self.context)

    @cached_property
    def sample(self) -> SampleService:
        """The fictional metro."""
        from envoy_app.services.sample import SampleService

        return SampleService(self)
