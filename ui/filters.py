"""Filter combos above tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import QComboBox, QStyledItemDelegate, QStyleOptionViewItem, QWidget
from typing_extensions import override

from envoy_app.domain.geography import Gazetteer
from ui import theme

INDENTED = int(Qt.ItemDataRole.UserRole) + 1


class _Indenting(QStyledItemDelegate):
    """Indents entries in the list only: the closed combo shows the bare name."""

    @override
    def initStyleOption(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().initStyleOption(option, index)
        if index.data(INDENTED):
            option.text = f"    {option.text}"


class FilterCombo(QComboBox):
    """Offers values of one kind; the first entry is "all" with the value "".

    Texts that begin with spaces are shown indented in the list.
    """

    value_changed = Signal(str)

    def __init__(
        self, name: str, all_text: str, choices: Sequence[tuple[str, str]], parent: QWidget | None
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.addItem(all_text, "")
        for value, text in choices:
            self.addItem(text.strip(), value)
            self.setItemData(self.count() - 1, text != text.strip(), INDENTED)
        self.setItemDelegate(_Indenting(self))
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(5)
        self.view().setMinimumWidth(theme.px(48))
        self.view().setTextElideMode(Qt.TextElideMode.ElideNone)
        self.setMaxVisibleItems(20)
        self.currentIndexChanged.connect(lambda: self.value_changed.emit(self.value))

    @property
    def value(self) -> str:
        """The value chosen, "" for all."""
        return cast(str, self.currentData())

    def choose(self, value: str) -> None:
        """Choose a value; "" or an unknown one is all."""
        self.setCurrentIndex(max(0, self.findData(value)))


def place_choices(gazetteer: Gazetteer) -> tuple[tuple[str, str], ...]:
    """Return cities, each followed by its counties (indented), for a filter combo."""
    choices: list[tuple[str, str]] = []
    for city in gazetteer.cities:
        choices.append((city, city))
        choices += [
            (item.code, f"    {item.name}") for item in gazetteer.counties if item.city == city
        ]
    return tuple(choices)


def place_codes(gazetteer: Gazetteer, value: str) -> frozenset[str]:
    """Return the county codes that a value of `place_choices` stands for; empty for all."""
    return frozenset(
        item.code for item in gazetteer.counties if value and value in (item.code, item.city)
    )
