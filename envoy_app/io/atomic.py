"""Files that appear whole or not at all."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from envoy_app.domain.errors import InputError
from envoy_app.durable import replace_durably


def write_atomically(target: Path, write: Callable[[Path], None]) -> Path:
    """Let `write` fill a file beside `target`, then put it in the target's place in one step.

    The temporary file keeps the target's suffix (writers choose the format by it) and lies in
    the same folder, since a rename across file systems is a copy. It is flushed to disk before
    the rename, so that a power cut leaves the old file or the new one. A missing folder is made.
    Returns the target. Raises InputError where the target cannot be written; whatever `write`
    raises besides OSError passes through. In both cases the old file stays and no rest remains.
    """
    if target.is_dir():
        raise InputError(f"“{target}”是一个文件夹，不能当文件写入，请换一个文件名。")
    temporary = target.with_name(f".{target.stem}-{secrets.token_hex(4)}{target.suffix}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        write(temporary)
        replace_durably(temporary, target)
    except OSError as error:
        raise InputError(_sentence(target, error)) from error
    finally:
        with contextlib.suppress(OSError):  # the folder may not even be one
            temporary.unlink(missing_ok=True)
    return target


def _sentence(target: Path, error: OSError) -> str:
    name, folder = target.name, target.parent
    if isinstance(error, PermissionError) and target.exists() and os.access(folder, os.W_OK):
        return f"无法写入“{target}”：文件可能正在 Excel 或 WPS 中打开，请关闭后再试。"
    if isinstance(error, PermissionError):
        return f"无法在文件夹“{folder}”中保存“{name}”：没有写入权限，请换一个文件夹。"
    if isinstance(error, FileExistsError | NotADirectoryError):
        return f"无法保存“{name}”：“{folder}”不是文件夹，请换一个文件夹。"
    detail = error.strerror or type(error).__name__
    return f"无法保存“{target}”（{detail}），请检查磁盘空间，或换一个文件夹再试。"
