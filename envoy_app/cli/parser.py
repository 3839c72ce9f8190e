"""The words of the command line, and their errors in Chinese."""

from __future__ import annotations

import argparse
import re
from datetime import date
from pathlib import Path
from typing import NoReturn

from typing_extensions import override

from envoy_app.cli.terminal import WRONG_USE, say

# argparse speaks English; these are the sentences it can say about our commands.
_SENTENCES = (
    (r"the following arguments are required: (.*)", r"缺少参数：\1"),
    (
        r"argument (\S+): invalid choice: ('[^']*').*?\(choose from (.*)\)",
        r"\1 不能是 \2，可选：\3",
    ),
    (r"argument (\S+): expected one argument", r"\1 后面要跟一个值"),
    (r"argument (\S+): expected at least one argument", r"\1 后面至少要跟一个值"),
    (r"argument (\S+): invalid \S+ value: (.*)", r"\1 的值 \2 写得不对"),
    (r"argument (\S+): (.*)", r"\1:\2"),
    (r"unrecognized arguments: (.*)", r"不认识的参数：\1"),
)


class ChineseParser(argparse.ArgumentParser):
    """An ArgumentParser whose errors are one Chinese sentence and exit code 2."""

    @override
    def error(self, message: str) -> NoReturn:
        """Tell what is wrong with the words and how to see the right ones."""
        for pattern, sentence in _SENTENCES:
            message, found = re.subn(pattern, sentence, message)
            if found:
                break
        say(f"用法不对：{message}。写法见 {self.prog} --help")
        raise SystemExit(WRONG_USE)


def a_date(text: str) -> date:
    """Parse YYYY-MM-DD; an argparse type."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}”不是日期，请写成 2026-12-01 的样子") from None


def a_time_limit(text: str) -> float:
    """Parse a positive number of seconds, one day at most; an argparse type."""
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= 86_400:
        raise argparse.ArgumentTypeError(f"“{text}”不是 0 到 86400 之间的秒数")
    return seconds


def a_count(text: str) -> int:
    """Parse a whole number from 1 to 64; an argparse type."""
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 64:
        raise argparse.ArgumentTypeError(f"“{text}”不是 1 到 64 之间的整数")
    return int(text)


def a_seed(text: str) -> int:
    """Parse a whole number that the solver takes as a seed; an argparse type."""
    if not text.isascii() or not text.isdigit() or int(text) >= 2**31:
        raise argparse.ArgumentTypeError(f"“{text}”不是 0 到 2147483647 之间的整数")
    return int(text)


def build_parser() -> ChineseParser:
    """Return the parser of all commands; `command` is None where the window is wanted."""
    parser = ChineseParser(prog="envoy", description="特派员排班：不带命令时打开窗口。")
    parser.add_argument("--db", type=Path, help="数据库文件，默认在用户数据目录")
    commands = parser.add_subparsers(dest="command", metavar="命令", parser_class=ChineseParser)
    _add_demo(commands)
    _add_import(commands)
    _add_teams(commands)
    _add_plan(commands)
    _add_print(commands)
    _add_export(commands)
    _add_template(commands)
    _add_solve(commands)
    _add_check(commands)
    _add_whatif(commands)
    _add_safety(commands)
    return parser


_Commands = argparse._SubParsersAction  # argparse has no public name for it


def _add_db(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--db", type=Path, default=argparse.SUPPRESS, help="数据库文件，默认在用户数据目录"
    )


def _add_demo(commands: _Commands[ChineseParser]) -> None:
    demo = commands.add_parser("demo", help="不开窗口，用示例数据走一遍：导入、排班、打印")
    demo.add_argument("folder", type=Path, metavar="DIR", help="放结果的文件夹")
    demo.add_argument("--seed", type=a_seed, default=1, help="随机种子，相同则示例数据相同")
    demo.add_argument("--time-limit", type=a_time_limit, default=45.0, help="排班最多用多少秒")


def _add_import(commands: _Commands[ChineseParser]) -> None:
    parser = commands.add_parser("import", help="导入名册或服务需求")
    parser.add_argument(
        "files", type=Path, nargs="+", metavar="FILE", help="工作簿，或放着工作簿的文件夹"
    )
    parser.add_argument("--kind", choices=("auto", "roster", "demand"), default="auto")
    parser.add_argument("--dry-run", action="store_true", help="只看结果，不写入")
    parser.add_argument("--json", action="store_true", help="结果以 JSON 写到标准输出")
    parser.add_argument(
        "--annotated",
        type=Path,
        metavar="OUT.xlsx",
        help="另存一份标出问题的原文件；有几个文件时各存一份，名为 OUT-原文件名",
    )
    _add_db(parser)


def _add_teams(commands: _Commands[ChineseParser]) -> None:
    parser = commands.add_parser("teams", help="组团：提出各县县团的建议")
    parser.add_argument("--time-limit", type=a_time_limit, default=60.0, metavar="S")
    parser.add_argument("--apply", action="store_true", help="把建议写入数据库，默认只看不写")
    parser.add_argument("--json", action="store_true", help="结果以 JSON 写到标准输出")
    _add_db(parser)


def _add_plan(commands: _Commands[ChineseParser]) -> None:
    parser = commands.add_parser("plan", help="排班")
    parser.add_argument("--from", dest="start", type=a_date, required=True, metavar="DATE")
    parser.add_argument("--to", dest="end", type=a_date, required=True, metavar="DATE")
    parser.add_argument("--name", default="", help="方案名称")
    parser.add_argument("--time-limit", type=a_time_limit, default=60.0, metavar="S")
    parser.add_argument("--json", action="store_true", help="结果以 JSON 写到标准输出")
    _add_db(parser)


def _add_print(commands: _Commands[ChineseParser]) -> None:
    parser = commands.add_parser("print", help="打印成 PDF")
    parser.add_argument("--plan", metavar="ID", help="方案，默认最新的一版")
    parser.add_argument("--doc", required=True, metavar="DOC", help="文件种类，如 county-schedule")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="OUT.pdf")
    parser.add_argument("--county", nargs="+", default=[], metavar="CODE", help="只打这些县")
    _add_db(parser)


def _add_export(commands: _Commands[ChineseParser]) -> None:
    parser = commands.add_parser("export", help="把方案、名册、需求或县团导出成工作簿")
    parser.add_argument(
        "--what",
        choices=("plan", "changes", "roster", "demands", "teams"),
        default="plan",
        help="导出什么；changes 是与另一版的差别和需通知的人",
    )
    parser.add_argument("--plan", metavar="ID", help="方案，默认最新的一版")
    parser.add_argument("--against", metavar="ID", help="与哪一版比较，默认同一方案已发布的一版")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="OUT.xlsx")
    _add_db(parser)


def _add_template(commands: _Commands[ChineseParser]) -> None:
    parser = commands.add_parser("template", help="写一份空白的名册或需求表，供各单位填写")
    parser.add_argument("kind", choices=("roster", "demand"), metavar="roster|demand")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="OUT.xlsx")
    _add_db(parser)


def _add_solve(commands: _Commands[ChineseParser]) -> None:
    parser = commands.add_parser("solve", help="求解一个问题文件")
    parser.add_argument("problem", type=Path, metavar="PROBLEM.json")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="SOLUTION.json")
    parser.add_argument("--time-limit", type=a_time_limit, default=60.0, metavar="S")
    parser.add_argument("--workers", type=a_count, default=2, metavar="N")
    parser.add_argument("--seed", type=a_seed, default=1, metavar="N")
    parser.add_argument("--deterministic", action="store_true", help="同样输入得到同样结果")
    parser.add_argument("--progress", action="store_true", help="边算边报告")


def _add_check(commands: _Commands[ChineseParser]) -> None:
    parser = commands.add_parser("check", help="检查一个解")
    parser.add_argument("problem", type=Path, metavar="PROBLEM.json")
    parser.add_argument("solution", type=Path, metavar="SOLUTION.json")
    parser.add_argument("--json", action="store_true", help="结果以 JSON 写到标准输出")


def _add_whatif(commands: _Commands[ChineseParser]) -> None:
    parser = commands.add_parser("whatif", help="假如：求解一个问题的几种改法，并列比较")
    parser.add_argument("problem", type=Path, metavar="PROBLEM.json")
    parser.add_argument("variants", type=Path, metavar="VARIANTS.json")
    parser.add_argument("--time-limit", type=a_time_limit, default=180.0, metavar="S")
    parser.add_argument("--workers", type=a_count, default=2, metavar="N")
    parser.add_argument("--seed", type=a_seed, default=1, metavar="N")
    parser.add_argument("-o", "--output", type=Path, metavar="DIR", help="放问题和方案的文件夹")
    parser.add_argument("--json", action="store_true", help="结果以 JSON 写到标准输出")
    parser.add_argument("--progress", action="store_true", help="边算边报告")


def _add_safety(commands: _Commands[ChineseParser]) -> None:
    backup = commands.add_parser("backup", help="另存一份核对过的备份")
    backup.add_argument("-o", "--output", type=Path, required=True, metavar="FILE")
    _add_db(backup)
    restore = commands.add_parser("restore", help="用备份恢复数据库，现有数据先备份")
    restore.add_argument("file", type=Path, metavar="FILE", help="备份文件")
    _add_db(restore)
    doctor = commands.add_parser("doctor", help="检查数据库和备份是否完好，不改动任何内容")
    doctor.add_argument("--json", action="store_true", help="结果以 JSON 写到标准输出")
    _add_db(doctor)
