"""``python -I -m afterglow.seasons REGION YEAR [YEAR ...]``, or this file by its path.

By its path it works wherever the server does: in an isolated Python (``-I``) only the folder that the
package lies in is added to those that modules come from.
"""

import os
import sys
from contextlib import suppress
from pathlib import Path

if hasattr(os, "nice"):
    # Last in line for the processor, before anything heavy begins.
    with suppress(OSError):
        os.nice(19)
if not __package__:
    sys.path.append(str(Path(__file__).resolve().parents[2]))

from afterglow.seasons.filling import main

sys.exit(main())
