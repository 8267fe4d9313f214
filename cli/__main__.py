"""Run the command line with ``python -m pilotzones.cli``."""

from pilotzones.cli.main import main

if __name__ == "__main__":
    main()
