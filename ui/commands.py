"""What Ctrl+K finds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from envoy_app.domain.geography import County
from envoy_app.domain.imports import ImportKind
from envoy_app.domain.people import Envoy
from ui.command_bar import Entry
from ui.icons import IconName
from ui.search import search_key
from ui.undo_bar import step_text

if TYPE_CHECKING:
    from ui.main_window import MainWindow


def _tr(text: str) -> str:
    return QCoreApplication.translate("Commands", text)


def build_entries(window: MainWindow) -> tuple[Entry, ...]:
    """Return all entries; reads the roster and spells pinyin, so call it on a worker thread.

    The entries' actions touch widgets and run on the UI thread only.
    """
    return (*_pages(window), *_actions(window), *_counties(window), *_people(window))


def _entry(title: str, detail: str, icon: IconName, run: Callable[[], object]) -> Entry:
    return Entry(title, detail, icon, search_key(title, (detail,)), run)


def _pages(window: MainWindow) -> Iterator[Entry]:
    for spec in window.specs.values():
        yield _entry(spec.title, _tr("页面"), spec.icon, partial(window.show_page, spec.key))


def _actions(window: MainWindow) -> Iterator[Entry]:
    detail = _tr("操作")
    yield _entry(
        _tr("导入名册"), detail, IconName.IMPORT, lambda: window.open_import(ImportKind.ROSTER)
    )
    yield _entry(
        _tr("导入需求"), detail, IconName.IMPORT, lambda: window.open_import(ImportKind.DEMAND)
    )
    yield _entry(_tr("全部解锁"), _tr("排班"), IconName.LOCK, partial(_on_plan, window, "unlock"))
    yield _entry(_tr("局部重排"), _tr("排班"), IconName.PLAN, partial(_on_plan, window, "replan"))
    yield _entry(_tr("请假替班"), _tr("操作 Ctrl+L"), IconName.PERSON, window.open_absence)
    yield _entry(_tr("假如：几种改法并列比较"), detail, IconName.CHART, window.open_variants)
    yield _entry(_tr("重新读取"), detail, IconName.REFRESH, window.reread)
    yield _entry(_tr("帮助"), detail, IconName.HELP, window.show_help)


def _on_plan(window: MainWindow, what: str) -> None:
    """Do something with the plan on view, on its page."""
    from ui.plan.page import PlanPage

    window.show_page("plan")
    page = window.pages["plan"]
    if isinstance(page, PlanPage) and what == "unlock":
        page.hand.groups.unlock_all()
    elif isinstance(page, PlanPage):
        page.hand.replanning.ask()


def undo_entries(window: MainWindow) -> tuple[Entry, ...]:
    """Return the next step back and the next step forth, as of now."""
    steps = window.context.undo.steps
    found = []
    # Spelled here: these are made on the UI thread, where pinyin's dictionaries are not read.
    for again, icon, run, readings in (
        (False, IconName.UNDO, window.undo, "撤销\nchexiao\ncx"),
        (True, IconName.REDO, window.redo, "恢复\nhuifu\nhf"),
    ):
        if step := next(iter(steps.of(again)), None):
            title = step_text(step, again=again)
            found.append(Entry(title, _tr("操作"), icon, f"{readings}\n{title.lower()}", run))
    return tuple(found)


def _counties(window: MainWindow) -> Iterator[Entry]:
    for county in window.context.workspace.reference.gazetteer().counties:
        yield Entry(
            county.name,
            county.city,
            IconName.COUNTY,
            search_key(county.short_name, (county.name, *county.aliases)),
            _choose_county(window, county),
        )


def _choose_county(window: MainWindow, county: County) -> Callable[[], None]:
    def run() -> None:
        window.context.selection.county = county.code

    return run


def _people(window: MainWindow) -> Iterator[Entry]:
    for envoy in window.context.workspace.roster.envoys():
        yield Entry(
            envoy.name,
            envoy.organisation,
            IconName.PERSON,
            search_key(envoy.name),
            _choose_envoy(window, envoy),
        )


def _choose_envoy(window: MainWindow, envoy: Envoy) -> Callable[[], None]:
    def run() -> None:
        window.show_page("roster")
        window.context.selection.envoy = envoy.id

    return run
