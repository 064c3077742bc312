"""`python -m hdwidget`."""

import sys

from hdwidget.cli import main

sys.exit(main())
