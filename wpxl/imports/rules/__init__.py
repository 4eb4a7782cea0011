"""The rules of a check, a module for each thing they look at. Each module has `RULES` and `look(ground)`, which finds."""
