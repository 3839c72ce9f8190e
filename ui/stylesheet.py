"""The window's one stylesheet, written with the names of the theme's colours."""

from __future__ import annotations

import re
from collections.abc import Callable

# A name in angle brackets is a theme token. Spaces are multiples of 4 px.
_SHEET = """
* { outline: none; }
QToolTip { background: <surface>; color: <text>; border: 1px solid <border>; padding: 4px 6px; }
QWidget#rail, QWidget#topBar { background: <surface>; }
QWidget#rail { border-right: 1px solid <border>; }
QWidget#topBar { border-bottom: 1px solid <border>; }
QStatusBar { background: <surface>; border-top: 1px solid <border>; color: <muted>; }
QStatusBar::item { border: none; }
QFrame#card, QFrame#panel { background: <surface>; border: 1px solid <border>;
  border-radius: 6px; }
QLabel[muted="true"] { color: <muted>; }
QLabel[danger="true"] { color: <danger>; }
QLabel[warning="true"] { color: <warning>; }
QLabel[heading="true"] { font-size: 15px; font-weight: 600; }
QLabel[title="true"] { font-size: 18px; font-weight: 600; }
QLabel[figure="true"] { font-size: 20px; font-weight: 600; }
QLabel[strong="true"] { font-weight: 600; }
QLabel[small="true"] { font-size: 12px; }
QLabel[badge="true"] { border: 1px solid <border>; border-radius: 4px; padding: 1px 6px;
  color: <muted>; }
QLabel[sample="true"] { border: 1px solid <warning>; border-radius: 4px; padding: 1px 6px;
  color: <warning>; font-weight: 600; }
QPushButton { background: <surface>; border: 1px solid <border>; border-radius: 4px;
  padding: 4px 12px; min-height: 18px; }
QPushButton:hover { background: <hover>; }
QPushButton:pressed { background: <selection>; }
QPushButton:focus { border-color: <accent>; }
QPushButton:disabled { background: <window>; }
QPushButton[primary="true"] { background: <accent>; color: <on_accent>; border-color: <accent>;
  font-weight: 600; }
QPushButton[primary="true"]:focus { border: 2px solid <text>; padding: 3px 11px; }
QPushButton[primary="true"]:disabled { background: <none>; border-color: <none>; }
QPushButton[link="true"] { border: 1px solid transparent; background: transparent; color: <accent>;
  padding: 2px 4px; text-align: left; }
QPushButton[link="true"]:hover { text-decoration: underline; }
QPushButton[link="true"]:focus { border-color: <accent>; }
QPushButton[compact="true"] { padding: 1px 10px; min-height: 16px; }
QToolButton { background: transparent; border: 1px solid transparent; border-radius: 4px;
  padding: 4px; }
QToolButton:hover { background: <hover>; }
QToolButton:focus { border-color: <accent>; }
QToolButton:checked { background: <selection>; }
QToolButton[framed="true"] { border-color: <border>; background: <surface>; padding: 4px 8px; }
QToolButton[framed="true"]:hover { background: <hover>; }
QToolButton[framed="true"]:checked { background: <selection>; border-color: <accent>;
  font-weight: 600; }
QToolButton[framed="true"]:focus { border-color: <accent>; }
QToolButton[framed="true"]::menu-indicator { image: none; width: 0; }
QToolButton[popupMode="1"] { padding-right: 18px; }
QToolButton::menu-button { border: none; width: 16px; border-top-right-radius: 4px;
  border-bottom-right-radius: 4px; }
QToolButton::menu-button:hover { background: <selection>; }
QToolButton::menu-arrow { image: url("<arrow>"); width: 10px; height: 10px; }
QToolButton[rail="true"] { padding: 6px 8px; text-align: left; }
QToolButton[rail="true"]:checked { color: <accent>; font-weight: 600; }
QToolButton[chip="true"] { background: <selection>; border-radius: 10px; padding: 2px 8px; }
QToolButton[chip="true"]:hover { border-color: <accent>; }
QLineEdit, QSpinBox, QDoubleSpinBox, QDateEdit, QPlainTextEdit, QTextEdit {
  background: <surface>; border: 1px solid <border>; border-radius: 4px; padding: 3px 6px;
  selection-background-color: <selection>; selection-color: <text>; }
QLineEdit, QSpinBox, QDoubleSpinBox, QDateEdit { min-height: 20px; }
QLineEdit:focus, QSpinBox:focus, QDateEdit:focus, QPlainTextEdit:focus, QTextEdit:focus {
  border-color: <accent>; }
QLineEdit:disabled, QComboBox:disabled, QSpinBox:disabled, QDoubleSpinBox:disabled,
QDateEdit:disabled, QPlainTextEdit:disabled { background: <window>; }
QComboBox { background: <surface>; border: 1px solid <border>; border-radius: 4px;
  padding: 3px 4px 3px 8px; min-height: 20px; }
QComboBox:hover { background: <hover>; }
QComboBox:focus, QComboBox:on { border-color: <accent>; }
QComboBox::drop-down { border: none; width: 20px; }
QComboBox::down-arrow { image: url("<arrow>"); width: 12px; height: 12px; }
QComboBox QAbstractItemView { border: 1px solid <border>; padding: 2px; }
QDateEdit::drop-down { border: none; width: 20px; }
QDateEdit::down-arrow { image: url("<arrow>"); width: 12px; height: 12px; }
QCheckBox, QRadioButton { spacing: 6px; }
QCheckBox::indicator, QRadioButton::indicator, QAbstractItemView::indicator {
  width: 14px; height: 14px;
  border: 1px solid <muted>; border-radius: 3px; background: <surface>; }
QRadioButton::indicator { border-radius: 8px; }
QCheckBox::indicator:checked, QAbstractItemView::indicator:checked {
  background: <accent>; border-color: <accent>;
  image: url("<tick>"); }
QRadioButton::indicator:checked { width: 8px; height: 8px; border: 4px solid <accent>; }
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled,
QAbstractItemView::indicator:disabled { border-color: <border>; }
QCheckBox:focus, QRadioButton:focus { color: <accent>; }
QSpinBox, QDoubleSpinBox { padding-right: 20px; }
QSpinBox::up-button, QSpinBox::down-button, QDoubleSpinBox::up-button,
QDoubleSpinBox::down-button { border: none; background: transparent; width: 18px; }
QSpinBox::up-arrow, QDoubleSpinBox::up-arrow { image: url("<arrow_up>"); width: 10px;
  height: 10px; }
QSpinBox::down-arrow, QDoubleSpinBox::down-arrow { image: url("<arrow>"); width: 10px;
  height: 10px; }
QAbstractItemView { background: <surface>; alternate-background-color: <surface_alt>;
  border: 1px solid <border>; border-radius: 4px; selection-background-color: <selection>;
  selection-color: <text>; gridline-color: <border>; }
QAbstractItemView:focus { border-color: <accent>; }
QTableView::item { padding: 0 3px; border: none; }
QTableView::item:selected { background: <selection>; color: <text>; }
QTreeView::item { height: 24px; border: none; }
QTreeView::item:selected { background: <selection>; color: <text>; }
QHeaderView { background: <surface_alt>; border: none; }
QHeaderView::section { background: <surface_alt>; color: <muted>; border: none;
  border-right: 1px solid <border>; border-bottom: 1px solid <border>; padding: 3px 6px;
  font-weight: 600; }
QHeaderView::section:hover { background: <hover>; }
QTableCornerButton::section { background: <surface_alt>; border: none;
  border-right: 1px solid <border>; border-bottom: 1px solid <border>; }
QMenu { background: <surface>; border: 1px solid <border>; padding: 4px; }
QMenu::item { padding: 4px 20px 4px 24px; border-radius: 4px; }
QMenu::item:selected { background: <selection>; color: <text>; }
QMenu::separator { height: 1px; background: <border>; margin: 4px 8px; }
QProgressBar { border: 1px solid <border>; border-radius: 4px; background: <window>;
  text-align: center; color: <text>; }
QProgressBar::chunk { background: <covered>; border-radius: 3px; }
QSplitter::handle { background: transparent; }
QScrollArea { border: none; background: transparent; }
QScrollArea > QWidget > QWidget#scrollContent { background: transparent; }
QAbstractScrollArea::corner { border: none; background: transparent; }
QScrollBar:vertical { background: transparent; width: 12px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 0; }
QScrollBar::handle { background: <border>; border-radius: 4px; margin: 2px; }
QScrollBar::handle:hover { background: <none>; }
QScrollBar::handle:vertical { min-height: 28px; }
QScrollBar::handle:horizontal { min-width: 28px; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QTabWidget::pane { border: none; border-top: 1px solid <border>; }
QTabBar { qproperty-drawBase: 0; }
QTabBar::tab { padding: 5px 12px; border: none; border-bottom: 2px solid transparent;
  color: <muted>; }
QTabBar::tab:selected { color: <text>; border-bottom-color: <accent>; font-weight: 600; }
QTabBar::tab:hover { color: <text>; }
QTabBar::tab:focus { background: <hover>; }
"""


def stylesheet(colour: Callable[[str], str]) -> str:
    """Return the sheet with every `<token>` replaced by `colour(token)` (#rrggbb)."""
    return re.sub(r"<(\w+)>", lambda match: colour(match.group(1)), _SHEET)
