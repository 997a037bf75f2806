"""
The ledger (民情工作台账) as files: CSV and XLSX in, CSV and XLSX out.
"""
