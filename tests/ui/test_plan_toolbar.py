"""The board's toolbar keeps to one row at the usual width; what it has no room for is in a menu."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget

from envoy_app.domain.geography import shipped_gazetteer
from tests.plan_factory import make_plan_view
from ui.plan.toolbar import PlanToolbar

WIDE = 1768
"""What a window of 1920 px leaves it."""


@pytest.fixture
def bar(qtbot):
    window = QWidget()  # a window of its own would not be made narrower than one row
    qtbot.addWidget(window)
    bar = PlanToolbar(shipped_gazetteer(), parent=window)
    info = make_plan_view(visits=10, envoys=10).info
    bar.set_plans([info], info)
    bar.resize(WIDE, bar.sizeHint().height())
    window.show()
    yield bar
    window.close()


def rare(bar):
    return bar.versions.isVisible(), bar.variants.isVisible(), bar.more.isVisible()


def test_a_width_just_too_small_has_the_rare_actions_in_a_menu(bar, qtbot):
    row, whole = bar.sizeHint().height(), bar.minimumSizeHint().width()
    less, narrow = whole - 20, whole // 2
    for width in (less, WIDE, narrow, less):
        bar.resize(width, row)
        folded = width == less
        assert rare(bar) == (not folded, not folded, folded)
        assert (bar.sizeHint().height() > row) == (width == narrow)
    versions, variants = bar.more.menu().actions()
    with qtbot.waitSignal(bar.versions_requested):
        versions.trigger()
    with qtbot.waitSignal(bar.variants_requested):
        variants.trigger()
    bar.show_comparing(running=True)
    assert variants.text() == bar.variants.text() == "正在比较…"


def test_without_a_plan_there_are_no_rare_actions(bar):
    for width in (WIDE // 2, WIDE):
        bar.set_plans([], None)
        bar.resize(width, bar.height())
        assert rare(bar) == (False, False, False)
