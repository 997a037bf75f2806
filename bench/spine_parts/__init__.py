"""
Parts of ``bench/spine.py``: the load, the departments, the floor, the accounting.
"""
