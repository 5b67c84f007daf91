"""
Files a caller gives by their path: told apart, decoded and taken into rows, with every fault noted.

No error repeats a word of a file.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from .errors import DataError


LARGEST_FILE = 64 * 1024 * 1024
"""Bytes of the largest file that is read at once; a year's long text takes a few of these megabytes."""

_LISTED_FAULTS = 20


class Faults:
    """
    Faults of all files of one call, so that they are told together; past a number they are only counted.
    """

    def __init__(self) -> None:
        self.listed: list[str] = []
        self.further = 0

    def add(self, file: str, line: int | None, problem: str, remedy: str, *, unless_any: bool = False) -> None:
        """
        Note a fault; with `unless_any` only when it is the first.
        """
        if self.listed and unless_any:
            return
        if len(self.listed) < _LISTED_FAULTS:
            self.listed.append(f"{file}: {problem}; {remedy} @ {'.' if line is None else f'line {line}'}")
        else:
            self.further += 1

    def stop(self) -> None:
        """
        Raise what was noted.
        """
        if self.listed:
            more = [f"{self.further} further faults of this kind or others"] if self.further else []
            raise DataError([*self.listed, *more])


class TextFile(NamedTuple):
    """
    A text file, line by line.
    """

    name: str
    lines: list[str]
    is_open: bool = False
    """Whether the last line has no end, as in a file that was cut off."""


AS_SHIPPED = "take the file as its publisher ships it"

_NOT_TEXT = (
    (b"PK\x03\x04", "a zip archive or a workbook", "unpack it, or save the sheet as CSV"),
    (b"\xd0\xcf\x11\xe0", "an old workbook", "save the sheet as CSV"),
    (b"%PDF", "a PDF", "take the text file"),
)


def content_of(path: Path, faults: Faults, largest: int = LARGEST_FILE) -> bytes | None:
    """
    The bytes of a file, or `None` with the reason noted.
    """
    try:
        if path.stat().st_size > largest:
            faults.add(path.name, None, f"larger than {largest // 1024 // 1024} MB", AS_SHIPPED)
            return None
        return path.read_bytes()
    except OSError:
        faults.add(path.name, None, "cannot be read", "give the path of a file")
        return None


def text_of(path: Path, faults: Faults, largest: int | None = None) -> TextFile | None:
    """
    The lines of a text file, or `None` with the reason noted.
    """
    content = content_of(path, faults) if largest is None else content_of(path, faults, largest)
    if content is None:
        return None
    wrong = not_text(content)
    if wrong is not None:
        faults.add(path.name, None, *wrong)
        return None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = content.decode("cp1252")
        except UnicodeDecodeError:
            faults.add(path.name, None, "neither UTF-8 nor Windows-1252", AS_SHIPPED)
            return None
    lines = text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\x1a")
    return TextFile(path.name, lines.rstrip("\x1a\n").split("\n"), is_open=not lines.endswith("\n"))


def not_text(content: bytes) -> tuple[str, str] | None:
    """
    What a file is that is no descriptor file, and what to do.
    """
    for beginning, what, remedy in _NOT_TEXT:
        if content.startswith(beginning):
            return what, remedy
    head = content[:1024].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if head.startswith((b"<!doctype", b"<html", b"<?xml")):
        return "a web page", "log in and accept the licence first, then download the file itself"
    if not content.strip():
        return "an empty file", AS_SHIPPED
    if b"\0" in content:
        return "not text in UTF-8 or Windows-1252", AS_SHIPPED
    return None


def csv_rows(text: TextFile, faults: Faults) -> Iterator[tuple[int, list[str]]]:
    """
    The rows of a CSV file, each with the number of its last line.
    """
    reader = csv.reader((f"{line}\n" for line in text.lines), strict=True)
    try:
        for cells in reader:
            yield reader.line_num, cells
    except csv.Error:
        faults.add(text.name, reader.line_num, "not CSV with commas and double quotes", "save the sheet as CSV again")


def workbook_rows(path: Path, faults: Faults, extra: str) -> Iterator[tuple[int, list[str]]]:
    """
    The rows of the first sheet of a workbook, as text.
    """
    if content_of(path, faults) is None:
        return
    try:
        reader = import_module("openpyxl")
    except ImportError:
        remedy = f"save its first sheet as CSV, or install therapycodes[{extra}]"
        faults.add(path.name, None, "a workbook, and openpyxl is not installed", remedy)
        return
    try:
        book = reader.load_workbook(str(path), read_only=True, data_only=True)
        rows = [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]
        book.close()
    except Exception:  # noqa: BLE001 - whatever a damaged workbook makes the reader raise
        faults.add(path.name, None, "not a workbook that can be read", "save its first sheet as CSV")
        return
    for number, cells in enumerate(rows, start=1):
        yield number, [_cell(cell) for cell in cells]


def _cell(value: object) -> str:
    """
    A cell as text; numbers without the decimals a sheet may have given them.
    """
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
