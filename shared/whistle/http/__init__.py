"""
The HTTP edge: a hardened server, routes as data, problem documents, OpenAPI and health pages.

It knows nothing of services, of nameko or of SQL. It uses plain ``socket`` and ``threading``; the process runner makes
them green before anything is imported, and the same code runs on real threads.
"""
