"""Whatever a problem file holds: one sentence with the key and the place, or a plan."""

import json
from datetime import date, timedelta

import pytest

from envoy_app.cli import main
from envoy_app.cli.problem_kinds import read_problem
from solver import (
    InstanceError,
    SolutionError,
    SolveOptions,
    check,
    decode_json,
    instance_to_json,
    parse_instance,
)
from solver import solution_to_json as visits_to_json
from solver import solve as solve_visits
from solver.teams import check_teams, parse_teams, solve_teams, teams_solution_to_json
from solver.teams import teams_to_json as teams_problem_to_json
from tests.solver.build import DAYS, envoy, instance, problem, visit
from tests.solver.mutations import mutant, teams_base, visits_base

MILLION = 10**6


def assert_one_sentence(words):
    place, _, problem = words.partition("：")
    assert place
    assert problem
    assert len(words) < 400
    assert words.isprintable()
    words.encode("utf-8")


def assert_honest(solution, report):
    if solution.status == "infeasible":
        assert solution.conflicts
        return
    assert report.violations == ()
    assert solution.score == report.score
    assert all(low <= now for low, now in zip(solution.bounds, solution.score, strict=True))


def solved_visits(data):
    case = parse_instance(data)
    assert parse_instance(instance_to_json(case)) == case
    solution = solve_visits(case, SolveOptions(time_limit=3, workers=1))
    assert_honest(solution, check(case, solution.assignments))
    return visits_to_json(solution)


def solved_teams(data):
    case = parse_teams(data)
    assert parse_teams(teams_problem_to_json(case)) == case
    solution = solve_teams(case, SolveOptions(time_limit=3, workers=1))
    formation = solution.formation
    assert_honest(solution, formation and check_teams(case, formation))
    return teams_solution_to_json(solution)


KINDS = {"visits": (visits_base(), solved_visits), "teams": (teams_base(), solved_teams)}


def refused_or_solved(kind, seeds):
    """How many were refused, how many solved; anything else fails."""
    base, solved = KINDS[kind]
    refused = 0
    for seed in seeds:
        data, done = mutant(base, seed)
        try:
            written = solved(data)
        except InstanceError as error:
            refused += 1
            assert_one_sentence(str(error))
        except Exception as error:
            raise AssertionError(f"seed {seed}: {done}") from error
        else:
            json.dumps(written, ensure_ascii=False).encode("utf-8")
    return refused, len(seeds) - refused


@pytest.mark.parametrize(("kind", "count"), [("visits", 100), ("teams", 300)])
def test_damaged_problems_are_refused_or_solved(kind, count):
    refused, solved = refused_or_solved(kind, range(count))
    assert refused >= count // 3
    assert solved >= count // 8


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize(("kind", "count"), [("visits", 2500), ("teams", 6000)])
def test_thousands_of_damaged_problems(kind, count):
    refused_or_solved(kind, range(100_000, 100_000 + count))


@pytest.mark.parametrize("kind", KINDS)
def test_the_command_line_refuses_in_one_sentence_and_writes_nothing(kind, tmp_path, capsys):
    base, _ = KINDS[kind]
    path, target = tmp_path / "p.json", tmp_path / "out" / "s.json"
    tried = 0
    for seed in range(200):
        data, _ = mutant(base, seed)
        text = json.dumps(data)
        try:
            read_problem(decode_json(text))
        except InstanceError:
            tried += 1
            path.write_text(text, encoding="utf-8")
            assert main(["solve", str(path), "-o", str(target)]) == 3
            (line,) = capsys.readouterr().err.strip().splitlines()
            assert "p.json" in line
            assert_one_sentence(line)
    assert tried > 60
    assert not target.parent.exists()


@pytest.mark.parametrize("kind", KINDS)
def test_damaged_solutions_are_refused_or_judged(kind):
    base, solved = KINDS[kind]
    problem, solution = read_problem(base), solved(base)
    judged = 0
    for seed in range(1500):
        data, done = mutant(solution, seed)
        try:
            verdict = problem.check(data)
        except SolutionError as error:
            assert_one_sentence(str(error))
        except Exception as error:
            raise AssertionError(f"seed {seed}: {done}") from error
        else:
            judged += 1
            assert verdict.lines
    assert 300 < judged < 1400


WHOLE = json.dumps(visits_base(), ensure_ascii=False)


def damaged_files():
    for share in (0.001, 0.1, 0.5, 0.9, 0.999):
        yield f"cut at {share}", WHOLE[: int(share * len(WHOLE))].encode("utf-8"), "JSON"
    yield "cut inside a sign", WHOLE.encode("utf-8")[: WHOLE.index("成都") + 1], "JSON"
    yield "empty", b"", "JSON"
    yield "spaces", b" \n\t" * 1000, "JSON"
    yield "UTF-16", WHOLE.encode("utf-16"), "UTF-8"
    yield "UTF-16 without a mark", WHOLE.encode("utf-16-le"), "UTF-8"
    yield "GB18030", WHOLE.encode("gb18030"), "UTF-8"
    yield "zeros", b"\0" * 5000, "JSON"
    yield "two of them", (WHOLE + WHOLE).encode("utf-8"), "JSON"
    yield "deep lists", b"[" * 10**6, "嵌套过深"
    yield "deep objects", b'{"days":' * 10**6, "嵌套过深"
    for name, old, new, named in REPLACED:
        assert old in WHOLE
        yield name, WHOLE.replace(old, new, 1).encode("utf-8"), named


REPLACED = (
    ("a key twice", '"name"', '"name": "a", "name"', '文件：键 "name" 出现了不止一次'),
    ("a key twice below", '"slots"', '"slots": 1, "slots"', 'visits[0]：键 "slots" 出现'),
    ("very many digits", '"weight": 1', f'"weight": {"1" * 10_000}', "weight：不能大于"),
    ("many negative digits", '"weight": 1', f'"weight": -{"1" * 10_000}', "weight：不能小于"),
    ("1e999", '"weight": 1', '"weight": 1e999', "weight：应为整数"),
    ("NaN", '"weight": 1', '"weight": NaN', "weight：应为整数"),
    ("half a pair", '"tiny"', '"\\ud83d"', "name：含有残缺的字符"),
)


@pytest.mark.parametrize(
    ("content", "named"), [pytest.param(*more, id=name) for name, *more in damaged_files()]
)
def test_a_damaged_file_is_one_sentence(tmp_path, capsys, content, named):
    path, target = tmp_path / "p.json", tmp_path / "s.json"
    path.write_bytes(content)
    assert main(["solve", str(path), "-o", str(target)]) == 3
    (line,) = capsys.readouterr().err.strip().splitlines()
    assert "p.json" in line
    assert named in line
    assert not target.exists()


def test_a_mark_at_the_beginning_does_no_harm(tmp_path, capsys):
    path, solution = tmp_path / "p.json", tmp_path / "s.json"
    path.write_bytes(WHOLE.encode("utf-8-sig"))
    empty = {"format": "envoy-solution/1", "problem": "tiny", "assignments": []}
    solution.write_text(json.dumps(empty), encoding="utf-8-sig")
    assert main(["check", str(path), str(solution)]) == 1


def test_a_folder_and_a_file_that_is_not_for_us(tmp_path, capsys):
    locked = tmp_path / "locked.json"
    locked.write_text(WHOLE, encoding="utf-8")
    locked.chmod(0)
    words = [str(tmp_path)]
    try:
        locked.open().close()
    except PermissionError:  # not so for the administrator
        words.append(str(locked))
    for path in words:
        assert main(["solve", path, "-o", str(tmp_path / "s.json")]) == 3
        assert len(capsys.readouterr().err.strip().splitlines()) == 1
    assert not (tmp_path / "s.json").exists()


def test_a_monstrous_file_is_not_even_read(tmp_path, capsys):
    path = tmp_path / "p.json"
    with path.open("wb") as file:
        file.truncate(200 << 20)  # a hole: takes no room on the disk
    assert main(["solve", str(path), "-o", str(tmp_path / "s.json")]) == 3
    assert "超过 64 MB" in capsys.readouterr().err


LONG_LISTS = {
    "days that repeat": (("days",), [DAYS[0]] * MILLION, "days[1]"),
    "counties": (("counties",), [None] * MILLION, "counties[0]"),
    "rows": (("travel", "minutes"), [[1] * 3] * MILLION, "travel.minutes：应有 3 行"),
    "a long row": (("travel", "minutes", 1), [1] * MILLION, "travel.minutes[1]"),
    "affinity": (("affinity",), [["e1", "A", 1]] * MILLION, "affinity[1]：重复"),
    "pins": (("visits", 0, "pin", "envoys"), [["e1"]] * MILLION, "visits[0].pin.envoys"),
    "words": (("visits", 0, "start_slots"), ["AM"] * MILLION + ["PN"], "start_slots[1000000]"),
}


@pytest.mark.parametrize("name", LONG_LISTS)
def test_a_list_of_a_million(name):
    way, value, place = LONG_LISTS[name]
    data = visits_base()
    *down, last = way
    target = data
    for key in down:
        target = target[key]
    target[last] = value
    with pytest.raises(InstanceError) as error:
        parse_instance(data)
    assert place in str(error.value)
    assert_one_sentence(str(error.value))


@pytest.mark.parametrize(
    ("days", "envoys", "visits", "place"),
    [
        (MILLION, 20, 1, "envoys / days"),
        (100, 150_000, 1, "envoys / days"),
        (100, 20, 150_000, "visits / days"),
    ],
)
def test_more_than_memory_can_hold(days, envoys, visits, place):
    dates = [(date(2026, 12, 1) + timedelta(days=n)).isoformat() for n in range(days)]
    people, plan = [envoy(f"e{n}") for n in range(envoys)], [visit(f"v{n}") for n in range(visits)]
    data = problem([], []) | {"days": dates, "envoys": people, "visits": plan}
    with pytest.raises(InstanceError, match=f"^{place}：数量过多"):
        parse_instance(data)


def test_a_gap_longer_than_any_calendar():
    series = [{"id": "s", "min_gap_days": 10**9}]
    visits = [visit("v1", series="s"), visit("v2", series="s", weight=2)]
    case = instance([envoy("e1")], visits, series=series)
    solution = solve_visits(case, SolveOptions(time_limit=5, workers=1))
    assert solution.status == "optimal"
    assert solution.score.unscheduled == 1


@pytest.mark.parametrize("first", [date(1, 1, 1), date(9999, 12, 27)])
def test_at_the_ends_of_the_calendar(first):
    days = [(first + timedelta(days=n)).isoformat() for n in range(5)]
    visits = [visit(f"v{n}", slots=n, earliest=days[0], latest=days[-1]) for n in (1, 2, 4, 10)]
    case = instance([envoy("e1"), envoy("e2")], visits, days=days)
    solution = solve_visits(case, SolveOptions(time_limit=5, workers=1))
    assert_honest(solution, check(case, solution.assignments))
    assert solution.status == "optimal"
