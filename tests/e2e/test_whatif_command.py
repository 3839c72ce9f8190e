"""`envoy whatif`: the table, the JSON, the files, and one sentence for whatever is wrong."""

from __future__ import annotations

import json

import pytest

import solver
from envoy_app.cli import main
from tests.solver.build import envoy, problem, visit

WIDE = {"name": "放宽共享", "edits": [{"edit": "widen_sharing"}]}
DEAR = {"name": "少跑路", "edits": [{"edit": "set_weights", "travel_minute": 5}]}
PINNED = {"name": "请假", "edits": [{"edit": "set_absent", "envoy": "e"}]}


@pytest.fixture
def files(tmp_path):
    """The paths of a problem, in which B waits for a visit, and of variants to be written."""
    data = problem(
        [envoy("e", sharing="county")],
        [visit("u"), visit("v", county="B", weight=3)],
        coverage=[{"county": "B", "specialty": None, "min_visits": 1}],
    )
    (tmp_path / "problem.json").write_text(json.dumps(data), encoding="utf-8")

    def write(*variants, **more):
        data = {"format": "envoy-variants/1", "variants": list(variants)} | more
        (tmp_path / "variants.json").write_text(json.dumps(data), encoding="utf-8")
        return [str(tmp_path / name) for name in ("problem.json", "variants.json")]

    return write


def rows_of(text):
    """The cells of the table by the name of the row."""
    lines = [line.split("  ") for line in text.splitlines() if "  " in line]
    return {cells[0]: [cell.strip() for cell in cells[1:] if cell.strip()] for cells in lines}


def test_the_table_lays_variants_beside_what_is(files, capsys):
    assert main(["whatif", *files(WIDE, DEAR), "--time-limit", "16"]) == 0

    out = capsys.readouterr().out
    assert out.splitlines()[:2] == [
        "放宽共享：全体特派员的共享范围放宽一级",
        "少跑路：权重：每分钟路程由 1 改为 5",
    ]
    rows = rows_of(out)
    assert rows[""] == ["现状", "放宽共享", "少跑路"]
    assert rows["覆盖缺口"] == ["1", "0（-1，已证实更低）", "1（已证实相同）"]
    assert rows["成本"] == ["14", "151（+137，已证实更高）", "54"]
    assert rows["按现状权重的成本"] == ["14", "151", "14"]
    assert rows["覆盖的县"] == ["0/1", "1/1", "0/1"]
    assert rows["半天数最少/平均/最多"] == ["1/1.00/1", "2/2.00/2", "1/1.00/1"]
    assert rows["与现状不同的服务"] == ["—", "1", "0"]


def test_json_and_files_say_the_same_and_the_plans_pass_the_checker(files, tmp_path, capsys):
    folder = tmp_path / "新" / "out"
    words = ["whatif", *files(WIDE), "--time-limit", "9", "--json", "-o", str(folder)]
    assert main([*words, "--progress"]) == 0

    told = capsys.readouterr()
    data = json.loads(told.out)
    assert data == json.loads((folder / "comparison.json").read_text(encoding="utf-8"))
    assert data["base"]["score"]["coverage"] == 1
    (wide,) = data["variants"]
    assert wide["differences"][0] == {"tier": "coverage", "change": -1, "proven": "lower"}
    assert wide["figures"]["short"] == []
    assert wide["moves"]["added"] == ["v"]
    assert "[2/2] 放宽共享" in told.err
    for stem in ("base", "variant-01"):
        paths = [str(folder / f"{stem}.{kind}.json") for kind in ("problem", "solution")]
        assert main(["check", *paths]) == 0
    changed = (folder / "variant-01.problem.json").read_text(encoding="utf-8")
    assert solver.parse_instance(json.loads(changed)).envoys[0].sharing == "city"


def test_a_variant_without_a_plan_is_told_and_needs_attention(tmp_path, capsys):
    pin = {"start": None, "envoys": None}
    data = problem([envoy("e")], [visit("v", pin=pin)])
    paths = [tmp_path / "p.json", tmp_path / "v.json"]
    paths[0].write_text(json.dumps(data), encoding="utf-8")
    variants = {"format": "envoy-variants/1", "variants": [PINNED]}
    paths[1].write_text(json.dumps(variants), encoding="utf-8")

    assert main(["whatif", *map(str, paths), "--time-limit", "6"]) == 1

    told = capsys.readouterr()
    assert "请假：排不出方案" in told.err
    assert rows_of(told.out)["成本"] == ["14", "—"]


@pytest.mark.parametrize(
    ("variant", "words"),
    [
        ({"name": "甲", "edits": [{"edit": "fly"}]}, "variants[0].edits[0].edit：应为"),
        (
            {"name": "甲", "edits": [{"edit": "remove_envoy", "envoy": "x"}]},
            'variants[0].edits[0].envoy：特派员 "x" 不存在',
        ),
        ({"name": "甲"}, 'variants[0]：缺少键 "edits"'),
    ],
)
def test_wrong_variants_are_one_sentence(files, capsys, variant, words):
    assert main(["whatif", *files(variant)]) == 3
    (line,) = capsys.readouterr().err.strip().splitlines()
    assert line.startswith("方案文件“variants.json”：")
    assert words in line


def test_wrong_problems_are_one_sentence(files, capsys):
    paths = files(WIDE)
    assert main(["whatif", paths[1], paths[1]]) == 3
    assert "问题文件“variants.json”：" in capsys.readouterr().err
    assert main(["whatif", "没有.json", paths[1]]) == 3
    assert "找不到文件" in capsys.readouterr().err


def test_a_file_in_the_place_of_the_folder_is_told_before_solving(files, capsys):
    paths = files(WIDE)
    assert main(["whatif", *paths, "-o", paths[0]]) == 3
    assert "无法建立文件夹" in capsys.readouterr().err
