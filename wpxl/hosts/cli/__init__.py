"""The `wpxl` command: each group of commands in a module of its own."""

from __future__ import annotations

import os
import signal
import sys
import threading
from typing import NoReturn

import click

from ...errors import Fault
from . import act, addin, ask, data, files, headings, heat, models, recalc, report, rolls


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog="Start with:  wpxl demo",
)
@click.version_option(package_name="wpxl")
@click.option("--debug", is_flag=True, help="Show Python's own account of an error.")
def wpxl(debug: bool) -> None:
    """Widening-participation targeting for spreadsheets: postcode profiles from tables on your own machine."""


data.data.add_command(rolls.roll)
for _command in (
    *files.COMMANDS,
    *ask.COMMANDS,
    *report.COMMANDS,
    *heat.COMMANDS,
    *models.COMMANDS,
    *act.COMMANDS,
    *recalc.COMMANDS,
    data.data,
    headings.headings,
    addin.addin,
):
    wpxl.add_command(_command)


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run the command; exit 0, 1 (it failed) or 2 (used wrongly). Errors are one sentence on stderr."""
    given = sys.argv[1:] if arguments is None else arguments
    debug = "--debug" in given
    for stream in (sys.stdout, sys.stderr):  # a Windows console's code page has no room for names as people write them
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    if threading.current_thread() is threading.main_thread():  # told to end, it tidies up as after Ctrl+C
        signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        code = wpxl.main(args=[g for g in given if g != "--debug"], prog_name="wpxl", standalone_mode=False)
        sys.exit(code if isinstance(code, int) else 0)
    except click.UsageError as error:
        error.show()
        sys.exit(2)
    except click.exceptions.Exit as error:
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Stopped. Nothing was left half written.", err=True)
        sys.exit(1)
    except click.ClickException as error:
        error.show()
        sys.exit(1)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except Fault as fault:
        if debug:
            raise
        click.echo(fault.sentence, err=True)
        sys.exit(1)
    except Exception as error:
        if debug:
            raise
        from ...log import note_bug, path

        number = note_bug(" ".join(given[:1]), error)
        click.echo(
            f"wpxl met an error of its own, noted as {number} in {path()}. Run again with --debug to see it.", err=True
        )
        sys.exit(1)


if __name__ == "__main__":
    main()
