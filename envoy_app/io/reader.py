"""Stage "open": a workbook file to plain sheets, read in a child with a memory and time cap."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time as clock
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import psutil

from envoy_app.domain.errors import EnvironmentProblem, InputError
from envoy_app.domain.findings import Raw
from envoy_app.domain.sheets import Area, Cell, Row, Sheet
from envoy_app.io.reader_child import FLAG, MEMORY_LIMIT

TIME_LIMIT = 20.0  # seconds of wall time
MAX_FILE = 50 * 1024 * 1024
_POLL = 0.05

_ADVICE = "请用 Excel 或 WPS 打开后另存为 .xlsx 再导入。"
_SENTENCES = {
    "damaged": "文件“{name}”已损坏或不完整，无法读取，{advice}",
    "unsafe": "文件“{name}”含有不安全的内容（XML 实体），已拒绝读取，{advice}",
    "encrypted": "文件“{name}”设有打开密码，请在 Excel 或 WPS 中取消密码后再导入。",
    "too-large": "文件“{name}”内容过大，请只保留名册或需求所在的工作表后再导入。",
    "too-slow": "读取文件“{name}”超过 20 秒，已停止，请只保留名册或需求所在的工作表后再导入。",
    "out-of-range": "文件“{name}”的行列编号超出 Excel 的范围，文件可能已损坏，{advice}",
    "cell-too-long": "文件“{name}”中有单元格超过 32767 个字，请删去该单元格的内容后再导入。",
    "no-sheets": "文件“{name}”中没有工作表，请检查是否选错了文件。",
    "not-a-workbook": "文件“{name}”不是 Excel 工作簿，请选择 .xlsx 文件。",
    "xls": "文件“{name}”是旧版 .xls 或 .et 格式，{advice}",
    "xlsb": "文件“{name}”是 .xlsb 格式，{advice}",
    "ods": "文件“{name}”是 .ods 格式，{advice}",
    "word": "文件“{name}”是 Word 文档，请把其中的表格复制到 Excel 工作簿（.xlsx）再导入。",
    "text": "文件“{name}”是文本（如 CSV），不是 Excel 工作簿，{advice}",
    "empty": "文件“{name}”是空的，请检查是否选错了文件。",
}


def refusal(reason: str, path: Path) -> InputError:
    """Return the error whose sentence tells why a file is not read and what to do."""
    sentence = _SENTENCES.get(reason, _SENTENCES["damaged"])
    return InputError(sentence.format(name=path.name, advice=_ADVICE))


def read_workbook(path: Path) -> tuple[Sheet, ...]:
    """Return all sheets of an .xlsx file, hidden ones too.

    Raises InputError with one sentence where the file is missing, no workbook, damaged, protected
    by a password, or needs more than 512 MB or 20 seconds; EnvironmentProblem where no child
    process can be started.
    """
    check_file(path)
    result = _ask_child(path)
    if "sheets" not in result:
        raise refusal(str(result.get("refused")), path)
    return tuple(map(_sheet, result["sheets"]))


def check_file(path: Path) -> None:
    """Raise InputError unless the file is there and begins as an .xlsx does."""
    if path.is_dir():
        raise InputError(f"“{path.name}”是文件夹，请选择其中的 .xlsx 文件。")
    try:
        with path.open("rb") as file:
            head = file.read(4096)
            size = file.seek(0, os.SEEK_END)
    except FileNotFoundError as error:
        raise InputError(f"找不到文件“{path}”，请检查文件名和位置。") from error
    except OSError as error:
        raise InputError(
            f"打不开文件“{path}”，请检查是否有读取权限、是否被其他程序占用。"
        ) from error
    if size > MAX_FILE:
        raise refusal("too-large", path)
    if reason := _wrong_content(head, path):
        raise refusal(reason, path)


def _wrong_content(head: bytes, path: Path) -> str:
    if not head:
        return "empty"
    if head.startswith(b"PK"):
        return ""
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        # Excel wraps an encrypted .xlsx into the old container; its stream names tell.
        return "encrypted" if "EncryptedPackage".encode("utf-16-le") in _start(path) else "xls"
    return "not-a-workbook" if b"\0" in head or head.startswith(b"%PDF") else "text"


def _start(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(4 * 1024 * 1024)


def child_command(path: Path) -> list[str]:
    """Return the command of the reading child.

    A frozen program has no `-m`: its entry point must hand FLAG over to `reader_child.main`.
    """
    if getattr(sys, "frozen", False):
        return [sys.executable, FLAG, str(path)]
    return [sys.executable, "-P", "-X", "utf8", "-m", "envoy_app.io.reader_child", str(path)]


def _ask_child(path: Path) -> dict[str, Any]:
    # The child finds this package whatever the folder the user is in, and only this one.
    paths = (str(Path(__file__).resolve().parents[2]), os.environ.get("PYTHONPATH", ""))
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))}
    try:
        process = subprocess.Popen(
            child_command(path.absolute()),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except OSError as error:
        raise EnvironmentProblem(
            f"无法启动读取“{path.name}”的程序（{error.strerror}），请关闭一些程序后再试。"
        ) from error
    try:
        output, reason = _wait(process)
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()
    return {"refused": reason} if reason else _parsed(output)


def _wait(process: subprocess.Popen[bytes]) -> tuple[bytes, str]:
    """Return the child's output, or the reason it was stopped for."""
    deadline = clock.monotonic() + TIME_LIMIT
    while True:
        try:
            return process.communicate(timeout=_POLL)[0], ""
        except subprocess.TimeoutExpired:
            if clock.monotonic() > deadline:
                return b"", "too-slow"
            if _memory(process.pid) > MEMORY_LIMIT:
                return b"", "too-large"


def _memory(pid: int) -> int:
    try:
        return int(psutil.Process(pid).memory_info().rss)
    except psutil.Error:
        return 0


def _parsed(output: bytes) -> dict[str, Any]:
    try:
        result = json.loads(output)
    except ValueError:
        return {"refused": "too-large"}  # killed by the system: out of memory or of time
    return result if isinstance(result, dict) else {}


def _sheet(data: dict[str, Any]) -> Sheet:
    return Sheet(
        name=data["name"],
        rows={number: _row(cells) for number, cells in data["rows"]},
        hidden=data["hidden"],
        hidden_rows=frozenset(data["hidden_rows"]),
        merged=tuple(Area(*bounds) for bounds in data["merged"]),
    )


def _row(cells: list[list[Any]]) -> Row:
    return {
        column: Cell(_value(kind, plain), number_format, fault)
        for column, kind, plain, number_format, fault in cells
    }


def _value(kind: str, plain: Any) -> Raw:  # noqa: ANN401  JSON
    if kind == "datetime":
        return datetime.fromisoformat(plain)
    if kind == "date":
        return date.fromisoformat(plain)
    if kind == "time":
        return time.fromisoformat(plain)
    if isinstance(plain, str):
        return plain.encode("utf-8", "ignore").decode()  # half a surrogate pair is no text
    return plain  # type: ignore[no-any-return]  # text, number, truth value or nothing
