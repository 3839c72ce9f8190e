"""Going on where the user was: what the window shows is kept, and offered after a bad end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from envoy_app.domain.errors import UserError
from envoy_app.services.recovery import LastRun, Recovery, WayBack, Where, way_back
from ui import theme
from ui.context import AppContext
from ui.icons import IconName, icon_pixmap
from ui.jobs import JobHandle
from ui.main_window import MainWindow
from ui.parts import button, label

EVERY_MS = 3_000


class RecoveryStrip(QFrame):
    """Tells after a bad end that nothing is lost, and offers the way back."""

    def __init__(
        self, text: str, ways: list[tuple[str, Callable[[], object]]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self.setAccessibleName(text)
        self._mark = QLabel()
        self.text_label = label(text, look="strong", wrap=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(3), theme.px(1), theme.px(2), theme.px(1))
        row.setSpacing(theme.px(2))
        row.addWidget(self._mark)
        row.addWidget(self.text_label, 1)
        self.buttons = [button(title, run) for title, run in ways]
        for part in self.buttons:
            part.setProperty("compact", True)
            row.addWidget(part)
        self._show_mark()
        theme.notifier.theme_changed.connect(self._show_mark)

    @property
    def text(self) -> str:
        """What it says."""
        return self.text_label.text()

    def _show_mark(self) -> None:
        self._mark.setPixmap(icon_pixmap(IconName.INFO, 20, theme.tokens().accent))


class WhereKeeper(QObject):
    """Looks every few seconds where the user is and has it written, off the window's thread.

    Looking is a few dozen strings, so nothing has to tell it of changes. While the way back is
    offered and the user has not moved, what was kept of the last run stays.
    """

    def __init__(
        self,
        context: AppContext,
        window: MainWindow,
        recovery: Recovery,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._window = window
        self._recovery = recovery
        self._kept: tuple[Where, tuple[str, ...]] | None = None
        self._first: tuple[Where, tuple[str, ...]] | None = None
        self._pending: dict[str, Any] = {}  # what pages showed that were not built again yet
        self._seen: tuple[str, ...] = ()  # titles of the jobs when they last changed
        self._seeking = False  # for what to offer
        self._writing = False
        self._told = False
        self.strip: RecoveryStrip | None = None
        self.timer = QTimer(self)
        self.timer.setInterval(EVERY_MS)
        self.timer.timeout.connect(self.look)

    def start(self, last: LastRun | None, trace: str = "") -> None:
        """Begin to look; offer the way back where the last run ended badly.

        `trace` is what a signal that ended it left behind.
        """
        self._window.stack.currentChanged.connect(self._give_pending)
        self._context.jobs.jobs_changed.connect(self._jobs_changed)
        self.timer.start()
        if last is not None and (last.resume or not last.ended_well):
            self._find_way_back(last, trace)

    def stop(self) -> None:
        """Look no more."""
        self.timer.stop()

    # Keeping ---------------------------------------------------------------------------------

    def where(self) -> Where:
        """Return what the window shows."""
        context, selection = self._context, self._context.selection
        plan = context.plans.plan
        pages = {key: page.whereabouts() for key, page in self._window.visited.items()}
        return {
            "page": self._window.current_key,
            "county": selection.county,
            "envoy": selection.envoy,
            "visit": selection.visit,
            "demand": selection.demand,
            "plan": plan.info.id if plan else None,
            "pages": self._pending | {key: shown for key, shown in pages.items() if shown},
        }

    def look(self) -> None:
        """Have it written if the user has moved since it was."""
        self._check_preferences()
        state = self.where(), self._unfinished()
        self._first = self._first or state
        offered = self._seeking or (self.strip is not None and not self.strip.isHidden())
        if self._writing or state == self._kept or (offered and state == self._first):
            return
        self._writing = True
        recovery = self._recovery

        def write(handle: JobHandle) -> None:
            recovery.keep(*state)

        def done(nothing: None) -> None:
            self._writing, self._told, self._kept = False, False, state
            if self._unfinished() != state[1]:
                self.look()

        self._context.jobs.start(
            self.tr("记住位置"), write, done, self._failed, key="where", quiet=True
        )

    def _failed(self, error: Exception) -> None:
        self._writing = False
        if isinstance(error, UserError) and not self._told:
            self._told = True  # once, and not every few seconds
            text = self.tr("没能记住窗口的位置，数据不受影响：{why}").format(why=error)
            self._context.error_shown.emit(text)

    def _check_preferences(self) -> None:
        if sentence := self._context.preferences.take_problem():
            self._context.error_shown.emit(sentence)

    def _unfinished(self) -> tuple[str, ...]:
        return tuple(job.title for job in self._context.jobs.jobs if not job.quiet)

    def _jobs_changed(self) -> None:
        """A job that people see must be on record before it can be broken off."""
        titles = self._unfinished()
        if self.timer.isActive() and titles != self._seen:
            self._seen = titles
            QTimer.singleShot(0, self, self.look)

    # Going back ------------------------------------------------------------------------------

    def _find_way_back(self, last: LastRun, trace: str) -> None:
        workspace = self._context.workspace
        self._seeking = True

        def found(way: WayBack) -> None:
            self._seeking = False
            if way.last.resume:
                self.go_back(way.where)
                self._context.notify(self.tr("已重新启动，回到了刚才的位置"))
            else:
                self._offer(way, trace)

        self._context.jobs.start(
            self.tr("查看上次的位置"), lambda handle: way_back(workspace, last), found, quiet=True
        )

    def _offer(self, way: WayBack, trace: str) -> None:
        planning = self.tr("排班") in way.last.unfinished
        ways: list[tuple[str, Callable[[], object]]] = []
        if way.where.get("page"):
            ways.append((self.tr("回到刚才的位置"), lambda: self._take(way.where)))
        if planning:
            ways.append((self.tr("重新排班…"), self._plan_again))
        if trace:
            ways.append((self.tr("查看报告…"), lambda: self._context.crash.show_trace(trace)))
        ways.append((self.tr("不用了"), self._leave))
        self.strip = RecoveryStrip(self._sentence(way), ways)
        self._window.put_strip(self.strip)

    def _sentence(self, way: WayBack) -> str:
        saved = ""
        if way.saved_at is not None:
            saved = self.tr("（最后保存于 {time}）").format(time=_time(way.saved_at))
        text = self.tr("上次没有正常退出，数据完好{saved}。").format(saved=saved)
        titles = [title for title in way.last.unfinished if title != self.tr("排班")]
        if len(titles) < len(way.last.unfinished):
            text += self.tr("当时正在排班，还没有排完，请重新排班。")
        if titles:
            text += self.tr("没有做完：{what}，请核对后再做一次。").format(what="、".join(titles))
        return text

    def _leave(self) -> None:
        if self.strip is not None:
            self.strip.hide()

    def _take(self, where: Where) -> None:
        self._leave()
        self.go_back(where)

    def _plan_again(self) -> None:
        from ui.plan.page import PlanPage

        self._leave()
        self._window.show_page("plan")
        page = self._window.pages["plan"]
        if isinstance(page, PlanPage):
            page.open_run_dialog()

    def go_back(self, where: Where) -> None:
        """Show what is in `where`, as far as it is there; the plan comes before its visit."""
        self._pending = dict(where.get("pages", {}))
        self._context.selection.county = where.get("county")
        plan, store = where.get("plan"), self._context.plans

        def loaded(_plan: object) -> None:
            store.plan_loaded.disconnect(loaded)
            self._show(where)

        if isinstance(plan, str):
            store.plan_loaded.connect(loaded)
            store.show_plan(plan)
        else:
            self._show(where)

    def _show(self, where: Where) -> None:
        page = where.get("page")
        if isinstance(page, str) and page in self._window.specs:
            self._window.show_page(page)
        self._give_pending()
        selection = self._context.selection
        selection.envoy, selection.visit = where.get("envoy"), where.get("visit")
        selection.demand = where.get("demand")

    def _give_pending(self) -> None:
        """Tell the page on screen what it showed."""
        key = self._window.current_key
        state = self._pending.pop(key, None)
        if state and key in self._window.pages:
            self._window.pages[key].go_back(state)


def _time(moment: datetime) -> str:
    here = moment.astimezone()
    return f"{here:%m-%d %H:%M}"
