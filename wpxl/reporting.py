"""Reports of a person's workbook: read, understood, counted, and written as sheets of the same workbook."""
