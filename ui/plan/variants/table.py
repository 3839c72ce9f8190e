"""The table of figures: a row for each, a column for the plan as it is and for each variant."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QRect, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QFont,
    QFontMetrics,
    QGuiApplication,
    QKeySequence,
    QPainter,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)
from typing_extensions import override

from envoy_app.domain.side_by_side import ComparedFigure, SideBySide
from ui import theme
from ui.table_rows import Index
from ui.tables import tsv_cell

BEST = "★"
# Filled is better, hollow is worse: the shape says what the colour says.
ARROWS = {
    (True, True): "▲",
    (True, False): "▼",
    (False, True): "△",
    (False, False): "▽",
}
COLUMN_LEAST = 144
HEAD_LENGTH = 26
HEAD_HEIGHT = 42
ROW_HEIGHT = 22
CellRole = int(Qt.ItemDataRole.UserRole) + 1
_NO_PARENT = QModelIndex()
_NOTHING = SideBySide("", (), ())
Shown = tuple[ComparedFigure, int]


def arrow(figure: ComparedFigure, place: int) -> str:
    """Return the mark of a change: its direction, and by its shape whether that is better."""
    change = figure.change(place)
    if not change:
        return ""
    better = figure.better(place)
    return ("↑" if change > 0 else "↓") if better is None else ARROWS[better, change > 0]


def spoken(figure: ComparedFigure, place: int) -> str:
    """Return a value, its change and whether that is better, in words."""
    parts = [f"{figure.name}：{figure.text(place)}"]
    change = figure.change(place)
    if change:
        amount = figure.change_text(place).lstrip("+−")
        parts.append(f"比现状{'多' if change > 0 else '少'} {amount}")
        judged = {True: "变好", False: "变差", None: ""}[figure.better(place)]
        parts += [judged] if judged else []
    if place in figure.best:
        parts.append("这一行最好")
    return "，".join(parts)


class FiguresModel(QAbstractTableModel):
    """Shows a SideBySide; behind the figures come a row for the gap and one for what is proven."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.table = _NOTHING

    def set_table(self, table: SideBySide) -> None:
        """Show another comparison."""
        self.beginResetModel()
        self.table = table
        self.endResetModel()

    def figure(self, row: int) -> ComparedFigure | None:
        """Return the figure of a row; None for the rows of text."""
        return self.table.figures[row] if row < len(self.table.figures) else None

    @override
    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() or not self.table.plans else len(self.table.figures) + 2

    @override
    def columnCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self.table.plans)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        figure, place = self.figure(index.row()), index.column()
        if figure is None:
            return self._text(index.row() - len(self.table.figures), place, role)
        if role == CellRole:
            return figure, place
        if role == Qt.ItemDataRole.DisplayRole:
            return figure.text(place)
        if role == Qt.ItemDataRole.ToolTipRole:
            error = self.table.plans[place].error
            return error or f"{spoken(figure, place)}。\n{figure.hint}"
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return spoken(figure, place)
        return None

    def _text(self, line: int, place: int, role: int) -> object:
        plan = self.table.plans[place]
        text = (plan.gap, plan.proven)[line] or "—"
        if role == Qt.ItemDataRole.DisplayRole:
            return (plan.gap_brief, plan.proven)[line] or "—"
        if role == Qt.ItemDataRole.ToolTipRole:
            return plan.error or text
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{self._titles()[line]}：{text}"
        return None

    def _titles(self) -> tuple[str, str]:
        return self.tr("离最优"), self.tr("比现状已证实")

    @override
    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        if orientation is Qt.Orientation.Horizontal:
            return self._head(section, role) if section < len(self.table.plans) else None
        figure = self.figure(section)
        if role == Qt.ItemDataRole.DisplayRole:
            line = section - len(self.table.figures)
            return figure.name if figure else self._titles()[line]
        if role == Qt.ItemDataRole.ToolTipRole:
            return figure.hint if figure else self.tr("求解给出的理论界限说明了什么")
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def _head(self, section: int, role: int) -> object:
        plan = self.table.plans[section]
        if role == Qt.ItemDataRole.DisplayRole:
            long = len(plan.name) > HEAD_LENGTH
            name = f"{plan.name[:HEAD_LENGTH]}…" if long else plan.name
            return self.tr("{0}（没有方案）").format(name) if plan.error else name
        if role == Qt.ItemDataRole.ToolTipRole:
            return "\n".join(filter(None, (plan.name, *plan.changes, plan.error)))
        return None

    def as_tsv(self) -> str:
        """Return everything as Excel takes it from a clipboard: a value and its change each."""
        return "\n".join("\t".join(line) for line in self._lines())

    def _lines(self) -> Iterator[list[str]]:
        plans = self.table.plans
        head = [self.tr("指标"), *(plan.name for plan in plans[:1])]
        for plan in plans[1:]:
            head += [plan.name, self.tr("{0} 较现状").format(plan.name)]
        yield list(map(tsv_cell, head))
        for figure in self.table.figures:
            line = [figure.name, _number(figure, 0)]
            for place in range(1, len(plans)):
                change = figure.change(place)
                line += [_number(figure, place), f"{change:.{figure.digits}f}" if change else ""]
            yield line
        for title, texts in zip(
            self._titles(),
            ([p.gap or "—" for p in plans], [p.proven or "—" for p in plans]),
            strict=True,
        ):
            line = [title, texts[0]]
            for text in texts[1:]:
                line += [text, ""]
            yield list(map(tsv_cell, line))


def _number(figure: ComparedFigure, place: int) -> str:
    value = figure.values[place]
    return "" if value is None else f"{value:.{figure.digits}f}"


class _CellDelegate(QStyledItemDelegate):
    """Paints a value, a star where it is the best of its row, and the change from today."""

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        shown: Shown | None = index.data(CellRole)
        if shown is None:
            super().paint(painter, option, index)
            return
        figure, place = shown
        blank = QStyleOptionViewItem(option)
        self.initStyleOption(blank, index)
        blank.text = ""
        style = option.widget.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, blank, painter, option.widget)
        painter.save()
        self._paint(painter, option.rect, option.font, figure, place)
        painter.restore()

    def _paint(
        self, painter: QPainter, box: QRect, font: QFont, figure: ComparedFigure, place: int
    ) -> None:
        colours = theme.tokens()
        best = place in figure.best
        bold = QFont(font)
        bold.setBold(best)
        middle = box.left() + box.width() * 11 // 20
        flags = Qt.AlignmentFlag.AlignVCenter
        if best:
            painter.setPen(colours.accent)
            painter.setFont(font)
            star = box.adjusted(theme.px(1.5), 0, 0, 0)
            painter.drawText(star, flags | Qt.AlignmentFlag.AlignLeft, BEST)
        painter.setFont(bold)
        painter.setPen(colours.text if figure.values[place] is not None else colours.muted)
        value = QRect(box.left(), box.top(), middle - box.left(), box.height())
        painter.drawText(value, flags | Qt.AlignmentFlag.AlignRight, figure.text(place))
        if figure.change(place):
            better = figure.better(place)
            painter.setFont(font)
            painter.setPen(
                {True: colours.accent, False: colours.danger, None: colours.muted}[better]
            )
            rest = QRect(middle + theme.px(2), box.top(), box.right() - middle, box.height())
            text = f"{arrow(figure, place)} {figure.change_text(place)}"
            shown = QFontMetrics(font).elidedText(
                text, Qt.TextElideMode.ElideRight, rest.width() - theme.px(2)
            )
            painter.drawText(rest, flags | Qt.AlignmentFlag.AlignLeft, shown)


class VariantsTable(QTableView):
    """Columns are chosen: `variant_chosen` carries the place, 0 for the plan as it is."""

    variant_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.figures = FiguresModel(self)
        self.setModel(self.figures)
        self.setItemDelegate(_CellDelegate(self))
        self.setAccessibleName(self.tr("现状和各种改法的指标"))
        self.setFont(theme.tabular(self.font()))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectColumns)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self._build_headers()
        self.copy_action = QAction(self.tr("复制整张表（可贴入 Excel）"), self)
        self.copy_action.setShortcut(QKeySequence.StandardKey.Copy)
        self.copy_action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self.copy_action.triggered.connect(self.copy)
        self.addAction(self.copy_action)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self.selectionModel().currentColumnChanged.connect(
            lambda current, _before: self.variant_chosen.emit(current.column())
        )

    def _build_headers(self) -> None:
        across, down = self.horizontalHeader(), self.verticalHeader()
        across.setDefaultAlignment(
            Qt.Alignment(Qt.AlignmentFlag.AlignCenter) | Qt.TextFlag.TextWordWrap  # type: ignore[attr-defined]
        )
        across.setFixedHeight(HEAD_HEIGHT)
        across.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        across.setHighlightSections(True)
        down.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        down.setMinimumSectionSize(ROW_HEIGHT)
        down.setDefaultSectionSize(ROW_HEIGHT)
        down.setSectionsClickable(False)
        self.setCornerButtonEnabled(False)

    def show_table(self, table: SideBySide) -> None:
        """Show a comparison; nothing is chosen."""
        self.figures.set_table(table)
        self._fit()

    @property
    def whole_height(self) -> int:
        """How high it must be for all rows to be seen."""
        rows = self.figures.rowCount() * ROW_HEIGHT
        return HEAD_HEIGHT + rows + 2 * self.frameWidth()

    def choose(self, place: int) -> None:
        """Choose a column."""
        row = max(0, self.currentIndex().row())
        self.setCurrentIndex(self.figures.index(row, place))

    @property
    def chosen(self) -> int:
        """The place of the column chosen, -1 for none."""
        return self.currentIndex().column()

    def copy(self) -> None:
        """Copy the whole table."""
        QGuiApplication.clipboard().setText(self.figures.as_tsv())

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        count = self.figures.columnCount()
        for place in range(count):
            room = self.viewport().width() // count
            self.setColumnWidth(place, max(COLUMN_LEAST, min(room, COLUMN_LEAST * 2)))
