"""Tables as Parquet files: how they are written, and how the two files of a postcode table become one again."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from .derive import read_parquet


def write_parquet(table: pa.Table, path: Path, facts: dict[str, Any]) -> None:
    about = {k: str(facts[k]) for k in ("id", "title", "publisher", "licence", "vintage", "ingested")}
    about["sources"] = json.dumps(facts["sources"])
    table = table.replace_schema_metadata({f"wpxl.{k}": v for k, v in about.items()})
    delta = {"postcode": "DELTA_BYTE_ARRAY", "place": "DELTA_BINARY_PACKED"}
    encoding = {name: how for name, how in delta.items() if name in table.column_names} or None
    plain = [name for name in table.column_names if name not in (encoding or {})]
    pq.write_table(table, path, compression="zstd", compression_level=9, use_dictionary=plain, column_encoding=encoding)
    with path.open("rb+") as file:
        os.fsync(file.fileno())
    if pq.ParquetFile(path).metadata.num_rows != table.num_rows:
        raise OSError(0, "the file came back short")


def whole(files: list[Path]) -> pa.Table:
    """The rows of an installed table as they were handed over: a postcode table's two files as one table."""
    rows, *places = (read_parquet(path) for path in files)
    for table in places:
        for name in table.column_names:
            rows = rows.append_column(name, table.column(name).take(rows.column("place")))
        rows = rows.drop_columns(["place"])
    return rows
