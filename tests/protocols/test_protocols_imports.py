from __future__ import annotations

import subprocess
import sys

import pytest

import protocols
from protocols import language


@pytest.mark.parametrize("module", ["protocols", "protocols.plan", "protocols.units", "protocols.bounds"])
def test_the_leaf_loads_neither_yaml_nor_pydantic(module: str) -> None:
    program = f"import sys, {module}; print(sorted({{'yaml', 'pydantic', 'asyncio'}} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("package", [protocols, language])
def test_exported_names_are_sorted_and_there(package) -> None:  # type: ignore[no-untyped-def] # noqa: ANN001
    assert package.__all__ == sorted(package.__all__)
    assert all(hasattr(package, name) for name in package.__all__)
