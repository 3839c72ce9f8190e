"""Carries commands out on a desk and says what came of it; nothing is stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from envoy_app.domain.editing import BrokenRule, Command, Cure, EditRefused, EditVerdict, Several
from envoy_app.domain.plans import CostView, PlanView, ScoreView
from envoy_app.services.edit_commands import draft
from envoy_app.services.edit_cures import cure_draft
from envoy_app.services.edit_desk import Desk, Draft
from envoy_app.services.plan_figures import NO_BOUND, with_figures
from envoy_app.services.plan_results import cost_view
from envoy_app.services.rule_words import RuleWords
from envoy_app.services.score_words import change_words
from solver import Violation

_TOLD = 2


def carried_out(desk: Desk, command: Command) -> tuple[Desk, Draft]:
    """Return the desk after a command, and all that it does.

    Raises NotFoundError and InputError where it does not fit the plan, in a sentence.
    """
    if isinstance(command, Cure):
        found = cure_draft(desk, command)
        return desk.after(found), found
    if not isinstance(command, Several):
        found = draft(desk, command)
        return desk.after(found), found
    whole = Draft(command.description)
    for part in command.commands:
        desk, one = carried_out(desk, part)
        whole = replace(
            whole,
            amendments=(*whole.amendments, *one.amendments),
            absences=(*whole.absences, *one.absences),
            loosened=whole.loosened or one.loosened,
        )
    return desk, whole


def judged(before: Desk, after: Desk, description: str) -> EditVerdict:
    """Return what it takes to get from one desk to another."""
    old, new = Counter(before.report.violations), Counter(after.report.violations)
    cost = cost_change(before, after)
    change = score_change(before, after)
    held = len(after.assignments) - len(before.assignments)
    return EditVerdict(
        description=description,
        broken=told_of(after, (new - old).elements()),
        cured=told_of(before, (old - new).elements()),
        change=change,
        cost=cost,
        words=change_words(change, cost, held),
    )


def score_change(before: Desk, after: Desk) -> ScoreView:
    """Return the change of the four tiers from one desk to another."""
    return ScoreView(*(b - a for a, b in zip(before.report.score, after.report.score, strict=True)))


def cost_change(before: Desk, after: Desk) -> CostView:
    """Return the change of the parts of the last tier."""
    old = cost_view(before.report, before.instance)
    new = cost_view(after.report, after.instance)
    return CostView(
        new.sharing - old.sharing,
        new.travel - old.travel,
        new.fairness - old.fairness,
        new.travel_minutes - old.travel_minutes,
    )


def told_of(desk: Desk, violations: Iterable[Violation]) -> tuple[BrokenRule, ...]:
    """Return broken rules of a desk in words."""
    found = tuple(violations)
    if not found:
        return ()
    words = RuleWords(desk.instance, desk.assignments, desk.view, desk.gazetteer, desk.vocabulary)
    return tuple(map(words.broken, found))


def require_sound(before: Desk, after: Desk, done: Draft) -> None:
    """Raise EditRefused where a desk breaks a rule that is to be stored."""
    if not after.report.violations:
        return
    broken = judged(before, after, done.description).broken
    told = "；".join(rule.text.rstrip("。") for rule in broken[:_TOLD])
    more = f"等 {len(broken)} 处" if len(broken) > _TOLD else ""
    raise EditRefused(f"没有{done.description}，会违反规则：{told}{more}。", broken)


def figured(after: Desk, done: Draft) -> PlanView:
    """Return the plan of a desk with its figures, to be stored."""
    view = after.view
    if done.loosened:
        view = replace(view, info=replace(view.info, bounds=NO_BOUND))
    return with_figures(view, after.instance, after.report, after.vocabulary.name)
