"""
``whistle department …``: a department at its terminal, and the smallest way to connect one to a script.

Standard output holds messages only, so that it can be piped; everything else goes to standard error.
"""

from whistle.cli.department import acting, listening
from whistle.cli.department.speaking import app

__all__ = ["acting", "app", "listening"]
