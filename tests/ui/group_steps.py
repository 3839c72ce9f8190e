"""Steps of the tests that select and change several visits on the board."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from ui.plan.board.paint import FIRST_COLUMN, HEADER

LEFT = Qt.MouseButton.LeftButton
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
PLAIN = Qt.KeyboardModifier.NoModifier


def of(context, key):
    return next(visit for visit in context.plans.plan.visits if visit.id == key)


def stored(context, key):
    """A visit as the database has it."""
    plan = context.workspace.planning.view(context.plans.plan.info.id)
    return next(visit for visit in plan.visits if visit.id == key)


def chip_point(page, key):
    (chip,) = page.board.scene.layout.by_visit[key]
    return page.board.chip_box(chip).center()


def click(page, key, modifier=PLAIN):
    QTest.mouseClick(page.board.viewport(), LEFT, modifier, chip_point(page, key))


def press(page, *keys, modifier=PLAIN):
    for key in keys:
        QTest.keyClick(page.board, key, modifier)


def day_point(page, place, *, week=False):
    """The middle of a day's heading, or a point of its week's above it."""
    scene = page.board.scene
    x, width = scene.timeline.span(2 * place, 2 * place + 1)
    return QPoint(round(x + width / 2) + FIRST_COLUMN - scene.left, 8 if week else HEADER - 20)


def row_point(page, key):
    rows = page.board.scene.layout.rows
    place = next(index for index, row in enumerate(rows) if row.key == key)
    return page.board.row_box(place).center()


def menu_at(page, where):
    """Ask for the menu with the right button, and return it."""
    viewport = page.board.viewport()
    reason = QContextMenuEvent.Reason.Mouse
    QApplication.sendEvent(viewport, QContextMenuEvent(reason, where, viewport.mapToGlobal(where)))
    return open_menu(page)


def open_menu(page):
    (menu,) = [
        item
        for item in page.findChildren(QMenu)
        if item.isVisible() and not isinstance(item.parent(), QMenu)
    ]
    return menu


def actions_of(menu):
    """All that a menu and the menus below it offer, by their texts."""
    found = {}
    for action in menu.actions():
        if action.menu():
            inner = actions_of(action.menu())
            found |= {f"{action.text()} {name}": item for name, item in inner.items()}
            found[action.text()] = action
        elif action.text():
            found[action.text().partition("\t")[0]] = action
    return found


def choose(page, menu, text, settle, context):
    """Choose what begins with a text, and wait until it is done."""
    action = next(item for name, item in actions_of(menu).items() if name.startswith(text))
    assert action.isEnabled(), action.toolTip()
    action.trigger()
    menu.close()
    settle(context)


def undo(context, settle):
    """Ctrl+Z as the window does it."""
    context.undo.refresh()
    settle(context)
    context.undo.turn()
    settle(context)
