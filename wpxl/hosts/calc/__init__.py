"""LibreOffice Calc: the extension that brings the functions into it, and the process that it asks.

| module | what it knows |
|---|---|
| `extension` | wpxl.oxt, generated from the catalogue |
| `loader` | what runs inside LibreOffice, with its Python: standard library alone |
| `server`, `cells` | the process that answers; cells in, cells out |
| `office` | where LibreOffice is, and running it apart from the person's own |
| `install`, `doctor` | put in, taken out, checked |
"""
