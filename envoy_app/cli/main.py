"""The `envoy` command."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Callable, Sequence

from envoy_app.cli.parser import build_parser
from envoy_app.cli.terminal import BAD_INPUT, say, use_utf8
from envoy_app.domain.errors import Cancelled, EnvironmentProblem, UserError

Command = Callable[[argparse.Namespace], int]


def _window(arguments: argparse.Namespace) -> int:
    _require_screen()
    # Qt is imported only where a window is wanted: the commands work without its libraries.
    try:
        from ui.app import run
    except ImportError as error:
        raise EnvironmentProblem(
            f"窗口需要的系统组件不全（{error}），请运行 ./run setup 补齐。"
        ) from error
    return run(sys.argv[:1], workspace_path=arguments.db)


def _require_screen() -> None:
    """Say that there is no screen; Qt would abort the process."""
    screens = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    if sys.platform == "linux" and not any(os.environ.get(name) for name in screens):
        raise EnvironmentProblem(
            "这里没有图形桌面，打不开窗口，请在桌面上运行，或用 envoy --help 看不开窗口的命令。"
        )


def _command(name: str | None) -> Command:
    """Return the function of a command; imported late so that each starts fast."""
    if name is None:
        return _window
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
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    try:
        arguments = build_parser().parse_args(words)
        return _command(arguments.command)(arguments)
    except UserError as error:
        say(str(error))
        return BAD_INPUT
    except (Cancelled, KeyboardInterrupt):
        say("已停止，没有写入任何内容。")
        return BAD_INPUT
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else BAD_INPUT
    except Exception as error:  # the contract: never a traceback for the user
        return _unexpected(error)


def _unexpected(error: Exception) -> int:
    logging.getLogger(__name__).debug("unexpected", exc_info=error)
    say(
        f"程序内部出错（{type(error).__name__}：{error}），没有写入任何内容；"
        "请把这句话和所用的文件发给维护人员。"
    )
    return BAD_INPUT
