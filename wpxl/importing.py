"""Import templates filled from the workbooks that people have: files in, files out. The command line and the ribbon share it."""
