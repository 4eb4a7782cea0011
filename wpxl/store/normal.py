"""A postcode table as two: each postcode with the number of its place, each place with its columns.

A place is a distinct combination of everything a postcode table says but the postcode's own facts. There are some two
hundred thousand places to two and a half million postcodes, so the pair is a fraction of the size, and every later step
works on places.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from .tables import PER_POSTCODE

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

POSTCODE_PARTS = ("postcodes", "places")
ODD = 0x9E3779B97F4A7C15  # a large odd number: multiplying by it spreads ordinals over 64 bits


def normalised(rows: pa.Table) -> dict[str, pa.Table]:
    """`postcodes` (sorted, with `place`) and `places`, numbered in the order in which the postcodes come to them."""
    rows = _sorted(rows)
    shared = [name for name in rows.column_names if name not in PER_POSTCODE]
    ordinals = [_ordinals(rows.column(name)) for name in shared]
    place, example = _combinations(ordinals, rows.num_rows)
    own = rows.select([name for name in rows.column_names if name in PER_POSTCODE])
    parts = (
        own.append_column("place", pa.array(place, pa.int32())),
        spelt_out(rows.select(shared).take(pa.array(example))),
    )
    return dict(zip(POSTCODE_PARTS, parts, strict=True))


def spelt_out(rows: pa.Table) -> pa.Table:
    """The same rows with no column dictionary-encoded, so that tables of different origin can be put together."""
    return pa.table(
        {
            name: column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column
            for name, column in zip(rows.column_names, rows.columns, strict=True)
        }
    )


def coded(column: pa.ChunkedArray) -> pa.DictionaryArray:
    """A column in one piece, its distinct values listed once and numbered."""
    if pa.types.is_dictionary(column.type):
        return column.unify_dictionaries().combine_chunks()
    return column.combine_chunks().dictionary_encode()


def _sorted(rows: pa.Table) -> pa.Table:
    """By postcode. Publishers' files mostly are already, and sorting millions of rows costs as much as reading them."""
    postcodes = rows.column("postcode").combine_chunks()
    if len(postcodes) > 1 and not pc.all(pc.less_equal(postcodes[:-1], postcodes[1:])).as_py():
        return rows.take(pc.sort_indices(postcodes))
    return rows


def _ordinals(column: pa.ChunkedArray) -> npt.NDArray[np.int64]:
    """A number for each distinct value, 0 for none."""
    import numpy as np

    return np.asarray(coded(column).indices.fill_null(-1), np.int64) + 1


def _combinations(ordinals: list[npt.NDArray[np.int64]], rows: int) -> tuple[Any, npt.NDArray[np.int64]]:
    """For each row the number of its combination, in order of first appearance; for each combination a row that has it.

    Combinations are told apart by a 64-bit mixture of their ordinals, and that no two were mixed into one is checked.
    """
    import numpy as np

    mixed = np.zeros(rows, np.uint64)
    for ordinal in ordinals:
        mixed = (mixed + ordinal.astype(np.uint64)) * np.uint64(ODD)
        mixed ^= mixed >> np.uint64(29)
    distinct = pa.array(mixed).dictionary_encode()
    place = np.asarray(distinct.indices)
    example = np.zeros(len(distinct.dictionary), np.int64)
    example[place[::-1]] = np.arange(rows - 1, -1, -1)  # the last one written is the first row
    if any((ordinal[example][place] != ordinal).any() for ordinal in ordinals):  # never seen; then the slow, sure way
        _, example, inverse = np.unique(np.stack(ordinals), axis=1, return_index=True, return_inverse=True)
        return inverse.reshape(-1), example
    return place, example
