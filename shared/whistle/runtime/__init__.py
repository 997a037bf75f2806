"""
Running services: one process (:mod:`~whistle.runtime.process`), the embedded platform
(:mod:`~whistle.runtime.embedded`), the entry points ``@route`` and ``@work``, and ``verify``.
"""
