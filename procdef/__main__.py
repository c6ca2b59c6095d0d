"""`python -m procdef COMMAND` runs the same commands as `procdef COMMAND`."""

from procdef.cli import main

if __name__ == "__main__":
    main(prog_name="procdef")
