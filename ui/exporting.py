"""Saving workbooks from any page: a button with a menu, a save dialog, a job."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtWidgets import QFileDialog, QMenu, QToolButton, QWidget

from ui.context import AppContext
from ui.icons import IconName, set_icon

LAST_FOLDER = "export/folder"
WORKBOOK = ".xlsx"


@dataclass(frozen=True, slots=True)
class ExportChoice:
    """One thing that can be saved: its name in the menu, the file's name to offer, the writer.

    `why_not` tells why it cannot be saved now, "" where it can.
    """

    title: str
    file_name: str
    write: Callable[[Path], Path]
    why_not: str = ""


class ExportButton(QToolButton):
    """Offers what a page can save as Excel workbooks; `choices` is asked on every click."""

    def __init__(
        self,
        context: AppContext,
        choices: Callable[[], Sequence[ExportChoice]],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._choices = choices
        self.setToolTip(self.tr("导出 Excel"))
        self.setAccessibleName(self.tr("导出 Excel"))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        set_icon(self, IconName.EXPORT)
        self.clicked.connect(self._open_menu)

    def menu_of_choices(self) -> QMenu:
        """Return the menu as it would open now."""
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        for choice in self._choices():
            action = menu.addAction(choice.title)
            action.setEnabled(not choice.why_not)
            action.setToolTip(choice.why_not)
            action.triggered.connect(lambda _checked, choice=choice: self.save(choice))
        return menu

    def choose_file(self, title: str, name: str) -> str:
        """Ask for a file to write; "" where the user gave up."""
        return ask_file(self, self._context, title, name, self.tr("Excel 工作簿 (*.xlsx)"))

    def save(self, choice: ExportChoice) -> None:
        """Ask where to, and write in the background."""
        chosen = self.choose_file(self.tr("导出 Excel"), file_name(choice.file_name, WORKBOOK))
        if not chosen:
            return
        target = with_ending(Path(chosen), WORKBOOK)
        self._context.preferences.set_text(LAST_FOLDER, str(target.parent))
        self._context.jobs.start(
            self.tr("导出 Excel"), lambda _handle: choice.write(target), self._saved
        )

    def _saved(self, written: Path) -> None:
        self._context.notify(self.tr("已导出 {0}").format(written))

    def _open_menu(self) -> None:
        menu = self.menu_of_choices()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.mapToGlobal(self.rect().bottomLeft()))


def ask_file(parent: QWidget, context: AppContext, title: str, name: str, kinds: str) -> str:
    """Ask for a file to write, in the folder used last; "" where the user gave up."""
    folder = context.preferences.text(LAST_FOLDER) or QStandardPaths.writableLocation(
        QStandardPaths.StandardLocation.DocumentsLocation
    )
    return QFileDialog.getSaveFileName(parent, title, str(Path(folder) / name), kinds)[0]


def file_name(text: str, ending: str) -> str:
    """Return a name that Windows and Linux accept."""
    return re.sub(r'[\\/:*?"<>|\s]+', "_", text).strip("._") + ending


def with_ending(target: Path, ending: str) -> Path:
    """Return the path with an ending, added where it has another."""
    return target if target.suffix.lower() == ending else target.with_name(target.name + ending)
