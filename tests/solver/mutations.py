"""Valid problems damaged at random: any key or value removed, replaced, repeated or moved."""

import copy
import random

from tests.solver.build import DAYS, county, envoy, problem, visit
from tests.solver.build_teams import county as team_county
from tests.solver.build_teams import envoy as team_envoy
from tests.solver.build_teams import problem as teams_problem

JUNK = (
    *(None, True, False, 0, 1, -1, 2, 7, 1.0, 0.5, -0.0),
    *(float("nan"), float("inf"), float("-inf")),
    *(10**9, 10**9 + 1, -(10**9), 10**18, -(10**18), 2**63, 10**30, 10**4000),
    *("", "x", "A", "e1", "v1", "1", " ", "\ud800", "甲\udfff", "a\nb\x00\u2028", "长" * 100_000),
    *("2026-12-05", "2026-13-01", "0001-01-01", "9999-12-31", "2026-W49-2", "2026-12-01T00:00"),
    *([], [[]], [None], [[[[[[[[[[]]]]]]]]]], ["A"] * 60, [DAYS[0]], [[DAYS[0], "AM"]]),
    *({}, {"": 1}, {"a": {"b": {"c": []}}}, {"柑橘": 2, "\ud800": 1}),
)  # fmt: skip
"""Values of every kind that a hand or a program may leave where it should not."""

_WORDS = (
    tuple(DAYS),
    ("A", "B", "C"),
    ("e1", "e2", "e3"),
    ("AM", "PM"),
    ("county", "city", "metro"),
    ("柑橘", "水稻"),
)
"""Words that may stand for each other, so that many problems stay valid."""


def visits_base():
    """A problem with something under every key of the format."""
    roles = [
        {"specialty": "柑橘", "min_level": 1, "count": 1},
        {"specialty": "水稻", "min_level": 2, "count": 1},
    ]
    return problem(
        [
            envoy("e1", unavailable=[[DAYS[2], "AM"]], prior_slots=1),
            envoy("e2", team=None, specialties={"柑橘": 1, "水稻": 3}, sharing="city"),
            envoy("e3", base="B", team="B", specialties={"水稻": 2}, target_slots=2),
        ],
        [
            visit("v1", series="s", pin={"start": None, "envoys": [["e1"]]}),
            visit("v2", exclude=["e1"], series="s", county="B"),
            visit("v3", roles=roles, slots=2),
            visit("v4", slots=4, county="C", latest=DAYS[3]),
            visit("v5", pin={"start": {"date": DAYS[1], "slot": "PM"}, "envoys": None}),
        ],
        counties=[county("A", closed=[[DAYS[0], "AM"]]), county("B"), county("C", "德阳")],
        series=[{"id": "s", "min_gap_days": 2}],
        coverage=[
            {"county": "A", "specialty": "柑橘", "min_visits": 1},
            {"county": "C", "specialty": None, "min_visits": 2},
        ],
        affinity=[["e1", "A", -5], ["e3", "B", 7]],
        baseline=[{"visit": "v1", "date": DAYS[0], "slot": "AM", "roles": [["e1"]]}],
        weights={
            "out_of_team": 60,
            "out_of_city": 180,
            "travel_minute": 1,
            "load_square": 4,
            "target_shortfall": 30,
            "target_excess": 3,
            "disruption": {"dropped": 10, "moved": 3, "replaced": 1},
        },
    )


def teams_base():
    """The same for team formation."""
    group = {"specialty": "柑橘", "min_members": 1}
    return teams_problem(
        [
            team_envoy("e1", can_lead=True, current_team="A", preferences=["B", "A"]),
            team_envoy("e2", fixed_team="B", exclude=["C"]),
            team_envoy("e3", base="B", specialties={"水稻": 3}),
        ],
        counties=[
            team_county("A", min_size=1, target_size=2, min_local=1, groups=[group]),
            team_county("B", max_size=2),
            team_county("C", city="德阳"),
        ],
    )


def mutant(base, seed):
    """The problem with one to three things changed, and what was done to it.

    Every other one has only values changed for others of their kind: many of them are valid.
    """
    rng = random.Random(seed)
    data = copy.deepcopy(base)
    gently = rng.random() < 0.5
    done = [_damage(rng, data, gently) for _ in range(rng.choice((1, 1, 1, 2, 3)))]
    return data, done


def _damage(rng, data, gently):
    way, key = _place(rng, data)
    holder = _at(data, way)
    acts = _ACTS_ON_LISTS if isinstance(holder, list) else _ACTS_ON_OBJECTS
    act = _change if gently else rng.choice(acts)
    act(rng, data, holder, key)
    return act.__name__, [*way, key]


def _place(rng, data):
    """A random way down; values deep in long lists are not preferred."""
    way, target = [], data
    while True:
        keys = list(target) if isinstance(target, dict) else list(range(len(target)))
        if not keys:
            return way[:-1], way[-1]
        key = rng.choice(keys)
        below = target[key]
        if not isinstance(below, dict | list) or rng.random() < 0.2:
            return way, key
        way, target = [*way, key], below


def _at(data, way):
    for key in way:
        data = data[key]
    return data


def _replace(rng, data, holder, key):
    holder[key] = copy.deepcopy(rng.choice(JUNK))


def _remove(rng, data, holder, key):
    del holder[key]


def _change(rng, data, holder, key):
    """Something of the same kind, where there is a kind to keep to."""
    value = holder[key]
    if type(value) is int:
        more = rng.choice((1, 1, 2, 3, 10**6, 10**8))
        holder[key] = rng.choice((value + more, value + more, abs(value - 1), 0, -value))
    elif isinstance(value, str):
        like = next((words for words in _WORDS if value in words), (value + "x", value[1:]))
        holder[key] = rng.choice(like)
    elif isinstance(value, list):
        rng.shuffle(value)
    else:
        _replace(rng, data, holder, key)


def _transplant(rng, data, holder, key):
    """The value of another place."""
    way, other = _place(rng, data)
    holder[key] = copy.deepcopy(_at(data, way)[other])


def _unknown(rng, data, holder, key):
    holder[rng.choice(("colour", "Id", "", "名", "weights "))] = 1


def _rename(rng, data, holder, key):
    holder[rng.choice((key.upper(), key + "s", "\ud800"))] = holder.pop(key)


def _repeat(rng, data, holder, key):
    holder.insert(key, copy.deepcopy(holder[key]))


_ACTS = (_replace, _replace, _replace, _remove, _change, _transplant)
_ACTS_ON_OBJECTS = (*_ACTS, _unknown, _rename)
_ACTS_ON_LISTS = (*_ACTS, _repeat)
