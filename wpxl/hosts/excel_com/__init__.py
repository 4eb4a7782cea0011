"""Excel on the desktop: the COM server that answers its cells and buttons, and what installs, checks and packs it.

| module | what it knows |
|---|---|
| `udfs`, `cells` | the catalogue as xlwings functions; cells in, cells out |
| `asking` | Excel's own boxes, for the questions of a button |
| `xlam`, `wrappers`, `ribbon` | the add-in file: its package, the generated VBA, the ribbon's XML |
| `ovba`, `cfb` | how a VBA project and its container are written |
| `server`, `process` | the one Python process that Excel asks; the note of it, and how it is ended |
| `place` | names and places: class, registry keys, files; what an install recorded |
| `machine` | all that is asked of Windows, in one place that tests replace |
| `install`, `doctor` | put in, taken out, checked |
| `bundle`, `zips` | everything in one zip, for staff without Python |
"""
