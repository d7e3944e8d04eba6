"""Pages of trainers about recordings that are shared with them."""

from webapp.coaching.routes import recording  # noqa: F401 - it adds itself to the blueprint
from webapp.coaching.routes.blueprint import coaching

__all__ = ["coaching"]
