"""What can be done by hand with the selected visit: keys and the context menu."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QContextMenuEvent, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget
from typing_extensions import override

from envoy_app.domain.editing import EditVerdict
from envoy_app.domain.errors import UserError
from envoy_app.domain.plans import VisitView
from ui.absence_question import about_selection
from ui.context import AppContext
from ui.plan.board.layout import RowKind
from ui.plan.board.view import BoardView
from ui.plan.hand.editor import PlanEditor
from ui.plan.hand.grabs import How
from ui.plan.hand.moving import Moving
from ui.plan.hand.visit_items import Item, VisitItems
from ui.plan.hand.words import Grade, figure, grade_of, told
from ui.plan.labels import joined

if TYPE_CHECKING:
    from envoy_app.services.edit_session import EditSession

VisitAt = Callable[[QPoint], VisitView | None]


class VisitActions(QObject):
    """Runs the keys on the board and the tray, and makes their context menu.

    Signals: `people_requested` the number of a seat of the selected visit for which somebody is
    to be chosen.
    """

    people_requested = Signal(int)

    def __init__(
        self,
        context: AppContext,
        board: BoardView,
        editor: PlanEditor,
        moving: Moving,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._context, self._editor, self._moving = context, editor, moving
        self._board = board
        self.items = VisitItems(board, editor, moving, self)
        self.items.people_requested.connect(self.people_requested)
        self.items.absence_requested.connect(self._ask_absence)
        self._places: dict[QObject, tuple[QWidget, VisitAt]] = {}
        self._window = parent
        self._copied: str | None = None
        items = self.items
        self._keys = tuple(
            self._key(key, name, item)
            for key, name, item in (
                ("L", self.tr("锁定或解锁"), items.lock_all),
                ("Del", self.tr("取消安排"), items.remove_key),
                ("X", self.tr("对调时间"), items.trade),
                ("T", self.tr("改时长"), items.start_length),
            )
        )
        self._keys += (
            self._action("M", self.tr("移动"), self._move),
            self._action("S", self.tr("拆分"), self._split),
        )
        self._board_keys = (
            self._action("Ctrl+C", self.tr("复制这项服务"), self._remember),
            self._action("Ctrl+V", self.tr("复制到…"), self._paste),
        )

    def _key(self, key: str, name: str, item: Callable[[VisitView], Item]) -> QAction:
        return self._action(key, name, lambda: self._run(item))

    def _action(self, key: str, name: str, run: Callable[[], None]) -> QAction:
        action = QAction(name, self)
        action.setShortcut(QKeySequence(key))
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.triggered.connect(lambda _checked: run())
        return action

    def watch(self, widget: QWidget, viewport: QWidget, visit_at: VisitAt) -> None:
        """Let a view have the keys and the menu; `visit_at` finds what lies under the mouse."""
        widget.addActions(self._keys)
        if widget is self._board:
            widget.addActions(self._board_keys)
        self._places[viewport] = self._places[widget] = widget, visit_at
        viewport.installEventFilter(self)
        widget.installEventFilter(self)

    @property
    def visit(self) -> VisitView | None:
        """The selected visit of the plan on view."""
        wanted = self._context.selection.visit
        return None if wanted is None else self._of(wanted)

    def _of(self, key: str) -> VisitView | None:
        plan = self._context.plans.plan
        return next((visit for visit in plan.visits if visit.id == key), None) if plan else None

    def _run(self, make: Callable[[VisitView], Item]) -> None:
        visit = self.visit
        if visit is None:
            self._context.notify(self.tr("先点选一项服务"))
            return
        self._begin(make(visit))

    def _begin(self, item: Item) -> None:
        if item.why_not:
            self._context.notify(item.why_not)
        else:
            item.run()

    def _move(self) -> None:
        """Move the selected visit, or send the person whose row is selected to one."""
        row, plan = self._board.row, self._context.plans.plan
        if row is not None and row.kind is RowKind.ENVOY and plan is not None:
            self._moving.start_person(plan.envoys[row.key])
        else:
            self._run(self.items.move)

    def _split(self) -> None:
        visit = self.visit
        item = self.items.split(visit) if visit else None
        if visit is None or item is None or item.why_not:
            self._run(self.items.split)
            return
        menu = QMenu(self._window)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._fill(menu, item)
        chip = self._board.chip
        place = self._board.chip_box(chip).bottomLeft() if chip else self._board.rect().center()
        menu.popup(self._board.viewport().mapToGlobal(place))
        menu.setActiveAction(menu.actions()[0])

    # The clipboard ---------------------------------------------------------------------------

    def _remember(self) -> None:
        visit, scene = self.visit, self._board.scene
        if visit is None or scene is None:
            self._context.notify(self.tr("先点选一项服务"))
            return
        self._copied = visit.id
        QGuiApplication.clipboard().setText(joined(scene.labels.summary(visit)))
        self._context.notify(self.tr("已复制，按 Ctrl+V 选一个半天放下"))

    def _paste(self) -> None:
        visit = self._of(self._copied) if self._copied else None
        if visit is None:
            self._context.notify(self.tr("先点选一项服务，按 Ctrl+C 复制"))
        elif not visit.held:
            self._begin(self.items.copy_to(visit))
        else:
            self._context.selection.visit = visit.id
            self._moving.start_visit(visit, How.COPY)

    def _ask_absence(self, visit: VisitView) -> None:
        selection = self._context.selection
        question = about_selection(selection.envoy, visit.id, self._context.plans.plan)
        self._context.absence_requested.emit(question)

    # The menu --------------------------------------------------------------------------------

    def menu(self, visit: VisitView) -> QMenu:
        """Return the menu of a visit; what cannot be done says why in its tooltip."""
        menu = QMenu(self._window)
        menu.setToolTipsVisible(True)
        for item in self.items.all(visit):
            if item is None:
                menu.addSeparator()
            elif item.choices and not item.why_not:
                self._fill(menu.addMenu(item.text), item)
            else:
                action = menu.addAction(item.text)
                action.setEnabled(not item.why_not)
                action.setToolTip(item.why_not)
                action.triggered.connect(lambda _checked=False, run=item.run: run())
        return menu

    def _fill(self, menu: QMenu, item: Item) -> None:
        """Offer the ways of an item; once it is open each tells its verdict."""
        menu.setToolTipsVisible(True)
        for choice in item.choices:
            action = menu.addAction(choice.text)
            action.triggered.connect(
                lambda _checked=False, todo=choice.command: self._editor.do(todo)
            )
        menu.aboutToShow.connect(lambda: self._judge(menu, item))

    def _judge(self, menu: QMenu, item: Item) -> None:
        commands = [choice.command for choice in item.choices]

        def ask(session: EditSession) -> list[EditVerdict | str]:
            found: list[EditVerdict | str] = []
            for command in commands:
                try:
                    found.append(session.verdict(command))
                except UserError as error:
                    found.append(str(error))
            return found

        def tell(found: list[EditVerdict | str]) -> None:
            if shiboken6.isValid(menu):
                for action, choice, verdict in zip(
                    menu.actions(), item.choices, found, strict=True
                ):
                    _mark(action, choice.text, verdict)

        self._editor.ask(ask, tell)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QContextMenuEvent) or watched not in self._places:
            return super().eventFilter(watched, event)
        widget, visit_at = self._places[watched]
        by_mouse = event.reason() == QContextMenuEvent.Reason.Mouse
        visit = visit_at(event.pos()) if by_mouse else self.visit
        if visit is None:
            return False
        self._context.selection.visit = visit.id
        menu = self.menu(visit)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        middle = widget.mapToGlobal(widget.rect().center())
        menu.popup(event.globalPos() if by_mouse else middle)
        return True


def _mark(action: QAction, text: str, verdict: EditVerdict | str) -> None:
    """Say in an entry what would come of it; what is barred says why in its tooltip."""
    if isinstance(verdict, EditVerdict) and verdict.allowed:
        shown = f"{grade_of(verdict).value} {figure(verdict.change, named=True)}"
        why_not = ""
    else:
        broken = [rule.text for rule in verdict.broken] if isinstance(verdict, EditVerdict) else []
        why_not = verdict if isinstance(verdict, str) else told(broken)
        shown = Grade.BARRED.value
    action.setText(f"{text}\t{shown}")
    action.setEnabled(not why_not)
    action.setToolTip(why_not)
