"""Templates to text and to HTML that holds in mail clients. HTML is escaped by the template engine: nothing from a page passes as markup."""

from pathlib import Path
from typing import Any

from css_inline import CSSInliner
from jinja2 import Environment, FileSystemLoader, StrictUndefined

TEMPLATES = Path(__file__).resolve().parent / "templates"
inliner = CSSInliner(keep_style_tags=False, keep_at_rules=True, load_remote_stylesheets=False)


def environment(escape: bool) -> Environment:
    made = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=escape, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    made.filters["capitalize_first"] = capitalized
    return made


def capitalized(text: str) -> str:
    """The text with a capital first letter; unlike `str.capitalize` it leaves the rest alone."""
    return text[:1].upper() + text[1:]


markup, plain = environment(escape=True), environment(escape=False)


def html(template: str, **values: Any) -> str:
    """A page with its styles on the elements; only the rules for dark screens stay in the head, where clients that know them look."""
    return inliner.inline(markup.get_template(template).render(**values))


def text(template: str, **values: Any) -> str:
    return plain.get_template(template).render(**values).strip() + "\n"
