"""`python -m wpxl.hosts.calc serve`: what the extension starts inside LibreOffice."""

from __future__ import annotations

import sys

from .server import serve


def main(arguments: list[str]) -> int:
    """Serve; 0 ended, 2 used wrongly."""
    if arguments != ["serve"]:
        sys.stderr.write(
            "This is what LibreOffice starts: python -m wpxl.hosts.calc serve. People use: wpxl addin install --calc\n"
        )
        return 2
    serve()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
