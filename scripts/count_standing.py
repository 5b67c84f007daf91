"""
Count what the bundled data state, by the standing of the sources behind it.

A maintainer's tool: it shows where better sources are still to be found.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from attrs import fields

from therapycodes._loading import DOCUMENTATION, POLICIES, YEARS, DataFiles, bundled_root
from therapycodes.catalogue import Catalogue, bundled
from therapycodes.code import Facts
from therapycodes.evidence import Dated, HasCitations, Standing
from therapycodes.policy import Parameters
from therapycodes.year import Year


def counts() -> Mapping[str, Counter[Standing]]:
    """
    How many entries of each kind there are, by standing.

    Returns:
        Kind -> standing -> number; kinds in the order in which the table shows them.
    """
    catalogue = bundled()
    files = DataFiles(bundled_root())
    codes = [catalogue.lookup(name) for name in catalogue.code_names]
    sets = [catalogue.requirement_set(name) for name in files.names(DOCUMENTATION)]
    kinds: dict[str, Iterable[HasCitations]] = {
        "facts": [entry for code in codes for entry in _series(code.facts, Facts)],
        "history": [event for code in codes for event in code.history],
        "statements": [statement for code in codes for statement in code.metadata.statements],
        "parameters": _parameters(catalogue, files),
        "amounts": _amounts(catalogue, files),
        "rules": files.rules(),
        "requirements": [requirement for one in sets for requirement in one.requirements],
    }
    return {kind: Counter(entry.standing for entry in entries) for kind, entries in kinds.items()}


def _series(holder: object, kind: type[Facts | Parameters | Year]) -> list[Dated[object]]:
    """
    Every dated entry of a value whose fields are timelines; a year's number is none.
    """
    held = [getattr(holder, attribute.name) for attribute in fields(kind)]
    return [entry for series in held if isinstance(series, tuple) for entry in series]


def _parameters(catalogue: Catalogue, files: DataFiles) -> list[Dated[object]]:
    policies = [catalogue.policy(name) for name in files.names(POLICIES)]
    return [entry for policy in policies for entry in _series(policy.parameters, Parameters)]


def _amounts(catalogue: Catalogue, files: DataFiles) -> list[Dated[object]]:
    years = [catalogue.year(int(name)) for name in files.names(YEARS)]
    return [entry for year in years for entry in _series(year, Year)]


def table(counted: Mapping[str, Counter[Standing]]) -> str:
    """
    The counts as one table: a row for each standing, a column for each kind, totals last.
    """
    heads = ["standing", *counted, "total"]
    rows = [
        [
            standing.value,
            *[str(one[standing]) for one in counted.values()],
            str(sum(one[standing] for one in counted.values())),
        ]
        for standing in Standing
    ]
    totals = [one.total() for one in counted.values()]
    rows.append(["total", *[str(total) for total in totals], str(sum(totals))])
    widths = [max(len(row[column]) for row in [heads, *rows]) for column in range(len(heads))]
    return "\n".join(
        "  ".join(
            [row[0].ljust(widths[0]), *[cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]]
        )
        for row in [heads, *rows]
    )


def main() -> None:
    """
    Print the table.
    """
    print(table(counts()))


if __name__ == "__main__":
    main()
