"""``python -m pid``: the same as the ``pid`` command."""

from pid.cli import main

if __name__ == "__main__":
    main()
