"""Excel on the desktop: the add-in, the COM server that answers its cells and buttons, and what installs, checks and packs them.

| module | what it knows |
|---|---|
| `udfs`, `cells` | the catalogue as xlwings functions; cells in, cells out |
| `asking` | how a button's action asks the person at Excel |
| `wrappers`, `ribbon` | what is generated for Excel: VBA for each function, the ribbon's XML |
| `xlam`, `ovba`, `cfb` | wpxl.xlam and the formats in it |
| `server`, `process` | the one Python process that Excel asks; the note of it, and how it is ended |
| `place` | names and places: class, registry keys, files; what an install recorded |
| `machine` | all that is asked of Windows, in one place that tests replace |
| `install`, `doctor`, `office` | put in, taken out, checked; Excel's own settings |
| `bundle`, `zips`, `bundled` | everything in one zip, for staff without Python |
"""
