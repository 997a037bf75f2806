"""
Intake owns the case: doors, ledger, timeline, answers, ratings.
"""
