"""The two buttons of the top bar: one step back or forth, and a list of the steps before it."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from envoy_app.domain.history import ChangeSet
from ui import theme
from ui.history_words import moment
from ui.icons import IconName
from ui.parts import allow, tool_button
from ui.undo import UndoKeeper, nothing

TEXT_WIDTH = theme.px(110)


def _tr(text: str) -> str:
    return QCoreApplication.translate("UndoBar", text)


def step_text(change: ChangeSet, *, again: bool) -> str:
    """Return what doing a step is called: 撤销：导入名册“成都名册.xlsx”…."""
    text = _tr("恢复：{text}") if again else _tr("撤销：{text}")
    return text.format(text=change.description)


class StepMenu(QMenu):
    """The next steps; choosing the third does three, and the heading says so."""

    history_requested = Signal()

    def __init__(self, keeper: UndoKeeper, *, again: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._keeper = keeper
        self._again = again
        self._heading = QAction(self)
        self._numbers: dict[QAction, int] = {}
        self.setToolTipsVisible(True)
        self.aboutToShow.connect(self.fill)
        self.hovered.connect(lambda action: self._count(self._numbers.get(action, 0)))

    def fill(self) -> None:
        """Show what is next as of now."""
        self.clear()
        self._numbers = {}
        self._heading = self.addAction("")
        self._heading.setEnabled(False)
        for number, change in enumerate(self._keeper.steps.of(self._again), start=1):
            action = self.addAction(self._line(change))
            action.setToolTip(change.description)
            action.triggered.connect(
                lambda _checked, number=number: self._keeper.turn(number, again=self._again)
            )
            self._numbers[action] = number
        self._count(0)
        self.addSeparator()
        self.addAction(_tr("全部历史…")).triggered.connect(lambda: self.history_requested.emit())

    def _line(self, change: ChangeSet) -> str:
        right = Qt.TextElideMode.ElideRight
        text = self.fontMetrics().elidedText(change.description, right, TEXT_WIDTH)
        return f"{moment(change.at)}   {text}".replace("&", "&&")

    def _count(self, number: int) -> None:
        if not self._numbers:
            text = nothing(self._again)
        elif number:
            text = _tr("恢复 {n} 步") if self._again else _tr("撤销 {n} 步")
        else:
            text = _tr("恢复到哪一步") if self._again else _tr("撤销到哪一步")
        self._heading.setText(text.format(n=number))


class UndoBar(QWidget):
    """撤销 and 恢复; each tells in its tooltip what it would do, or why it cannot."""

    history_requested = Signal()

    def __init__(self, keeper: UndoKeeper, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._keeper = keeper
        self.undo_button = self._build_button(IconName.UNDO, _tr("撤销"), again=False)
        self.redo_button = self._build_button(IconName.REDO, _tr("恢复"), again=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(0.5))
        row.addWidget(self.undo_button)
        row.addWidget(self.redo_button)
        keeper.steps_changed.connect(self._show)
        self._show()

    def _build_button(self, icon: IconName, name: str, *, again: bool) -> QToolButton:
        made = tool_button(icon, name, lambda: self._keeper.turn(again=again))
        menu = StepMenu(self._keeper, again=again, parent=made)
        menu.setAccessibleName(name)
        menu.history_requested.connect(self.history_requested)
        made.setMenu(menu)
        made.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        opened = QShortcut(QKeySequence("Alt+Down"), made)
        opened.setContext(Qt.ShortcutContext.WidgetShortcut)
        opened.activated.connect(made.showMenu)
        return made

    def _show(self) -> None:
        keeper = self._keeper
        for button, again, keys in (
            (self.undo_button, False, "Ctrl+Z"),
            (self.redo_button, True, "Ctrl+Y"),
        ):
            steps = keeper.steps.of(again)
            why_not = keeper.busy or ("" if steps else nothing(again))
            hint = f"{step_text(steps[0], again=again)} ({keys})" if steps else ""
            allow(button, why_not, hint)
            button.setAccessibleDescription(why_not or hint)
