"""Sessions that have no terminal: a process of their own keeps each, whatever becomes of the windows."""

from __future__ import annotations

from controller.keeping.kept import Kept
from controller.keeping.life import Life, Lives
from controller.keeping.order import OrderError, order, ordered

__all__ = ["Kept", "Life", "Lives", "OrderError", "order", "ordered"]
