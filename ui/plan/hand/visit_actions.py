"""What can be done by hand with the selected visit: keys and the context menu."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QContextMenuEvent, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget
from typing_extensions import override

from envoy_app.domain.editing import CopyVisit, Lock, TakeOff
from envoy_app.domain.plans import VisitView
from ui.context import AppContext
from ui.plan.hand.editor import PlanEditor
from ui.plan.hand.menus import Item, filled
from ui.plan.hand.moving import Moving

VisitAt = Callable[[QPoint], VisitView | None]


class VisitActions(QObject):
    """Runs M, L and Del on the board and the tray, and makes their context menu.

    Signals: `people_requested` when somebody else is to be chosen for the selected visit.
    """

    people_requested = Signal()

    def __init__(
        self, context: AppContext, editor: PlanEditor, moving: Moving, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._context, self._editor, self._moving = context, editor, moving
        self._places: dict[QObject, tuple[QWidget, VisitAt]] = {}
        self._window = parent
        self._keys = tuple(
            self._key(key, name, items)
            for key, name, items in (
                ("M", self.tr("移动"), self._move),
                ("L", self.tr("锁定或解锁"), self._lock_all),
                ("Del", self.tr("取消安排"), self._take_off),
            )
        )

    def _key(self, key: str, name: str, item: Callable[[VisitView], Item]) -> QAction:
        action = QAction(name, self)
        action.setShortcut(QKeySequence(key))
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.triggered.connect(lambda _checked: self._run(item))
        return action

    def watch(self, widget: QWidget, viewport: QWidget, visit_at: VisitAt) -> None:
        """Let a view have the keys and the menu; `visit_at` finds what lies under the mouse."""
        widget.addActions(self._keys)
        self._places[viewport] = self._places[widget] = widget, visit_at
        viewport.installEventFilter(self)
        widget.installEventFilter(self)

    @property
    def visit(self) -> VisitView | None:
        """The selected visit of the plan on view."""
        plan, wanted = self._context.plans.plan, self._context.selection.visit
        if plan is None or wanted is None:
            return None
        return next((visit for visit in plan.visits if visit.id == wanted), None)

    def _run(self, make: Callable[[VisitView], Item]) -> None:
        visit = self.visit
        if visit is None:
            self._context.notify(self.tr("先点选一项服务"))
            return
        item = make(visit)
        if item.why_not:
            self._context.notify(item.why_not)
        else:
            item.run()

    # The items -------------------------------------------------------------------------------

    def items(self, visit: VisitView) -> tuple[Item | None, ...]:
        """Return all that can be done with a visit; None is a line between."""
        found = [
            self._move(visit),
            Item(
                self.tr("换人…") if visit.held else self.tr("可派人选…"), self.people_requested.emit
            ),
            None,
            self._lock(visit, date=True),
            self._lock(visit, date=False),
            None,
            self._take_off(visit),
            self._item(self.tr("复制一项，放入未排服务"), lambda: self._copy(visit)),
        ]
        if self._editor.read_only:
            found += [None, Item(self.tr("修订为新的一版"), self._editor.revise)]
        return tuple(found)

    def _item(self, text: str, run: Callable[[], object], why_not: str = "") -> Item:
        return Item(text, run, self._editor.why_not or why_not)

    def _move(self, visit: VisitView) -> Item:
        why_not = self.tr("日期已锁定，先按 L 解锁") if visit.date_locked else ""
        text = self.tr("移动…\tM") if visit.held else self.tr("安排到…\tM")
        return self._item(text, lambda: self._moving.start_keys(visit), why_not)

    def _not_held(self, visit: VisitView) -> str:
        return "" if visit.held else self.tr("还没有排上，先拖到排班表上")

    def _lock(self, visit: VisitView, *, date: bool) -> Item:
        locked = visit.date_locked if date else visit.people_locked
        what = self.tr("日期") if date else self.tr("人员")
        text = (self.tr("解锁{0}") if locked else self.tr("锁定{0}")).format(what)
        command = Lock(
            (visit.id,), date=not locked if date else None, people=None if date else not locked
        )
        return self._item(text, lambda: self._editor.do(command), self._not_held(visit))

    def _lock_all(self, visit: VisitView) -> Item:
        command = Lock((visit.id,), date=not visit.locked, people=not visit.locked)
        text = self.tr("解锁") if visit.locked else self.tr("锁定")
        return self._item(text, lambda: self._editor.do(command), self._not_held(visit))

    def _take_off(self, visit: VisitView) -> Item:
        command = TakeOff(visit.id)
        return self._item(
            self.tr("取消安排\tDel"), lambda: self._editor.do(command), self._not_held(visit)
        )

    def _copy(self, visit: VisitView) -> None:
        self._editor.do(CopyVisit(visit.id))

    # The menu --------------------------------------------------------------------------------

    def menu(self, visit: VisitView) -> QMenu:
        """Return the menu of a visit; what cannot be done says why in its tooltip."""
        return filled(QMenu(self._window), self.items(visit))

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
