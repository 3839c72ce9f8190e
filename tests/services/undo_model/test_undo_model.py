"""Undo and redo in any order, by two users, across restarts, against a model of what is right."""

from __future__ import annotations

import random
import shutil
import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from tests.services.undo_model.world import DONE, OFTEN, REFUSED, STEPS, World, template

BACK = ("undo", "redo", "undo any", "redo any") * 6
QUICK = [name for name in STEPS if name != "sample"]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return template(tmp_path_factory.mktemp("template"))


def machine(made: Path, outcomes: Counter) -> type[RuleBasedStateMachine]:
    class UndoMachine(RuleBasedStateMachine):
        """Each rule is any step; what it does is drawn from a seed, so that it can be repeated."""

        def __init__(self) -> None:
            super().__init__()
            self.folder = Path(tempfile.mkdtemp(prefix="envoy-model-"))
            self.world = World(self.folder / "a.db", made)

        @rule(name=st.sampled_from((*QUICK, *OFTEN)), seed=st.integers(0, 1000))
        def step(self, name: str, seed: int) -> None:
            outcomes[self.world.step(name, random.Random(seed))] += 1

        def teardown(self) -> None:
            self.world.close()
            shutil.rmtree(self.folder, ignore_errors=True)

    return UndoMachine


def explored(made: Path, examples: int, steps: int, *, fixed: bool) -> Counter:
    """Let hypothesis look for a sequence of steps that the model does not foresee."""
    outcomes: Counter = Counter()
    how = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        derandomize=fixed,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(machine(made, outcomes), settings=how)
    return outcomes


def walked(path: Path, made: Path, seed: int, steps: int, *, sample: bool = False) -> Counter:
    """Take random steps on one database; return what became of them, by step and outcome."""
    draw, world = random.Random(seed), World(path, made)
    try:
        for number in range(steps):
            if sample and number == 0:
                name = "sample"
            elif number // 8 % 2:  # whoever takes back takes back several
                name = draw.choice((*BACK, *QUICK))
            else:
                name = draw.choice((*QUICK, *OFTEN))
            try:
                world.step(name, random.Random(draw.random()))
            except (Exception, pytest.fail.Exception) as error:
                error.add_note(f"seed {seed}, step {number}: {name}")
                raise
    finally:
        world.close()
    return world.outcomes


def share(outcomes: Counter) -> float:
    """Return the share of steps that really did something."""
    did = sum(count for key, count in outcomes.items() if DONE in (key, key[1]))
    return did / outcomes.total()


@pytest.mark.timeout(600)
def test_whatever_order_the_model_is_right(made):
    outcomes = explored(made, 4, 20, fixed=True)
    assert share(outcomes) > 0.5


def test_a_walk_does_all_there_is_and_the_model_is_right(made, tmp_path):
    outcomes = walked(tmp_path / "a.db", made, 1, 60)
    assert share(outcomes) > 0.5


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_much_looking_finds_nothing_that_the_model_does_not_foresee(made):
    assert share(explored(made, 120, 50, fixed=False)) > 0.5


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", range(100, 108))
def test_long_walks_do_all_there_is_and_the_model_is_right(seed, made, tmp_path):
    outcomes = walked(tmp_path / "a.db", made, seed, 400)
    assert share(outcomes) > 0.5
    did = {name for name, outcome in outcomes if outcome == DONE}
    assert did == set(QUICK)
    assert any(outcome == REFUSED for _, outcome in outcomes)


@pytest.mark.slow
def test_the_sample_goes_back_among_other_changes(made, tmp_path):
    outcomes = walked(tmp_path / "a.db", made, 7, 60, sample=True)
    assert outcomes["sample", DONE] == 1
    assert share(outcomes) > 0.5
