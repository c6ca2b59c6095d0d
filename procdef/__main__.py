"""The program: `procdef COMMAND`, or `python -m procdef COMMAND`."""

import signal


def main() -> None:
    """Run the command. Ctrl-C while it is imported ends the process at once, without the traceback that Python would print."""
    is_heeded = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if is_heeded:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from procdef.cli import main as commands

    if is_heeded:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    commands(prog_name="procdef")


if __name__ == "__main__":
    main()
