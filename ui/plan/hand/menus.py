"""Context menus of the board: what can be done, and why what cannot be done is not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtWidgets import QMenu

from ui.plan.hand.visit_items import Item


@dataclass(frozen=True, slots=True)
class SubMenu:
    """Things to do that stand in a menu of their own."""

    text: str
    items: tuple[Item, ...]


Entry = Item | SubMenu | None
"""None is a line between."""


def filled(menu: QMenu, entries: Iterable[Entry]) -> QMenu:
    """Fill a menu and return it; what cannot be done says why in its tooltip."""
    menu.setToolTipsVisible(True)
    for entry in entries:
        if entry is None:
            menu.addSeparator()
        elif isinstance(entry, SubMenu):
            below = filled(menu.addMenu(entry.text), entry.items)
            reasons = {item.why_not for item in entry.items}
            # Where nothing below can be done for one reason, it is told at once.
            why_not = "" if "" in reasons or len(reasons) > 1 else next(iter(reasons), "")
            below.menuAction().setEnabled(not why_not)
            below.menuAction().setToolTip(why_not)
        else:
            action = menu.addAction(entry.text)
            action.setEnabled(not entry.why_not)
            action.setToolTip(entry.why_not)
            action.triggered.connect(lambda _checked=False, run=entry.run: run())
    return menu
