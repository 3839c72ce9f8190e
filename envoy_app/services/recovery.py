"""Where the user was: kept beside the database, so that the next run can go on there.

The file `<database>.session` says whether a run is open, and so tells a crash, a kill or a power
cut from a good end; and it holds what the window showed, as plain JSON that only the window
understands. It is written whole or not at all, and durably.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from envoy_app.domain.errors import InputError, NotFoundError
from envoy_app.io.atomic import write_atomically

if TYPE_CHECKING:
    from envoy_app.services.workspace import Workspace

FORMAT = 1
LARGEST = 1 << 20  # bytes; whatever is larger was not written by us
Where = dict[str, Any]
"""What the window showed: `page`, what is selected (`county`, `envoy`, `visit`, `demand`), `plan`,
and `pages` by their keys."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LastRun:
    """How the last run on a database was left.

    `resume` says that it was ended in order to be started again; `unfinished` are the titles of
    the jobs that were running; `process` is its number.
    """

    where: Where
    ended_well: bool = True
    resume: bool = False
    unfinished: tuple[str, ...] = ()
    process: int = 0


@dataclass(frozen=True, slots=True)
class WayBack:
    """What can be offered after a bad end: when was saved last, and what is still there."""

    saved_at: datetime | None
    where: Where
    last: LastRun = field(default_factory=lambda: LastRun({}))


class Recovery:
    """The file of one database; for the one window that has it open, from any thread."""

    def __init__(self, database: Path) -> None:
        """Bind to a database; nothing is read before `begin`."""
        self.path = database.with_name(f"{database.name}.session")
        self._lock = threading.Lock()
        self._open = False
        self._written: dict[str, Any] = {}

    def begin(self) -> LastRun | None:
        """Say that a run is open; return how the last one was left, None where there was none.

        Never raises: a window must open where this file cannot be written.
        """
        last = self._read()
        with self._lock:
            self._open = True
            # Until the user has decided, a second crash must not lose where the first one was.
            state = _state(last.where, last.unfinished) if last and not last.ended_well else {}
            try:
                self._write({"running": True, **state})
            except InputError as error:
                _log.info("the file of the session was not written: %s", error)
        return last

    def keep(self, where: Where, unfinished: Sequence[str] = ()) -> None:
        """Write where the user is, if that has changed and the run is still open.

        Raises InputError where the disk refuses; the old file stays.
        """
        with self._lock:
            if self._open:
                self._write({"running": True, **_state(where, unfinished)})

    def end(self, where: Where | None = None, *, resume: bool = False) -> None:
        """Say that the run ended well; `resume` asks the next one to go on without a question.

        Raises InputError where the disk refuses: the next run will then take it for a crash.
        """
        with self._lock:
            if self._open:
                self._open = False
                self._write({"running": False, "resume": resume, **_state(where or {}, ())})

    def _write(self, state: dict[str, Any]) -> None:
        if state == self._written:
            return
        whole = {"format": FORMAT, "process": os.getpid(), **state}
        text = json.dumps(whole, ensure_ascii=False, indent=1)
        write_atomically(self.path, lambda file: _fill(file, text))
        self._written = state

    def _read(self) -> LastRun | None:
        try:
            if self.path.stat().st_size > LARGEST:
                return None
            found = json.loads(self.path.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):  # none yet, or spoilt: nothing to go back to
            return None
        if not isinstance(found, dict) or found.get("format") != FORMAT:
            return None
        where, unfinished, process = (found.get(k) for k in ("where", "unfinished", "process"))
        titles = unfinished if isinstance(unfinished, list) else []
        return LastRun(
            where if isinstance(where, dict) else {},
            ended_well=found.get("running") is not True,
            resume=found.get("resume") is True,
            unfinished=tuple(title for title in titles if isinstance(title, str)),
            process=process if isinstance(process, int) else 0,
        )


def _state(where: Where, unfinished: Sequence[str]) -> dict[str, Any]:
    return {"where": where, "unfinished": list(unfinished)}


def _fill(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")


def way_back(workspace: Workspace, last: LastRun) -> WayBack:
    """Return what of the last run can be gone back to: what was deleted since is left out.

    Reads the database: for a worker thread.
    """
    where = dict(last.where)
    for key, exists in (
        ("county", _has_county),
        ("envoy", _has_envoy),
        ("demand", _has_demand),
        ("plan", _has_plan),
    ):
        value = where.get(key)
        if not (isinstance(value, str) and exists(workspace, value)):
            where.pop(key, None)
    if not _has_visit(workspace, where.get("plan"), where.get("visit")):
        where.pop("visit", None)
    pages = where.get("pages")
    found = pages.items() if isinstance(pages, Mapping) else ()
    where["pages"] = {key: _with_files(page) for key, page in found if isinstance(page, Mapping)}
    return WayBack(_saved_at(workspace), where, last)


def _with_files(page: Mapping[str, Any]) -> Where:
    """A page's state without the files that are gone."""
    kept = dict(page)
    if "files" in kept:
        files = kept["files"] if isinstance(kept["files"], list) else []
        kept["files"] = [file for file in files if isinstance(file, str) and Path(file).is_file()]
    return kept


def _has_county(workspace: Workspace, code: str) -> bool:
    return code in workspace.reference.gazetteer().by_code


def _has_envoy(workspace: Workspace, envoy_id: str) -> bool:
    try:
        return workspace.roster.envoy(envoy_id).active
    except NotFoundError:
        return False


def _has_demand(workspace: Workspace, demand_id: str) -> bool:
    return any(demand.id == demand_id for demand in workspace.demands.demands())


def _has_plan(workspace: Workspace, plan_id: str) -> bool:
    return any(plan.id == plan_id for plan in workspace.planning.plans())


def _has_visit(workspace: Workspace, plan_id: object, visit_id: object) -> bool:
    if not isinstance(plan_id, str) or not isinstance(visit_id, str):
        return False
    return any(visit.id == visit_id for visit in workspace.planning.view(plan_id).visits)


def _saved_at(workspace: Workspace) -> datetime | None:
    with suppress(OSError):  # the file's own time, where nothing is on record
        contents = workspace.backups.current().contents
        if contents is not None and contents.newest_change is not None:
            return contents.newest_change
        return datetime.fromtimestamp(workspace.path.stat().st_mtime).astimezone()
    return None


def start_window(database: Path) -> subprocess.Popen[bytes]:
    """Start the window on a database in a process of its own, which outlives this one.

    To be called once this process has let go of the database. Raises OSError where it cannot.
    """
    own = [] if getattr(sys, "frozen", False) else ["-m", "envoy_app"]
    root = str(Path(__file__).resolve().parents[2])
    paths = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
    return subprocess.Popen(
        [sys.executable, *own, "--db", str(database)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": paths},
        start_new_session=os.name == "posix",
    )
