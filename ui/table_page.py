"""A page around one table: search, place filter, count, details and an empty state."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLayout,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from ui import theme
from ui.context import AppContext
from ui.details import DetailsPanel, DetailsSplitter
from ui.filters import FilterCombo, place_choices, place_codes
from ui.icons import IconName
from ui.pages import Page
from ui.parts import ElidedLabel, SearchBox, tool_button
from ui.tables import R, TableView

SEARCH_WIDTHS = (24, 76)


@dataclass(frozen=True, slots=True)
class TablePageTexts:
    """What a page says; `count` has the fields {shown} and {all}."""

    search_hint: str
    search_name: str
    details_hint: str
    count: str


class TablePage(Page, Generic[R]):
    """The county selected in the window is the place filter, and the other way round.

    A page of this kind says which table, filters and actions it has, which rows pass its filters
    and what the details show; `name` is under which its widths are kept.
    """

    name: str

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        reference = context.workspace.reference
        self._gazetteer = reference.gazetteer()
        self._vocabulary = reference.vocabulary()
        self._rows: tuple[R, ...] = ()
        self._texts = self._make_texts()
        self._build_content()
        self.table.restore(context.preferences, self.name)
        context.selection.county_changed.connect(self._take_county)
        self._take_county(context.selection.county)

    # What a page of this kind provides -----------------------------------------------------

    @abstractmethod
    def _make_texts(self) -> TablePageTexts:
        """Return what the page says."""

    @abstractmethod
    def _make_table(self) -> TableView[R]:
        """Return the table."""

    @abstractmethod
    def _make_filters(self) -> Iterable[FilterCombo]:
        """Return the filters beside that of the place."""

    @abstractmethod
    def _make_actions(self) -> Iterable[QWidget]:
        """Return the buttons at the end of the tool row."""

    @abstractmethod
    def _make_empty(self) -> QWidget:
        """Return what is shown where there are no rows at all."""

    @abstractmethod
    def _passes(self, row: R, places: frozenset[str]) -> bool:
        """Whether a row passes the filters; empty `places` means anywhere."""

    @abstractmethod
    def _show_details(self, row: R) -> None:
        """Show the details of a row."""

    def _predicate(self, places: frozenset[str]) -> Callable[[R], bool]:
        """Return what rows pass as the filters stand now."""
        return lambda row: self._passes(row, places)

    def _make_details(self) -> DetailsPanel:
        """Return the panel at the right."""
        return DetailsPanel(self._texts.details_hint)

    def _make_lead(self) -> Iterable[QWidget]:
        """Return what stands before the search box."""
        return ()

    def _make_under(self, filters: Iterable[QWidget]) -> QLayout | None:
        """Return a second row of tools that takes the filters; None has them in the first."""
        return None

    # What pages share ------------------------------------------------------------------------

    @override
    def start_focus(self) -> QWidget:
        return self.table

    @override
    def focus_search(self) -> bool:
        return self.search.take_over()

    @override
    def remember(self) -> None:
        self.table.remember(self.context.preferences, self.name)
        self.splitter.remember()

    @override
    def whereabouts(self) -> dict[str, Any]:
        chosen = {combo.accessibleName(): combo.value for combo in self._filters if combo.value}
        return {"search": self.search.text(), "filters": chosen}

    @override
    def go_back(self, state: Mapping[str, Any]) -> None:
        filters = state.get("filters")
        for combo in self._filters:
            if isinstance(filters, Mapping) and combo.accessibleName() in filters:
                combo.choose(str(filters[combo.accessibleName()]))
        self.search.setText(str(state.get("search", "")))

    def _build_content(self) -> None:
        self.table = self._make_table()
        self.table.row_chosen.connect(self._show_details)
        self.table.proxy.counted.connect(self._count)
        self.details = self._make_details()
        self.splitter = DetailsSplitter(self.table, self.details, self.context, self.name)
        full = QWidget()
        column = QVBoxLayout(full)
        column.setContentsMargins(theme.px(3), theme.px(3), theme.px(3), theme.px(3))
        column.setSpacing(theme.px(2))
        column.addLayout(self._build_tools())
        column.addWidget(self.splitter, 1)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(full)
        self._stack.addWidget(self._make_empty())

    def _build_tools(self) -> QLayout:
        self.search = SearchBox(self._texts.search_hint, self._texts.search_name)
        self.search.setMinimumWidth(theme.px(SEARCH_WIDTHS[0]))
        self.search.setMaximumWidth(theme.px(SEARCH_WIDTHS[1]))
        self.search.textChanged.connect(self.table.proxy.set_query)
        self.count_label = ElidedLabel()
        self.count_label.setProperty("muted", True)
        row = QHBoxLayout()
        row.setSpacing(theme.px(2))
        for part in self._make_lead():
            row.addWidget(part)
        row.addWidget(self.search, 2)
        filters = self._build_filters()
        under = self._make_under(filters)
        for combo in () if under is not None else filters:
            row.addWidget(combo)
        row.addWidget(self.count_label)
        row.addStretch(1)
        actions = tuple(self._make_actions())
        for action in actions[:-1]:
            row.addWidget(action)
        row.addWidget(self._build_columns_button())
        row.addWidget(self.splitter.toggle_button)
        row.addWidget(tool_button(IconName.COPY, self.tr("复制到剪贴板，可贴入 Excel"), self._copy))
        for action in actions[-1:]:
            row.addWidget(action)
        if under is None:
            return row
        both = QVBoxLayout()
        both.setSpacing(theme.px(2))
        both.addLayout(row)
        both.addLayout(under)
        return both

    def _build_filters(self) -> tuple[FilterCombo, ...]:
        places = place_choices(self._gazetteer)
        self.place_filter = FilterCombo(self.tr("按市县"), self.tr("全部市县"), places, self)
        self.place_filter.value_changed.connect(self._give_county)
        others = tuple(self._make_filters())
        for combo in others:
            combo.value_changed.connect(self._filter)
        self._filters = (self.place_filter, *others)
        return self._filters

    def _build_columns_button(self) -> QToolButton:
        self.columns_button = tool_button(IconName.COLUMNS, self.tr("选择显示的列"))
        self.columns_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.columns_button.clicked.connect(self._choose_columns)
        return self.columns_button

    def _take_rows(self, rows: tuple[R, ...]) -> None:
        """Keep the rows, and show the empty state where there are none."""
        self._rows = rows
        self._stack.setCurrentIndex(0 if rows else 1)

    def _count(self) -> None:
        self.count_label.set_full_text(
            self._texts.count.format(shown=self.table.proxy.rowCount(), all=len(self._rows))
        )

    def _filter(self) -> None:
        places = place_codes(self._gazetteer, self.place_filter.value)
        self.table.proxy.set_predicate(self._predicate(places))

    def _clear_filters(self) -> None:
        self.search.clear()
        for combo in self._filters:
            combo.choose("")

    def _give_county(self, value: str) -> None:
        if value in self._gazetteer.by_code:
            self.context.selection.county = value
        elif self.context.selection.county is not None:
            self.context.selection.county = None
        self._filter()

    def _take_county(self, code: str | None) -> None:
        if code is not None:
            self.place_filter.choose(code)
        elif self.place_filter.value in self._gazetteer.by_code:
            self.place_filter.choose("")
        self._filter()

    def _copy(self) -> None:
        rows = self.table.selected_rows()
        self.table.copy_rows()
        count = len(rows) if rows else self.table.proxy.rowCount()
        self.context.notify(self.tr("已复制 {n} 行").format(n=count))

    def _choose_columns(self) -> None:
        menu = self.table.column_menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.columns_button.mapToGlobal(self.columns_button.rect().bottomLeft()))
