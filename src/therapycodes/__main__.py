"""
`python -m therapycodes`.
"""

import sys

from ._cli import main


sys.exit(main())
