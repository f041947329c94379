"""Rule W14: how long a heat channel may be driven in any hour."""

ALLOWED_MS = 30 * 60 * 1000
WINDOW_MS = 60 * 60 * 1000
MOST_SPANS = 32


class Quota:
    """Spans of driving in the last hour. Bounded: past `MOST_SPANS` the smallest gap counts as driven."""

    def __init__(self) -> None:
        self._spans: list[tuple[int, int]] = []
        self._since: int | None = None

    def start(self, now_ms: int) -> None:
        """Driving begins. Harmless while it runs."""
        if self._since is None:
            self._since = now_ms

    def stop(self, now_ms: int) -> None:
        """Driving ends. Harmless at rest."""
        if self._since is None:
            return
        if now_ms > self._since:
            self._spans.append((self._since, now_ms))
        self._since = None
        self._spans = [span for span in self._spans if span[1] > now_ms - WINDOW_MS]
        if len(self._spans) > MOST_SPANS:
            self._join_nearest()

    def left_ms(self, now_ms: int) -> int:
        """How much driving the hour still allows; driving may go on at least that long."""
        start = now_ms - WINDOW_MS
        used = 0 if self._since is None else now_ms - max(self._since, start)
        for begin, end in self._spans:
            if end > start:
                used += end - max(begin, start)
        return ALLOWED_MS - used

    def due_ms(self, now_ms: int) -> int | None:
        """When to look again (now, where nothing is left), or None at rest."""
        return None if self._since is None else now_ms + max(0, self.left_ms(now_ms))

    def _join_nearest(self) -> None:
        spans = self._spans
        gaps = [spans[at + 1][0] - spans[at][1] for at in range(len(spans) - 1)]
        at = gaps.index(min(gaps))
        spans[at : at + 2] = [(spans[at][0], spans[at + 1][1])]
