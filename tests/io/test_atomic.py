from __future__ import annotations

import os
from pathlib import Path

import pytest

from envoy_app.domain.errors import InputError
from envoy_app.io.atomic import write_atomically


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_new_file_appears_with_its_content(tmp_path: Path):
    target = tmp_path / "新文件夹" / "名册.xlsx"
    assert write_atomically(target, lambda path: path.write_bytes(b"new") and None) == target
    assert target.read_bytes() == b"new"
    assert names(target.parent) == ["名册.xlsx"]


def test_writer_sees_the_suffix_it_chooses_the_format_by(tmp_path: Path):
    seen: list[str] = []

    def write(path: Path) -> None:
        seen.append(path.suffix)
        path.write_bytes(b"")

    write_atomically(tmp_path / "a.pdf", write)
    assert seen == [".pdf"]


def test_failing_writer_leaves_the_old_file_and_no_rest(tmp_path: Path):
    target = tmp_path / "a.txt"
    target.write_text("old")

    def write(path: Path) -> None:
        path.write_text("half")
        raise ValueError("writer broke")

    with pytest.raises(ValueError, match="writer broke"):
        write_atomically(target, write)
    assert target.read_text() == "old"
    assert names(tmp_path) == ["a.txt"]


def test_locked_file_is_told_in_one_sentence(tmp_path: Path):
    target = tmp_path / "a.xlsx"
    target.write_text("old")

    def write(path: Path) -> None:
        raise PermissionError(13, "in use")

    with pytest.raises(InputError, match="Excel 或 WPS 中打开"):
        write_atomically(target, write)
    assert target.read_text() == "old"


def test_folder_as_target_is_refused(tmp_path: Path):
    with pytest.raises(InputError, match="是一个文件夹"):
        write_atomically(tmp_path, lambda path: None)


def test_file_in_place_of_the_folder_is_refused(tmp_path: Path):
    (tmp_path / "f").write_text("")
    with pytest.raises(InputError, match="不是文件夹"):
        write_atomically(tmp_path / "f" / "a.txt", lambda path: path.write_text("x") and None)


@pytest.mark.skipif(os.name != "posix" or os.getuid() == 0, reason="root may write anywhere")
def test_read_only_folder_is_told(tmp_path: Path):
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(InputError, match="没有写入权限"):
            write_atomically(tmp_path / "a.txt", lambda path: path.write_text("x") and None)
    finally:
        tmp_path.chmod(0o700)
