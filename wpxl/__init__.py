"""wpxl: widening-participation targeting in the spreadsheets that outreach staff already use.

>>> import wpxl
>>> wpxl.call("WP_POSTCODE_FORMAT", " tf75ug")
[('TF7 5UG',)]
"""

from .door import call, why

__version__ = "0.1.0"
__all__ = ["__version__", "call", "why"]
