"""Folders are searched for tables; locks and hidden files are no tables."""

from __future__ import annotations

from pathlib import Path

import pytest

from envoy_app.domain.errors import InputError
from envoy_app.io import sources
from envoy_app.io.sources import workbook_files


def made(folder: Path, *names: str) -> list[Path]:
    paths = [folder / name for name in names]
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    return paths


def test_folders_are_searched_and_sorted(tmp_path: Path):
    wanted = made(tmp_path, "B.XLSX", "a.et", "c/名册.csv", "c/说明.doc")
    made(tmp_path, "~$B.xlsx", ".hidden.xlsx", ".git/d.xlsx", "照片.jpg", "c/lib.dll")
    found = workbook_files([tmp_path])
    assert found == (wanted[1], wanted[0], wanted[2], wanted[3])


def test_files_are_taken_as_they_are_and_once(tmp_path: Path):
    odd, table = made(tmp_path, "名册.dat", "b.xlsx")
    missing = tmp_path / "没有.xlsx"
    assert workbook_files([odd, table, tmp_path, table, missing]) == (odd, table, missing)


def test_too_many_files_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sources, "MAX_FILES", 2)
    made(tmp_path, "a.xlsx", "b.xlsx", "c.xlsx")
    with pytest.raises(InputError, match="超过 2 个"):
        workbook_files([tmp_path])


def test_folder_that_cannot_be_listed_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def walk(folder: Path, onerror):
        onerror(PermissionError(13, "no", str(folder)))
        return iter(())

    monkeypatch.setattr(sources.os, "walk", walk)
    with pytest.raises(InputError, match="打不开文件夹"):
        workbook_files([tmp_path])
