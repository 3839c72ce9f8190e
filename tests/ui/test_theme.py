import pytest
from PySide6.QtGui import QImage

from envoy_app.domain.coverage import CoverageState
from ui import theme
from ui.icons import IconName, icon, set_icon

SCHEMES = (theme.Scheme.LIGHT, theme.Scheme.DARK)


@pytest.fixture(params=SCHEMES)
def colours(qapp, request):
    theme.apply_theme(qapp, request.param)
    return theme.tokens()


def test_text_reads_on_every_surface(colours):
    grounds = (colours.window, colours.surface, colours.surface_alt, colours.weekend)
    for ground in grounds:
        for ink in (colours.text, colours.muted, colours.accent, colours.warning, colours.danger):
            assert theme.contrast(ink, ground) >= 4.5
    for ground in (colours.selection, colours.hover):
        assert theme.contrast(colours.text, ground) >= 4.5
    assert theme.contrast(colours.on_accent, colours.accent) >= 4.5


def test_chip_text_reads_on_every_specialty_and_city(colours):
    chips = [theme.specialty_color(f"S{number:02d}") for number in range(1, 27)]
    chips += [theme.specialty_color("S99"), theme.city_color("成都市"), theme.city_color("资阳市")]
    assert min(theme.contrast(colours.text, chip) for chip in chips) >= 4.5


def test_specialties_have_colours_of_their_own(colours):
    names = {theme.specialty_color(f"S{number:02d}").name() for number in range(1, 27)}
    assert len(names) == 26


def test_coverage_states_differ_in_shape_not_only_colour(colours):
    def colours_in(state):
        texture = theme.coverage_brush(state).textureImage()
        if texture.isNull():
            return 1
        grey = texture.convertToFormat(QImage.Format.Format_Grayscale8)
        dark = sum(
            grey.pixelColor(x, y).lightness() != grey.pixelColor(4, 0).lightness()
            for x in range(grey.width())
            for y in range(grey.height())
        )
        return 1 + dark

    solid, hatched, crossed = map(
        colours_in, (CoverageState.COVERED, CoverageState.PARTIAL, CoverageState.UNCOVERED)
    )
    assert solid == 1
    assert 1 < hatched < crossed


def test_contrast_of_black_and_white_is_21():
    white, black = theme.LIGHT.surface, theme.QColor("#000000")
    assert theme.contrast(white, black) == pytest.approx(21.0)


def test_every_icon_name_has_a_drawing(colours):
    for name in IconName:
        image = icon(name).pixmap(16, 16).toImage()
        painted = {
            image.pixelColor(x, y).alpha() > 0
            for x in range(image.width())
            for y in range(image.height())
        }
        assert painted == {True, False}, name


def test_icons_follow_the_theme(qapp, qtbot):
    from PySide6.QtWidgets import QToolButton

    button = QToolButton()
    qtbot.addWidget(button)
    set_icon(button, IconName.STOP)
    light = button.icon().cacheKey()
    theme.change_scheme(theme.Scheme.DARK)
    assert button.icon().cacheKey() != light
