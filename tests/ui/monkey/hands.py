"""The monkey's hands: mouse and keyboard events as the system sends them.

All goes to a window, not to a widget, so that popups, modal dialogs and grabs work as they do for
people. What takes several events (a drag) is a list of small deeds: between two of them the event
loop runs, nested ones too.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from random import Random

from PySide6.QtCore import QCoreApplication, QPoint, QRect, Qt
from PySide6.QtGui import QGuiApplication, QInputMethodEvent, QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QTabBar,
    QWidget,
)

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
_CORNER = QPoint(0, 0)
_PLAIN = Qt.KeyboardModifier.NoModifier
_MODIFIERS = (
    *([_PLAIN] * 8),
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
)
_CONTROLS = (
    QAbstractButton, QAbstractItemView, QLineEdit, QComboBox, QTabBar, QAbstractSpinBox,
)  # fmt: skip
_KEY_NAMES = """
    Up Down Left Right Up Down Left Right Up Down Left Right Return Enter Space Escape Tab Tab
    Backtab Delete Insert Backspace Home End PageUp PageDown F1 F2 F4 F5 F8 F10 Menu
    A L M R S W Plus Minus 1 2 9
"""
_KEYS = [getattr(Qt.Key, f"Key_{name}") for name in _KEY_NAMES.split()]
_CONTROL_KEYS = "ACVXZYFKIDGLPN123456789"
_WORDS = ("王", "李建国", "柑橘", "wang", "zj", "植保 龙泉", "510112", "2026-12-05", "𬭚", "'; --")


def top_widget(main: QWidget) -> QWidget:
    """What takes input now: the popup, else the modal dialog, else the window."""
    return QApplication.activePopupWidget() or QApplication.activeModalWidget() or main


class Hands:
    """Does one random thing at a time; `said` tells what it was."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self.todo: deque[Callable[[], str]] = deque()
        self._kinds: list[tuple[int, Callable[[QWidget], str]]] = [
            (26, self._click),
            (4, self._double_click),
            (6, self._context_click),
            (8, self._move),
            (10, self._drag),
            (8, self._wheel),
            (22, self._press_key),
            (6, self._press_control_key),
            (4, self._press_shortcut),
            (6, self._type),
        ]

    def act(self, main: QWidget) -> str:
        """Go on with what is begun, else do something; return what, in words."""
        if self.todo:
            return self.todo.popleft()()
        weights = [weight for weight, _ in self._kinds]
        ((_, deed),) = self._random.choices(self._kinds, weights)
        top = top_widget(main)
        if top.windowHandle() is None or not top.isVisible():
            return "nothing to touch"
        return f"{deed.__name__.strip('_')} {deed(top)}"

    # Where -----------------------------------------------------------------------------------

    def _spot(self, top: QWidget) -> tuple[QPoint, str]:
        """A random place: on a control half of the time."""
        controls = [
            child
            for kind in self._random.sample(_CONTROLS, 2)
            for child in top.findChildren(kind)
            if child.isVisible() and child.window() is top
        ]
        target = self._random.choice(controls) if controls and self._random.random() < 0.6 else top
        inner = self._within(target)
        spot = target.mapTo(top, inner)
        if not top.rect().contains(spot):  # scrolled away
            target, spot = top, self._within(top)
        name = target.accessibleName() or target.objectName() or target.property("text") or ""
        return spot, f"{type(target).__name__} {name} at {spot.x()},{spot.y()}"

    def _within(self, widget: QWidget) -> QPoint:
        return QPoint(
            self._random.randrange(max(1, widget.width())),
            self._random.randrange(max(1, widget.height())),
        )

    # Mouse -----------------------------------------------------------------------------------

    def _click(self, top: QWidget) -> str:
        spot, said = self._spot(top)
        modifier = self._random.choice(_MODIFIERS)
        self.todo.append(lambda: self._press(top, spot, LEFT, modifier))
        self.todo.append(lambda: self._release(top, spot, LEFT, modifier))
        return said

    def _context_click(self, top: QWidget) -> str:
        spot, said = self._spot(top)
        self.todo.append(lambda: self._press(top, spot, RIGHT))
        self.todo.append(lambda: self._release(top, spot, RIGHT))
        return said

    def _double_click(self, top: QWidget) -> str:
        spot, said = self._spot(top)
        self._on(top, lambda window: QTest.mouseDClick(window, LEFT, _PLAIN, spot), spot)
        return said

    def _move(self, top: QWidget) -> str:
        spot, said = self._spot(top)
        self._on(top, lambda window: QTest.mouseMove(window, spot), spot)
        return said

    def _drag(self, top: QWidget) -> str:
        start, said = self._spot(top)
        end, there = self._spot(top)
        steps = self._random.randrange(2, 7)
        self.todo.append(lambda: self._press(top, start, LEFT))
        for step in range(1, steps + 1):
            spot = start + (end - start) * step / steps
            self.todo.append(lambda spot=spot: self._over(top, spot))
        if self._random.random() < 0.1:
            self.todo.append(lambda: self.key(top, Qt.Key.Key_Escape))
        self.todo.append(lambda: self._release(top, end, LEFT))
        return f"{said} to {there}"

    def _wheel(self, top: QWidget) -> str:
        spot, said = self._spot(top)
        turn = QPoint(0, self._random.choice((-360, -120, 120, 360)))
        modifier = self._random.choice(_MODIFIERS)
        self._on(
            top, lambda window: QTest.wheelEvent(window, spot, turn, QPoint(0, 0), modifier), spot
        )
        return said

    def _press(self, top: QWidget, spot: QPoint, button: Qt.MouseButton, modifier=_PLAIN) -> str:
        self._on(top, lambda window: QTest.mousePress(window, button, modifier, spot), spot)
        return "  press"

    def _over(self, top: QWidget, spot: QPoint) -> str:
        self._on(top, lambda window: QTest.mouseMove(window, spot), spot)
        return f"  over {spot.x()},{spot.y()}"

    def _release(self, top: QWidget, spot: QPoint, button: Qt.MouseButton, modifier=_PLAIN) -> str:
        self._on(top, lambda window: QTest.mouseRelease(window, button, modifier, spot), spot)
        return "  release"

    def let_go(self, top: QWidget) -> str:
        """Release whatever button is held."""
        for button in (LEFT, RIGHT):
            if QGuiApplication.mouseButtons() & button:
                self._release(top, top.rect().center(), button)
        return "let go"

    def _on(self, top: QWidget, send: Callable[[object], None], spot: QPoint = _CORNER) -> None:
        """Send to a window, if it is still there when its turn comes, and as large."""
        alive = [one for one in QApplication.topLevelWidgets() if one is top and one.isVisible()]
        window = alive[0].windowHandle() if alive else None
        if window is not None and QRect(QPoint(), window.size()).contains(spot):
            send(window)

    # Keyboard --------------------------------------------------------------------------------

    def key(self, top: QWidget, key: Qt.Key, modifier=_PLAIN) -> str:
        """Press and release a key."""
        self._on(top, lambda window: QTest.keyClick(window, key, modifier))
        return f"{modifier.name} {Qt.Key(key).name}"

    def _press_key(self, top: QWidget) -> str:
        times = self._random.choice((1, 1, 1, 2, 4))
        key, modifier = self._random.choice(_KEYS), self._random.choice(_MODIFIERS)
        for _ in range(times - 1):
            self.todo.append(lambda: self.key(top, key, modifier))
        return self.key(top, key, modifier)

    def _press_control_key(self, top: QWidget) -> str:
        letter = self._random.choice(_CONTROL_KEYS)
        return self.key(top, getattr(Qt.Key, f"Key_{letter}"), Qt.KeyboardModifier.ControlModifier)

    def _press_shortcut(self, top: QWidget) -> str:
        known = [item.key() for item in top.findChildren(QShortcut)]
        known += [action.shortcut() for part in (top,) for action in part.actions()]
        known = [item for item in known if not item.isEmpty()]
        if not known:
            return "none"
        chosen: QKeySequence = self._random.choice(known)
        self._on(top, lambda window: QTest.keySequence(window, chosen))
        return chosen.toString()

    def _type(self, top: QWidget) -> str:
        text = self._random.choice(_WORDS)
        target = QGuiApplication.focusObject()
        if target is None:
            return "nowhere"
        if text.isascii():
            for letter in text:
                self.todo.append(lambda letter=letter: self._letter(top, letter))
        elif isinstance(target, QWidget) and target.testAttribute(
            Qt.WidgetAttribute.WA_InputMethodEnabled
        ):
            event = QInputMethodEvent()
            event.setCommitString(text)
            QCoreApplication.sendEvent(target, event)
        return text

    def _letter(self, top: QWidget, letter: str) -> str:
        self._on(top, lambda window: QTest.keyClick(window, ord(letter)))
        return f"  {letter}"
