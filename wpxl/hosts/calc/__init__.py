"""LibreOffice Calc: the extension that brings the functions into it, and the process that it asks.

| module | what it knows |
|---|---|
| `extension` | wpxl.oxt, generated from the catalogue |
| `loader` | what runs inside LibreOffice, with its Python: standard library alone |
| `server`, `cells` | the process that answers; cells in, cells out |
| `office` | where LibreOffice is, and running it apart from the person's own |
| `install`, `doctor` | put in, taken out, checked |
| `recalc` | `wpxl recalc`: a workbook worked out without Excel |

What Calc's add-in interface does not let through as Excel does (tests/test_calc_extension.py holds each of these):

- A single blank cell arrives as the number 0, so a lone 0 is taken as blank; a range, `A2:A2`, tells them apart. TRUE is 1.
- An error anywhere in a range stops the formula before wpxl is asked, for all its cells; `IFERROR(A2:A9,"")` helps.
- Texts of an answer equal others only once an empty text is added: `=WP_TARGET(A2)&""`. Numbers and errors are as usual.
- Nothing spills: an array formula keeps the cells it was entered in. Whole columns, `A:A`, take a few seconds.
- In a workbook whose dates count from 1904, a date of birth arrives four years too early.
"""
