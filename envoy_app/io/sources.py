"""Files to import from what the user dropped: files as they are, folders searched for tables."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

from envoy_app.domain.errors import InputError

MAX_FILES = 500
TABLE_SUFFIXES = frozenset(
    {".xlsx", ".xlsm", ".xltx", ".xls", ".xlsb", ".xlt", ".et", ".ett", ".ods", ".fods"}
    | {".csv", ".tsv", ".txt", ".htm", ".html"}
)
# They are not read, but may hold a roster: the user is told of each what to do.
OTHER_SUFFIXES = frozenset({".doc", ".docx", ".wps", ".rtf", ".odt", ".pdf", ".zip", ".rar", ".7z"})


def workbook_files(paths: Sequence[Path]) -> tuple[Path, ...]:
    """Return the files to read, each once, in the order of the paths.

    A folder stands for all tables and documents in it and its subfolders, sorted by name, without
    hidden files and the locks of Office (~$…). A path that does not exist is kept: the reader
    says so. Raises InputError where a folder cannot be listed or holds more than 500 files.
    """
    found: dict[str, Path] = {}
    for path in paths:
        for file in _files_in(path) if path.is_dir() else (path,):
            found.setdefault(os.path.normcase(file.absolute()), file)
    return tuple(found.values())


def _files_in(folder: Path) -> list[Path]:
    files: list[Path] = []
    for file in _walk(folder):
        files.append(file)
        if len(files) > MAX_FILES:
            raise InputError(
                f"文件夹“{folder.name}”里的表格超过 {MAX_FILES} 个，请只选择名册所在的文件夹。"
            )
    return sorted(files, key=lambda file: str(file.relative_to(folder)).casefold())


def _walk(folder: Path) -> Iterator[Path]:
    def tell(error: OSError) -> None:
        raise InputError(
            f"打不开文件夹“{Path(error.filename or folder).name}”，请检查是否有读取权限。"
        ) from error

    for parent, folders, names in os.walk(folder, onerror=tell):
        folders[:] = [name for name in folders if not _is_hidden(Path(parent, name))]
        for name in names:
            path = Path(parent, name)
            wanted = path.suffix.lower() in TABLE_SUFFIXES | OTHER_SUFFIXES
            if wanted and not _is_hidden(path):
                yield path


def _is_hidden(path: Path) -> bool:
    if path.name.startswith((".", "~$")):
        return True
    try:
        attributes = getattr(path.lstat(), "st_file_attributes", 0)  # Windows only
    except OSError:
        return False
    return bool(attributes & stat.FILE_ATTRIBUTE_HIDDEN)
