"""
Routing owns who must act and until when: parties, plugins, dispatches, whistles, clocks.
"""
