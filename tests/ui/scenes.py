"""What a page shows after a few steps, for the pictures of tests.ui.shots."""

from __future__ import annotations

import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from envoy_app.domain.people import Absence
from envoy_app.domain.plans import PlanView

if TYPE_CHECKING:
    from tests.ui.shots import Photographer

HALF_MINUTE = 600  # how many quiet looks a search may need
COUNTY = "510183"


def take(camera: Photographer, names: tuple[str, ...]) -> None:
    """Take the scenes with these names; a scene that fails is told and the others go on."""
    for name in names or tuple(SCENES):
        try:
            SCENES[name](camera)
        except Exception:
            traceback.print_exc()


def _overview(camera: Photographer) -> None:
    from ui.overview.layers import Layer

    page = camera.show("overview")
    for layer in Layer:
        page.map_panel.set_layer(layer)
        camera.grab(f"overview-{layer.value}")
    page.map_panel.set_layer(Layer.FLOWS)
    page.map.set_selected(COUNTY)
    camera.grab("overview-flows-of-one")
    page.map_panel.set_layer(Layer.COVERAGE)
    page.tabs.setCurrentIndex(1)
    camera.grab("overview-gaps")
    page.tabs.setCurrentIndex(0)


def _roster(camera: Photographer) -> None:
    page = camera.show("roster")
    page.table.selectRow(3)
    for place, name in enumerate(("facts", "calendar", "load")):
        page.panel.tabs.setCurrentIndex(place)
        camera.grab(f"roster-{name}")
    page.panel.tabs.setCurrentIndex(0)
    page.panel.open_form(page.table.current_row().envoy)
    camera.grab("roster-form")
    page.panel.form.give_up()
    page.table.selectAll()
    camera.grab("roster-bulk")
    page.table.selectRow(0)


def _teams(camera: Photographer) -> None:
    page = camera.show("teams")
    page.board.jump("510107")
    camera.grab("teams-open")
    page.propose()
    camera.settle(HALF_MINUTE)
    camera.grab("teams-proposal")
    page.discard()


def _demands(camera: Photographer) -> None:
    home = camera.show("demands")
    home.tabs.setCurrentIndex(1)
    camera.settle()
    grid = home.part
    grid.grid.setCurrentIndex(grid.model.index(3, 9))
    camera.grab("standards")
    home.tabs.setCurrentIndex(2)
    camera.settle(HALF_MINUTE)
    camera.grab("month")
    home.tabs.setCurrentIndex(0)


def _plan(camera: Photographer) -> None:
    from ui.plan.board.layout import BoardMode

    page = camera.show("plan")
    camera.grab("plan-county")
    page.legend.open()
    camera.save(page.legend.panel, "plan-legend")
    page.legend.panel.close()
    held = _plan_of(camera).held
    page.hand.marks.choose([visit.id for visit in held[:8]])
    camera.grab("plan-many")
    page.hand.replanning.ask()
    camera.take_and_close(page.hand.replanning.dialog, "plan-replan")
    page.hand.marks.choose([])
    page.set_mode(BoardMode.ENVOY)
    camera.grab("plan-envoys")
    page.set_mode(BoardMode.COUNTY)
    page.board.set_zoom(31)
    camera.grab("plan-month")
    page.board.set_zoom(10)
    page.tray.setCurrentIndex(1)
    camera.grab("plan-coverage-tab")
    page.tray.setCurrentIndex(0)


def _conflicts(camera: Photographer) -> None:
    plan, roster = _plan_of(camera), camera.workspace.roster
    for number, visit in enumerate(plan.held[5:40:6]):
        envoy = roster.envoy(visit.envoys[0])
        day = visit.start.date
        away = replace(envoy, absences=(*envoy.absences, Absence(day, day, None, "病假")))
        gone = replace(envoy, active=False)
        camera.publish(roster.save(gone if number % 3 == 0 else away))
    page = camera.show("plan")
    page.toolbar.conflicts.click()
    camera.settle()
    page.tray.conflicts.table.selectRow(1)
    camera.grab("plan-conflicts")
    page.conflicts.open_renewal()
    camera.take_and_close(page.conflicts.dialog, "plan-renewal")


def _absence(camera: Photographer) -> None:
    from ui.absence_question import about_visit

    plan = _plan_of(camera)
    busy = Counter(who for visit in plan.held for who in visit.envoys).most_common(1)[0][0]
    first = next(visit for visit in plan.held if busy in visit.envoys)
    question = about_visit(first, plan, busy)
    last = replace(question.last, date=question.last.date + timedelta(days=20))
    camera.window.open_absence(replace(question, last=last))
    camera.settle(HALF_MINUTE)
    dialog = camera.window.absence
    camera.save(dialog, "absence")
    dialog.choices.take_advice()
    camera.settle()
    dialog.calls_button.click()
    camera.take_and_close(dialog, "absence-calls")
    camera.window.open_absence()
    camera.take_and_close(dialog, "absence-nobody")


def _variants(camera: Photographer) -> None:
    page = camera.show("plan")
    page.open_variants(presets=True)
    dialog = page.variants
    camera.save(dialog, "variants")
    seconds = dialog.setup.seconds
    seconds.setItemData(0, 6)
    seconds.setCurrentIndex(0)
    dialog.start()
    camera.pause(4000)
    camera.snap(dialog, "variants-running")
    camera.settle(2 * HALF_MINUTE)
    camera.take_and_close(dialog, "variants-result")


def _publish(camera: Photographer) -> None:
    page = camera.show("plan")
    page.toolbar.publish.click()
    camera.save(page.publish_dialog, "publish")
    page.publish_dialog.publish()
    camera.settle()
    page.publish_dialog.close()
    camera.grab("plan-published")
    page.open_versions()
    camera.settle()
    camera.take_and_close(page.versions, "versions")


def _history(camera: Photographer) -> None:
    page = camera.show("history")
    page.table.selectRow(0)
    camera.grab("history")
    page.table.selectRow(page.table.model().rowCount() - 1)
    camera.grab("history-first")


def _palette(camera: Photographer) -> None:
    bar = camera.window.top_bar.search
    camera.window.show_page("overview")
    for words in ("排", "pb", "没有这样的"):
        bar.setFocus()
        bar.setText(words)
        bar.textEdited.emit(words)
        camera.settle()
        camera.save(bar._popup, f"palette-{words}")
    bar._popup.hide()
    bar.clear()


def _empty(camera: Photographer) -> None:
    """Take every page of a database that holds nothing, with each of its parts."""
    for key in camera.window.specs:
        page = camera.show(key)
        camera.grab(f"empty-{key}")
        tabs = getattr(page, "tabs", None)
        for place in range(1, tabs.count() if tabs is not None else 0):
            tabs.setCurrentIndex(place)
            camera.settle()
            camera.grab(f"empty-{key}-{place}")
    camera.show("plan").open_run_dialog()
    camera.take_and_close(camera.window.pages["plan"].run_dialog, "empty-run")
    camera.window.open_absence()
    camera.take_and_close(camera.window.absence, "empty-absence")


def _plan_of(camera: Photographer) -> PlanView:
    camera.settle()
    plan = camera.plans.plan
    if plan is None:
        raise LookupError("no plan in this database")
    return plan


SCENES: dict[str, Callable[[Photographer], None]] = {
    "overview": _overview,
    "roster": _roster,
    "teams": _teams,
    "demands": _demands,
    "plan": _plan,
    "absence": _absence,
    "conflicts": _conflicts,
    "variants": _variants,
    "publish": _publish,
    "history": _history,
    "palette": _palette,
    "empty": _empty,
}
