"""
Whistle: urban community governance over a message bus.

This distribution knows nothing of any service. ``whistle.contracts`` holds every message,
``whistle.plugins`` is what a district team writes against, ``whistle.department`` is what a department
subscribes with; the rest is the kit on which the services of this repository stand.
"""

__version__ = "0.1.0"
