"""
``python -m whistle.plugins.host <district>``: started by :class:`whistle.plugins.host.parent.PluginHost`, not by hand.
"""

import sys

from whistle.plugins.host.child import serve

if __name__ == "__main__":
    sys.exit(serve(sys.argv[1:]))
