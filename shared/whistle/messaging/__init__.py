"""
The messaging kit: a thin layer over nameko's extension API that loses nothing (design §5).

:mod:`~whistle.messaging.subscribe` is what a service uses; a message then goes through
:mod:`~whistle.messaging.consumer` (receive, acknowledge after commit) and
:mod:`~whistle.messaging.handling` (inbox, failures by kind); what a service says leaves through
:mod:`~whistle.messaging.relay`. :mod:`~whistle.messaging.broker` knows in which facts ``memory://`` and
RabbitMQ differ.
"""
