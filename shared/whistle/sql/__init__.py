"""
SQL vocabulary below outbox, inbox and storage: column types and statements that are built once.
"""
