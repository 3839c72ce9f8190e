"""What colours and patterns say, how well they are told apart, and the legend."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from envoy_app.domain.geography import shipped_gazetteer
from envoy_app.domain.plans import HandMade, VisitOrigin
from envoy_app.domain.vocabulary import shipped_vocabulary
from tests.plan_factory import make_plan_view
from ui import theme
from ui.plan.board.categories import (
    BY_HAND,
    DEMANDED,
    LACKING,
    LOCKED,
    USUAL,
    ColourBy,
    category_of,
    counted,
    ink_on,
    texture,
)
from ui.plan.board.layout import BoardMode, build_layout
from ui.plan.board.legend import LegendButton
from ui.plan.board.view import BoardView
from ui.plan.labels import Labels

GAZETTEER, VOCABULARY = shipped_gazetteer(), shipped_vocabulary()
TEXT_CONTRAST, MARK_CONTRAST = 4.5, 1.25
KINDS = range(-1, 35)
PLAN = make_plan_view(visits=120, envoys=80)
LABELS = Labels(PLAN, GAZETTEER, VOCABULARY)


@pytest.fixture(params=[theme.Scheme.LIGHT, theme.Scheme.DARK])
def scheme(request, qapp):
    theme.apply_theme(qapp, request.param)
    yield request.param
    theme.apply_theme(qapp, theme.Scheme.LIGHT)


def test_words_read_on_every_chip(scheme):
    for index in KINDS:
        fill = theme.chip_color(index)
        assert theme.contrast(theme.tokens().text, fill) >= TEXT_CONTRAST, index


def test_patterns_show_on_every_chip(scheme):
    for index in KINDS:
        fill = theme.chip_color(index)
        assert theme.contrast(ink_on(fill), fill) >= MARK_CONTRAST, index


def test_header_and_first_column_read_in_both_schemes(scheme):
    colours = theme.tokens()
    for ground in (colours.surface, colours.surface_alt, colours.selection):
        for ink in (colours.text, colours.muted):
            assert theme.contrast(ink, ground) >= TEXT_CONTRAST
    for ink in (colours.accent, colours.warning, colours.danger):
        assert theme.contrast(ink, colours.surface_alt) >= TEXT_CONTRAST


def _grey(index):
    """A kind's tile as grey print and the colour-blind have it: its pattern."""
    fill = theme.chip_color(0)
    brush = texture(index, fill)
    if brush.style() is not Qt.BrushStyle.TexturePattern:
        return b""
    return bytes(brush.textureImage().convertToFormat(QImage.Format.Format_Grayscale8).constBits())


def test_no_two_kinds_share_colour_and_pattern(scheme):
    looks = {(theme.chip_color(index).name(), _grey(index)) for index in range(35)}
    assert len(looks) == 35


def test_eight_patterns_differ_without_any_colour(qapp):
    assert len({_grey(index) for index in range(8)}) == 8


def visit(**values):
    return replace(next(v for v in PLAN.held if not v.locked), **values)


def test_the_state_of_a_visit_says_what_matters_most():
    full = visit(origin=VisitOrigin.DEMAND)
    role = replace(full.roles[0], envoys=())
    for made, expected in (
        (replace(full, roles=(role,), date_locked=True), LACKING),
        (replace(full, people_locked=True, by_hand=HandMade()), LOCKED),
        (replace(full, by_hand=HandMade()), BY_HAND),
        (full, DEMANDED),
        (replace(full, origin=VisitOrigin.STANDARD), USUAL),
    ):
        assert category_of(LABELS, made, ColourBy.STATE) == expected


def test_a_team_is_that_of_the_first_person_who_is_of_one():
    reserve = next(card for card in PLAN.envoys.values() if card.team_county is None)
    member = next(card for card in PLAN.envoys.values() if card.team_county)
    county = GAZETTEER.by_code[member.team_county]
    role = visit().roles[0]
    both = visit(roles=(replace(role, envoys=(reserve.id, member.id)),))
    assert category_of(LABELS, both, ColourBy.TEAM).title == f"{county.short_name}县团"
    alone = visit(roles=(replace(role, envoys=(reserve.id,)),))
    assert category_of(LABELS, alone, ColourBy.TEAM).title == "机动人员"


def test_kinds_are_counted_most_first():
    for colour_by in ColourBy:
        found = counted(LABELS, PLAN.held, colour_by)
        numbers = [number for _, number in found]
        assert sum(numbers) == len(PLAN.held)
        assert numbers == sorted(numbers, reverse=True)
        assert all(kind.title for kind, _ in found)


@pytest.fixture
def board(qtbot):
    made = BoardView()
    qtbot.addWidget(made)
    made.resize(900, 500)
    made.show()
    layout = build_layout(PLAN, GAZETTEER, VOCABULARY.name, BoardMode.COUNTY)
    made.show_plan(PLAN, layout, LABELS, lambda _day: None)
    return made


@pytest.fixture
def legend(qtbot, board):
    made = LegendButton(board)
    qtbot.addWidget(made)
    made.show()
    qtbot.mouseClick(made.button, Qt.MouseButton.LeftButton)
    return made


def test_the_legend_lists_the_kinds_on_the_board(legend, board):
    found = counted(LABELS, PLAN.held, ColourBy.SPECIALTY)
    texts = [made.text() for made in legend.panel.buttons.values()]
    assert texts == [f"{kind.title}  {number}" for kind, number in found]
    assert not legend.panel.all_button.isEnabled()
    assert legend.panel.all_button.toolTip() == "现在就是全部显示"


def test_a_click_lets_a_kind_stand_out_and_another_one_all(legend, board, qtbot):
    key, made = next(iter(legend.panel.buttons.items()))
    made.click()
    assert board.highlighted == {key}
    assert legend.button.text() == "图例 (1)"
    assert legend.button.isChecked()
    qtbot.mouseClick(legend.panel.all_button, Qt.MouseButton.LeftButton)
    assert board.highlighted is None
    assert legend.button.text() == "图例"


def test_what_stands_out_stays_when_the_plan_changes_and_ends_with_other_colours(legend, board):
    key = next(iter(legend.panel.buttons))
    legend.panel.buttons[key].click()
    board.show_plan(PLAN, board.scene.layout, LABELS, lambda _day: None)
    assert board.highlighted == {key}
    board.set_colour_by(ColourBy.CITY)
    assert board.highlighted is None


def test_the_legend_says_where_there_is_nothing(qtbot):
    board = BoardView()
    qtbot.addWidget(board)
    button = LegendButton(board)
    qtbot.addWidget(button)
    button.show()
    button.open()
    assert not button.panel.buttons
