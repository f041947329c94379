"""`python -m controller` is `unknot`."""

from __future__ import annotations

from controller.faces.start import main

if __name__ == "__main__":
    main()
