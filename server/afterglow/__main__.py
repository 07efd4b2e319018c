"""``python -m afterglow``: the same as the ``afterglow`` command."""

import sys

from afterglow.cli import main

sys.exit(main())
