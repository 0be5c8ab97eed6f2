"""`python -m services.cli`: the same command where no script is on the path."""

from services.cli import main

main()
