"""Pages of those who code by hand."""

from webapp.coding.routes import listing, settle, workbench  # noqa: F401 - they add themselves to the blueprint
from webapp.coding.routes.blueprint import coding

__all__ = ["coding"]
