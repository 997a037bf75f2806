"""What is measured in a page as the browser has laid it out (GB rules for the elderly, WCAG 2.2 AA)."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"

TARGETS = """least => [...document.querySelectorAll(
    'a, button, input:not([type=hidden]):not([type=radio]), select, textarea, label.radio')]
  .filter(one => !one.matches('.skip'))
  .map(one => [one.outerHTML.slice(0, 80), one.getBoundingClientRect()])
  .filter(([_, box]) => box.height < least || box.width < least)
  .map(([html, box]) => `${html} ${box.width}x${box.height}`)"""
"""What a finger cannot hit: lower or narrower than ``least`` pixels."""

_TEXTS = """
const texts = () => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = new Set();
  while (walker.nextNode()) if (walker.currentNode.data.trim() && walker.currentNode.parentElement.offsetParent)
    found.add(walker.currentNode.parentElement);
  return [...found].filter(one => !one.matches('option, .skip'));
};
"""

SMALL = f"""least => {{ {_TEXTS}
  return texts().filter(one => parseFloat(getComputedStyle(one).fontSize) < least).map(one => one.outerHTML.slice(0, 80));
}}"""
"""Texts that are smaller than ``least`` pixels."""

PALE = f"""least => {{ {_TEXTS}
  const parse = text => (text.match(/[0-9.]+/g) || []).map(Number);
  const light = ([r, g, b]) => {{
    const [x, y, z] = [r, g, b].map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  }};
  const behind = one => {{
    for (let at = one; at; at = at.parentElement) {{
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] > 0) return colour;
    }}
    return [255, 255, 255];
  }};
  return texts().map(one => {{
    const [a, b] = [light(parse(getComputedStyle(one).color)), light(behind(one))].sort((x, y) => y - x);
    return [(a + 0.05) / (b + 0.05), one.outerHTML.slice(0, 80)];
  }}).filter(([ratio]) => ratio < least);
}}"""
"""Texts whose contrast with what is behind them is below ``least``."""

LINE_HEIGHT = "parseFloat(getComputedStyle(document.body).lineHeight) / parseFloat(getComputedStyle(document.body).fontSize)"


def faults(page: Page, *, target: float, text: float) -> dict[str, Any]:
    """What is wrong with a page, by kind; empty if nothing is."""
    found = {
        "scrolls sideways by": page.evaluate(SIDEWAYS),
        "too small for a finger": page.evaluate(TARGETS, target),
        "too small to read": page.evaluate(SMALL, text),
        "too pale to read": page.evaluate(PALE, 4.5),
    }
    return {kind: what for kind, what in found.items() if what}
