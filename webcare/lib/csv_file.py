"""Tables as CSV, row by row. A cell that a spreadsheet would take for a formula is made harmless."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence

from django.http import StreamingHttpResponse
from django.utils import translation

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class _Line:
    """What csv writes to: hands each line back."""

    def write(self, line: str) -> str:
        return line


def harmless(cell: object) -> object:
    """Return a cell that no spreadsheet runs. Numbers stay numbers; text that looks like a formula gets a quote."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def csv_lines(rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Yield each row as a line; the first begins with the mark by which spreadsheets know UTF-8."""
    writer = csv.writer(_Line())
    mark = "\ufeff"
    for row in rows:
        yield mark + writer.writerow([harmless(cell) for cell in row])
        mark = ""


def csv_response(rows: Iterable[Sequence[object]], filename: str) -> StreamingHttpResponse:
    """Return a table as a file to keep, sent while it is read."""
    response = StreamingHttpResponse(_in_language(csv_lines(rows)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    response["Cache-Control"] = "no-store"
    return response


def _in_language(lines: Iterator[str]) -> Iterator[str]:
    """Yield lines, each made in the language of the request, which is over by then."""
    language = translation.get_language()
    while True:
        with translation.override(language):
            line = next(lines, None)
        if line is None:
            return
        yield line
