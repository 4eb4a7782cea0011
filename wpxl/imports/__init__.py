"""Lists and bulk import templates: what a template wants, what is wrong in a list, and rows as the template takes them.

Plain grids and names in; findings, mappings and rows out. No files and no cells of a spreadsheet program: `wpxl.importing` reads
and writes the workbooks.
"""
