"""
Bodies and queries from bytes: strict JSON, forms, character sets. Every refusal says where and why.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Container
from typing import Any
from urllib.parse import parse_qsl

from whistle.errors import Malformed, Refused

MAX_DEPTH = 32
MAX_DIGITS = 20  # a 64-bit number has 19; longer ones are no numbers of ours
MAX_FIELDS = 200
_UTF8 = frozenset({"utf-8", "utf8", "us-ascii", "ascii"})
_JSON_TYPE = re.compile(r"application/(?:[a-z0-9.!#$&^_-]+\+)?json")
_STRINGS = re.compile(rb'"(?:[^"\\]|\\.)*"?', re.DOTALL)
_BRACKETS = re.compile(rb"[\[\]{}]")
_REASONS = {
    "Expecting value": "此处应有值",
    "Expecting property name enclosed in double quotes": "此处应有带双引号的字段名",
    "Expecting ':' delimiter": "此处应有冒号",
    "Expecting ',' delimiter": "此处应有逗号",
    "Unterminated string starting at": "字符串没有结束",
    "Invalid control character at": "字符串中有控制字符",
    "Invalid \\escape": "无效的转义",
    "Invalid \\uXXXX escape": "无效的 \\u 转义",
    "Extra data": "后面有多余内容",
    "Illegal trailing comma before end of object": "对象末尾多了逗号",
    "Illegal trailing comma before end of array": "数组末尾多了逗号",
}


def media_type(content_type: str) -> str:
    """The media type without parameters. Raises Refused (415) if a charset other than UTF-8 is named."""
    kind, _, parameters = content_type.partition(";")
    for part in parameters.split(";"):
        name, _, value = part.strip().partition("=")
        charset = value.strip().strip('"').lower()
        if name.lower() == "charset" and charset not in _UTF8:
            shown = charset[:30].encode("ascii", "replace").decode()
            raise Refused(
                f"不支持编码 {shown}，请用 UTF-8",
                f"charset {shown} is not supported; send UTF-8",
                http_status=415,
            )
    return kind.strip().lower()


def is_json(media: str) -> bool:
    """``application/json`` or any ``application/…+json``."""
    return media == "application/json" or _JSON_TYPE.fullmatch(media) is not None


def decode_text(raw: bytes) -> str:
    """UTF-8 text (a byte order mark is dropped). Raises Malformed with the place; says so if it looks like GBK."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        hint_zh, hint_en = ("，看起来是 GBK", "; it looks like GBK") if _looks_like_gbk(raw) else ("", "")
        raise Malformed(
            f"内容不是 UTF-8 编码（第 {error.start + 1} 字节）{hint_zh}，请转换后再发",
            f"the body is not UTF-8 (byte {error.start + 1}){hint_en}; convert it first",
        ) from error


def _looks_like_gbk(raw: bytes) -> bool:
    try:
        return any("\u4e00" <= char <= "\u9fff" for char in raw.decode("gb18030"))
    except UnicodeDecodeError:
        return False


def read_json(raw: bytes) -> Any:
    """
    The JSON value of a body.

    Refused beyond what JSON forbids: duplicate keys, NaN and infinities, numbers of more than 20 digits, more than 32
    levels, NUL and lone surrogates (no database stores them). Raises Malformed with line and column.
    """
    text = decode_text(raw)
    if not text.strip():
        raise Malformed("请求体为空，应为 JSON", "the body is empty; JSON was expected")
    if _too_deep(raw):
        raise Malformed(f"JSON 嵌套超过 {MAX_DEPTH} 层", f"the JSON is nested deeper than {MAX_DEPTH} levels")
    try:
        value = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        reason = error.msg.rstrip(":")
        zh = next((zh for en, zh in _REASONS.items() if reason.startswith(en)), reason)
        raise Malformed(
            f"JSON 第 {error.lineno} 行第 {error.colno} 列有误：{zh}",
            f"the JSON is malformed at line {error.lineno}, column {error.colno}: {reason}",
            line=error.lineno,
            column=error.colno,
        ) from error
    if b"\\u" in raw:
        _refuse_unstorable(value)
    return value


def _too_deep(raw: bytes) -> bool:
    if raw.count(b"[") + raw.count(b"{") <= MAX_DEPTH:
        return False
    depth = 0
    for found in _BRACKETS.finditer(_STRINGS.sub(b"", raw)):
        depth += 1 if found[0] in b"[{" else -1
        if depth > MAX_DEPTH:
            return True
    return False


def _refuse_unstorable(value: Any) -> None:
    if isinstance(value, str):
        refuse_unstorable_text(value)
    elif isinstance(value, dict):
        for key, item in value.items():
            refuse_unstorable_text(key)
            _refuse_unstorable(item)
    elif isinstance(value, list):
        for item in value:
            _refuse_unstorable(item)


def refuse_unstorable_text(text: str) -> None:
    """Raises Malformed for text with NUL or a lone surrogate."""
    if "\x00" in text or any("\ud800" <= char <= "\udfff" for char in text):
        raise Malformed(
            "文本含有无法保存的字符（空字符或不完整的代理对）", "the text holds NUL or a lone surrogate"
        )


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        shown = twice[:60].encode("utf-8", "replace").decode()
        raise Malformed(f"JSON 中字段 {shown} 重复", f"the JSON has the field {shown} twice")
    return found


def _integer(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise Malformed(
            f"数字太长（{len(digits)} 位）", f"a number has {len(digits)} digits, which is too many"
        )
    return int(digits)


def _float(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise Malformed("数字超出范围", "a number is out of range")
    return value


def _constant(name: str) -> Any:
    raise Malformed(f"JSON 不允许 {name}", f"{name} is not JSON")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_unique, parse_int=_integer, parse_float=_float, parse_constant=_constant
)


def read_pairs(
    raw: str, *, what_zh: str, what_en: str, keep_blank: bool = False
) -> dict[str, str | list[str]]:
    """
    Fields of a form or query: text, or a list of texts where a name repeats. An empty field of a form counts as absent
    (browsers send every field), unless ``keep_blank``.

    Raises Malformed for text that is not UTF-8, NUL, or more than 200 fields.
    """
    try:
        pairs = parse_qsl(
            raw, keep_blank_values=keep_blank, encoding="utf-8", errors="strict", max_num_fields=MAX_FIELDS
        )
    except UnicodeDecodeError as error:
        raise Malformed(f"{what_zh}不是 UTF-8 编码", f"the {what_en} is not UTF-8") from error
    except ValueError as error:
        raise Malformed(f"{what_zh}字段过多", f"the {what_en} has more than {MAX_FIELDS} fields") from error
    fields: dict[str, str | list[str]] = {}
    for name, value in pairs:
        refuse_unstorable_text(name)
        refuse_unstorable_text(value)
        known = fields.get(name)
        if known is None:
            fields[name] = value
        elif isinstance(known, list):
            known.append(value)
        else:
            fields[name] = [known, value]
    return fields


def read_form(raw: bytes, lists: Container[str]) -> dict[str, Any]:
    """
    A form as the JSON that it stands for: ``contact.phone=…`` becomes ``{"contact": {"phone": …}}``, and the fields
    named in ``lists`` are lists even if one value came.
    """
    nested: dict[str, Any] = {}
    for name, value in read_pairs(decode_text(raw), what_zh="表单", what_en="form").items():
        *parents, last = name.split(".", 3)
        place = nested
        for parent in parents:
            inner = place.setdefault(parent, {})
            if not isinstance(inner, dict):
                raise Malformed(
                    f"表单字段 {name[:60]} 与别的字段冲突", f"the form field {name[:60]} clashes with another"
                )
            place = inner
        if last in place:
            raise Malformed(
                f"表单字段 {name[:60]} 与别的字段冲突", f"the form field {name[:60]} clashes with another"
            )
        place[last] = [value] if name in lists and isinstance(value, str) else value
    return nested
