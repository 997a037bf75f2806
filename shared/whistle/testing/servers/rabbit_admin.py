"""Users of a test broker, made inside its Erlang machine: milliseconds, where ``rabbitmqctl`` takes seconds."""

from __future__ import annotations

from collections.abc import Callable

from whistle.topology.broker_admin import BrokerAdmin, Permissions

_BY = '<<"whistle">>'


class ErlangAdmin(BrokerAdmin):
    """
    Args:
        evaluate: runs one line of Erlang in the broker and returns what it answers.
    """

    def __init__(self, evaluate: Callable[[str], str]) -> None:
        self._evaluate = evaluate

    def has_user(self, user: str) -> bool:
        return "true" in self._evaluate(f"rabbit_auth_backend_internal:exists({_binary(user)}).")

    def set_password(self, user: str, password: str) -> None:
        verb = "change_password" if self.has_user(user) else "add_user"
        self._call(verb, user, password)

    def permit(self, user: str, vhost: str, permissions: Permissions) -> None:
        self._call("set_permissions", user, vhost, permissions.configure, permissions.write, permissions.read)
        for exchange, (write, read) in permissions.topics.items():
            self._call("set_topic_permissions", user, vhost, exchange, write, read)

    def remove_user(self, user: str) -> None:
        self._call("delete_user", user)

    def _call(self, function: str, *arguments: str) -> None:
        given = ", ".join([*map(_binary, arguments), _BY])
        answer = self._evaluate(f"rabbit_auth_backend_internal:{function}({given}).")
        if "error" in answer:
            message = f"{function}: {answer}"
            raise RuntimeError(message)


def _binary(text: str) -> str:
    """An Erlang binary of these characters, whatever they are: quotes and backslashes mean nothing in numbers."""
    return f"<<{','.join(map(str, text.encode()))}>>"
