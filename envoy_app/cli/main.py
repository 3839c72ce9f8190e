"""The `envoy` command."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack

from envoy_app.cli.parser import build_parser
from envoy_app.cli.terminal import BAD_INPUT, say, use_utf8
from envoy_app.domain.errors import Cancelled, EnvironmentProblem, UserError
from envoy_app.domain.masking import masked
from envoy_app.services.logs import COMMAND_LOG, WINDOW_LOG, Log, open_log, tell_console

Command = Callable[[argparse.Namespace], int]
LONGEST = 300  # characters of an error in its sentence
_log = logging.getLogger(__name__)


def _window(arguments: argparse.Namespace, log: Log) -> int:
    _require_screen()
    # Qt is imported only where a window is wanted: the commands work without its libraries.
    try:
        from ui.app import run
    except ImportError as error:
        raise EnvironmentProblem(
            f"窗口需要的系统组件不全（{error}），请运行 ./run setup 补齐。"
        ) from error
    return run(sys.argv[:1], workspace_path=arguments.db, log=log)


def _require_screen() -> None:
    """Say that there is no screen; Qt would abort the process."""
    screens = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    if sys.platform == "linux" and not any(os.environ.get(name) for name in screens):
        raise EnvironmentProblem(
            "这里没有图形桌面，打不开窗口，请在桌面上运行，或用 envoy --help 看不开窗口的命令。"
        )


def _command(name: str) -> Command:
    """Return the function of a command; imported late so that each starts fast."""
    if name in ("solve", "check"):
        from envoy_app.cli import problems

        return {"solve": problems.solve, "check": problems.check}[name]
    if name == "whatif":
        from envoy_app.cli.whatif import whatif

        return whatif
    if name in ("export", "template"):
        from envoy_app.cli import exporting

        return {"export": exporting.export, "template": exporting.template}[name]
    if name == "import":
        from envoy_app.cli.importing import import_files

        return import_files
    if name == "teams":
        from envoy_app.cli.team_work import teams

        return teams
    if name in ("backup", "restore", "doctor"):
        from envoy_app.cli import safety

        return {"backup": safety.backup, "restore": safety.restore, "doctor": safety.doctor}[name]
    from envoy_app.cli import work

    return {
        "demo": work.demo,
        "plan": work.plan,
        "print": work.print_document,
    }[name]


def main(words: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0, 1 attention, 2 wrong use, 3 bad input.

    Args:
        words: the command line without the program's name; None takes the process's own.
    """
    use_utf8()
    with ExitStack() as ends:
        ends.callback(tell_console())
        return _run(words, ends)


def _run(words: Sequence[str] | None, ends: ExitStack) -> int:
    log: Log | None = None
    try:
        arguments = build_parser().parse_args(words)
        log = open_log(COMMAND_LOG if arguments.command else WINDOW_LOG)
        ends.callback(log.close)
        _log.info("command: %s", " ".join(sys.argv[1:] if words is None else words))
        if arguments.command is None:
            return _window(arguments, log)
        return _command(arguments.command)(arguments)
    except UserError as error:
        _log.info("told: %s", error)
        say(str(error))
        return BAD_INPUT
    except (Cancelled, KeyboardInterrupt):
        say("已停止，没有写入任何内容。")
        return BAD_INPUT
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else BAD_INPUT
    # The contract: never a traceback for the user. Panics of Rust are no Exception.
    except BaseException as error:
        return _unexpected(error, log)


def _unexpected(error: BaseException, log: Log | None) -> int:
    _log.error("unexpected", exc_info=error)
    where = f"详情在日志“{log.file}”里，请把它" if log and log.file else "请把这句话"
    say(
        f"程序内部出错（{masked(f'{type(error).__name__}：{error}')[:LONGEST]}），"
        f"没有完成的写入已撤回；{where}和所用的文件发给维护人员。".replace("\n", " ")
    )
    return BAD_INPUT
